/**
 * Levels of a stripe of a subband by rate-distortion optimised rounding: an encoder's decision, nothing normative.
 *
 * Coefficients are taken in coding order, so that the contexts of each are known when its turn comes. Each takes the candidate
 * that costs least in
 *
 *     J = (a - reconstruction)^2 + lambda * bits            a = |coefficient| / step
 *
 * and then each group of 4 x 4 is set to zero if that is cheaper. Bits are estimated from the states of the expected magnitude.
 */
import { fillPrices, PRICE_BYTES, priceOf } from '../../../laq/search/kernel/levelprices'
import { allocateRow, Row, rowAt } from '../../../wasm/kernel/row'
import { ALWAYS_ZERO, Choice, chooseLevel } from './cheapestlevel'
import { lookAround } from './neighbourhood'
import { coefficientsAt, Pyramid } from './pyramid'
import { fillStepLine } from './steps'
import { MAGNITUDE_LIMIT, Subband } from './subband'
import { EXPECTED_CLASSES } from './subbandmodels'

/** Bits (1/256) of a group's flag, set and not, since its contexts are not known. */
const FLAG_SET: i32 = 600
const FLAG_CLEAR: i32 = 60

/** A row of prices for each expected class. */
const prices: usize = memory.data(16 * 32, 16)
const choice = changetype<Choice>(memory.data(8, 16))

/** What the quantizer knows of a stripe. */
@unmanaged
class Stripe {
  /** |coefficient| / step of four rows, `stride` apart. */
  ratios: Row<f32>
  stride: i32
  /** J of each group if it is coded, and if it is left out. */
  coded: Row<f32>
  zeroed: Row<f32>
}

const stripe = changetype<Stripe>(memory.data(16, 16))

/** Makes room for stripes of up to `stride` coefficients. */
export function initSubbandQuantizer(stride: i32): void {
  stripe.ratios = allocateRow<f32>(4 * stride)
  stripe.stride = stride
  stripe.coded = allocateRow<f32>(stride)
  stripe.zeroed = allocateRow<f32>(stride)
}

/** Chooses the levels of the stripe at row y: fills p.levels, the band's magnitudes, and its group flags. */
export function quantizeStripe(p: Pyramid, band: Subband, y: i32, rows: i32): void {
  const groups = band.groups.from((y >> 2) * band.groupRowBytes)
  refreshPrices(band)
  groups.clear(band.groupColumns)
  for (let r = 0; r < rows; r++) divideRow(p, band, y, r, groups)
  for (let gx = 0; gx < band.groupColumns; gx++) {
    stripe.coded[gx] = 0
    stripe.zeroed[gx] = 0
  }
  for (let r = 0; r < rows; r++) quantizeRow(p, band, y, r, groups)
  for (let gx = 0; gx < band.groupColumns; gx++) if (groups[gx] && !isWorthCoding(band, gx, y, rows)) leaveOut(p, band, gx, y, rows, groups)
}

function refreshPrices(band: Subband): void {
  for (let c: usize = 0; c < <usize>EXPECTED_CLASSES; c++) {
    const states = band.expectedStates + (c << 4)
    fillPrices(rowAt<f32>(prices + c * PRICE_BYTES), states, states + 4, states + 8, states + 12)
  }
}

/** Ratios of row r, levels of 0, and the flags of groups that may have a level. */
function divideRow(p: Pyramid, band: Subband, y: i32, r: i32, groups: Row<u8>): void {
  fillStepLine(p, band.plane, band.level, band.orientation, y + r, band.width)
  const from = changetype<usize>(coefficientsAt(p, band.plane, band.x, band.y + y + r))
  const ratios = changetype<usize>(stripe.ratios.from(r * stripe.stride))
  const levels = changetype<usize>(p.levels.from(r * p.stride))
  const inverses = changetype<usize>(p.inverseLine)
  for (let gx = 0; gx < band.groupColumns; gx++) {
    const at = (<usize>gx) << 4
    let inverse = v128.load(inverses + at)
    // what lies beyond the band's last column is another band's
    if ((gx << 2) + 4 > band.width) {
      const lanes = i32x4.lt_s(i32x4.add(i32x4.splat(gx << 2), i32x4(0, 1, 2, 3)), i32x4.splat(band.width))
      inverse = v128.and(inverse, lanes)
    }
    const ratio = f32x4.mul(f32x4.abs(f32x4.convert_i32x4_s(v128.load(from + at))), inverse)
    v128.store(ratios + at, ratio)
    v128.store(levels + at, i32x4.splat(0))
    if (v128.any_true(f32x4.gt(ratio, f32x4.splat(ALWAYS_ZERO)))) groups[gx] = 1
  }
}

/** The cheapest levels of row r, in coding order. */
function quantizeRow(p: Pyramid, band: Subband, y: i32, r: i32, groups: Row<u8>): void {
  const from = coefficientsAt(p, band.plane, band.x, band.y + y + r)
  const ratios = stripe.ratios.from(r * stripe.stride)
  const levels = p.levels.from(r * p.stride)
  const magnitudes = band.magnitudes.from((y + r) * band.rowBytes)
  for (let gx = 0; gx < band.groupColumns; gx++) {
    if (!groups[gx]) continue
    const end = min(band.width, (gx << 2) + 4)
    let coded = stripe.coded[gx]
    let zeroed = stripe.zeroed[gx]
    for (let x = gx << 2; x < end; x++) {
      const a = ratios[x]
      chooseLevel(a, rowAt<f32>(prices + <usize>lookAround(band, x, y + r) * PRICE_BYTES), choice)
      const size = choice.level
      zeroed += a * a
      coded += choice.cost
      if (size > 0) {
        levels[x] = from[x] < 0 ? -size : size
        magnitudes[x] = <u8>min(size, MAGNITUDE_LIMIT)
      }
    }
    stripe.coded[gx] = coded
    stripe.zeroed[gx] = zeroed
  }
}

/** The four magnitudes of a row of a group. */
// @inline
function fourOf(band: Subband, gx: i32, y: i32): usize {
  return changetype<usize>(band.magnitudes.from(y * band.rowBytes + (gx << 2)))
}

function isWorthCoding(band: Subband, gx: i32, y: i32, rows: i32): bool {
  let any: u32 = 0
  for (let r = 0; r < rows; r++) any |= load<u32>(fourOf(band, gx, y + r))
  return any != 0 && stripe.coded[gx] + priceOf(FLAG_SET) < stripe.zeroed[gx] + priceOf(FLAG_CLEAR)
}

function leaveOut(p: Pyramid, band: Subband, gx: i32, y: i32, rows: i32, groups: Row<u8>): void {
  groups[gx] = 0
  for (let r = 0; r < rows; r++) {
    store<u32>(fourOf(band, gx, y + r), 0)
    v128.store(changetype<usize>(p.levels.from(r * p.stride + (gx << 2))), i32x4.splat(0))
  }
}
