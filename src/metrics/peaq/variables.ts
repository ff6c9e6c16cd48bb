/** What a frame adds to the model output variables (ITU-R BS.1387-1, 4), for one channel unless told otherwise. */
import type { Bands } from './ear.js'
import { type FftEar, type FftEarState, group, LINES } from './fftear.js'
import type { LevelAdapter, Modulation } from './patterns.js'

export interface ModulationDifference {
  /** Mean over bands of relative differences, in per cent; `second` counts lost modulation by a tenth and is more sensitive (63). */
  first: number
  second: number
  /** How far the reference is above the ear's noise (65). */
  weight: number
}

/** @param noiseWeight 100 in the basic version, 1 in the advanced one */
export function modulationDifference(
  { internalNoise }: Bands,
  reference: Modulation,
  test: Modulation,
  noiseWeight: number,
): ModulationDifference {
  const count = internalNoise.length
  let [first, second, weight] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const [a, b] = [reference.values[i], test.values[i]]
    const difference = Math.abs(a - b)
    first += difference / (1 + a)
    second += ((b >= a ? 1 : 0.1) * difference) / (0.01 + a)
    weight += reference.average[i] / (reference.average[i] + noiseWeight * internalNoise[i] ** 0.3)
  }
  return { first: (100 * first) / count, second: (100 * second) / count, weight }
}

export interface NoiseLoudnessTerms {
  alpha: number
  /** How much modulation raises the threshold, and its least value. */
  threshold: number
  least: number
  /** Loudness below this counts as none. */
  floor: number
}

/** x^0.23, in half the time of the operator. */
const power023 = (x: number) => Math.exp(0.23 * Math.log(x))

/** Loudness of what the test has more than the reference, partly masked by it (66) to (68). */
export function noiseLoudness(
  { internalNoise }: Bands,
  { alpha, threshold, least, floor }: NoiseLoudnessTerms,
  referenceModulation: Float64Array,
  testModulation: Float64Array,
  reference: Float64Array,
  test: Float64Array,
): number {
  let sum = 0
  for (let i = 0; i < internalNoise.length; i++) {
    const sReference = threshold * referenceModulation[i] + least
    const sTest = threshold * testModulation[i] + least
    const quiet = internalNoise[i]
    const noise = sTest * test[i] - sReference * reference[i]
    if (noise <= 0) continue
    const beta = Math.exp((-alpha * (test[i] - reference[i])) / reference[i])
    sum += power023(quiet / sTest) * (power023(1 + noise / (quiet + sReference * reference[i] * beta)) - 1)
  }
  const loudness = (24 * sum) / internalNoise.length
  return loudness < floor ? 0 : loudness
}

/** Loudness that the adapter has taken from the reference: linear distortion. */
export function linearDistortion(bands: Bands, modulation: Modulation, adapter: LevelAdapter, excitation: Float64Array): number {
  const terms = { alpha: 1.5, threshold: 0.15, least: 1, floor: 0 }
  return noiseLoudness(bands, terms, modulation.values, modulation.values, adapter.reference, excitation)
}

/** Lines above which there is only noise: from 21.6 kHz. */
const NOISE_LINE = 921
/** A reference that ends below this line, 8.1 kHz, has no bandwidth to lose. */
export const LEAST_BANDWIDTH = 346

/** Bandwidths of reference and test in lines; undefined for frames that do not count (4.4). */
export function bandwidths(reference: Float64Array, test: Float64Array): [reference: number, test: number] | undefined {
  let noise = 0
  for (let k = NOISE_LINE; k < LINES - 1; k++) noise = Math.max(noise, test[k])
  // 10 dB and 5 dB above the noise
  let ofReference = NOISE_LINE
  while (ofReference > 0 && !(reference[ofReference - 1] > 10 * noise)) ofReference--
  if (ofReference <= LEAST_BANDWIDTH) return undefined
  let ofTest = ofReference
  while (ofTest > 0 && !(test[ofTest - 1] >= 10 ** 0.5 * noise)) ofTest--
  return [ofReference, ofTest]
}

/** Noise by masking threshold: mean over bands and most of any, as ratios of energies (4.5). */
export function noiseToMask(ear: FftEar, reference: FftEarState, test: FftEarState): [mean: number, most: number] {
  const noise = new Float64Array(LINES)
  for (let k = 0; k < LINES; k++) {
    const [a, b] = [reference.weighted[k], test.weighted[k]]
    noise[k] = a - 2 * Math.sqrt(a * b) + b
  }
  const bands = new Float64Array(ear.centres.length)
  group(ear, noise, bands)
  let [sum, most] = [0, 0]
  for (let i = 0; i < bands.length; i++) {
    const ratio = (bands[i] * ear.maskingDifference[i]) / reference.excitation[i]
    sum += ratio
    most = Math.max(most, ratio)
  }
  return [sum / bands.length, most]
}

/** Probability that a difference is noticed in some band of either ear, and steps above the threshold (4.7). */
export function detection(references: readonly FftEarState[], tests: readonly FftEarState[]): [probability: number, steps: number] {
  let unnoticed = 1
  let allSteps = 0
  for (let i = 0; i < references[0].excitation.length; i++) {
    let [probability, steps] = [0, 0]
    for (const [c, { excitation }] of references.entries()) {
      const reference = 10 * Math.log10(excitation[i])
      const test = 10 * Math.log10(tests[c].excitation[i])
      const level = 0.3 * Math.max(reference, test) + 0.7 * test
      // least difference in level that is heard (74)
      const step =
        level > 0
          ? 5.95072 * Math.exp(1.71332 * Math.log(6.39468 / level)) +
            level * (0.0550197 + level * (-0.00102438 + level * (5.05622e-6 + level * 9.01033e-11))) -
            0.198719
          : 1e30
      const error = reference - test
      const square = (error / step) ** 2
      const steep = reference > test ? square * square : square * square * square
      probability = Math.max(probability, 1 - Math.exp(-Math.LN2 * steep))
      const above = Math.abs(Math.trunc(error)) / step
      if (c === 0 || above > steps) steps = above
    }
    unnoticed *= 1 - probability
    allSteps += steps
  }
  return [1 - unnoticed, allSteps]
}

/** Lags of the correlation that shows harmonic structure. */
export const LAGS = 256
/** Window of the correlation, with its scale in it. */
const LAG_WINDOW = Float64Array.from(
  { length: LAGS },
  (_, i) => ((Math.sqrt(8 / 3) / 2) * (1 - Math.cos((2 * Math.PI * i) / (LAGS - 1)))) / LAGS,
)

/** Results last until the next call. */
export interface LagTransforms {
  /** Sums over {@link LAGS} points of the product with the point 0 .. LAGS - 1 further on, of a signal of 2 LAGS points. */
  correlation(signal: Float64Array): Float64Array
  /** Power of a real signal of LAGS points: LAGS / 2 + 1 values. */
  power(signal: Float64Array): Float64Array
}

/**
 * Harmonic structure of the error: the highest peak, beyond its first fall, in the spectrum of the correlation of log ratios of
 * the spectra (4.8).
 *
 */
export function harmonicStructure(reference: Float64Array, test: Float64Array, transforms: LagTransforms): number {
  const ratios = new Float64Array(2 * LAGS)
  for (let k = 0; k < ratios.length; k++) {
    ratios[k] = reference[k] === 0 && test[k] === 0 ? 0 : Math.log(test[k] / reference[k])
  }
  const correlation = transforms.correlation(ratios)
  const energy = correlation[0]
  let moved = energy
  let mean = 0
  for (let lag = 0; lag < LAGS; lag++) {
    correlation[lag] /= Math.sqrt(energy * moved)
    mean += correlation[lag] / LAGS
    moved += ratios[lag + LAGS] ** 2 - ratios[lag] ** 2
  }
  for (let lag = 0; lag < LAGS; lag++) correlation[lag] = (correlation[lag] - mean) * LAG_WINDOW[lag]
  const power = transforms.power(correlation)
  let most = 0
  // of signals without any difference all is NaN, and nothing is larger
  for (let i = 1; i < power.length; i++) if (power[i] > power[i - 1] && power[i] > most) most = power[i]
  return 1000 * most
}
