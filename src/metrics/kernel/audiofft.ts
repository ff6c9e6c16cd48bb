/**
 * Fourier transforms of 2^k points in 64 bits: decimation in time, radix 2, real and imaginary parts apart so that two
 * butterflies run at a time.
 *
 * A table for n points holds, for each stage of 2, 4, ... n points, the cosines and then the sines of its first half turn: in all
 * 2 (n - 1) f64.
 */
import { allocate } from '../../../codecs/wasm/kernel/arena'

/** Makes the table for n points in the arena. */
export function createFft(n: i32): usize {
  const table = allocate((<usize>(2 * (n - 1))) << 3)
  // the last stage has all turns; of the others each has every second one of the next
  let half = n >> 1
  let at = table + ((<usize>(half - 1)) << 4)
  for (let j = 0; j < half; j++) {
    const angle = (-Math.PI * j) / half
    f64.store(at + ((<usize>j) << 3), Math.cos(angle))
    f64.store(at + ((<usize>(half + j)) << 3), Math.sin(angle))
  }
  while (half > 1) {
    const next = at
    half >>= 1
    at -= (<usize>half) << 4
    for (let j: usize = 0; j < (<usize>half) << 4; j += 8) f64.store(at + j, f64.load(next + 2 * j))
  }
  return table
}

/** Swaps element i with the one of i's bits in reverse order. */
function reorder(re: usize, im: usize, n: i32): void {
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    const a = (<usize>i) << 3
    const b = (<usize>j) << 3
    const re0 = f64.load(re + a)
    f64.store(re + a, f64.load(re + b))
    f64.store(re + b, re0)
    const im0 = f64.load(im + a)
    f64.store(im + a, f64.load(im + b))
    f64.store(im + b, im0)
  }
}

/** Transforms n points in place: sum over t of x[t] exp(-2 pi i t k / n). */
export function fft(re: usize, im: usize, n: i32, table: usize): void {
  reorder(re, im, n)
  let twiddles = table
  for (let half = 1; half < n; half <<= 1) {
    const halfBytes = (<usize>half) << 3
    for (let start: usize = 0; start < (<usize>n) << 3; start += 2 * halfBytes) {
      const re0 = re + start
      const im0 = im + start
      if (half == 1) {
        const a = f64.load(re0)
        const b = f64.load(re0, 8)
        f64.store(re0, a + b)
        f64.store(re0, a - b, 8)
        const c = f64.load(im0)
        const d = f64.load(im0, 8)
        f64.store(im0, c + d)
        f64.store(im0, c - d, 8)
        continue
      }
      for (let j: usize = 0; j < halfBytes; j += 16) {
        const cosine = v128.load(twiddles + j)
        const sine = v128.load(twiddles + halfBytes + j)
        const farRe = v128.load(re0 + halfBytes + j)
        const farIm = v128.load(im0 + halfBytes + j)
        const turnedRe = f64x2.sub(f64x2.mul(farRe, cosine), f64x2.mul(farIm, sine))
        const turnedIm = f64x2.add(f64x2.mul(farRe, sine), f64x2.mul(farIm, cosine))
        const nearRe = v128.load(re0 + j)
        const nearIm = v128.load(im0 + j)
        v128.store(re0 + j, f64x2.add(nearRe, turnedRe))
        v128.store(im0 + j, f64x2.add(nearIm, turnedIm))
        v128.store(re0 + halfBytes + j, f64x2.sub(nearRe, turnedRe))
        v128.store(im0 + halfBytes + j, f64x2.sub(nearIm, turnedIm))
      }
    }
    twiddles += (<usize>half) << 4
  }
}

/**
 * Power spectrum of n real samples: n / 2 + 1 values. Even samples go through the transform as real and odd ones as imaginary
 * parts, and are parted after it.
 *
 * @param samples n f32
 * @param window n f64 that they are multiplied by
 * @param table of n points
 * @param scratch n f64
 */
export function powerSpectrum(samples: usize, window: usize, n: i32, scale: f64, table: usize, scratch: usize, power: usize): void {
  const half = n >> 1
  const re = scratch
  const im = scratch + ((<usize>half) << 3)
  for (let i = 0; i < half; i++) {
    const at = (<usize>i) << 3
    f64.store(re + at, <f64>f32.load(samples + at) * f64.load(window + 2 * at))
    f64.store(im + at, <f64>f32.load(samples + at, 4) * f64.load(window + 2 * at, 8))
  }
  // the stages of half as many points come first in the table; its last stage has the turns that part them
  fft(re, im, half, table)
  const turns = table + ((<usize>(2 * (half - 1))) << 3)
  for (let k = 0; k <= half; k++) {
    const at = (<usize>(k & (half - 1))) << 3
    const mirror = (<usize>((half - k) & (half - 1))) << 3
    const evenRe = 0.5 * (f64.load(re + at) + f64.load(re + mirror))
    const evenIm = 0.5 * (f64.load(im + at) - f64.load(im + mirror))
    const oddRe = 0.5 * (f64.load(im + at) + f64.load(im + mirror))
    const oddIm = 0.5 * (f64.load(re + mirror) - f64.load(re + at))
    const cosine = k < half ? f64.load(turns + at) : -1
    const sine = k < half ? f64.load(turns + ((<usize>half) << 3) + at) : 0
    const sumRe = evenRe + oddRe * cosine - oddIm * sine
    const sumIm = evenIm + oddRe * sine + oddIm * cosine
    f64.store(power + ((<usize>k) << 3), (sumRe * sumRe + sumIm * sumIm) * scale)
  }
}

/**
 * Correlation of a signal with itself: sums over `lags` points of x[k] x[k + lag], for lag = 0 .. lags - 1.
 *
 * @param signal 2 * lags f64; `lags` is even
 * @param result lags f64
 */
export function correlate(signal: usize, lags: i32, result: usize): void {
  const bytes = (<usize>lags) << 3
  for (let lag: usize = 0; lag < bytes; lag += 16) {
    let sum0 = f64x2.splat(0)
    let sum1 = f64x2.splat(0)
    for (let k: usize = 0; k < bytes; k += 16) {
      const x = v128.load(signal + k)
      sum0 = f64x2.add(sum0, f64x2.mul(x, v128.load(signal + k + lag)))
      sum1 = f64x2.add(sum1, f64x2.mul(x, v128.load(signal + k + lag, 8)))
    }
    f64.store(result + lag, f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1))
    f64.store(result + lag, f64x2.extract_lane(sum1, 0) + f64x2.extract_lane(sum1, 1), 8)
  }
}
