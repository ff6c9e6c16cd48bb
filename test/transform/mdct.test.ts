import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel

function mdct(lines: number, input: Float32Array, left: number, right: number, inverse: boolean): Float32Array {
  return scoped(kernel, () => {
    const count = inverse ? 2 * lines : lines
    const from = place(kernel, new Uint8Array(input.buffer, input.byteOffset, input.byteLength))
    const out = place(kernel, new Uint8Array(count * 4))
    exports.mdctOnce(lines, from, left, right, out, inverse ? 1 : 0)
    return new Float32Array(memory.buffer, out, count).slice()
  })
}

/** Weight of sample i of the M under a rising slope. */
function rising(length: number, lines: number, i: number): number {
  const inside = i - (lines - length) / 2
  if (inside < 0) return 0
  return inside < length ? Math.sin((Math.PI / 2) * Math.sin(((Math.PI / 2) * (inside + 0.5)) / length) ** 2) : 1
}

const window = (lines: number, left: number, right: number, n: number) =>
  n < lines ? rising(left, lines, n) : rising(right, lines, 2 * lines - 1 - n)

/** The definition. */
function definition(x: Float32Array, lines: number, left: number, right: number): number[] {
  return Array.from({ length: lines }, (_, k) => {
    let sum = 0
    for (let n = 0; n < 2 * lines; n++) {
      sum += window(lines, left, right, n) * x[n] * Math.cos((Math.PI / lines) * (n + 0.5 + lines / 2) * (k + 0.5))
    }
    return Math.sqrt(2 / lines) * sum
  })
}

const samples = (length: number) => fc.float32Array({ minLength: length, maxLength: length, min: -1, max: 1, noNaN: true })
const size = fc.constantFrom(16, 32, 128)

test('lines are those of the definition, whatever the slopes', () => {
  const cases = size.chain((lines) =>
    fc.record({
      lines: fc.constant(lines),
      x: samples(2 * lines),
      left: fc.constantFrom(lines, lines / 8),
      right: fc.constantFrom(lines, lines / 8),
    }),
  )
  fc.assert(
    fc.property(cases, ({ lines, x, left, right }) => {
      const got = mdct(lines, x, left, right, false)
      for (const [k, wanted] of definition(x, lines, left, right).entries()) expect(Math.abs(got[k] - wanted)).toBeLessThan(1e-5)
    }),
    { numRuns: 50 },
  )
})

test('neighbours that share a slope sum to the signal', () => {
  const cases = size.chain((lines) =>
    fc.record({ lines: fc.constant(lines), x: samples(3 * lines), shared: fc.constantFrom(lines, lines / 8) }),
  )
  fc.assert(
    fc.property(cases, ({ lines, x, shared }) => {
      const first = mdct(lines, mdct(lines, x.slice(0, 2 * lines), lines, shared, false), lines, shared, true)
      const second = mdct(lines, mdct(lines, x.slice(lines), shared, lines, false), shared, lines, true)
      for (let i = 0; i < lines; i++) expect(Math.abs(first[lines + i] + second[i] - x[lines + i])).toBeLessThan(1e-5)
    }),
    { numRuns: 50 },
  )
})
