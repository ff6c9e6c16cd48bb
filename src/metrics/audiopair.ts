/** Any of the metrics of sounds, by the names that tables and JSON use. */
import { floatChannels } from '../../codecs/audio/floats.js'
import type { AudioData } from '../../codecs/audio/sound.js'
import { checkRules, choice } from '../calls/options.js'
import { delayOf } from './align.js'
import { checkNames } from './errormap.js'
import { SAMPLE_RATE } from './peaq/ear.js'
import { gradeAligned, type Peaq } from './peaq/peaq.js'
import { resample } from './resample.js'
import { segmentalSnr } from './segmentalsnr.js'
import { snr } from './snr.js'

/** Names of the metrics of sounds. The unit is dB where the name ends in Db. */
export const AUDIO_METRICS = ['snrDb', 'segmentalSnrDb', 'nmrDb', 'odgBasic', 'diBasic', 'odgAdvanced', 'diAdvanced'] as const
/** One of {@link AUDIO_METRICS}. */
export type AudioMetric = (typeof AUDIO_METRICS)[number]

/** A sound to be measured. */
export interface AudioSamples {
  /** Samples of a channel in a second, a positive integer. */
  sampleRateHz: number
  /** One array per channel, all of one length; full scale is -1..1, or integers as `sampleFormat` says. */
  channels: AudioData['channels']
  /** What integers are of. Default: samples are floats. */
  sampleFormat?: AudioData['sampleFormat']
}

/** Largest delay that is looked for, in seconds. */
const MOST_DELAY = 0.5

/** Sounds that begin together and are equally long, at the rate of the reference. */
export interface AlignedPair {
  sampleRateHz: number
  channels: readonly Float32Array[]
  test: readonly Float32Array[]
  /** Samples that the test came later (negative: earlier). */
  lagSamples: number
}

function check({ sampleRateHz, channels }: { sampleRateHz: number; channels: readonly Float32Array[] }, name: string): void {
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1)
    throw new RangeError(`the ${name} has ${sampleRateHz} Hz, which is no sample rate`)
  for (const [c, channel] of channels.entries()) {
    if (channel.length === 0) throw new RangeError(`the ${name} has no samples`)
    if (channel.length !== channels[0].length)
      throw new RangeError(`the ${name} has channels of ${channels[0].length} and ${channel.length} samples`)
    const bad = channel.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) throw new RangeError(`the ${name} has ${channel[bad]} at sample ${bad} of channel ${c}`)
  }
}

/**
 * Brings a test to the rate of its reference and takes out a constant delay of up to half a second. What one has longer than the
 * other is left out.
 *
 * @throws RangeError if they differ in channels, or one has no samples or some that are not finite
 */
export async function aligned(original: AudioSamples, decoded: AudioSamples): Promise<AlignedPair> {
  const [reference, test] = [original, decoded].map((side) => ({ ...side, channels: floatChannels(side) }))
  if (reference.channels.length !== test.channels.length || test.channels.length === 0) {
    throw new RangeError(`${test.channels.length} channels against ${reference.channels.length} of the original`)
  }
  check(reference, 'reference')
  check(test, 'test')
  const { sampleRateHz } = reference
  const other = test.channels.map((channel) => resample(channel, test.sampleRateHz, sampleRateHz))
  const lagSamples = await delayOf(reference.channels, other, Math.round(MOST_DELAY * sampleRateHz))
  const cut = (channels: readonly Float32Array[], start: number) => channels.map((channel) => channel.subarray(start))
  const [left, right] = [cut(reference.channels, Math.max(0, -lagSamples)), cut(other, Math.max(0, lagSamples))]
  const length = Math.min(left[0].length, right[0].length)
  const shortened = (channels: Float32Array[]) => channels.map((channel) => channel.subarray(0, length))
  return { sampleRateHz, channels: shortened(left), test: shortened(right), lagSamples }
}

/**
 * PEAQ of sounds at any rate, which are aligned first. PEAQ knows one or two channels: of more, pairs (and a last one alone) are
 * graded each for itself, but for those whose reference is silent, and the results are means.
 *
 * @throws RangeError if the sounds differ in channels, last less than 0.56 s, are silent, or have samples that are not finite
 */
export async function peaq(reference: AudioSamples, test: AudioSamples, options: { model?: 'basic' | 'advanced' } = {}): Promise<Peaq> {
  checkRules('peaq', options, { model: choice('basic', 'advanced') })
  const { model = 'basic' } = options
  return gradePair(await aligned(reference, test), model)
}

async function gradePair({ sampleRateHz, channels, test }: AlignedPair, model: 'basic' | 'advanced'): Promise<Peaq> {
  const grades: Peaq[] = []
  for (let c = 0; c < channels.length; c += 2) {
    const [left, right] = [channels, test].map((side) =>
      side.slice(c, c + 2).map((channel) => resample(channel, sampleRateHz, SAMPLE_RATE)),
    )
    const grade = await gradeAligned(left, right, model)
    if (grade) grades.push(grade)
  }
  if (grades.length === 0) throw new RangeError('the reference is silent: PEAQ has nothing to judge')
  const mean = (of: (grade: Peaq) => number) => grades.reduce((sum, grade) => sum + of(grade), 0) / grades.length
  const names = Object.keys(grades[0].movs)
  return {
    odg: mean(({ odg }) => odg),
    di: mean(({ di }) => di),
    movs: Object.fromEntries(names.map((name) => [name, mean(({ movs }) => movs[name])])),
  }
}

/** What was measured of a pair of sounds. */
export interface AudioMeasures {
  /** Value of each metric; those that were not asked for are absent. */
  values: Partial<Record<AudioMetric, number>>
  /** PEAQ's model output variables, of the versions that were run. */
  movs: Partial<Record<'basic' | 'advanced', Record<string, number>>>
  /** Delay of the test that was taken out, in samples of the reference; negative if it came earlier. */
  lagSamples: number
}

/**
 * Measures `test` against `reference` by the metrics in `names`: aligned once, and each version of PEAQ run once.
 *
 * @throws as {@link peaq}; of sounds that are too short or silent only if PEAQ or the noise-to-mask ratio is wanted
 */
export async function audioMetrics(
  reference: AudioSamples,
  test: AudioSamples,
  names: readonly AudioMetric[] = AUDIO_METRICS,
): Promise<AudioMeasures> {
  checkNames(names, AUDIO_METRICS)
  const pair = await aligned(reference, test)
  const found: Partial<Record<AudioMetric, number>> = {}
  const movs: AudioMeasures['movs'] = {}
  if (names.includes('snrDb')) found.snrDb = snr(pair.channels, pair.test)
  if (names.includes('segmentalSnrDb')) found.segmentalSnrDb = segmentalSnr(pair.channels, pair.test, pair.sampleRateHz)
  if (names.includes('nmrDb') || names.includes('odgBasic') || names.includes('diBasic')) {
    const grade = await gradePair(pair, 'basic')
    movs.basic = grade.movs
    Object.assign(found, { nmrDb: grade.movs.TotalNMRB, odgBasic: grade.odg, diBasic: grade.di })
  }
  if (names.includes('odgAdvanced') || names.includes('diAdvanced')) {
    const grade = await gradePair(pair, 'advanced')
    movs.advanced = grade.movs
    Object.assign(found, { odgAdvanced: grade.odg, diAdvanced: grade.di })
  }
  const values = Object.fromEntries(names.flatMap((name) => (name in found ? [[name, found[name]]] : [])))
  return { values, movs, lagSamples: pair.lagSamples }
}
