import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel
const sizes = [2, 3, 4].flatMap((w) => [2, 3, 4].map((h) => [w, h] as const))

function run(type: number, inverse: boolean, samples: ArrayLike<number>, w: number, h: number, kept?: [number, number]): number[] {
  return scoped(kernel, () => {
    const source = place(kernel, Int32Array.from(samples))
    const out = exports.allocate(samples.length * 4)
    if (inverse) exports.inverseBlock(type, source, w, h, out, 1 << w, ...(kept ?? [1 << w, 1 << h]))
    else exports.forwardBlock(type, source, 1 << w, w, h, out)
    return [...new Int32Array(memory.buffer, out, samples.length)]
  })
}

type Basis = (n: number, k: number, j: number) => number
const sine: Basis = (n, k, j) => (2 / Math.sqrt(2 * n + 1)) * Math.sin((Math.PI * (2 * k + 1) * (j + 1)) / (2 * n + 1))
const cosine: Basis = (n, k, j) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * n))
const fixed =
  (basis: Basis): Basis =>
  (n, k, j) =>
    Math.floor(4096 * basis(n, k, j) + 0.5)

/** Both passes by definition; `round` is what each pass does with its sums. */
function twice(x: number[], w: number, h: number, inverse: boolean, across: Basis, down: Basis, round: (v: number) => number) {
  const [width, height] = [1 << w, 1 << h]
  const at = (basis: Basis, n: number, k: number, j: number) => (inverse ? basis(n, j, k) : basis(n, k, j))
  const columns = (values: number[]) =>
    values.map((_, i) => {
      const [u, v] = [i % width, Math.floor(i / width)]
      let sum = 0
      for (let j = 0; j < height; j++) sum += at(down, height, v, j) * values[j * width + u]
      return round(sum)
    })
  const rows = (values: number[]) =>
    values.map((_, i) => {
      const [u, v] = [i % width, Math.floor(i / width)]
      let sum = 0
      for (let j = 0; j < width; j++) sum += at(across, width, u, j) * values[v * width + j]
      return round(sum)
    })
  return inverse ? columns(rows(x)) : rows(columns(x))
}

const block = fc.constantFrom(...sizes).chain(([w, h]) =>
  fc.record({
    w: fc.constant(w),
    h: fc.constant(h),
    type: fc.constantFrom(1, 2, 3),
    samples: fc.array(fc.integer({ min: -16384, max: 16384 }), { minLength: 1 << (w + h), maxLength: 1 << (w + h) }),
  }),
)

test('types 1 to 3 are their integer matrices, bit for bit, and the orthonormal transforms within their error', () => {
  fc.assert(
    fc.property(block, fc.boolean(), ({ w, h, type, samples }, inverse) => {
      const across = type === 3 ? cosine : sine
      const down = type === 2 ? cosine : sine
      const out = run(type, inverse, samples, w, h)
      expect(out).toEqual(twice(samples, w, h, inverse, fixed(across), fixed(down), (v) => (v + 2048) >> 12))
      const bound = 2 + Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0)) / 4096
      const exact = twice(samples, w, h, inverse, across, down, (v) => v)
      expect(Math.max(...out.map((value, i) => Math.abs(value - exact[i])))).toBeLessThanOrEqual(bound)
    }),
  )
})

test('the inverse takes a block back to within its error', () => {
  fc.assert(
    fc.property(block, ({ w, h, type, samples }) => {
      const back = run(type, true, run(type, false, samples, w, h), w, h)
      const bound = 4 + Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0)) / 2048
      expect(Math.max(...back.map((value, i) => Math.abs(value - samples[i])))).toBeLessThanOrEqual(bound)
    }),
  )
})

test('the inverse may be told where the coefficients end', () => {
  fc.assert(
    fc.property(block, fc.nat(), fc.nat(), ({ w, h, type, samples }, a, b) => {
      const kept: [number, number] = [1 + (a % (1 << w)), 1 + (b % (1 << h))]
      const coefficients = samples.map((value, i) => (i % (1 << w) < kept[0] && i >> w < kept[1] ? value : 0))
      expect(run(type, true, coefficients, w, h, kept)).toEqual(run(type, true, coefficients, w, h))
    }),
  )
})

test('type 0 is the DCT', () => {
  const samples = Int32Array.from({ length: 64 * 32 }, (_, i) => ((i * 7919) % 4001) - 2000)
  const [plain, typed] = scoped(kernel, () => {
    const source = place(kernel, samples)
    const [a, b] = [exports.allocate(1024 * 4), exports.allocate(1024 * 4)]
    exports.forwardDct(source, 64, 6, 5, a)
    exports.forwardBlock(0, source, 64, 6, 5, b)
    return [a, b].map((at) => [...new Int32Array(memory.buffer, at, 1024)])
  })
  expect(typed).toEqual(plain)
})
