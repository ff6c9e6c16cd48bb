/** The lossless encoder's kernel: what JavaScript calls. */
import { finishEncoding, startEncoding } from '../../../entropy/kernel/rangecoder'
import { allocate } from '../../../wasm/kernel/arena'
import { Row } from '../../../wasm/kernel/row'
import { chooseLevels, chooseOrder, decideScale } from './decisions'
import { PLAIN } from './profiles'
import { codeHead, codeSamples, createSegment as create, isComplete, Segment } from './segment'

export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

let payload: usize = 0
let length: i32 = 0

/** A sample takes at most 24 mixed bits of 12, 37 plain ones and, of a float, 10 adaptive ones of 10 and 24 plain ones: 57 bytes. */
const MOST_BYTES_PER_SAMPLE: usize = 64
/** The same of a channel's head, without its table, of which a slot takes at most 10 bits. */
const MOST_BYTES_PER_HEAD: usize = 64

/** Prepares to code `samples`, [channels][length] of `bits` bits. */
export function createSegment(channels: i32, bits: i32, float: i32, length: i32, samples: Row<i32>): usize {
  const segment = create(channels, bits, float, length, samples)
  decideScale(segment)
  return changetype<usize>(segment)
}

/** Each channel, in order. */
export function decideChannel(address: usize, channel: i32): void {
  chooseLevels(changetype<Segment>(address), channel)
}

/** Most bytes of a payload: those of plain samples. */
function plainBytesOf(segment: Segment): usize {
  return ((<usize>segment.channels * <usize>segment.length * <usize>segment.bits) >> 3) + 2
}

/** Starts the payload, of filters of `haste` (0..3). */
export function startEncoder(address: usize, profile: i32, haste: i32): void {
  const segment = changetype<Segment>(address)
  const channels = segment.channels
  segment.profile = profile
  segment.haste = haste
  chooseOrder(segment)
  let room: usize = 4096 + <usize>channels * (MOST_BYTES_PER_HEAD + MOST_BYTES_PER_SAMPLE)
  for (let c = 0; c < channels; c++) room += (<usize>segment.levels[c].slots) << 1
  payload = allocate(plainBytesOf(segment) + room)
  startEncoding(payload)
  codeHead(segment)
}

/** Codes about so many samples more, and returns 0 if there are none left. What comes out too long starts anew, as plain samples. */
export function encodeSamples(address: usize, most: i32): i32 {
  const segment = changetype<Segment>(address)
  const isPlain = segment.profile == PLAIN
  const isShort = codeSamples(segment, most, payload + plainBytesOf(segment))
  if (isShort && !isComplete(segment)) return 1
  if (isShort) length = finishEncoding()
  if (isPlain || (isShort && length <= <i32>plainBytesOf(segment))) return 0
  segment.profile = PLAIN
  startEncoding(payload)
  codeHead(segment)
  return 1
}

/** Of the payload, at {@link encodedBytes}. */
export function encodedLength(): i32 {
  return length
}

export function encodedBytes(): usize {
  return payload
}
