/**
 * What the three profiles predict with. All numbers are part of the format; they were fitted to music and loops of 2 to 10 s with
 * bench/lossless.ts.
 */

/** Columns of {@link table}. */
export const OWN_ALONE: i32 = 0
export const OTHER_ALONE: i32 = 1
export const OWN_BEHIND: i32 = 2
export const OTHER_BEHIND: i32 = 3
export const INTERVAL: i32 = 4
export const DECAY: i32 = 5
export const RIDGE: i32 = 6
export const FILTERS: i32 = 7
export const LENGTH: i32 = 8
export const RATE: i32 = 12
export const MIX_INTERVAL: i32 = 16
export const MIX_DECAY: i32 = 17
export const MIX_RIDGE: i32 = 18
export const VARIANCE_FLOOR: i32 = 19
export const VARIANCE_RATE: i32 = 20
export const MIXED: i32 = 21
const COLUMNS: i32 = 32

/** Behind the profiles of the table: samples are not predicted. */
export const PLAIN: i32 = 3

const table: usize = memory.data<f64>([
  // fast
  16, 8, 16, 8, 64, 0.998, 0.01, 1, 16, 0, 0, 0, 0.005, 0, 0, 0, 16, 0.999, 1, 50, 0.02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  // default
  16, 16, 16, 16, 16, 0.998, 0.01, 3, 256, 32, 16, 0, 0.005, 0.005, 0.005, 0, 8, 0.999, 1, 50, 0.02, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  // slow
  24, 16, 24, 16, 8, 0.998, 0.01, 3, 1024, 256, 16, 0, 0.003, 0.005, 0.005, 0, 8, 0.999, 1, 50, 0.02, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
])

// @ts-ignore: decorator
@inline
export function setting(profile: i32, column: i32): f64 {
  return load<f64>(table + ((<usize>(profile * COLUMNS + column)) << 3))
}

export function setSetting(profile: i32, column: i32, value: f64): void {
  store<f64>(table + ((<usize>(profile * COLUMNS + column)) << 3), value)
}
