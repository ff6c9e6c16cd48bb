/**
 * A plane of alpha, sample by sample, exact or within a bound: FORMAT.md, "Alpha". Encoder and decoder are one function: see
 * sample.ts. This is what JavaScript calls.
 */
import { encodedEnd, encoding, finishEncoding, startDecoding, startEncoding } from '../../../entropy/kernel/rangecoder'
import { allocate, extend } from '../../../wasm/kernel/arena'
import { Row } from '../../../wasm/kernel/row'
import { codeSample } from './sample'
import { createState, MARGIN, State } from './state'
import { endRow } from './surroundings'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, mark, release } from '../../../wasm/kernel/arena'

let bytes: usize = 0

/** Prepares a plane of samples 0..`largest`, 1 <= largest <= 65535, that may be off by `maxError`. */
export function createPlane(columns: i32, rows: i32, largest: i32, maxError: i32): usize {
  return changetype<usize>(createState(columns, rows, largest, maxError))
}

/** The first sample of row `y`; those of a row are together. */
export function rowOf(plane: State, y: i32): Row<u16> {
  return plane.samples.from(y * plane.stride)
}

export function startDecoder(payload: usize, length: i32): void {
  startDecoding(payload, length)
}

/** The stream is the last thing on the arena, and grows there. */
export function startEncoder(): void {
  bytes = allocate(65536)
  startEncoding(bytes)
}

/** A sample costs at most 23 mixed bits of 12 bits and 16 plain ones. */
const MAX_BYTES_PER_SAMPLE: i32 = 48

/** Codes the next row; of an encoder, the samples become what a decoder will have. */
export function codeRow(plane: State, y: i32): void {
  const width = plane.width
  if (encoding) extend(encodedEnd() + <usize>(width * MAX_BYTES_PER_SAMPLE))
  const row = rowOf(plane, y)
  const first = row[-plane.stride]
  for (let i = 1; i <= MARGIN; i++) row[-i] = first
  for (let x = 0; x < width; x++) codeSample(plane, row.from(x), x)
  const last = row[width - 1]
  for (let i = 0; i < MARGIN - 1; i++) row[width + i] = last
  endRow(plane)
}

export function finishEncoder(): i32 {
  return finishEncoding()
}

export function encodedBytes(): usize {
  return bytes
}
