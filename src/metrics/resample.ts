/** Band-limited resampling by any rational factor: a sinc under a Kaiser window, one filter for each phase. */

/** Zero crossings of the sinc on either side. */
const CROSSINGS = 32
/** Kaiser's shape: some 90 dB of stop band. */
const BETA = 9
/** The pass band ends a little below half the lower rate, so that the transition falls there. */
const PASS_BAND = 0.95
/** Phases that filters are kept for; beyond, they are made anew for each sample. */
const KEPT_PHASES = 2048

/** Modified Bessel function of order 0, by its series. */
function bessel0(x: number): number {
  let [sum, term] = [1, 1]
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * Resamples a signal. Sample 0 stays where it is, and beyond both ends is silence.
 *
 * @param from, to rates in Hz, positive integers
 * @returns ceil(length * to / from) samples; the signal itself if the rates are the same
 */
export function resample(signal: Float32Array, from: number, to: number): Float32Array {
  for (const rate of [from, to]) if (!Number.isInteger(rate) || rate < 1) throw new RangeError(`${rate} Hz is no sample rate`)
  if (from === to) return signal
  const common = gcd(from, to)
  const [up, down] = [to / common, from / common]
  // in samples of the signal
  const cutoff = PASS_BAND * Math.min(1, to / from)
  const reach = Math.ceil(CROSSINGS / cutoff)
  const scale = 1 / bessel0(BETA)
  const filters = new Map<number, Float64Array>()
  const filterOf = (phase: number): Float64Array => {
    const kept = filters.get(phase)
    if (kept) return kept
    let sum = 0
    const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
      const x = i - reach - phase / up
      const edge = 1 - (x / (reach + 1)) ** 2
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x)
      const tap = edge > 0 ? sinc * bessel0(BETA * Math.sqrt(edge)) * scale : 0
      sum += tap
      return tap
    })
    // a constant stays what it is, whatever the phase
    for (let i = 0; i < taps.length; i++) taps[i] /= sum
    if (filters.size < KEPT_PHASES) filters.set(phase, taps)
    return taps
  }
  const out = new Float32Array(Math.ceil((signal.length * up) / down))
  for (let n = 0; n < out.length; n++) {
    const place = n * down
    const centre = Math.floor(place / up)
    const taps = filterOf(place - centre * up)
    const first = Math.max(0, reach - centre)
    const last = Math.min(taps.length, signal.length - centre + reach)
    let sum = 0
    for (let i = first; i < last; i++) sum += taps[i] * signal[centre - reach + i]
    out[n] = sum
  }
  return out
}
