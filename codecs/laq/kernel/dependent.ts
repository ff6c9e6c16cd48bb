/**
 * Dependent quantization: two quantizers take turns, and the parities of the levels so far say whose turn it is. FORMAT.md,
 * "Dependent quantization".
 *
 *     Q0: level k stands for 2 k steps        Q1: level k stands for 2 k - sign(k) steps
 *
 * Eight states; even ones use Q0, odd ones Q1. A block starts in state 0. Together the quantizers reach every multiple of the step,
 * but the next level has only every other one to choose from: the encoder picks a path ({@link ../search/kernel/trellis}).
 * Source: H. Schwarz, T. Nguyen, D. Marpe, T. Wiegand, "Hybrid video coding with trellis-coded quantization", DCC 2019, and their
 * JVET-K0071 (VVC, 4 states). The trellis of 8 states is that of JPEG 2000 Part 2 (ISO/IEC 15444-2, Annex D).
 */

import { Row } from '../../wasm/kernel/row'

/** Next state by state and parity: 4 bits each, even level in the low nibble of a byte. */
const transitions = changetype<Row<u8>>(memory.data<u8>([0x10, 0x23, 0x45, 0x76, 0x01, 0x32, 0x54, 0x67]))

// @inline
export function nextState(state: i32, level: i32): i32 {
  return (<i32>transitions[state] >> ((level & 1) << 2)) & 7
}

/** Steps (signed) that a level stands for in a state. */
// @inline
export function stepsOf(state: i32, level: i32): i32 {
  if (!(state & 1)) return 2 * level
  return 2 * level - (level > 0 ? 1 : level < 0 ? -1 : 0)
}
