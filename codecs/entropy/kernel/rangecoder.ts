/**
 * Binary range coder: 32-bit range, byte-wise renormalisation, carry propagation in the encoder.
 *
 *     range in [2^24, 2^32)       split = (range >>> 16) * p        p = probability of a 1, 1..65535, in 1/65536
 *     bit 1: range = split        bit 0: low += split, range -= split
 *
 * Encoder and decoder share `range` and the renormalisation; `encoding` says which of the two is running, so that every
 * syntax element is written once, as a function of (value or ignored) that returns the value.
 * The encoder drops up to {@link MOST_LEFT_OUT} trailing zero bytes, and the decoder reads zeros past the end of its bytes: a damaged
 * stream decodes to wrong values, never out of bounds. Who reads more than those zeros has a stream that no encoder wrote: {@link isOverread}
 * is to be asked wherever a few bytes could go on to command much work.
 * Source: G. N. N. Martin, "Range encoding", 1979; carry handling as in I. Pavlov's LZMA.
 */

/** True while the coder writes. */
export let encoding: bool = false

let range: u32 = 0
let renormalised: u32 = 0 // bytes shifted through, in both directions

// encoder
let low: u64 = 0
let cache: i32 = -1 // byte held back for a carry; -1 before the first
let pending: i32 = 0 // 0xff bytes held back behind it
let begin: usize = 0
let out: usize = 0

// decoder
let code: u32 = 0
let next: usize = 0
let end: usize = 0
let missing: i32 = 0 // bytes read past the end

/** Zero bytes that the end of a stream may lack. */
const MOST_LEFT_OUT: i32 = 8

/** Starts writing at `address`. The caller provides room (2 bytes per bit is beyond any possible need). */
export function startEncoding(address: usize): void {
  encoding = true
  range = 0xffffffff
  renormalised = 0
  low = 0
  cache = -1
  pending = 0
  begin = address
  out = address
  missing = 0
}

/** Starts reading `length` bytes at `address`. */
export function startDecoding(address: usize, length: usize): void {
  encoding = false
  range = 0xffffffff
  renormalised = 0
  code = 0
  next = address
  end = address + length
  missing = 0
  for (let i = 0; i < 4; i++) code = (code << 8) | nextByte()
}

// @inline
function nextByte(): u32 {
  if (next < end) return <u32>load<u8>(next++)
  missing++
  return 0
}

/** Whether the decoder has read more bytes than the encoder can have left out; never while encoding. */
export function isOverread(): bool {
  return missing > MOST_LEFT_OUT
}

/** Moves the top byte of `low` out, settling a carry into the bytes held back. */
function shiftLow(): void {
  if (low < 0xff000000 || low > 0xffffffff) {
    const carry = <i32>(low >> 32)
    if (cache >= 0) store<u8>(out++, <u8>(cache + carry))
    for (; pending > 0; pending--) store<u8>(out++, <u8>(0xff + carry))
    cache = <i32>((low >> 24) & 0xff)
  } else pending++
  low = (low & 0x00ffffff) << 8
}

function renormaliseEncoder(): void {
  do {
    range <<= 8
    renormalised++
    shiftLow()
  } while (range < 0x1000000)
}

function renormaliseDecoder(): void {
  do {
    range <<= 8
    renormalised++
    code = (code << 8) | nextByte()
  } while (range < 0x1000000)
}

/** Codes one bit whose probability of being 1 is `p` / 65536, 1 <= p <= 65535. */
// @inline
export function codeWithProbability(bit: i32, p: i32): i32 {
  const split = (range >>> 16) * <u32>p
  if (encoding) {
    if (bit) range = split
    else {
      low += split
      range -= split
    }
    if (range < 0x1000000) renormaliseEncoder()
  } else {
    if (code < split) {
      range = split
      bit = 1
    } else {
      code -= split
      range -= split
      bit = 0
    }
    if (range < 0x1000000) renormaliseDecoder()
  }
  return bit
}

/** Codes the low `count` bits of `value` (0..16), most significant first, each as likely 0 as 1. */
export function codeBypass(value: i32, count: i32): i32 {
  if (count == 0) return 0
  const step = range >>> count
  range = step
  if (encoding) {
    low += <u64>step * <u64>(value & ((1 << count) - 1))
    if (range < 0x1000000) renormaliseEncoder()
    return value
  }
  let digit = code / step
  const last = (1 << count) - 1
  if (digit > <u32>last) digit = <u32>last
  code -= digit * step
  if (range < 0x1000000) renormaliseDecoder()
  return <i32>digit
}

/** Address up to which the encoder may have written once every byte that it holds back is out. */
export function encodedEnd(): usize {
  return out + <usize>pending + 8
}

/** Ends the stream with the fewest bytes that still decode, and returns how many bytes it has. */
export function finishEncoding(): i32 {
  // any number in [low, low + range) will do: take the one with the most trailing zero bits
  const high = low + range - 1
  let keep = high
  for (let zeros: u64 = 1; zeros < 32; zeros++) {
    const candidate = (high >> zeros) << zeros
    if (candidate < low) break
    keep = candidate
  }
  low = keep
  for (let i = 0; i < 5; i++) shiftLow()
  for (let i = 0; i < MOST_LEFT_OUT && out > begin && load<u8>(out - 1) == 0; i++) out--
  return <i32>(out - begin)
}

/** Bits coded so far, to within 0.1: 8 per byte shifted, less what the range still leaves open. */
export function bitsCoded(): f64 {
  const exponent = clz(range)
  const fraction = <f64>(range << exponent) / 2147483648.0 - 1.0
  return <f64>renormalised * 8.0 + <f64>exponent + 1.0 - fraction
}
