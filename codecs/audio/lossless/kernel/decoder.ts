/** The lossless decoder's kernel: what JavaScript calls. */
import { startDecoding } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import { codeHead, codeSamples, createSegment, isComplete, Segment } from './segment'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

/** Starts to decode `bytes` bytes at `payload` into `samples`: [channels][length]. */
export function startDecoder(channels: i32, bits: i32, float: i32, length: i32, samples: Row<i32>, payload: usize, bytes: i32): usize {
  startDecoding(payload, bytes)
  const segment = createSegment(channels, bits, float, length, samples)
  codeHead(segment)
  return changetype<usize>(segment)
}

/** Decodes about so many samples more, and returns 0 if there are none left. */
export function decodeSamples(address: usize, most: i32): i32 {
  const segment = changetype<Segment>(address)
  codeSamples(segment, most, 0)
  return isComplete(segment) ? 0 : 1
}
