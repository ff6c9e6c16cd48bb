/**
 * What both ear models of PEAQ share: thresholds and time constants of their bands. Numbers in brackets are equations of
 * ITU-R BS.1387-1 (2001).
 */

export const SAMPLE_RATE = 48000
/** Sound pressure of a full-scale sine, in dB. */
export const PLAYBACK_LEVEL = 92

export interface Bands {
  /** Centres in Hz. */
  centres: Float64Array
  /** Samples between two frames. */
  step: number
  /** Noise of the ear itself, as energy (13). */
  internalNoise: Float64Array
  /** Forward masking: share of the last frame that stays (21), (24). */
  masking: Float64Array
  /** Of loudness: threshold in quiet (60), threshold index (61), and the factor before the power (58). */
  quiet: Float64Array
  index: Float64Array
  loudness: Float64Array
}

/** Shares that stay after a frame, for time constants that fall from low to high bands. @param atLeast, at100 seconds */
export function timeConstants(centres: Float64Array, step: number, atLeast: number, at100: number): Float64Array {
  return centres.map((centre) => Math.exp(-step / (SAMPLE_RATE * (atLeast + (100 / centre) * (at100 - atLeast)))))
}

/** @param seconds time constants of forward masking at the highest band and at 100 Hz; `scale` of loudness */
export function createBands(centres: Float64Array, step: number, seconds: readonly [least: number, at100: number], scale: number): Bands {
  const quietDb = centres.map((centre) => 3.64 * (centre / 1000) ** -0.8)
  const quiet = quietDb.map((db) => 10 ** (0.1 * db))
  const index = centres.map((f) => 10 ** (0.1 * (-2 - 2.05 * Math.atan(f / 4000) - 0.75 * Math.atan((f / 1600) ** 2))))
  return {
    centres,
    step,
    internalNoise: quietDb.map((db) => 10 ** (0.04 * db)),
    masking: timeConstants(centres, step, ...seconds),
    quiet,
    index,
    loudness: quiet.map((energy, i) => scale * (energy / (1e4 * index[i])) ** 0.23),
  }
}

/** Gain of outer and middle ear at a frequency in Hz (7). */
export function earGain(frequency: number): number {
  const kHz = frequency / 1000
  return 10 ** ((-0.6 * 3.64 * kHz ** -0.8 + 6.5 * Math.exp(-0.6 * (kHz - 3.3) ** 2) - 1e-3 * kHz ** 3.6) / 20)
}

/** Loudness of excitations in sone (58), (59). */
export function loudnessOf({ quiet, index, loudness, centres }: Bands, excitation: Float64Array): number {
  let sum = 0
  for (let i = 0; i < excitation.length; i++) {
    sum += Math.max(0, loudness[i] * ((1 - index[i] + (index[i] * excitation[i]) / quiet[i]) ** 0.23 - 1))
  }
  return (24 * sum) / centres.length
}
