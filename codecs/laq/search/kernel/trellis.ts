/**
 * The encoder's way through dependent quantization: the eight cheapest paths, one for each state that a path may be in (Viterbi).
 * Nothing here is normative; the law is {@link ../../kernel/dependent}.
 *
 *     J of a path = sum of (|coefficient| / step - steps of its level)^2 + lambda * bits
 *
 * Coefficients are taken in coding order. In every state a coefficient has the best even and the best odd level of that state's
 * quantizer; each state keeps the cheaper of the two paths that lead to it. What was chosen is kept by the number of the
 * coefficient, so that the cheapest path can be followed back from its end.
 */
import { Row } from '../../../wasm/kernel/row'
import { levelPrice } from './levelprices'

/** More than any path costs. */
export const NEVER: f32 = 1e30

/** J of the cheapest path to each state: 0..3 and 4..7. */
let low: v128 = f32x4.splat(0)
let high: v128 = f32x4.splat(0)
/** J of the paths that leave out what was taken since {@link forkPaths}. */
let forkedLow: v128 = f32x4.splat(0)
let forkedHigh: v128 = f32x4.splat(0)

/** For each coefficient taken, at most 1024: i32 x 4 levels, by {@link EVEN0} and the names that follow. */
const candidates = changetype<Row<i32>>(memory.data(1024 * 16, 16))
/** For each coefficient taken: bit t is set if state t was reached from the second of its two predecessors. */
const choices = changetype<Row<u8>>(memory.data(1024, 16))

/** Candidates of a coefficient: the even and the odd level of quantizer 0, the odd and the even one of quantizer 1. */
const EVEN0: i32 = 0
const ODD0: i32 = 1
const ODD1: i32 = 2
const EVEN1: i32 = 3

/** The candidate by which each state is reached from its first predecessor, and from its second. */
const fromFirst = changetype<Row<u8>>(memory.data<u8>([0, 1, 2, 3, 1, 0, 3, 2]))
const fromSecond = changetype<Row<u8>>(memory.data<u8>([1, 0, 3, 2, 0, 1, 2, 3]))
/** First predecessor of each state; the second is four states on. */
const firstPredecessor = changetype<Row<u8>>(memory.data<u8>([0, 0, 1, 1, 2, 2, 3, 3]))

// @inline
function leastOf(low: v128, high: v128): v128 {
  const four = f32x4.pmin(low, high)
  const two = f32x4.pmin(four, i32x4.shuffle(four, four, 2, 3, 0, 1))
  return f32x4.pmin(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

/** Starts without any path. */
// @inline
export function clearPaths(): void {
  low = f32x4.splat(NEVER)
  high = f32x4.splat(NEVER)
}

/** Lets a path begin, in state 0, that costs `price` so far; returns whether it is cheaper than the one in that state. */
// @inline
export function beginPath(price: f32): bool {
  if (!(price < f32x4.extract_lane(low, 0))) return false
  low = f32x4.replace_lane(low, 0, price)
  return true
}

/** Makes all paths dearer. */
// @inline
export function chargePaths(price: f32): void {
  const prices = f32x4.splat(price)
  low = f32x4.add(low, prices)
  high = f32x4.add(high, prices)
}

/** From here on every path has another beside it, that stays in its state for `price` until {@link joinPaths}. */
// @inline
export function forkPaths(price: f32): void {
  const prices = f32x4.splat(price)
  forkedLow = f32x4.add(low, prices)
  forkedHigh = f32x4.add(high, prices)
}

/** Takes in each state the cheaper path since {@link forkPaths}; returns a bit per state, set if that is the one that stayed. */
// @inline
export function joinPaths(): i32 {
  const stayed = i32x4.bitmask(f32x4.lt(forkedLow, low)) | (i32x4.bitmask(f32x4.lt(forkedHigh, high)) << 4)
  low = f32x4.pmin(low, forkedLow)
  high = f32x4.pmin(high, forkedHigh)
  return stayed
}

/** J of the cheapest path. */
// @inline
export function leastPrice(): f32 {
  return f32x4.extract_lane(leastOf(low, high), 0)
}

/** The state that the cheapest path is in; the lowest of equals. */
// @inline
export function cheapestState(): i32 {
  const least = leastOf(low, high)
  return ctz(i32x4.bitmask(f32x4.eq(low, least)) | (i32x4.bitmask(f32x4.eq(high, least)) << 4))
}

/** Extends all paths by a coefficient that stays 0, of `ratio` steps; `prices0` and `prices1` are of the two quantizers. */
// @inline
export function takeZero(number: i32, ratio: f32, prices0: Row<f32>, prices1: Row<f32>): void {
  v128.store(changetype<usize>(candidates) + ((<usize>number) << 4), i32x4.splat(0))
  const square = ratio * ratio
  extendPaths(number, square + prices0[0], NEVER, NEVER, square + prices1[0])
}

/** Extends all paths by a coefficient of `ratio` steps; returns the magnitude that the cheapest one gives it. */
// @inline
export function takeLevel(number: i32, ratio: f32, prices0: Row<f32>, prices1: Row<f32>): i32 {
  const square = ratio * ratio
  const chosen = number << 2
  // of each quantizer, the levels around the ratio: one is even, one is odd
  const below0 = <i32>(ratio * <f32>0.5)
  const below1 = <i32>(ratio * <f32>0.5 + <f32>0.5)
  const odd0 = below0 | 1
  const odd1 = below1 | 1
  const even0 = (below0 + 1) & ~1
  const even1 = (below1 + 1) & ~1
  candidates[chosen + ODD0] = odd0
  candidates[chosen + ODD1] = odd1
  const oddPrice0 = errorOf(ratio, odd0 << 1) + levelPrice(prices0, odd0)
  const oddPrice1 = errorOf(ratio, (odd1 << 1) - 1) + levelPrice(prices1, odd1)
  let evenPrice0 = square + prices0[0]
  let evenPrice1 = square + prices1[0]
  let size = 0
  if (even0 > 0) {
    const price = errorOf(ratio, even0 << 1) + levelPrice(prices0, even0)
    if (price < evenPrice0) {
      evenPrice0 = price
      size = even0
    }
  }
  candidates[chosen + EVEN0] = size
  size = 0
  if (even1 > 0) {
    const price = errorOf(ratio, (even1 << 1) - 1) + levelPrice(prices1, even1)
    if (price < evenPrice1) {
      evenPrice1 = price
      size = even1
    }
  }
  candidates[chosen + EVEN1] = size
  const choice = extendPaths(number, evenPrice0, oddPrice0, oddPrice1, evenPrice1)
  const state = cheapestState()
  return candidates[chosen + <i32>((choice >> state) & 1 ? fromSecond : fromFirst)[state]]
}

// @inline
function errorOf(ratio: f32, steps: i32): f32 {
  const error = ratio - <f32>steps
  return error * error
}

/** Each state takes the cheaper of the two paths that a level leads to it. */
// @inline
function extendPaths(number: i32, even0: f32, odd0: f32, odd1: f32, even1: f32): i32 {
  const prices = f32x4(even0, odd0, odd1, even1)
  // even and odd exchanged
  const others = i32x4.shuffle(prices, prices, 1, 0, 3, 2)
  const lowFirst = f32x4.add(i32x4.shuffle(low, low, 0, 0, 1, 1), prices)
  const lowSecond = f32x4.add(i32x4.shuffle(high, high, 0, 0, 1, 1), others)
  const highFirst = f32x4.add(i32x4.shuffle(low, low, 2, 2, 3, 3), others)
  const highSecond = f32x4.add(i32x4.shuffle(high, high, 2, 2, 3, 3), prices)
  const chosen = i32x4.bitmask(f32x4.lt(lowSecond, lowFirst)) | (i32x4.bitmask(f32x4.lt(highSecond, highFirst)) << 4)
  choices[number] = <u8>chosen
  low = f32x4.pmin(lowFirst, lowSecond)
  high = f32x4.pmin(highFirst, highSecond)
  return chosen
}

// @inline
function isFromSecond(number: i32, state: i32): i32 {
  return (<i32>choices[number] >> state) & 1
}

/** The magnitude by which the path in `state` took coefficient `number`, the last one or one that {@link stateBefore} led to. */
// @inline
export function levelBefore(number: i32, state: i32): i32 {
  const candidate = <i32>(isFromSecond(number, state) ? fromSecond : fromFirst)[state]
  return candidates[(number << 2) + candidate]
}

/** The state in which that path was before it. */
// @inline
export function stateBefore(number: i32, state: i32): i32 {
  return <i32>firstPredecessor[state] + (isFromSecond(number, state) << 2)
}
