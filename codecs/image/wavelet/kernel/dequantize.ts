/**
 * The coefficient that a level stands for: its magnitude, less the reconstruction offset (1/32) of a level of 1 or of those above,
 * times the step (1/16). Normative. FORMAT.md, "Wavelet images".
 *
 *     value = (32 |level| - offset) * step / 32
 */
// @inline
export function dequantize(level: i32, step: i32, reconstruction1: i32, reconstruction2: i32): i32 {
  const size = abs(level)
  const value = (((size << 5) - (size == 1 ? reconstruction1 : reconstruction2)) * step + 256) >> 9
  return level < 0 ? -value : value
}
