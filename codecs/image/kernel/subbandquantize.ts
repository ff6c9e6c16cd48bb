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
import { costAdaptive } from '../../entropy/kernel/model'
import { band, expectedAt, expectedStates } from './subbands'
import { coefficientAt, fillStepLine, MAGNITUDE_LIMIT, Pyramid } from './pyramid'
import { EXPECTED_CLASSES } from './subbandmodels'

/** Below this multiple of the step nothing rounds to a level. */
const ALWAYS_ZERO: f32 = 0.55
/** Bits (1/256) of a group's flag, for want of its contexts: set, and not. */
const FLAG_SET: f32 = 600
const FLAG_CLEAR: f32 = 60

/** lambda * bits of each expected class: level 0, 1, 2, 3, each further level. Rows of 8 f32. */
const prices: usize = memory.data(16 * 32, 16)

function refreshPrices(unit: f32): void {
  for (let c = 0; c < EXPECTED_CLASSES; c++) {
    const states = expectedStates + ((<usize>c) << 4)
    const row = prices + ((<usize>c) << 5)
    const nonZero = costAdaptive(1, states) + 256
    const above1 = nonZero + costAdaptive(1, states + 4)
    const above2 = above1 + costAdaptive(1, states + 8)
    store<f32>(row, <f32>costAdaptive(0, states) * unit)
    store<f32>(row, <f32>(nonZero + costAdaptive(0, states + 4)) * unit, 4)
    store<f32>(row, <f32>(above1 + costAdaptive(0, states + 8)) * unit, 8)
    store<f32>(row, <f32>(above2 + costAdaptive(0, states + 12)) * unit, 12)
    store<f32>(row, <f32>costAdaptive(1, states + 12) * unit, 16)
  }
}

// @ts-ignore: decorator
@inline
function levelPrice(row: usize, size: i32, unit: f32): f32 {
  if (size <= 3) return load<f32>(row + ((<usize>size) << 2))
  const further = load<f32>(row, 16)
  if (size <= 14) return load<f32>(row, 12) + <f32>(size - 3) * further
  return load<f32>(row, 12) + 11 * further + <f32>((2 * (32 - clz(size - 14)) - 1) << 8) * unit
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
  const unit = p.lambda / 256
  const offset1 = <f32>p.offset1 / 32
  const offset2 = <f32>p.offset2 / 32
  const rowBytes = (<usize>p.stride) << 2
  const groupRow = band.groups + <usize>(y >> 2) * band.groupRowBytes
  const columns = band.groupColumns
  refreshPrices(unit)
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
        const row = prices + ((<usize>expectedAt(x, y + r)) << 5)
        let best = a * a + load<f32>(row)
        zeroed += a * a
        let size: i32 = 0
        if (a > ALWAYS_ZERO) {
          const nearest = <i32>(a + <f32>0.5)
          for (let candidate = max(1, nearest - 1); candidate <= nearest; candidate++) {
            const error = a - (<f32>candidate - (candidate == 1 ? offset1 : offset2))
            const total = error * error + levelPrice(row, candidate, unit)
            if (total < best) {
              best = total
              size = candidate
            }
          }
        }
        coded += best
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
    if (any != 0 && load<f32>(cost) + FLAG_SET * unit < load<f32>(cost, 4) + FLAG_CLEAR * unit) continue
    store<u8>(groupRow + <usize>gx, 0)
    for (let r = 0; r < rows; r++) {
      store<u32>(band.magnitudes + <usize>(y + r) * band.rowBytes + ((<usize>gx) << 2), 0)
      v128.store(p.levels + <usize>r * rowBytes + ((<usize>gx) << 4), i32x4.splat(0))
    }
  }
}
