/**
 * Levels of one block by rate-distortion optimised rounding: an encoder's decision, nothing normative.
 *
 * Coefficients are taken in coding order (highest frequency first), so that the contexts of each are known when its turn
 * comes. Each takes its cheapest level,
 * then each group of 4 x 4 is set to zero if that is cheaper, then the extent is cut where it pays, then the block.
 * Bits are estimated from the template context's states alone.
 */
import { costAdaptive } from '../../entropy/kernel/model'
import { ALWAYS_ZERO, cheapestCost, cheapestLevel, fillPrices, PRICE_BYTES, unitPrice } from '../../laq/kernel/quantize'
import { hasLevel, MAGNITUDE_STRIDE, templateStates, templateSum } from './coefficients'
import { CLASSES, DIAGONAL_BANDS, Models, SIZES, TEMPLATE_CLASSES } from './models'
import { classesOf, coefficientAt, firstOfDiagonal, groupAt, templateClassOf } from './scan'

const CONTEXTS: i32 = CLASSES * SIZES * DIAGONAL_BANDS * TEMPLATE_CLASSES
/** Prices of each template context. */
const prices: usize = memory.data(4 * 4 * 6 * 10 * 32, 16)

const magnitudes: usize = memory.data(36 * 34, 16)
const flags: usize = memory.data(96, 16)
const ratios: usize = memory.data(64, 16)
/** Costs of each diagonal of groups: coded, and set to zero. */
const codedCost: usize = memory.data(16 * 4, 16)
const zeroCost: usize = memory.data(16 * 4, 16)

/** Extent (as codeCoefficients takes it) of the block quantized last. */
export let chosenExtent: i32 = 0

/** Takes the prices from the models as they are now. */
export function refreshPrices(models: Models): void {
  for (let c = 0; c < CONTEXTS; c++) fillPrices(prices + <usize>(c * PRICE_BYTES), models.template + ((<usize>c) << 4))
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
      const zeroPrice = energy + (highest >= 0 ? <f32>costAdaptive(0, flagState) * unitPrice : 0)
      if (!v128.any_true(f32x4.gt(largest, f32x4.splat(ALWAYS_ZERO)))) {
        coded += zeroPrice
        continue
      }
      let cost: f32 = <f32>costAdaptive(1, flagState) * unitPrice
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
        const level = cheapestLevel(ratio, row)
        if (level > 0) {
          any = 1
          store<u8>(here, <u8>min(15, level))
          store<i32>(levels + at, load<i32>(coefficients + at) < 0 ? -level : level)
        }
        cost += cheapestCost
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
  let best = all + <f32>costAdaptive(0, codedState) * unitPrice
  chosenExtent = 0
  if (highest < 0) return best
  let below: f32 = <f32>costAdaptive(1, codedState) * unitPrice
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
    const cost = below + beyond + <f32>bits * unitPrice
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
