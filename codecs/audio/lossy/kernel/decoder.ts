/** The audio decoder's kernel: what JavaScript calls. */
import { startDecoding } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import { codeBlock, codeSegmentStart } from './frame'
import { beforeFrame, enterFrame, openLedger } from './ledger'
import { bandsOf, createSegment as create, resetSegment, Segment } from './segment'
import { synthesizeBlock } from './synthesis'
import { blockClass, blockCount, tilingOf } from './tiling'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

export function createSegment(frames: i32, parameters: Row<i32>): usize {
  const segment = create(frames, parameters)
  openLedger(segment)
  return changetype<usize>(segment)
}

export function bandCount(address: usize): i32 {
  return bandsOf(changetype<Segment>(address), 0).count
}

/** The first line of each band of class 0, and the end. */
export function bandEdges(address: usize): Row<u16> {
  return bandsOf(changetype<Segment>(address), 0).edges
}

export function partBits(address: usize): Row<f64> {
  return changetype<Segment>(address).bits
}

export function stepField(address: usize): Row<i16> {
  return changetype<Segment>(address).field
}

/** Per frame and band of class 0: 1 where its first block has channels 0 and 1 as mid and side. */
export function sideField(address: usize): Row<u8> {
  return changetype<Segment>(address).sideField
}

/** Per frame: the class of its smallest block. */
export function smallestBlocks(address: usize): Row<u8> {
  return changetype<Segment>(address).smallestBlocks
}

/** Bits of stereo and envelope of each frame. */
export function sideBits(address: usize): Row<f32> {
  return changetype<Segment>(address).sideBits
}

/** Bits of the lines of each frame and long band. */
export function bandBits(address: usize): Row<f32> {
  return changetype<Segment>(address).bandBits
}

export function startDecoder(address: usize, payload: usize, length: i32): void {
  const segment = changetype<Segment>(address)
  resetSegment(segment)
  startDecoding(payload, length)
  codeSegmentStart(segment)
}

/** Decodes frame t (in order) and adds it to `out`, of full scale 2^15, `stride` per channel, zero at first. */
export function decodeFrame(address: usize, t: i32, out: Row<f32>, stride: i32): void {
  const segment = changetype<Segment>(address)
  segment.valueBuffers.clear(segment.channels * segment.lines)
  beforeFrame(segment)
  const tiling = tilingOf(segment, t)
  let offset = 0
  for (let block = 0; block < blockCount(tiling); block++) {
    const now = blockClass(tiling, block)
    codeBlock(segment, t, block, now, offset, null)
    synthesizeBlock(segment, t, block, now, offset, out, stride)
    offset += segment.lines >> now
  }
  enterFrame(segment, t)
}
