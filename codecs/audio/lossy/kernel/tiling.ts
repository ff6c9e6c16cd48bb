/**
 * How the middle M samples of each frame are cut into blocks: FORMAT.md, "Tiling".
 *
 *     node of depth d (a block of M >> d lines)    split (1 bit, unless d = 4), then if 1 both halves, left first
 *
 * The bit's context: d, and whether the block before is smaller than this node, as large, or larger.
 */
import { codeAdaptive } from '../../../entropy/kernel/model'
import { CLASSES, Segment, TILING_BYTES } from './segment'

/** The tiling of frame t, -1..frames: u8 number of blocks, then u8 class of each. */
// @inline
export function tilingOf(segment: Segment, t: i32): usize {
  return segment.tilings + <usize>((t + 1) * TILING_BYTES)
}

// @inline
export function blockCount(tiling: usize): i32 {
  return load<u8>(tiling)
}

// @inline
export function blockClass(tiling: usize, block: i32): i32 {
  return load<u8>(tiling + <usize>block, 1)
}

// @inline
export function addBlock(tiling: usize, blockClass: i32): void {
  const count = load<u8>(tiling)
  store<u8>(tiling + <usize>count, <u8>blockClass, 1)
  store<u8>(tiling, count + 1)
}

/** Class of the block before block `block` of frame t, 0..frames - 1. */
export function classToLeft(segment: Segment, t: i32, block: i32): i32 {
  if (block > 0) return blockClass(tilingOf(segment, t), block - 1)
  const before = tilingOf(segment, t - 1)
  return blockClass(before, blockCount(before) - 1)
}

export function classToRight(segment: Segment, t: i32, block: i32): i32 {
  const tiling = tilingOf(segment, t)
  return block + 1 < blockCount(tiling) ? blockClass(tiling, block + 1) : blockClass(tilingOf(segment, t + 1), 0)
}

/** Frame that is written: its blocks are taken one after the other. */
const wanted: usize = memory.data(32, 16)
let taken = 0
let before = 0

function codeNode(depth: i32, tiling: usize, states: usize): void {
  const context = depth * 3 + (before > depth ? 2 : before == depth ? 1 : 0)
  if (depth < CLASSES - 1) {
    const split = codeAdaptive(blockClass(wanted, taken) > depth ? 1 : 0, states + ((<usize>context) << 2))
    if (split) {
      codeNode(depth + 1, tiling, states)
      codeNode(depth + 1, tiling, states)
      return
    }
  }
  addBlock(tiling, depth)
  before = depth
  taken++
}

/** Codes the tilings of all frames, the one before the first and the one behind the last included. */
export function codeTilings(segment: Segment): void {
  before = 0
  for (let t = -1; t <= segment.frames; t++) {
    const tiling = tilingOf(segment, t)
    memory.copy(wanted, tiling, TILING_BYTES)
    store<u8>(tiling, 0)
    taken = 0
    codeNode(0, tiling, segment.models.tiling)
  }
}
