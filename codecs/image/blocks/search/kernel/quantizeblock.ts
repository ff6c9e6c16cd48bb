/**
 * Levels of one block: the cheapest path through dependent quantization ({@link ../../../../laq/search/kernel/trellis}), an
 * encoder's decision.
 *
 * Coefficients are taken in coding order, highest frequency first. A path may begin at any diagonal of groups, and leave out any
 * group. Contexts are those of the path that is cheapest so far.
 */
import { costAdaptive } from '../../../../entropy/kernel/model'
import { stepsOf } from '../../../../laq/kernel/dependent'
import { PRICE_BYTES, priceOf } from '../../../../laq/search/kernel/levelprices'
import {
  beginPath,
  chargePaths,
  cheapestState,
  clearPaths,
  forkPaths,
  joinPaths,
  leastPrice,
  levelBefore,
  stateBefore,
  takeLevel,
  takeZero,
} from '../../../../laq/search/kernel/trellis'
import { Row, rowAt } from '../../../../wasm/kernel/row'
import { codedState, extentState, groupState } from '../../kernel/coefficients'
import { aroundGroup, GROUP_STRIDE, MAGNITUDE_LIMIT, MAGNITUDE_STRIDE, templateSum } from '../../kernel/magnitudes'
import { DIAGONAL_BANDS, Models, SIZES, sizeOf, TEMPLATE_CLASSES } from '../../kernel/models'
import { coefficientAt, firstOfDiagonal, groupAt, placeAt, placesOf, templateClassOf } from '../../kernel/scan'
import { keptLog2 } from '../../kernel/tile'
import { pricesOf } from './prices'

/** What a block comes to: of its kept coefficients, row-major. */
@unmanaged
export class Quantized {
  levels: Row<i32>
  /** What the levels stand for, signed. */
  steps: Row<i32>
  /** As of {@link codeLevels}; 0 if the block has no levels. */
  extent: i32
}

/** Bytes that {@link quantizedIn} takes: 1024 levels, as many steps, and the object. */
export const QUANTIZED_BYTES: i32 = 2 * 4096 + 16

export function quantizedIn(memory: usize): Quantized {
  const quantized = changetype<Quantized>(memory + 8192)
  quantized.levels = rowAt<i32>(memory)
  quantized.steps = rowAt<i32>(memory + 4096)
  return quantized
}

/** A single coefficient below this many steps is zero; a group none of whose coefficients reaches `worthwhile` is left out. */
let zeroBelow: f32 = 0
let worthwhile: f32 = 0

export function setZero(below: f32): void {
  zeroBelow = below
  worthwhile = below * <f32>1.75
}

/** Magnitudes and group flags of the cheapest path so far, laid out like those of {@link codeLevels}. */
const magnitudes: usize = memory.data(36 * 34, 16)
const flags: usize = memory.data(96, 16)
/** |coefficient| / step of the group that is taken, 4 x 4. */
const ratios = changetype<Row<f32>>(memory.data(64, 16))
/** For each group in coding order: number of its first coefficient, or NONE_TAKEN; bit t: the path in state t left it out. */
const firstOfGroup = changetype<Row<i32>>(memory.data(64 * 4, 16))
const leftOut = changetype<Row<u8>>(memory.data(64, 16))
const NONE_TAKEN: i32 = -1
/** For each diagonal: 1 if a path begins there. */
const begins = changetype<Row<u8>>(memory.data(16, 16))

/**
 * Quantizes the kept coefficients (i32, row-major) of a block into `out`, and returns its cost J.
 *
 * @param inverseWeights f32 per coefficient: 256 / weight
 * @param step in 1/16
 * @param lost squared coefficients that the block does not keep, in squared steps
 */
export function quantizeBlock(
  models: Models,
  coefficients: usize,
  inverseWeights: usize,
  out: Quantized,
  plane: i32,
  log2Width: i32,
  log2Height: i32,
  step: i32,
  lost: f32,
): f32 {
  const log2KeptWidth = keptLog2(log2Width)
  const log2KeptHeight = keptLog2(log2Height)
  const log2Across = log2KeptWidth - 2
  const log2Down = log2KeptHeight - 2
  const diagonals = (1 << log2Across) + (1 << log2Down) - 1
  const treeDepth = 32 - clz(diagonals - 1)
  const place = plane * SIZES + sizeOf(log2Width, log2Height)
  const inverse = f32x4.splat(<f32>16 / <f32>step)
  const rowBytes = (<usize>4) << log2KeptWidth
  const places = placesOf(log2Width, log2Height)
  const prices = pricesOf(place * DIAGONAL_BANDS * TEMPLATE_CLASSES)
  const codedPrice = priceOf(costAdaptive(1, codedState(models, place)))
  let hasBegun = false
  let passed: f32 = 0 // squares of all coefficients before
  let count = 0 // coefficients taken
  let groups = 0

  clearPaths()
  for (let d = diagonals - 1; d >= 0; d--) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const last = firstOfDiagonal(log2Across, log2Down, d + 1) - 1
    let mayBegin = true
    begins[d] = 0
    for (let g = last; g >= first; g--) {
      const group = groupAt(log2Across, log2Down, g)
      const gx = group & 15
      const gy = group >> 4
      const origin = ((<usize>gy) << (log2KeptWidth + 4)) + ((<usize>gx) << 4)
      const energy = measureGroup(coefficients + origin, inverseWeights + origin, rowBytes, inverse)
      const matters = isWorthwhile()
      firstOfGroup[groups] = NONE_TAKEN
      if (!hasBegun && !matters) {
        passed += energy
        groups++
        continue
      }
      if (mayBegin) {
        // a path that begins with this diagonal leaves out the groups of it that came before this one
        mayBegin = false
        if (!hasBegun) clearNeighbours(log2KeptHeight)
        hasBegun = true
        if (beginPath(passed + codedPrice + extentPrice(models, place, treeDepth, d))) begins[d] = 1
      }
      passed += energy
      const flag = flags + <usize>(gy * GROUP_STRIDE + gx)
      const state = groupState(models, place, aroundGroup(rowAt<u8>(flag)))
      const skipped = energy + priceOf(costAdaptive(0, state))
      if (!matters) {
        chargePaths(skipped)
        groups++
        continue
      }
      forkPaths(skipped)
      // alone on the highest diagonal the flag is implied: priced as coded, which is close
      chargePaths(priceOf(costAdaptive(1, state)))
      firstOfGroup[groups] = count
      const corner = magnitudes + <usize>(gy * 4 * MAGNITUDE_STRIDE + gx * 4)
      takeGroup(corner, places + origin, log2KeptWidth, prices, count)
      count += 16
      const stayed = joinPaths()
      leftOut[groups++] = <u8>stayed
      if ((stayed >> cheapestState()) & 1) clearGroup(corner)
      else store<u8>(flag, 1)
    }
  }
  out.extent = 0
  const zero = passed + priceOf(costAdaptive(0, codedState(models, place)))
  if (!hasBegun) return zero + lost
  const cost = leastPrice()
  if (!(cost < zero)) return zero + lost
  followBack(coefficients, out, log2KeptWidth, log2KeptHeight, cheapestState(), groups)
  return cost + lost
}

/** Fills the ratios of a group of 4 x 4 coefficients; returns the sum of their squares. */
// @inline
function measureGroup(coefficients: usize, inverseWeights: usize, rowBytes: usize, inverse: v128): f32 {
  let squares = f32x4.splat(0)
  for (let row: usize = 0; row < 4; row++) {
    const at = row * rowBytes
    const size = f32x4.abs(f32x4.convert_i32x4_s(v128.load(coefficients + at)))
    const ratio = f32x4.mul(f32x4.mul(size, inverse), v128.load(inverseWeights + at))
    v128.store(changetype<usize>(ratios) + (row << 4), ratio)
    squares = f32x4.add(squares, f32x4.mul(ratio, ratio))
  }
  return f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3)
}

/** Whether a coefficient of the group that was measured is worth taking it. */
// @inline
function isWorthwhile(): bool {
  const at = changetype<usize>(ratios)
  const upper = f32x4.pmax(v128.load(at), v128.load(at, 16))
  const lower = f32x4.pmax(v128.load(at, 32), v128.load(at, 48))
  return v128.any_true(f32x4.gt(f32x4.pmax(upper, lower), f32x4.splat(worthwhile)))
}

// @inline
function extentPrice(models: Models, place: i32, treeDepth: i32, diagonal: i32): f32 {
  let node = 1
  let cost = 0
  for (let bit = treeDepth - 1; bit >= 0; bit--) {
    const digit = (diagonal >> bit) & 1
    cost += costAdaptive(digit, extentState(models, place, node))
    node = (node << 1) | digit
  }
  return priceOf(cost)
}

// @inline
function clearNeighbours(log2KeptHeight: i32): void {
  memory.fill(magnitudes, 0, <usize>(MAGNITUDE_STRIDE * ((1 << log2KeptHeight) + 2)))
  memory.fill(flags, 0, 96)
}

// @inline
function clearGroup(corner: usize): void {
  for (let row: usize = 0; row < 4; row++) store<u32>(corner + row * <usize>MAGNITUDE_STRIDE, 0)
}

/** Takes the coefficients of a group as numbers `count` and on. `corner`: where its magnitudes are; `places`: its corner's place. */
// @inline
function takeGroup(corner: usize, places: usize, log2KeptWidth: i32, prices: usize, count: i32): void {
  for (let n = 15; n >= 0; n--) {
    const number = count + 15 - n
    const inside = coefficientAt(n)
    const x = inside & 15
    const y = inside >> 4
    const here = corner + <usize>(y * MAGNITUDE_STRIDE + x)
    const ratio = ratios[y * 4 + x]
    const diagonal = <i32>placeAt(places, (y << log2KeptWidth) + x).diagonal
    const context = diagonal * TEMPLATE_CLASSES + templateClassOf(templateSum(rowAt<u8>(here)))
    const prices0 = rowAt<f32>(prices + <usize>context * (2 * PRICE_BYTES))
    const prices1 = rowAt<f32>(prices + <usize>context * (2 * PRICE_BYTES) + PRICE_BYTES)
    if (ratio < zeroBelow) takeZero(number, ratio, prices0, prices1)
    else store<u8>(here, <u8>min(MAGNITUDE_LIMIT, takeLevel(number, ratio, prices0, prices1)))
  }
}

/** Follows the path that ends in `state` back to where it begins, and fills `out`. */
function followBack(coefficients: usize, out: Quantized, log2KeptWidth: i32, log2KeptHeight: i32, state: i32, groups: i32): void {
  const log2Across = log2KeptWidth - 2
  const log2Down = log2KeptHeight - 2
  const diagonals = (1 << log2Across) + (1 << log2Down) - 1
  const source = rowAt<i32>(coefficients)
  memory.fill(changetype<usize>(out.levels), 0, (<usize>4) << (log2KeptWidth + log2KeptHeight))
  memory.fill(changetype<usize>(out.steps), 0, (<usize>4) << (log2KeptWidth + log2KeptHeight))
  for (let d = 0; d < diagonals; d++) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const end = firstOfDiagonal(log2Across, log2Down, d + 1)
    for (let g = first; g < end; g++) {
      groups--
      const firstTaken = firstOfGroup[groups]
      if (firstTaken == NONE_TAKEN || (leftOut[groups] >> <u8>state) & 1) continue
      const group = groupAt(log2Across, log2Down, g)
      const corner = ((group >> 4) << (log2KeptWidth + 2)) + ((group & 15) << 2)
      for (let n = 0; n < 16; n++) {
        const number = firstTaken + 15 - n
        const level = levelBefore(number, state)
        state = stateBefore(number, state)
        if (level == 0) continue
        const inside = coefficientAt(n)
        const index = corner + ((inside >> 4) << log2KeptWidth) + (inside & 15)
        const signed = source[index] < 0 ? -level : level
        out.levels[index] = signed
        out.steps[index] = stepsOf(state, signed)
      }
    }
    // a path begins in state 0, before the groups of its highest diagonal
    if (state == 0 && begins[d]) {
      out.extent = d + 1
      return
    }
  }
  unreachable()
}
