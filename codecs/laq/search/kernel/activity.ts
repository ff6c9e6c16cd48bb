/**
 * Local activity of an image: log2(1 + variance) in octaves, as the power mean of exponent 1/4 over 8 x 8 cells.
 *
 * The mean of fourth roots lies between that of logarithms, by which one flat corner would make all of a busy region fine, and that of
 * variances, by which one edge would make all of a flat region coarse.
 *
 * The variance is what is left after the best-fitting plane: a smooth gradient is as easy on the eye as a flat area, and must
 * not pass for texture. The 1 keeps flat cells at 0 instead of minus infinity; it stands for the rounding of the samples.
 */

import { Row } from '../../../wasm/kernel/row'

/** log2 of a positive number, within 0.01: the exponent, and a parabola through the mantissa. */
function log2Near(value: f32): f32 {
  const bits = reinterpret<i32>(value)
  const mantissa = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000)
  return <f32>((bits >> 23) - 128) + ((-0.33582878 as f32) * mantissa + (2.0 as f32)) * mantissa - (0.65871759 as f32)
}

/** Variance of an 8 x 8 cell about its best-fitting plane; `scale` brings samples to 8-bit grey levels. */
function detrendedVariance(samples: Row<i32>, stride: i32, scale: f32): f32 {
  let sum: f32 = 0
  let squares: f32 = 0
  let alongX: f32 = 0
  let alongY: f32 = 0
  for (let y = 0; y < 8; y++) {
    let rowSum: f32 = 0
    for (let x = 0; x < 8; x++) {
      const s = <f32>samples[y * stride + x] * scale
      rowSum += s
      squares += s * s
      alongX += s * (<f32>x - 3.5)
    }
    sum += rowSum
    alongY += rowSum * (<f32>y - 3.5)
  }
  // sum over the cell of (x - 3.5)^2 is 8 * 42 = 336
  const explained = (alongX * alongX + alongY * alongY) / 336
  return max(<f32>0, (squares - (sum * sum) / 64 - explained) / 64)
}

/**
 * Activity of a region of `width` x `height` samples, multiples of 8; `scale` brings samples to 8-bit grey levels.
 */
export function regionActivity(samples: Row<i32>, stride: i32, width: i32, height: i32, scale: f32): f32 {
  let total: f32 = 0
  let cells: i32 = 0
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      total += sqrt<f32>(sqrt<f32>(1 + detrendedVariance(samples.from(y * stride + x), stride, scale)))
      cells++
    }
  }
  return <f32>4 * log2Near(total / <f32>cells)
}
