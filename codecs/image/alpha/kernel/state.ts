/** A plane of alpha: its samples, what was learnt of those before, and what is around the one that is coded. */
import { freshApms, freshStates, freshWeights } from '../../../entropy/kernel/fresh'
import { initModel } from '../../../entropy/kernel/model'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateZeroedRow, Row, rowAt } from '../../../wasm/kernel/row'

/** Samples beside each row, and rows above the first. */
export const MARGIN: i32 = 4
const MARGIN_ABOVE: i32 = 2
const UPDATE_LIMIT: i32 = 255
const FIRST_WEIGHT: i32 = 20000

/** Contexts are told apart by hashes of this many bits. */
export const HASH_BITS: i32 = 18
const HASHES: i32 = 1 << HASH_BITS
const FLAGS: i32 = 4
/** Shapes of eleven neighbours of three kinds: 3^11. */
export const SHAPES: i32 = 177147
/** Mixed bits of a residual: of its size, its sign, and its second bit by size. */
export const SIZES: i32 = 17
export const SIGN: i32 = 17
export const SECOND: i32 = 18
const RESIDUAL_BITS: i32 = SECOND + SIZES + 1
export const ENERGIES: i32 = 16
/** Classes of the energy that the others tell apart. */
export const COARSE_ENERGIES: i32 = 4
/** Upper bits of the prediction. */
export const PREDICTIONS: i32 = 64
/** Which of the neighbours are alike: seven bits. */
export const PATTERNS: i32 = 128
/** Kinds of the samples on the left and above: 3^2. */
export const KIND_PAIRS: i32 = 9
/** Three residuals nearby, -3..3 each: 7^3. */
export const NEARBY: i32 = 343
/** Weight sets and APMs of flags, then of bits of residuals. */
export const FLAG_SETS: i32 = FLAGS * KIND_PAIRS
const SETS: i32 = FLAG_SETS + RESIDUAL_BITS * COARSE_ENERGIES

export const PREDICTORS: i32 = 4

@unmanaged
export class State {
  width: i32
  /** The largest sample: everything. */
  most: i32
  bound: i32
  /** Samples are brought to 8 bits for contexts by this shift. */
  scale: i32
  stride: i32
  /** What is to be coded, then what has been; rows `stride` apart. */
  samples: Row<u16>
  /** Errors by column and predictor: on the row above, and on this one up to the sample that is coded. */
  errors: Row<u16>
  /** Per column: the quantized residual there, of a flag 0. */
  residuals: Row<i32>

  // states of flags, by each of their contexts
  corners: usize
  shapes: usize
  smooth: usize
  patterns: usize
  // of the bits of residuals
  energies: usize
  surroundings: usize
  levels: usize
  near: usize
  weights: usize
  apms: usize

  // around the sample that is coded: see surroundings.ts
  prediction: i32
  energy: i32
  cornerKey: u32
  shape: i32
  pattern: i32
  kinds: i32
  surroundingKey: u32
  nearby: i32
}

export function createState(width: i32, height: i32, most: i32, bound: i32): State {
  const s = changetype<State>(allocateZeroed(offsetof<State>()))
  s.width = width
  s.most = most
  s.bound = bound
  s.scale = max(0, 24 - clz(most))
  s.stride = width + 2 * MARGIN
  s.samples = allocateZeroedRow<u16>(s.stride * (height + MARGIN_ABOVE)).from(s.stride * MARGIN_ABOVE + MARGIN)
  // residuals of all columns and of one on either side, then their errors, which take twice as much
  const columns = allocateZeroedRow<i32>((width + 2) * 3)
  s.residuals = columns.from(1)
  s.errors = rowAt<u16>(changetype<usize>(columns.from(width + 2))).from(PREDICTORS)
  initModel(UPDATE_LIMIT)
  s.corners = freshStates(HASHES)
  s.shapes = freshStates(FLAGS * SHAPES)
  s.smooth = freshStates(FLAGS * PREDICTIONS * ENERGIES)
  s.patterns = freshStates(FLAGS * PATTERNS * KIND_PAIRS)
  s.energies = freshStates(RESIDUAL_BITS * ENERGIES)
  s.surroundings = freshStates(HASHES)
  s.levels = freshStates(RESIDUAL_BITS * PREDICTIONS * COARSE_ENERGIES)
  s.near = freshStates(RESIDUAL_BITS * NEARBY)
  s.weights = freshWeights(SETS, FIRST_WEIGHT)
  s.apms = freshApms(SETS)
  return s
}

// @inline
export function clampToRange(value: i32, most: i32): i32 {
  return max(0, min(most, value))
}
