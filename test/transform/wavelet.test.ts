import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { sha256 } from '../hash.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel

interface Plane {
  width: number
  height: number
  levels: number
  reversible: boolean
  samples: number[]
}

/** Runs the kernel on a plane with four columns to spare, and sees that it leaves them alone. */
function run(direction: 'forwardWavelet' | 'inverseWavelet', { width, height, levels, reversible, samples }: Plane): number[] {
  const stride = ((width + 3) & ~3) + 4
  return scoped(kernel, () => {
    const padded = Int32Array.from({ length: stride * height + 4 }, (_, i) =>
      i % stride < width && i < stride * height ? samples[Math.floor(i / stride) * width + (i % stride)] : 12345,
    )
    const plane = place(kernel, new Uint8Array(padded.buffer))
    exports[direction](plane, stride, width, height, levels, reversible)
    const out = new Int32Array(memory.buffer, plane, padded.length)
    expect(out.every((value, i) => (i % stride < width && i < stride * height) || value === 12345)).toBe(true)
    return Array.from({ length: width * height }, (_, i) => out[Math.floor(i / width) * stride + (i % width)])
  })
}

/** Index that mirrors i about the ends of 0..n-1. */
const mirror = (i: number, n: number): number => {
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const j = ((i % period) + period) % period
  return j < n ? j : period - j
}

/** Definition of 9/7: the low-pass filter (about x[2j]) and the high-pass (about x[2j + 1]), low-pass gain sqrt(2). */
const LOW = [0.852698679009, 0.377402855613, -0.110624404418, -0.023849465019, 0.037828455507]
const HIGH = [0.788485616406, -0.418092273222, -0.040689417609, 0.064538882629]

function exactLine(x: number[]): number[] {
  const n = x.length
  if (n === 1) return [x[0] * Math.SQRT2]
  const filter = (taps: number[], at: number) =>
    taps.reduce((sum, tap, k) => sum + tap * (k === 0 ? x[at] : x[mirror(at - k, n)] + x[mirror(at + k, n)]), 0)
  const low = Array.from({ length: (n + 1) >> 1 }, (_, j) => filter(LOW, 2 * j))
  return [...low, ...Array.from({ length: n >> 1 }, (_, j) => filter(HIGH, 2 * j + 1))]
}

/** The integer steps on one line: the twin. */
const step97 = (factor: number) => (a: number, b: number) => Math.floor(((a + b) * factor + 2048) / 4096)
const steps97 = [-6496, -217, 3616, 1817].map(step97)
const steps53 = [(a: number, b: number) => -((a + b) >> 1), (a: number, b: number) => (a + b + 2) >> 2]
const scale = (value: number, factor: number) => value + ((Math.imul(value, factor) + 8192) >> 14)

function twinLine(x: number[], reversible: boolean): number[] {
  const n = x.length
  if (n === 1) return reversible ? x : [scale(x[0], 3771)]
  const y = [...x]
  for (const [i, step] of (reversible ? steps53 : steps97).entries()) {
    for (let at = 1 - (i & 1); at < n; at += 2) y[at] += step(y[mirror(at - 1, n)], y[mirror(at + 1, n)])
  }
  return [...y.filter((_, i) => i % 2 === 0), ...y.filter((_, i) => i % 2 === 1)]
}

/** All levels of a plane, by lines: rows, then columns, then what `finish` does to each sample of a level. */
function transform(
  { width, height, levels, samples }: Plane,
  line: (x: number[]) => number[],
  finish: (v: number, highs: number) => number,
) {
  const out = [...samples]
  for (let level = 0, w = width, h = height; level < levels; level++, w = (w + 1) >> 1, h = (h + 1) >> 1) {
    for (let y = 0; y < h; y++) for (const [x, v] of line(out.slice(y * width, y * width + w)).entries()) out[y * width + x] = v
    for (let x = 0; x < w; x++) {
      const column = line(Array.from({ length: h }, (_, y) => out[y * width + x]))
      for (const [y, v] of column.entries()) {
        out[y * width + x] = finish(v, (x >= (w + 1) >> 1 ? 1 : 0) + (y >= (h + 1) >> 1 ? 1 : 0))
      }
    }
  }
  return out
}

const plane = (most: number) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: most }),
      height: fc.integer({ min: 1, max: most }),
      levels: fc.integer({ min: 0, max: 5 }),
      reversible: fc.boolean(),
    })
    .chain((shape) => {
      const count = shape.width * shape.height
      const sample = fc.oneof(fc.integer({ min: -8192, max: 8192 }), fc.constantFrom(-8192, 8192))
      return fc.array(sample, { minLength: count, maxLength: count }).map((samples): Plane => ({ ...shape, samples }))
    })

test('the kernel does the integer steps, bit for bit, and nothing outside its plane', () => {
  fc.assert(
    fc.property(plane(41), (input) => {
      const { reversible } = input
      const finish = (v: number, highs: number) => (reversible || highs === 1 ? v : scale(v, highs === 0 ? 5269 : -3987))
      expect(run('forwardWavelet', input)).toEqual(transform(input, (x) => twinLine(x, reversible), finish))
    }),
  )
})

test('9/7 coefficients are those of the filters, to within the error of the constants', () => {
  fc.assert(
    fc.property(plane(24), (input) => {
      const exact = transform(input, exactLine, (v) => v)
      const largest = Math.max(...exact.map(Math.abs))
      run('forwardWavelet', { ...input, reversible: false }).forEach((value, i) => {
        expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(20 + largest / 128)
      })
    }),
  )
})

test('what goes in comes out: 5/3 exactly, 9/7 within 8', () => {
  fc.assert(
    fc.property(plane(41), (input) => {
      const back = run('inverseWavelet', { ...input, samples: run('forwardWavelet', input) })
      const bound = input.reversible ? 0 : 8
      expect(Math.max(...back.map((value, i) => Math.abs(value - input.samples[i])))).toBeLessThanOrEqual(bound)
    }),
  )
})

test('white text on black survives five levels', () => {
  const samples = Array.from({ length: 96 * 96 }, (_, i) =>
    Math.floor((i % 96) / 17) % 2 === 0 || Math.floor(i / 1700) % 2 === 0 ? 8192 : -8192,
  )
  const input = { width: 96, height: 96, levels: 5, reversible: false, samples }
  const back = run('inverseWavelet', { ...input, samples: run('forwardWavelet', input) })
  expect(Math.max(...back.map((value, i) => Math.abs(value - samples[i])))).toBeLessThanOrEqual(8)
})

test('flat planes have no detail, and the low-pass shifted down is the picture at 1:2^k', () => {
  for (const level of [8192, -8192, 64]) {
    for (const reversible of [false, true]) {
      for (const [width, height] of [
        [64, 48],
        [37, 5],
        [1, 33],
        [1, 1],
      ]) {
        const samples = new Array(width * height).fill(level)
        const out = run('forwardWavelet', { width, height, levels: 5, reversible, samples })
        const [w, h] = [(width + 31) >> 5, (height + 31) >> 5]
        out.forEach((value, i) => {
          const low = i % width < w && i < h * width
          if (!low) expect(Math.abs(value)).toBeLessThanOrEqual(reversible ? 0 : 40)
          else expect(Math.abs((reversible ? value : value >> 5) - level)).toBeLessThanOrEqual(reversible ? 0 : 3)
        })
      }
    }
  }
})

test('the synthesis functions of 9/7 have the norms that are stated', () => {
  const side = 512
  const stated = { one: [1.01, 1.0, 1.04, 1.07, 1.07], both: [1.04, 0.97, 1.04, 1.07, 1.08], none: [0.98, 1.04, 1.05, 1.06, 1.06] }
  for (let level = 1; level <= 5; level++) {
    const half = side >> level
    const middle = half >> 1
    for (const [name, x, y] of [
      ['one', half + middle, middle],
      ['both', half + middle, half + middle],
      ['none', middle, middle],
    ] as const) {
      const samples = new Array(side * side).fill(0)
      samples[y * side + x] = 2 ** 17
      const out = run('inverseWavelet', { width: side, height: side, levels: level, reversible: false, samples })
      const norm = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0)) / 2 ** 17
      expect(norm).toBeCloseTo(stated[name][level - 1], 1.7)
    }
  }
})

test('samples are the same for ever', () => {
  const samples = Array.from({ length: 45 * 38 }, (_, i) => ((i * i * 31) % 4001) - 2000)
  const out = run('inverseWavelet', { width: 45, height: 38, levels: 4, reversible: false, samples })
  expect(sha256(Buffer.from(Int32Array.from(out).buffer))).toMatchInlineSnapshot(
    `"6f858fc0451b47eecc6d0bf284c134e466da0cb572b0f268e36445f38268ec92"`,
  )
})
