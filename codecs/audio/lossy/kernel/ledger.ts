/** What each frame took, kept by the decoder for inspection: of every band of class 0, and of all that is not lines. */
import { allocate } from '../../../wasm/kernel/arena'
import { bandsOf, PART_ENVELOPE, PART_LINES, PART_STEREO, PARTS, Segment } from './segment'
import { blockClass, blockCount, tilingOf } from './tiling'

/** The segment's counts (f64) as they were before the frame at hand. */
const before: usize = memory.data(PARTS * 8, 16)

/** Makes room for the ledger of a segment. */
export function openLedger(segment: Segment): void {
  segment.sideBits = allocate((<usize>segment.frames) << 2)
  segment.smallestBlocks = allocate(<usize>segment.frames)
  segment.bandBits = allocate((<usize>(segment.frames * bandsOf(segment, 0).count)) << 2)
}

/** To be called before a frame is coded. */
export function beforeFrame(segment: Segment): void {
  memory.copy(before, segment.bits, (<usize>PARTS) << 3)
}

// @inline
function spent(segment: Segment, part: i32): f64 {
  const at = (<usize>part) << 3
  return load<f64>(segment.bits + at) - load<f64>(before + at)
}

/** Enters what frame t took, once it is coded. */
export function enterFrame(segment: Segment, t: i32): void {
  const count = bandsOf(segment, 0).count
  const row = segment.bandBits + ((<usize>(t * count)) << 2)
  store<f32>(segment.sideBits + ((<usize>t) << 2), <f32>(spent(segment, PART_STEREO) + spent(segment, PART_ENVELOPE)))
  for (let b = 0; b < count; b++) store<f32>(row + ((<usize>b) << 2), <f32>spent(segment, PART_LINES + b))
  const tiling = tilingOf(segment, t)
  let smallest = 0
  for (let block = 0; block < blockCount(tiling); block++) smallest = max(smallest, blockClass(tiling, block))
  store<u8>(segment.smallestBlocks + <usize>t, <u8>smallest)
}
