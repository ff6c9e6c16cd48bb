/** The step field that an encoder chooses: by the law from the activity of each region, rounded to the field's grid. */
import { Row } from '../../../wasm/kernel/row'
import { adaptedExponent, OCTAVE } from '../../kernel/law'
import { regionActivity } from './activity'

/** Limits of what the encoder chooses, and the activity (variance in 8-bit grey levels) that gets the base step, in 1/64 octave. */
const FINEST: i32 = -2 * OCTAVE
const COARSEST: i32 = OCTAVE
const REFERENCE: i32 = 7 * OCTAVE
const REGION: i32 = 32

/**
 * Fills the field of a plane of `width` x `height` samples, padded to multiples of 8; `greyLevel` is what one 8-bit level is in it,
 * `strength` in 1/64.
 */
export function fillStepField(
  field: Row<i8>,
  samples: Row<i32>,
  stride: i32,
  width: i32,
  height: i32,
  greyLevel: f32,
  strength: i32,
): void {
  let region = 0
  for (let y = 0; y < height; y += REGION) {
    for (let x = 0; x < width; x += REGION) {
      const corner = samples.from(y * stride + x)
      const activity = regionActivity(corner, stride, min(REGION, width - x), min(REGION, height - y), <f32>1 / greyLevel)
      const octaves = max(FINEST, min(COARSEST, adaptedExponent(<i32>(activity * <f32>OCTAVE), REFERENCE, strength)))
      field[region++] = <i8>((octaves * 6 + OCTAVE / 2) >> 6)
    }
  }
}
