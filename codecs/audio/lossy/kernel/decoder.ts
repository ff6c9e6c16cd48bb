/** The audio decoder's kernel: what JavaScript calls. */
import { startDecoding } from '../../../entropy/kernel/rangecoder'
import { codeBlock, codeSegmentStart } from './frame'
import { beforeFrame, enterFrame, openLedger } from './ledger'
import { bandsOf, createSegment as create, resetSegment, Segment } from './segment'
import { synthesizeBlock } from './synthesis'
import { blockClass, blockCount, tilingOf } from './tiling'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

export function createSegment(frames: i32, parameters: usize): usize {
  const segment = create(frames, parameters)
  openLedger(segment)
  return changetype<usize>(segment)
}

export function bandCount(address: usize): i32 {
  return bandsOf(changetype<Segment>(address), 0).count
}

/** Address of the first line (u16) of each band of class 0, and of the end. */
export function bandEdges(address: usize): usize {
  return bandsOf(changetype<Segment>(address), 0).edges
}

export function partBits(address: usize): usize {
  return changetype<Segment>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Segment>(address).field
}

/** u8 per frame and band of class 0: 1 where its first block has channels 0 and 1 as mid and side. */
export function sideField(address: usize): usize {
  return changetype<Segment>(address).sideField
}

/** u8 per frame: the class of its smallest block. */
export function smallestBlocks(address: usize): usize {
  return changetype<Segment>(address).smallestBlocks
}

/** Bits (f32) of stereo and envelope of each frame. */
export function sideBits(address: usize): usize {
  return changetype<Segment>(address).sideBits
}

/** Bits (f32) of the lines of each frame and long band. */
export function bandBits(address: usize): usize {
  return changetype<Segment>(address).bandBits
}

export function startDecoder(address: usize, payload: usize, length: i32): void {
  const segment = changetype<Segment>(address)
  resetSegment(segment)
  startDecoding(payload, length)
  codeSegmentStart(segment)
}

/** Decodes frame t (in order) and adds it to `out`: f32 of full scale 2^15, `stride` per channel, zero at first. */
export function decodeFrame(address: usize, t: i32, out: usize, stride: i32): void {
  const segment = changetype<Segment>(address)
  memory.fill(segment.valueBuffers, 0, (<usize>(segment.channels * segment.lines)) << 2)
  beforeFrame(segment)
  const tiling = tilingOf(segment, t)
  let offset = 0
  for (let block = 0; block < blockCount(tiling); block++) {
    const now = blockClass(tiling, block)
    codeBlock(segment, t, block, now, offset, 0)
    synthesizeBlock(segment, t, block, now, offset, out, stride)
    offset += segment.lines >> now
  }
  enterFrame(segment, t)
}
