/**
 * Coefficients of the subbands: FORMAT.md, "Wavelet coefficients".
 *
 * A band is coded in stripes of four rows. A stripe has, from left to right, one flag per group of 4 x 4 (1 if it has a
 * level), and then its rows, of which only the coefficients in flagged groups are coded:
 *
 *     |level|    bins: > 0, > 1, > 2, ..., > 14, then exp-Golomb of the rest; then the sign
 *
 * Every bin but the last two kinds is a mixture of four contexts:
 *     expected   a weighted sum of the magnitudes around: neighbours, parent, sister bands, the planes before
 *     local      the nearest neighbours one by one
 *     scale      parent and sister bands around this place
 *     cross      in chroma, luma at this place; else a wider neighbourhood
 */
import { codeExpGolombBypass } from '../../../entropy/kernel/integers'
import { apmAt, codeMixed, stateAt, weightSetAt } from '../../../entropy/kernel/model'
import { encoding } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import { around, fewClass, lookAround, smoothClass } from './neighbourhood'
import { Pyramid } from './pyramid'
import { HIGH_ACROSS, MAGNITUDE_LIMIT, Subband } from './subband'
import { EXPECTED_CLASSES, SubbandModels } from './subbandmodels'

/** Levels above this have an exp-Golomb tail. */
const UNARY_LIMIT: i32 = 14

/**
 * Codes the levels of the flagged groups of the stripe at row y, `rows` of them: p.levels, rows of p.stride. Leaves magnitudes
 * and group sums behind.
 */
export function codeLevels(p: Pyramid, band: Subband, y: i32, rows: i32): void {
  const groups = band.groups.from((y >> 2) * band.groupRowBytes)
  for (let r = 0; r < rows; r++) {
    const levels = p.levels.from(r * p.stride)
    for (let gx = 0; gx < band.groupColumns; gx++) {
      if (!groups[gx]) continue
      const end = min(band.width, (gx << 2) + 4)
      for (let x = gx << 2; x < end; x++) codeLevel(p.models, band, x, y + r, levels)
    }
  }
  for (let gx = 0; gx < band.groupColumns; gx++) {
    if (!groups[gx]) continue
    let sum: u32 = 0
    for (let r = 0; r < rows; r++) {
      const four = load<u32>(changetype<usize>(band.magnitudes.from((y + r) * band.rowBytes + (gx << 2))))
      sum += (four & 255) + ((four >> 8) & 255) + ((four >> 16) & 255) + (four >> 24)
    }
    groups[gx] = <u8>max(1, sum)
  }
}

function codeLevel(models: SubbandModels, band: Subband, x: i32, y: i32, levels: Row<i32>): void {
  const expected = lookAround(band, x, y)
  const place = y * band.rowBytes + x
  const local = (min(3, around.along) << 4) + (min(3, around.across) << 2) + min(3, around.diagonal)
  const scale = <i32>smoothClass[around.parent] * 6 + min(5, <i32>smoothClass[around.sisters])
  const luma = band.luma
  const cross = luma ? planesContext(band, luma, place) : wideContext(band, place)
  const s0 = stateAt(band.expectedStates, 4 * expected)
  const s1 = stateAt(band.localStates, 4 * local)
  const s2 = stateAt(band.scaleStates, 4 * scale)
  const s3 = stateAt(band.crossStates, 4 * cross)
  const level = encoding ? levels[x] : 0
  const size = abs(level)
  const set = (luma ? 4 * EXPECTED_CLASSES : 0) + expected
  if (!codeMixed(size > 0 ? 1 : 0, s0, s1, s2, s3, weightSetAt(models.weights, set), apmAt(models.apms, set))) {
    if (!encoding) levels[x] = 0
    return
  }
  let value = 1
  for (let bin = 1; value <= UNARY_LIMIT; value++) {
    const offset = (<usize>bin) << 2
    const mixture = set + bin * EXPECTED_CLASSES
    const weights = weightSetAt(models.weights, mixture)
    if (!codeMixed(size > value ? 1 : 0, s0 + offset, s1 + offset, s2 + offset, s3 + offset, weights, apmAt(models.apms, mixture))) break
    if (bin < 3) bin++
  }
  if (value > UNARY_LIMIT) value += codeExpGolombBypass(size - value, 0)
  const negative = codeSign(models, band, level < 0 ? 1 : 0, x, y)
  if (!encoding) levels[x] = negative ? -value : value
  band.magnitudes[place] = <u8>min(value, MAGNITUDE_LIMIT)
}

/** In chroma: luma around and at this place, Cb at this place, and the nearest neighbours. */
// @inline
function planesContext(band: Subband, luma: Subband, place: i32): i32 {
  const cb = band.cb
  const inLuma = min(3, <i32>luma.magnitudes[place])
  const inCb = cb ? min(2, <i32>cb.magnitudes[place]) : 0
  return (min(5, <i32>smoothClass[around.luma]) * 4 + inLuma) * 9 + inCb * 3 + min(2, around.along + around.across)
}

/** In luma: a wider neighbourhood, the nearest neighbours, and the parent. */
// @inline
function wideContext(band: Subband, place: i32): i32 {
  const rowBytes = band.rowBytes
  const above = band.magnitudes.from(place - rowBytes)
  const above2 = above.from(-rowBytes)
  const wide: i32 = fewClass[around.further + <i32>above[-2] + <i32>above[2] + <i32>above2[1] + <i32>above2[-1]]
  const near: i32 = fewClass[around.along + around.across + around.diagonal]
  return (wide * 6 + near) * 4 + min(3, <i32>smoothClass[around.parent] >> 1)
}

/** Sign times min(2, |level|), plus 2. */
// @inline
function signedClass(sign: i32, magnitude: i32): i32 {
  const size = min(2, magnitude)
  return sign == 2 ? 2 - size : 2 + size
}

/**
 * The sign: a mixture of four contexts, the signs next to it with their sizes; with those behind; with the diagonal ones; and in
 * chroma those of luma (and Cb) at the same place, else those of the parent and of the sister band.
 */
function codeSign(models: SubbandModels, band: Subband, negative: i32, x: i32, y: i32): i32 {
  const rowBytes = band.rowBytes
  const place = y * rowBytes + x
  const at = band.signs.from(place)
  const above = at.from(-rowBytes)
  const magnitudes = band.magnitudes.from(place)
  const west: i32 = at[-1]
  const north: i32 = above[0]
  const across = band.orientation == HIGH_ACROSS
  const near = across ? north * 3 + west : west * 3 + north
  const westClass = signedClass(west, magnitudes[-1])
  const northClass = signedClass(north, magnitudes[-rowBytes])
  const sized = across ? northClass * 5 + westClass : westClass * 5 + northClass
  const behind = near * 9 + <i32>above[-rowBytes] * 3 + <i32>at[-2]
  const diagonal = near * 9 + <i32>above[-1] * 3 + <i32>above[1]
  const luma = band.luma
  const elsewhere = luma ? near * 9 + signsOfPlanes(band, luma, place) : signsOfScales(band, x, y)
  const states = band.signStates
  const bit = codeMixed(
    negative,
    stateAt(states, sized),
    stateAt(states, 25 + behind),
    stateAt(states, 106 + diagonal),
    stateAt(states, 187 + elsewhere),
    weightSetAt(models.signWeights, band.signSet),
    apmAt(models.signApms, band.signSet),
  )
  at[0] = <u8>(1 + bit)
  return bit
}

// @inline
function signsOfPlanes(band: Subband, luma: Subband, place: i32): i32 {
  const cb = band.cb
  return <i32>luma.signs[place] * 3 + (cb ? <i32>cb.signs[place] : 0)
}

// @inline
function signsOfScales(band: Subband, x: i32, y: i32): i32 {
  const parent = band.parent
  const sister = band.sister
  const other = band.otherSister
  let signs = 0
  if (parent) signs = <i32>parent.signs[(y >> 1) * parent.rowBytes + (x >> 1)] * 4 + (x & 1) + 2 * (y & 1)
  if (sister) signs += 12 * <i32>sister.signs[y * sister.rowBytes + x]
  if (other) signs += 36 * <i32>other.signs[y * other.rowBytes + x]
  return signs
}
