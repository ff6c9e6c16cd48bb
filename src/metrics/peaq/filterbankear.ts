/** The ear model of PEAQ's advanced version that is a filter bank (ITU-R BS.1387-1, 2.2): 40 bands, a frame every 192 samples. */
import { type Bands, createBands, earGain, PLAYBACK_LEVEL } from './ear.js'

export const BANK_BANDS = 40
export const BANK_STEP = 192
/** Outputs of the bank in a frame. */
export const BANK_OUTPUTS = BANK_STEP / 32
export const BANK_LEVEL = 10 ** (PLAYBACK_LEVEL / 20)

/** Lengths of the filters in samples (table 8). */
export const FILTER_LENGTHS = Int32Array.of(
  ...[1456, 1438, 1406, 1362, 1308, 1244, 1176, 1104, 1030, 956, 884, 814, 748, 686, 626, 570, 520, 472, 430, 390],
  ...[354, 320, 290, 262, 238, 214, 194, 176, 158, 144, 130, 118, 106, 96, 86, 78, 70, 64, 58, 52],
)

/** Evenly spaced in Bark from 50 Hz to 18 kHz. */
export const BANK_CENTRES = Float64Array.from({ length: BANK_BANDS }, (_, i) => {
  const [low, high] = [Math.asinh(50 / 650), Math.asinh(18000 / 650)]
  return 650 * Math.sinh(low + (i * (high - low)) / (BANK_BANDS - 1))
})
export const BANK_WEIGHTS = BANK_CENTRES.map(earGain)

export const createBankEar = (): Bands => createBands(BANK_CENTRES, BANK_STEP, [0.004, 0.02], 1.26539)

/** Backward masking: a raised cosine over the last 11 outputs (2.2.9), and its scale. */
const BACKWARD = Float64Array.from({ length: 11 }, (_, i) => (Math.cos((Math.PI * (i - 5)) / 12) ** 2 * 0.9761) / 6)

/** What the ear has of one signal of one channel. */
export class BankEarState {
  readonly unsmeared = new Float64Array(BANK_BANDS)
  readonly excitation = new Float64Array(BANK_BANDS)
  /** The latest 11 outputs, oldest first. */
  private readonly energies = new Float64Array(11 * BANK_BANDS)

  constructor(private readonly ear: Bands) {}

  /** Takes a frame: BANK_OUTPUTS rows of 40 energies. */
  process(frame: Float64Array): void {
    const { ear, unsmeared, excitation, energies } = this
    energies.copyWithin(0, frame.length)
    energies.set(frame, energies.length - frame.length)
    unsmeared.set(ear.internalNoise)
    // the weights are the same from both ends
    for (let t = 0, at = 0; t < 11; t++) for (let i = 0; i < BANK_BANDS; i++, at++) unsmeared[i] += BACKWARD[t] * energies[at]
    for (let i = 0; i < BANK_BANDS; i++) excitation[i] = ear.masking[i] * excitation[i] + (1 - ear.masking[i]) * unsmeared[i]
  }
}
