/**
 * A plane of alpha, sample by sample, exact or within a bound: FORMAT.md, "Alpha". Encoder and decoder are one function.
 *
 *     for each sample, row by row:
 *       like the one on the left    mixed bit
 *       like the one above          mixed bit, if the two differ
 *       0, most                     mixed bits, if neither of the two is that
 *       residual                    else: q = (sample - prediction) / (2 bound + 1), rounded
 *         size                      bits of |q|, 0..17: that many ones and a zero, mixed bits
 *         sign                      mixed bit
 *         bits below the leading    the first mixed, the others plain
 *
 * Most of an alpha plane is nothing or everything: the flags see the shapes of masks, eleven neighbours told apart as nothing, part
 * and everything; residuals are for their soft edges and for what is half transparent. The prediction blends four by their errors nearby.
 */
import { APM_BYTES, codeMixed, initModel, resetApms, resetStates, resetWeights, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import {
  bitsCoded,
  codeBypass,
  encodedEnd,
  encoding,
  finishEncoding,
  startDecoding,
  startEncoding,
} from '../../../entropy/kernel/rangecoder'
import { allocate, allocateZeroed, extend } from '../../../wasm/kernel/arena'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, mark, release } from '../../../wasm/kernel/arena'

const MARGIN: i32 = 4
const MARGIN_ABOVE: i32 = 2
const UPDATE_LIMIT: i32 = 255
const FIRST_WEIGHT: i32 = 20000

/** Contexts are told apart by hashes of this many bits. */
const HASH_BITS: i32 = 18
const HASHES: i32 = 1 << HASH_BITS
const FLAGS: i32 = 4
const SHAPE_STATES: i32 = FLAGS * 177147 // 3^11
const PATTERN_STATES: i32 = FLAGS * 128 * 9
/** Mixed bits of a residual: of its size, its sign, and its second bit by size. */
const SIZES: i32 = 17
const SIGN: i32 = 17
const SECOND: i32 = 18
const RESIDUAL_BITS: i32 = SECOND + SIZES + 1
const ENERGIES: i32 = 16
const NEAR_STATES: i32 = RESIDUAL_BITS * 343
const LEVEL_STATES: i32 = RESIDUAL_BITS * 64 * 4
const FLAG_SETS: i32 = FLAGS * 9
const WEIGHT_SETS: i32 = FLAG_SETS + RESIDUAL_BITS * 4

const PREDICTORS: i32 = 4

let width: i32 = 0
let most: i32 = 0
let bound: i32 = 0
/** Samples are brought to 8 bits for contexts by this shift. */
let scale: i32 = 0
let stride: i32 = 0
/** u16 samples: what is to be coded, then what has been. */
let samples: usize = 0
let bytes: usize = 0

let corners: usize = 0
let shapes: usize = 0
let smooth: usize = 0
let patterns: usize = 0
let energies: usize = 0
let surroundings: usize = 0
let levels: usize = 0
let near: usize = 0
let weights: usize = 0
let apms: usize = 0
/** u16 per column and predictor: errors on the row above, and on this one up to the current sample. */
let errors: usize = 0
/** i32 per column: the quantized residual there, of a flag 0. */
let residuals: usize = 0

/**
 * Prepares a plane of samples 0..`largest`, 1 <= largest <= 65535, that may be off by `maxError`. Returns the address of its first
 * sample; those of a row are together, rows {@link rowBytes} apart.
 */
export function createPlane(columns: i32, rows: i32, largest: i32, maxError: i32): usize {
  width = columns
  most = largest
  bound = maxError
  scale = max(0, 24 - clz(largest))
  stride = columns + 2 * MARGIN
  samples = allocateZeroed((<usize>(stride * (rows + MARGIN_ABOVE))) << 1) + ((<usize>(stride * MARGIN_ABOVE + MARGIN)) << 1)
  initModel(UPDATE_LIMIT)
  corners = createStates(HASHES)
  shapes = createStates(SHAPE_STATES)
  smooth = createStates(FLAGS * 64 * ENERGIES)
  patterns = createStates(PATTERN_STATES)
  energies = createStates(RESIDUAL_BITS * ENERGIES)
  surroundings = createStates(HASHES)
  levels = createStates(LEVEL_STATES)
  near = createStates(NEAR_STATES)
  weights = allocate(<usize>WEIGHT_SETS * WEIGHT_SET_BYTES)
  resetWeights(weights, WEIGHT_SETS, FIRST_WEIGHT)
  apms = allocate(<usize>WEIGHT_SETS * APM_BYTES)
  resetApms(apms, WEIGHT_SETS)
  errors = allocateZeroed((<usize>((columns + 2) * PREDICTORS)) << 1)
  residuals = allocateZeroed((<usize>(columns + 2)) << 2)
  return samples
}

export function rowBytes(): i32 {
  return stride << 1
}

function createStates(count: i32): usize {
  const states = allocate((<usize>count) << 2)
  resetStates(states, count)
  return states
}

export function startDecoder(payload: usize, length: i32): void {
  startDecoding(payload, length)
}

/** The stream is the last thing on the arena, and grows there. */
export function startEncoder(): void {
  bytes = allocate(65536)
  startEncoding(bytes)
}

/** A sample costs at most 23 mixed bits of 12 bits and 16 plain ones. */
const MAX_BYTES_PER_SAMPLE: i32 = 48

/** Codes the next row; of an encoder, the samples become what a decoder will have. */
export function codeRow(y: i32): void {
  if (encoding) extend(encodedEnd() + <usize>(width * MAX_BYTES_PER_SAMPLE))
  const row = samples + ((<usize>(y * stride)) << 1)
  const above = row - ((<usize>stride) << 1)
  const first = load<u16>(above)
  for (let i: usize = 1; i <= <usize>MARGIN; i++) store<u16>(row - (i << 1), first)
  for (let x = 0; x < width; x++) codeSample(row + ((<usize>x) << 1), x)
  const last = row + ((<usize>(width - 1)) << 1)
  for (let i: usize = 1; i < <usize>MARGIN; i++) store<u16>(last + (i << 1), load<u16>(last))
}

export function finishEncoder(): i32 {
  return finishEncoding()
}

export function encodedBytes(): usize {
  return bytes
}

export function codedBits(): f64 {
  return bitsCoded()
}

// @inline
function at(here: usize, dx: i32, dy: i32): i32 {
  return <i32>load<u16>(here + <usize>((dx + dy * stride) << 1))
}

/** 0 nothing, 1 part, 2 everything. */
// @inline
function kindOf(sample: i32): i32 {
  return sample == 0 ? 0 : sample == most ? 2 : 1
}

// @inline
function hash(key: u32, kind: i32): usize {
  return <usize>(((key ^ (<u32>kind * 0x2545f491)) * 0x9e3779b1) >>> (32 - HASH_BITS))
}

// @inline
function state(states: usize, number: usize): usize {
  return states + (number << 2)
}

// of the current sample
let cornerKey: u32 = 0
let shape: i32 = 0
let pattern: i32 = 0
let kinds: i32 = 0
let energy: i32 = 0
let prediction: i32 = 0

function codeFlag(flag: i32, bit: bool): bool {
  const set = <usize>(flag * 9 + kinds)
  return (
    codeMixed(
      bit ? 1 : 0,
      state(corners, hash(cornerKey, flag)),
      state(shapes, <usize>(flag * 177147 + shape)),
      state(smooth, <usize>(((flag << 6) + ((prediction >> scale) >> 2)) * ENERGIES + energy)),
      state(patterns, <usize>((flag * 128 + pattern) * 9 + kinds)),
      weights + set * WEIGHT_SET_BYTES,
      apms + set * APM_BYTES,
    ) != 0
  )
}

let surroundingKey: u32 = 0
let nearby: i32 = 0

function codeResidualBit(bit: i32, number: i32): i32 {
  const set = <usize>(FLAG_SETS + number * 4 + (energy >> 2))
  return codeMixed(
    bit,
    state(energies, <usize>(number * ENERGIES + energy)),
    state(surroundings, hash(surroundingKey, number)),
    state(levels, <usize>((number * 64 + ((prediction >> scale) >> 2)) * 4 + (energy >> 2))),
    state(near, <usize>(number * 343 + nearby)),
    weights + set * WEIGHT_SET_BYTES,
    apms + set * APM_BYTES,
  )
}

/** Codes -2^17 < q < 2^17. */
function codeResidual(q: i32): i32 {
  const wanted = 32 - clz(abs(q))
  let size = 0
  while (size < SIZES && codeResidualBit(size < wanted ? 1 : 0, size)) size++
  if (size == 0) return 0
  const negative = codeResidualBit(q < 0 ? 1 : 0, SIGN)
  let magnitude = 1
  if (size > 1) {
    const rest = size - 2
    const value = abs(q)
    magnitude = 2 | codeResidualBit((value >> rest) & 1, SECOND + size)
    magnitude = (magnitude << rest) | codeBypass(value & ((1 << rest) - 1), rest)
  }
  return negative ? -magnitude : magnitude
}

// @inline
function errorAt(x: i32, predictor: i32): i32 {
  return <i32>load<u16>(errors + ((<usize>((x + 1) * PREDICTORS + predictor)) << 1))
}

// @inline
function clampToRange(value: i32): i32 {
  return max(0, min(most, value))
}

const candidates: usize = memory.data(PREDICTORS * 4, 16)

/** The four predictions, and their blend: each counts by the inverse square of its errors on the left, above, and above on the right. */
function predict(x: i32, left: i32, above: i32, corner: i32, right: i32, higher: i32): void {
  store<i32>(candidates, left)
  store<i32>(candidates, above, 4)
  store<i32>(candidates, clampToRange(left + above - corner), 8)
  store<i32>(candidates, clampToRange(above + ((right - corner + above - higher) >> 1)), 12)
  let sum: i64 = 0
  let total: i64 = 0
  const next = min(x + 1, width - 1)
  for (let i = 0; i < PREDICTORS; i++) {
    const error = (errorAt(x - 1, i) + errorAt(x, i) + errorAt(next, i)) >> scale
    const weight = <i64>(0x100000 / (1 + error * error))
    sum += weight * <i64>load<i32>(candidates + ((<usize>i) << 2))
    total += weight
  }
  prediction = <i32>((sum + (total >> 1)) / max<i64>(1, total))
}

// @inline
function residualAt(x: i32): i32 {
  return load<i32>(residuals + ((<usize>(x + 1)) << 2))
}

// @inline
function clippedResidual(x: i32): i32 {
  return max(-3, min(3, residualAt(x))) + 3
}

function codeSample(here: usize, x: i32): void {
  const wanted = encoding ? at(here, 0, 0) : 0
  const left = at(here, -1, 0)
  const above = at(here, 0, -1)
  const corner = at(here, -1, -1)
  const right = at(here, 1, -1)
  const farLeft = at(here, -2, 0)
  const higher = at(here, 0, -2)
  predict(x, left, above, corner, right, higher)
  const next = min(x + 1, width - 1)
  const disorder =
    2 * (abs(residualAt(x - 1)) + abs(residualAt(x))) +
    abs(residualAt(next)) +
    (abs(left - corner) + abs(corner - above) + abs(above - right)) / (4 * bound + 2)
  const bits = 32 - clz(disorder)
  energy = disorder < 4 ? disorder : min(ENERGIES - 1, 2 * bits - 2 + ((disorder >> (bits - 2)) & 1))
  cornerKey = ((<u32>(left >> scale)) << 24) | ((<u32>(above >> scale)) << 16) | ((<u32>(corner >> scale)) << 8) | <u32>(right >> scale)
  const leftKind = kindOf(left)
  const aboveKind = kindOf(above)
  const cornerKind = kindOf(corner)
  const rightKind = kindOf(right)
  const farLeftKind = kindOf(farLeft)
  const higherKind = kindOf(higher)
  kinds = leftKind * 3 + aboveKind
  shape = kinds * 3 + cornerKind
  shape = shape * 3 + rightKind
  shape = shape * 3 + farLeftKind
  shape = shape * 3 + higherKind
  shape = shape * 3 + kindOf(at(here, -2, -1))
  shape = shape * 3 + kindOf(at(here, 2, -1))
  shape = shape * 3 + kindOf(at(here, -1, -2))
  shape = shape * 3 + kindOf(at(here, 1, -2))
  shape = shape * 3 + kindOf(at(here, -3, 0))
  pattern =
    (left == above ? 1 : 0) |
    (above == corner ? 2 : 0) |
    (above == right ? 4 : 0) |
    (left == farLeft ? 8 : 0) |
    (above == higher ? 16 : 0) |
    (left == corner ? 32 : 0) |
    (right == at(here, 2, -1) ? 64 : 0)

  // what is nothing or everything stays so; what is neither may become what is next to it
  const tolerance = wanted == 0 || wanted == most ? 0 : bound
  let sample = left
  let q = 0
  if (!codeFlag(0, abs(wanted - left) <= tolerance)) {
    sample = above
    if (left == above || !codeFlag(1, abs(wanted - above) <= tolerance)) {
      sample = 0
      if (left == 0 || above == 0 || !codeFlag(2, wanted == 0)) {
        sample = most
        if (left == most || above == most || !codeFlag(3, wanted == most)) {
          surroundingKey =
            ((<u32>((left >> scale) >> 4)) << 12) |
            ((<u32>((above >> scale) >> 4)) << 8) |
            ((<u32>((corner >> scale) >> 4)) << 4) |
            <u32>((right >> scale) >> 4)
          nearby = (clippedResidual(x - 1) * 7 + clippedResidual(x)) * 7 + clippedResidual(next)
          const step = 2 * bound + 1
          const difference = wanted - prediction
          q = codeResidual(difference < 0 ? -((bound - difference) / step) : (difference + bound) / step)
          sample = clampToRange(prediction + q * step)
        }
      }
    }
  }
  store<u16>(here, <u16>sample)
  store<i32>(residuals + ((<usize>(x + 1)) << 2), q)
  for (let i = 0; i < PREDICTORS; i++) {
    const error = abs(sample - load<i32>(candidates + ((<usize>i) << 2)))
    store<u16>(errors + ((<usize>((x + 1) * PREDICTORS + i)) << 1), <u16>error)
  }
}
