/**
 * What the three profiles predict with. All numbers are part of the format: FORMAT.md, "Profiles". They were chosen by the bytes of
 * bench/lossless.ts.
 */

import { Row } from '../../../wasm/kernel/row'

/** Behind the profiles of the table: samples are not predicted. */
export const PLAIN: i32 = 3

/** Most regressors from one channel. */
export const MAX_ORDER: i32 = 64

/** Columns of the table. */
export enum Setting {
  /** Short least squares: regressors from the channel and from its reference, samples between solutions, decay per sample. */
  Own,
  Other,
  Interval,
  Decay,
  /** The same of the long one; no regressors: there is none. */
  LongOwn,
  LongOther,
  LongInterval,
  LongDecay,
  /** Filter on what the reference left: its length (0: none) and rate. */
  CrossLength,
  CrossRate,
  /** 1: quotients are mixed bits, 0: adaptive ones. */
  Mixed,
  /** The cascade: how many filters, the lengths of up to four, their rates. */
  Filters,
  Length,
  Rate = 16,
  Count = 20,
}

const table = changetype<Row<f64>>(
  memory.data<f64>([
    // fast
    16, 8, 64, 0.998, 0, 0, 1, 0, 0, 0, 0, 2, 128, 16, 0, 0, 0.025, 0.02, 0, 0,
    // default
    16, 16, 16, 0.997, 32, 16, 64, 0.9995, 32, 0.005, 1, 4, 1024, 256, 32, 16, 0.04, 0.08, 0.06, 0.04,
    // slow
    16, 16, 8, 0.998, 32, 32, 32, 0.9998, 256, 0.005, 1, 4, 1024, 256, 32, 16, 0.04, 0.08, 0.06, 0.04,
  ]),
)

// @inline
export function setting(profile: i32, column: i32): f64 {
  return table[profile * Setting.Count + column]
}
