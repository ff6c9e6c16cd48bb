/** What each frame took, kept by the decoder for inspection: of every band of class 0, and of all that is not lines. */
import { allocateRow, Row } from '../../../wasm/kernel/row'
import { bandsOf, PART_ENVELOPE, PART_LINES, PART_STEREO, PARTS, Segment } from './segment'
import { blockClass, blockCount, tilingOf } from './tiling'

/** The segment's counts as they were before this frame. */
const before = changetype<Row<f64>>(memory.data(PARTS * 8, 16))

/** Makes room for the ledger of a segment. */
export function openLedger(segment: Segment): void {
  segment.sideBits = allocateRow<f32>(segment.frames)
  segment.smallestBlocks = allocateRow<u8>(segment.frames)
  segment.bandBits = allocateRow<f32>(segment.frames * bandsOf(segment, 0).count)
}

/** To be called before a frame is coded. */
export function beforeFrame(segment: Segment): void {
  before.copy(segment.bits, PARTS)
}

// @inline
function spent(segment: Segment, part: i32): f64 {
  return segment.bits[part] - before[part]
}

/** Enters what frame t took, once it is coded. */
export function enterFrame(segment: Segment, t: i32): void {
  const count = bandsOf(segment, 0).count
  const row = segment.bandBits.from(t * count)
  segment.sideBits[t] = <f32>(spent(segment, PART_STEREO) + spent(segment, PART_ENVELOPE))
  for (let b = 0; b < count; b++) row[b] = <f32>spent(segment, PART_LINES + b)
  const tiling = tilingOf(segment, t)
  let smallest = 0
  for (let block = 0; block < blockCount(tiling); block++) smallest = max(smallest, blockClass(tiling, block))
  segment.smallestBlocks[t] = <u8>smallest
}
