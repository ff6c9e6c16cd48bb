import fc from 'fast-check'
import { expect, test } from 'vitest'
import PRIORS from '../../codecs/image/blocks/priors.js'
import { fromBase64, place, scoped } from '../../codecs/wasm/loader.js'
import { Decoder } from '../entropy/twin.js'
import { kernel } from '../stages.js'
import { EMPTY, type Levels, type Memory, readCoefficients } from './twin/coefficients.js'
import { Models } from './twin/models.js'

const { exports, memory } = kernel
const { nextStateOf, stepsOfLevel } = exports
const priors = fromBase64(PRIORS)

interface Block {
  log2Width: number
  log2Height: number
  /** In cells of 4 x 4, of 16 across and down. */
  column: number
  row: number
  direction: number
  /** Of each plane, row-major. */
  levels: Int32Array[]
}

const kept = (log2: number) => Math.min(32, 2 ** log2)
const sides = [2, 3, 4, 5, 6].flatMap((w) => [w - 1, w, w + 1].filter((h) => h >= 2 && h <= 6).map((h) => [w, h] as const))

/** Levels that thin out towards high frequencies, from a seed; `most` limits their size. */
function levelsOf(log2Width: number, log2Height: number, seed: number, reach: number, most: number): Int32Array {
  const [width, height] = [kept(log2Width), kept(log2Height)]
  let state = Math.imul(seed, 0x9e3779b1) | 1
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 2 ** 24
  }
  return Int32Array.from({ length: width * height }, (_, i) => {
    const distance = ((i % width) / width + Math.floor(i / width) / height) * 8
    const size = random() * reach > distance ? Math.floor(random() ** 6 * most * 1.01) + (random() < 0.5 ? 1 : 0) : 0
    return random() < 0.5 ? size : 0 - size
  })
}

const blocks = fc.array(
  fc
    .record({
      sides: fc.constantFrom(...sides),
      at: fc.tuple(fc.nat(15), fc.nat(15)),
      direction: fc.nat(2),
      seed: fc.nat(),
      reach: fc.constantFrom(0, 0.5, 2, 6, 12),
      most: fc.constantFrom(1, 3, 40, 100_000),
    })
    .map(({ sides: [log2Width, log2Height], at, direction, seed, reach, most }): Block => {
      const [column, row] = [at[0] & (16 - 2 ** (log2Width - 2)), at[1] & (16 - 2 ** (log2Height - 2))]
      const levels = [0, 1, 2].map((p) => levelsOf(log2Width, log2Height, seed + p, reach, most))
      return { log2Width, log2Height, column, row, direction, levels }
    }),
  { minLength: 1, maxLength: 12 },
)

/** Highest diagonal of groups with levels, + 1; 0 without. */
function extentOf(levels: Int32Array, width: number): number {
  let extent = 0
  for (const [i, level] of levels.entries()) {
    if (level !== 0) extent = Math.max(extent, ((i % width) >> 2) + (Math.floor(i / width) >> 2) + 1)
  }
  return extent
}

/** Codes all blocks; or reads them, if there is a payload. Returns the steps of each block and plane. */
function code(list: Block[], payload?: Uint8Array): { steps: number[][][]; bytes: Uint8Array } {
  return scoped(kernel, () => {
    const words = place(kernel, priors)
    const places = new Uint8Array(16 * list.length)
    const levels = new Int32Array(3072 * list.length)
    for (const [i, { log2Width, log2Height, column, row, direction, levels: planes }] of list.entries()) {
      const extents = planes.map((plane) => extentOf(plane, kept(log2Width)))
      places.set([log2Width, log2Height, column, row, direction, ...(payload ? [0, 0, 0, 0] : extents)], 16 * i)
      if (!payload) for (const [p, plane] of planes.entries()) levels.set(plane, 3072 * i + 1024 * p)
    }
    const [placesAt, levelsAt] = [place(kernel, places), place(kernel, levels)]
    const bytes = payload ? place(kernel, payload) : exports.allocate(32 * levels.length + 1024)
    const length = exports.codeBlocks(words, list.length, placesAt, levelsAt, bytes, payload?.length ?? -1)
    const steps = list.map(({ levels: planes }, i) =>
      planes.map((plane, p) => [...new Int32Array(memory.buffer, levelsAt + 4 * (3072 * i + 1024 * p), plane.length)]),
    )
    return { steps, bytes: new Uint8Array(memory.buffer, bytes, length).slice() }
  })
}

function readByTwin(list: Block[], payload: Uint8Array): number[][][] {
  const decoder = new Decoder(payload)
  const models = new Models(decoder)
  const above = [0, 1, 2].map(() => new Array<Memory>(16).fill(EMPTY))
  const left = [0, 1, 2].map(() => new Array<Memory>(16).fill(EMPTY))
  return list.map(({ log2Width, log2Height, column, row, direction }) => {
    const [across, down] = [2 ** (log2Width - 2), 2 ** (log2Height - 2)]
    const shape = { x: 4 * column, y: 4 * row, log2Width, log2Height }
    const before: Levels[] = []
    for (let planeClass = 0; planeClass < 3; planeClass++) {
      const at = { above: above[planeClass][column + (across >> 1)], left: left[planeClass][row + (down >> 1)] }
      const read = readCoefficients(
        decoder,
        models,
        { planeClass, shape, ...at, before, direction: planeClass === 0 ? direction : 0 },
        () => {},
      )
      above[planeClass].fill(read.memory, column, column + across)
      left[planeClass].fill(read.memory, row, row + down)
      before.push(read)
    }
    return before.map(({ steps }) => [...steps.values])
  })
}

/** Indices of kept coefficients in coding order, from the highest diagonal of groups down; groups without levels are left out. */
function inOrder(levels: ArrayLike<number>, width: number, height: number, extent: number): number[] {
  const order: number[] = []
  for (let d = extent - 1; d >= 0; d--) {
    for (let gy = 0; gy < height / 4; gy++) {
      const gx = d - gy
      if (gx < 0 || gx >= width / 4) continue
      const group: number[] = []
      for (let inner = 6; inner >= 0; inner--) {
        for (let j = Math.max(0, inner - 3); j <= Math.min(3, inner); j++) group.push((4 * gy + j) * width + 4 * gx + inner - j)
      }
      if (group.some((i) => levels[i] !== 0)) order.push(...group)
    }
  }
  return order
}

/** Steps of levels by definition. */
function stepsOf(levels: ArrayLike<number>, width: number, height: number, extent: number): number[] {
  const steps = new Array<number>(width * height).fill(0)
  let state = 0
  for (const i of inOrder(levels, width, height, extent)) {
    steps[i] = stepsOfLevel(state, levels[i])
    state = nextStateOf(state, levels[i])
  }
  return steps
}

test('levels come back as the steps that they stand for, through the kernel and through the twin', () => {
  fc.assert(
    fc.property(blocks, (list) => {
      const { bytes, steps } = code(list)
      const expected = list.map(({ log2Width, log2Height, levels }) =>
        levels.map((plane) => stepsOf(plane, kept(log2Width), kept(log2Height), extentOf(plane, kept(log2Width)))),
      )
      expect(steps).toEqual(expected)
      expect(code(list, bytes).steps).toEqual(expected)
      expect(readByTwin(list, bytes)).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

test('any bytes are levels, the same for kernel and twin', () => {
  fc.assert(
    fc.property(blocks, fc.uint8Array({ maxLength: 400 }), (list, bytes) => {
      expect(code(list, bytes).steps).toEqual(readByTwin(list, bytes))
    }),
    { numRuns: 60 },
  )
})

const STEP = 64 // 1/16: 4
const quantizing = fc.record({
  sides: fc.constantFrom(...sides),
  planeClass: fc.nat(3),
  lambda: fc.constantFrom(0.01, 0.1, 0.3, 2),
  seed: fc.nat(),
  reach: fc.constantFrom(0.3, 1, 4, 12),
  most: fc.constantFrom(2, 8, 60, 3000),
})

test('the trellis: its steps are those of its levels, and its cost is never above that of nothing at all', () => {
  fc.assert(
    fc.property(quantizing, ({ sides: [log2Width, log2Height], planeClass, lambda, seed, reach, most }) => {
      const [width, height] = [kept(log2Width), kept(log2Height)]
      const coefficients = levelsOf(log2Width, log2Height, seed, reach, most)
      const found = scoped(kernel, () => {
        const source = place(kernel, coefficients)
        const weights = place(kernel, new Float32Array(width * height).fill(1))
        const [levelsAt, stepsAt] = [exports.allocate(4096), exports.allocate(4096)]
        const extent = exports.quantizeOnce(source, weights, levelsAt, stepsAt, planeClass, log2Width, log2Height, STEP, lambda)
        const read = (at: number) => [...new Int32Array(memory.buffer, at, extent > 0 ? width * height : 0)]
        return { extent, levels: read(levelsAt), steps: read(stepsAt), cost: exports.quantizedCost() }
      })
      const ratios = [...coefficients].map((value) => (16 * value) / STEP)
      const energy = ratios.reduce((sum, ratio) => sum + ratio * ratio, 0)
      // fresh states: one bit says that there is nothing
      expect(found.cost).toBeLessThanOrEqual((energy + lambda) * 1.0001)
      if (found.extent === 0) return
      expect(found.extent).toBeGreaterThanOrEqual(extentOf(Int32Array.from(found.levels), width))
      expect(found.steps).toEqual(stepsOf(found.levels, width, height, found.extent))
      const error = ratios.reduce((sum, ratio, i) => sum + (ratio - found.steps[i]) ** 2, 0)
      expect(error).toBeLessThanOrEqual(found.cost * 1.0001)
      for (const [i, steps] of found.steps.entries()) {
        if (steps !== 0) expect(Math.sign(steps)).toBe(Math.sign(coefficients[i]))
        expect(Math.abs(ratios[i] - steps)).toBeLessThanOrEqual(Math.max(2, Math.abs(ratios[i])))
      }
    }),
    { numRuns: 300 },
  )
})

test('the trellis at a price of nothing errs by no more than two steps', () => {
  const coefficients = levelsOf(5, 5, 3, 12, 900)
  const steps = scoped(kernel, () => {
    const [source, weights] = [place(kernel, coefficients), place(kernel, new Float32Array(1024).fill(1))]
    const [levelsAt, stepsAt] = [exports.allocate(4096), exports.allocate(4096)]
    exports.quantizeOnce(source, weights, levelsAt, stepsAt, 0, 5, 5, STEP, 0)
    return [...new Int32Array(memory.buffer, stepsAt, 1024)]
  })
  const errors = steps.map((count, i) => Math.abs(coefficients[i] / 4 - count))
  expect(Math.max(...errors)).toBeLessThanOrEqual(2)
  // a uniform quantizer of twice the step has 1/3 of a squared step; this one has less
  const squares = errors.reduce((sum, error) => sum + error * error, 0) / errors.length
  expect(squares).toBeLessThan(1 / 3)
})
