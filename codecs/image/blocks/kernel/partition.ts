/**
 * The partition tree: a superblock of 64 is one block, two halves, or four quarters which are divided in turn, down to 8 (whose
 * quarters are blocks of 4). FORMAT.md, "Partition".
 *
 *     divided    0: one block
 *     quarters   1: four quarters, 0: two halves
 *     stacked    1: one half above the other, 0: side by side
 *
 * Contexts: the shapes of the blocks above and on the left. Not coded: a square across the tile's edge is in quarters. With
 * subsampled chroma a square of 8 is one block.
 */
import { codeMixture } from '../../../entropy/kernel/model'
import { Models } from './models'
import { cellAt, Tile } from './tile'

export const WHOLE: i32 = 0
export const QUARTERS: i32 = 1
export const STACKED: i32 = 2
export const BESIDE: i32 = 3

/** States of the mode models: those of the partition come first. Squares of 8, 16, 32, 64 have `size` 0..3. */
const BY_RELATION: i32 = 0 // bin (3) x size (4) x relations of the sides (3 x 3)
const BY_SIDES: i32 = BY_RELATION + 108 // bin x size x sides that touch the square (6 x 6)
const BY_AREAS: i32 = BY_SIDES + 432 // bin x size x the neighbours' other sides (6 x 6)
const BY_BIN: i32 = BY_AREAS + 432 // bin x size
export const PARTITION_STATES: i32 = BY_BIN + 12

/** 0 if the neighbour's side is shorter, 1 equal, 2 longer. */
// @inline
function relation(neighbour: i32, log2: i32): i32 {
  return neighbour < log2 ? 0 : neighbour == log2 ? 1 : 2
}

let relations = 0
let sides = 0
let areas = 0

/** Reads the contexts of the square at (x, y). */
export function readPartitionContext(tile: Tile, x: i32, y: i32, log2: i32): void {
  const above = y > 0 ? <i32>tile.shapes[cellAt(tile, x, y - 1)] : 0
  const left = x > 0 ? <i32>tile.shapes[cellAt(tile, x - 1, y)] : 0
  // the whole superblock where there is nothing
  const aboveWidth = above ? above & 15 : 6
  const leftHeight = left ? left >> 4 : 6
  relations = relation(aboveWidth, log2) * 3 + relation(leftHeight, log2)
  sides = (above ? aboveWidth - 1 : 0) * 6 + (left ? leftHeight - 1 : 0)
  areas = (above ? (above >> 4) - 1 : 0) * 6 + (left ? (left & 15) - 1 : 0)
}

/** State of a bin (divided, quarters, stacked) by the shapes of the neighbours. */
// @inline
export function relationState(bin: i32, size: i32): i32 {
  return BY_RELATION + (bin * 4 + size) * 9 + relations
}

function codeBin(bit: i32, models: Models, bin: i32, size: i32): i32 {
  const set = bin * 4 + size
  return codeMixture(
    bit,
    models.mode,
    relationState(bin, size),
    BY_SIDES + set * 36 + sides,
    BY_AREAS + set * 36 + areas,
    BY_BIN + set,
    models.modeWeights,
    models.modeApms,
    set,
  )
}

/** The division that leaves no choice, or -1. */
// @inline
export function forcedPartition(tile: Tile, x: i32, y: i32, log2: i32): i32 {
  const side = 1 << log2
  if (x + side > tile.paddedWidth || y + side > tile.paddedHeight) return QUARTERS
  return tile.subsampled && log2 == 3 ? WHOLE : -1
}

/** Codes how the square of side 2^log2 at (x, y) is divided. */
export function codePartition(tile: Tile, x: i32, y: i32, log2: i32, partition: i32): i32 {
  const forced = forcedPartition(tile, x, y, log2)
  if (forced >= 0) return forced
  readPartitionContext(tile, x, y, log2)
  const models = tile.models
  if (!codeBin(partition != WHOLE ? 1 : 0, models, 0, log2 - 3)) return WHOLE
  if (codeBin(partition == QUARTERS ? 1 : 0, models, 1, log2 - 3)) return QUARTERS
  return codeBin(partition == STACKED ? 1 : 0, models, 2, log2 - 3) ? STACKED : BESIDE
}
