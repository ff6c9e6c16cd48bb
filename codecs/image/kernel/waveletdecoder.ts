/** The wavelet profile's decoder: what JavaScript calls. A tile is decoded from as many of its parts as are wanted. */
import { bitsCoded, startDecoding } from '../../entropy/kernel/rangecoder'
import { codeStepField } from '../../laq/kernel/stepfield'
import { storePlanes } from '../../transform/kernel/colour'
import { inverseWavelet } from '../../transform/kernel/wavelet'
import { allocateZeroed } from '../../wasm/kernel/arena'
import { codeLowPass } from './lowpass'
import { coefficientAt, countBits, createPyramid as create, LEVELS, ORIENTATIONS, Pyramid, scaledSide, smooth } from './pyramid'
import { band, codeGroups, codeLevels, dequantizeStripe, enterBand, fillSubbandTables } from './subbands'

export { allocate, mark, release } from '../../wasm/kernel/arena'

export function createPyramid(width: i32, height: i32, parameters: usize): usize {
  const p = create(width, height, parameters)
  p.bandBits = allocateZeroed(<usize>(p.planeCount * BANDS) << 3)
  return changetype<usize>(p)
}

/** Bands of a plane: the low-pass band, then for each level from 1 its orientations. */
const BANDS: i32 = 1 + LEVELS * ORIENTATIONS

/** Bits (f64) of the {@link BANDS} of each plane. */
export function bandBits(address: usize): usize {
  return changetype<Pyramid>(address).bandBits
}

/** Counts the bits since the last count to a band and to its plane. */
function countBand(p: Pyramid, plane: i32, band: i32): void {
  const now = bitsCoded()
  store<f64>(p.bandBits + (<usize>(plane * BANDS + band) << 3), now - p.counted)
  countBits(p, plane, now)
}

export function partBits(address: usize): usize {
  return changetype<Pyramid>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Pyramid>(address).field
}

/** Starts a part. The first one starts with the step field and the low-pass band. */
export function startPart(address: usize, part: i32, payload: usize, length: i32): void {
  const p = changetype<Pyramid>(address)
  startDecoding(payload, length)
  p.counted = 0
  if (part > 0) return
  fillSubbandTables()
  if (p.hasField) codeStepField(p.field, p.regionColumns, p.regionRows, p.models.field)
  countBits(p, -1, bitsCoded())
  for (let plane = 0; plane < p.planeCount; plane++) {
    codeLowPass(p, plane)
    countBand(p, plane, 0)
  }
}

/** Decodes the detail of one level (5 is the coarsest): all orientations, all planes. */
export function decodeLevel(address: usize, level: i32): void {
  const p = changetype<Pyramid>(address)
  for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
    for (let plane = 0; plane < p.planeCount; plane++) {
      enterBand(p, plane, level, orientation)
      for (let y = 0; y < band.height; y += 4) {
        const rows = min(4, band.height - y)
        codeGroups(p, y)
        codeLevels(p, y, rows)
        dequantizeStripe(p, plane, y, rows)
      }
      smooth(band)
      countBand(p, plane, 1 + (level - 1) * ORIENTATIONS + orientation)
    }
  }
}

/** Writes the picture at 1:2^level, interleaved, to `out`: u8, or u16 if the bit depth is above 8. Once, at the end. */
export function storeSamples(address: usize, level: i32, out: usize): void {
  const p = changetype<Pyramid>(address)
  const width = scaledSide(p.width, level)
  const height = scaledSide(p.height, level)
  for (let plane = 0; plane < p.planeCount; plane++) {
    const at = coefficientAt(p, plane, 0, 0)
    inverseWavelet(at, p.stride, width, height, LEVELS - level, false)
    if (level == 0) continue
    const half = i32x4.splat((1 << level) >> 1)
    for (let y = 0; y < height; y++) {
      const row = coefficientAt(p, plane, 0, y)
      for (let x: usize = 0; x < (<usize>width) << 2; x += 16) {
        v128.store(row + x, i32x4.shr_s(i32x4.add(v128.load(row + x), half), level))
      }
    }
  }
  storePlanes(p.planes, <i32>p.planeBytes, p.stride, width, height, p.channels, p.bitDepth, out)
}
