/**
 * Quantization: what a level stands for (normative), and which level a coefficient gets (an encoder's decision), by
 * rate-distortion optimised rounding. Of the levels around it, a coefficient takes the one that costs least in
 *
 *     J = (a - reconstruction)^2 + lambda * bits            a = |coefficient| / step
 *
 * Prices (lambda * bits) are taken from the adaptive states of one context, in rows of 8 f32: level 0, 1, 2, 3, each further level.
 * A context owns four states, one per kind of bin: non-zero, above 1, above 2, above 3 and on; levels above 14 have an
 * exp-Golomb tail.
 */
import { costAdaptive } from '../../entropy/kernel/model'

/** Bytes of a row of prices. */
export const PRICE_BYTES: i32 = 32
/** Below this multiple of the step nothing is worth a level: (1 - a)^2 + lambda * bits > a^2 for any price worth paying. */
export const ALWAYS_ZERO: f32 = 0.55

/** lambda / 256: price of 1/256 bit. */
export let unitPrice: f32 = 0
let offset1: f32 = 0
let offset2: f32 = 0
/** J of the level that {@link cheapestLevel} chose last. */
export let cheapestCost: f32 = 0

/** Sets the price of a bit in squared steps, and the reconstruction offsets in 1/32. */
export function initQuantizer(lambda: f32, reconstruction1: i32, reconstruction2: i32): void {
  unitPrice = lambda / 256
  offset1 = <f32>reconstruction1 / 32
  offset2 = <f32>reconstruction2 / 32
}

/**
 * The coefficient that a level stands for: its magnitude, less the reconstruction offset (1/32), times the step (1/16).
 *
 *     value = (32 |level| - offset) * step / 32
 */
// @inline
export function dequantize(level: i32, step: i32, reconstruction1: i32, reconstruction2: i32): i32 {
  const size = abs(level)
  const value = (((size << 5) - (size == 1 ? reconstruction1 : reconstruction2)) * step + 256) >> 9
  return level < 0 ? -value : value
}

/** Fills the row of prices of the context that owns `states`. A sign costs one bit. */
export function fillPrices(row: usize, states: usize): void {
  const nonZero = costAdaptive(1, states) + 256
  const above1 = nonZero + costAdaptive(1, states + 4)
  const above2 = above1 + costAdaptive(1, states + 8)
  store<f32>(row, <f32>costAdaptive(0, states) * unitPrice)
  store<f32>(row, <f32>(nonZero + costAdaptive(0, states + 4)) * unitPrice, 4)
  store<f32>(row, <f32>(above1 + costAdaptive(0, states + 8)) * unitPrice, 8)
  store<f32>(row, <f32>(above2 + costAdaptive(0, states + 12)) * unitPrice, 12)
  store<f32>(row, <f32>costAdaptive(1, states + 12) * unitPrice, 16)
}

/** Price of a magnitude of at least 1. */
// @inline
function levelPrice(row: usize, size: i32): f32 {
  if (size <= 3) return load<f32>(row + ((<usize>size) << 2))
  const further = load<f32>(row, 16)
  if (size <= 14) return load<f32>(row, 12) + <f32>(size - 3) * further
  return load<f32>(row, 12) + 11 * further + <f32>((2 * (32 - clz(size - 14)) - 1) << 8) * unitPrice
}

/** The magnitude that a coefficient of `ratio` steps takes: the nearest, the one below, or 0. Its J is in cheapestCost. */
// @inline
export function cheapestLevel(ratio: f32, row: usize): i32 {
  let best = ratio * ratio + load<f32>(row)
  let level = 0
  if (ratio > ALWAYS_ZERO) {
    const nearest = <i32>(ratio + <f32>0.5)
    for (let size = nearest; size > 0 && size >= nearest - 1; size--) {
      const error = ratio - (<f32>size - (size == 1 ? offset1 : offset2))
      const cost = error * error + levelPrice(row, size)
      if (cost < best) {
        best = cost
        level = size
      }
    }
  }
  cheapestCost = best
  return level
}
