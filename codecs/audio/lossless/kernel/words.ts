/** Numbers of a segment's head, as plain bits: rare enough that no model would pay. */
import { codeBypass } from '../../../entropy/kernel/rangecoder'

/** Codes the low `count` bits of a word, 0..32. */
export function codeWord(value: u32, count: i32): u32 {
  if (count <= 16) return <u32>codeBypass(value & 0xffff, count)
  const high = <u32>codeBypass(value >> 16, count - 16)
  return (high << 16) | <u32>codeBypass(value & 0xffff, 16)
}

/** Codes any word by its length (6 bits, 0..32) and the bits below the leading one. */
export function codeNumber(value: u32): u32 {
  const length = min(codeBypass(32 - clz(value), 6), 32)
  if (length < 2) return <u32>length
  const top = (<u32>1) << (length - 1)
  return top | codeWord(value & (top - 1), length - 1)
}

/** Codes an integer of 32 bits with its sign folded into the lowest bit. */
export function codeInteger(value: i32): i32 {
  const folded = codeNumber(((<u32>value) << 1) ^ <u32>(value >> 31))
  return <i32>((folded >> 1) ^ (0 - (folded & 1)))
}
