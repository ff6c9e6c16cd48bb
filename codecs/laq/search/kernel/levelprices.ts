/**
 * What levels cost, for an encoder's decisions: prices are lambda * bits, in squared steps. Nothing here is normative.
 *
 * Prices are estimated from the states of one context alone, in rows of 8 f32: level 0, 1, 2, 3, each further level. Levels above
 * 14 have an exp-Golomb tail, and a sign costs one bit.
 */
import { costAdaptive } from '../../../entropy/kernel/model'
import { Row } from '../../../wasm/kernel/row'

/** Bytes of a row of prices. */
export const PRICE_BYTES: usize = 32
/** The price of each level above 3, against the one before. */
const FURTHER: i32 = 4
/** Levels above this have a tail. */
const UNARY_LIMIT: i32 = 14

/** lambda / 256: price of 1/256 bit. */
let unitPrice: f32 = 0

/** Sets the price of a bit in squared steps. */
export function setLambda(lambda: f32): void {
  unitPrice = lambda / 256
}

/** Price of bits given in 1/256. */
// @inline
export function priceOf(cost: i32): f32 {
  return <f32>cost * unitPrice
}

/** Fills a row from the states of the bins "not 0", "above 1", "above 2", and "above" each further level. */
export function fillPrices(row: Row<f32>, notZero: usize, above1: usize, above2: usize, above: usize): void {
  const least1 = costAdaptive(1, notZero) + 256
  const least2 = least1 + costAdaptive(1, above1)
  const least3 = least2 + costAdaptive(1, above2)
  row[0] = priceOf(costAdaptive(0, notZero))
  row[1] = priceOf(least1 + costAdaptive(0, above1))
  row[2] = priceOf(least2 + costAdaptive(0, above2))
  row[3] = priceOf(least3 + costAdaptive(0, above))
  row[FURTHER] = priceOf(costAdaptive(1, above))
}

/** Price of a magnitude of at least 1. */
// @inline
export function levelPrice(row: Row<f32>, size: i32): f32 {
  if (size <= 3) return row[size]
  const further = row[FURTHER]
  if (size <= UNARY_LIMIT) return row[3] + <f32>(size - 3) * further
  return row[3] + <f32>(UNARY_LIMIT - 3) * further + priceOf((2 * (32 - clz(size - UNARY_LIMIT)) - 1) << 8)
}
