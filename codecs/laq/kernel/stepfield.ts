/**
 * The step field: a step multiplier for every region, 2^(value / 6), value an integer in -24..24.
 *
 * Law (encoder): a region whose activity is above the reference can hide more error, so its step grows with it:
 *
 *     value = round(6 * clip(strength * (activity - reference), least, most))       activity in octaves of variance
 *
 * Code: the difference to the mean of the left and upper values, context = how much those two disagree.
 */
import { codeSigned, EXP_GOLOMB_STATES } from '../../entropy/kernel/integers'
import { resetStates, STATE_BYTES } from '../../entropy/kernel/model'

export const FIELD_LIMIT: i32 = 24
const CONTEXTS: i32 = 3

/** Field value of a region: `strength` octaves of step per octave of activity; limits in octaves. */
export function fieldValue(activity: f32, reference: f32, strength: f32, least: f32, most: f32): i32 {
  const octaves = min(most, max(least, strength * (activity - reference)))
  const value = <i32>Math.floor(<f64>octaves * 6.0 + 0.5)
  return max(-FIELD_LIMIT, min(FIELD_LIMIT, value))
}

/** Room for the states of {@link codeStepField}. */
export const FIELD_STATES: i32 = CONTEXTS * EXP_GOLOMB_STATES

/** Codes the i8 field of `columns` x `rows` regions at `field`, row by row. */
export function codeStepField(field: usize, columns: i32, rows: i32, states: usize): void {
  resetStates(states, FIELD_STATES)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = field + <usize>(y * columns + x)
      let left: i32 = x > 0 ? load<i8>(at - 1) : 0
      const up: i32 = y > 0 ? load<i8>(at - <usize>columns) : left
      if (x == 0) left = up
      const predicted = (left + up) >> 1
      const context = min(CONTEXTS - 1, abs(left - up) >> 1)
      const residual = codeSigned(load<i8>(at) - predicted, states + <usize>(context * EXP_GOLOMB_STATES) * STATE_BYTES)
      store<i8>(at, <i8>max(-FIELD_LIMIT, min(FIELD_LIMIT, predicted + residual)))
    }
  }
}
