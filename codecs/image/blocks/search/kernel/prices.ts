/**
 * What the levels of blocks cost, for the encoder's decisions: nothing normative. Prices follow the states of the template contexts
 * alone, as they were when they were taken; the other three inputs of the mixture are left out.
 */
import { fillPrices, PRICE_BYTES } from '../../../../laq/search/kernel/levelprices'
import { rowAt } from '../../../../wasm/kernel/row'
import { CONTEXT_BYTES, Models, TEMPLATE_CONTEXTS } from '../../kernel/models'

/** A row per context and quantizer. */
const prices: usize = memory.data(1200 * 2 * 32, 16)

/** Takes the prices from the models as they are now. */
export function refreshPrices(models: Models): void {
  for (let context = 0; context < TEMPLATE_CONTEXTS; context++) {
    const states = models.template + <usize>context * CONTEXT_BYTES
    fillPrices(rowAt<f32>(pricesOf(context)), states, states + 8, states + 16, states + 20)
    fillPrices(rowAt<f32>(pricesOf(context) + PRICE_BYTES), states + 4, states + 12, states + 16, states + 20)
  }
}

/** Rows of a context: Q0's, then Q1's. */
// @inline
export function pricesOf(context: i32): usize {
  return prices + <usize>context * (2 * PRICE_BYTES)
}
