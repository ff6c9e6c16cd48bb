/**
 * The mixture of seven states that codes the lines' bins: {@link ./model} with seven inputs and a constant one.
 *
 *     weight set  8 x i32 weights (1/65536), then the number of updates; 48 bytes
 *
 * FORMAT.md, "Lines".
 */
import { STRETCH_LIMIT, squash, stretch } from './logistic'
import { MOST_COUNTED, rateOf, refine, updateApm, updated } from './model'
import { codeWithProbability } from './rangecoder'

export const LINE_SET_BYTES: usize = 48
/** The eighth input: a bias. */
const BIAS: i32 = 256

let updateLimit: u32 = 255

/** Addresses of the states of the current bin, all moved by one offset from bin to bin. */
export const inputs: usize = memory.data(32, 16)
/** Their values. */
const values: usize = memory.data(32, 16)
const stretched: usize = memory.data(32, 16)

/** Sets how many updates the states of these inputs count (1..1023); initModel has to be called as well. */
export function initMixer(limit: i32): void {
  updateLimit = <u32>limit
}

export function resetLineSets(address: usize, count: i32, weight: i32): void {
  for (let i = 0; i < count; i++) {
    const set = address + <usize>i * LINE_SET_BYTES
    v128.store(set, i32x4.splat(weight))
    v128.store(set, i32x4.replace_lane(i32x4.splat(weight), 3, 0), 16)
    v128.store(set, i32x4.splat(0), 32)
  }
}

// @inline
function gather(i: usize, offset: usize): void {
  const value = load<u32>(load<usize>(inputs + (i << 2)) + offset)
  store<u32>(values + (i << 2), value)
  store<i32>(stretched + (i << 2), stretch(<i32>(value >>> 16)))
}

// @inline
function update(i: usize, offset: usize, bit: i32): void {
  store<u32>(load<usize>(inputs + (i << 2)) + offset, updated(load<u32>(values + (i << 2)), bit, updateLimit))
}

/** Codes one bit with the states at `inputs`, each `offset` bytes on. */
export function codeLineBit(bit: i32, offset: usize, weights: usize, apm: usize): i32 {
  gather(0, offset)
  gather(1, offset)
  gather(2, offset)
  gather(3, offset)
  gather(4, offset)
  gather(5, offset)
  gather(6, offset)
  store<i32>(stretched, BIAS, 28)
  const low = v128.load(stretched)
  const high = v128.load(stretched, 16)
  const lowWeights = v128.load(weights)
  const highWeights = v128.load(weights, 16)
  let sum = i32x4.add(i32x4.shr_s(i32x4.mul(low, lowWeights), 8), i32x4.shr_s(i32x4.mul(high, highWeights), 8))
  sum = i32x4.add(sum, i32x4.shuffle(sum, sum, 2, 3, 0, 1))
  let x = (i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)) >> 8
  x = max(-STRETCH_LIMIT, min(STRETCH_LIMIT, x))
  const mixed = squash(x)
  bit = codeWithProbability(bit, refine(mixed, x, apm))
  update(0, offset, bit)
  update(1, offset, bit)
  update(2, offset, bit)
  update(3, offset, bit)
  update(4, offset, bit)
  update(5, offset, bit)
  update(6, offset, bit)
  const count = load<i32>(weights, 32)
  const target = bit ? 65535 : 0
  store<i32>(weights, min(count + 1, MOST_COUNTED), 32)
  const error = i32x4.splat(((target - mixed) * rateOf(count)) >> 4)
  const half = i32x4.splat(1 << 13)
  v128.store(weights, i32x4.add(lowWeights, i32x4.shr_s(i32x4.add(i32x4.mul(low, error), half), 14)))
  v128.store(weights, i32x4.add(highWeights, i32x4.shr_s(i32x4.add(i32x4.mul(high, error), half), 14)), 16)
  updateApm(apm, x, target)
  return bit
}
