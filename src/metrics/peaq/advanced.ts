/** The advanced version of PEAQ: three variables from the filter bank, two from the Fourier transform with 55 bands. */
import type { Kernel } from '../../../codecs/wasm/loader.js'
import { Average, KINDS } from './average.js'
import { loudnessOf } from './ear.js'
import { createFftEar, FftEarState, FRAME } from './fftear.js'
import { BANK_BANDS, BANK_OUTPUTS, BANK_STEP, BankEarState, createBankEar } from './filterbankear.js'
import { frameOf, frameStarts, isLoud } from './frames.js'
import { type AudioExports, Bank, Spectra } from './kernel.js'
import { LevelAdapter, Modulation } from './patterns.js'
import { harmonicStructure, linearDistortion, modulationDifference, noiseLoudness, noiseToMask } from './variables.js'

/** Frames of half a second that come before modulation and loudness count. */
const SETTLING = 125
/** Frames after loudness has been reached. */
const AFTER_LOUD = 13
/** Frames that the bank is given at a time. */
const BATCH = 64

/** Variables in the order of ADVANCED in grade.ts. @param reference, test as many channels of as many samples, at 48 kHz */
export function advancedVariables(
  kernel: Kernel<AudioExports>,
  reference: readonly Float32Array[],
  test: readonly Float32Array[],
): number[] {
  const [ratio, harmonic] = spectralAverages(kernel, reference, test)
  const [modulation, asymmetric, linear] = bankAverages(kernel, reference, test)
  return [modulation, asymmetric, ratio, harmonic, linear].map((average) => average.value)
}

/** Segmental noise-to-mask ratio and harmonic structure of the error. */
function spectralAverages(kernel: Kernel<AudioExports>, reference: readonly Float32Array[], test: readonly Float32Array[]): Average[] {
  const ear = createFftEar(55)
  const spectra = new Spectra(kernel)
  const count = reference.length
  const states = [reference, test].map((channels) => channels.map(() => new FftEarState(ear)))
  const ratio = new Average(KINDS.mean, count)
  const harmonic = new Average(KINDS.mean, count)
  for (const start of frameStarts(reference[0].length, FRAME, FRAME / 2)) {
    const loud = isLoud(reference, start, FRAME)
    ratio.begin(loud)
    harmonic.begin(loud)
    for (const [i, channels] of [reference, test].entries()) {
      for (const [c, channel] of channels.entries()) {
        const samples = frameOf(channel, start, FRAME)
        spectra.ofFrame(samples, states[i][c].power)
        states[i][c].process(samples)
      }
    }
    const energetic = states.some((side) => side.some((state) => state.energetic))
    for (let c = 0; c < count; c++) {
      ratio.add(c, 10 * Math.log10(noiseToMask(ear, states[0][c], states[1][c])[0]))
      if (energetic) harmonic.add(c, harmonicStructure(states[0][c].weighted, states[1][c].weighted, spectra))
    }
  }
  return [ratio, harmonic]
}

/** Modulation difference, asymmetric noise loudness and linear distortion. */
function bankAverages(kernel: Kernel<AudioExports>, reference: readonly Float32Array[], test: readonly Float32Array[]): Average[] {
  const ear = createBankEar()
  const count = reference.length
  const sides = [reference, test] as const
  const bank = new Bank(kernel, 2 * count, BATCH * BANK_STEP)
  const energies = sides.map((channels) => channels.map(() => new Float64Array(BATCH * BANK_OUTPUTS * BANK_BANDS)))
  const states = sides.map((channels) => channels.map(() => new BankEarState(ear)))
  const modulations = sides.map((channels) => channels.map(() => new Modulation(ear)))
  const adapters = reference.map(() => new LevelAdapter(ear))
  const modulation = new Average(KINDS.rootMeanSquare, count)
  const asymmetric = new Average(KINDS.asymmetric, count)
  const linear = new Average(KINDS.mean, count)
  let loudFrame = Infinity
  for (const [frame, start] of frameStarts(reference[0].length, BANK_STEP, BANK_STEP).entries()) {
    const inBatch = frame % BATCH
    if (inBatch === 0) {
      for (const [i, channels] of sides.entries()) {
        for (const [c, channel] of channels.entries()) {
          energies[i][c].set(bank.process(i * count + c, frameOf(channel, start, BATCH * BANK_STEP)))
        }
      }
    }
    const loud = isLoud(reference, start, BANK_STEP)
    for (const average of [modulation, asymmetric, linear]) average.begin(loud)
    const from = inBatch * BANK_OUTPUTS * BANK_BANDS
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < 2; i++) {
        states[i][c].process(energies[i][c].subarray(from, from + BANK_OUTPUTS * BANK_BANDS))
        modulations[i][c].process(states[i][c].unsmeared)
      }
      adapters[c].process(states[0][c].excitation, states[1][c].excitation)
      if (loudFrame === Infinity && states.every((side) => loudnessOf(ear, side[c].excitation) > 0.1)) loudFrame = frame
    }
    if (frame < SETTLING) continue
    for (let c = 0; c < count; c++) {
      const [a, b] = [modulations[0][c], modulations[1][c]]
      const { first, weight } = modulationDifference(ear, a, b, 1)
      modulation.add(c, first * Math.sqrt(BANK_BANDS), weight)
      if (frame - AFTER_LOUD < loudFrame) continue
      const { reference: left, test: right } = adapters[c]
      const added = noiseLoudness(ear, { alpha: 2.5, threshold: 0.3, least: 1, floor: 0.1 }, a.values, b.values, left, right)
      const missing = noiseLoudness(ear, { alpha: 1.5, threshold: 0.15, least: 1, floor: 0 }, b.values, a.values, right, left)
      asymmetric.add(c, added, missing)
      linear.add(c, linearDistortion(ear, a, adapters[c], states[0][c].excitation))
    }
  }
  return [modulation, asymmetric, linear]
}
