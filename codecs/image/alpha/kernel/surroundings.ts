/**
 * What is around a sample: the prediction, which blends four by their errors nearby, and contexts. Eleven neighbours are told apart
 * as nothing, part and everything.
 */
import { Row } from '../../../wasm/kernel/row'
import { clampToRange, ENERGIES, PREDICTORS, State } from './state'

/** The four predictions. */
const candidates = changetype<Row<i32>>(memory.data(PREDICTORS * 4, 16))

/** Blends the predictions: each counts by the inverse square of its errors on the left, above, and above on the right. */
function predict(s: State, x: i32, left: i32, above: i32, corner: i32, right: i32, higher: i32): void {
  candidates[0] = left
  candidates[1] = above
  candidates[2] = clampToRange(left + above - corner, s.most)
  candidates[3] = clampToRange(above + ((right - corner + above - higher) >> 1), s.most)
  const errors = s.errors.from(x * PREDICTORS)
  let sum: i64 = 0
  let total: i64 = 0
  for (let i = 0; i < PREDICTORS; i++) {
    const error = (<i32>errors[i - PREDICTORS] + <i32>errors[i] + <i32>errors[i + PREDICTORS]) >> s.scale
    const weight = <i64>(0x100000 / (1 + error * error))
    sum += weight * <i64>candidates[i]
    total += weight
  }
  s.prediction = <i32>((sum + (total >> 1)) / max<i64>(1, total))
}

/** Notes what a sample and its residual have come to. */
// @inline
export function noteErrors(s: State, x: i32, sample: i32, residual: i32): void {
  s.residuals[x] = residual
  const errors = s.errors.from(x * PREDICTORS)
  for (let i = 0; i < PREDICTORS; i++) errors[i] = <u16>abs(sample - candidates[i])
}

/** Ends a row: beyond its last column, the one above on the right is the last one again. */
export function endRow(s: State): void {
  const width = s.width
  s.residuals[width] = s.residuals[width - 1]
  s.errors.from(width * PREDICTORS).copy(s.errors.from((width - 1) * PREDICTORS), PREDICTORS)
}

/** 0 nothing, 1 part, 2 everything. */
// @inline
function kindOf(sample: i32, most: i32): i32 {
  return (sample != 0 ? 1 : 0) + (sample == most ? 1 : 0)
}

/** Looks around sample `here`, number x of its row. */
export function lookAround(s: State, here: Row<u16>, x: i32): void {
  const above1 = here.from(-s.stride)
  const above2 = above1.from(-s.stride)
  const left: i32 = here[-1]
  const above: i32 = above1[0]
  const corner: i32 = above1[-1]
  const right: i32 = above1[1]
  const farLeft: i32 = here[-2]
  const farRight: i32 = above1[2]
  const higher: i32 = above2[0]
  predict(s, x, left, above, corner, right, higher)
  s.energy = energyOf(s, x, abs(left - corner) + abs(corner - above) + abs(above - right))
  const scale = s.scale
  const most = s.most
  s.cornerKey = ((<u32>(left >> scale)) << 24) | ((<u32>(above >> scale)) << 16) | ((<u32>(corner >> scale)) << 8) | <u32>(right >> scale)
  const kinds = kindOf(left, most) * 3 + kindOf(above, most)
  s.kinds = kinds
  let shape = kinds * 3 + kindOf(corner, most)
  shape = shape * 3 + kindOf(right, most)
  shape = shape * 3 + kindOf(farLeft, most)
  shape = shape * 3 + kindOf(higher, most)
  shape = shape * 3 + kindOf(above1[-2], most)
  shape = shape * 3 + kindOf(farRight, most)
  shape = shape * 3 + kindOf(above2[-1], most)
  shape = shape * 3 + kindOf(above2[1], most)
  shape = shape * 3 + kindOf(here[-3], most)
  s.shape = shape
  s.pattern =
    (left == above ? 1 : 0) |
    (above == corner ? 2 : 0) |
    (above == right ? 4 : 0) |
    (left == farLeft ? 8 : 0) |
    (above == higher ? 16 : 0) |
    (left == corner ? 32 : 0) |
    (right == farRight ? 64 : 0)
}

/** Class of the disorder around: of residuals, and of the steps between neighbours. */
// @inline
function energyOf(s: State, x: i32, steps: i32): i32 {
  const residuals = s.residuals.from(x)
  const disorder = 2 * (abs(residuals[-1]) + abs(residuals[0])) + abs(residuals[1]) + steps / (4 * s.bound + 2)
  const bits = 32 - clz(disorder)
  return disorder < 4 ? disorder : min(ENERGIES - 1, 2 * bits - 2 + ((disorder >> (bits - 2)) & 1))
}

function clipped(residual: i32): i32 {
  return max(-3, min(3, residual)) + 3
}

/** What only residuals look at. */
// @inline
export function lookAroundResidual(s: State, x: i32): void {
  // the upper four bits of each of the four samples
  const corners = (s.cornerKey >> 4) & 0x0f0f0f0f
  s.surroundingKey = ((corners >> 12) & 0xf000) | ((corners >> 8) & 0xf00) | ((corners >> 4) & 0xf0) | (corners & 0xf)
  const residuals = s.residuals.from(x)
  s.nearby = (clipped(residuals[-1]) * 7 + clipped(residuals[0])) * 7 + clipped(residuals[1])
}
