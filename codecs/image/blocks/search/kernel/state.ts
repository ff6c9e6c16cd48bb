/** What an encoder knows of a tile besides the tile itself: its source, its settings, and what the search remembers. */
import { setLambda } from '../../../../laq/search/kernel/levelprices'
import { allocate } from '../../../../wasm/kernel/arena'
import { allocateRow, Row } from '../../../../wasm/kernel/row'
import { Tile, WEIGHT_TABLE_BYTES, WEIGHT_TABLES } from '../../kernel/tile'
import { SearchSetting } from './settings'

/** More than any block costs. */
export const NEVER: f32 = 1e30

@unmanaged
export class Search {
  /** Source samples, laid out like the tile's planes. */
  source: usize
  /** f32 256 / weight, laid out like the tile's weights. */
  inverseWeights: usize
  /** Of each cell of 4 x 4: transform type of its block. */
  typeMap: Row<u8>
  /** Of each cell: bits that its samples take in a palette block, and their error in squared steps; of tiles with a palette. */
  paletteBits: Row<f32>
  paletteErrors: Row<f32>
  /** Bits that palette blocks took so far, and that they should have taken. */
  paletteTook: f32
  paletteExpected: f32
  /** Decisions and luma of the cheapest division so far, one per size of square. */
  saved: usize
  lambda: f32
  /** Largest and smallest log2 of a block's side. */
  largest: i32
  smallest: i32
  /** Halves are tried only if neither of whole and quarters is cheaper than the other by more than this factor. */
  halves: f32
  /** Directions tried first are this far apart: 1, 2, 4, 8; then those around the best ones. */
  spacing: i32
  /** Modes that are quantized in full. */
  finalists: i32
  /** 1 if transform types are tried. */
  types: i32
  /** How much the guessed price of chroma counts in the partition. */
  chroma: f32
  /** A square whose cost is below the price of this many bits is not divided. */
  settled: f32
  /** 1 if transform types and modes of chroma are all quantized. */
  thorough: i32
  /** Modes whose guessed price is above this many times the best's are not quantized. */
  hopeless: f32
  /** Extent of luma of the block that was chosen last; 0 if it has no levels. */
  lumaExtent: i32
}

/** Bytes saved per square: luma (i32), modes, shapes, types (u8 per cell). */
export const SAVED_BYTES: usize = 4096 * 4 + 3 * 256

export function createSearch(tile: Tile): Search {
  const search = changetype<Search>(allocate(offsetof<Search>()))
  search.source = allocate(<usize>tile.planeBytes * <usize>tile.planeCount)
  search.inverseWeights = allocate(WEIGHT_TABLE_BYTES * WEIGHT_TABLES)
  search.typeMap = allocateRow<u8>(tile.cellColumns * (tile.paddedHeight >> 2))
  search.saved = allocate(SAVED_BYTES * 7)
  for (let i: usize = 0; i < WEIGHT_TABLE_BYTES * WEIGHT_TABLES; i += 4) {
    store<f32>(search.inverseWeights + i, <f32>256 / <f32>load<i32>(tile.weights + i))
  }
  tile.search = changetype<usize>(search)
  return search
}

/** The search of an encoder's tile. */
// @inline
export function searchOf(tile: Tile): Search {
  return changetype<Search>(tile.search)
}

/** `settings`: a row of {@link SearchSetting}. */
export function startSearch(tile: Tile, settings: Row<f32>): void {
  const search = searchOf(tile)
  search.lambda = settings[SearchSetting.Lambda]
  search.largest = <i32>settings[SearchSetting.Largest]
  search.smallest = <i32>settings[SearchSetting.Smallest]
  search.halves = settings[SearchSetting.Halves]
  search.spacing = <i32>settings[SearchSetting.Spacing]
  search.finalists = <i32>settings[SearchSetting.Finalists]
  search.types = <i32>settings[SearchSetting.Types]
  search.chroma = settings[SearchSetting.Chroma]
  search.settled = settings[SearchSetting.Settled]
  search.thorough = <i32>settings[SearchSetting.Thorough]
  search.hopeless = settings[SearchSetting.Hopeless]
  setLambda(search.lambda)
}
