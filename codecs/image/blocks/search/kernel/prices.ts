/**
 * What levels cost, for the encoder's decisions: nothing normative. Prices follow the states of the template contexts alone, as
 * they were when they were taken; the other three inputs of the mixture are left out.
 */
import { costAdaptive } from '../../../../entropy/kernel/model'
import { CONTEXT_BYTES, Models, TEMPLATE_CONTEXTS } from '../../kernel/models'

/** A row of f32 per context and quantizer: level 0, 1, 2, 3, each further level. */
export const PRICE_BYTES: usize = 32
const prices: usize = memory.data(1200 * 2 * 32, 16)

/** lambda / 256: price of 1/256 bit, in squared steps. */
export let unitPrice: f32 = 0

export function setLambda(lambda: f32): void {
  unitPrice = lambda / 256
}

/** Price of bits given in 1/256. */
// @inline
export function priceOf(cost: i32): f32 {
  return <f32>cost * unitPrice
}

/** Takes the prices from the models as they are now. */
export function refreshPrices(models: Models): void {
  for (let c: usize = 0; c < <usize>TEMPLATE_CONTEXTS; c++) {
    const states = models.template + c * CONTEXT_BYTES
    const above2 = costAdaptive(1, states + 16)
    const to2 = costAdaptive(0, states + 16)
    const to3 = costAdaptive(0, states + 20)
    const further = costAdaptive(1, states + 20)
    for (let q: usize = 0; q < 2; q++) {
      const row = prices + (c * 2 + q) * PRICE_BYTES
      const nonZero = costAdaptive(1, states + (q << 2)) + 256 // and its sign
      const above1 = nonZero + costAdaptive(1, states + 8 + (q << 2))
      store<f32>(row, priceOf(costAdaptive(0, states + (q << 2))))
      store<f32>(row, priceOf(nonZero + costAdaptive(0, states + 8 + (q << 2))), 4)
      store<f32>(row, priceOf(above1 + to2), 8)
      store<f32>(row, priceOf(above1 + above2 + to3), 12)
      store<f32>(row, priceOf(further), 16)
    }
  }
}

/** Rows of a context: Q0's, then Q1's. */
// @inline
export function pricesOf(context: i32): usize {
  return prices + <usize>context * (2 * PRICE_BYTES)
}

/** Price of a magnitude of at least 1. */
// @inline
export function levelPrice(row: usize, size: i32): f32 {
  if (size <= 3) return load<f32>(row + ((<usize>size) << 2))
  const further = load<f32>(row, 16)
  if (size <= 14) return load<f32>(row, 12) + <f32>(size - 3) * further
  return load<f32>(row, 12) + 11 * further + priceOf((2 * (32 - clz(size - 14)) - 1) << 8)
}
