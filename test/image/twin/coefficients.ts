/** FORMAT.md, "Coefficients". */
import type { Decoder } from '../../entropy/twin.js'
import { Raster } from '../twinparts.js'
import type { Models } from './models.js'
import { sizeOf } from './modes.js'
import type { Shape } from './partition.js'

const classOf = (limits: number[]) => (v: number) => limits.findIndex((limit) => v <= limit)
const most = Number.POSITIVE_INFINITY
const templateClass = classOf([0, 2, 4, 7, 11, 17, 26, 40, 60, most])
const nearClass = classOf([0, 2, 5, 10, 20, 40, 80, most])
const octave = classOf([3, 11, 23, 39, most])
const diagonalBand = classOf([0, 1, 3, 7, 15, most])
const side16 = classOf([0, 1, 2, 3, 5, 8, 11, most])
const side32 = classOf([0, 1, 3, 6, 10, 16, 23, most])
const sideClass = (i: number, kept: number) => (kept <= 8 ? i : kept === 16 ? side16(i) : side32(i))

/** Next state of dependent quantization by state, for an even and for an odd level. */
const NEXT = [
  [0, 1],
  [3, 2],
  [5, 4],
  [6, 7],
  [1, 0],
  [2, 3],
  [4, 5],
  [7, 6],
]

/** What a cell of 4 x 4 remembers of its block. */
export interface Memory {
  means: number[]
  extent: number
  coded: number
}
export const EMPTY: Memory = { means: new Array(25).fill(0), extent: 0, coded: 0 }

/** Levels of one plane of a block. */
export interface Levels {
  /** min(15, |level|). */
  magnitudes: Raster
  /** Signed, in steps. */
  steps: Raster
  flags: Raster
  memory: Memory
}

export interface Place {
  planeClass: number
  /** Width, height and place in the plane's own samples. */
  shape: Shape
  above: Memory
  left: Memory
  /** The planes of the block decoded before. */
  before: Levels[]
  /** Of the prediction of luma: 0 none, 1 across, 2 down; 0 in other planes. */
  direction: number
}

export function readCoefficients(decoder: Decoder, models: Models, given: Place, readType: () => void): Levels {
  const { planeClass, shape, above, left, before, direction } = given
  const [width, height] = [2 ** shape.log2Width, 2 ** shape.log2Height]
  const [keptWidth, keptHeight] = [Math.min(32, width), Math.min(32, height)]
  const [across, down] = [keptWidth / 4, keptHeight / 4]
  const size = sizeOf(shape)
  const place = 5 * planeClass + size
  const cross = planeClass === 1 || planeClass === 2
  const result: Levels = {
    magnitudes: new Raster(keptWidth, keptHeight),
    steps: new Raster(keptWidth, keptHeight),
    flags: new Raster(across, down),
    memory: EMPTY,
  }
  const { magnitudes, steps, flags } = result
  const bandOf = (x: number, y: number) => 5 * octave(Math.floor((64 * y) / height)) + octave(Math.floor((64 * x) / width))
  const near = above.means.map((mean, band) => nearClass(mean + left.means[band]))

  const low = Math.max(near[1], near[5])
  const ext = (above.extent + left.extent + 3) >> 2
  const lum = cross ? before[0].memory.extent : 0
  const cbCoded = planeClass === 2 ? before[1].memory.coded : 0
  const coded = above.coded + left.coded
  const codedBits = [
    4 * place + coded,
    80 + 8 * place + low,
    240 + 8 * place + 2 * Math.min(1, lum) + 4 * cbCoded + Math.min(1, coded),
    400 + 16 * place + ext,
  ]
  if (!models.mixed('block', codedBits, place)) return result
  readType()

  const diagonals = across + down - 1
  const depth = Math.ceil(Math.log2(diagonals))
  let node = 1
  for (let bit = 0; bit < depth; bit++) {
    const n = 16 * place + node
    const numbers = [
      720 + n,
      1040 + 4 * n + Math.min(3, (ext + 1) >> 1),
      2320 + 4 * n + (low >> 1),
      3600 + 4 * (32 * size + (cross ? 16 : 0) + node) + Math.min(3, cross ? (lum + 3) >> 2 : (above.extent + 2) >> 2),
    ]
    node = 2 * node + models.mixed('block', numbers, 20 + size)
  }
  const extent = Math.min(node - 2 ** depth, diagonals - 1) + 1
  let state = 0
  for (let d = extent - 1; d >= 0; d--) {
    const first = Math.max(0, d - across + 1)
    const last = Math.min(d, down - 1)
    for (let gy = first; gy <= last; gy++) {
      if ((d < extent - 1 || first < last) && !readGroup(d - gy, gy, d)) continue
      flags.set(d - gy, gy, 1)
      for (let inner = 6; inner >= 0; inner--) {
        for (let j = Math.max(0, inner - 3); j <= Math.min(inner, 3); j++) readLevel(4 * (d - gy) + inner - j, 4 * gy + j)
      }
    }
  }
  const scaled = Math.min(15, Math.floor((8 * extent) / Math.max(across, down)))
  result.memory = { means: meansOf(), extent: scaled, coded: 1 }
  return result

  function readGroup(gx: number, gy: number, d: number): number {
    const [r, b, diagonal] = [flags.at(gx + 1, gy), flags.at(gx, gy + 1), flags.at(gx + 1, gy + 1)]
    let z = Math.min(3, extent - 1 - d)
    if (cross) z = before[0].flags.at(gx, gy) + (planeClass === 2 ? 2 * before[1].flags.at(gx, gy) : 0)
    const numbers = [
      8 * place + r + 2 * b + 4 * diagonal,
      160 + 64 * place + 8 * gy + gx,
      1440 + 3 * (8 * place + near[bandOf(4 * gx + 1, 4 * gy + 1)]) + r + b,
      1920 + 3 * (4 * place + z) + r + b,
    ]
    return models.mixed('group', numbers, size + (planeClass > 0 ? 5 : 0))
  }

  function readLevel(x: number, y: number): void {
    const m = (dx: number, dy: number) => magnitudes.at(x + dx, y + dy)
    const [right, below, beyond, further] = [m(1, 0), m(0, 1), m(1, 1), m(2, 0) + m(0, 2)]
    const template = templateClass(3 * (right + below) + 2 * beyond + further)
    let around = 16 * Math.min(3, right) + 4 * Math.min(3, below) + Math.min(3, beyond + further)
    if (cross) {
      const inLuma = before[0].magnitudes.at(x, y)
      if (planeClass === 1) around = 4 * Math.min(3, inLuma) + Math.min(3, template)
      else around = 16 * Math.min(2, inLuma) + 4 * Math.min(3, before[1].magnitudes.at(x, y)) + Math.min(3, template)
    }
    const positionClass = planeClass === 0 ? direction : planeClass + 2
    const position = 64 * (5 * positionClass + size) + 8 * sideClass(y, keptHeight) + sideClass(x, keptWidth)
    const contexts = [
      ['template', (place * 6 + diagonalBand(x + y)) * 10 + template],
      ['position', 3 * position + Math.min(2, template)],
      ['near', 6 * (8 * place + near[bandOf(x, y)]) + Math.min(5, template)],
      ['shape', 64 * place + around],
    ] as const
    const odd = state & 1
    let value = 0
    while (value < 15) {
      const kind = [odd, 2 + odd, 4][value] ?? 5
      const states = contexts.map(([table, context]) => models.state(table, 6 * context + kind))
      if (!decoder.mixed(states, models.mixer('level', 10 * kind + template + (planeClass > 0 ? 60 : 0)))) break
      value++
    }
    if (value === 15) value += decoder.expGolombBypass(0)
    if (value > 0) {
      const sign = decoder.bypass(1) ? -1 : 1
      magnitudes.set(x, y, Math.min(15, value))
      steps.set(x, y, sign * (2 * value - odd))
    }
    state = NEXT[state][value & 1]
  }

  function meansOf(): number[] {
    const sums = new Array<number>(25).fill(0)
    const counts = new Array<number>(25).fill(0)
    for (let y = 0; y < keptHeight; y++) {
      for (let x = 0; x < keptWidth; x++) {
        sums[bandOf(x, y)] += magnitudes.at(x, y)
        counts[bandOf(x, y)]++
      }
    }
    return sums.map((sum, band) => (counts[band] ? Math.min(255, (sum * Math.floor(4096 / counts[band])) >> 8) : 0))
  }
}
