/**
 * Normalised least mean squares filter over the latest `length` values of a signal.
 *
 *     prediction = w . h        w += rate * (1 + 2 / (1 + n / 20000)) * error / (|h|^2 + length / 4) * h        n: updates before
 *
 * The signal that is predicted may be another one than that of h. f32 in four lanes and one fixed order; |h|^2 is kept in f64.
 */
import { allocateZeroed } from '../../../wasm/kernel/arena'

/** Values that a history takes before its end is copied to its front. */
const ROOM: i32 = 2048
/** A filter that knows nothing yet learns faster. */
const HASTE: f64 = 2
const HASTE_UPDATES: f64 = 20000

@unmanaged
export class Lms {
  length: i32
  rate: f64
  updates: f64
  /** f32[length]: the last one belongs to the latest value. */
  weights: usize
  history: usize
  /** Address in the history of the oldest value in use. */
  oldest: usize
  /** Sum of the squares of the values in use. */
  power: f64
  prediction: f32
}

/** @param length a multiple of 16 */
export function createLms(length: i32, rate: f64): Lms {
  const filter = changetype<Lms>(allocateZeroed(offsetof<Lms>()))
  filter.length = length
  filter.rate = rate
  filter.weights = allocateZeroed((<usize>length) << 2)
  filter.history = allocateZeroed((<usize>(length + ROOM)) << 2)
  filter.oldest = filter.history
  return filter
}

export function predictLms(filter: Lms): f32 {
  const weights = filter.weights
  const values = filter.oldest
  const bytes = (<usize>filter.length) << 2
  let sum0 = f32x4.splat(0)
  let sum1 = f32x4.splat(0)
  let sum2 = f32x4.splat(0)
  let sum3 = f32x4.splat(0)
  for (let i: usize = 0; i < bytes; i += 64) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(weights + i), v128.load(values + i)))
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(weights + i, 16), v128.load(values + i, 16)))
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(weights + i, 32), v128.load(values + i, 32)))
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(weights + i, 48), v128.load(values + i, 48)))
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3))
  const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
  filter.prediction = low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  return filter.prediction
}

/** Learns what the latest prediction missed. */
export function adaptLms(filter: Lms, error: f32): void {
  const rate = filter.rate * (1 + HASTE / (1 + filter.updates / HASTE_UPDATES))
  filter.updates++
  const step = <f32>((rate * <f64>error) / (filter.power + <f64>filter.length * 0.25))
  // silence, in which numbers would shrink until they are slow
  if (!(abs<f32>(step) > <f32>1e-30)) return
  const weights = filter.weights
  const values = filter.oldest
  const bytes = (<usize>filter.length) << 2
  const steps = f32x4.splat(step)
  for (let i: usize = 0; i < bytes; i += 64) {
    v128.store(weights + i, f32x4.add(v128.load(weights + i), f32x4.mul(steps, v128.load(values + i))))
    v128.store(weights + i, f32x4.add(v128.load(weights + i, 16), f32x4.mul(steps, v128.load(values + i, 16))), 16)
    v128.store(weights + i, f32x4.add(v128.load(weights + i, 32), f32x4.mul(steps, v128.load(values + i, 32))), 32)
    v128.store(weights + i, f32x4.add(v128.load(weights + i, 48), f32x4.mul(steps, v128.load(values + i, 48))), 48)
  }
}

/** Takes the next value into the history. */
export function pushLms(filter: Lms, value: f32): void {
  const bytes = (<usize>filter.length) << 2
  const values = filter.oldest
  const gone = <f64>load<f32>(values)
  filter.power = max(filter.power + (<f64>value * <f64>value - gone * gone), 0)
  store<f32>(values + bytes, value)
  filter.oldest = values + 4
  if (filter.oldest == filter.history + ((<usize>ROOM) << 2)) {
    memory.copy(filter.history, filter.oldest, bytes)
    filter.oldest = filter.history
  }
}
