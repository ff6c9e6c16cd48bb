/**
 * Modified discrete cosine transform of M lines, M a power of two from 16 to 8192, orthonormal with its window.
 *
 *     X[k] = sqrt(2 / M) * sum over n < 2M of w[n] x[n] cos(pi/M (n + 1/2 + M/2) (k + 1/2))
 *
 * Folding makes it a DCT-IV, which is its own inverse, and which a complex FFT of M/2 points does. f64 throughout, every operation in
 * a fixed order, twiddles by the compiled-in cosine: the same bits on every platform. Error of the transform and back: below
 * 2^-44 of the largest sample (tested against the definition).
 *
 * Windows are given by their two slopes. A slope of length L lies in the middle of its M samples, 0 before it and 1 after:
 *
 *     slope[i] = sin(pi/2 sin^2(pi/2 (i + 1/2) / L))        slope[i]^2 + slope[L-1-i]^2 = 1
 *
 * so that any two neighbours with the same slope between them sum to the signal.
 * Source: Princen and Bradley 1986; slope of the Vorbis I specification, section 4.3.1.
 */
import { allocate } from '../../wasm/kernel/arena'

/** Complex f64 working vector of M/2 points, and the folded sequence of M. */
const points: usize = memory.data(8192 * 8, 64)
const folded: usize = memory.data(8192 * 8, 64)

/** The tables of one transform size. */
@unmanaged
export class Mdct {
  lines: i32
  /** exp(-i pi (8n + 1) / 8M) for n < M/2: complex f64. */
  twiddles: usize
  /** exp(-2 pi i n / (M/2)) for n < M/4: complex f64. */
  roots: usize
  /** Bit-reversed index of each of the M/2 points: u16. */
  order: usize
}

/** Makes the tables for `lines` = M on the arena. */
export function createMdct(lines: i32): Mdct {
  const mdct = changetype<Mdct>(allocate(offsetof<Mdct>()))
  const half = lines >> 1
  mdct.lines = lines
  mdct.twiddles = allocate((<usize>half) << 4)
  mdct.roots = allocate((<usize>half) << 3)
  mdct.order = allocate((<usize>half) << 1)
  for (let n = 0; n < half; n++) {
    const angle = (-Math.PI * <f64>(8 * n + 1)) / <f64>(8 * lines)
    store<f64>(mdct.twiddles + ((<usize>n) << 4), Math.cos(angle))
    store<f64>(mdct.twiddles + ((<usize>n) << 4), Math.sin(angle), 8)
  }
  for (let n = 0; n < half >> 1; n++) {
    const angle = (-2 * Math.PI * <f64>n) / <f64>half
    store<f64>(mdct.roots + ((<usize>n) << 4), Math.cos(angle))
    store<f64>(mdct.roots + ((<usize>n) << 4), Math.sin(angle), 8)
  }
  const bits = 31 - clz(half)
  for (let n = 0; n < half; n++) {
    let reversed = 0
    for (let bit = 0; bit < bits; bit++) reversed |= ((n >> bit) & 1) << (bits - 1 - bit)
    store<u16>(mdct.order + ((<usize>n) << 1), <u16>reversed)
  }
  return mdct
}

/** The slope of length `length` as f64, on the arena. */
export function createSlope(length: i32): usize {
  const slope = allocate((<usize>length) << 3)
  for (let i = 0; i < length; i++) {
    const s = Math.sin((Math.PI / 2) * ((<f64>i + 0.5) / <f64>length))
    store<f64>(slope + ((<usize>i) << 3), Math.sin((Math.PI / 2) * s * s))
  }
  return slope
}

/** Radix-2 FFT in place on `points`, whose input is in bit-reversed order; two points at a time, one complex number each. */
function fft(mdct: Mdct): void {
  const count = mdct.lines >> 1
  for (let size = 2; size <= count; size <<= 1) {
    const half = size >> 1
    const stride = (<usize>(count / size)) << 4
    for (let start = 0; start < count; start += size) {
      let a = points + ((<usize>start) << 4)
      let b = a + ((<usize>half) << 4)
      let root = mdct.roots
      for (let k = 0; k < half; k++) {
        const w = v128.load(root)
        const y = v128.load(b)
        // (yr + i yi)(wr + i wi): real parts in lane 0
        const real = f64x2.mul(y, v128.shuffle<f64>(w, w, 0, 0))
        const turned = f64x2.mul(v128.shuffle<f64>(y, y, 1, 0), v128.shuffle<f64>(w, w, 1, 1))
        const product = f64x2.add(real, v128.xor(turned, i64x2(i64.MIN_VALUE, 0)))
        const x = v128.load(a)
        v128.store(a, f64x2.add(x, product))
        v128.store(b, f64x2.sub(x, product))
        a += 16
        b += 16
        root += stride
      }
    }
  }
}

// @inline
function turn(real: f64, imaginary: f64, twiddle: usize, out: usize): void {
  const wr = load<f64>(twiddle)
  const wi = load<f64>(twiddle, 8)
  store<f64>(out, real * wr - imaginary * wi)
  store<f64>(out, real * wi + imaginary * wr, 8)
}

/** Orthonormal DCT-IV of `folded` in place. */
function dct4(mdct: Mdct): void {
  const lines = mdct.lines
  const half = lines >> 1
  for (let n = 0; n < half; n++) {
    const from = folded + ((<usize>n) << 4)
    const mirror = folded + ((<usize>(lines - 1 - 2 * n)) << 3)
    const to = points + ((<usize>load<u16>(mdct.order + ((<usize>n) << 1))) << 4)
    turn(load<f64>(from), load<f64>(mirror), mdct.twiddles + ((<usize>n) << 4), to)
  }
  fft(mdct)
  const scale = Math.sqrt(2 / <f64>lines)
  for (let n = 0; n < half; n++) {
    const at = points + ((<usize>n) << 4)
    turn(load<f64>(at), load<f64>(at, 8), mdct.twiddles + ((<usize>n) << 4), at)
    store<f64>(folded + ((<usize>n) << 4), load<f64>(at) * scale)
    store<f64>(folded + ((<usize>(lines - 1 - 2 * n)) << 3), -load<f64>(at, 8) * scale)
  }
}

/** Weight of sample i of the M under a rising slope of `length`. */
// @inline
function rising(slope: usize, length: i32, lines: i32, i: i32): f64 {
  const inside = i - ((lines - length) >> 1)
  if (inside < 0) return 0
  return inside < length ? load<f64>(slope + ((<usize>inside) << 3)) : 1
}

/**
 * Transforms the 2M f32 samples at `samples` under a window that rises over `leftLength` (table `left`) and falls over
 * `rightLength` (table `right`), to M f32 lines at `out`.
 */
export function forwardMdct(mdct: Mdct, samples: usize, left: usize, leftLength: i32, right: usize, rightLength: i32, out: usize): void {
  const lines = mdct.lines
  const half = lines >> 1
  // quarters a b c d fold to (-c reversed - d, a - b reversed)
  for (let n = 0; n < half; n++) {
    const c = lines + half - 1 - n
    const d = lines + half + n
    const weightC = rising(right, rightLength, lines, 2 * lines - 1 - c)
    const weightD = rising(right, rightLength, lines, 2 * lines - 1 - d)
    const valueC = <f64>load<f32>(samples + ((<usize>c) << 2)) * weightC
    const valueD = <f64>load<f32>(samples + ((<usize>d) << 2)) * weightD
    store<f64>(folded + ((<usize>n) << 3), -valueC - valueD)
    const b = lines - 1 - n
    const valueA = <f64>load<f32>(samples + ((<usize>n) << 2)) * rising(left, leftLength, lines, n)
    const valueB = <f64>load<f32>(samples + ((<usize>b) << 2)) * rising(left, leftLength, lines, b)
    store<f64>(folded + ((<usize>(half + n)) << 3), valueA - valueB)
  }
  dct4(mdct)
  for (let k = 0; k < lines; k++) store<f32>(out + ((<usize>k) << 2), <f32>load<f64>(folded + ((<usize>k) << 3)))
}

/** Adds the windowed inverse of the M f32 lines at `source` to the 2M f32 samples at `out`. */
export function inverseMdct(mdct: Mdct, source: usize, left: usize, leftLength: i32, right: usize, rightLength: i32, out: usize): void {
  const lines = mdct.lines
  const half = lines >> 1
  for (let k = 0; k < lines; k++) store<f64>(folded + ((<usize>k) << 3), <f64>load<f32>(source + ((<usize>k) << 2)))
  dct4(mdct)
  for (let n = 0; n < half; n++) {
    const first = load<f64>(folded + ((<usize>n) << 3))
    const second = load<f64>(folded + ((<usize>(half + n)) << 3))
    const b = lines - 1 - n
    accumulate(out, n, second * rising(left, leftLength, lines, n))
    accumulate(out, b, -second * rising(left, leftLength, lines, b))
    const c = lines + half - 1 - n
    const d = lines + half + n
    accumulate(out, c, -first * rising(right, rightLength, lines, 2 * lines - 1 - c))
    accumulate(out, d, -first * rising(right, rightLength, lines, 2 * lines - 1 - d))
  }
}

// @inline
function accumulate(out: usize, index: i32, value: f64): void {
  const at = out + ((<usize>index) << 2)
  store<f32>(at, <f32>(<f64>load<f32>(at) + value))
}
