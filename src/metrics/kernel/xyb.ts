/**
 * The colour space of JPEG XL (ISO/IEC 18181-1: XYB), in the ranges that SSIMULACRA2 wants. Rounding is that of libjxl, with
 * fused multiplications: see imagecosines.ts for why.
 */
import { fused, fusedMinus, rounded } from './imagefused'

const BIAS: f32 = 0.0037930732552754493
const BIAS_ROOT: f32 = 0.155954197

/** Cube root less that of the bias, of two numbers of at least the bias: Newton's iteration on 1 / cbrt, without a division. */
// @inline
function cubeRoot(x: v128): v128 {
  const third = f64x2.splat(<f64>(<f32>(1.0 / 3)))
  const fourThirds = f64x2.splat(<f64>(<f32>(4.0 / 3)))
  const thirdOfX = rounded(f64x2.mul(third, x))
  // first guess: minus a third of the exponent
  const exponent = i32x4.shr_u(f32x4.demote_f64x2_zero(x), 23)
  let r = f64x2.promote_low_f32x4(i32x4.sub(i32x4.splat(0x54800000), i32x4.mul(exponent, i32x4.splat(0x002aaaaa))))
  for (let i = 0; i < 3; i++) {
    const square = rounded(f64x2.mul(r, r))
    r = fusedMinus(thirdOfX, rounded(f64x2.mul(square, square)), rounded(f64x2.mul(fourThirds, r)))
  }
  const square = rounded(f64x2.mul(r, r))
  r = fused(third, fusedMinus(x, rounded(f64x2.mul(square, square)), r), r)
  return fused(rounded(f64x2.mul(r, r)), x, f64x2.splat(<f64>-BIAS_ROOT))
}

// @inline
function absorbed(red: v128, green: v128, blue: v128, r: f32, g: f32, b: f32): v128 {
  const bias = f64x2.splat(<f64>BIAS)
  return fused(f64x2.splat(<f64>r), red, fused(f64x2.splat(<f64>g), green, fused(f64x2.splat(<f64>b), blue, bias)))
}

/** Two floats of f64x2 each into four. */
// @inline
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
}

// @inline
function response(red: v128, green: v128, blue: v128, r: f32, g: f32, b: f32): v128 {
  const low = absorbed(f64x2.promote_low_f32x4(red), f64x2.promote_low_f32x4(green), f64x2.promote_low_f32x4(blue), r, g, b)
  const red2 = v128.shuffle<f64>(red, red, 1, 1)
  const green2 = v128.shuffle<f64>(green, green, 1, 1)
  const blue2 = v128.shuffle<f64>(blue, blue, 1, 1)
  const high = absorbed(f64x2.promote_low_f32x4(red2), f64x2.promote_low_f32x4(green2), f64x2.promote_low_f32x4(blue2), r, g, b)
  return joined(cubeRoot(low), cubeRoot(high))
}

/**
 * Replaces planes of linear-light sRGB (floats of 0..1, `count` each, a multiple of 4 readable) by X, Y, B - Y, moved and
 * stretched to about 0..1.
 */
export function toXyb(redPlane: usize, greenPlane: usize, bluePlane: usize, count: i32): void {
  const half = f32x4.splat(0.5)
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const red = v128.load(redPlane + i)
    const green = v128.load(greenPlane + i)
    const blue = v128.load(bluePlane + i)
    const long = response(red, green, blue, 0.3, 0.622, 0.078)
    const medium = response(red, green, blue, 0.23, 0.692, 0.078)
    const short = response(red, green, blue, 0.24342268924547819, 0.20476744424496821, 0.5518098665095536)
    const x = f32x4.mul(half, f32x4.sub(long, medium))
    const y = f32x4.mul(half, f32x4.add(long, medium))
    v128.store(redPlane + i, f32x4.add(f32x4.mul(x, f32x4.splat(14)), f32x4.splat(0.42)))
    v128.store(greenPlane + i, f32x4.add(y, f32x4.splat(0.01)))
    v128.store(bluePlane + i, f32x4.add(f32x4.sub(short, y), f32x4.splat(0.55)))
  }
}
