/** The lossless encoder's kernel: what JavaScript calls. */
import { finishEncoding, startEncoding } from '../../../entropy/kernel/rangecoder'
import { allocate } from '../../../wasm/kernel/arena'
import { decide } from './decisions'
import { PLAIN } from './profiles'
import { codeSegment, createSegment, levelsAt } from './segment'

export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

let payload: usize = 0

/** A sample takes at most 24 mixed bits of 12, 37 plain ones and, of a float, 10 adaptive ones of 10 and 24 plain ones: 57 bytes. */
const MOST_BYTES_PER_SAMPLE: usize = 64
/** The same of a channel's head, without its table, of which a slot takes at most 10 bits. */
const MOST_BYTES_PER_HEAD: usize = 64

/** Codes `samples`, i32[channels][length] of `bits` bits, with filters of `haste` (0..3), and returns how many bytes the payload has. */
export function encode(channels: i32, bits: i32, float: i32, length: i32, samples: usize, profile: i32, haste: i32): i32 {
  const segment = createSegment(channels, bits, float, length, samples)
  const plainBytes = ((<usize>channels * <usize>length * <usize>bits) >> 3) + 2
  segment.profile = profile
  segment.haste = haste
  decide(segment)
  let room: usize = 4096 + <usize>channels * (MOST_BYTES_PER_HEAD + MOST_BYTES_PER_SAMPLE)
  for (let c = 0; c < channels; c++) room += <usize>levelsAt(segment, c).slots << 1
  payload = allocate(plainBytes + room)
  startEncoding(payload)
  if (codeSegment(segment, payload + plainBytes)) {
    const bytes = finishEncoding()
    if (bytes <= <i32>plainBytes) return bytes
  }
  segment.profile = PLAIN
  startEncoding(payload)
  codeSegment(segment, 0)
  return finishEncoding()
}

export function encodedBytes(): usize {
  return payload
}
