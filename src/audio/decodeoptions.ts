/** Options of decoding sound, whole or as it comes. */
import type { SoundHeader } from '../../codecs/audio/header.js'
import type { AudioFormat } from '../../codecs/audio/sound.js'
import type { Metadata } from '../../codecs/container/container.js'
import type { Limits } from '../../codecs/limits.js'
import { callback, choice, flag, number, type Rules, SHARED, WARNED } from '../calls/options.js'
import type { Warned } from '../calls/warnings.js'
import type { Runner } from '../threads/runner.js'
import type { AudioDamage } from './damage.js'

/** What decoding takes, whether the file is there or comes in pieces. */
interface SharedOptions {
  /** What a file may ask for. Default: `DEFAULT_LIMITS`. `samples` counts what comes out, silence in the place of what is lost included. */
  limits?: Partial<Limits>
  /**
   * Decode damaged files: segments that are lost become silence, and each is told to `onDamage`. Otherwise damage is an error. Default: true
   * with `onDamage`, else false.
   */
  tolerant?: boolean
  /** Called for each part that is lost, in the order of the sound. */
  onDamage?: (damage: AudioDamage) => void
  /**
   * Give the integers of lossless sounds as Int32Array. Otherwise they come as floats of -1..1, among which those of s32 are rounded. Samples
   * that were floats come as they are. Default: false.
   */
  exact?: boolean
  /** Apply the corrections of hybrid files. Without them the lossy layer is decoded. Default: true. */
  correction?: boolean
  /** Ends the call, which then fails with the signal's reason, or with LaqError 'aborted' if it has none. */
  signal?: AbortSignal
  /** Where segments are decoded. Default: this thread, whose timers and other work have turns meanwhile. See `createPool` of laq/node. */
  runner?: Runner
}

/** Options of decoding a whole sound, or a part of one. */
export interface DecodeAudioOptions extends SharedOptions, Warned {
  /** Where the part begins that is wanted, inclusive, in `unit`. Only its segments are decoded. Default: 0. */
  from?: number
  /** Where it ends, exclusive, in `unit`. Default: the end of the sound. */
  to?: number
  /** What `from` and `to` count. Default: 'seconds'. */
  unit?: 'seconds' | 'samples'
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
}

/** Options of decoding a sound that comes in pieces. */
export interface DecodeStreamOptions extends SharedOptions {
  /** When it fires, what has come is taken for all there is: the samples of whole segments come, and nothing that is missing is told. */
  stop?: AbortSignal
  /** Called once, before the first samples. */
  onInfo?: (info: StreamInfo) => void
  /** Called for each piece of metadata: most come before the first samples, large and late ones behind the last. */
  onMetadata?: (metadata: Metadata) => void
}

/** What is known of a sound before its samples. */
export interface StreamInfo extends AudioFormat {
  /** Whether samples come back bit for bit: 'lossy', 'lossless', or 'hybrid', which has a lossy layer and corrections. */
  mode: SoundHeader['mode']
  /** Samples per channel. Absent if the file was written while the sound came in. */
  length?: number
}

/** Rules of what whole sounds and streams share. */
const SHARED_RULES: Rules<SharedOptions> = {
  limits: SHARED.limits,
  tolerant: flag,
  onDamage: callback,
  exact: flag,
  correction: flag,
  signal: SHARED.signal,
  runner: SHARED.runner,
}

export const DECODE_AUDIO_RULES: Rules<DecodeAudioOptions> = {
  ...SHARED_RULES,
  ...WARNED,
  from: number(0, Number.POSITIVE_INFINITY),
  to: number(0, Number.POSITIVE_INFINITY),
  unit: choice('seconds', 'samples'),
  onProgress: SHARED.onProgress,
}

export const DECODE_STREAM_RULES: Rules<DecodeStreamOptions> = {
  ...SHARED_RULES,
  stop: SHARED.signal,
  onInfo: callback,
  onMetadata: callback,
}
