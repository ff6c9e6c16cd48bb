/**
 * Prediction of one channel's next level: least squares on its own past and on another channel's, then a cascade of adaptive filters,
 * each on what the one before left, then a small least squares that weighs what the filters say.
 */
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { createLeastSquares, learnLeastSquares, LeastSquares, predictLeastSquares, regressors } from './leastsquares'
import { createLms, learnLms, Lms, predictLms } from './lms'
import {
  DECAY,
  FILTERS,
  INTERVAL,
  LENGTH,
  MIX_DECAY,
  MIX_INTERVAL,
  MIX_RIDGE,
  OTHER_ALONE,
  OTHER_BEHIND,
  OWN_ALONE,
  OWN_BEHIND,
  RATE,
  RIDGE,
  setting,
  VARIANCE_FLOOR,
  VARIANCE_RATE,
} from './profiles'

/** Most regressors from one channel. */
export const MAX_ORDER: i32 = 64

@unmanaged
export class Predictor {
  /** Regressors from the own channel and from the other. */
  own: i32
  other: i32
  linear: LeastSquares
  /** What `linear` says. */
  first: f64
  filters: i32
  /** Lms[filters]. */
  cascade: usize
  mix: LeastSquares
  /** What `linear` and the filters say together. */
  sum: f64
  /** Running mean of the squared error: what is loud counts less. */
  variance: f64
  varianceFloor: f64
  varianceRate: f64
}

/** @param references 0: there is no other channel, 1: its past is known, 2: its present sample too */
export function createPredictor(profile: i32, references: i32): Predictor {
  const predictor = changetype<Predictor>(allocateZeroed(offsetof<Predictor>()))
  predictor.own = <i32>setting(profile, references == 2 ? OWN_BEHIND : OWN_ALONE)
  predictor.other = references == 0 ? 0 : <i32>setting(profile, references == 2 ? OTHER_BEHIND : OTHER_ALONE)
  predictor.linear = createLeastSquares(
    predictor.own + predictor.other,
    <i32>setting(profile, INTERVAL),
    setting(profile, DECAY),
    setting(profile, RIDGE),
  )
  const filters = <i32>setting(profile, FILTERS)
  predictor.filters = filters
  predictor.cascade = allocateZeroed(<usize>filters << 2)
  for (let i = 0; i < filters; i++) {
    const filter = createLms(<i32>setting(profile, LENGTH + i), <f32>setting(profile, RATE + i))
    store<usize>(predictor.cascade + ((<usize>i) << 2), changetype<usize>(filter))
  }
  predictor.mix = createLeastSquares(
    max(filters, 1),
    <i32>setting(profile, MIX_INTERVAL),
    setting(profile, MIX_DECAY),
    setting(profile, MIX_RIDGE),
  )
  predictor.variance = 1
  predictor.varianceFloor = setting(profile, VARIANCE_FLOOR)
  predictor.varianceRate = setting(profile, VARIANCE_RATE)
  return predictor
}

// @ts-ignore: decorator
@inline
function filterAt(predictor: Predictor, i: i32): Lms {
  return changetype<Lms>(load<usize>(predictor.cascade + ((<usize>i) << 2)))
}

/** Where the regressors belong: f64, `own` levels before, newest first, then `other`. */
export function predictorInput(predictor: Predictor): usize {
  return regressors(predictor.linear)
}

export function predict(predictor: Predictor): f64 {
  let sum = predictLeastSquares(predictor.linear)
  predictor.first = sum
  const row = regressors(predictor.mix)
  for (let i = 0; i < predictor.filters; i++) {
    const prediction = <f64>predictLms(filterAt(predictor, i))
    store<f64>(row + ((<usize>i) << 3), prediction)
    sum += prediction
  }
  predictor.sum = sum
  return sum + predictLeastSquares(predictor.mix)
}

/** Learns that `value` came; `error`: what the whole prediction missed it by. */
export function learn(predictor: Predictor, value: f64, error: f64): void {
  const variance = predictor.variance
  const weight = 1 / (variance + predictor.varianceFloor)
  predictor.variance = variance + (error * error - variance) * predictor.varianceRate
  learnLeastSquares(predictor.linear, value, weight)
  learnLeastSquares(predictor.mix, value - predictor.sum, weight)
  let left = <f32>(value - predictor.first)
  for (let i = 0; i < predictor.filters; i++) {
    const filter = filterAt(predictor, i)
    const next = left - filter.prediction
    learnLms(filter, left)
    left = next
  }
}
