/**
 * The decoder of FORMAT.md, "Image tiles", in plain TypeScript: as slow as it is short. It takes the payload of one tile of a DCT
 * image without alpha to interleaved samples.
 */
import type { ImageHeader } from '../../codecs/image/header.js'
import { Decoder } from '../entropy/twin.js'
import { EMPTY, type Levels, type Memory, readCoefficients } from './twin/coefficients.js'
import { Models } from './twin/models.js'
import { directionOf, FROM_LUMA, readChromaMode, readLumaMode, readTransformType } from './twin/modes.js'
import { PALETTE_CELL, Palette } from './twin/palette.js'
import { type Cells, readSquare, type Shape } from './twin/partition.js'
import { type Borders, bordersOf, predict, predictFromLuma, reachOf } from './twin/prediction.js'
import { inverseTransform } from './twin/transform.js'
import { clip, Raster, readField, samplesOf } from './twinparts.js'

export function decodeBlockTwin(header: ImageHeader, width: number, height: number, payload: Uint8Array): number[] {
  const { channels } = header
  const [paddedWidth, paddedHeight] = [Math.ceil(width / 8) * 8, Math.ceil(height / 8) * 8]
  const [columns, rows] = [paddedWidth / 4, paddedHeight / 4]
  const isChroma = (p: number) => p > 0
  /** log2 of how much narrower and lower a plane is. */
  const shiftOf = (p: number) => (header.chroma === '4:2:0' && isChroma(p) ? 1 : 0)
  const planes = Array.from({ length: channels }, (_, p) => new Raster(paddedWidth >> shiftOf(p), paddedHeight >> shiftOf(p)))
  const cells: Cells = { shapes: new Raster(columns, rows), modes: new Raster(columns, rows), chromaModes: new Raster(columns, rows) }
  const memories = planes.map(() => new Map<number, Memory>())
  const field = new Raster(Math.ceil(width / 32), Math.ceil(height / 32))
  const decoder = new Decoder(payload)
  const models = new Models(decoder)

  function eachCell({ x, y, log2Width, log2Height }: Shape, visit: (column: number, row: number) => void): void {
    for (let row = 0; row < 2 ** (log2Height - 2); row++) {
      for (let column = 0; column < 2 ** (log2Width - 2); column++) visit((x >> 2) + column, (y >> 2) + row)
    }
  }

  function readBlock(whole: Shape): void {
    const isPalette = palette?.isBlock(whole) ?? false
    const mode = isPalette ? 0 : readLumaMode(models, cells, whole)
    if (isPalette) palette!.readBlock(whole)
    const wholeReach = reachOf(cells.modes, whole)
    const read: Levels[] = []
    let chromaMode = 0
    for (const [p, plane] of planes.entries()) {
      if (isPalette) {
        eachCell(whole, (column, row) => memories[p].set(row * columns + column, EMPTY))
        continue
      }
      if (p === 1) chromaMode = readChromaMode(models, cells, whole, mode)
      const shift = shiftOf(p)
      const shape = { x: whole.x >> shift, y: whole.y >> shift, log2Width: whole.log2Width - shift, log2Height: whole.log2Height - shift }
      const { x, y, log2Width, log2Height } = shape
      const reach = { above: wholeReach.above >> shift, left: wholeReach.left >> shift }
      const half = (log2: number) => (2 ** (log2 - 3)) | 0
      const memory = (column: number, row: number) => (column < 0 || row < 0 ? EMPTY : memories[p].get(row * columns + column)!)
      const place = {
        planeClass: p,
        shape,
        above: memory((x >> 2) + half(log2Width), (y >> 2) - 1),
        left: memory((x >> 2) - 1, (y >> 2) + half(log2Height)),
        before: read,
        direction: p === 0 ? directionOf(mode) : 0,
      }
      let type = 0
      const levels = readCoefficients(decoder, models, place, () => {
        if (p === 0) type = readTransformType(models, shape, mode)
      })
      read.push(levels)
      eachCell(shape, (column, row) => memories[p].set(row * columns + column, levels.memory))

      const borders = bordersOf(plane, shape, reach)
      let prediction = predict(isChroma(p) && chromaMode > 1 ? chromaMode - 2 : mode, borders, log2Width, log2Height)
      if (isChroma(p) && chromaMode === FROM_LUMA) {
        prediction = predictFromLuma(
          borders,
          halvedBorders(bordersOf(planes[0], whole, wholeReach), shift),
          reach,
          shape,
          lumaOf(whole, shift),
        )
      }
      const residual = levels.memory.coded
        ? inverseTransform(type, coefficientsOf(p, whole, shape, levels.steps), log2Width, log2Height)
        : undefined
      for (let j = 0; j < 2 ** log2Height; j++) {
        for (let i = 0; i < 2 ** log2Width; i++) {
          plane.set(x + i, y + j, clip((prediction(i, j) + (residual?.at(i, j) ?? 0)) | 0, -8192, 8191))
        }
      }
    }
    eachCell(whole, (column, row) => {
      cells.shapes.set(column, row, whole.log2Width | (whole.log2Height << 4))
      cells.modes.set(column, row, isPalette ? PALETTE_CELL : mode + 1)
      cells.chromaModes.set(column, row, chromaMode)
    })
  }

  /** The reconstructed luma of a block at the resolution of chroma. */
  function lumaOf({ x, y }: Shape, shift: number): (i: number, j: number) => number {
    const [luma] = planes
    if (shift === 0) return (i, j) => luma.at(x + i, y + j)
    const four = (i: number, j: number) => luma.at(i, j) + luma.at(i + 1, j) + luma.at(i, j + 1) + luma.at(i + 1, j + 1)
    return (i, j) => (four(x + 2 * i, y + 2 * j) + 2) >> 2
  }

  /** FORMAT.md, "Reconstruction". */
  function coefficientsOf(p: number, whole: Shape, { log2Width, log2Height }: Shape, steps: Raster): Raster {
    const { x, y } = whole
    const [across, down] = [whole.log2Width === 6 ? 2 : 1, whole.log2Height === 6 ? 2 : 1]
    let sum = 0
    for (let j = 0; j < down; j++) for (let i = 0; i < across; i++) sum += field.at((x >> 5) + i, (y >> 5) + j)
    const chromaStep = header.chromaStep + (p === 1 ? header.chromaBalance : -header.chromaBalance)
    const addend = isChroma(p) ? chromaStep : 0
    const e = clip(header.step + 4 * (sum >> (across + down - 2)) + addend, 0, 479)
    const size = Math.round(16 * 2 ** (e / 24))
    const slope = header.weighting[isChroma(p) ? 1 : 0] / 32
    const out = new Raster(steps.width, steps.height)
    for (let v = 0; v < steps.height; v++) {
      for (let u = 0; u < steps.width; u++) {
        const weight = Math.round(256 * (1 + slope * Math.sqrt(((u / 2 ** log2Width) ** 2 + (v / 2 ** log2Height) ** 2) / 2)))
        const count = steps.at(u, v)
        out.set(u, v, Math.sign(count) * ((Math.imul(Math.abs(count), Math.imul(size, weight) >> 8) + 8) >> 4))
      }
    }
    return out
  }

  const least = header.chroma === '4:2:0' ? 3 : 2
  if (header.hasStepField) readField(decoder, field)
  const hasPalette = header.chroma === '4:4:4' && decoder.bypass(1) === 1
  const palette = hasPalette ? new Palette(decoder, planes, cells, header.bitDepth) : undefined
  for (let y = 0; y < paddedHeight; y += 64) for (let x = 0; x < paddedWidth; x += 64) readSquare(models, cells, x, y, 6, least, readBlock)
  decoder.checkEnd()
  return samplesOf(
    planes.map((plane, p) => (shiftOf(p) ? doubled(plane) : plane)),
    width,
    height,
    header.bitDepth,
  )
}

/** Every other sample of the borders if chroma is halved; the corner stays. */
function halvedBorders({ above, left }: Borders, shift: number): Borders {
  const [first, second] = [above, left].map((line) => line.filter((_, i) => i % 2 ** shift === 0))
  return { above: first, left: second }
}

/** FORMAT.md, "Planes": chroma of half the samples each way at full size. */
function doubled(plane: Raster): Raster {
  const out = new Raster(2 * plane.width, 2 * plane.height)
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const beside = clip((x >> 1) + (x % 2 ? 1 : -1), 0, plane.width - 1)
      const next = clip((y >> 1) + (y % 2 ? 1 : -1), 0, plane.height - 1)
      const three = plane.at(beside, y >> 1) + plane.at(x >> 1, next)
      out.set(x, y, (9 * plane.at(x >> 1, y >> 1) + 3 * three + plane.at(beside, next) + 8) >> 4)
    }
  }
  return out
}
