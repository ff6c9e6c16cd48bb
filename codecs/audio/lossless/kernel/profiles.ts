/**
 * What the three profiles predict with. All numbers are part of the format: FORMAT.md, "Profiles". They were chosen by the bytes of
 * bench/lossless.ts.
 */

/** Behind the profiles of the table: samples are not predicted. */
export const PLAIN: i32 = 3

/** Most regressors from one channel. */
export const MAX_ORDER: i32 = 64

// columns of the table
/** Short least squares: regressors from the channel and from its reference, samples between solutions, decay per sample. */
export const OWN: i32 = 0
export const OTHER: i32 = 1
export const INTERVAL: i32 = 2
export const DECAY: i32 = 3
/** The same of the long one; no regressors: there is none. */
export const LONG_OWN: i32 = 4
export const LONG_OTHER: i32 = 5
export const LONG_INTERVAL: i32 = 6
export const LONG_DECAY: i32 = 7
/** Filter on what the reference left: its length (0: none) and rate. */
export const CROSS_LENGTH: i32 = 8
export const CROSS_RATE: i32 = 9
/** 1: quotients are mixed bits, 0: adaptive ones. */
export const MIXED: i32 = 10
/** The cascade: how many filters, their lengths, their rates. */
export const FILTERS: i32 = 11
export const LENGTH: i32 = 12
export const RATE: i32 = 16
const COLUMNS: i32 = 20

const table: usize = memory.data<f64>([
  // fast
  16, 8, 64, 0.998, 0, 0, 1, 0, 0, 0, 0, 2, 128, 16, 0, 0, 0.025, 0.02, 0, 0,
  // default
  16, 16, 16, 0.997, 32, 16, 64, 0.9995, 32, 0.005, 1, 4, 1024, 256, 32, 16, 0.04, 0.08, 0.06, 0.04,
  // slow
  16, 16, 8, 0.998, 32, 32, 32, 0.9998, 256, 0.005, 1, 4, 1024, 256, 32, 16, 0.04, 0.08, 0.06, 0.04,
])

// @inline
export function setting(profile: i32, column: i32): f64 {
  return load<f64>(table + ((<usize>(profile * COLUMNS + column)) << 3))
}
