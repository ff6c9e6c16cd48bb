/** The lossless decoder's kernel: what JavaScript calls. */
import { startDecoding } from '../../../entropy/kernel/rangecoder'
import { codeSegment, createSegment } from './segment'

export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

/** Decodes `bytes` bytes at `payload` into `samples`: i32[channels][length]. */
export function decode(channels: i32, bits: i32, float: i32, length: i32, samples: usize, payload: usize, bytes: i32): void {
  startDecoding(payload, bytes)
  codeSegment(createSegment(channels, bits, float, length, samples), 0)
}
