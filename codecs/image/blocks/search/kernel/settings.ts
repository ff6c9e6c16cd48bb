/**
 * What the block encoder is told of its search: an f32 for each name, in this order; what each means is said at `SearchSettings`.
 * JavaScript fills the row and the encoder reads it, so this file is AssemblyScript and TypeScript at once.
 */
export enum SearchSetting {
  Lambda,
  Strength,
  Largest,
  Smallest,
  Halves,
  Spacing,
  Finalists,
  Types,
  Chroma,
  Settled,
  GuessFlat,
  GuessSlope,
  Zero,
  Thorough,
  Hopeless,
  /** How many there are. */
  Count,
}
