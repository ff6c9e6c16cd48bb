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
import { allocateRow, Row } from '../../wasm/kernel/row'

@unmanaged
class Complex {
  real: f64
  imaginary: f64
}

/** Complex number n of those at an address. */
// @inline
function complexAt(numbers: usize, n: i32): Complex {
  return changetype<Complex>(numbers + ((<usize>n) << 4))
}

/** Complex numbers of the FFT, M/2 of them, and the folded sequence of M. */
const points: usize = memory.data(8192 * 8, 64)
const folded = changetype<Row<f64>>(memory.data(8192 * 8, 64))

/** The tables of one transform size. */
@unmanaged
export class Mdct {
  lines: i32
  /** exp(-i pi (8n + 1) / 8M) for n < M/2: complex. */
  twiddles: usize
  /** exp(-2 pi i n / (M/2)) for n < M/4: complex. */
  roots: usize
  /** Bit-reversed index of each of the M/2 points. */
  order: Row<u16>
}

/** Makes the tables for `lines` = M on the arena. */
export function createMdct(lines: i32): Mdct {
  const mdct = changetype<Mdct>(allocate(offsetof<Mdct>()))
  const half = lines >> 1
  mdct.lines = lines
  mdct.twiddles = allocate((<usize>half) << 4)
  mdct.roots = allocate((<usize>half) << 3)
  mdct.order = allocateRow<u16>(half)
  for (let n = 0; n < half; n++) setTurn(complexAt(mdct.twiddles, n), (-Math.PI * <f64>(8 * n + 1)) / <f64>(8 * lines))
  for (let n = 0; n < half >> 1; n++) setTurn(complexAt(mdct.roots, n), (-2 * Math.PI * <f64>n) / <f64>half)
  const bits = 31 - clz(half)
  for (let n = 0; n < half; n++) {
    let reversed = 0
    for (let bit = 0; bit < bits; bit++) reversed |= ((n >> bit) & 1) << (bits - 1 - bit)
    mdct.order[n] = <u16>reversed
  }
  return mdct
}

/** z = exp(i angle). */
function setTurn(z: Complex, angle: f64): void {
  z.real = Math.cos(angle)
  z.imaginary = Math.sin(angle)
}

/** The slope of length `length`, on the arena. */
export function createSlope(length: i32): Row<f64> {
  const slope = allocateRow<f64>(length)
  for (let i = 0; i < length; i++) {
    const s = Math.sin((Math.PI / 2) * ((<f64>i + 0.5) / <f64>length))
    slope[i] = Math.sin((Math.PI / 2) * s * s)
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

/** z = (real + i imaginary) w. */
// @inline
function turn(real: f64, imaginary: f64, w: Complex, z: Complex): void {
  const wr = w.real
  const wi = w.imaginary
  z.real = real * wr - imaginary * wi
  z.imaginary = real * wi + imaginary * wr
}

/** Orthonormal DCT-IV of `folded` in place. */
function dct4(mdct: Mdct): void {
  const lines = mdct.lines
  const half = lines >> 1
  for (let n = 0; n < half; n++) {
    const z = complexAt(points, mdct.order[n])
    turn(folded[2 * n], folded[lines - 1 - 2 * n], complexAt(mdct.twiddles, n), z)
  }
  fft(mdct)
  const scale = Math.sqrt(2 / <f64>lines)
  for (let n = 0; n < half; n++) {
    const z = complexAt(points, n)
    turn(z.real, z.imaginary, complexAt(mdct.twiddles, n), z)
    folded[2 * n] = z.real * scale
    folded[lines - 1 - 2 * n] = -z.imaginary * scale
  }
}

/** Weight of sample i of the M under a rising slope of `length`. */
// @inline
function rising(slope: Row<f64>, length: i32, lines: i32, i: i32): f64 {
  const inside = i - ((lines - length) >> 1)
  if (inside < 0) return 0
  return inside < length ? slope[inside] : 1
}

/**
 * Transforms the 2M samples `x` under a window that rises over `leftLength` (slope `left`) and falls over `rightLength` (slope `right`)
 * to M lines.
 */
export function forwardMdct(
  mdct: Mdct,
  x: Row<f32>,
  left: Row<f64>,
  leftLength: i32,
  right: Row<f64>,
  rightLength: i32,
  out: Row<f32>,
): void {
  const lines = mdct.lines
  const half = lines >> 1
  // quarters a b c d fold to (-c reversed - d, a - b reversed)
  for (let n = 0; n < half; n++) {
    const b = lines - 1 - n
    const c = lines + half - 1 - n
    const d = lines + half + n
    const weightC = rising(right, rightLength, lines, 2 * lines - 1 - c)
    const weightD = rising(right, rightLength, lines, 2 * lines - 1 - d)
    folded[n] = -(<f64>x[c] * weightC) - <f64>x[d] * weightD
    folded[half + n] = <f64>x[n] * rising(left, leftLength, lines, n) - <f64>x[b] * rising(left, leftLength, lines, b)
  }
  dct4(mdct)
  for (let k = 0; k < lines; k++) out[k] = <f32>folded[k]
}

/** Adds the windowed inverse of M lines to the 2M samples `out`. */
export function inverseMdct(
  mdct: Mdct,
  source: Row<f32>,
  left: Row<f64>,
  leftLength: i32,
  right: Row<f64>,
  rightLength: i32,
  out: Row<f32>,
): void {
  const lines = mdct.lines
  const half = lines >> 1
  for (let k = 0; k < lines; k++) folded[k] = <f64>source[k]
  dct4(mdct)
  for (let n = 0; n < half; n++) {
    const b = lines - 1 - n
    const c = lines + half - 1 - n
    const d = lines + half + n
    accumulate(out, n, folded[half + n] * rising(left, leftLength, lines, n))
    accumulate(out, b, -folded[half + n] * rising(left, leftLength, lines, b))
    accumulate(out, c, -folded[n] * rising(right, rightLength, lines, 2 * lines - 1 - c))
    accumulate(out, d, -folded[n] * rising(right, rightLength, lines, 2 * lines - 1 - d))
  }
}

// @inline
function accumulate(out: Row<f32>, index: i32, value: f64): void {
  out[index] = <f32>(<f64>out[index] + value)
}
