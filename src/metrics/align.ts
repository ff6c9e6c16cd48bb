/**
 * Finds a constant delay between two sounds: the peak of their cross-correlation after both spectra have been made white, so that
 * all frequencies count alike (the phase transform of C. Knapp and G. Carter, The Generalized Correlation Method for Estimation of
 * Time Delay, IEEE Trans. ASSP 24, 1976). The peak is 1 for copies, and for others about the part of the spectrum that is alike.
 */
import { withKernel } from './kernels.js'
import type { AudioExports } from './peaq/kernel.js'

/** Samples that are looked at: where the reference has most energy. */
const EXCERPT = 2 ** 19
/** Part of the excerpt that fades in, and out: hard edges have all frequencies, and stay where they are. */
const FADE = 0.05
/** Peaks of unrelated noise have a deviation of 1 / sqrt(samples). */
const DEVIATIONS = 15
/** A peak has to be this many times what is found without a delay. */
const MARGIN = 2
/**
 * Filters have delays of their own, which are part of what they do to a sound: some periods of the frequency where they cut, so
 * that lag times peak is of the order of 1 (2.5 for Butterworth's of order 6). A delay has to be well above that, or the sounds
 * have to be copies.
 */
const LAG_BY_PEAK = 12
const COPY = 0.9
/** Frequencies below this part of the strongest are rounding errors. */
const ROUNDING = 1e-24

const mixed = (channels: readonly Float32Array[]) => {
  const mix = channels[0].slice()
  for (const channel of channels.slice(1)) for (let i = 0; i < mix.length; i++) mix[i] += channel[i]
  return mix
}

/** Start of the EXCERPT samples with most energy, to a quarter of their length. */
function loudest(signal: Float32Array): number {
  const block = EXCERPT / 4
  const energies: number[] = []
  for (let start = 0; start < signal.length; start += block) {
    let energy = 0
    for (let i = start; i < Math.min(signal.length, start + block); i++) energy += signal[i] ** 2
    energies.push(energy)
  }
  let [best, most] = [0, -1]
  for (let i = 0; i === 0 || i + 4 <= energies.length; i++) {
    const sum = energies.slice(i, i + 4).reduce((a, b) => a + b, 0)
    if (sum > most) [best, most] = [i, sum]
  }
  return best * block
}

/** A signal, faded at both ends, into `out`. */
function fade(signal: Float32Array, out: Float64Array): void {
  const length = Math.floor(FADE * signal.length)
  for (let i = 0; i < signal.length; i++) {
    const edge = Math.min(i, signal.length - 1 - i)
    out[i] = edge < length ? signal[i] * Math.sin((Math.PI * (edge + 0.5)) / (2 * length)) ** 2 : signal[i]
  }
}

/**
 * Samples that `test` lags behind `reference` (negative: it leads), be it upside down or not; 0 if none stands out.
 *
 * @param reference, test channels at the same rate
 * @param most largest delay that is looked for, in samples
 */
export async function delayOf(reference: readonly Float32Array[], test: readonly Float32Array[], most: number): Promise<number> {
  const [a, b] = [mixed(reference), mixed(test)]
  const start = loudest(a)
  const left = a.subarray(start, start + EXCERPT)
  const right = b.subarray(start, start + EXCERPT)
  if (left.length === 0 || right.length === 0) return 0
  const reach = Math.min(most, Math.max(left.length, right.length) - 1)
  let size = 2
  while (size < Math.max(left.length, right.length) + reach + 1) size *= 2
  return withKernel<AudioExports, number>('audio-metrics', ({ exports, memory }) => {
    const table = exports.createFft(size)
    const [re, im] = [exports.allocate(size * 8), exports.allocate(size * 8)]
    // one transform for both: the reference as real parts, the test as imaginary ones
    const x = new Float64Array(memory.buffer, re, size).fill(0)
    const y = new Float64Array(memory.buffer, im, size).fill(0)
    fade(left, x)
    fade(right, y)
    exports.fft(re, im, size, table)
    // the reference by the conjugate of the test, for k and, as its conjugate, for size - k; a transform forth takes it back, in reverse
    let strongest = 0
    for (let k = 0; k <= size / 2; k++) {
      const mirror = (size - k) % size
      const aRe = (x[k] + x[mirror]) / 2
      const aIm = (y[k] - y[mirror]) / 2
      const bRe = (y[k] + y[mirror]) / 2
      const bIm = (x[mirror] - x[k]) / 2
      x[k] = aRe * bRe + aIm * bIm
      y[k] = aIm * bRe - aRe * bIm
      strongest = Math.max(strongest, x[k] * x[k] + y[k] * y[k])
    }
    if (strongest === 0) return 0
    for (let k = 0; k <= size / 2; k++) {
      const mirror = (size - k) % size
      const square = x[k] * x[k] + y[k] * y[k]
      const gain = square > ROUNDING ** 2 * strongest ? 1 / (Math.sqrt(square) * size) : 0
      x[k] *= gain
      y[k] *= gain
      x[mirror] = x[k]
      if (mirror !== k) y[mirror] = -y[k]
    }
    exports.fft(re, im, size, table)
    const at = (lag: number) => Math.abs(x[(lag + size) % size])
    let best = 0
    for (let lag = -reach; lag <= reach; lag++) if (at(lag) > at(best)) best = lag
    const peak = at(best)
    // a steep slope is, high up, the sound upside down and a sample early
    const copied = x[(best + size) % size] > COPY
    const standsOut = peak > MARGIN * at(0) && peak * Math.sqrt(left.length) > DEVIATIONS
    return standsOut && (peak * Math.abs(best) > LAG_BY_PEAK || copied) ? best : 0
  })
}
