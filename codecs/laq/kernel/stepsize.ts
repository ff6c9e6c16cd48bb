/**
 * Step sizes on a logarithmic grid.
 *
 *     step(e) = 2^(e / 24), e = 0..383 plus what regions and planes add, clipped to 0..479      stored in 1/16
 *
 * 24 to the octave holds the grids of the field (1/6 octave) and of the base step (1/24 octave) at once.
 */

/** Grid units per octave. */
const STEPS_PER_OCTAVE: i32 = 24
/** Grid units of one unit of the step field: 1/6 octave. */
export const STEPS_PER_FIELD_UNIT: i32 = 4
const MAX_EXPONENT: i32 = 479

/** Step size of grid exponent `e` in 1/16, rounded: 16..2^24. */
export function stepSize(e: i32): i32 {
  e = max(0, min(MAX_EXPONENT, e))
  return <i32>Math.floor(Math.pow(2.0, <f64>e / <f64>STEPS_PER_OCTAVE) * 16.0 + 0.5)
}
