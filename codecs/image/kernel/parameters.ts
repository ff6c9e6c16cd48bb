/**
 * What a kernel is told of a tile: an i32 for each name, in this order. JavaScript fills the row and the kernels of blocks and of
 * wavelets read it, so this file is AssemblyScript and TypeScript at once.
 */
export enum TileParameter {
  /** 1 of grey, 3 of colour; alpha is coded apart. */
  Channels,
  /** 8..16. */
  BitDepth,
  /** 1 if the tile has a step field. */
  HasStepField,
  /** Base step, exponent of {@link ../../laq/kernel/stepsize}. */
  Step,
  /** What chroma adds to that exponent. */
  ChromaStep,
  /** Slope of the step over frequency, in 1/32. */
  LumaWeighting,
  ChromaWeighting,
  /** What a level of 1, and one above 1, are nearer to 0 than they say, in 1/32 step; of wavelets. */
  Reconstruction1,
  Reconstruction2,
  /** 1 if chroma has half the samples each way; of blocks. */
  Subsampled,
  /** What Cb adds to chroma's exponent and Cr takes from it; of blocks. */
  ChromaBalance,
  /** How many there are. */
  Count,
}
