/** What levels stand for. Normative. FORMAT.md, "Wavelet images". */
import { coefficientsAt, Pyramid } from './pyramid'
import { fillStepLine } from './steps'
import { Subband } from './subband'

/**
 * The coefficient that a level stands for: its magnitude, less the reconstruction offset (1/32) of a level of 1 or of those above,
 * times the step (1/16).
 *
 *     value = (32 |level| - offset) * step / 32
 */
// @inline
export function dequantize(level: i32, step: i32, reconstruction1: i32, reconstruction2: i32): i32 {
  const size = abs(level)
  const value = (((size << 5) - (size == 1 ? reconstruction1 : reconstruction2)) * step + 256) >> 9
  return level < 0 ? -value : value
}

/** Levels of the flagged groups of a stripe to coefficients in the plane. */
export function dequantizeStripe(p: Pyramid, band: Subband, y: i32, rows: i32): void {
  const groups = band.groups.from((y >> 2) * band.groupRowBytes)
  const steps = p.stepLine
  for (let r = 0; r < rows; r++) {
    fillStepLine(p, band.plane, band.level, band.orientation, y + r, band.width)
    const levels = p.levels.from(r * p.stride)
    const to = coefficientsAt(p, band.plane, band.x, band.y + y + r)
    for (let gx = 0; gx < band.groupColumns; gx++) {
      if (!groups[gx]) continue
      const end = min(band.width, (gx << 2) + 4)
      for (let x = gx << 2; x < end; x++) {
        if (levels[x] != 0) to[x] = dequantize(levels[x], steps[x], p.offset1, p.offset2)
      }
    }
  }
}
