/**
 * The LAQ stage of sound: from the levels of the bands to their step sizes by the law of codecs/laq, in 1/64 octave. FORMAT.md, "Steps".
 *
 *     spread(b) = max over all bands c of level(c) - slope * |b - c|       a loud band masks its neighbours, upwards more
 *     step(b)   = gain + alpha * (spread(b) - reference) + tilt(b)
 *
 * A band's step follows its own loudness and its neighbours' with the exponent alpha: 0 is one step for all, 1 the same
 * signal-to-noise ratio everywhere. Slopes: J. D. Johnston 1988 and E. Zwicker's masking curves, rounded per half Bark.
 */

import { adaptedExponent } from '../../../laq/kernel/law'
import { Row } from '../../../wasm/kernel/row'

/** 1/64 octave in one unit of level. */
export const UNITS_PER_LEVEL: i32 = 16
/** What a masker loses per band (half a Bark) upwards, 7.5 dB, and downwards, 13.5 dB, in 1/64 octave. */
const SLOPE_UP: i32 = 80
const SLOPE_DOWN: i32 = 144
/** Level that gets the gain itself: 30 dB below full scale for one line. */
const REFERENCE: i32 = (32 + 40) * 16
/** Below all that a band can spread. */
const NOTHING: i32 = -100000

/** Exponent of amplitude 1: exponents count from 2^-8, as levels do. */
const UNIT_EXPONENT: i32 = 512
const LARGEST_EXPONENT: i32 = 2047

/** 2^((e - 512) / 64) for e in 0..2047. */
const powers = changetype<Row<f32>>(memory.data(2048 * 4, 16))
let filled = false

export function fillPowers(): void {
  if (filled) return
  filled = true
  for (let e = 0; e <= LARGEST_EXPONENT; e++) powers[e] = <f32>Math.pow(2.0, <f64>(e - UNIT_EXPONENT) / 64.0)
}

/** The amplitude 2^((e - 512) / 64); e in 0..2047. */
// @inline
export function amplitudeOf(e: i32): f32 {
  return powers[e]
}

/** Fills `steps` (exponents, 0..2047) from levels. `tilts`: per band; `alpha` in 1/64. */
export function fillSteps(steps: Row<i16>, levels: Row<u8>, bands: i32, tilts: Row<i16>, gain: i32, alpha: i32): void {
  let masker = NOTHING
  for (let b = 0; b < bands; b++) {
    masker = max(masker - SLOPE_UP, <i32>levels[b] * UNITS_PER_LEVEL)
    steps[b] = <i16>masker
  }
  masker = NOTHING
  for (let b = bands - 1; b >= 0; b--) {
    masker = max(masker - SLOPE_DOWN, <i32>levels[b] * UNITS_PER_LEVEL)
    const spread = max(masker, <i32>steps[b])
    const step = gain + adaptedExponent(spread, REFERENCE, alpha) + <i32>tilts[b]
    steps[b] = <i16>max(0, min(LARGEST_EXPONENT, step))
  }
}
