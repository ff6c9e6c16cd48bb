/**
 * The law of locally adaptive quantization, the same in every domain: a region where much is going on hides larger errors, so
 * its step grows with its activity, by a fixed exponent:
 *
 *     octaves of step = strength * (activity - reference)
 *
 * Activity is a local level in octaves: of variance for the regions of an image, of loudness for the bands of a sound. All numbers
 * are integers in 1/64 octave, the strength in 1/64. Strength 0 gives one step for all.
 */

/** 1/64 octaves in an octave. */
export const OCTAVE: i32 = 64

/** Exponent of the step of a region, against that of a region at the reference. */
// @inline
export function adaptedExponent(activity: i32, reference: i32, strength: i32): i32 {
  return (strength * (activity - reference)) >> 6
}
