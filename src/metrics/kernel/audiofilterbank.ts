/**
 * Filter bank ear model of PEAQ up to rectification (ITU-R BS.1387-1, 2.2.3 to 2.2.8): a high pass, 40 pairs of filters with
 * windowed cosines and sines, and spreading over frequency that grows with level.
 */
import { allocate, allocateZeroed } from '../../../codecs/wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../codecs/wasm/kernel/row'
import { sumOf } from './lanes'

export const BANDS: i32 = 40
/** Samples between outputs. */
const STEP: i32 = 32
/** Of the longest filter. */
const LONGEST: i32 = 1456
/** Floats that a row of coefficients is rounded up to. */
const VECTOR: i32 = 4

/** ln of what a slope of 1 dB a Bark makes of an amplitude from band to band: pow(0.1, (z[39] - z[0]) / (39 * 20)). */
const LOG_DISTANCE: f64 = -0.08137117849224008
/** From natural logarithms of energies to dB. */
const DECIBELS: f64 = 4.342944819032518
/** Lower slope of 31 dB a Bark. */
const LOWER: f64 = 0.0802581846102741
/** Of the smoothing of upper slopes: exp(-32 / (48000 * 0.1)). */
const SMOOTHING: f64 = 0.993355506255034

/** The filters of all bands. */
@unmanaged
export class FilterBank {
  /** Per band: its coefficients, first all cosines, then all sines, each the last sample's first. */
  coefficients: Row<Row<f32>>
  /** Per band: coefficients, a multiple of 4, and samples between an output and the newest that counts. */
  lengths: Row<i32>
  delays: Row<i32>
  /** Per band: 24 + 230 / centre. */
  slopes: Row<f64>
}

/** What a bank knows of one signal. */
@unmanaged
export class BankState {
  x1: f64
  x2: f64
  y1: f64
  y2: f64
  z1: f64
  z2: f64
  /** Per band: upper slopes, smoothed. */
  upper: Row<f64>
  /** LONGEST + `capacity` filtered samples. */
  samples: Row<f32>
  capacity: i32
}

/**
 * @param lengths per band: N of the filter (table 8 of the standard)
 * @param centres per band: Hz
 * @param weights per band: of outer and middle ear
 */
export function createBank(lengths: Row<i32>, centres: Row<f64>, weights: Row<f64>): FilterBank {
  const bank = changetype<FilterBank>(allocateZeroed(offsetof<FilterBank>()))
  bank.coefficients = allocateRow<Row<f32>>(BANDS)
  bank.lengths = allocateRow<i32>(BANDS)
  bank.delays = allocateRow<i32>(BANDS)
  bank.slopes = allocateRow<f64>(BANDS)
  for (let band = 0; band < BANDS; band++) {
    const n = lengths[band]
    const centre = centres[band]
    const count = (n + VECTOR) & ~(VECTOR - 1)
    const cosines = allocateZeroedRow<f32>(2 * count)
    const sines = cosines.from(count)
    bank.coefficients[band] = cosines
    bank.lengths[band] = count
    bank.delays[band] = 1 + ((LONGEST - n) >> 1)
    bank.slopes[band] = 24 + 230 / centre
    for (let i = 0; i < n; i++) {
      const sine = Math.sin((Math.PI * i) / n)
      const window = (4.0 / n) * sine * sine * weights[band]
      const angle = (2 * Math.PI * centre * (i - n * 0.5)) / 48000
      // reversed: the newest sample has the first coefficient
      cosines[count - 1 - i] = <f32>(window * Math.cos(angle))
      sines[count - 1 - i] = <f32>(window * Math.sin(angle))
    }
  }
  return bank
}

/** @param capacity most samples of one call of {@link filterEnergies} */
export function createBankState(capacity: i32): BankState {
  const state = changetype<BankState>(allocateZeroed(offsetof<BankState>()))
  state.upper = allocateZeroedRow<f64>(BANDS)
  // four more in front: rows of coefficients are rounded up
  state.samples = allocateZeroedRow<f32>(LONGEST + capacity + VECTOR).from(VECTOR)
  state.capacity = capacity
  return state
}

/** Rejects what lies below hearing: two high passes in series (2.2.4), in place of the last `count` samples of the state. */
function highPass(state: BankState, input: Row<f32>, count: i32, level: f64): void {
  const out = state.samples.from(LONGEST)
  let x1 = state.x1
  let x2 = state.x2
  let y1 = state.y1
  let y2 = state.y2
  let z1 = state.z1
  let z2 = state.z2
  for (let i = 0; i < count; i++) {
    const x = <f64>input[i] * level
    const y = x - 2 * x1 + x2 + 1.99517 * y1 - 0.995174 * y2
    const z = y - 2 * y1 + y2 + 1.99799 * z1 - 0.997998 * z2
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    z2 = z1
    z1 = z
    out[i] = <f32>z
  }
  state.x1 = x1
  state.x2 = x2
  state.y1 = y1
  state.y2 = y2
  state.z1 = z1
  state.z2 = z2
}

/** Outputs that are worked out at a time, so that coefficients are read once for all of them. */
const GROUP: i32 = 4

/** GROUP outputs of all bands, the first for the samples up to `newest`: f64 pairs of cosine and sine part. */
function filter(bank: FilterBank, newest: usize, outputs: usize): void {
  const next = (<usize>STEP) << 2
  const rowOfOutputs = (<usize>BANDS) << 4
  for (let band = 0; band < BANDS; band++) {
    const rowBytes = (<usize>bank.lengths[band]) << 2
    const cosines = changetype<usize>(bank.coefficients[band])
    const sines = cosines + rowBytes
    const from = newest - ((<usize>bank.delays[band]) << 2) - rowBytes + 4
    let re0 = f32x4.splat(0)
    let re1 = re0
    let re2 = re0
    let re3 = re0
    let im0 = re0
    let im1 = re0
    let im2 = re0
    let im3 = re0
    for (let i: usize = 0; i < rowBytes; i += 16) {
      const cosine = v128.load(cosines + i)
      const sine = v128.load(sines + i)
      const sample0 = v128.load(from + i)
      const sample1 = v128.load(from + i + next)
      const sample2 = v128.load(from + i + 2 * next)
      const sample3 = v128.load(from + i + 3 * next)
      re0 = f32x4.add(re0, f32x4.mul(sample0, cosine))
      im0 = f32x4.add(im0, f32x4.mul(sample0, sine))
      re1 = f32x4.add(re1, f32x4.mul(sample1, cosine))
      im1 = f32x4.add(im1, f32x4.mul(sample1, sine))
      re2 = f32x4.add(re2, f32x4.mul(sample2, cosine))
      im2 = f32x4.add(im2, f32x4.mul(sample2, sine))
      re3 = f32x4.add(re3, f32x4.mul(sample3, cosine))
      im3 = f32x4.add(im3, f32x4.mul(sample3, sine))
    }
    const out = outputs + ((<usize>band) << 4)
    f64.store(out, sumOf(re0))
    f64.store(out, sumOf(im0), 8)
    f64.store(out + rowOfOutputs, sumOf(re1))
    f64.store(out + rowOfOutputs, sumOf(im1), 8)
    f64.store(out + 2 * rowOfOutputs, sumOf(re2))
    f64.store(out + 2 * rowOfOutputs, sumOf(im2), 8)
    f64.store(out + 3 * rowOfOutputs, sumOf(re3))
    f64.store(out + 3 * rowOfOutputs, sumOf(im3), 8)
  }
}

/** Spreads an output to higher and lower bands (2.2.7) and writes the energies (2.2.8). `all` is scratch. */
function spread(bank: FilterBank, upper: Row<f64>, output: usize, all: usize, energies: Row<f64>): void {
  memory.copy(all, output, (<usize>BANDS) << 4)
  for (let band = 0; band < BANDS; band++) {
    let value = v128.load(output + ((<usize>band) << 4))
    const squares = f64x2.mul(value, value)
    const energy = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)
    const slope = Math.max(4, bank.slopes[band] - 0.2 * DECIBELS * Math.log(energy))
    const target = Math.exp(slope * LOG_DISTANCE)
    const before = upper[band]
    const fall = before + SMOOTHING * (target - before)
    upper[band] = fall
    const falls = f64x2.splat(fall)
    for (let at = all + ((<usize>(band + 1)) << 4); at < all + ((<usize>BANDS) << 4); at += 16) {
      value = f64x2.mul(value, falls)
      v128.store(at, f64x2.add(v128.load(at), value))
    }
  }
  for (let at = all + ((<usize>BANDS - 1) << 4); at > all; at -= 16) {
    v128.store(at - 16, f64x2.add(v128.load(at - 16), f64x2.mul(f64x2.splat(LOWER), v128.load(at))))
  }
  for (let band = 0; band < BANDS; band++) {
    const value = v128.load(all + ((<usize>band) << 4))
    const squares = f64x2.mul(value, value)
    energies[band] = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)
  }
}

/**
 * Goes on with a signal.
 *
 * @param input `count` samples of full scale 1; `count` is a multiple of 128, at most the state's capacity
 * @param level factor to sound pressure
 * @param energies count / 32 rows of 40: of samples 0, 32, ...
 */
export function filterEnergies(bank: FilterBank, state: BankState, input: Row<f32>, count: i32, level: f64, energies: Row<f64>): void {
  highPass(state, input, count, level)
  const rowOfOutputs = (<usize>BANDS) << 4
  const outputs = allocate(GROUP * rowOfOutputs)
  const all = allocate(rowOfOutputs)
  const first = changetype<usize>(state.samples.from(LONGEST))
  for (let t = 0; t < count; t += STEP * GROUP) {
    filter(bank, first + ((<usize>t) << 2), outputs)
    for (let i = 0; i < GROUP; i++) {
      spread(bank, state.upper, outputs + <usize>i * rowOfOutputs, all, energies.from((t / STEP + i) * BANDS))
    }
  }
  state.samples.copy(state.samples.from(count), LONGEST)
}
