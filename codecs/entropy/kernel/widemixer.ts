/**
 * The mixture of {@link INPUTS} states that codes the lines' bins: {@link ./model} with seven inputs and a constant one.
 *
 *     weight set  8 x i32 weights (1/65536), then the number of updates; 48 bytes
 *
 * FORMAT.md, "Lines".
 */
import { squash, STRETCH_LIMIT, stretch } from './logistic'
import { codeWithProbability } from './rangecoder'

export const INPUTS: i32 = 7
export const LINE_SET_BYTES: usize = 48
/** The eighth input: a bias. */
const BIAS: i32 = 256

/** reciprocal[n] = 65536 / (n + 1.5): the step of a state's n-th update. */
const reciprocal: usize = memory.data(1024 * 4, 16)
let updateLimit: u32 = 255

/** Addresses of the states of the bin at hand, all moved by one offset from bin to bin. */
export const inputs: usize = memory.data(32, 16)
/** Their values. */
const values: usize = memory.data(32, 16)
const stretched: usize = memory.data(32, 16)

export function initMixer(limit: i32): void {
  updateLimit = <u32>limit
  for (let n = 0; n < 1024; n++) store<i32>(reciprocal + ((<usize>n) << 2), <i32>(65536.0 / (<f64>n + 1.5)))
}

export function resetLineSets(address: usize, count: i32, weight: i32): void {
  for (let i = 0; i < count; i++) {
    const set = address + <usize>i * LINE_SET_BYTES
    v128.store(set, i32x4.splat(weight))
    v128.store(set, i32x4.replace_lane(i32x4.splat(weight), 3, 0), 16)
    v128.store(set, i32x4.splat(0), 32)
  }
}

// @ts-ignore: decorator
@inline
function gather(i: usize, offset: usize): void {
  const value = load<u32>(load<usize>(inputs + (i << 2)) + offset)
  store<u32>(values + (i << 2), value)
  store<i32>(stretched + (i << 2), stretch(<i32>(value >>> 16)))
}

// @ts-ignore: decorator
@inline
function update(i: usize, offset: usize, target: i32): void {
  const value = load<u32>(values + (i << 2))
  const n = value & 1023
  const p = <i32>(value >>> 10)
  const moved = p + <i32>((<i64>(target - p) * <i64>load<i32>(reciprocal + ((<usize>n) << 2))) >> 16)
  store<u32>(load<usize>(inputs + (i << 2)) + offset, (<u32>moved << 10) | (n < updateLimit ? n + 1 : n))
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

  const position = x + 2048
  const cell = apm + ((<usize>(position >>> 7)) << 1)
  const fraction = position & 127
  const refined = (<i32>load<u16>(cell) * (128 - fraction) + <i32>load<u16>(cell, 2) * fraction) >> 7
  let p = (mixed + refined + 1) >> 1
  p = max(22, min(65514, p))

  bit = codeWithProbability(bit, p)

  const full = bit ? 4194303 : 0
  update(0, offset, full)
  update(1, offset, full)
  update(2, offset, full)
  update(3, offset, full)
  update(4, offset, full)
  update(5, offset, full)
  update(6, offset, full)
  const count = load<i32>(weights, 32)
  const target = bit ? 65535 : 0
  const rate = count < 255 ? 10 - (count >> 5) : 3
  store<i32>(weights, min(count + 1, 255), 32)
  const error = i32x4.splat(((target - mixed) * rate) >> 4)
  const half = i32x4.splat(1 << 13)
  v128.store(weights, i32x4.add(lowWeights, i32x4.shr_s(i32x4.add(i32x4.mul(low, error), half), 14)))
  v128.store(weights, i32x4.add(highWeights, i32x4.shr_s(i32x4.add(i32x4.mul(high, error), half), 14)), 16)
  const near = fraction < 64 ? cell : cell + 2
  const old = <i32>load<u16>(near)
  store<u16>(near, <u16>(old + ((target - old) >> 6)))
  return bit
}
