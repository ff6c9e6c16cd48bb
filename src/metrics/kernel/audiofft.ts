/**
 * Fourier transforms of 2^k points in 64 bits: decimation in time, radix 2, real and imaginary parts apart so that two
 * butterflies run at a time.
 *
 * A table for n points holds, for each stage of 2, 4, ... n points, the cosines and then the sines of its first half turn: in all
 * 2 (n - 1) f64.
 */
import { allocateRow, Row, rowAt } from '../../../codecs/wasm/kernel/row'

/** Makes the table for n points in the arena. */
export function createFft(n: i32): Row<f64> {
  const table = allocateRow<f64>(2 * (n - 1))
  // the last stage has all turns; of the others each has every second one of the next
  let half = n >> 1
  let stage = table.from(2 * (half - 1))
  for (let j = 0; j < half; j++) {
    const angle = (-Math.PI * j) / half
    stage[j] = Math.cos(angle)
    stage[half + j] = Math.sin(angle)
  }
  while (half > 1) {
    const next = stage
    half >>= 1
    stage = stage.from(-2 * half)
    for (let j = 0; j < 2 * half; j++) stage[j] = next[2 * j]
  }
  return table
}

/** Swaps element i with the one of i's bits in reverse order. */
function reorder(re: Row<f64>, im: Row<f64>, n: i32): void {
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    const re0 = re[i]
    re[i] = re[j]
    re[j] = re0
    const im0 = im[i]
    im[i] = im[j]
    im[j] = im0
  }
}

/** Transforms n points in place: sum over t of x[t] exp(-2 pi i t k / n). */
export function fft(re: usize, im: usize, n: i32, table: usize): void {
  reorder(rowAt<f64>(re), rowAt<f64>(im), n)
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
 * @param samples n of them
 * @param window n factors of the samples
 * @param table of n points
 * @param scratch room for n
 */
export function powerSpectrum(
  samples: Row<f32>,
  window: Row<f64>,
  n: i32,
  scale: f64,
  table: Row<f64>,
  scratch: Row<f64>,
  power: Row<f64>,
): void {
  const half = n >> 1
  const re = scratch
  const im = scratch.from(half)
  for (let i = 0; i < half; i++) {
    re[i] = <f64>samples[2 * i] * window[2 * i]
    im[i] = <f64>samples[2 * i + 1] * window[2 * i + 1]
  }
  // the stages of half as many points come first in the table; its last stage has the turns that part them
  fft(changetype<usize>(re), changetype<usize>(im), half, changetype<usize>(table))
  const turns = table.from(2 * (half - 1))
  for (let k = 0; k <= half; k++) {
    const at = k & (half - 1)
    const mirror = (half - k) & (half - 1)
    const evenRe = 0.5 * (re[at] + re[mirror])
    const evenIm = 0.5 * (im[at] - im[mirror])
    const oddRe = 0.5 * (im[at] + im[mirror])
    const oddIm = 0.5 * (re[mirror] - re[at])
    const cosine = k < half ? turns[at] : -1
    const sine = k < half ? turns[half + at] : 0
    const sumRe = evenRe + oddRe * cosine - oddIm * sine
    const sumIm = evenIm + oddRe * sine + oddIm * cosine
    power[k] = (sumRe * sumRe + sumIm * sumIm) * scale
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
