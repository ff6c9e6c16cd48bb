/**
 * From light to what cones answer: mixing into the three kinds, and a logarithm whose slope is that of the blurred
 * surroundings, so that detail is seen in proportion to how bright it is around.
 */
import { blurMirrored } from './butteraugliblur'

const SIGMA: f32 = 1.2
/** Answers are at least this. */
const LEAST: f32 = 1e-4
const OFFSET_LONG: f32 = 1.7557483643287353
const OFFSET_SHORT: f32 = 12.226454707163354

/** log2 of four positive numbers to 3e-7: the exponent, and an area tangent series of the mantissa in 2/3..4/3. */
// @inline
function log2(x: v128): v128 {
  // exponents in units of the last place of 2/3, 0x3f2aaaab
  const exponent = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f2aaaab)), 23)
  const mantissa = i32x4.sub(x, i32x4.shl(exponent, 23))
  const one = f32x4.splat(1)
  const t = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one))
  const t2 = f32x4.mul(t, t)
  let series = f32x4.add(f32x4.splat(1.0 / 7), f32x4.mul(t2, f32x4.splat(1.0 / 9)))
  series = f32x4.add(f32x4.splat(1.0 / 5), f32x4.mul(t2, series))
  series = f32x4.add(f32x4.splat(1.0 / 3), f32x4.mul(t2, series))
  series = f32x4.add(one, f32x4.mul(t2, series))
  return f32x4.add(f32x4.convert_i32x4_s(exponent), f32x4.mul(f32x4.mul(t, series), f32x4.splat(2.8853900817779268)))
}

/** Answer to light, over the light: the gain at this brightness. */
// @inline
function gain(light: v128): v128 {
  const least = f32x4.splat(LEAST)
  light = f32x4.max(light, least)
  // 19.245 ln(light + 9.971) - 23.16
  const logarithm = log2(f32x4.add(light, f32x4.splat(9.9710635769299145)))
  const answer = f32x4.add(f32x4.mul(logarithm, f32x4.splat(13.339626680921114)), f32x4.splat(-23.16046239805755))
  return f32x4.max(f32x4.div(answer, light), least)
}

// @inline
function mixed(red: v128, green: v128, blue: v128, r: f32, g: f32, b: f32, offset: f32): v128 {
  const low = f32x4.add(f32x4.mul(blue, f32x4.splat(b)), f32x4.splat(offset))
  return f32x4.add(f32x4.mul(red, f32x4.splat(r)), f32x4.add(f32x4.mul(green, f32x4.splat(g)), low))
}

// @inline
function long(red: v128, green: v128, blue: v128): v128 {
  return mixed(red, green, blue, 0.29956550340058319, 0.63373087833825936, 0.077705617820981968, OFFSET_LONG)
}
// @inline
function medium(red: v128, green: v128, blue: v128): v128 {
  return mixed(red, green, blue, 0.22158691104574774, 0.69391388044116142, 0.0987313588422, OFFSET_LONG)
}
// @inline
function short(red: v128, green: v128, blue: v128): v128 {
  return mixed(red, green, blue, 0.02, 0.02, 0.20480129041026129, OFFSET_SHORT)
}

/**
 * Replaces three planes of linear light (0..1) by red-green, luminance and blue: long - medium, long + medium, short.
 *
 * @param planes red, green, blue; `planeBytes` apart
 * @param blurred three planes, likewise
 * @param intensity nits of light 1
 */
export function opsinDynamics(
  planes: usize,
  planeBytes: usize,
  blurred: usize,
  scratch: usize,
  width: i32,
  height: i32,
  stride: i32,
  intensity: f32,
): void {
  for (let c: usize = 0; c < 3; c++) {
    blurMirrored(planes + c * planeBytes, blurred + c * planeBytes, scratch, width, height, stride, SIGMA)
  }
  const nits = f32x4.splat(intensity)
  const offsetLong = f32x4.splat(OFFSET_LONG)
  const offsetShort = f32x4.splat(OFFSET_SHORT)
  for (let i: usize = 0; i < (<usize>(stride * height)) << 2; i += 16) {
    const red = f32x4.mul(nits, v128.load(planes + i))
    const green = f32x4.mul(nits, v128.load(planes + planeBytes + i))
    const blue = f32x4.mul(nits, v128.load(planes + 2 * planeBytes + i))
    const softRed = f32x4.mul(nits, v128.load(blurred + i))
    const softGreen = f32x4.mul(nits, v128.load(blurred + planeBytes + i))
    const softBlue = f32x4.mul(nits, v128.load(blurred + 2 * planeBytes + i))
    const gainLong = gain(f32x4.max(long(softRed, softGreen, softBlue), offsetLong))
    const gainMedium = gain(f32x4.max(medium(softRed, softGreen, softBlue), offsetLong))
    const gainShort = gain(f32x4.max(short(softRed, softGreen, softBlue), offsetShort))
    const answerLong = f32x4.max(f32x4.mul(long(red, green, blue), gainLong), offsetLong)
    const answerMedium = f32x4.max(f32x4.mul(medium(red, green, blue), gainMedium), offsetLong)
    const answerShort = f32x4.max(f32x4.mul(short(red, green, blue), gainShort), offsetShort)
    v128.store(planes + i, f32x4.sub(answerLong, answerMedium))
    v128.store(planes + planeBytes + i, f32x4.add(answerLong, answerMedium))
    v128.store(planes + 2 * planeBytes + i, answerShort)
  }
}
