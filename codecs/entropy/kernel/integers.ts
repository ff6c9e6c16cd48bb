/**
 * Integers as adaptive bits. Each code takes a row of states; encoder and decoder are one function.
 *
 *     unary(limit)      value ones, then a zero unless value = limit                       limit states
 *     exp-Golomb        v + 1 = 1 b(n-1) ... b0: n as unary(24), then the n bits plain      24 states
 *     signed            0 -> 0, 1 -> 1, -1 -> 2, 2 -> 3, ... then exp-Golomb                24 states
 */
import { codeAdaptive } from './model'
import { codeBypass } from './rangecoder'

/** Codes 0 <= value <= limit in unary; the i-th bit uses the i-th state. */
function codeUnary(value: i32, limit: i32, states: usize): i32 {
  let i = 0
  while (i < limit && codeAdaptive(i < value ? 1 : 0, states + ((<usize>i) << 2))) i++
  return i
}

/** States that {@link codeExpGolomb} uses. */
export const EXP_GOLOMB_STATES: i32 = 24

/** Codes 0 <= value < 2^24. */
export function codeExpGolomb(value: i32, states: usize): i32 {
  const length = codeUnary(31 - clz(value + 1), 24, states)
  return codeTail(value, length)
}

/** Codes 0 <= value < 2^24 with all bits plain: for tails too rare to adapt. `k` low bits are free of the length. */
export function codeExpGolombBypass(value: i32, k: i32): i32 {
  const quotient = value >> k
  const wanted = 31 - clz(quotient + 1)
  let length = 0
  while (length < 24 && codeBypass(length < wanted ? 1 : 0, 1)) length++
  const high = codeTail(quotient, length)
  return (high << k) | codeBypass(value & ((1 << k) - 1), k)
}

/** The `length` bits below the leading one of value + 1. */
function codeTail(value: i32, length: i32): i32 {
  let bits = value + 1 - (1 << length)
  if (length > 16) {
    const high = codeBypass(bits >> 16, length - 16)
    bits = (high << 16) | codeBypass(bits & 0xffff, 16)
  } else bits = codeBypass(bits, length)
  return bits + (1 << length) - 1
}

/** Codes -2^23 < value < 2^23. */
export function codeSigned(value: i32, states: usize): i32 {
  const folded = codeExpGolomb(value > 0 ? 2 * value - 1 : -2 * value, states)
  return folded & 1 ? (folded + 1) >> 1 : -(folded >> 1)
}
