/** laq decode, of sounds: whole or in part, or, where they are long or come through a pipe, as they are read. */
import { readAudioHeader } from '../../../codecs/audio/header.js'
import { readHeader } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { AudioDamage, DecodeAudioOptions } from '../../audio.js'
import type { WavKind } from '../../io/wav/chunks.js'
import { flag, flagOf, limitsOf, number, type Shared, STDIO_WORD, UsageError } from '../arguments.js'
import { type Input, label } from '../files.js'
import type { Figures, Stopwatch, Talk } from '../report.js'
import { recorded } from '../signals.js'
import { expectSoundOutput, formatSound, type SoundArguments } from '../sounds.js'
import { plain } from '../terminal.js'
import type { Threads } from '../threads.js'
import { figuresOf } from './encodesound.js'

export const SOUND_DECODING = {
  from: number('from', 'sound: start, in seconds', 0, 1e9),
  to: number('to', 'sound: end, in seconds', 0, 1e9),
  tolerant: flag('sound: decode what is left of a damaged file, and say what is lost'),
  'lossy-layer': flag('sound: decode only the lossy layer of --with-lossy'),
}

export interface SoundDecoding extends Shared, SoundArguments {
  from?: number
  to?: number
  tolerant?: boolean
  lossyLayer?: boolean
}

/** Options that are for sounds only. */
export const SOUND_ONLY = ['from', 'to', 'tolerant', 'lossyLayer', 'raw', 'replaygain'] as const

/** Sounds of more samples, all channels together, are decoded as they are read. */
const LONG = 2 ** 25

/** Whether a sound is to be decoded as it is read. @throws nothing: what is wrong is found later */
export function isStreamed({ head, isLive }: Input, { from, to, raw, replaygain }: SoundDecoding): boolean {
  if (from !== undefined || to !== undefined || raw || replaygain) return false
  if (isLive) return true
  try {
    const { length, channels } = readAudioHeader(readHeader(head).header, { samples: Number.POSITIVE_INFINITY })
    return length === undefined || length * channels > LONG
  } catch (error) {
    if (error instanceof LaqError) return false
    throw error
  }
}

/** What decoding does with damage and corrections. */
function optionsOf({ path }: Pick<Input, 'path'>, given: SoundDecoding): Pick<DecodeAudioOptions, 'onDamage' | 'correction'> {
  const tell = (damage: AudioDamage) => {
    if (!given.quiet) process.stderr.write(`laq: ${plain(`${label(path)}: ${lineOf(damage)}`)}\n`)
  }
  return { ...(given.tolerant && { onDamage: tell }), ...(given.lossyLayer && { correction: false }) }
}

function lineOf({ what, segment, offset, from, to, reason }: AudioDamage): string {
  const samples = `samples ${from} to ${to}`
  if (what === 'segment') return `segment ${segment} at byte ${offset} is lost, ${samples} are silent: ${reason.message}`
  if (what === 'correction')
    return `the correction of segment ${segment} at byte ${offset} is lost, ${samples} are lossy: ${reason.message}`
  if (what === 'end') return `the end is lost after ${segment} segments, at byte ${offset}: ${reason.message}`
  return `something is wrong, and nothing tells where: ${reason.message}`
}

export async function streamSound(
  input: Input,
  output: string,
  given: SoundDecoding,
  watch: Stopwatch,
  threads: Threads,
  { onProgress, onWarning, onStop }: Talk,
): Promise<Omit<Figures, 'input' | 'output'>> {
  expectSoundOutput(output, given)
  const { decodeAudioStream } = await import('../../io/sound/stream.js')
  const runner = await threads.runner(Number.POSITIVE_INFINITY)
  const target = output === STDIO_WORD ? process.stdout : output
  const kind: WavKind | undefined = /\.w64$/i.test(output) ? 'W64' : /\.rf64$/i.test(output) ? 'RF64' : undefined
  const force = given.force ?? false
  const options = { ...optionsOf(input, given), limits: limitsOf(given), force, runner, onProgress, onWarning, ...(kind && { kind }) }
  const { bytes, length, ...facts } = await watch.time('coding', () =>
    input.isLive
      ? recorded((stop) => decodeAudioStream(input.pieces(), target, { ...options, stop }), onStop)
      : decodeAudioStream(input.path, target, options),
  )
  return figuresOf(facts, length, bytes)
}

export async function decodeSound(
  input: Pick<Input, 'path'>,
  file: Uint8Array,
  output: string,
  given: SoundDecoding,
  watch: Stopwatch,
  threads: Threads,
  talk: Talk,
): Promise<Omit<Figures, 'input' | 'output' | 'bytes'> & { bytes: Uint8Array }> {
  expectSoundOutput(output, given)
  const { decodeAudio } = await import('../../audio.js')
  const { from, to } = given
  // a part of a long sound may fit limits that the whole does not
  const header = readAudioHeader(readHeader(file).header, { samples: Number.POSITIVE_INFINITY })
  const runner = await threads.runner((header.length ?? Number.POSITIVE_INFINITY) * header.channels)
  const part = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  const options = {
    ...optionsOf(input, given),
    ...part,
    limits: limitsOf(given),
    runner,
    onProgress: talk.onProgress,
    onWarning: talk.onWarning,
    exact: true,
  }
  const audio = await watch.time('coding', () => decodeAudio(file, options))
  const bytes = await watch.time('writing', () => formatSound(audio, output, given, talk))
  const samples = audio.channels[0].length
  const figures = figuresOf({ mode: header.mode, ...audio, channels: audio.channels.length }, samples, bytes)
  return header.length === undefined ? figures : { ...figures, whole: header.length / header.sampleRateHz }
}

/** @throws UsageError */
export function refuseForSounds(given: { scale?: unknown; region?: unknown; outputQuality?: unknown }): void {
  for (const option of ['scale', 'region', 'outputQuality'] as const) {
    if (given[option] !== undefined) throw new UsageError(`${flagOf(option)} is for images`)
  }
}
