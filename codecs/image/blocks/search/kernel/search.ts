/**
 * What the encoder decides for a superblock: its partition. Nothing here is normative.
 *
 * Every division is tried in full: luma predicted from what is really reconstructed, quantized and reconstructed, because the next
 * block is predicted from it. Chroma counts by an estimate ({@link ./leaf}). The cheapest stays in the tile's maps and planes.
 */
import { allocate } from '../../../../wasm/kernel/arena'
import { Row } from '../../../../wasm/kernel/row'
import { BESIDE, forcedPartition, partitionCost, QUARTERS, readPartitionContext, STACKED, WHOLE } from '../../kernel/partition'
import { cellAt, fillCells, LOG2_SUPERBLOCK, sampleAt, Tile, WEIGHT_TABLE_BYTES, WEIGHT_TABLES } from '../../kernel/tile'
import { chooseBlock, levelsLeft } from './leaf'
import { priceOf, refreshPrices, setLambda } from './prices'
import { SearchSetting } from './settings'

@unmanaged
export class Search {
  /** Source samples, laid out like the tile's planes. */
  source: usize
  /** f32 256 / weight, laid out like the tile's weights. */
  inverseWeights: usize
  /** u8 per cell of 4 x 4: transform type of its block. */
  typeMap: usize
  /** f32 per cell: bits that its samples take in a palette block, and their error in squared steps; of tiles with a palette. */
  paletteBits: usize
  paletteErrors: usize
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
}

/** More than any block costs. */
export const NEVER: f32 = 1e30

/** Bytes saved per square: luma (i32), modes, shapes, types (u8 per cell). */
const SAVED_BYTES: usize = 4096 * 4 + 3 * 256

export function createSearch(tile: Tile): Search {
  const search = changetype<Search>(allocate(offsetof<Search>()))
  search.source = allocate(<usize>tile.planeBytes * <usize>tile.planeCount)
  search.inverseWeights = allocate(WEIGHT_TABLE_BYTES * WEIGHT_TABLES)
  search.typeMap = allocate(<usize>(tile.cellColumns * (tile.paddedHeight >> 2)))
  search.saved = allocate(SAVED_BYTES * 7)
  for (let i: usize = 0; i < WEIGHT_TABLE_BYTES * WEIGHT_TABLES; i += 4) {
    store<f32>(search.inverseWeights + i, <f32>256 / <f32>load<i32>(tile.weights + i))
  }
  tile.search = changetype<usize>(search)
  return search
}

/** `settings`: a row of {@link SearchSetting}. */
export function startSearch(tile: Tile, settings: Row<f32>): void {
  const search = changetype<Search>(tile.search)
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

/** Decides the division of the superblock at (x, y) and everything about its luma. */
export function searchSuperblock(tile: Tile, x: i32, y: i32): void {
  refreshPrices(tile.models)
  searchSquare(tile, changetype<Search>(tile.search), x, y, LOG2_SUPERBLOCK)
}

/** Copies decisions and luma of the square between tile and `saved`. */
function copySquare(tile: Tile, search: Search, x: i32, y: i32, log2: i32, restore: bool): void {
  let at = search.saved + SAVED_BYTES * <usize>log2
  const rowBytes = (<usize>4) << log2
  const stride = (<usize>tile.paddedWidth) << 2
  let samples = sampleAt(tile, tile.planes, 0, x, y)
  for (let row = 0; row < 1 << log2; row++) {
    memory.copy(restore ? samples : at, restore ? at : samples, rowBytes)
    samples += stride
    at += rowBytes
  }
  const across = (<usize>1) << (log2 - 2)
  for (let map = 0; map < 3; map++) {
    let cells = cellAt(tile, map == 0 ? tile.modes : map == 1 ? tile.shapes : search.typeMap, x, y)
    for (let row: usize = 0; row < across; row++) {
      memory.copy(restore ? cells : at, restore ? at : cells, across)
      cells += <usize>tile.cellColumns
      at += across
    }
  }
}

/** Cost J of the cheapest way to code the square, which is left in the tile. */
function searchSquare(tile: Tile, search: Search, x: i32, y: i32, log2: i32): f32 {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return 0
  if (log2 == 2) return chooseBlock(tile, search, x, y, 2, 2, false)
  const forced = forcedPartition(tile, x, y, log2)
  if (forced == QUARTERS) return searchQuarters(tile, search, x, y, log2, NEVER)
  if (forced == WHOLE) return chooseBlock(tile, search, x, y, log2, log2, false)
  readPartitionContext(tile, x, y, log2)
  const models = tile.models
  const wholePrice = priceOf(partitionCost(models, log2, WHOLE))
  const quartersPrice = priceOf(partitionCost(models, log2, QUARTERS))
  const stackedPrice = priceOf(partitionCost(models, log2, STACKED))
  const besidePrice = priceOf(partitionCost(models, log2, BESIDE))
  let best = NEVER
  let isLeft = false // whether the tile holds the best
  const divisible = log2 > search.smallest
  if (log2 <= search.largest || !divisible) {
    best = chooseBlock(tile, search, x, y, log2, log2, false) + wholePrice
    if (!divisible || levelsLeft == 0 || best < search.settled * search.lambda) return best
    isLeft = true
    copySquare(tile, search, x, y, log2, false)
  }
  const whole = best
  fillCells(tile, tile.modes, x, y, log2, log2, 0)
  const quarters = searchQuarters(tile, search, x, y, log2, best - quartersPrice) + quartersPrice
  isLeft = quarters < best
  if (isLeft) best = quarters
  if (log2 <= search.largest && quarters < whole * search.halves && whole < quarters * search.halves) {
    const half = 1 << (log2 - 1)
    for (let way = 0; way < 2; way++) {
      if (isLeft) copySquare(tile, search, x, y, log2, false)
      fillCells(tile, tile.modes, x, y, log2, log2, 0)
      let cost = way == 0 ? stackedPrice : besidePrice
      const w = way == 0 ? log2 : log2 - 1
      const h = way == 0 ? log2 - 1 : log2
      cost += chooseBlock(tile, search, x, y, w, h, true)
      if (cost < best) cost += chooseBlock(tile, search, way == 0 ? x : x + half, way == 0 ? y + half : y, w, h, true)
      isLeft = cost < best
      if (isLeft) best = cost
    }
  }
  if (!isLeft) copySquare(tile, search, x, y, log2, true)
  return best
}

/** Cost of four quarters, or a number above `limit` as soon as it is passed. */
function searchQuarters(tile: Tile, search: Search, x: i32, y: i32, log2: i32, limit: f32): f32 {
  const half = 1 << (log2 - 1)
  let cost = searchSquare(tile, search, x, y, log2 - 1)
  if (cost < limit) cost += searchSquare(tile, search, x + half, y, log2 - 1)
  if (cost < limit) cost += searchSquare(tile, search, x, y + half, log2 - 1)
  if (cost < limit) cost += searchSquare(tile, search, x + half, y + half, log2 - 1)
  return cost < limit ? cost : NEVER
}
