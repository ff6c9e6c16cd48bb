/** The wavelet profile's decoder: what JavaScript calls. A tile is decoded from as many of its parts as are wanted. */
import { bitsCoded, startDecoding } from '../../../entropy/kernel/rangecoder'
import { codeStepField } from '../../../laq/kernel/stepfield'
import { storeRows } from '../../../transform/kernel/colour'
import { inverseWavelet } from '../../../transform/kernel/wavelet'
import { allocateZeroedRow, Row } from '../../../wasm/kernel/row'
import { dequantizeStripe } from './dequantize'
import { codeGroups } from './groupflags'
import { codeLowPass } from './lowpass'
import { fillClassTables } from './neighbourhood'
import { countBits, createPyramid as create, enterBand, Pyramid, planeAt } from './pyramid'
import { LEVELS, ORIENTATIONS, scaledSide, smooth } from './subband'
import { codeLevels } from './subbandlevels'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, mark, release } from '../../../wasm/kernel/arena'

export function createPyramid(width: i32, height: i32, parameters: Row<i32>): usize {
  const p = create(width, height, parameters)
  p.bandBits = allocateZeroedRow<f64>(p.planeCount * BANDS)
  return changetype<usize>(p)
}

/** Bands of a plane: the low-pass band, then for each level from 1 its orientations. */
const BANDS: i32 = 1 + LEVELS * ORIENTATIONS

/** Bits of the {@link BANDS} of each plane. */
export function bandBits(address: usize): Row<f64> {
  return changetype<Pyramid>(address).bandBits
}

/** Counts the bits since the last count to a band and to its plane. */
function countBand(p: Pyramid, plane: i32, band: i32): void {
  const now = bitsCoded()
  p.bandBits[plane * BANDS + band] = now - p.counted
  countBits(p, plane, now)
}

export function partBits(address: usize): Row<f64> {
  return changetype<Pyramid>(address).bits
}

export function stepField(address: usize): Row<i8> {
  return changetype<Pyramid>(address).field
}

/** Starts a part. The first one starts with the step field and the low-pass band. */
export function startPart(address: usize, part: i32, payload: usize, length: i32): void {
  const p = changetype<Pyramid>(address)
  startDecoding(payload, length)
  p.counted = 0
  if (part > 0) return
  fillClassTables()
  if (p.hasField) codeStepField(p.field, p.regionColumns, p.regionRows, p.models.field)
  countBits(p, -1, bitsCoded())
  for (let plane = 0; plane < p.planeCount; plane++) {
    codeLowPass(p, plane)
    countBand(p, plane, 0)
  }
}

/** Starts a band of detail (level 5 is the coarsest): those of a level by orientation, then by plane. Returns how many rows it has. */
export function startBand(address: usize, plane: i32, level: i32, orientation: i32): i32 {
  return enterBand(changetype<Pyramid>(address), plane, level, orientation)
}

/** Decodes four rows of the band that was started last, or what is left of it. */
export function decodeStripe(address: usize, y: i32): void {
  const p = changetype<Pyramid>(address)
  const band = p.band
  const rows = min(4, band.height - y)
  codeGroups(p.models, band, y)
  codeLevels(p, band, y, rows)
  dequantizeStripe(p, band, y, rows)
}

export function finishBand(address: usize): void {
  const p = changetype<Pyramid>(address)
  const band = p.band
  smooth(band)
  countBand(p, band.plane, 1 + (band.level - 1) * ORIENTATIONS + band.orientation)
}

/** Makes a plane of the picture at 1:2^level of its coefficients: each once, at the end. */
export function restorePlane(address: usize, plane: i32, level: i32): void {
  const p = changetype<Pyramid>(address)
  const width = scaledSide(p.width, level)
  const height = scaledSide(p.height, level)
  inverseWavelet(planeAt(p, plane), p.stride, width, height, LEVELS - level, false)
  if (level == 0) return
  const half = i32x4.splat((1 << level) >> 1)
  for (let y = 0; y < height; y++) {
    const row = planeAt(p, plane) + ((<usize>(y * p.stride)) << 2)
    for (let x: usize = 0; x < (<usize>width) << 2; x += 16) {
      v128.store(row + x, i32x4.shr_s(i32x4.add(v128.load(row + x), half), level))
    }
  }
}

/**
 * Writes row `row` of 64 x 64 pixels of the picture at 1:2^level, of planes that are restored, interleaved: u8, or u16 if the bit depth is
 * above 8. `out` is where the whole picture goes.
 */
export function storeSamples(address: usize, level: i32, out: usize, row: i32): void {
  const p = changetype<Pyramid>(address)
  const end = min((row + 1) << 6, scaledSide(p.height, level))
  storeRows(p.planes, <i32>p.planeBytes, p.stride, scaledSide(p.width, level), p.channels, p.bitDepth, out, row << 6, end)
}
