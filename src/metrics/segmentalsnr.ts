/** Segmental signal-to-noise ratio: errors in quiet moments count as much as in loud ones. */

/** Seconds of a segment. */
export const SEGMENT = 0.02
/** Segments beyond these count as these: J. H. L. Hansen, B. L. Pellom, An Effective Quality Evaluation Protocol, ICSLP (1998). */
const LEAST_DB = -10
const MOST_DB = 35
/** Mean square below which a segment is silence: -80 dB of full scale. */
const SILENCE = 1e-8

/**
 * 10 log10 of the energy of `original` over that of the difference for each segment of 20 ms, all channels together, held to
 * -10..35 dB; NaN where the original is silent.
 *
 * @param original, decoded as many channels of as many samples
 */
export function segmentSnrs(original: readonly Float32Array[], decoded: readonly Float32Array[], sampleRateHz: number): Float64Array {
  const length = Math.max(1, Math.round(SEGMENT * sampleRateHz))
  const samples = original[0]?.length ?? 0
  return Float64Array.from({ length: Math.ceil(samples / length) }, (_, segment) => {
    const start = segment * length
    const end = Math.min(samples, start + length)
    let [signal, noise] = [0, 0]
    for (const [c, channel] of original.entries()) {
      for (let i = start; i < end; i++) {
        signal += channel[i] ** 2
        noise += (channel[i] - decoded[c][i]) ** 2
      }
    }
    if (signal <= SILENCE * (end - start) * original.length) return Number.NaN
    return Math.min(MOST_DB, Math.max(LEAST_DB, 10 * Math.log10(signal / noise)))
  })
}

/**
 * Mean over segments of 20 ms of 10 log10 of the energy of `original` over that of the difference, each held to -10..35 dB, in dB. Segments in which
 * the original is silent do not count.
 *
 * @returns NaN if the original is silent throughout
 */
export function segmentalSnr(original: readonly Float32Array[], decoded: readonly Float32Array[], sampleRateHz: number): number {
  const heard = segmentSnrs(original, decoded, sampleRateHz).filter((db) => !Number.isNaN(db))
  return heard.reduce((sum, db) => sum + db, 0) / heard.length
}
