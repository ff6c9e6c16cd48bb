/** The audio decoder's kernel: what JavaScript calls. */
import { startDecoding } from '../../entropy/kernel/rangecoder'
import { codeFrame, codeSegmentStart } from './frame'
import { createSegment as create, resetSegment, Segment } from './segment'
import { synthesizeFrame } from './synthesis'

export { allocate, allocateZeroed, mark, release } from '../../wasm/kernel/arena'

export function createSegment(frames: i32, parameters: usize): usize {
  return changetype<usize>(create(frames, parameters))
}

export function bandCount(address: usize): i32 {
  return changetype<Segment>(address).long.count
}

/** Address of the first line (u16) of each long band, and of the end. */
export function bandEdges(address: usize): usize {
  return changetype<Segment>(address).long.edges
}

export function partBits(address: usize): usize {
  return changetype<Segment>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Segment>(address).field
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
  memory.fill(segment.valueBuffers, 0, <usize>(segment.channels * segment.lines) << 2)
  codeFrame(segment, t)
  synthesizeFrame(segment, t, out, stride)
}
