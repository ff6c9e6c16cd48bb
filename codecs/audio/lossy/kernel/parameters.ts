/**
 * What a kernel is told of a segment: an i32 for each name, in this order. JavaScript fills the row and the kernels read it, so this file
 * is AssemblyScript and TypeScript at once.
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
