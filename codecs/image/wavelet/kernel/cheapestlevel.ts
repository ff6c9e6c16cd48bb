/**
 * Which level a coefficient gets: an encoder's decision, by rate-distortion optimised rounding. Of the levels around it, it takes the
 * one that costs least in
 *
 *     J = (a - reconstruction)^2 + lambda * bits            a = |coefficient| / step
 */
import { levelPrice } from '../../../laq/search/kernel/levelprices'
import { Row } from '../../../wasm/kernel/row'

/** Below this multiple of the step nothing is worth a level: (1 - a)^2 + lambda * bits > a^2 for any price worth paying. */
export const ALWAYS_ZERO: f32 = 0.55

let offset1: f32 = 0
let offset2: f32 = 0

/** Sets the reconstruction offsets in 1/32. */
export function setReconstruction(reconstruction1: i32, reconstruction2: i32): void {
  offset1 = <f32>reconstruction1 / 32
  offset2 = <f32>reconstruction2 / 32
}

/** A magnitude and its J. */
@unmanaged
export class Choice {
  level: i32
  cost: f32
}

/** Chooses the magnitude that a coefficient of `ratio` steps takes: the nearest, the one below, or 0. */
// @inline
export function chooseLevel(ratio: f32, prices: Row<f32>, choice: Choice): void {
  let least = ratio * ratio + prices[0]
  let level = 0
  if (ratio > ALWAYS_ZERO) {
    const nearest = <i32>(ratio + <f32>0.5)
    for (let size = nearest; size > 0 && size >= nearest - 1; size--) {
      const error = ratio - (<f32>size - (size == 1 ? offset1 : offset2))
      const cost = error * error + levelPrice(prices, size)
      if (cost < least) {
        least = cost
        level = size
      }
    }
  }
  choice.level = level
  choice.cost = least
}
