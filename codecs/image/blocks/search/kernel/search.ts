/**
 * What the encoder decides for a superblock: its partition. Nothing here is normative.
 *
 * Every division is tried in full: luma predicted from what is really reconstructed, quantized and reconstructed, because the next
 * block is predicted from it. Chroma counts by an estimate ({@link ./leaf}). The cheapest stays in the tile's maps and planes.
 */
import { BESIDE, forcedPartition, QUARTERS, readPartitionContext, STACKED, WHOLE } from '../../kernel/partition'
import { cellAt, fillCells, LOG2_SUPERBLOCK, sampleAt, Tile } from '../../kernel/tile'
import { chooseBlock } from './leaf'
import { partitionPrice } from './modeprices'
import { refreshPrices } from './prices'
import { NEVER, SAVED_BYTES, Search, searchOf } from './state'

/** Decides the division of the superblock at (x, y) and everything about its luma. */
export function searchSuperblock(tile: Tile, x: i32, y: i32): void {
  refreshPrices(tile.models)
  searchSquare(tile, searchOf(tile), x, y, LOG2_SUPERBLOCK)
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
    const all = map == 0 ? tile.modes : map == 1 ? tile.shapes : search.typeMap
    let cells = changetype<usize>(all.from(cellAt(tile, x, y)))
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
  const wholePrice = partitionPrice(models, log2, WHOLE)
  const quartersPrice = partitionPrice(models, log2, QUARTERS)
  const stackedPrice = partitionPrice(models, log2, STACKED)
  const besidePrice = partitionPrice(models, log2, BESIDE)
  let best = NEVER
  let isLeft = false // whether the tile holds the best
  const divisible = log2 > search.smallest
  if (log2 <= search.largest || !divisible) {
    best = chooseBlock(tile, search, x, y, log2, log2, false) + wholePrice
    if (!divisible || search.lumaExtent == 0 || best < search.settled * search.lambda) return best
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
