/** laq encode, of sounds: whole, or, where they are large or come through a pipe, as they are read. */
import { stat } from 'node:fs/promises'
import type { EncodeAudioOptions } from '../../audio.js'
import type { Stripping } from '../../io/stripping.js'
import { isPlainWav } from '../../io/wav/parser.js'
import { flag, flagOf, limitsOf, number, pick, type Shared, STDIO_WORD, UsageError } from '../arguments.js'
import type { Input } from '../files.js'
import type { Figures, Stopwatch, Talk } from '../report.js'
import { recorded } from '../signals.js'
import { checkSoundInput, readSound, type SoundArguments } from '../sounds.js'
import { stripped } from '../stripping.js'
import type { Threads } from '../threads.js'

export const SOUND_CODING = {
  bitrate: number('bitrate', 'sound: rate of the whole file, in kb/s', 1, 100_000),
  lossless: flag('sound: keep every sample bit for bit'),
  'with-lossy': number('with-lossy', 'sound, with --lossless: add a lossy layer of so many kb/s, which laq strip keeps', 1, 100_000),
}

export interface SoundCoding extends Shared, SoundArguments, Stripping {
  quality?: number
  effort?: number
  targetSize?: number
  bitrate?: number
  lossless?: boolean
  withLossy?: number
  laq?: number
}

/** Options of {@link SoundCoding} that are for sounds only, but those of inputs. */
export const SOUND_ONLY = ['bitrate', 'lossless', 'withLossy', 'keepChunks', 'replaygain'] as const

export type Encoded = Omit<Figures, 'input' | 'output' | 'bytes'>

/** WAV files from this size on are encoded as they are read: the same bytes, but for a bitrate, in less memory. */
const LARGE = 64 * 2 ** 20
/** A bitrate is met best by gains that are sought over the whole sound, as long as memory holds that. */
const LARGE_WITH_RATE = 512 * 2 ** 20

/** @throws UsageError on options that do not go together */
function optionsOf(given: SoundCoding): EncodeAudioOptions {
  checkSoundInput(given)
  if (given.keepChunks && (given.strip || given.keep)) throw new UsageError('--keep-chunks keeps everything, but --strip and --keep do not')
  if (given.withLossy !== undefined && !given.lossless) throw new UsageError('--with-lossy needs --lossless')
  for (const name of ['quality', 'bitrate', 'targetSize'] as const) {
    if (given.lossless && given[name] !== undefined) throw new UsageError(`--lossless and ${flagOf(name)} exclude each other`)
  }
  return {
    ...pick(given, ['quality', 'effort', 'bitrate', 'targetSize', 'lossless', 'laq']),
    ...(given.withLossy !== undefined && { lossyBitrate: given.withLossy }),
  }
}

/** Whether the sound is to be encoded as it is read. */
export async function isStreamed({ path, head, isLive }: Input, given: SoundCoding): Promise<boolean> {
  if (!given.raw && !isPlainWav(head)) return false
  // what has to see all of the sound
  if (given.verbose || given.replaygain || given.targetSize !== undefined) return false
  if (isLive) return true
  const found = await stat(path)
  return found.isFile() && found.size >= (given.bitrate === undefined && given.withLossy === undefined ? LARGE : LARGE_WITH_RATE)
}

/** Encodes as it is read, and writes what there is. Progress is told of files alone. */
export async function streamSound(
  input: Input,
  output: string,
  given: SoundCoding,
  watch: Stopwatch,
  threads: Threads,
  { onProgress, onWarning, onStop }: Talk,
): Promise<Encoded & { bytes: number }> {
  const options = optionsOf(given)
  const { encodeAudioStream } = await import('../../io/sound/stream.js')
  const { raw, keepChunks = false, force = false } = given
  const target = output === STDIO_WORD ? process.stdout : output
  const runner = await threads.runner(Number.POSITIVE_INFINITY)
  const { within } = await import('../../calls/deadline.js')
  const stripping = pick(given, ['strip', 'keep'])
  const all = { ...options, limits: limitsOf(given), keepChunks, stripping, force, runner, onProgress, onWarning, ...(raw && { raw }) }
  const { bytes, length, ...facts } = await watch.time('coding', () =>
    within(all, (coding) =>
      input.isLive
        ? recorded((stop) => encodeAudioStream(input.pieces(), target, { ...coding, stop }), onStop)
        : encodeAudioStream(input.path, target, coding),
    ),
  )
  return figuresOf(facts, length, bytes)
}

export async function encodeSound(
  file: Uint8Array,
  given: SoundCoding,
  watch: Stopwatch,
  threads: Threads,
  talk: Talk,
): Promise<Encoded & { bytes: Uint8Array }> {
  const options = optionsOf(given)
  const { encodeAudio } = await import('../../audio.js')
  const audio = await watch.time('reading', () => readSound(file, given, limitsOf(given), options.lossless ?? false, talk))
  audio.metadata = stripped(audio.metadata, given, talk)
  const { channels } = audio
  const samples = channels[0].length
  const runner = await threads.runner(samples * channels.length)
  const { within } = await import('../../calls/deadline.js')
  const all = { ...options, runner, onProgress: talk.onProgress, onWarning: talk.onWarning }
  const bytes = await watch.time('coding', () =>
    within({ limits: limitsOf(given) }, ({ signal }) => encodeAudio(audio, { ...all, ...(signal && { signal }) })),
  )
  const mode = options.lossless ? (options.lossyBitrate === undefined ? 'lossless' : 'hybrid') : 'lossy'
  const figures = { ...figuresOf({ mode, ...audio, channels: channels.length }, samples, bytes), bytes }
  if (!given.verbose || options.lossless) return figures
  const { decodeAudio } = await import('../../audio.js')
  const { floatChannels } = await import('../../../codecs/audio/floats.js')
  const { snr } = await import('../../metrics/snr.js')
  const decoded = await watch.time('checking', () => decodeAudio(bytes, { limits: { samples: Infinity }, runner }))
  return { ...figures, decibels: snr(floatChannels(audio), decoded.channels) }
}

interface Facts {
  mode: string
  sampleRateHz: number
  channels: number
  sampleFormat: string
}

/** What is told of a sound that was coded. */
export function figuresOf<B>({ mode, sampleRateHz, channels, sampleFormat }: Facts, samples: number, bytes: B) {
  const seconds = samples / sampleRateHz
  return { kind: 'audio' as const, bytes, facts: { mode, sampleRateHz, channels, sampleFormat, samples, seconds }, amount: seconds }
}
