/**
 * How the middle M samples of each frame are cut into blocks: FORMAT.md, "Tiling".
 *
 *     node of depth d (a block of M >> d lines)    split (1 bit, unless d = 4), then if 1 both halves, left first
 *
 * The bit's context: d, and whether the block before is smaller than this node, as large, or larger.
 */
import { codeAdaptive, stateAt } from '../../../entropy/kernel/model'
import { Row } from '../../../wasm/kernel/row'
import { CLASSES, Segment, TILING_BYTES } from './segment'

/** The tiling of frame t, -1..frames: number of blocks, then the class of each. */
// @inline
export function tilingOf(segment: Segment, t: i32): Row<u8> {
  return segment.tilings.from((t + 1) * TILING_BYTES)
}

// @inline
export function blockCount(tiling: Row<u8>): i32 {
  return tiling[0]
}

// @inline
export function blockClass(tiling: Row<u8>, block: i32): i32 {
  return tiling[1 + block]
}

// @inline
export function addBlock(tiling: Row<u8>, blockClass: i32): void {
  const count = tiling[0]
  tiling[1 + count] = <u8>blockClass
  tiling[0] = count + 1
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
const wanted = changetype<Row<u8>>(memory.data(32, 16))
let taken = 0
let before = 0

function codeNode(depth: i32, tiling: Row<u8>, states: usize): void {
  const context = depth * 3 + (before > depth ? 2 : before == depth ? 1 : 0)
  if (depth < CLASSES - 1) {
    const split = codeAdaptive(blockClass(wanted, taken) > depth ? 1 : 0, stateAt(states, context))
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
    wanted.copy(tiling, TILING_BYTES)
    tiling[0] = 0
    taken = 0
    codeNode(0, tiling, segment.models.tiling)
  }
}
