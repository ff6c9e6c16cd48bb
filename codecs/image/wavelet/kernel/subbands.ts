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
import { APM_BYTES, codeAdaptive, codeMixed, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { encoding } from '../../../entropy/kernel/rangecoder'
import { dequantize } from './dequantize'
import { coefficientAt, fillStepLine, HIGH_ACROSS, HIGH_BOTH, LEVELS, MAGNITUDE_LIMIT, Pyramid, Subband, subbandOf } from './pyramid'
import {
  CROSS_CLASSES,
  EXPECTED_CLASSES,
  GROUP_CONTEXTS,
  inheritStates,
  SCALE_CLASSES,
  SIGN_CONTEXTS,
  SubbandModels,
} from './subbandmodels'

/** Levels above this have an exp-Golomb tail. */
const UNARY_LIMIT: i32 = 14

/** The subband at hand and those that its contexts look at; 0 if there is none. */
export let band: Subband = changetype<Subband>(0)
let parent: Subband = changetype<Subband>(0)
let sister: Subband = changetype<Subband>(0)
let otherSister: Subband = changetype<Subband>(0)
let luma: Subband = changetype<Subband>(0)
let cb: Subband = changetype<Subband>(0)
let hasParent: bool = false
let hasSister: bool = false
let hasOtherSister: bool = false
let hasLuma: bool = false
let hasCb: bool = false
let planeClass: i32 = 0
/** Number of the band's kind, and first states of that kind in each model. */
let kind: i32 = 0
export let expectedStates: usize = 0
let localStates: usize = 0
let scaleStates: usize = 0
let crossStates: usize = 0
let groupStates: usize = 0
let signStates: usize = 0
/** Weights of the expected magnitude: see {@link expectedAt}. */
let factors: usize = 0

/**
 * Weights in 1/16 of the terms of {@link expectedAt}: along the band's edges 1 and 2 away, across them 1 and 2 away, diagonal;
 * parent, sisters, luma, Cb, in 1/256. Rows: luma, Cb, Cr, each for bands high in one direction and in both.
 */
const expectedFactors = memory.data<i32>([
  72, 26, 48, 6, 16, 26, 8, 0, 0, 42, 8, 38, 6, 18, 14, 46, 0, 0, 90, 20, 31, 0, 5, 6, 16, 9, 0, 30, 0, 28, 1, 11, 2, 50, 7, 0, 94, 14, 28,
  0, 2, 7, 11, 6, 68, 33, 0, 22, 0, 10, 3, 37, 3, 66,
])

const expectedClass: usize = memory.data(1024, 16)
const smoothClass: usize = memory.data(256, 16)
const fewClass: usize = memory.data(256, 16)
let filled = false

/** Fills the class tables; idempotent. */
export function fillSubbandTables(): void {
  if (filled) return
  filled = true
  for (let i = 0; i < 1024; i++) {
    // about sqrt(2) apart from 6 on, in 1/64 of a level
    const c =
      i < 2
        ? 0
        : i < 4
          ? 1
          : i < 7
            ? 2
            : i < 11
              ? 3
              : i < 16
                ? 4
                : i < 22
                  ? 5
                  : i < 30
                    ? 6
                    : i < 41
                      ? 7
                      : i < 56
                        ? 8
                        : i < 76
                          ? 9
                          : i < 104
                            ? 10
                            : i < 144
                              ? 11
                              : i < 200
                                ? 12
                                : i < 290
                                  ? 13
                                  : i < 460
                                    ? 14
                                    : 15
    store<u8>(expectedClass + <usize>i, <u8>c)
  }
  for (let i = 0; i < 256; i++) {
    const c = i < 1 ? 0 : i < 3 ? 1 : i < 6 ? 2 : i < 11 ? 3 : i < 19 ? 4 : i < 32 ? 5 : i < 60 ? 6 : 7
    store<u8>(smoothClass + <usize>i, <u8>c)
    const few = i < 1 ? 0 : i < 2 ? 1 : i < 3 ? 2 : i < 5 ? 3 : i < 9 ? 4 : 5
    store<u8>(fewClass + <usize>i, <u8>few)
  }
}

/** Makes a band the one at hand. Bands come by level from the coarsest, orientation, then plane. */
export function enterBand(p: Pyramid, plane: i32, level: i32, orientation: i32): void {
  const models = p.models
  band = subbandOf(p, plane, level, orientation)
  planeClass = plane
  hasParent = level < LEVELS
  if (hasParent) parent = subbandOf(p, plane, level + 1, orientation)
  hasSister = orientation > 0
  if (hasSister) sister = subbandOf(p, plane, level, 0)
  hasOtherSister = orientation > 1
  if (hasOtherSister) otherSister = subbandOf(p, plane, level, 1)
  hasLuma = planeClass == 1 || planeClass == 2
  if (hasLuma) luma = subbandOf(p, 0, level, orientation)
  hasCb = planeClass == 2
  if (hasCb) cb = subbandOf(p, 1, level, orientation)
  kind = (planeClass * LEVELS + level - 1) * 3 + orientation
  if (hasParent) inheritStates(models, kind)
  expectedStates = models.expected + ((<usize>(kind * EXPECTED_CLASSES)) << 4)
  const both = orientation == HIGH_BOTH ? 1 : 0
  localStates = models.local + ((<usize>(((planeClass * 2 + both) * 3 + min(level, 3) - 1) * 64)) << 4)
  scaleStates = models.scale + ((<usize>(kind * SCALE_CLASSES)) << 4)
  crossStates = models.cross + ((<usize>(kind * CROSS_CLASSES)) << 4)
  groupStates = models.group + ((<usize>(kind * GROUP_CONTEXTS * 4)) << 2)
  signStates = models.sign + ((<usize>((planeClass * 3 + orientation) * SIGN_CONTEXTS)) << 2)
  factors = expectedFactors + <usize>(((planeClass == 3 ? 0 : planeClass) * 2 + both) * 36)
}

// neighbourhood of the coefficient looked at last
let along: i32 = 0
let across: i32 = 0
let diagonal: i32 = 0
let further: i32 = 0
let parentAround: i32 = 0
let sisterAround: i32 = 0
let lumaAround: i32 = 0
let cbAround: i32 = 0

/** Looks around the coefficient (x, y) of the band at hand, and returns the class of the magnitude to expect there. */
// @inline
export function expectedAt(x: i32, y: i32): i32 {
  const rowBytes = band.rowBytes
  const place = <usize>y * rowBytes + <usize>x
  const at = band.magnitudes + place
  const above = at - rowBytes
  const west = <i32>load<u8>(at - 1)
  const north = <i32>load<u8>(above)
  const west2 = <i32>load<u8>(at - 2)
  const north2 = <i32>load<u8>(above - rowBytes)
  diagonal = <i32>load<u8>(above - 1) + <i32>load<u8>(above, 1)
  let along2: i32
  let across2: i32
  if (band.orientation == HIGH_ACROSS) {
    along = north
    across = west
    along2 = north2
    across2 = west2
  } else {
    along = west
    across = north
    along2 = west2
    across2 = north2
  }
  further = west2 + north2
  let sum = along * load<i32>(factors) + along2 * load<i32>(factors, 4) + across * load<i32>(factors, 8)
  sum += across2 * load<i32>(factors, 12) + diagonal * load<i32>(factors, 16)
  let smoothSum: i32 = 0
  if (hasParent) {
    parentAround = <i32>load<u8>(parent.smoothed + <usize>(y >> 1) * parent.rowBytes + <usize>(x >> 1))
    smoothSum = parentAround * load<i32>(factors, 20)
  } else parentAround = 0
  if (hasSister) {
    sisterAround = <i32>load<u8>(sister.smoothed + <usize>y * sister.rowBytes + <usize>x)
    if (hasOtherSister)
      sisterAround = (sisterAround + <i32>load<u8>(otherSister.smoothed + <usize>y * otherSister.rowBytes + <usize>x) + 1) >> 1
    smoothSum += sisterAround * load<i32>(factors, 24)
  } else sisterAround = 0
  if (hasLuma) {
    lumaAround = <i32>load<u8>(luma.smoothed + place)
    smoothSum += lumaAround * load<i32>(factors, 28)
    if (hasCb) {
      cbAround = <i32>load<u8>(cb.smoothed + place)
      smoothSum += cbAround * load<i32>(factors, 32)
    }
  }
  sum = (sum + (smoothSum >> 4)) >> 2
  return load<u8>(expectedClass + <usize>min(sum, 1023))
}

/** Codes the group flags of the stripe at row y, which are in the band's `groups`: 1 where there is a level. */
export function codeGroups(p: Pyramid, y: i32): void {
  const models = p.models
  const gy = y >> 2
  const rowBytes = band.groupRowBytes
  const row = band.groups + <usize>gy * rowBytes
  const chroma = hasLuma ? 8 : 0
  for (let gx = 0; gx < band.groupColumns; gx++) {
    const at = row + <usize>gx
    const above = at - rowBytes
    const north = <i32>load<u8>(above)
    const around = (load<u8>(at - 1) ? 1 : 0) | (north ? 2 : 0) | (load<u8>(above - 1) ? 4 : 0) | (load<u8>(above, 1) ? 8 : 0)
    const near = (around & 1) * 4 + north + ((<i32>load<u8>(above - 1) + <i32>load<u8>(above, 1)) >> 1)
    let above2: i32 = 0
    if (hasParent) {
      const from = parent.smoothed + <usize>(gy << 1) * parent.rowBytes + ((<usize>gx) << 1)
      const below = from + parent.rowBytes
      above2 = (<i32>load<u8>(from) + <i32>load<u8>(from, 1) + <i32>load<u8>(below) + <i32>load<u8>(below, 1) + 1) >> 1
    }
    let beside: i32 = 0
    if (hasSister) beside = <i32>load<u8>(sister.groups + <usize>gy * sister.groupRowBytes + <usize>min(gx, sister.groupColumns))
    if (hasOtherSister) beside += <i32>load<u8>(otherSister.groups + <usize>gy * otherSister.groupRowBytes + <usize>gx)
    let before: i32 = 0
    if (hasLuma) before = <i32>load<u8>(luma.groups + <usize>gy * rowBytes + <usize>gx)
    let second: i32 = 0
    if (hasCb) second = <i32>load<u8>(cb.groups + <usize>gy * rowBytes + <usize>gx)
    const parentClass = <i32>load<u8>(smoothClass + <usize>min(255, above2))
    const besideClass = <i32>load<u8>(fewClass + <usize>min(255, beside))
    const nearClass = <i32>load<u8>(smoothClass + <usize>min(255, near))
    const beforeClass = hasLuma ? min(7, <i32>load<u8>(fewClass + <usize>before) + 2 * <i32>min(1, second)) : min(7, north >> 1)
    if ((around | parentClass | besideClass | beforeClass) == 0) {
      // nothing anywhere: most groups are here, and one state says it all
      store<u8>(at, <u8>codeAdaptive(load<u8>(at) ? 1 : 0, groupStates))
      continue
    }
    const s0 = around * 4 + min(3, (parentClass + 1) >> 1)
    const s1 = 64 + parentClass * 8 + besideClass
    const s2 = 128 + nearClass * 8 + beforeClass
    const s3 = 192 + beforeClass * 8 + besideClass
    const set = chroma + min(7, (parentClass + nearClass + 1) >> 1)
    const present = codeMixed(
      load<u8>(at) ? 1 : 0,
      groupStates + ((<usize>s0) << 2),
      groupStates + ((<usize>s1) << 2),
      groupStates + ((<usize>s2) << 2),
      groupStates + ((<usize>s3) << 2),
      models.groupWeights + <usize>set * WEIGHT_SET_BYTES,
      models.groupApms + <usize>set * APM_BYTES,
    )
    store<u8>(at, <u8>present)
  }
}

/**
 * Codes the levels of the flagged groups of the stripe at row y, `rows` of them: i32 at p.levels, rows of p.stride. Leaves
 * magnitudes and group sums behind.
 */
export function codeLevels(p: Pyramid, y: i32, rows: i32): void {
  const groupRow = band.groups + <usize>(y >> 2) * band.groupRowBytes
  for (let r = 0; r < rows; r++) {
    const levels = p.levels + ((<usize>(r * p.stride)) << 2)
    for (let gx = 0; gx < band.groupColumns; gx++) {
      if (!load<u8>(groupRow + <usize>gx)) continue
      const end = min(band.width, (gx << 2) + 4)
      for (let x = gx << 2; x < end; x++) codeLevel(p.models, x, y + r, levels + ((<usize>x) << 2))
    }
  }
  for (let gx = 0; gx < band.groupColumns; gx++) {
    if (!load<u8>(groupRow + <usize>gx)) continue
    let sum: u32 = 0
    for (let r = 0; r < rows; r++) {
      const four = load<u32>(band.magnitudes + <usize>(y + r) * band.rowBytes + ((<usize>gx) << 2))
      sum += (four & 255) + ((four >> 8) & 255) + ((four >> 16) & 255) + (four >> 24)
    }
    store<u8>(groupRow + <usize>gx, <u8>max(1, sum))
  }
}

function codeLevel(models: SubbandModels, x: i32, y: i32, at: usize): void {
  const expected = expectedAt(x, y)
  const local = (min(3, along) << 4) + (min(3, across) << 2) + min(3, diagonal)
  const scale = <i32>load<u8>(smoothClass + <usize>parentAround) * 6 + min(5, <i32>load<u8>(smoothClass + <usize>sisterAround))
  let cross: i32
  const place = <usize>y * band.rowBytes + <usize>x
  if (hasLuma) {
    const inLuma = min(3, <i32>load<u8>(luma.magnitudes + place))
    const inCb = hasCb ? min(2, <i32>load<u8>(cb.magnitudes + place)) : 0
    cross = (min(5, <i32>load<u8>(smoothClass + <usize>lumaAround)) * 4 + inLuma) * 9 + inCb * 3 + min(2, along + across)
  } else {
    const above = band.magnitudes + place - band.rowBytes
    const wide =
      further +
      <i32>load<u8>(above - 2) +
      <i32>load<u8>(above, 2) +
      <i32>load<u8>(above - band.rowBytes, 1) +
      <i32>load<u8>(above - band.rowBytes - 1)
    cross =
      (<i32>load<u8>(fewClass + <usize>wide) * 6 + <i32>load<u8>(fewClass + <usize>(along + across + diagonal))) * 4 +
      min(3, <i32>load<u8>(smoothClass + <usize>parentAround) >> 1)
  }
  const s0 = expectedStates + ((<usize>expected) << 4)
  const s1 = localStates + ((<usize>local) << 4)
  const s2 = scaleStates + ((<usize>scale) << 4)
  const s3 = crossStates + ((<usize>cross) << 4)
  const chroma = hasLuma ? 4 * EXPECTED_CLASSES : 0
  const level = encoding ? load<i32>(at) : 0
  const size = abs(level)
  let set = chroma + expected
  if (!codeMixed(size > 0 ? 1 : 0, s0, s1, s2, s3, models.weights + <usize>set * WEIGHT_SET_BYTES, models.apms + <usize>set * APM_BYTES)) {
    if (!encoding) store<i32>(at, 0)
    return
  }
  let value = 1
  for (let bin: usize = 1; value <= UNARY_LIMIT; value++) {
    const offset = bin << 2
    set = chroma + <i32>bin * EXPECTED_CLASSES + expected
    const above = codeMixed(
      size > value ? 1 : 0,
      s0 + offset,
      s1 + offset,
      s2 + offset,
      s3 + offset,
      models.weights + <usize>set * WEIGHT_SET_BYTES,
      models.apms + <usize>set * APM_BYTES,
    )
    if (!above) break
    if (bin < 3) bin++
  }
  if (value > UNARY_LIMIT) value += codeExpGolombBypass(size - value, 0)
  const negative = codeSign(models, level < 0 ? 1 : 0, x, y, place)
  if (!encoding) store<i32>(at, negative ? -value : value)
  store<u8>(band.magnitudes + place, <u8>min(value, MAGNITUDE_LIMIT))
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
function codeSign(models: SubbandModels, negative: i32, x: i32, y: i32, place: usize): i32 {
  const at = band.signs + place
  const above = at - band.rowBytes
  const west = <i32>load<u8>(at - 1)
  const north = <i32>load<u8>(above)
  const across = band.orientation == HIGH_ACROSS
  const near = across ? north * 3 + west : west * 3 + north
  const magnitude = band.magnitudes + place
  const westClass = signedClass(west, <i32>load<u8>(magnitude - 1))
  const northClass = signedClass(north, <i32>load<u8>(magnitude - band.rowBytes))
  const c0 = across ? northClass * 5 + westClass : westClass * 5 + northClass
  const c1 = 25 + near * 9 + <i32>load<u8>(above - band.rowBytes) * 3 + <i32>load<u8>(at - 2)
  const c2 = 106 + near * 9 + <i32>load<u8>(above - 1) * 3 + <i32>load<u8>(above, 1)
  let c3: i32 = 0
  if (hasLuma) c3 = near * 9 + <i32>load<u8>(luma.signs + place) * 3 + (hasCb ? <i32>load<u8>(cb.signs + place) : 0)
  else {
    if (hasParent) c3 = <i32>load<u8>(parent.signs + <usize>(y >> 1) * parent.rowBytes + <usize>(x >> 1)) * 4 + (x & 1) + 2 * (y & 1)
    if (hasOtherSister)
      c3 +=
        12 * <i32>load<u8>(sister.signs + <usize>y * sister.rowBytes + <usize>x) +
        36 * <i32>load<u8>(otherSister.signs + <usize>y * otherSister.rowBytes + <usize>x)
    else if (hasSister) c3 += 12 * <i32>load<u8>(sister.signs + <usize>y * sister.rowBytes + <usize>x)
  }
  c3 += 187
  const set = planeClass * 3 + band.orientation
  negative = codeMixed(
    negative,
    signStates + ((<usize>c0) << 2),
    signStates + ((<usize>c1) << 2),
    signStates + ((<usize>c2) << 2),
    signStates + ((<usize>c3) << 2),
    models.signWeights + <usize>set * WEIGHT_SET_BYTES,
    models.signApms + <usize>set * APM_BYTES,
  )
  store<u8>(at, <u8>(1 + negative))
  return negative
}

/** Levels of the flagged groups of a stripe to coefficients in the plane. */
export function dequantizeStripe(p: Pyramid, plane: i32, y: i32, rows: i32): void {
  const groupRow = band.groups + <usize>(y >> 2) * band.groupRowBytes
  for (let r = 0; r < rows; r++) {
    fillStepLine(p, plane, band.level, band.orientation, y + r, band.width)
    const levels = p.levels + ((<usize>(r * p.stride)) << 2)
    const to = coefficientAt(p, plane, band.x, band.y + y + r)
    for (let gx = 0; gx < band.groupColumns; gx++) {
      if (!load<u8>(groupRow + <usize>gx)) continue
      const end = min(band.width, (gx << 2) + 4)
      for (let x = gx << 2; x < end; x++) {
        const at = (<usize>x) << 2
        const level = load<i32>(levels + at)
        if (level != 0) store<i32>(to + at, dequantize(level, load<i32>(p.stepLine + at), p.offset1, p.offset2))
      }
    }
  }
}
