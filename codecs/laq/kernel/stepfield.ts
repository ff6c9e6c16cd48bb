/**
 * The step field: a step multiplier for every region, 2^(value / 6), value an integer in -24..24.
 *
 * The encoder finds it by the law from the activity of each region, and rounds it to that grid.
 *
 * Code: the difference to the mean of the left and upper values, context = how much those two disagree.
 */
import { codeSigned, EXP_GOLOMB_STATES } from '../../entropy/kernel/integers'
import { resetStates, STATE_BYTES } from '../../entropy/kernel/model'
import { regionActivity } from './activity'
import { adaptedExponent, OCTAVE } from './law'

export const FIELD_LIMIT: i32 = 24
const CONTEXTS: i32 = 3

/** Limits of what the encoder chooses, and the activity (variance in 8-bit grey levels) that gets the base step, in 1/64 octave. */
const FINEST: i32 = -2 * OCTAVE
const COARSEST: i32 = OCTAVE
const REFERENCE: i32 = 7 * OCTAVE
const REGION: i32 = 32

/**
 * Fills the field of the plane of i32 samples at `samples`, `width` x `height` padded to multiples of 8; `greyLevel` is what one 8-bit
 * level is in it, `strength` in 1/64.
 */
export function fillStepField(field: usize, samples: usize, stride: i32, width: i32, height: i32, greyLevel: f32, strength: i32): void {
  for (let y = 0; y < height; y += REGION) {
    for (let x = 0; x < width; x += REGION) {
      const region = samples + ((<usize>(y * stride + x)) << 2)
      const activity = regionActivity(region, stride, min(REGION, width - x), min(REGION, height - y), <f32>1 / greyLevel)
      const octaves = max(FINEST, min(COARSEST, adaptedExponent(<i32>(activity * <f32>OCTAVE), REFERENCE, strength)))
      store<i8>(field++, <i8>((octaves * 6 + OCTAVE / 2) >> 6))
    }
  }
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
