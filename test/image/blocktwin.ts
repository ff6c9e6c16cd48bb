/**
 * The decoder of FORMAT.md, "Image tiles", in plain TypeScript: as slow as it is short. It takes the payload of one tile of a DCT
 * image to interleaved samples.
 */
import type { ImageHeader } from '../../codecs/image/header.js'
import { Decoder } from '../entropy/twin.js'
import { inverseDctTwin } from './dcttwin.js'
import { clip, Mixers, Raster, readField, samplesOf, Table } from './twinparts.js'

const classOf = (limits: number[]) => (v: number) => limits.findIndex((limit) => v <= limit)
const most = Number.POSITIVE_INFINITY
const templateClass = classOf([0, 2, 4, 7, 11, 17, 26, 40, 60, most])
const nearClass = classOf([0, 2, 5, 10, 20, 40, 80, most])
const octave = classOf([3, 11, 23, 39, most])
const diagonalBand = classOf([0, 1, 3, 7, 15, most])
const side16 = classOf([0, 1, 2, 3, 5, 8, 11, most])
const side32 = classOf([0, 1, 3, 6, 10, 16, 23, most])

/** What a cell of 8 x 8 remembers of its block. */
interface Cell {
  means: number[]
  extent: number
  coded: number
}
const EMPTY: Cell = { means: new Array(25).fill(0), extent: 0, coded: 0 }

/** A block of one plane while it is read. */
interface Block {
  levels: Raster
  flags: Raster
  /** E, in groups of this block's size. */
  extent: number
}

export function decodeBlockTwin(header: ImageHeader, width: number, height: number, payload: Uint8Array): number[] {
  const { channels } = header
  const [paddedWidth, paddedHeight] = [Math.ceil(width / 8) * 8, Math.ceil(height / 8) * 8]
  const planes = Array.from({ length: channels }, () => new Raster(paddedWidth, paddedHeight))
  const cells = planes.map(() => new Map<number, Cell>())
  const sizes = new Map<number, number>()
  const field = new Raster(Math.ceil(width / 32), Math.ceil(height / 32))
  const decoder = new Decoder(payload)
  const tables = { block: new Table(), group: new Table(), sign: new Table(), split: new Table() }
  const contexts = [new Table(), new Table(), new Table(), new Table()]
  const mixers = { block: new Mixers(), group: new Mixers(), level: new Mixers() }
  const at = (x: number, y: number) => y * 4096 + x
  const classOfPlane = (p: number) => (channels % 2 === 0 && p === channels - 1 ? 3 : p)

  function readTree(x: number, y: number, log2: number): void {
    if (x >= paddedWidth || y >= paddedHeight) return
    const side = 2 ** log2
    let split = log2 > 3
    if (split && x + side <= paddedWidth && y + side <= paddedHeight) {
      const above = (y > 0 ? (sizes.get(at(x >> 3, (y >> 3) - 1)) ?? 6) : 6) < log2 ? 1 : 0
      const left = (x > 0 ? (sizes.get(at((x >> 3) - 1, y >> 3)) ?? 6) : 6) < log2 ? 1 : 0
      split = decoder.adaptive(tables.split.at(3 * (log2 - 3) + above + left)) === 1
    }
    if (split) {
      const half = side / 2
      for (const [dx, dy] of [
        [0, 0],
        [half, 0],
        [0, half],
        [half, half],
      ])
        readTree(x + dx, y + dy, log2 - 1)
      return
    }
    for (let i = 0; i < side / 8; i++) for (let j = 0; j < side / 8; j++) sizes.set(at((x >> 3) + i, (y >> 3) + j), log2)
    const blocks: Block[] = []
    for (let p = 0; p < channels; p++) {
      const steps = stepsOf(p, x, y, log2)
      const block = readBlock(blocks, p, x, y, log2, steps)
      blocks.push(block)
      reconstruct(block, p, x, y, log2, steps)
    }
  }

  /** Step of each kept coefficient in 1/16. */
  function stepsOf(p: number, x: number, y: number, log2: number): Raster {
    const [side, kept] = [2 ** log2, Math.min(32, 2 ** log2)]
    const chroma = channels > 2 && (p === 1 || p === 2)
    const [column, row] = [x >> 5, y >> 5]
    let value = field.at(column, row)
    if (log2 === 6) value = (value + field.at(column + 1, row) + field.at(column, row + 1) + field.at(column + 1, row + 1)) >> 2
    const e = clip(header.step + 4 * value + (chroma ? header.chromaStep : p % 2 === 1 ? header.alphaStep : 0), 0, 479)
    const size = Math.round(16 * 2 ** (e / 24))
    const slope = header.weighting[chroma ? 1 : 0] / 32
    const steps = new Raster(kept, kept)
    for (let v = 0; v < kept; v++) {
      for (let u = 0; u < kept; u++) {
        const weight = Math.round(256 * (1 + slope * Math.sqrt(((u / side) ** 2 + (v / side) ** 2) / 2)))
        steps.set(u, v, (size * weight) >> 8)
      }
    }
    return steps
  }

  function readBlock(before: Block[], p: number, x0: number, y0: number, log2: number, steps: Raster): Block {
    const kept = Math.min(32, 2 ** log2)
    const [side, groups, size] = [2 ** log2, kept / 4, log2 - 3]
    const planeClass = classOfPlane(p)
    const cross = planeClass === 1 || planeClass === 2
    const place = 4 * planeClass + size
    const block: Block = { levels: new Raster(kept, kept), flags: new Raster(groups, groups), extent: 0 }
    const half = side === 8 ? 0 : side / 16
    const cell = (x: number, y: number) => (x < 0 || y < 0 ? EMPTY : (cells[p].get(at(x, y)) ?? EMPTY))
    const above = cell((x0 >> 3) + half, (y0 >> 3) - 1)
    const left = cell((x0 >> 3) - 1, (y0 >> 3) + half)
    const near = above.means.map((mean, band) => nearClass(mean + left.means[band]))
    const bandOf = (x: number, y: number) => 5 * octave(Math.floor((64 * y) / side)) + octave(Math.floor((64 * x) / side))

    const low = Math.max(near[1], near[5])
    const ext = (above.extent + left.extent + 3) >> 2
    const lum = cross ? (before[0].extent * 8) / groups : 0
    const cbCoded = planeClass === 2 && before[1].extent > 0 ? 1 : 0
    const either = above.coded + left.coded
    const mixBlock = (numbers: number[], set: number) =>
      decoder.mixed(
        numbers.map((n) => tables.block.at(n)),
        mixers.block.at(set),
      )
    const coded = mixBlock(
      [
        4 * place + either,
        64 + 8 * place + low,
        192 + 8 * place + 2 * (lum > 0 ? 1 : 0) + 4 * cbCoded + (either > 0 ? 1 : 0),
        320 + 16 * place + ext,
      ],
      4 * planeClass + size,
    )
    if (coded) {
      let node = 1
      for (let bit = Math.log2(groups); bit >= 0; bit--) {
        const n = 16 * place + node
        const last = cross ? (lum + 3) >> 2 : (above.extent + 2) >> 2
        const numbers = [1024 + n, 1280 + 4 * n + Math.min(3, (ext + 1) >> 1), 2304 + 4 * n + (low >> 1), 3328 + 4 * n + Math.min(3, last)]
        node = 2 * node + mixBlock(numbers, 16 + size)
      }
      block.extent = Math.min(node - 2 * groups, 2 * groups - 2) + 1
      readGroups()
    }
    remember()
    return block

    function readGroups(): void {
      const borders = new Borders(planes[p], x0, y0, log2)
      for (let d = block.extent - 1; d >= 0; d--) {
        for (let gy = Math.max(0, d - groups + 1); gy <= Math.min(d, groups - 1); gy++) {
          const gx = d - gy
          const [r, b, diagonal] = [block.flags.at(gx + 1, gy), block.flags.at(gx, gy + 1), block.flags.at(gx + 1, gy + 1)]
          const z = cross
            ? before[0].flags.at(gx, gy) + (planeClass === 2 ? 2 * before[1].flags.at(gx, gy) : 0)
            : Math.min(3, block.extent - 1 - d)
          const numbers = [
            8 * place + r + 2 * b + 4 * diagonal,
            128 + 64 * place + 8 * gy + gx,
            1152 + 3 * (8 * place + near[bandOf(4 * gx + 1, 4 * gy + 1)]) + r + b,
            1536 + 3 * (4 * place + z) + r + b,
          ]
          const states = numbers.map((n) => tables.group.at(n))
          if (!decoder.mixed(states, mixers.group.at(size + (planeClass > 0 ? 4 : 0)))) continue
          block.flags.set(gx, gy, 1)
          for (let inner = 6; inner >= 0; inner--) {
            for (let j = Math.max(0, inner - 3); j <= Math.min(inner, 3); j++) readLevel(borders, 4 * gx + inner - j, 4 * gy + j)
          }
        }
      }
    }

    function readLevel(borders: Borders, x: number, y: number): void {
      const m = (dx: number, dy: number) => Math.min(15, Math.abs(block.levels.at(x + dx, y + dy)))
      const [right, below, beyond, further] = [m(1, 0), m(0, 1), m(1, 1), m(2, 0) + m(0, 2)]
      const template = templateClass(3 * (right + below) + 2 * beyond + further)
      const sideClass = (i: number) => (kept === 8 ? i : kept === 16 ? side16(i) : side32(i))
      const step = steps.at(x, y)
      const border = borders.predict(x, y, step)
      const inLuma = cross ? Math.min(15, Math.abs(before[0].levels.at(x, y))) : 0
      let shape = 16 * Math.min(3, right) + 4 * Math.min(3, below) + Math.min(3, beyond + further)
      if (planeClass === 1) shape = 4 * Math.min(3, inLuma) + Math.min(3, template)
      else if (planeClass === 2) {
        shape = 16 * Math.min(2, inLuma) + 4 * Math.min(3, Math.abs(before[1].levels.at(x, y))) + Math.min(3, template)
      } else if (border !== undefined) shape = Math.min(15, Math.abs(border)) + (x + y === 0 ? 96 : x + y < 3 ? 64 : 80)
      const rows = [
        (place * 6 + diagonalBand(x + y)) * 10 + template,
        (64 * place + 8 * sideClass(y) + sideClass(x)) * 3 + Math.min(2, template),
        (8 * place + near[bandOf(x, y)]) * 6 + Math.min(5, template),
        144 * place + shape,
      ]
      let size = 0
      for (; size < 15; size++) {
        const kind = Math.min(3, size)
        const states = rows.map((row, i) => contexts[i].at(4 * row + kind))
        if (!decoder.mixed(states, mixers.level.at(10 * kind + template + (planeClass > 0 ? 40 : 0)))) break
      }
      if (size === 0) return
      if (size === 15) size += decoder.expGolombBypass(0)
      let negative: number
      if (!border) negative = decoder.bypass(1)
      else {
        const number = ((4 * planeClass + Math.min(3, x + y)) * 2 + (size > 1 ? 1 : 0)) * 16 + Math.min(15, Math.abs(border))
        negative = decoder.adaptive(tables.sign.at(number)) ^ (border < 0 ? 1 : 0)
      }
      const level = negative ? -size : size
      block.levels.set(x, y, level)
      borders.take(x, y, (level * step) >> 4)
    }

    function remember(): void {
      const sums = new Array(25).fill(0)
      const counts = new Array(25).fill(0)
      for (let y = 0; y < kept; y++) {
        for (let x = 0; x < kept; x++) {
          sums[bandOf(x, y)] += Math.min(15, Math.abs(block.levels.at(x, y)))
          counts[bandOf(x, y)]++
        }
      }
      const means = sums.map((sum, band) => (counts[band] ? Math.min(255, (sum * Math.floor(4096 / counts[band])) >> 8) : 0))
      const own = coded ? { means, extent: (block.extent * 8) / groups, coded: 1 } : EMPTY
      for (let i = 0; i < side / 8; i++) for (let j = 0; j < side / 8; j++) cells[p].set(at((x0 >> 3) + i, (y0 >> 3) + j), own)
    }
  }

  function reconstruct({ levels }: Block, p: number, x: number, y: number, log2: number, steps: Raster): void {
    const side = 2 ** log2
    const touching: number[] = []
    if (y > 0) for (let i = 0; i < side; i++) touching.push(planes[p].at(x + i, y - 1))
    if (x > 0) for (let i = 0; i < side; i++) touching.push(planes[p].at(x - 1, y + i))
    const sum = touching.reduce((a, b) => a + b, 0)
    const mean = touching.length === 0 ? 0 : (sum + touching.length / 2) >> Math.log2(touching.length)
    const coefficients = levels.values.map((level, i) => {
      const size = Math.abs(level)
      const value = ((32 * size - header.reconstruction[size === 1 ? 0 : 1]) * steps.values[i] + 256) >> 9
      return level === 0 ? 0 : Math.sign(level) * value
    })
    coefficients[0] += mean * side
    for (const [i, value] of inverseDctTwin(coefficients, log2).entries()) planes[p].set(x + (i % side), y + Math.floor(i / side), value)
  }

  if (header.hasStepField) readField(decoder, field)
  for (let y = 0; y < paddedHeight; y += 64) for (let x = 0; x < paddedWidth; x += 64) readTree(x, y, 6)
  return samplesOf(planes, width, height, header.bitDepth)
}

/** FORMAT.md, "Borders". */
class Borders {
  private readonly above: number[]
  private readonly left: number[]

  constructor(
    plane: Raster,
    private readonly x0: number,
    private readonly y0: number,
    log2: number,
  ) {
    const side = 2 ** log2
    const transform = (border: (i: number) => number) =>
      Array.from({ length: Math.min(32, side) }, (_, u) => {
        if (u === 0) return 0
        let sum = 0
        for (let i = 0; i < side; i++) sum += border(i) * Math.round(256 * Math.cos((Math.PI * (2 * i + 1) * u) / (2 * side)))
        return sum >> 8
      })
    this.above = transform((i) => plane.at(x0 + i, y0 - 1))
    this.left = transform((i) => plane.at(x0 - 1, y0 + i))
  }

  take(x: number, y: number, q: number): void {
    if (y > 0) this.above[x] -= q
    if (x > 0) this.left[y] -= q
  }

  predict(x: number, y: number, step: number): number | undefined {
    const [hasAbove, hasLeft] = [this.y0 > 0, this.x0 > 0]
    let rest: number | undefined
    if (x + y === 0) {
      if (hasAbove && hasLeft) rest = (this.above[0] + this.left[0]) >> 1
      else rest = hasAbove ? this.above[0] : hasLeft ? this.left[0] : undefined
    } else if (y === 0) rest = hasAbove ? this.above[x] : undefined
    else if (x === 0) rest = hasLeft ? this.left[y] : undefined
    return rest === undefined ? undefined : Math.trunc((clip(rest, -1e6, 1e6) * 45) / step)
  }
}
