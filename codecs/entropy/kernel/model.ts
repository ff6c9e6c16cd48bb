/**
 * Adaptive binary models and their logistic mixture.
 *
 *     state       u32: probability of a 1 in the upper 22 bits, number of updates in the lower 10
 *     weight set  8 x i32: weight of each of the 4 inputs (1/65536), then the number of updates; the rest unused
 *     APM         33 x u16: probability (1/65536) at stretched values -2048, -1920, ..., 2048
 *
 *     mixture = squash(sum of weight * stretch(state))     coded = (mixture + APM[mixture]) / 2
 *
 * A state moves towards the bit by 1/(n + 1.5) of the way, n the number of updates up to a limit. Weights follow the
 * gradient of the coding cost, faster at first. All arithmetic is on integers and wraps alike everywhere.
 * Source: M. Mahoney, "Adaptive weighing of context models for lossless data compression", CS-2005-16.
 */

import { cost, fillLogisticTables, STRETCH_LIMIT, squash, stretch } from './logistic'
import { codeWithProbability } from './rangecoder'

export const STATE_BYTES: usize = 4
export const WEIGHT_SET_BYTES: usize = 32
export const APM_BYTES: usize = 68

/** Address of a state, by its number among those at `states`. */
// @inline
export function stateAt(states: usize, number: i32): usize {
  return states + <usize>number * STATE_BYTES
}

// @inline
export function weightSetAt(weights: usize, number: i32): usize {
  return weights + <usize>number * WEIGHT_SET_BYTES
}

// @inline
export function apmAt(apms: usize, number: i32): usize {
  return apms + <usize>number * APM_BYTES
}

/** State that has seen nothing: one half, no updates. */
const FRESH: u32 = 0x80000000

/** reciprocal[n] = 65536 / (n + 1.5): the step of a state's n-th update. */
const reciprocal: usize = memory.data(1024 * 4, 16)
let updateLimit: u32 = 255

/** Prepares the tables and sets how many updates a state counts before it stops slowing down (1..1023). */
export function initModel(limit: i32): void {
  fillLogisticTables()
  updateLimit = <u32>limit
  for (let n = 0; n < 1024; n++) store<i32>(reciprocal + ((<usize>n) << 2), <i32>(65536.0 / (<f64>n + 1.5)))
}

/** Fills `count` states at `address` with {@link FRESH}. */
export function resetStates(address: usize, count: i32): void {
  const end = address + ((<usize>count) << 2)
  const fresh = i32x4.splat(FRESH)
  for (; address + 16 <= end; address += 16) v128.store(address, fresh)
  for (; address < end; address += 4) store<u32>(address, FRESH)
}

/** Fills `count` weight sets at `address`: every input counts `weight` / 65536. */
export function resetWeights(address: usize, count: i32, weight: i32): void {
  for (let i = 0; i < count; i++) {
    const set = address + <usize>i * WEIGHT_SET_BYTES
    v128.store(set, i32x4.splat(weight))
    v128.store(set, i32x4.splat(0), 16)
  }
}

/** Numbers of updates that a trained state starts with, by the upper three bits of its byte less 1. */
const trainedCounts: usize = memory.data<u8>([2, 4, 8, 14, 24, 40, 70])

/**
 * Starts `count` states as training left them, a byte each: 0 for a state that training did not meet, else in the lower five bits the
 * stretched probability, (bits - 15.5) / 2 in natural units, and in the upper three (1..7) how many updates it counts for.
 */
export function startStates(address: usize, count: i32, trained: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const byte = <i32>load<u8>(trained + i)
    if (byte < 32) continue
    const p = squash(((byte & 31) * 2 - 31) * 64)
    store<u32>(address + (i << 2), ((<u32>p) << 16) | <u32>load<u8>(trainedCounts + <usize>((byte >> 5) - 1)))
  }
}

/** Starts `count` weight sets as training left them: four signed bytes each, in 1/64. */
export function startWeights(address: usize, count: i32, trained: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    for (let input: usize = 0; input < 4; input++) {
      store<i32>(address + i * WEIGHT_SET_BYTES + (input << 2), (<i32>load<i8>(trained + i * 4 + input)) << 10)
    }
    store<i32>(address + i * WEIGHT_SET_BYTES, TRAINED_WEIGHT_COUNT, 16)
  }
}

/** Updates that a trained weight set counts for: it learns more slowly from the start. */
const TRAINED_WEIGHT_COUNT: i32 = 128

/** Fills `count` APMs at `address` with the identity. */
export function resetApms(address: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 33; j++) {
      let x = (j - 16) * 128
      if (x > STRETCH_LIMIT) x = STRETCH_LIMIT
      if (x < -STRETCH_LIMIT) x = -STRETCH_LIMIT
      store<u16>(address + <usize>i * APM_BYTES + ((<usize>j) << 1), <u16>squash(x))
    }
  }
}

/** The state that `value` becomes when it has seen `bit`. */
// @inline
export function updated(value: u32, bit: i32, limit: u32): u32 {
  const n = value & 1023
  const p = <i32>(value >>> 10)
  const target = bit ? 4194303 : 0
  const moved = p + <i32>((<i64>(target - p) * <i64>load<i32>(reciprocal + ((<usize>n) << 2))) >> 16)
  return ((<u32>moved) << 10) | (n < limit ? n + 1 : n)
}

// @inline
function update(state: usize, value: u32, bit: i32): void {
  store<u32>(state, updated(value, bit, updateLimit))
}

/** The probability to code with: that of the mixture, at the stretched value x, and what the APM has for x, in equal parts. */
// @inline
export function refine(mixed: i32, x: i32, apm: usize): i32 {
  const position = x + 2048
  const cell = apm + ((<usize>(position >>> 7)) << 1)
  const fraction = position & 127
  const refined = (<i32>load<u16>(cell) * (128 - fraction) + <i32>load<u16>(cell, 2) * fraction) >> 7
  return max(22, min(65514, (mixed + refined + 1) >> 1))
}

/** Moves what the APM has nearest to x towards `target`, 0 or 65535. */
// @inline
export function updateApm(apm: usize, x: i32, target: i32): void {
  const near = apm + ((<usize>((x + 2048 + 64) >>> 7)) << 1)
  const old = <i32>load<u16>(near)
  store<u16>(near, <u16>(old + ((target - old) >> 6)))
}

/** Rate of a weight set that has seen `count` bits: its error in 1/65536 counts so many times. */
// @inline
export function rateOf(count: i32): i32 {
  return count < MOST_COUNTED ? 10 - (count >> 5) : 3
}

/** Updates that a weight set counts. */
export const MOST_COUNTED: i32 = 255

/** Codes one bit with the probability of a single state: for syntax that is too rare to mix. */
export function codeAdaptive(bit: i32, state: usize): i32 {
  const value = load<u32>(state)
  let p = <i32>(value >>> 16)
  p = max(64, min(65472, p))
  bit = codeWithProbability(bit, p)
  update(state, value, bit)
  return bit
}

/** Codes one bit with the mixture of four states, refined by an APM. */
export function codeMixed(bit: i32, state0: usize, state1: usize, state2: usize, state3: usize, weights: usize, apm: usize): i32 {
  const value0 = load<u32>(state0)
  const value1 = load<u32>(state1)
  const value2 = load<u32>(state2)
  const value3 = load<u32>(state3)
  let inputs = i32x4.splat(stretch(<i32>(value0 >>> 16)))
  inputs = i32x4.replace_lane(inputs, 1, stretch(<i32>(value1 >>> 16)))
  inputs = i32x4.replace_lane(inputs, 2, stretch(<i32>(value2 >>> 16)))
  inputs = i32x4.replace_lane(inputs, 3, stretch(<i32>(value3 >>> 16)))
  const weight = v128.load(weights, 0, 16)
  let sum = i32x4.shr_s(i32x4.mul(inputs, weight), 8)
  sum = i32x4.add(sum, i32x4.shuffle(sum, sum, 2, 3, 0, 1))
  let x = (i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)) >> 8
  x = max(-STRETCH_LIMIT, min(STRETCH_LIMIT, x))
  const mixed = squash(x)
  bit = codeWithProbability(bit, refine(mixed, x, apm))
  update(state0, value0, bit)
  update(state1, value1, bit)
  update(state2, value2, bit)
  update(state3, value3, bit)
  const count = load<i32>(weights, 16)
  const target = bit ? 65535 : 0
  store<i32>(weights, min(count + 1, MOST_COUNTED), 16)
  // error in 1/65536 times the rate; inputs are in 1/256, so the product is in 1/2^24 before the shift
  const gradient = i32x4.mul(inputs, i32x4.splat(((target - mixed) * rateOf(count)) >> 4))
  v128.store(weights, i32x4.add(weight, i32x4.shr_s(i32x4.add(gradient, i32x4.splat(1 << 13)), 14)), 0, 16)
  updateApm(apm, x, target)
  return bit
}

/** {@link codeMixed} of four of the states at `states`, and of set `set` of those at `weights` and `apms`, by their numbers. */
export function codeMixture(
  bit: i32,
  states: usize,
  number0: i32,
  number1: i32,
  number2: i32,
  number3: i32,
  weights: usize,
  apms: usize,
  set: i32,
): i32 {
  return codeMixed(
    bit,
    stateAt(states, number0),
    stateAt(states, number1),
    stateAt(states, number2),
    stateAt(states, number3),
    weightSetAt(weights, set),
    apmAt(apms, set),
  )
}

/** Cost in 1/256 bit of coding `bit` with `state` alone: the encoder's estimate, without coding. */
// @inline
export function costAdaptive(bit: i32, state: usize): i32 {
  const p = <i32>(load<u32>(state) >>> 16)
  return cost(bit ? p : 65535 - p)
}
