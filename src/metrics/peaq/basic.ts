/** The basic version of PEAQ: eleven variables from the ear model of the Fourier transform. */
import type { Kernel } from '../../../codecs/wasm/loader.js'
import { Average, KINDS } from './average.js'
import { loudnessOf } from './ear.js'
import { createFftEar, FftEarState, FRAME } from './fftear.js'
import { frameOf, frameStarts, isLoud } from './frames.js'
import { type AudioExports, Spectra } from './kernel.js'
import { LevelAdapter, Modulation } from './patterns.js'
import { bandwidths, detection, harmonicStructure, LEAST_BANDWIDTH, modulationDifference, noiseLoudness, noiseToMask } from './variables.js'

/** Frames of half a second that come before modulation and loudness count. */
const SETTLING = 24
/** Frames after loudness has been reached. */
const AFTER_LOUD = 3
/** 1.5 dB. */
const DISTURBED = 10 ** 0.15

/** Variables in the order of BASIC in grade.ts. @param reference, test as many channels of as many samples, at 48 kHz */
export function basicVariables(kernel: Kernel<AudioExports>, reference: readonly Float32Array[], test: readonly Float32Array[]): number[] {
  const ear = createFftEar(109)
  const spectra = new Spectra(kernel)
  const count = reference.length
  const each = <T>(make: () => T): T[] => Array.from({ length: count }, make)
  const states = [each(() => new FftEarState(ear)), each(() => new FftEarState(ear))] as const
  const adapters = each(() => new LevelAdapter(ear))
  const modulations = [each(() => new Modulation(ear)), each(() => new Modulation(ear))] as const
  const averages = {
    bandwidthReference: new Average(KINDS.mean, count),
    bandwidthTest: new Average(KINDS.mean, count),
    noiseToMask: new Average(KINDS.meanDb, count),
    windowedModulation: new Average(KINDS.windowed, count),
    distortedBlock: new Average(KINDS.logarithm, 1),
    harmonic: new Average(KINDS.mean, count),
    modulation1: new Average(KINDS.mean, count),
    modulation2: new Average(KINDS.mean, count),
    loudness: new Average(KINDS.rootMeanSquare, count),
    detection: new Average(KINDS.filteredMaximum, 1),
    disturbed: new Average(KINDS.mean, count),
  }
  const all = Object.values(averages)
  let loudFrame = Infinity

  for (const [frame, start] of frameStarts(reference[0].length, FRAME, FRAME / 2).entries()) {
    const loud = isLoud(reference, start, FRAME)
    for (const average of all) average.begin(loud)
    for (let c = 0; c < count; c++) {
      for (const [i, channels] of [reference, test].entries()) {
        const samples = frameOf(channels[c], start, FRAME)
        spectra.ofFrame(samples, states[i][c].power)
        states[i][c].process(samples)
        modulations[i][c].process(states[i][c].unsmeared)
      }
      adapters[c].process(states[0][c].excitation, states[1][c].excitation)
      if (loudFrame === Infinity && states.every((side) => loudnessOf(ear, side[c].excitation) > 0.1)) loudFrame = frame
    }

    const energetic = states.some((side) => side.some((state) => state.energetic))
    for (let c = 0; c < count; c++) {
      const [a, b] = [states[0][c], states[1][c]]
      const [modulationA, modulationB] = [modulations[0][c], modulations[1][c]]
      if (frame >= SETTLING) {
        const { first, second, weight } = modulationDifference(ear, modulationA, modulationB, 100)
        averages.modulation1.add(c, first, weight)
        averages.modulation2.add(c, second, weight)
        averages.windowedModulation.add(c, first)
        if (frame - AFTER_LOUD >= loudFrame) {
          const terms = { alpha: 1.5, threshold: 0.15, least: 0.5, floor: 0 }
          const { reference: left, test: right } = adapters[c]
          averages.loudness.add(c, noiseLoudness(ear, terms, modulationA.values, modulationB.values, left, right))
        }
      }
      const widths = bandwidths(a.power, b.power)
      if (widths) {
        averages.bandwidthReference.add(c, widths[0])
        averages.bandwidthTest.add(c, widths[1])
      }
      const [mean, most] = noiseToMask(ear, a, b)
      averages.noiseToMask.add(c, mean)
      averages.disturbed.add(c, most > DISTURBED ? 1 : 0)
      if (energetic) averages.harmonic.add(c, harmonicStructure(a.weighted, b.weighted, spectra))
    }
    const [probability, steps] = detection(...states)
    if (probability > 0.5) averages.distortedBlock.add(0, steps)
    averages.detection.add(0, probability)
  }
  const values = all.map((average) => average.value)
  // no frame has a bandwidth to lose
  if (averages.bandwidthReference.empty) values[0] = values[1] = LEAST_BANDWIDTH
  return values
}
