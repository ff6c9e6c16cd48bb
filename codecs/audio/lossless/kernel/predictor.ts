/**
 * Prediction of one channel's next level: FORMAT.md, "Prediction of levels".
 *
 *     short, long    least squares on the channel's own past and on its reference's
 *     cascade        filters, each on what is left of the level by the least squares and the filters before
 *     cross          a filter on what the reference's least squares left
 *     mix            a small least squares that corrects the sum of them all by how far each can be trusted
 */
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateZeroedRow, Row } from '../../../wasm/kernel/row'
import { createLeastSquares, LeastSquares, learnLeastSquares, predictLeastSquares, regressors } from './leastsquares'
import { adaptLms, createLms, Lms, predictLms, pushLms } from './lms'
import { Setting, setting } from './profiles'

const RIDGE: f64 = 0.01
const MIX_INTERVAL: i32 = 8
const MIX_DECAY: f64 = 0.998
const MIX_RIDGE: f64 = 1
/** The running mean of the squared error moves this far with each; what is loud counts less in the least squares. */
const VARIANCE_RATE: f64 = 0.03
const VARIANCE_FLOOR: f64 = 50
/** Share of a sample's own squared error in what its weight is divided by: outliers count less. */
const OWN_ERROR: f64 = 0.15

@unmanaged
export class Predictor {
  short: LeastSquares
  long: LeastSquares | null
  mix: LeastSquares
  /** Regressors from the own channel and from the reference. */
  own: i32
  other: i32
  longOwn: i32
  longOther: i32
  filters: i32
  cascade: Row<Lms>
  cross: Lms | null
  reference: Predictor | null
  /** What the least squares say, and what they left of the latest level. */
  linear: f64
  left: f32
  /** What all stages before the mix say together. */
  sum: f64
  variance: f64
}

/**
 * @param haste 0..3: the filters' rates are those of the profile times 2^(haste - 1)
 * @param paired whether there is a reference; its `Predictor` is to be set later
 */
export function createPredictor(profile: i32, haste: i32, paired: bool): Predictor {
  const predictor = changetype<Predictor>(allocateZeroed(offsetof<Predictor>()))
  predictor.own = <i32>setting(profile, Setting.Own)
  predictor.other = paired ? <i32>setting(profile, Setting.Other) : 0
  const order = predictor.own + predictor.other
  predictor.short = createLeastSquares(order, <i32>setting(profile, Setting.Interval), setting(profile, Setting.Decay), RIDGE)
  predictor.longOwn = <i32>setting(profile, Setting.LongOwn)
  predictor.longOther = paired ? <i32>setting(profile, Setting.LongOther) : 0
  const longOrder = predictor.longOwn + predictor.longOther
  predictor.long =
    predictor.longOwn > 0
      ? createLeastSquares(longOrder, <i32>setting(profile, Setting.LongInterval), setting(profile, Setting.LongDecay), RIDGE)
      : null
  const scale = 0.5 * <f64>(1 << haste)
  const filters = <i32>setting(profile, Setting.Filters)
  predictor.filters = filters
  predictor.cascade = allocateZeroedRow<Lms>(filters)
  for (let i = 0; i < filters; i++) {
    predictor.cascade[i] = createLms(<i32>setting(profile, Setting.Length + i), setting(profile, Setting.Rate + i) * scale)
  }
  const crossLength = paired ? <i32>setting(profile, Setting.CrossLength) : 0
  predictor.cross = crossLength > 0 ? createLms(crossLength, setting(profile, Setting.CrossRate)) : null
  predictor.mix = createLeastSquares(filters + 2, MIX_INTERVAL, MIX_DECAY, MIX_RIDGE)
  predictor.variance = 1
  return predictor
}

/**
 * Predicts the next level.
 *
 * @param own the channel's levels, the latest first
 * @param other the reference's, from the one at the same time if it is known
 */
export function predict(predictor: Predictor, own: Row<f64>, other: Row<f64>): f64 {
  let input = regressors(predictor.short)
  input.copy(own, predictor.own)
  input.from(predictor.own).copy(other, predictor.other)
  let sum = predictLeastSquares(predictor.short)
  const row = regressors(predictor.mix)
  const long = predictor.long
  if (long) {
    input = regressors(long)
    input.copy(own, predictor.longOwn)
    input.from(predictor.longOwn).copy(other, predictor.longOther)
    const apart = predictLeastSquares(long) - sum
    row[0] = apart
    sum += apart * 0.5
  }
  predictor.linear = sum

  for (let i = 0; i < predictor.filters; i++) {
    const prediction = <f64>predictLms(predictor.cascade[i])
    row[i + 2] = prediction
    sum += prediction
  }
  const cross = predictor.cross
  const reference = predictor.reference
  if (cross && reference) {
    pushLms(cross, reference.left)
    const prediction = <f64>predictLms(cross)
    row[1] = prediction
    sum += prediction
  }
  predictor.sum = sum
  return sum + predictLeastSquares(predictor.mix)
}

/** Learns that `level` came; `error`: what the prediction, cut to the range of levels, missed it by. */
export function learn(predictor: Predictor, level: f64, error: f64): void {
  const square = error * error
  const weight = 1 / (predictor.variance + VARIANCE_FLOOR + square * OWN_ERROR)
  predictor.variance += (square - predictor.variance) * VARIANCE_RATE
  learnLeastSquares(predictor.short, level, weight)
  const long = predictor.long
  if (long) learnLeastSquares(long, level, weight)
  learnLeastSquares(predictor.mix, level - predictor.sum, weight)

  let left = <f32>(level - predictor.linear)
  predictor.left = left
  for (let i = 0; i < predictor.filters; i++) {
    const filter = predictor.cascade[i]
    const next = left - filter.prediction
    adaptLms(filter, next)
    pushLms(filter, left)
    left = next
  }
  const cross = predictor.cross
  if (cross) adaptLms(cross, left - cross.prediction)
}
