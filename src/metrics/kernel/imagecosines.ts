/**
 * The blur of SSIMULACRA2: three cosines that end after a radius of 5, each a recursion of second order over the sum of the two
 * samples that enter and leave its window. D. Charalampidis, Recursive Implementation of the Gaussian Filter Using Truncated
 * Cosine Functions, IEEE Trans. Signal Processing 64 (2016), (33) and (35).
 *
 * A direct sum of taps would be as fast and more exact, but the metric is defined with this recursion in 32-bit floats: where
 * pictures hardly differ its rounding is what is left of their difference, and moves scores by up to 0.1.
 *
 * Constants, floats: per cosine 4 of what an input adds to this output and the next three, 4 of the output before, 4 of the
 * one before that (for rows, four outputs at a time); then 3 of n2 and 3 of d1 (for columns).
 */
import { fused, fusedScalar, pairAt, rounded, splatAt } from './imagefused'

const RADIUS: i32 = 5
const PER_COSINE: usize = 48
const N2: usize = 3 * PER_COSINE
const D1: usize = N2 + 12

/** Rows before the first for which {@link cosinesOfColumns} has to be called. */
export const WARM_UP: i32 = RADIUS - 1

/** Four outputs of one cosine; `last` are the four before. */
// @inline
function four(s0: v128, s1: v128, s2: v128, s3: v128, last: v128, constants: usize): v128 {
  const before = f64x2.promote_low_f32x4(v128.shuffle<f32>(last, last, 3, 3, 3, 3))
  const beforeThat = f64x2.promote_low_f32x4(v128.shuffle<f32>(last, last, 2, 2, 2, 2))
  const input01 = pairAt(constants)
  // later inputs add nothing to earlier outputs
  const input0 = f64x2.replace_lane(f64x2.splat(0), 1, f64x2.extract_lane(input01, 0))
  let out01 = rounded(f64x2.mul(s0, input01))
  let out23 = rounded(f64x2.mul(s0, pairAt(constants + 8)))
  out01 = fused(input0, s1, out01)
  out23 = fused(pairAt(constants + 4), s1, out23)
  out23 = fused(input01, s2, out23)
  out23 = fused(input0, s3, out23)
  out01 = fused(pairAt(constants + 32), beforeThat, out01)
  out23 = fused(pairAt(constants + 40), beforeThat, out23)
  out01 = fused(pairAt(constants + 16), before, out01)
  out23 = fused(pairAt(constants + 24), before, out23)
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(out01), f32x4.demote_f64x2_zero(out23), 0, 1, 4, 5)
}

/** One output of one cosine, as the last of `last`. */
// @inline
function one(sum: f32, last: v128, constants: usize): v128 {
  const before = f32x4.extract_lane(last, 3)
  const input = fusedScalar(f32.load(constants, 32), f32x4.extract_lane(last, 2), sum * f32.load(constants))
  return f32x4.replace_lane(v128.shuffle<f32>(last, last, 1, 2, 3, 3), 3, fusedScalar(f32.load(constants, 16), before, input))
}

/** Blurs a row of floats with PAD zeros at both ends: by fours, but for the ends. */
export function cosinesOfRow(source: usize, target: usize, width: i32, constants: usize): void {
  let last1 = f32x4.splat(0)
  let last3 = f32x4.splat(0)
  let last5 = f32x4.splat(0)
  let n = 1 - RADIUS
  while (n < width) {
    const at = source + (n << 2)
    if (n >= 8 && n < width - RADIUS - 2) {
      const sum = f32x4.add(v128.load(at - ((RADIUS + 1) << 2)), v128.load(at + ((RADIUS - 1) << 2)))
      const s0 = f64x2.splat(<f64>f32x4.extract_lane(sum, 0))
      const s1 = f64x2.splat(<f64>f32x4.extract_lane(sum, 1))
      const s2 = f64x2.splat(<f64>f32x4.extract_lane(sum, 2))
      const s3 = f64x2.splat(<f64>f32x4.extract_lane(sum, 3))
      last1 = four(s0, s1, s2, s3, last1, constants)
      last3 = four(s0, s1, s2, s3, last3, constants + PER_COSINE)
      last5 = four(s0, s1, s2, s3, last5, constants + 2 * PER_COSINE)
      v128.store(target + (n << 2), f32x4.add(last1, f32x4.add(last3, last5)))
      n += 4
    } else {
      const sum = f32.load(at - ((RADIUS + 1) << 2)) + f32.load(at + ((RADIUS - 1) << 2))
      last1 = one(sum, last1, constants)
      last3 = one(sum, last3, constants + PER_COSINE)
      last5 = one(sum, last5, constants + 2 * PER_COSINE)
      const all = f32x4.add(last1, f32x4.add(last3, last5))
      if (n >= 0) f32.store(target + (n << 2), f32x4.extract_lane(all, 3))
      n++
    }
  }
}

/** One step of one cosine for two columns; what it puts out replaces what it did two steps ago. */
// @inline
function step(n: v128, d: v128, sum: v128, one: usize, two: usize): v128 {
  const out = fused(n, sum, f64x2.neg(fused(d, pairAt(one), pairAt(two))))
  const narrow = f32x4.demote_f64x2_zero(out)
  v128.store64_lane(two, narrow, 0)
  return narrow
}

/**
 * Blurs down columns, one row a call.
 *
 * @param leaving, entering rows y - RADIUS - 1 and y + RADIUS - 1
 * @param before, beforeThat three rows each, `rowBytes` apart: the cosines' outputs one and two calls ago; the new ones replace
 *   the latter
 */
export function cosinesOfColumns(
  leaving: usize,
  entering: usize,
  before: usize,
  beforeThat: usize,
  rowBytes: usize,
  target: usize,
  width: i32,
  constants: usize,
): void {
  const n1 = splatAt(constants + N2)
  const n3 = splatAt(constants + N2 + 4)
  const n5 = splatAt(constants + N2 + 8)
  const d1 = splatAt(constants + D1)
  const d3 = splatAt(constants + D1 + 4)
  const d5 = splatAt(constants + D1 + 8)
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 2
    const sum = f64x2.promote_low_f32x4(f32x4.add(v128.load64_zero(leaving + at), v128.load64_zero(entering + at)))
    const one = before + at
    const two = beforeThat + at
    const y1 = step(n1, d1, sum, one, two)
    const y3 = step(n3, d3, sum, one + rowBytes, two + rowBytes)
    const y5 = step(n5, d5, sum, one + 2 * rowBytes, two + 2 * rowBytes)
    v128.store64_lane(target + at, f32x4.add(y1, f32x4.add(y3, y5)), 0)
  }
}
