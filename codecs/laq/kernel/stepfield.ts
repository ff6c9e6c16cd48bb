/**
 * The step field: a step multiplier for every region, 2^(value / 6), value an integer in -24..24.
 *
 * The encoder chooses it: {@link ../search/kernel/adapt}.
 *
 * Code: the difference to the mean of the left and upper values, context = how much those two disagree.
 */
import { codeSigned, EXP_GOLOMB_STATES } from '../../entropy/kernel/integers'
import { resetStates, stateAt } from '../../entropy/kernel/model'
import { Row } from '../../wasm/kernel/row'

const FIELD_LIMIT: i32 = 24
const CONTEXTS: i32 = 3

/** Room for the states of {@link codeStepField}. */
export const FIELD_STATES: i32 = CONTEXTS * EXP_GOLOMB_STATES

/** Codes the field of `columns` x `rows` regions, row by row. */
export function codeStepField(field: Row<i8>, columns: i32, rows: i32, states: usize): void {
  resetStates(states, FIELD_STATES)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x
      let left: i32 = x > 0 ? field[at - 1] : 0
      const up: i32 = y > 0 ? field[at - columns] : left
      if (x == 0) left = up
      const predicted = (left + up) >> 1
      const context = min(CONTEXTS - 1, abs(left - up) >> 1)
      const residual = codeSigned(<i32>field[at] - predicted, stateAt(states, context * EXP_GOLOMB_STATES))
      field[at] = <i8>max(-FIELD_LIMIT, min(FIELD_LIMIT, predicted + residual))
    }
  }
}
