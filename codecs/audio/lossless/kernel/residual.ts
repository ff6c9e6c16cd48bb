/**
 * A residual as mixed bits.
 *
 *     k          from the running means of the magnitudes
 *     quotient   |r| >> k in unary, up to 24, then plain exp-Golomb
 *     low bits   k: the upper two adaptive, the others plain
 *     sign       if |r| > 0
 */
import { APM_BYTES, codeAdaptive, codeMixed, resetApms, resetStates, resetWeights, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { codeNumber, codeWord } from './words'
import { MIXED, setting } from './profiles'

const BINS: i32 = 24
const KINDS: i32 = 3
const CLASSES: i32 = 48

@unmanaged
export class ResidualCoder {
  fast: f64
  slow: f64
  fastest: f64
  last: u32
  before: u32
  lastSign: i32
  beforeSign: i32
  a: usize
  b: usize
  c: usize
  d: usize
  weights: usize
  apms: usize
  signs: usize
  lows: usize
  /** What the other channel's latest magnitude is to its mean, 0..15. */
  loudness: i32
  mixed: i32
}

function statesFor(contexts: i32): usize {
  const states = allocate(<usize>contexts << 2)
  resetStates(states, contexts)
  return states
}

export function createResidualCoder(profile: i32): ResidualCoder {
  const coder = changetype<ResidualCoder>(allocateZeroed(offsetof<ResidualCoder>()))
  coder.mixed = <i32>setting(profile, MIXED)
  coder.fast = 32
  coder.slow = 32
  coder.fastest = 32
  coder.a = statesFor(CLASSES * KINDS * BINS)
  coder.b = statesFor(CLASSES * KINDS * BINS)
  coder.c = statesFor(100 * KINDS * BINS)
  coder.d = statesFor(16 * 16 * KINDS * BINS)
  coder.weights = allocate(<usize>(BINS * KINDS) * WEIGHT_SET_BYTES)
  resetWeights(coder.weights, BINS * KINDS, 20000)
  coder.apms = allocate(<usize>(BINS * KINDS) * APM_BYTES)
  resetApms(coder.apms, BINS * KINDS)
  coder.signs = statesFor(8 * 27 * 16)
  coder.lows = statesFor(64 * 4)
  return coder
}

/** Quarter octaves of a positive number; -64 and below for what is under 2^-16. */
// @ts-ignore: decorator
@inline
function octave4(x: f64): i32 {
  return <i32>(reinterpret<u32>(<f32>x + <f32>1e-5) >>> 21) - 127 * 4
}

// @ts-ignore: decorator
@inline
function clamp(x: i32, limit: i32): i32 {
  return min(max(x, 0), limit)
}

// @ts-ignore: decorator
@inline
function logSize(q: u32): i32 {
  return q < 4 ? <i32>q : min(<i32>(2 * (32 - clz(q))) - 2 + <i32>((q >> (30 - clz(q))) & 1), 9)
}

/**
 * Codes r = level - round(prediction), modulo 2^32.
 *
 * @param above how far the prediction lay above its rounded value, -0.5..0.5
 * @param other `loudness` of the reference's coder
 */
export function codeResidual(coder: ResidualCoder, r: i32, above: f64, other: i32): i32 {
  const fraction = <i32>((above + 0.5) * 7.999)
  const mean = coder.fast * 0.6 + coder.slow * 0.4
  const classMean = octave4(mean)
  const k = clamp((classMean >> 2) - 1, 30)
  const kind = min(k, KINDS - 1)
  const base = k << 2
  const ca = clamp(octave4(coder.fast) - base + 16, CLASSES - 1)
  const cb = clamp(octave4(coder.slow) - base + 16, CLASSES - 1)
  const cc = logSize(coder.last >> max(k - 1, 0)) * 10 + logSize(coder.before >> max(k - 1, 0))
  const cd = other * 16 + clamp((octave4(coder.fastest) - base + 8) >> 1, 15)

  const a = coder.a + ((<usize>((ca * KINDS + kind) * BINS)) << 2)
  const b = coder.b + ((<usize>((cb * KINDS + kind) * BINS)) << 2)
  const c = coder.c + ((<usize>((cc * KINDS + kind) * BINS)) << 2)
  const d = coder.d + ((<usize>((cd * KINDS + kind) * BINS)) << 2)
  const weights = coder.weights + <usize>(kind * BINS) * WEIGHT_SET_BYTES
  const apms = coder.apms + <usize>(kind * BINS) * APM_BYTES

  let magnitude: u32 = r < 0 ? 0 - <u32>r : <u32>r
  const wanted = magnitude >> k
  let quotient: u32 = 0
  const mixed = coder.mixed
  while (quotient < <u32>BINS) {
    const at = <usize>quotient
    const bit = quotient < wanted ? 1 : 0
    const more = mixed
      ? codeMixed(bit, a + (at << 2), b + (at << 2), c + (at << 2), d + (at << 2), weights + at * WEIGHT_SET_BYTES, apms + at * APM_BYTES)
      : codeAdaptive(bit, a + (at << 2))
    if (!more) break
    quotient++
  }
  if (quotient == <u32>BINS) quotient += codeNumber(wanted - quotient)
  let low: u32 = 0
  if (k > 0) {
    const rows = coder.lows + ((<usize>min(quotient, 15)) << 4)
    let rest = k
    let node: usize = 1
    for (let i = 0; i < 2 && rest > 0; i++) {
      rest--
      const bit = codeAdaptive((magnitude >> rest) & 1, rows + (node << 2))
      node = node * 2 + <usize>bit
      low = low * 2 + bit
    }
    low = (low << rest) | codeWord(magnitude & (((<u32>1) << rest) - 1), rest)
  }
  magnitude = (quotient << k) | low
  let sign = 0
  if (magnitude != 0) {
    const context = ((clamp(classMean + 8, 15) * 8 + fraction) * 9) + coder.lastSign * 3 + coder.beforeSign
    sign = codeAdaptive(r < 0 ? 1 : 0, coder.signs + ((<usize>context) << 2))
    r = sign ? -(<i32>magnitude) : <i32>magnitude
  } else r = 0

  coder.beforeSign = coder.lastSign
  coder.lastSign = magnitude == 0 ? 0 : 1 + sign
  coder.before = coder.last
  coder.last = magnitude
  const size = <f64>magnitude
  coder.loudness = clamp(octave4(size + 0.25) - octave4(coder.slow + 0.25) + 8, 15)
  coder.fast += (size - coder.fast) * 0.0625
  coder.slow += (size - coder.slow) * 0.0078125
  coder.fastest += (size - coder.fastest) * 0.25
  return r
}
