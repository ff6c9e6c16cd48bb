/**
 * The logistic domain of the mixer.
 *
 *     stretch(p) = ln(p / (1 - p))      squash(x) = 1 / (1 + e^-x)
 *
 * x is an integer in 1/256, from -2047 to 2047 (e^8 to one); p is an integer in 1/65536.
 * Both are tables filled once per instance. WebAssembly's f64 arithmetic and the compiled-in `Math.exp` are the same on
 * every platform, so the tables are too. FORMAT.md, "Mixed bits", defines them.
 */

/** Largest magnitude of a stretched probability, in 1/256. */
export const STRETCH_LIMIT: i32 = 2047

/** squash table: u16 for x = -2047..2047, at index x + 2047. */
const squashTable: usize = memory.data(4096 * 2, 16)
/** stretch table: i16 for p >>> 4 = 0..4095. */
const stretchTable: usize = memory.data(4096 * 2, 16)
/** cost table: u16, 1/256 bit, for p >>> 4 = 0..4095: -log2 of the middle of the cell. */
const costTable: usize = memory.data(4096 * 2, 16)

let filled = false

/** Fills the tables; idempotent, about half a millisecond. */
export function fillLogisticTables(): void {
  if (filled) return
  filled = true
  for (let x = -STRETCH_LIMIT; x <= STRETCH_LIMIT; x++) {
    const p = 65536.0 / (1.0 + Math.exp(-(<f64>x) / 256.0))
    store<u16>(squashTable + ((<usize>(x + STRETCH_LIMIT)) << 1), <u16>Math.floor(p + 0.5))
  }
  // stretch is the inverse by search: the smallest x whose squash reaches the middle of the cell
  let x = -STRETCH_LIMIT
  for (let cell: i32 = 0; cell < 4096; cell++) {
    while (x < STRETCH_LIMIT && squash(x) < (cell << 4) + 8) x++
    store<i16>(stretchTable + ((<usize>cell) << 1), <i16>x)
    const bits = -Math.log2((<f64>cell + 0.5) / 4096.0)
    store<u16>(costTable + ((<usize>cell) << 1), <u16>Math.floor(bits * 256.0 + 0.5))
  }
}

/** Probability in 1/65536 (22..65514) of the stretched value `x`, which must lie in [-2047, 2047]. */
// @inline
export function squash(x: i32): i32 {
  return load<u16>(squashTable + ((<usize>(x + STRETCH_LIMIT)) << 1))
}

/** Stretched value, in [-2047, 2047], of the probability `p` in [0, 65535]. */
// @inline
export function stretch(p: i32): i32 {
  return load<i16>(stretchTable + ((<usize>(p >>> 4)) << 1))
}

/** Cost in 1/256 bit of an event of probability `p` in [0, 65535]. */
// @inline
export function cost(p: i32): i32 {
  return load<u16>(costTable + ((<usize>(p >>> 4)) << 1))
}
