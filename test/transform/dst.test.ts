import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel
const sizes = [2, 3, 4].flatMap((w) => [2, 3, 4].map((h) => [w, h] as const))

function run(direction: 'forwardDst' | 'inverseDst', samples: number[], w: number, h: number): number[] {
  return scoped(kernel, () => {
    const source = place(kernel, new Uint8Array(Int32Array.from(samples).buffer))
    const out = exports.allocate(samples.length * 4)
    if (direction === 'forwardDst') exports.forwardDst(source, 1 << w, w, h, out)
    else exports.inverseDst(source, w, h, out, 1 << w)
    return [...new Int32Array(memory.buffer, out, samples.length)]
  })
}

/** Definition of the orthonormal DST-VII. */
const basis = (n: number, k: number, j: number) => (2 / Math.sqrt(2 * n + 1)) * Math.sin((Math.PI * (2 * k + 1) * (j + 1)) / (2 * n + 1))

/** Both passes with the matrix elements and the rounding given: exact, or in 1/4096 for the twin. */
function twice(
  x: number[],
  w: number,
  h: number,
  inverse: boolean,
  element: (n: number, k: number, j: number) => number,
  round: (v: number) => number,
) {
  const [width, height] = [1 << w, 1 << h]
  const at = (n: number, k: number, j: number) => (inverse ? element(n, j, k) : element(n, k, j))
  const columns = (values: number[]) =>
    values.map((_, i) => {
      const [u, v] = [i % width, Math.floor(i / width)]
      let sum = 0
      for (let j = 0; j < height; j++) sum += at(height, v, j) * values[j * width + u]
      return round(sum)
    })
  const rows = (values: number[]) =>
    values.map((_, i) => {
      const [u, v] = [i % width, Math.floor(i / width)]
      let sum = 0
      for (let j = 0; j < width; j++) sum += at(width, u, j) * values[v * width + j]
      return round(sum)
    })
  return inverse ? columns(rows(x)) : rows(columns(x))
}

const block = fc.constantFrom(...sizes).chain(([w, h]) =>
  fc.record({
    w: fc.constant(w),
    h: fc.constant(h),
    samples: fc.array(fc.integer({ min: -16384, max: 16384 }), { minLength: 1 << (w + h), maxLength: 1 << (w + h) }),
  }),
)

test('the kernel is its integer matrices, bit for bit, and the orthonormal DST-VII within its error', () => {
  const fixed = (n: number, k: number, j: number) => Math.round(4096 * basis(n, k, j))
  fc.assert(
    fc.property(block, fc.boolean(), ({ w, h, samples }, inverse) => {
      const out = run(inverse ? 'inverseDst' : 'forwardDst', samples, w, h)
      expect(out).toEqual(twice(samples, w, h, inverse, fixed, (v) => (v + 2048) >> 12))
      const bound = 2 + Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0)) / 4096
      const exact = twice(samples, w, h, inverse, basis, (v) => v)
      expect(Math.max(...out.map((value, i) => Math.abs(value - exact[i])))).toBeLessThanOrEqual(bound)
    }),
  )
})

test('what goes in comes out, within 16', () => {
  fc.assert(
    fc.property(block, ({ w, h, samples }) => {
      const halved = samples.map((x) => x >> 1)
      const back = run('inverseDst', run('forwardDst', halved, w, h), w, h)
      expect(Math.max(...back.map((value, i) => Math.abs(value - halved[i])))).toBeLessThanOrEqual(16)
    }),
  )
})
