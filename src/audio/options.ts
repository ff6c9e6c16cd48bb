/** Options of encoding sound, and what they come to. */
import type { SoundHeader } from '../../codecs/audio/header.js'
import { MAX_SEGMENT_SAMPLES } from '../../codecs/audio/header.js'
import { audioHeader, gainForQuality } from '../../codecs/audio/settings.js'
import { type AudioFormat, FORMAT_BITS } from '../../codecs/audio/sound.js'
import { frameCount } from '../../codecs/audio/spans.js'
import { flag, integer, number, type Rules, SHARED, WARNED } from '../calls/options.js'
import type { Warned } from '../calls/warnings.js'
import type { Runner } from '../threads/runner.js'

/** Options of encoding a sound, whole or as it comes. Of `quality`, `bitrate` and `targetSize` one at most is given. */
export interface SoundOptions extends Warned {
  /**
   * How good lossy sound is, 0..100. By the grade of PEAQ (0 inaudible, -4 very annoying) 25 is about -2.75, 50 -1.6, 75 -0.6, 90 -0.1.
   * Default: 75.
   */
  quality?: number
  /** Kilobits per second of the whole file, 0.1 or more, instead of `quality`: met within 1.5 % on sounds of 2 s or more. */
  bitrate?: number
  /** Samples come back bit for bit. They are integers, or floats that hold those of u8, s16, s24, or f32. Default: false. */
  lossless?: boolean
  /**
   * With `lossless`: a hybrid file, whose lossy layer has this quality, 0..100. The rest are corrections, which `stripAudio` drops.
   * Default: no layer.
   */
  lossyQuality?: number
  /** With `lossless`: a hybrid file, whose lossy layer takes so many kilobits per second, 0.1 or more. Default: no layer. */
  lossyBitrate?: number
  /** How closely a bitrate is met, and how hard lossless coding tries, 1..9. Default: 5. */
  effort?: number
  /** Strength of locally adaptive steps, 0..2: 0 is one step for all. Default: 1. */
  laq?: number
  /** Ends the call, which then fails with the signal's reason, or with LaqError 'aborted' if it has none. */
  signal?: AbortSignal
  /** Where segments are coded. Default: this thread, whose timers and other work have turns meanwhile. See `createPool` of laq/node. */
  runner?: Runner
}

/** Options of encoding a whole sound. */
export interface EncodeAudioOptions extends SoundOptions {
  /** Bytes of the whole file, 1 or more, instead of `quality`: never above, and at most 1 % below where gains can come that close. */
  targetSize?: number
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
}

export const SOUND_RULES: Rules<SoundOptions> = {
  quality: number(0, 100),
  bitrate: number(0.1, 1e6),
  lossless: flag,
  lossyQuality: number(0, 100),
  lossyBitrate: number(0.1, 1e6),
  effort: integer(1, 9),
  laq: number(0, 2),
  signal: SHARED.signal,
  runner: SHARED.runner,
  ...WARNED,
}

export const ENCODE_AUDIO_RULES: Rules<EncodeAudioOptions> = {
  ...SOUND_RULES,
  targetSize: number(1, Number.MAX_SAFE_INTEGER),
  onProgress: SHARED.onProgress,
}

/** Options that exclude each other: each sets the rate of what is lossy. */
const RATES = ['quality', 'bitrate', 'targetSize', 'lossyQuality', 'lossyBitrate'] as const

/** Whether options that follow their rules go together. @throws RangeError if not */
export function checkTogether(options: EncodeAudioOptions, { sampleFormat }: Pick<AudioFormat, 'sampleFormat'>): void {
  const rates = RATES.filter((name) => options[name] !== undefined)
  if (rates.length > 1) throw new RangeError(`${rates.join(' and ')} exclude each other`)
  const isOfLossless = rates[0] === 'lossyQuality' || rates[0] === 'lossyBitrate'
  if (rates.length > 0 && isOfLossless !== Boolean(options.lossless))
    throw new RangeError(isOfLossless ? `${rates[0]} is for lossless sounds` : `${rates[0]} is not for lossless sounds`)
  if (options.lossless && sampleFormat === 'f64') throw new RangeError('samples of f64 cannot be kept without loss')
}

/** What is told to the segment encoder: the file's header, and what sets the rate of a lossy layer. */
export interface Plan {
  header: SoundHeader
  effort: number
  /** If neither of the following is set. */
  gain: number
  bitrate?: number
  targetSize?: number
}

/** Samples of the first lossless segment, so many bytes and a second at most: it may be incompressible and must still come early. */
const FIRST_BYTES = 65_536
/** Length of the others: prediction learns on, but seeking decodes from a segment's start. */
const LOSSLESS_SECONDS = 10
/** Samples of all channels that a lossless segment of ours has at most, for the sake of memory. */
const MOST_LOSSLESS = MAX_SEGMENT_SAMPLES / 8

/** The plan for a sound of `length` samples, or of an unknown number. */
export function planOf(format: AudioFormat, length: number | undefined, options: EncodeAudioOptions): Plan {
  const { quality = 75, effort = 5, laq = 1, lossyQuality = quality } = options
  const { sampleRateHz, channels, sampleFormat, channelMask = 0 } = format
  const facts = { sampleRateHz, channels, sampleFormat, channelMask, length }
  const bitrate = options.bitrate ?? options.lossyBitrate
  const early = Math.floor((FIRST_BYTES * 8) / (FORMAT_BITS[sampleFormat] * channels))
  if (options.lossless && options.lossyQuality === undefined && options.lossyBitrate === undefined) {
    const firstSamples = Math.max(1, Math.min(early, sampleRateHz))
    const segmentSamples = Math.max(1, Math.min(Math.floor(MOST_LOSSLESS / channels), LOSSLESS_SECONDS * sampleRateHz))
    return { header: { mode: 'lossless', ...facts, firstSamples, segmentSamples }, effort, gain: 0 }
  }
  const mode = options.lossless ? 'hybrid' : 'lossy'
  const header = audioHeader({ mode, ...facts }, laq)
  // one frame completes nothing
  const firstFrames = Math.max(2, 1 + Math.floor(early / header.lines))
  const hasMore = length === undefined || frameCount(length, header.lines) > firstFrames
  return {
    header: mode === 'hybrid' && hasMore && firstFrames < header.segmentFrames ? { ...header, firstFrames } : header,
    effort,
    gain: gainForQuality(lossyQuality),
    ...(bitrate !== undefined && { bitrate }),
    ...(options.targetSize !== undefined && { targetSize: options.targetSize }),
  }
}
