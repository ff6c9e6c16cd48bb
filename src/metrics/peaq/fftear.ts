/**
 * The ear model of PEAQ that is based on the Fourier transform (ITU-R BS.1387-1, 2.1): frames of 2048 samples, every 1024, in
 * 109 bands (basic version) or 55 (advanced). Grouping and spreading as P. Kabal, An Examination and Interpretation of ITU-R
 * BS.1387 (McGill University 2003), works them out.
 */
import { type Bands, createBands, earGain, PLAYBACK_LEVEL, SAMPLE_RATE } from './ear.js'

export const FRAME = 2048
export const LINES = FRAME / 2 + 1

/** sqrt(8/3) Hann, over the frame with both ends (2). */
export const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, k) => Math.sqrt(8 / 3) * 0.5 * (1 - Math.cos((2 * Math.PI * k) / (FRAME - 1))),
)

/** Peak of a sine's spectrum that falls between lines, at worst, by that of one on a line. */
const GAMMA = 0.84971762641205
/** From a transform's power to sound energy. */
export const POWER_SCALE = 10 ** (PLAYBACK_LEVEL / 10) / ((8 / 3) * ((GAMMA / 4) * (FRAME - 1)) ** 2)

const EAR_POWER = Float64Array.from({ length: LINES }, (_, k) => earGain((k * SAMPLE_RATE) / FRAME) ** 2)

export interface FftEar extends Bands {
  /** Lines that a band begins and ends with, and the parts of these that belong to it. */
  first: Int32Array
  last: Int32Array
  firstPart: Float64Array
  lastPart: Float64Array
  /** Of spreading: width of a band in Bark, and per band the logarithm of the upper slope without its level, and the sum of the lower one. */
  width: number
  upper: Float64Array
  lower: Float64Array
  /** What spreading makes of ones: its results are divided by it. */
  spreadOnes: Float64Array
  /** Masking threshold below the excitation, as a ratio of energies (25). */
  maskingDifference: Float64Array
}

const bark = (frequency: number) => 7 * Math.asinh(frequency / 650)
const hertz = (z: number) => 650 * Math.sinh(z / 7)

/** @param count 109 or 55 */
export function createFftEar(count: 109 | 55): FftEar {
  const width = 27 / (count - 1)
  const lowest = bark(80)
  const highest = bark(18000)
  const edge = (i: number) => Math.min(highest, lowest + i * width)
  const numbers = Array.from({ length: count }, (_, i) => i)
  const centres = Float64Array.from(numbers, (i) => hertz((edge(i) + edge(i + 1)) / 2))
  const lineOf = (i: number) => (hertz(edge(i)) / SAMPLE_RATE) * FRAME
  const first = Int32Array.from(numbers, (i) => Math.round(lineOf(i)))
  const last = Int32Array.from(numbers, (i) => Math.round(lineOf(i + 1)))
  const lowerSlope = 10 ** (-2.7 * width)
  const ear: FftEar = {
    ...createBands(centres, FRAME / 2, [0.008, 0.03], 1.07664),
    first,
    last,
    firstPart: Float64Array.from(numbers, (i) => Math.min(first[i] + 0.5, lineOf(i + 1)) - lineOf(i)),
    lastPart: Float64Array.from(numbers, (i) => (first[i] === last[i] ? 0 : lineOf(i + 1) - (last[i] - 0.5))),
    width,
    upper: centres.map((centre) => Math.LN10 * (-2.4 - 23 / centre) * width),
    lower: Float64Array.from(numbers, (i) => (1 - lowerSlope ** (i + 1)) / (1 - lowerSlope)),
    spreadOnes: new Float64Array(count).fill(1),
    maskingDifference: Float64Array.from(numbers, (i) => 10 ** ((i * width <= 12 ? 3 : 0.25 * i * width) / 10)),
  }
  const ones = new Float64Array(count)
  spread(ear, ear.spreadOnes, ones)
  return { ...ear, spreadOnes: ones }
}

/** Sums lines into bands, none below 1e-12 (2.1.5). */
export function group({ first, last, firstPart, lastPart }: FftEar, spectrum: Float64Array, bands: Float64Array): void {
  for (let i = 0; i < bands.length; i++) {
    let sum = firstPart[i] * spectrum[first[i]] + lastPart[i] * spectrum[last[i]]
    for (let k = first[i] + 1; k < last[i]; k++) sum += spectrum[k]
    bands[i] = Math.max(1e-12, sum)
  }
}

/**
 * Spreads energies over bands by slopes that depend on their level upwards and add as powers of 0.4 (2.1.7). Powers are worked
 * out from one logarithm of each energy.
 */
function spread({ width, upper, lower, spreadOnes }: FftEar, energies: Float64Array, result: Float64Array): void {
  const count = energies.length
  const slopes = new Float64Array(count)
  const own = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const level = Math.log(energies[i])
    const logSlope = upper[i] + 0.2 * width * level
    const sum = lower[i] + (1 - Math.exp((count - i) * logSlope)) / (1 - Math.exp(logSlope)) - 1
    slopes[i] = Math.exp(0.4 * logSlope)
    own[i] = Math.exp(0.4 * (level - Math.log(sum)))
  }
  const down = 10 ** (-2.7 * width * 0.4)
  result[count - 1] = own[count - 1]
  for (let i = count - 1; i > 0; i--) result[i - 1] = down * result[i] + own[i - 1]
  for (let i = 0; i < count - 1; i++) {
    const slope = slopes[i]
    let part = own[i]
    for (let j = i + 1; j < count; j++) {
      part *= slope
      result[j] += part
    }
  }
  for (let i = 0; i < count; i++) result[i] = (result[i] * result[i] * Math.sqrt(result[i])) / spreadOnes[i]
}

/** What the ear has of one signal of one channel. */
export class FftEarState {
  readonly power = new Float64Array(LINES)
  /** Weighted by outer and middle ear. */
  readonly weighted = new Float64Array(LINES)
  /** Spread over frequency, and over time as well. */
  readonly unsmeared: Float64Array
  readonly excitation: Float64Array
  /** Whether the frame's second half has enough energy for the harmonic structure of errors to mean something (5.2.4.3). */
  energetic = false
  private readonly filtered: Float64Array
  private readonly bands: Float64Array

  constructor(private readonly ear: FftEar) {
    const count = ear.centres.length
    this.unsmeared = new Float64Array(count)
    this.excitation = new Float64Array(count)
    this.filtered = new Float64Array(count)
    this.bands = new Float64Array(count)
  }

  /** Takes a frame whose power spectrum has been put into `power`. */
  process(frame: Float32Array): void {
    const { ear, power, weighted, unsmeared, excitation, filtered, bands } = this
    for (let k = 0; k < LINES; k++) weighted[k] = power[k] * EAR_POWER[k]
    group(ear, weighted, bands)
    for (let i = 0; i < bands.length; i++) bands[i] += ear.internalNoise[i]
    spread(ear, bands, unsmeared)
    for (let i = 0; i < bands.length; i++) {
      filtered[i] = ear.masking[i] * filtered[i] + (1 - ear.masking[i]) * unsmeared[i]
      excitation[i] = Math.max(filtered[i], unsmeared[i])
    }
    let energy = 0
    for (let i = FRAME / 2; i < FRAME; i++) energy += frame[i] * frame[i]
    this.energetic = energy >= 8000 / 32768 ** 2
  }
}
