import { LaqError } from './errors.js'

/** What a decoder may be asked to produce. Checked from the header, before anything of that size is allocated. */
export interface Limits {
  /** Largest width * height of an image. Default: 100 million. */
  pixels: number
  /** Largest number of samples of a sound, all channels together. Default: 520 million. */
  samples: number
  /**
   * Largest size in bytes of all metadata together, with the index. Each chunk counts for METADATA_OVERHEAD bytes more than it has, and
   * each length in the index for LENGTH_OVERHEAD more. Default: 64 MiB.
   */
  metadataBytes: number
  /** Longest time that a call may take, in seconds of the clock, above 0; a stream's clock stands between blocks. Default: none. */
  seconds: number
}

/** Room for a 100 MP image, for an hour and a half of stereo at 48 kHz, for 64 MiB of metadata. */
export const DEFAULT_LIMITS: Readonly<Limits> = {
  pixels: 100e6,
  samples: 520e6,
  metadataBytes: 64 * 2 ** 20,
  seconds: Number.POSITIVE_INFINITY,
}

/** What a metadata chunk counts for beside its bytes: small ones cost memory too. */
export const METADATA_OVERHEAD = 64

/** What a length in an index counts for beside its bytes: a number in memory. */
export const LENGTH_OVERHEAD = 8

/** @throws LaqError 'limit' if `value` is above `limits[what]` */
export function checkLimit(what: keyof Limits, value: number, limits: Partial<Limits> = {}): void {
  const limit = limits[what] ?? DEFAULT_LIMITS[what]
  if (value > limit) throw new LaqError('limit', `${value} ${what} are more than the limit of ${limit}`)
}
