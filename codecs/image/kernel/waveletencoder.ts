/** The wavelet profile's encoder: what JavaScript calls. A tile is encoded in parts, from the coarsest to the finest. */
import { bitsCoded, encodedEnd, finishEncoding, startEncoding } from '../../entropy/kernel/rangecoder'
import { initQuantizer } from '../../laq/kernel/quantize'
import { codeStepField, fillStepField } from '../../laq/kernel/stepfield'
import { loadPlanes } from '../../transform/kernel/colour'
import { forwardWavelet } from '../../transform/kernel/wavelet'
import { allocate, extend } from '../../wasm/kernel/arena'
import { codeLowPass } from './lowpass'
import { coefficientAt, countBits, createPyramid as create, LEVELS, ORIENTATIONS, Pyramid, smooth } from './pyramid'
import { initSubbandQuantizer, quantizeStripe } from './subbandquantize'
import { band, codeGroups, codeLevels, enterBand, fillSubbandTables } from './subbands'

export { allocate, mark, release } from '../../wasm/kernel/arena'

let bytes: usize = 0

export function createPyramid(width: i32, height: i32, parameters: usize): usize {
  return changetype<usize>(create(width, height, parameters))
}

export function partBits(address: usize): usize {
  return changetype<Pyramid>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Pyramid>(address).field
}

/** Internal samples per 8-bit grey level. */
const GREY_LEVEL: f32 = 64

/** Takes the tile's samples (interleaved: u8, or u16 if the bit depth is above 8), decides the step field, and transforms. */
export function startEncoder(address: usize, samples: usize, lambda: f32, strength: i32): void {
  const p = changetype<Pyramid>(address)
  initQuantizer(lambda, p.offset1, p.offset2)
  loadPlanes(samples, p.width, p.height, p.channels, p.bitDepth, p.planes, <i32>p.planeBytes, p.stride, p.paddedHeight)
  if (p.hasField) fillStepField(p.field, p.planes, p.stride, (p.width + 7) & ~7, p.paddedHeight, GREY_LEVEL, strength)
  for (let plane = 0; plane < p.planeCount; plane++) {
    forwardWavelet(coefficientAt(p, plane, 0, 0), p.stride, p.width, p.height, LEVELS, false)
  }
  fillSubbandTables()
  initSubbandQuantizer(allocate((<usize>p.stride) << 4), allocate((<usize>p.stride) << 3))
  // the stream is the last thing on the arena, and grows there
  bytes = allocate(65536)
}

/** A coefficient costs at most 16 mixed bins of 12 bits and an escape of 50, and its share of a flag. */
const MAX_BYTES_PER_COEFFICIENT: i32 = 32

/** Starts a part: its bytes replace those of the one before. The first part starts with the step field and the low-pass band. */
export function startPart(address: usize, part: i32): void {
  const p = changetype<Pyramid>(address)
  startEncoding(bytes)
  p.counted = 0
  if (part > 0) return
  if (p.hasField) codeStepField(p.field, p.regionColumns, p.regionRows, p.models.field)
  countBits(p, -1, bitsCoded())
  extend(encodedEnd() + <usize>(((p.width + 31) >> 5) * ((p.height + 31) >> 5) * p.planeCount * MAX_BYTES_PER_COEFFICIENT))
  for (let plane = 0; plane < p.planeCount; plane++) {
    codeLowPass(p, plane)
    countBits(p, plane, bitsCoded())
  }
}

/** Encodes the detail of one level (5 is the coarsest): all orientations, all planes. */
export function encodeLevel(address: usize, level: i32): void {
  const p = changetype<Pyramid>(address)
  for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
    for (let plane = 0; plane < p.planeCount; plane++) {
      enterBand(p, plane, level, orientation)
      for (let y = 0; y < band.height; y += 4) {
        const rows = min(4, band.height - y)
        extend(encodedEnd() + <usize>(4 * (band.width + 4) * MAX_BYTES_PER_COEFFICIENT))
        quantizeStripe(p, plane, y, rows)
        codeGroups(p, y)
        codeLevels(p, y, rows)
      }
      smooth(band)
      countBits(p, plane, bitsCoded())
    }
  }
}

/** Ends a part and returns its length; its bytes are at {@link encodedBytes}. */
export function finishPart(address: usize): i32 {
  return finishEncoding()
}

export function encodedBytes(address: usize): usize {
  return bytes
}
