/** The wavelet profile's encoder: what JavaScript calls. A tile is encoded in parts, from the coarsest to the finest. */
import { bitsCoded, encodedEnd, finishEncoding, startEncoding } from '../../../entropy/kernel/rangecoder'
import { codeStepField } from '../../../laq/kernel/stepfield'
import { fillStepField } from '../../../laq/search/kernel/adapt'
import { setLambda } from '../../../laq/search/kernel/levelprices'
import { loadRows } from '../../../transform/kernel/colour'
import { forwardWavelet } from '../../../transform/kernel/wavelet'
import { allocate, extend } from '../../../wasm/kernel/arena'
import { Row, rowAt } from '../../../wasm/kernel/row'
import { setReconstruction } from './cheapestlevel'
import { codeGroups } from './groupflags'
import { codeLowPass } from './lowpass'
import { fillClassTables } from './neighbourhood'
import { countBits, createPyramid as create, enterBand, Pyramid, planeAt } from './pyramid'
import { LEVELS, smooth } from './subband'
import { codeLevels } from './subbandlevels'
import { initSubbandQuantizer, quantizeStripe } from './subbandquantize'

export { allocate, mark, release } from '../../../wasm/kernel/arena'

let bytes: usize = 0

export function createPyramid(width: i32, height: i32, parameters: Row<i32>): usize {
  return changetype<usize>(create(width, height, parameters))
}

export function partBits(address: usize): Row<f64> {
  return changetype<Pyramid>(address).bits
}

export function stepField(address: usize): Row<i8> {
  return changetype<Pyramid>(address).field
}

/** Internal samples per 8-bit grey level. */
const GREY_LEVEL: f32 = 64

/** Takes the samples of row `row` of 64 x 64 pixels (of the tile, interleaved: u8, or u16 if the bit depth is above 8); from the top down. */
export function loadSamples(address: usize, samples: usize, row: i32): void {
  const p = changetype<Pyramid>(address)
  const end = min((row + 1) << 6, p.paddedHeight)
  loadRows(samples, p.width, p.height, p.channels, p.bitDepth, p.planes, <i32>p.planeBytes, p.stride, row << 6, end)
}

/** Decides the step field. */
export function startEncoder(address: usize, lambda: f32, strength: i32): void {
  const p = changetype<Pyramid>(address)
  setLambda(lambda)
  setReconstruction(p.offset1, p.offset2)
  if (p.hasField) fillStepField(p.field, rowAt<i32>(p.planes), p.stride, (p.width + 7) & ~7, p.paddedHeight, GREY_LEVEL, strength)
  fillClassTables()
  initSubbandQuantizer(p.stride)
  // the stream is the last thing on the arena, and grows there
  bytes = allocate(65536)
}

/** Transforms a plane: each, before the first part. */
export function transformPlane(address: usize, plane: i32): void {
  const p = changetype<Pyramid>(address)
  forwardWavelet(planeAt(p, plane), p.stride, p.width, p.height, LEVELS, false)
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

/** Starts a band of detail (level 5 is the coarsest): those of a level by orientation, then by plane. Returns how many rows it has. */
export function startBand(address: usize, plane: i32, level: i32, orientation: i32): i32 {
  return enterBand(changetype<Pyramid>(address), plane, level, orientation)
}

/** Encodes four rows of the band that was started last, or what is left of it. */
export function encodeStripe(address: usize, y: i32): void {
  const p = changetype<Pyramid>(address)
  const band = p.band
  const rows = min(4, band.height - y)
  extend(encodedEnd() + <usize>(4 * (band.width + 4) * MAX_BYTES_PER_COEFFICIENT))
  quantizeStripe(p, band, y, rows)
  codeGroups(p.models, band, y)
  codeLevels(p, band, y, rows)
}

export function finishBand(address: usize): void {
  const p = changetype<Pyramid>(address)
  smooth(p.band)
  countBits(p, p.band.plane, bitsCoded())
}

/** Ends a part and returns its length; its bytes are at {@link encodedBytes}. */
export function finishPart(): i32 {
  return finishEncoding()
}

export function encodedBytes(): usize {
  return bytes
}
