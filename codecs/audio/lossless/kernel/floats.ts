/**
 * float32 samples as integers that are predicted, and what the integers leave out: FORMAT.md, "Floats".
 *
 *     x = sign * (|i| + rest / 2^n) * 2^scale      i = x / 2^scale cut towards zero, n = bits of x's mantissa below 2^scale
 *
 *     i != 0     rest of n bits: zero (1 adaptive bit, by n), else n plain bits           if the segment has rests
 *     i == 0     +0 (1 adaptive bit), else sign, exponent (8 adaptive bits), mantissa     if the segment has rests or specials
 *
 * NaN, infinities, -0, and numbers too small or too large for i are coded whole, behind i = 0.
 */
import { freshStates } from '../../../entropy/kernel/fresh'
import { codeAdaptive, stateAt } from '../../../entropy/kernel/model'
import { codeBypass } from '../../../entropy/kernel/rangecoder'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { codeWord } from './words'

/** Scales that a float can need: its least bit is worth 2^-149 at least; 2^104 is that of the largest number. */
export const LEAST_SCALE: i32 = -149
export const GREATEST_SCALE: i32 = 104

/** With rests, |i| stays below this, so that i and its rest fill a mantissa of 24 bits. */
const REST_LIMIT: f64 = 16777216.0
const WHOLE_LIMIT: f64 = 2147483647.0

@unmanaged
export class Floats {
  scale: i32
  rests: i32
  specials: i32
  /** 2^scale. */
  unit: f64
  states: usize
}

// Contexts, as parts of the states.
const WHOLE: i32 = 0 // of the bit that says that a float is coded whole (1)
const REST_BY_LENGTH: i32 = WHOLE + 1 // of the bit that says that a rest is not 0, by its length (1..23)
const EXPONENT_BY_NODE: i32 = REST_BY_LENGTH + 23 // node of the tree of a whole float's exponent (256)
const STATES: i32 = EXPONENT_BY_NODE + 256

export function createFloats(): Floats {
  const floats = changetype<Floats>(allocateZeroed(offsetof<Floats>()))
  floats.states = freshStates(STATES)
  return floats
}

/** 2^exponent, for -1022 <= exponent <= 1023. */
function power(exponent: i32): f64 {
  return reinterpret<f64>((<i64>(exponent + 1023)) << 52)
}

export function codeFloats(floats: Floats): void {
  floats.scale = min(codeBypass(floats.scale - LEAST_SCALE, 8) + LEAST_SCALE, GREATEST_SCALE)
  floats.rests = codeBypass(floats.rests, 1)
  floats.specials = codeBypass(floats.specials, 1)
  floats.unit = power(floats.scale)
}

/** The integer of a float given by its bits; 0 if it has none. */
export function integerOf(floats: Floats, bits: u32): i32 {
  const x = <f64>reinterpret<f32>(bits) / floats.unit
  if (!(abs(x) < (floats.rests ? REST_LIMIT : WHOLE_LIMIT))) return 0
  return <i32>x
}

/** Mantissa bits below the integer. */
// @inline
function restBits(floats: Floats, magnitude: u32): i32 {
  return max(0, min(<i32>clz(magnitude) - 8, floats.scale - LEAST_SCALE))
}

/** Codes what integer `i` leaves out of the float `bits`, and returns the float's bits. */
export function codeFloat(floats: Floats, i: i32, bits: u32): u32 {
  if (i == 0) {
    if (!floats.rests && !floats.specials) return 0
    return codeAdaptive(bits != 0 ? 1 : 0, stateAt(floats.states, WHOLE)) ? codeWhole(floats, bits) : 0
  }
  const magnitude: u32 = i < 0 ? 0 - <u32>i : <u32>i
  let whole = <f64>magnitude
  let unit = floats.unit
  if (floats.rests) {
    const n = restBits(floats, magnitude)
    if (n > 0) {
      const ones: u32 = ((<u32>1) << n) - 1
      const part = power(n)
      let rest = <u32>((abs(<f64>reinterpret<f32>(bits)) / unit - whole) * part)
      if (codeAdaptive(rest != 0 ? 1 : 0, stateAt(floats.states, REST_BY_LENGTH + n - 1))) rest = codeWord(rest & ones, n)
      else rest = 0
      whole = whole * part + <f64>rest
      unit = power(floats.scale - n)
    }
  }
  const x = <f32>(whole * unit)
  return reinterpret<u32>(i < 0 ? -x : x)
}

function codeWhole(floats: Floats, bits: u32): u32 {
  const sign = <u32>codeBypass(<i32>(bits >> 31), 1)
  const tree = stateAt(floats.states, EXPONENT_BY_NODE)
  let node = 1
  for (let i = 0; i < 8; i++) node = (node << 1) | codeAdaptive(<i32>(bits >> (30 - i)) & 1, stateAt(tree, node))
  return (sign << 31) | ((<u32>node & 255) << 23) | codeWord(bits & 0x7fffff, 23)
}
