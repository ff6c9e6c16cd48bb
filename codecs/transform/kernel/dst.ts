/**
 * Two-dimensional integer DST-VII of blocks whose sides are 4, 8 or 16: for residuals that grow away from the predicted edge.
 *
 *     forwardDst(source, sourceStride, log2Width, log2Height, out)
 *     inverseDst(coefficients, log2Width, log2Height, out, outStride)
 *
 *     X[k] = sum S(k, j) x[j]        S(k, j) = 2 / sqrt(2n + 1) sin(pi (2k + 1) (j + 1) / (2n + 1)), in 1/4096, rounded
 *
 * Samples and coefficients are i32, as for the DCT ({@link ./dct}): row-major coefficients, strides in samples, orthonormal gain.
 * Each pass rounds once, (sum + 2048) >> 12; the forward transform takes columns first, the inverse rows first.
 * Bounds: |sample| <= 2^14 gives a norm of 2^18 at most, and sums below 2^31. Error (tested): 2 + (norm of the block) / 2^12;
 * forward and inverse together 16.
 * Matrices, not butterflies: 5 to 6 ns per sample.
 */

/** S of 4, 8 and 16 points, row-major i32, one after the other. */
const matrices: usize = memory.data((16 + 64 + 256) * 4, 16)
const work: usize = memory.data(16 * 16 * 4, 16)
const turned: usize = memory.data(16 * 16 * 4, 16)
let filled = false

// @ts-ignore: decorator
@inline
function matrixOf(log2: i32): usize {
  return matrices + (log2 == 2 ? 0 : log2 == 3 ? 64 : 320)
}

function fillMatrices(): void {
  if (filled) return
  filled = true
  for (let log2 = 2; log2 <= 4; log2++) {
    const n = 1 << log2
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const angle = (Math.PI * <f64>((2 * k + 1) * (j + 1))) / <f64>(2 * n + 1)
        const value = Math.floor((8192.0 / Math.sqrt(<f64>(2 * n + 1))) * Math.sin(angle) + 0.5)
        store<i32>(matrixOf(log2) + ((<usize>(k * n + j)) << 2), <i32>value)
      }
    }
  }
}

/** Rows of `out` = S (or its transpose) times rows of `source`; strides in bytes, `width` a multiple of 4. */
function multiply(log2: i32, transposed: bool, source: usize, sourceStride: usize, width: usize, out: usize, outStride: usize): void {
  const n = <usize>1 << log2
  const matrix = matrixOf(log2)
  const step: usize = transposed ? n << 2 : 4
  for (let k: usize = 0; k < n; k++) {
    const row = matrix + (transposed ? k << 2 : k << (log2 + 2))
    for (let x: usize = 0; x < width << 2; x += 16) {
      let sum = i32x4.splat(2048)
      let from = source + x
      let at = row
      for (let j: usize = 0; j < n; j++) {
        sum = i32x4.add(sum, i32x4.mul(v128.load(from), v128.load32_splat(at)))
        from += sourceStride
        at += step
      }
      v128.store(out + x, i32x4.shr_s(sum, 12))
    }
    out += outStride
  }
}

function transpose(source: usize, width: usize, height: usize, out: usize): void {
  for (let y: usize = 0; y < height; y++) {
    for (let x: usize = 0; x < width; x++) store<i32>(out + ((x * height + y) << 2), load<i32>(source + ((y * width + x) << 2)))
  }
}

export function forwardDst(source: usize, sourceStride: i32, log2Width: i32, log2Height: i32, out: usize): void {
  fillMatrices()
  const width = <usize>1 << log2Width
  const height = <usize>1 << log2Height
  multiply(log2Height, false, source, <usize>sourceStride << 2, width, work, width << 2)
  transpose(work, width, height, turned)
  multiply(log2Width, false, turned, height << 2, height, work, height << 2)
  transpose(work, height, width, out)
}

export function inverseDst(coefficients: usize, log2Width: i32, log2Height: i32, out: usize, outStride: i32): void {
  fillMatrices()
  const width = <usize>1 << log2Width
  const height = <usize>1 << log2Height
  transpose(coefficients, width, height, turned)
  multiply(log2Width, true, turned, height << 2, height, work, height << 2)
  transpose(work, height, width, turned)
  multiply(log2Height, true, turned, width << 2, width, out, <usize>outStride << 2)
}
