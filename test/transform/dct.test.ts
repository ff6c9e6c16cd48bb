import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { sha256 } from '../hash.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel
const kept = (n: number) => Math.min(n, 32)

/** Block sizes: sides 4..64, at most 4:1. */
const sizes = [2, 3, 4, 5, 6].flatMap((w) => [2, 3, 4, 5, 6].filter((h) => Math.abs(w - h) <= 2).map((h) => [w, h] as const))

function forward(samples: Int32Array, log2Width: number, log2Height: number): Int32Array {
  return scoped(kernel, () => {
    const count = kept(1 << log2Width) * kept(1 << log2Height)
    const source = place(kernel, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    const out = exports.allocate(count * 4)
    exports.forwardDct(source, 1 << log2Width, log2Width, log2Height, out)
    return new Int32Array(memory.buffer, out, count).slice()
  })
}

function inverse(coefficients: Int32Array, log2Width: number, log2Height: number, nonzero?: readonly [number, number]): Int32Array {
  return scoped(kernel, () => {
    const count = 1 << (log2Width + log2Height)
    const source = place(kernel, new Uint8Array(coefficients.buffer, coefficients.byteOffset, coefficients.byteLength))
    const out = exports.allocate(count * 4)
    const [width, height] = nonzero ?? [kept(1 << log2Width), kept(1 << log2Height)]
    exports.inverseDct(source, log2Width, log2Height, out, 1 << log2Width, width, height)
    return new Int32Array(memory.buffer, out, count).slice()
  })
}

/** Definition: rows of the orthonormal DCT-II matrix. */
const basis = (n: number, k: number, j: number) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * n))
const bases = new Map([4, 8, 16, 32, 64].map((n) => [n, Array.from({ length: n * n }, (_, i) => basis(n, Math.floor(i / n), i % n))]))

/** Orthonormal 2-D DCT in f64 of all width x height coefficients, or its inverse. */
function exact(x: ArrayLike<number>, width: number, height: number, transposed: boolean): Float64Array {
  const across = (from: ArrayLike<number>, n: number, lines: number, step: number, lineStep: number) => {
    const out = new Float64Array(from.length)
    const matrix = bases.get(n)!
    for (let line = 0; line < lines; line++) {
      for (let k = 0; k < n; k++) {
        let sum = 0
        for (let j = 0; j < n; j++) sum += matrix[transposed ? j * n + k : k * n + j] * from[line * lineStep + j * step]
        out[line * lineStep + k * step] = sum
      }
    }
    return out
  }
  return across(across(x, width, height, 1, width), height, width, width, 1)
}

/** Coefficients outside the kept corner put to zero, on the full raster; `cut` takes the corner out. */
const embed = (corner: ArrayLike<number>, width: number, height: number) =>
  Float64Array.from({ length: width * height }, (_, i) => {
    const [u, v] = [i % width, Math.floor(i / width)]
    return u < 32 && v < 32 ? corner[v * kept(width) + u] : 0
  })

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

/** The integer definition, line by line: the twin of the kernel. */
const turn = (a: number, c: number, b: number, d: number) => (Math.imul(a, c) + Math.imul(b, d) + 2048) >> 12
const fixed = (x: number) => Math.round(4096 * x)

function type2(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [x[0] + x[1], turn(x[0] - x[1], 2896, 0, 0)]
  const even = type2(x.slice(0, n / 2).map((a, j) => a + x[n - 1 - j]))
  const odd = type4(x.slice(0, n / 2).map((a, j) => a - x[n - 1 - j]))
  return even.flatMap((e, k) => [e, odd[k]])
}

function inverseType2(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [x[0] + turn(x[1], 2896, 0, 0), x[0] - turn(x[1], 2896, 0, 0)]
  const even = inverseType2(x.filter((_, k) => k % 2 === 0))
  const odd = type4(x.filter((_, k) => k % 2 === 1))
  return [...even.map((e, j) => e + odd[j]), ...even.map((e, j) => e - odd[j]).reverse()]
}

function type4(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [turn(x[0], 3784, x[1], 1567), turn(x[0], 1567, x[1], -3784)]
  const cosine = (j: number) => fixed(Math.cos((Math.PI * (2 * j + 1)) / (4 * n)))
  const sine = (j: number) => fixed(Math.sin((Math.PI * (2 * j + 1)) / (4 * n)))
  const head = x.slice(0, n / 2)
  const a = type2(head.map((value, j) => turn(value, cosine(j), x[n - 1 - j], sine(j))))
  const b = type2(
    head.map((value, j) => (j % 2 === 0 ? turn(x[n - 1 - j], cosine(j), -value, sine(j)) : turn(value, sine(j), -x[n - 1 - j], cosine(j)))),
  )
  const out = new Array(n)
  out[0] = a[0]
  out[n - 1] = -b[0]
  for (let k = 1; k < n / 2; k++) {
    out[2 * k] = a[k] + b[n / 2 - k]
    out[2 * k - 1] = a[k] - b[n / 2 - k]
  }
  return out
}

const shifted = (a: number, shift: number) => (a + ((1 << shift) >> 1)) >> shift
const scaled = (a: number, shift: number) => shifted((Math.imul(a, 2896) + (Math.imul(a, 79) >> 8)) | 0, 12 + shift)
function between(a: number, row: number, oblong: boolean, shift: number): number {
  if ((row === 0) === oblong) return shifted(a, row === 0 ? shift + 1 : shift)
  return scaled(a, shift)
}

function twinForward(samples: ArrayLike<number>, log2Width: number, log2Height: number): number[] {
  const [width, height, sides] = [1 << log2Width, 1 << log2Height, log2Width + log2Height]
  const first = Math.min((sides >> 1) - 1, Math.max(0, sides - 6))
  const columns = Array.from({ length: width }, (_, x) => type2(Array.from({ length: height }, (_, y) => samples[y * width + x])))
  const rows = Array.from({ length: kept(height) }, (_, y) => type2(columns.map((column) => between(column[y], y, sides % 2 === 1, first))))
  const rest = (sides >> 1) - 1 - first
  return rows.flatMap((row) => row.slice(0, 32).map((a, x) => (x === 0 ? scaled(a, rest) : shifted(a, rest))))
}

function twinInverse(coefficients: ArrayLike<number>, log2Width: number, log2Height: number): number[] {
  const [width, height, sides] = [1 << log2Width, 1 << log2Height, log2Width + log2Height]
  const first = Math.max(0, sides - 9)
  const full = embed(coefficients, width, height)
  const rows = Array.from({ length: height }, (_, y) =>
    inverseType2(Array.from({ length: width }, (_, x) => (x === 0 ? scaled(full[y * width], 0) : full[y * width + x]))).map((a) =>
      between(a, y, sides % 2 === 1, first),
    ),
  )
  const columns = rows[0].map((_, x) => inverseType2(rows.map((row) => row[x])))
  return rows.flatMap((_, y) => columns.map((column) => shifted(column[y], (sides >> 1) - 1 - first)))
}

/** Largest error of a forward coefficient: rounding, and the constants' error of 1.2e-4 in every step. */
const forwardBound = (samples: Int32Array) => 4 + Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0)) / 4096

const sample = fc.oneof(fc.integer({ min: -8192, max: 8192 }), fc.constantFrom(-8192, 8192, 0))
const block = fc.constantFrom(...sizes).chain(([w, h]) =>
  fc.record({
    w: fc.constant(w),
    h: fc.constant(h),
    samples: fc.array(sample, { minLength: 1 << (w + h), maxLength: 1 << (w + h) }).map((values) => Int32Array.from(values)),
  }),
)

test('coefficients and samples are those of the orthonormal DCT, within the stated error', () => {
  fc.assert(
    fc.property(block, ({ w, h, samples }) => {
      const [width, height] = [1 << w, 1 << h]
      const coefficients = forward(samples, w, h)
      const truth = exact(samples, width, height, false)
      const corner = embed(coefficients, width, height)
      const kept = truth.map((value, i) => (i % width < 32 && i / width < 32 ? value : 0))
      expect(worst(kept, corner)).toBeLessThanOrEqual(forwardBound(samples))
      const back = inverse(coefficients, w, h)
      expect(worst(back, exact(corner, width, height, true))).toBeLessThanOrEqual(8)
      if (width < 64 && height < 64) expect(worst(back, samples)).toBeLessThanOrEqual(16)
    }),
    { numRuns: 60 },
  )
})

test('the kernel does what its integer definition says, bit for bit, also on numbers out of range', () => {
  const wild = fc.constantFrom(...sizes).chain(([w, h]) =>
    fc.record({
      w: fc.constant(w),
      h: fc.constant(h),
      bits: fc.integer({ min: 4, max: 30 }),
      values: fc.array(fc.integer(), { minLength: 1 << (w + h), maxLength: 1 << (w + h) }),
    }),
  )
  fc.assert(
    fc.property(wild, ({ w, h, bits, values }) => {
      const numbers = Int32Array.from(values, (value) => value >> (31 - Math.min(bits, 24)))
      expect([...forward(numbers, w, h)]).toEqual(twinForward(numbers, w, h))
      const corner = numbers.slice(0, kept(1 << w) * kept(1 << h))
      expect([...inverse(corner, w, h)]).toEqual(twinInverse(corner, w, h))
    }),
    { numRuns: 60 },
  )
})

test('extremes neither overflow nor lose a level: flat blocks, and each basis picture at full swing', () => {
  for (const [w, h] of sizes) {
    const [width, height] = [1 << w, 1 << h]
    for (const level of [-8192, 8192, 8191, 1, -1, 64]) {
      const flat = new Int32Array(width * height).fill(level)
      const coefficients = forward(flat, w, h)
      expect(Math.abs(coefficients[0] - level * Math.sqrt(width * height))).toBeLessThanOrEqual(1 + Math.sqrt(width * height) / 2)
      expect(worst(coefficients.subarray(1), new Int32Array(coefficients.length - 1))).toBe(0)
      expect(worst(inverse(coefficients, w, h), flat)).toBeLessThanOrEqual(1)
    }
    for (const [u, v] of [
      [1, 0],
      [0, 3],
      [2, 1],
      [kept(width) - 1, kept(height) - 1],
      [1, kept(height) - 1],
    ]) {
      const picture = Int32Array.from({ length: width * height }, (_, i) =>
        basis(width, u, i % width) * basis(height, v, Math.floor(i / width)) < 0 ? -8192 : 8192,
      )
      const corner = embed(forward(picture, w, h), width, height)
      const truth = exact(picture, width, height, false)
      const kept = truth.map((value, i) => (i % width < 32 && i / width < 32 ? value : 0))
      expect(worst(kept, corner)).toBeLessThanOrEqual(forwardBound(picture))
    }
  }
})

test('the inverse may be told where the coefficients end', () => {
  fc.assert(
    fc.property(block, fc.nat(), fc.nat(), ({ w, h, samples }, a, b) => {
      const [width, height] = [kept(1 << w), kept(1 << h)]
      const [nonzeroWidth, nonzeroHeight] = [1 + (a % width), 1 + (b % height)]
      const coefficients = samples
        .slice(0, width * height)
        .map((value, i) => (i % width < nonzeroWidth && i / width < nonzeroHeight ? value : 0))
      expect(inverse(coefficients, w, h, [nonzeroWidth, nonzeroHeight])).toEqual(inverse(coefficients, w, h))
    }),
    { numRuns: 60 },
  )
})

test('samples are the same for ever', () => {
  let seed = 1
  const bytes = sizes.map(([w, h]) => {
    const coefficients = Int32Array.from({ length: kept(1 << w) * kept(1 << h) }, (_, i) => {
      seed = Math.imul(seed, 747796405) + 1
      return (seed >> 16) >> Math.min(15, i >> 2)
    })
    return Buffer.from(inverse(coefficients, w, h).buffer)
  })
  expect(sha256(Buffer.concat(bytes))).toMatchInlineSnapshot(`"0cc4199d50908618d53e49aff98ed62a58cc81b162ba633be691014aeaf31d1e"`)
})
