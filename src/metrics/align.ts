/** Finds a constant delay between two sounds: the peak of their cross-correlation, by way of the Fourier transform. */
import { withKernel } from './kernels.js'
import type { AudioExports } from './peaq/kernel.js'

/** Samples that are looked at: where the reference has most energy. */
const EXCERPT = 2 ** 19
/** The peak has to stand out by this part of what equal sounds would have, or there is no delay: periods of a tone are alike. */
const MARGIN = 0.005

/**
 * Filters have delays of their own, which are part of what they do to a sound. One of up to this many samples is taken for a
 * delay only if without it the difference is a hundredth of what it is with it.
 */
const SMALL = 24
const CERTAIN = 100

/** Energy of the difference where both have samples, `right` taken `lag` samples later. */
function difference(left: Float32Array, right: Float32Array, lag: number): number {
  let sum = 0
  for (let i = Math.max(0, -lag); i < Math.min(left.length, right.length - lag); i++) sum += (left[i] - right[i + lag]) ** 2
  return sum
}

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

/**
 * Samples that `test` lags behind `reference` (negative: it leads); 0 if none stands out.
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
    x.set(left)
    y.set(right)
    exports.fft(re, im, size, table)
    const product = new Float64Array(size)
    const turned = new Float64Array(size)
    for (let k = 0; k < size; k++) {
      const mirror = (size - k) % size
      const [aRe, aIm] = [(x[k] + x[mirror]) / 2, (y[k] - y[mirror]) / 2]
      const [bRe, bIm] = [(y[k] + y[mirror]) / 2, (x[mirror] - x[k]) / 2]
      // the reference by the conjugate of the test: the transform forth takes it back, in reverse
      product[k] = aRe * bRe + aIm * bIm
      turned[k] = aIm * bRe - aRe * bIm
    }
    x.set(product)
    y.set(turned)
    exports.fft(re, im, size, table)
    const at = (lag: number) => x[(lag + size) % size]
    let best = 0
    for (let lag = -reach; lag <= reach; lag++) if (at(lag) > at(best)) best = lag
    const energy = (signal: Float32Array) => signal.reduce((sum, value) => sum + value * value, 0)
    const whole = size * Math.sqrt(energy(left) * energy(right))
    if (whole === 0 || at(best) <= at(0) + MARGIN * whole) return 0
    if (Math.abs(best) <= SMALL && difference(left, right, 0) < CERTAIN * difference(left, right, best)) return 0
    return best
  })
}
