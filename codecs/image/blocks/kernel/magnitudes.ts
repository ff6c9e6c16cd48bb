/**
 * The magnitudes of a block's levels, as contexts see them while they are coded: of three planes, since chroma looks at luma and Cr
 * at Cb. Beyond the kept coefficients they are 0.
 */
import { Row, rowAt } from '../../../wasm/kernel/row'

/** Row length of a plane of magnitudes: 32 coefficients and two zeros on their right, rounded up. */
export const MAGNITUDE_STRIDE: i32 = 36
const MAGNITUDE_BYTES: usize = 36 * 34
/** Magnitudes are clipped to this. */
export const MAGNITUDE_LIMIT: i32 = 15
/** Row length of a plane of group flags: 8 groups and a zero. */
export const GROUP_STRIDE: i32 = 9
const FLAG_BYTES: usize = 96

const magnitudes: usize = memory.data(3 * 36 * 34, 16)
const groupFlags: usize = memory.data(3 * 96, 16)

/** |level| of the coefficients of a plane, from the one at (x, y) on. */
// @inline
export function magnitudesAt(plane: i32, x: i32, y: i32): Row<u8> {
  return rowAt<u8>(magnitudes + <usize>plane * MAGNITUDE_BYTES + <usize>(y * MAGNITUDE_STRIDE + x))
}

/** 1 for each group of a plane that has levels, from the group (x, y) on. */
// @inline
export function groupFlagsAt(plane: i32, x: i32, y: i32): Row<u8> {
  return rowAt<u8>(groupFlags + <usize>plane * FLAG_BYTES + <usize>(y * GROUP_STRIDE + x))
}

/** Forgets the levels of a plane, for a block that keeps 2^log2KeptHeight rows. */
export function clearMagnitudes(plane: i32, log2KeptHeight: i32): void {
  memory.fill(changetype<usize>(magnitudesAt(plane, 0, 0)), 0, <usize>(MAGNITUDE_STRIDE * ((1 << log2KeptHeight) + 2)))
  memory.fill(changetype<usize>(groupFlagsAt(plane, 0, 0)), 0, FLAG_BYTES)
}

/** Sum of the five template neighbours of a magnitude: the adjacent ones count three times, the diagonal one twice. */
// @inline
export function templateSum(here: Row<u8>): i32 {
  const adjacent = <i32>here[1] + <i32>here[MAGNITUDE_STRIDE]
  return 3 * adjacent + 2 * <i32>here[MAGNITUDE_STRIDE + 1] + <i32>here[2] + <i32>here[2 * MAGNITUDE_STRIDE]
}

/** The flags around a group's: on the right, below and beyond, a bit each. */
// @inline
export function aroundGroup(flag: Row<u8>): i32 {
  return <i32>flag[1] | ((<i32>flag[GROUP_STRIDE]) << 1) | ((<i32>flag[GROUP_STRIDE + 1]) << 2)
}
