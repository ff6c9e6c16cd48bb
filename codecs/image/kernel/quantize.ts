/**
 * Levels of one block by rate-distortion optimised rounding: an encoder's decision, nothing normative.
 *
 * Coefficients are taken in coding order (highest frequency first), so that the contexts of each are known when its turn
 * comes. Each takes the candidate that costs least in
 *
 *     J = (a - reconstruction)^2 + lambda * bits            a = |coefficient| / step
 *
 * then each group of 4 x 4 is set to zero if that is cheaper, then the extent is cut where it pays, then the block.
 * Bits are estimated from the template context's states alone.
 */
import { costAdaptive } from '../../entropy/kernel/model'
import { hasLevel, MAGNITUDE_STRIDE, templateStates, templateSum } from './coefficients'
import { CLASSES, DIAGONAL_BANDS, Models, SIZES, TEMPLATE_CLASSES } from './models'
import { classesOf, coefficientAt, firstOfDiagonal, groupAt, templateClassOf } from './scan'

/** Below this multiple of the step nothing rounds to a level: (1 - a)^2 + lambda * bits > a^2 for any price worth paying. */
const ALWAYS_ZERO: f32 = 0.55

const CONTEXTS: i32 = CLASSES * SIZES * DIAGONAL_BANDS * TEMPLATE_CLASSES
/** Prices (lambda * bits) of each template context: level 0, 1, 2, 3, each further level. Row of 8 f32. */
const prices: usize = memory.data(4 * 4 * 6 * 10 * 32, 16)
/** lambda / 256 */
let unit: f32 = 0
let offset1: f32 = 0
let offset2: f32 = 0

const magnitudes: usize = memory.data(36 * 34, 16)
const flags: usize = memory.data(96, 16)
const ratios: usize = memory.data(64, 16)
/** Costs of each diagonal of groups: coded, and set to zero. */
const codedCost: usize = memory.data(16 * 4, 16)
const zeroCost: usize = memory.data(16 * 4, 16)

/** Extent (as codeCoefficients takes it) of the block quantized last. */
export let chosenExtent: i32 = 0

/** Sets the price of a bit, and the decoder's reconstruction offsets in 1/32. */
export function initQuantizer(lambda: f32, reconstruction1: i32, reconstruction2: i32): void {
  unit = lambda / 256
  offset1 = <f32>reconstruction1 / 32
  offset2 = <f32>reconstruction2 / 32
}

/** Takes the prices from the models as they are now. */
export function refreshPrices(models: Models): void {
  for (let c = 0; c < CONTEXTS; c++) {
    const states = models.template + ((<usize>c) << 4)
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

/** Price of |level| = size >= 1 in the context whose prices are at `row`. */
// @ts-ignore: decorator
@inline
function levelPrice(row: usize, size: i32): f32 {
  if (size <= 3) return load<f32>(row + ((<usize>size) << 2))
  const further = load<f32>(row, 16)
  if (size <= 14) return load<f32>(row, 12) + <f32>(size - 3) * further
  return load<f32>(row, 12) + 11 * further + <f32>((2 * (32 - clz(size - 14)) - 1) << 8) * unit
}

// @ts-ignore: decorator
@inline
function distortion(ratio: f32, size: i32): f32 {
  const error = ratio - (<f32>size - (size == 1 ? offset1 : offset2))
  return error * error
}

/**
 * Quantizes the kept coefficients (i32, row-major) of a block of side 2^log2 into `levels`, and returns its cost J.
 *
 * @param inverseWeights f32 per coefficient: 256 / weight
 * @param step in 1/16
 * @param lost squared coefficients that the block does not keep, in squared steps
 */
export function quantizeBlock(
  models: Models,
  coefficients: usize,
  inverseWeights: usize,
  levels: usize,
  planeClass: i32,
  log2: i32,
  step: i32,
  lost: f32,
): f32 {
  const log2Kept = min(log2, 5)
  const log2Groups = log2Kept - 2
  const diagonals = (2 << log2Groups) - 1
  const place = planeClass * SIZES + log2 - 3
  const inverse = f32x4.splat(<f32>16 / <f32>step)
  const rowBytes = (<usize>4) << log2Kept
  const table = classesOf(log2)
  const placePrices = prices + ((<usize>(place * DIAGONAL_BANDS * TEMPLATE_CLASSES)) << 5)
  memory.fill(magnitudes, 0, <usize>(MAGNITUDE_STRIDE * ((1 << log2Kept) + 2)))
  memory.fill(flags, 0, 96)
  let highest = -1 // diagonal

  for (let d = diagonals - 1; d >= 0; d--) {
    let coded: f32 = 0
    let zeroed: f32 = 0
    const first = firstOfDiagonal(log2Groups, d)
    for (let g = firstOfDiagonal(log2Groups, d + 1) - 1; g >= first; g--) {
      const group = groupAt(log2Groups, g)
      const gx = group & 15
      const gy = group >> 4
      const origin = ((<usize>gy) << (log2Kept + 4)) + ((<usize>gx) << 4)
      let squares = f32x4.splat(0)
      let largest = f32x4.splat(0)
      for (let row: usize = 0; row < 4; row++) {
        const at = origin + row * rowBytes
        const c = f32x4.convert_i32x4_s(v128.load(coefficients + at))
        const ratio = f32x4.mul(f32x4.mul(f32x4.abs(c), inverse), v128.load(inverseWeights + at))
        v128.store(ratios + (row << 4), ratio)
        squares = f32x4.add(squares, f32x4.mul(ratio, ratio))
        largest = f32x4.pmax(largest, ratio)
        v128.store(levels + at, i32x4.splat(0))
      }
      const energy = f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3)
      zeroed += energy
      const flag = flags + <usize>(gy * 9 + gx)
      const around = (<i32>load<u8>(flag, 1)) | (<i32>load<u8>(flag, 9) << 1) | (<i32>load<u8>(flag, 10) << 2)
      const flagState = models.group + ((<usize>(place * 8 + around)) << 2)
      const zeroPrice = energy + (highest >= 0 ? <f32>costAdaptive(0, flagState) * unit : 0)
      if (!v128.any_true(f32x4.gt(largest, f32x4.splat(ALWAYS_ZERO)))) {
        coded += zeroPrice
        continue
      }
      let cost: f32 = <f32>costAdaptive(1, flagState) * unit
      let any = 0
      for (let n = 15; n >= 0; n--) {
        const inside = coefficientAt(n)
        const ix = inside & 15
        const iy = inside >> 4
        const here = magnitudes + <usize>((gy * 4 + iy) * MAGNITUDE_STRIDE + gx * 4 + ix)
        const ratio = load<f32>(ratios + ((<usize>(iy * 4 + ix)) << 2))
        const at = origin + <usize>iy * rowBytes + ((<usize>ix) << 2)
        const diagonal = <i32>load<u8>(table + at, 1)
        const row = placePrices + ((<usize>(diagonal * TEMPLATE_CLASSES + templateClassOf(templateSum(here)))) << 5)
        let best = ratio * ratio + load<f32>(row)
        if (ratio > ALWAYS_ZERO) {
          let level = 0
          const nearest = <i32>(ratio + 0.5)
          for (let size = nearest; size > 0 && size >= nearest - 1; size--) {
            const candidate = distortion(ratio, size) + levelPrice(row, size)
            if (candidate < best) {
              best = candidate
              level = size
            }
          }
          if (level > 0) {
            any = 1
            store<u8>(here, <u8>min(15, level))
            store<i32>(levels + at, load<i32>(coefficients + at) < 0 ? -level : level)
          }
        }
        cost += best
      }
      if (any && cost < zeroPrice) {
        coded += cost
        store<u8>(flag, 1)
        if (highest < 0) highest = d
      } else {
        coded += zeroPrice
        if (any) clearGroup(levels + origin, rowBytes, gx, gy)
      }
    }
    store<f32>(codedCost + ((<usize>d) << 2), coded)
    store<f32>(zeroCost + ((<usize>d) << 2), zeroed)
  }
  return chooseExtent(models, levels, place, log2Kept, diagonals, highest) + lost
}

function clearGroup(levels: usize, rowBytes: usize, gx: i32, gy: i32): void {
  const here = magnitudes + <usize>(gy * 4 * MAGNITUDE_STRIDE + gx * 4)
  for (let row: usize = 0; row < 4; row++) {
    v128.store(levels + row * rowBytes, i32x4.splat(0))
    store<u32>(here + row * <usize>MAGNITUDE_STRIDE, 0)
  }
}

/** Cuts the block's coefficients at the diagonal where the cost is least, and returns that cost. */
function chooseExtent(models: Models, levels: usize, place: i32, log2Kept: i32, diagonals: i32, highest: i32): f32 {
  const log2Groups = log2Kept - 2
  const codedState = models.block + ((<usize>(place * 4 + 1)) << 2)
  let beyond: f32 = 0
  let all: f32 = 0
  for (let d = 0; d < diagonals; d++) {
    const zero = load<f32>(zeroCost + ((<usize>d) << 2))
    all += zero
    if (d > highest) beyond += zero
  }
  let best = all + <f32>costAdaptive(0, codedState) * unit
  chosenExtent = 0
  if (highest < 0) return best
  let below: f32 = <f32>costAdaptive(1, codedState) * unit
  for (let d = 0; d <= highest; d++) below += load<f32>(codedCost + ((<usize>d) << 2))
  for (let d = highest; d >= 0; d--) {
    // price of the extent itself, along the path of its tree
    let node = 1
    let bits = 0
    for (let bit = log2Groups; bit >= 0; bit--) {
      const digit = (d >> bit) & 1
      bits += costAdaptive(digit, models.block + ((<usize>(1024 + place * 16 + node)) << 2))
      node = (node << 1) | digit
    }
    const cost = below + beyond + <f32>bits * unit
    if (cost < best && diagonalHasLevel(levels, log2Kept, d)) {
      best = cost
      chosenExtent = d + 1
    }
    below -= load<f32>(codedCost + ((<usize>d) << 2))
    beyond += load<f32>(zeroCost + ((<usize>d) << 2))
  }
  for (let d = highest; d >= chosenExtent; d--) {
    for (let g = firstOfDiagonal(log2Groups, d); g < firstOfDiagonal(log2Groups, d + 1); g++) {
      const group = groupAt(log2Groups, g)
      const origin = ((<usize>(group >> 4)) << (log2Kept + 4)) + ((<usize>(group & 15)) << 4)
      for (let row: usize = 0; row < 4; row++) v128.store(levels + origin + (row << (log2Kept + 2)), i32x4.splat(0))
    }
  }
  return best
}

function diagonalHasLevel(levels: usize, log2Kept: i32, d: i32): bool {
  const log2Groups = log2Kept - 2
  for (let g = firstOfDiagonal(log2Groups, d); g < firstOfDiagonal(log2Groups, d + 1); g++) {
    const group = groupAt(log2Groups, g)
    const origin = ((<usize>(group >> 4)) << (log2Kept + 4)) + ((<usize>(group & 15)) << 4)
    if (hasLevel(levels + origin, 1 << log2Kept)) return true
  }
  return false
}
