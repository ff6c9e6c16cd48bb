/** What both sides of a segment's kernels know: this file is AssemblyScript and TypeScript at once. */

/** Samples that a segment needs before its first frame and behind its last: whole frames' lengths of M. */
export const FRAMES_BEFORE = 2
export const FRAMES_BEHIND = 1

/**
 * What a kernel is told of a segment: an i32 for each name, in this order. JavaScript fills the row and the kernels read it.
 */
export enum SegmentParameter {
  Channels,
  SampleRateHz,
  /** Of M, the lines of a frame. */
  Log2Lines,
  /** Exponent of the steps, in 1/64. */
  Alpha,
  /** Tilt of the steps over frequency, in 1/64. */
  Tilt,
  /** Noise in zeroed lines, in 1/16 of what they held. */
  Noise,
  /** How many there are. */
  Count,
}
