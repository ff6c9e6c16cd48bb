/**
 * A residual: FORMAT.md, "Residuals".
 *
 *     k          floor(log2) of a running mean of |r|, so that |r| >> k is 1.4 on average
 *     quotient   |r| >> k in unary up to 24, mixed bits; 24: and the rest as a number
 *     low bits   k of them: the upper two adaptive, the others plain
 *     sign       if r is not 0: an adaptive bit
 *
 * Contexts are sizes against 2^k, in quarter octaves, so that what was learnt at one loudness holds at another.
 */
import { freshApms, freshStates, freshWeights } from '../../../entropy/kernel/fresh'
import { apmAt, codeAdaptive, codeMixed, stateAt, weightSetAt } from '../../../entropy/kernel/model'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { Setting, setting } from './profiles'
import { codeNumber, codeWord } from './words'

/** Bits of a quotient that have states of their own. */
const BINS: i32 = 24
/** k = 0, 1, and above: small residuals are coarse, so that their shape is another. */
const KINDS: i32 = 3
const ROW: i32 = KINDS * BINS
const CLASSES: i32 = 48
const SIZES: i32 = 10
const LOUDNESSES: i32 = 16
/** Classes of the short mean, in half octaves. */
const SHORTS: i32 = 16
/** Of the low bits: a row by quotient, whose states are a tree of two bits. */
const LOW_ROWS: i32 = 16
const LOW_STATES: i32 = 4
/** Of the sign: the mean, where in its interval the prediction lay, the two signs before. */
const SIGN_MEANS: i32 = 16
const SIGN_FRACTIONS: i32 = 8
const SIGN_PAIRS: i32 = 9
const INITIAL_WEIGHT: i32 = 20000

/** Means of |r| over about 4, 16 and 128 samples. */
const SHORT_RATE: f64 = 0.25
const MEDIUM_RATE: f64 = 0.0625
const LONG_RATE: f64 = 0.0078125
const INITIAL_MEAN: f64 = 32
/** Share of the medium mean in the one that sets k. */
const MEDIUM_SHARE: f64 = 0.6

@unmanaged
export class ResidualCoder {
  short: f64
  medium: f64
  long: f64
  /** The two latest magnitudes and signs (0: none, 1: +, 2: -). */
  last: u32
  before: u32
  lastSign: i32
  beforeSign: i32
  mixed: bool
  /** Rows of states by the medium mean, the long mean, the latest magnitudes, the other channel's loudness. */
  byMedium: usize
  byLong: usize
  bySizes: usize
  byOther: usize
  weights: usize
  apms: usize
  signs: usize
  lows: usize
  /** The latest magnitude against the long mean: 8 is equal, quarter octaves, 0..15. */
  loudness: i32
}

export function createResidualCoder(profile: i32): ResidualCoder {
  const coder = changetype<ResidualCoder>(allocateZeroed(offsetof<ResidualCoder>()))
  coder.mixed = setting(profile, Setting.Mixed) != 0
  coder.short = INITIAL_MEAN
  coder.medium = INITIAL_MEAN
  coder.long = INITIAL_MEAN
  coder.byMedium = freshStates(CLASSES * ROW)
  coder.signs = freshStates(SIGN_MEANS * SIGN_FRACTIONS * SIGN_PAIRS)
  coder.lows = freshStates(LOW_ROWS * LOW_STATES)
  if (!coder.mixed) return coder
  coder.byLong = freshStates(CLASSES * ROW)
  coder.bySizes = freshStates(SIZES * SIZES * ROW)
  coder.byOther = freshStates(LOUDNESSES * SHORTS * ROW)
  coder.weights = freshWeights(ROW, INITIAL_WEIGHT)
  coder.apms = freshApms(ROW)
  return coder
}

/** floor(4 log2(x)), with the logarithm taken as straight between powers of two; x is cut to a float32 first. */
// @inline
function quarterOctaves(x: f64): i32 {
  return <i32>(reinterpret<u32>(<f32>x + <f32>1e-5) >>> 21) - 127 * 4
}

// @inline
function clip(x: i32, most: i32): i32 {
  return min(max(x, 0), most)
}

/** 0, 1, 2, 3, then two classes an octave up to 9. */
// @inline
function sizeClass(size: u32): i32 {
  if (size < 4) return <i32>size
  const octave = 31 - <i32>clz(size)
  return min(2 * octave + <i32>((size >> (octave - 1)) & 1), SIZES - 1)
}

/**
 * Codes r = level - rounded prediction, modulo 2^32.
 *
 * @param above how far the prediction lay above its rounded value, -0.5..0.5
 * @param other `loudness` of the reference's coder
 */
export function codeResidual(coder: ResidualCoder, r: i32, above: f64, other: i32): i32 {
  const meanClass = quarterOctaves(coder.medium * MEDIUM_SHARE + coder.long * (1 - MEDIUM_SHARE))
  const k = clip(meanClass >> 2, 30)
  const magnitude = codeMagnitude(coder, r < 0 ? 0 - <u32>r : <u32>r, k, other)
  const negative = r < 0 ? 1 : 0
  let sign = 0
  r = <i32>magnitude
  if (magnitude != 0) {
    const fraction = clip(<i32>((above + 0.5) * <f64>SIGN_FRACTIONS), SIGN_FRACTIONS - 1)
    const context = (clip(meanClass + 8, SIGN_MEANS - 1) * SIGN_FRACTIONS + fraction) * SIGN_PAIRS + coder.lastSign * 3 + coder.beforeSign
    sign = codeAdaptive(negative, stateAt(coder.signs, context))
    if (sign) r = -r
  }
  coder.beforeSign = coder.lastSign
  coder.lastSign = magnitude == 0 ? 0 : 1 + sign
  coder.before = coder.last
  coder.last = magnitude
  const size = <f64>magnitude
  coder.loudness = clip(quarterOctaves(size + 0.25) - quarterOctaves(coder.long + 0.25) + 8, LOUDNESSES - 1)
  coder.short += (size - coder.short) * SHORT_RATE
  coder.medium += (size - coder.medium) * MEDIUM_RATE
  coder.long += (size - coder.long) * LONG_RATE
  return r
}

function codeMagnitude(coder: ResidualCoder, magnitude: u32, k: i32, other: i32): u32 {
  const wanted = magnitude >> k
  let quotient = codeQuotient(coder, min(wanted, <u32>BINS), k, other)
  if (quotient == <u32>BINS) quotient += codeNumber(wanted - quotient)
  if (k == 0) return quotient
  // within a step of 2^k the upper bits still fall off, the lower ones are even
  const row = stateAt(coder.lows, LOW_STATES * min(quotient, LOW_ROWS - 1))
  const first = <u32>codeAdaptive(<i32>(magnitude >> (k - 1)) & 1, stateAt(row, 1))
  let value = (quotient << 1) | first
  if (k == 1) return value
  value = (value << 1) | <u32>codeAdaptive(<i32>(magnitude >> (k - 2)) & 1, stateAt(row, 2 + first))
  const rest = k - 2
  return (value << rest) | codeWord(magnitude & (((<u32>1) << rest) - 1), rest)
}

function codeQuotient(coder: ResidualCoder, wanted: u32, k: i32, other: i32): u32 {
  const base = k << 2
  const row = min(k, KINDS - 1) * BINS
  const medium = clip(quarterOctaves(coder.medium) - base + 16, CLASSES - 1)
  const byMedium = stateAt(coder.byMedium, medium * ROW + row)
  let quotient: u32 = 0
  if (!coder.mixed) {
    while (quotient < <u32>BINS && codeAdaptive(quotient < wanted ? 1 : 0, stateAt(byMedium, quotient))) quotient++
    return quotient
  }
  const long = clip(quarterOctaves(coder.long) - base + 16, CLASSES - 1)
  const shift = max(k - 1, 0)
  const sizes = sizeClass(coder.last >> shift) * SIZES + sizeClass(coder.before >> shift)
  const short = clip((quarterOctaves(coder.short) - base + 8) >> 1, SHORTS - 1)
  const byLong = stateAt(coder.byLong, long * ROW + row)
  const bySizes = stateAt(coder.bySizes, sizes * ROW + row)
  const byOther = stateAt(coder.byOther, (other * SHORTS + short) * ROW + row)
  const weights = weightSetAt(coder.weights, row)
  const apms = apmAt(coder.apms, row)
  while (quotient < <u32>BINS) {
    const state = (<usize>quotient) << 2
    const bit = quotient < wanted ? 1 : 0
    const set = weightSetAt(weights, quotient)
    if (!codeMixed(bit, byMedium + state, byLong + state, bySizes + state, byOther + state, set, apmAt(apms, quotient))) break
    quotient++
  }
  return quotient
}
