/**
 * The partition tree: a superblock of 64 splits into four blocks of half its side, down to 8. FORMAT.md, "Partition".
 *
 *     split    1 bit, context: block size, how many of the blocks above and on the left are smaller
 *
 * Not coded where there is no choice: a block of 8 is never split, a block across the tile's edge always is.
 */
import { codeAdaptive } from '../../entropy/kernel/model'
import { LOG2_SMALLEST, Tile } from './tile'

/** Address of the split state of a block of side 2^log2 at (x, y). */
export function splitState(tile: Tile, x: i32, y: i32, log2: i32): usize {
  const above = load<u8>(tile.sizeAbove + <usize>(x >> 3)) < <u8>log2 ? 1 : 0
  const left = load<u8>(tile.sizeLeft + <usize>((y >> 3) & 7)) < <u8>log2 ? 1 : 0
  return tile.models.partition + ((<usize>((log2 - LOG2_SMALLEST) * 3 + above + left)) << 2)
}

/** 1 or 0 if the tree leaves no choice about splitting, else -1. */
// @ts-ignore: decorator
@inline
export function forcedSplit(tile: Tile, x: i32, y: i32, log2: i32): i32 {
  if (log2 == LOG2_SMALLEST) return 0
  const side = 1 << log2
  return x + side > tile.paddedWidth || y + side > tile.paddedHeight ? 1 : -1
}

/** Codes whether the block splits. */
export function codeSplit(tile: Tile, x: i32, y: i32, log2: i32, split: i32): i32 {
  const forced = forcedSplit(tile, x, y, log2)
  return forced >= 0 ? forced : codeAdaptive(split, splitState(tile, x, y, log2))
}

/** Records the size of a block for the contexts of those to come. */
export function recordSize(tile: Tile, x: i32, y: i32, log2: i32): void {
  const cells = <usize>(1 << (log2 - 3))
  memory.fill(tile.sizeAbove + <usize>(x >> 3), <u8>log2, cells)
  memory.fill(tile.sizeLeft + <usize>((y >> 3) & 7), <u8>log2, cells)
}

/** Records the size and the bits of a block, split evenly among its cells, for whoever inspects them. */
export function recordCells(tile: Tile, x: i32, y: i32, log2: i32, bits: f64): void {
  const cells = 1 << (log2 - 3)
  const share = <f32>(bits / <f64>(cells * cells))
  const columns = <usize>(tile.paddedWidth >> 3)
  let at = <usize>(y >> 3) * columns + <usize>(x >> 3)
  for (let row = 0; row < cells; row++) {
    memory.fill(tile.cellSizes + at, <u8>log2, <usize>cells)
    for (let column: usize = 0; column < <usize>cells; column++) store<f32>(tile.cellBits + ((at + column) << 2), share)
    at += columns
  }
}
