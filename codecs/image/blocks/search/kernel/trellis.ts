/**
 * Levels of one block: the cheapest path through the eight states of dependent quantization, an encoder's decision.
 *
 *     J = sum of (|coefficient| / step - steps of its level)^2 + lambda * bits
 *
 * Coefficients are taken in coding order (highest frequency first). In every state a coefficient has the best even and the best odd
 * level of that state's quantizer; each state keeps the cheaper of the two paths that lead to it (Viterbi). A path may begin at any
 * diagonal of groups, and leave out any group. Contexts are those of the path that is cheapest so far.
 */
import { costAdaptive } from '../../../../entropy/kernel/model'
import { stepsOf } from '../../../../laq/kernel/dependent'
import {
  codedState,
  extentState,
  GROUP_STRIDE,
  groupState,
  MAGNITUDE_LIMIT,
  MAGNITUDE_STRIDE,
  sizeOf,
  templateSum,
} from '../../kernel/coefficients'
import { DIAGONAL_BANDS, Models, SIZES, TEMPLATE_CLASSES } from '../../kernel/models'
import { classesOf, coefficientAt, firstOfDiagonal, groupAt, templateClassOf } from '../../kernel/scan'
import { levelPrice, PRICE_BYTES, priceOf, pricesOf } from './prices'

/** A single coefficient below this many steps is zero; a group none of whose coefficients reaches `worthwhile` is left out. */
let zeroBelow: f32 = 0.4
let worthwhile: f32 = 0.7

export function setZero(below: f32): void {
  zeroBelow = below
  worthwhile = below * <f32>1.75
}

const NEVER: f32 = 1e30

const magnitudes: usize = memory.data(36 * 34, 16)
const flags: usize = memory.data(96, 16)
const ratios: usize = memory.data(64, 16)
/** For each coefficient taken: i32 x 4 levels (Q0 even, Q0 odd, Q1 odd, Q1 even). */
const candidates: usize = memory.data(1024 * 16, 16)
/** u8: bit t is set if state t was reached from the second of its two predecessors. */
const choices: usize = memory.data(1024, 16)
/** For each group in coding order: i32 number of its first coefficient or -1 if left out by all; u8 bit t: state t left it out. */
const firstOfGroup: usize = memory.data(64 * 4, 16)
const leftOut: usize = memory.data(64, 16)
/** u8 per diagonal: 1 if a path begins there. */
const begins: usize = memory.data(16, 16)

/** Levels stand at V1 = [Q0 even, Q0 odd, Q1 odd, Q1 even] for states 0..3 from the first predecessor, as nextState has it. */
const fromFirst: usize = memory.data<u8>([0, 1, 2, 3, 1, 0, 3, 2])
const fromSecond: usize = memory.data<u8>([1, 0, 3, 2, 0, 1, 2, 3])
const firstPredecessor: usize = memory.data<u8>([0, 0, 1, 1, 2, 2, 3, 3])

/** Extent of the block that was quantized last; 0 if it has no levels. */
export let chosenExtent: i32 = 0

// @inline
function leastOf(low: v128, high: v128): v128 {
  const four = f32x4.pmin(low, high)
  const two = f32x4.pmin(four, i32x4.shuffle(four, four, 2, 3, 0, 1))
  return f32x4.pmin(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

/**
 * Quantizes the kept coefficients (i32, row-major) of a block into `levels` and the steps that they stand for into `steps` (both i32,
 * row-major), and returns its cost J. The extent is in chosenExtent.
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
  steps: usize,
  planeClass: i32,
  log2Width: i32,
  log2Height: i32,
  step: i32,
  lost: f32,
): f32 {
  const log2KeptWidth = min(log2Width, 5)
  const log2KeptHeight = min(log2Height, 5)
  const log2Across = log2KeptWidth - 2
  const log2Down = log2KeptHeight - 2
  const diagonals = (1 << log2Across) + (1 << log2Down) - 1
  const treeDepth = 32 - clz(diagonals - 1)
  const place = planeClass * SIZES + sizeOf(log2Width, log2Height)
  const inverse = f32x4.splat(<f32>16 / <f32>step)
  const rowBytes = (<usize>4) << log2KeptWidth
  const table = classesOf(log2Width, log2Height)
  const placePrices = pricesOf(place * DIAGONAL_BANDS * TEMPLATE_CLASSES)
  const codedPrice = priceOf(costAdaptive(1, codedState(models, place)))
  let cleared = false
  let low = f32x4.splat(NEVER)
  let high = f32x4.splat(NEVER)
  let started = false
  let passed: f32 = 0 // squares of all coefficients before
  let count: i32 = 0 // coefficients taken
  let groupCount: usize = 0

  for (let d = diagonals - 1; d >= 0; d--) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const last = firstOfDiagonal(log2Across, log2Down, d + 1) - 1
    store<u8>(begins + <usize>d, 0)
    let decided = false
    for (let g = last; g >= first; g--) {
      const group = groupAt(log2Across, log2Down, g)
      const gx = group & 15
      const gy = group >> 4
      const origin = ((<usize>gy) << (log2KeptWidth + 4)) + ((<usize>gx) << 4)
      let squares = f32x4.splat(0)
      let largest = f32x4.splat(0)
      for (let row: usize = 0; row < 4; row++) {
        const at = origin + row * rowBytes
        const c = f32x4.convert_i32x4_s(v128.load(coefficients + at))
        const ratio = f32x4.mul(f32x4.mul(f32x4.abs(c), inverse), v128.load(inverseWeights + at))
        v128.store(ratios + (row << 4), ratio)
        squares = f32x4.add(squares, f32x4.mul(ratio, ratio))
        largest = f32x4.pmax(largest, ratio)
      }
      const energy =
        f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3)
      const matters = v128.any_true(f32x4.gt(largest, f32x4.splat(worthwhile)))
      if (!started && !matters) {
        passed += energy
        store<i32>(firstOfGroup + (groupCount << 2), -1)
        groupCount++
        continue
      }
      if (!decided) {
        // a path may begin with this diagonal: groups of it that came before this one are left out
        decided = true
        let node = 1
        let bits = 0
        for (let bit = treeDepth - 1; bit >= 0; bit--) {
          const digit = (d >> bit) & 1
          bits += costAdaptive(digit, extentState(models, place, node))
          node = (node << 1) | digit
        }
        const fresh = passed + codedPrice + priceOf(bits)
        if (fresh < f32x4.extract_lane(low, 0)) {
          low = f32x4.replace_lane(low, 0, fresh)
          store<u8>(begins + <usize>d, 1)
        }
        if (!started) {
          started = true
          if (!cleared) {
            cleared = true
            memory.fill(magnitudes, 0, <usize>(MAGNITUDE_STRIDE * ((1 << log2KeptHeight) + 2)))
            memory.fill(flags, 0, 96)
          }
        }
      }
      passed += energy
      const flag = flags + <usize>(gy * GROUP_STRIDE + gx)
      const around = <i32>load<u8>(flag, 1) | ((<i32>load<u8>(flag, 9)) << 1) | ((<i32>load<u8>(flag, 10)) << 2)
      const flagState = groupState(models, place, around)
      const skip = f32x4.splat(energy + priceOf(costAdaptive(0, flagState)))
      if (!matters) {
        low = f32x4.add(low, skip)
        high = f32x4.add(high, skip)
        store<i32>(firstOfGroup + (groupCount << 2), -1)
        groupCount++
        continue
      }
      const skipLow = f32x4.add(low, skip)
      const skipHigh = f32x4.add(high, skip)
      // alone on the highest diagonal the flag is implied: priced as coded, which is close
      const present = f32x4.splat(priceOf(costAdaptive(1, flagState)))
      low = f32x4.add(low, present)
      high = f32x4.add(high, present)
      store<i32>(firstOfGroup + (groupCount << 2), count)
      for (let n = 15; n >= 0; n--) {
        const inside = coefficientAt(n)
        const ix = inside & 15
        const iy = inside >> 4
        const here = magnitudes + <usize>((gy * 4 + iy) * MAGNITUDE_STRIDE + gx * 4 + ix)
        const ratio = load<f32>(ratios + ((<usize>(iy * 4 + ix)) << 2))
        const diagonal = <i32>load<u8>(table + origin + <usize>iy * rowBytes + ((<usize>ix) << 2), 1)
        const row0 = placePrices + <usize>(diagonal * TEMPLATE_CLASSES + templateClassOf(templateSum(here))) * (2 * PRICE_BYTES)
        const row1 = row0 + PRICE_BYTES
        const candidate = candidates + ((<usize>count) << 4)
        const square = ratio * ratio
        let even0 = square + load<f32>(row0)
        let even1 = square + load<f32>(row1)
        let odd0 = NEVER
        let odd1 = NEVER
        if (ratio < zeroBelow) v128.store(candidate, i32x4.splat(0))
        else {
          // the two levels of each quantizer around the coefficient
          const below0 = <i32>(ratio * <f32>0.5)
          const below1 = <i32>(ratio * <f32>0.5 + <f32>0.5)
          let size = (below0 + 1) | 1
          let error = ratio - <f32>(size << 1)
          if (!(below0 & 1)) odd0 = error * error + levelPrice(row0, size)
          else {
            error = ratio - <f32>(below0 << 1)
            odd0 = error * error + levelPrice(row0, below0)
            size = below0
          }
          store<i32>(candidate, size, 4)
          const evenSize0 = below0 & 1 ? below0 + 1 : below0
          size = 0
          if (evenSize0 > 0) {
            error = ratio - <f32>(evenSize0 << 1)
            const cost = error * error + levelPrice(row0, evenSize0)
            if (cost < even0) {
              even0 = cost
              size = evenSize0
            }
          }
          store<i32>(candidate, size)
          const oddSize1 = below1 & 1 ? below1 : below1 + 1
          error = ratio - <f32>((oddSize1 << 1) - 1)
          odd1 = error * error + levelPrice(row1, oddSize1)
          store<i32>(candidate, oddSize1, 8)
          const evenSize1 = below1 & 1 ? below1 + 1 : below1
          size = 0
          if (evenSize1 > 0) {
            error = ratio - <f32>((evenSize1 << 1) - 1)
            const cost = error * error + levelPrice(row1, evenSize1)
            if (cost < even1) {
              even1 = cost
              size = evenSize1
            }
          }
          store<i32>(candidate, size, 12)
        }
        let v1 = f32x4.splat(even0)
        v1 = f32x4.replace_lane(v1, 1, odd0)
        v1 = f32x4.replace_lane(v1, 2, odd1)
        v1 = f32x4.replace_lane(v1, 3, even1)
        const v2 = i32x4.shuffle(v1, v1, 1, 0, 3, 2)
        const lowA = f32x4.add(i32x4.shuffle(low, low, 0, 0, 1, 1), v1)
        const lowB = f32x4.add(i32x4.shuffle(high, high, 0, 0, 1, 1), v2)
        const highA = f32x4.add(i32x4.shuffle(low, low, 2, 2, 3, 3), v2)
        const highB = f32x4.add(i32x4.shuffle(high, high, 2, 2, 3, 3), v1)
        const chosen = i32x4.bitmask(f32x4.lt(lowB, lowA)) | (i32x4.bitmask(f32x4.lt(highB, highA)) << 4)
        low = f32x4.pmin(lowA, lowB)
        high = f32x4.pmin(highA, highB)
        store<u8>(choices + <usize>count, <u8>chosen)
        count++
        if (ratio >= zeroBelow) {
          const least = leastOf(low, high)
          const best = ctz(i32x4.bitmask(f32x4.eq(low, least)) | (i32x4.bitmask(f32x4.eq(high, least)) << 4))
          const which = <i32>load<u8>(((chosen >> best) & 1 ? fromSecond : fromFirst) + <usize>best)
          store<u8>(here, <u8>min(MAGNITUDE_LIMIT, load<i32>(candidate + ((<usize>which) << 2))))
        }
      }
      const out = i32x4.bitmask(f32x4.lt(skipLow, low)) | (i32x4.bitmask(f32x4.lt(skipHigh, high)) << 4)
      store<u8>(leftOut + groupCount, <u8>out)
      groupCount++
      low = f32x4.pmin(low, skipLow)
      high = f32x4.pmin(high, skipHigh)
      const least = leastOf(low, high)
      const best = ctz(i32x4.bitmask(f32x4.eq(low, least)) | (i32x4.bitmask(f32x4.eq(high, least)) << 4))
      if ((out >> best) & 1) {
        const corner = magnitudes + <usize>(gy * 4 * MAGNITUDE_STRIDE + gx * 4)
        for (let row: usize = 0; row < 4; row++) store<u32>(corner + row * <usize>MAGNITUDE_STRIDE, 0)
      } else store<u8>(flag, 1)
    }
  }
  chosenExtent = 0
  const zero = passed + priceOf(costAdaptive(0, codedState(models, place)))
  if (!started) return zero + lost
  const least = leastOf(low, high)
  const cost = f32x4.extract_lane(least, 0)
  if (!(cost < zero)) return zero + lost
  const best = ctz(i32x4.bitmask(f32x4.eq(low, least)) | (i32x4.bitmask(f32x4.eq(high, least)) << 4))
  trace(coefficients, levels, steps, log2KeptWidth, log2KeptHeight, best, groupCount)
  return cost + lost
}

/** Follows the path that ends in `state` back to where it begins. */
function trace(
  coefficients: usize,
  levels: usize,
  steps: usize,
  log2KeptWidth: i32,
  log2KeptHeight: i32,
  state: i32,
  groupCount: usize,
): void {
  const log2Across = log2KeptWidth - 2
  const log2Down = log2KeptHeight - 2
  const diagonals = (1 << log2Across) + (1 << log2Down) - 1
  const rowBytes = (<usize>4) << log2KeptWidth
  memory.fill(levels, 0, rowBytes << log2KeptHeight)
  memory.fill(steps, 0, rowBytes << log2KeptHeight)
  for (let d = 0; d < diagonals; d++) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const end = firstOfDiagonal(log2Across, log2Down, d + 1)
    for (let g = first; g < end; g++) {
      groupCount--
      const begin = load<i32>(firstOfGroup + (groupCount << 2))
      if (begin < 0 || (load<u8>(leftOut + groupCount) >> <u8>state) & 1) continue
      const group = groupAt(log2Across, log2Down, g)
      const origin = ((<usize>(group >> 4)) << (log2KeptWidth + 4)) + ((<usize>(group & 15)) << 4)
      for (let n = 0; n < 16; n++) {
        const taken = <usize>(begin + 15 - n)
        const second = (<i32>load<u8>(choices + taken) >> state) & 1
        const which = <i32>load<u8>((second ? fromSecond : fromFirst) + <usize>state)
        const level = load<i32>(candidates + (taken << 4) + ((<usize>which) << 2))
        state = <i32>load<u8>(firstPredecessor + <usize>state) + (second << 2)
        if (level == 0) continue
        const inside = coefficientAt(n)
        const at = origin + <usize>(inside >> 4) * rowBytes + ((<usize>(inside & 15)) << 2)
        const signed = load<i32>(coefficients + at) < 0 ? -level : level
        store<i32>(levels + at, signed)
        store<i32>(steps + at, stepsOf(state, signed))
      }
    }
    // a path begins in state 0, before the groups of its highest diagonal
    if (state == 0 && load<u8>(begins + <usize>d)) {
      chosenExtent = d + 1
      return
    }
  }
  unreachable()
}
