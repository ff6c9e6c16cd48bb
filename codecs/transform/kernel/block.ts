/**
 * Two-dimensional transforms of blocks by type: the DCT-II, or, for residuals that grow away from the predicted edge, the DST-VII along
 * rows, down columns, or both. FORMAT.md, "Transforms".
 *
 *     type 0   DCT both ways, sides 4..64: {@link ./dct}
 *     type 1   DST both ways                                              sides 4, 8 and 16 in any pair
 *     type 2   DST along rows, DCT down columns
 *     type 3   DCT along rows, DST down columns
 *
 *     DST   S(k, j) = 2 / sqrt(2n + 1) sin(pi (2k + 1) (j + 1) / (2n + 1))          both in 1/4096, rounded
 *     DCT   C(k, j) = sqrt(2 / n) c(k) cos(pi (2j + 1) k / 2n)
 *
 * Samples and coefficients are i32, strides count samples, coefficients are row-major, the gain is orthonormal. Of types 1 to 3 each
 * pass is a matrix and rounds once, (sum + 2048) >> 12; the forward transform takes columns first, the inverse rows first.
 * Bounds: |sample| <= 2^14 gives sums of at most 2^28 in the first pass and 2^30 in the second. Error (tested): 2 + (norm of the
 * block) / 2^12; forward and inverse together 4 + norm / 2^11.
 */
import { forwardDct, inverseDct } from './dct'
import { transpose } from './transpose'

/**
 * Matrices of 4, 8 and 16 points, one after the other, each number as a vector of four: blocks of four outputs, in each the inputs in
 * turn, in each the four outputs' numbers.
 */
const forwardSines: usize = memory.data(336 * 16, 16)
const inverseSines: usize = memory.data(336 * 16, 16)
const forwardCosines: usize = memory.data(336 * 16, 16)
const inverseCosines: usize = memory.data(336 * 16, 16)
const work: usize = memory.data(16 * 16 * 4, 16)
const turned: usize = memory.data(16 * 16 * 4, 16)
let filled = false

// @inline
function matrixAt(matrices: usize, log2: i32): usize {
  return matrices + (log2 == 2 ? 0 : log2 == 3 ? 256 : 1280)
}

function storeNumber(matrices: usize, log2: i32, output: i32, input: i32, value: i32): void {
  const n = 1 << log2
  v128.store(matrixAt(matrices, log2) + ((<usize>((((output >> 2) * n + input) << 2) + (output & 3))) << 4), i32x4.splat(value))
}

function fillMatrices(): void {
  if (filled) return
  filled = true
  for (let log2 = 2; log2 <= 4; log2++) {
    const n = 1 << log2
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const sine = Math.sin((Math.PI * <f64>((2 * k + 1) * (j + 1))) / <f64>(2 * n + 1))
        const s = <i32>Math.floor((8192.0 / Math.sqrt(<f64>(2 * n + 1))) * sine + 0.5)
        const cosine = Math.cos((Math.PI * <f64>((2 * j + 1) * k)) / <f64>(2 * n))
        const c = <i32>Math.floor(4096.0 * Math.sqrt((k == 0 ? 1.0 : 2.0) / <f64>n) * cosine + 0.5)
        storeNumber(forwardSines, log2, k, j, s)
        storeNumber(inverseSines, log2, j, k, s)
        storeNumber(forwardCosines, log2, k, j, c)
        storeNumber(inverseCosines, log2, j, k, c)
      }
    }
  }
}

/** Rows of `out` = matrix times the first `used` rows of `from`; strides in bytes, `width` (columns) a multiple of 4. */
function multiply(matrix: usize, log2: i32, used: usize, from: usize, fromStride: usize, width: usize, out: usize, outStride: usize): void {
  const n = (<usize>1) << log2
  const half = i32x4.splat(2048)
  for (let k: usize = 0; k < n; k += 4) {
    const block = matrix + k * n * 16
    for (let x: usize = 0; x < width << 2; x += 16) {
      let sum0 = half
      let sum1 = half
      let sum2 = half
      let sum3 = half
      let source = from + x
      const end = block + (used << 6)
      for (let numbers = block; numbers < end; numbers += 64) {
        const value = v128.load(source)
        sum0 = i32x4.add(sum0, i32x4.mul(value, v128.load(numbers)))
        sum1 = i32x4.add(sum1, i32x4.mul(value, v128.load(numbers, 16)))
        sum2 = i32x4.add(sum2, i32x4.mul(value, v128.load(numbers, 32)))
        sum3 = i32x4.add(sum3, i32x4.mul(value, v128.load(numbers, 48)))
        source += fromStride
      }
      const to = out + k * outStride + x
      v128.store(to, i32x4.shr_s(sum0, 12))
      v128.store(to + outStride, i32x4.shr_s(sum1, 12))
      v128.store(to + 2 * outStride, i32x4.shr_s(sum2, 12))
      v128.store(to + 3 * outStride, i32x4.shr_s(sum3, 12))
    }
  }
}

/** See the head of this file. */
export function forwardBlock(type: i32, source: usize, sourceStride: i32, log2Width: i32, log2Height: i32, out: usize): void {
  if (type == 0) {
    forwardDct(source, sourceStride, log2Width, log2Height, out)
    return
  }
  fillMatrices()
  const width = (<usize>1) << log2Width
  const height = (<usize>1) << log2Height
  const down = type == 2 ? forwardCosines : forwardSines
  const across = type == 3 ? forwardCosines : forwardSines
  multiply(matrixAt(down, log2Height), log2Height, height, source, (<usize>sourceStride) << 2, width, work, width << 2)
  transpose(work, width << 2, width, height, turned, height << 2)
  multiply(matrixAt(across, log2Width), log2Width, width, turned, height << 2, height, work, height << 2)
  transpose(work, height << 2, height, width, out, width << 2)
}

/**
 * See the head of this file. Only the first `nonzeroWidth` coefficients of the first `nonzeroHeight` rows are read, rounded up to
 * multiples of 4; the others count as zero. The result does not depend on how tightly the two are given.
 */
export function inverseBlock(
  type: i32,
  coefficients: usize,
  log2Width: i32,
  log2Height: i32,
  out: usize,
  outStride: i32,
  nonzeroWidth: i32,
  nonzeroHeight: i32,
): void {
  if (type == 0) {
    inverseDct(coefficients, log2Width, log2Height, out, outStride, nonzeroWidth, nonzeroHeight)
    return
  }
  fillMatrices()
  const width = (<usize>1) << log2Width
  const height = (<usize>1) << log2Height
  const columns = (<usize>nonzeroWidth + 3) & ~3
  const rows = (<usize>nonzeroHeight + 3) & ~3
  const down = type == 2 ? inverseCosines : inverseSines
  const across = type == 3 ? inverseCosines : inverseSines
  transpose(coefficients, width << 2, columns, rows, turned, height << 2)
  multiply(matrixAt(across, log2Width), log2Width, columns, turned, height << 2, rows, work, height << 2)
  transpose(work, height << 2, rows, width, turned, width << 2)
  multiply(matrixAt(down, log2Height), log2Height, rows, turned, width << 2, width, out, (<usize>outStride) << 2)
}
