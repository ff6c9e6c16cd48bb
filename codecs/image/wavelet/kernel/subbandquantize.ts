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
import { rowAt } from '../../../wasm/kernel/row'
import { ALWAYS_ZERO, Choice, chooseLevel } from './cheapestlevel'
import { coefficientAt, fillStepLine, MAGNITUDE_LIMIT, Pyramid } from './pyramid'
import { EXPECTED_CLASSES } from './subbandmodels'
import { band, expectedAt, expectedStates } from './subbands'

/** Bits (1/256) of a group's flag, for want of its contexts: set, and not. */
const FLAG_SET: i32 = 600
const FLAG_CLEAR: i32 = 60

/** A row of prices for each expected class. */
const prices: usize = memory.data(16 * 32, 16)
const choice = changetype<Choice>(memory.data(8, 16))

function refreshPrices(): void {
  for (let c: usize = 0; c < <usize>EXPECTED_CLASSES; c++) {
    const states = expectedStates + (c << 4)
    fillPrices(rowAt<f32>(prices + c * PRICE_BYTES), states, states + 4, states + 8, states + 12)
  }
}

/** f32 ratios of four rows, and per group the costs of coding it and of leaving it out. */
let ratios: usize = 0
let costs: usize = 0

/** Room for stripes of up to `stride` coefficients. */
export function initSubbandQuantizer(memoryForRatios: usize, memoryForCosts: usize): void {
  ratios = memoryForRatios
  costs = memoryForCosts
}

/**
 * Chooses the levels of the stripe at row y: fills p.levels, the band's magnitudes, and its group flags.
 */
export function quantizeStripe(p: Pyramid, plane: i32, y: i32, rows: i32): void {
  const rowBytes = (<usize>p.stride) << 2
  const groupRow = band.groups + <usize>(y >> 2) * band.groupRowBytes
  const columns = band.groupColumns
  refreshPrices()
  memory.fill(groupRow, 0, <usize>columns)
  for (let r = 0; r < rows; r++) {
    fillStepLine(p, plane, band.level, band.orientation, y + r, band.width)
    const from = coefficientAt(p, plane, band.x, band.y + y + r)
    const ratioRow = ratios + <usize>r * rowBytes
    const levels = p.levels + <usize>r * rowBytes
    for (let gx = 0; gx < columns; gx++) {
      const at = (<usize>gx) << 4
      let inverse = v128.load(p.inverseLine + at)
      // what lies beyond the band's last column is another band's
      if ((gx << 2) + 4 > band.width) {
        const lanes = i32x4.lt_s(i32x4.add(i32x4.splat(gx << 2), i32x4(0, 1, 2, 3)), i32x4.splat(band.width))
        inverse = v128.and(inverse, lanes)
      }
      const ratio = f32x4.mul(f32x4.abs(f32x4.convert_i32x4_s(v128.load(from + at))), inverse)
      v128.store(ratioRow + at, ratio)
      v128.store(levels + at, i32x4.splat(0))
      if (v128.any_true(f32x4.gt(ratio, f32x4.splat(ALWAYS_ZERO)))) store<u8>(groupRow + <usize>gx, 1)
    }
  }
  for (let gx = 0; gx < columns; gx++) {
    if (load<u8>(groupRow + <usize>gx)) store<u64>(costs + ((<usize>gx) << 3), 0)
  }
  for (let r = 0; r < rows; r++) {
    const from = coefficientAt(p, plane, band.x, band.y + y + r)
    const ratioRow = ratios + <usize>r * rowBytes
    const levels = p.levels + <usize>r * rowBytes
    const magnitudes = band.magnitudes + <usize>(y + r) * band.rowBytes
    for (let gx = 0; gx < columns; gx++) {
      if (!load<u8>(groupRow + <usize>gx)) continue
      const end = min(band.width, (gx << 2) + 4)
      const cost = costs + ((<usize>gx) << 3)
      let coded = load<f32>(cost)
      let zeroed = load<f32>(cost, 4)
      for (let x = gx << 2; x < end; x++) {
        const at = (<usize>x) << 2
        const a = load<f32>(ratioRow + at)
        chooseLevel(a, rowAt<f32>(prices + <usize>expectedAt(x, y + r) * PRICE_BYTES), choice)
        const size = choice.level
        zeroed += a * a
        coded += choice.cost
        if (size > 0) {
          store<i32>(levels + at, load<i32>(from + at) < 0 ? -size : size)
          store<u8>(magnitudes + <usize>x, <u8>min(size, MAGNITUDE_LIMIT))
        }
      }
      store<f32>(cost, coded)
      store<f32>(cost, zeroed, 4)
    }
  }
  for (let gx = 0; gx < columns; gx++) {
    if (!load<u8>(groupRow + <usize>gx)) continue
    const cost = costs + ((<usize>gx) << 3)
    let any: u32 = 0
    for (let r = 0; r < rows; r++) any |= load<u32>(band.magnitudes + <usize>(y + r) * band.rowBytes + ((<usize>gx) << 2))
    if (any != 0 && load<f32>(cost) + priceOf(FLAG_SET) < load<f32>(cost, 4) + priceOf(FLAG_CLEAR)) continue
    store<u8>(groupRow + <usize>gx, 0)
    for (let r = 0; r < rows; r++) {
      store<u32>(band.magnitudes + <usize>(y + r) * band.rowBytes + ((<usize>gx) << 2), 0)
      v128.store(p.levels + <usize>r * rowBytes + ((<usize>gx) << 4), i32x4.splat(0))
    }
  }
}
