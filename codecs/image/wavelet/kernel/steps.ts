/** The steps of a row of a subband: what the step field, the frequency weighting and the plane make of the base step. */
import { GRID, Pyramid } from './pyramid'
import { HIGH_ACROSS, HIGH_BOTH, HIGH_DOWN, LEVELS } from './subband'

/** Whether plane `plane` is chroma. */
// @inline
function isChroma(p: Pyramid, plane: i32): bool {
  return p.channels >= 3 && (plane == 1 || plane == 2)
}

/**
 * Weight of a subband's step in 1/256: the frequency weighting 1 + slope sqrt((u^2 + v^2) / 2) at its centre, over the norm of
 * its synthesis function. Level 0 stands for the low-pass band.
 */
function bandWeight(slope: i32, level: i32, orientation: i32): i32 {
  const depth = level == 0 ? LEVELS : level
  const unit: f64 = 0.25 / <f64>(1 << (depth - 1))
  const u = level != 0 && orientation != HIGH_DOWN ? 3.0 * unit : unit
  const v = level != 0 && orientation != HIGH_ACROSS ? 3.0 * unit : unit
  let norm: f64 = 1.06
  if (level != 0) norm = load<u8>(norms + <usize>(level - 1 + (orientation == HIGH_BOTH ? LEVELS : 0))) / 100.0
  return <i32>Math.floor((256.0 * (1.0 + (<f64>slope / 32.0) * Math.sqrt((u * u + v * v) * 0.5))) / norm + 0.5)
}

/** Norms of the synthesis functions of levels 1..5 in 1/100: high in one direction, then in both (transform/kernel/wavelet). */
const norms = memory.data<u8>([101, 100, 104, 107, 107, 104, 97, 104, 107, 108])

/**
 * Fills the step line (1/16) of the row `y` of a band (level 0: the low-pass band), and its inverse. Coefficients at (x, y) of
 * level k lie in region (x >> 5 - k, y >> 5 - k).
 */
export function fillStepLine(p: Pyramid, plane: i32, level: i32, orientation: i32, y: i32, width: i32): void {
  const shift = 5 - (level == 0 ? LEVELS : level)
  const key = ((((plane * 6 + level) * 3 + orientation) << 16) | (p.hasField ? y >> shift : 0)) + 1
  if (key == p.stepLineKey) return
  p.stepLineKey = key
  const chroma = isChroma(p, plane)
  const weight = bandWeight(chroma ? p.slopeChroma : p.slopeLuma, level, orientation)
  const row = p.field.from(min(y >> shift, p.regionRows - 1) * p.regionColumns)
  const base = p.baseStep + (chroma ? p.chromaStep : 0)
  let before: i32 = -1
  let step: i32 = 0
  for (let x = 0; x < width; x++) {
    const region = min(x >> shift, p.regionColumns - 1)
    if (region != before) {
      const exponent = max(0, min(GRID - 1, base + <i32>row[region] * 4))
      step = max(1, <i32>((<i64>p.steps[exponent] * <i64>weight) >> 8))
      before = region
    }
    p.stepLine[x] = step
    p.inverseLine[x] = <f32>16 / <f32>step
  }
  v128.store(changetype<usize>(p.inverseLine.from(width)), f32x4.splat(0))
}
