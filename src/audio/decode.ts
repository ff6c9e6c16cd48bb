/** .laq files to sounds, whole or in part. */
import { asFloats, type FloatAudio } from '../../codecs/audio/floats.js'
import type { SoundHeader } from '../../codecs/audio/header.js'
import type { AudioData, Channels } from '../../codecs/audio/sound.js'
import type { Metadata } from '../../codecs/container/container.js'
import { findEnd } from '../../codecs/container/sequence.js'
import { checkLimit, type Limits } from '../../codecs/limits.js'
import { within } from '../calls/deadline.js'
import { type Bytes, bytesOf } from '../calls/input.js'
import { checkRules } from '../calls/options.js'
import { type Warned, warner } from '../calls/warnings.js'
import { DECODE_AUDIO_RULES, type DecodeAudioOptions, type DecodeStreamOptions, type StreamInfo } from './decodeoptions.js'
import { openAudio } from './openfile.js'
import type { Run } from './reader.js'
import { partOf, seek } from './seek.js'
import type { Block } from './segmentdecoder.js'
import { SoundDecoder } from './sounddecoder.js'

/**
 * Decodes a sound file, or the part of it from `from` to `to`, to floats of full scale -1..1; with `exact`, lossless sounds of integer
 * formats, and hybrid ones with their corrections, to integers. The tags of a part are its own: loops, cue points and time references are
 * moved with its beginning; those outside are dropped, and told to `onWarning`.
 *
 * @throws LaqError 'malformed' (also if the samples of a whole lossless sound do not have their MD5), 'truncated', 'unsupported', 'limit';
 *   the reason of `signal` (LaqError 'aborted' if it has none); RangeError if `from` and `to` are no interval
 */
export function decodeAudio(file: Bytes, options?: DecodeAudioOptions & { exact?: false }): Promise<FloatAudio>
export function decodeAudio(file: Bytes, options: DecodeAudioOptions): Promise<AudioData>
export async function decodeAudio(file: Bytes, options: DecodeAudioOptions = {}): Promise<AudioData> {
  checkRules('decodeAudio', options, DECODE_AUDIO_RULES)
  const bytes = await bytesOf(file)
  const { part, ...sound } = await within(options, (timed) => decodeExactly(bytes, timed))
  const audio = part ? { ...sound, metadata: await metadataOf(sound, part, options) } : sound
  return options.exact ? audio : asFloats(audio)
}

/** Metadata of a part, without what holds for the whole alone. */
async function metadataOf({ metadata = [], sampleRateHz }: AudioData, [start, end]: Range, warned: Warned): Promise<Metadata[]> {
  if (metadata.length === 0) return metadata
  const { tagsOfPart } = await import('../io/tags/part.js')
  return tagsOfPart(metadata, { start, end, sampleRateHz }, warner(warned))
}

type Range = readonly [start: number, end: number]

/** A sound, and which samples of the whole it has if it is a part. */
type Decoded = AudioData & { part?: Range }

async function decodeExactly(bytes: Uint8Array, options: DecodeAudioOptions): Promise<Decoded> {
  const { limits, from = 0, to = Number.POSITIVE_INFINITY, unit = 'seconds', correction = true, onProgress } = options
  if (!(from >= 0 && to >= from)) throw new RangeError(`from ${from} to ${to} ${unit} is no interval`)
  if (options.tolerant ?? options.onDamage) return decodeDamaged(bytes, options)
  const { header, length, runs } = placeOf(bytes, options)
  const { mode, sampleRateHz, sampleFormat, channelMask } = header
  const [start, end] = partOf(options, length, sampleRateHz)
  checkLimit('samples', (end - start) * header.channels, limits)
  const isExact = mode === 'lossless' || (mode === 'hybrid' && correction)
  const Samples = isExact && sampleFormat !== 'f32' ? Int32Array : Float32Array
  const channels = Array.from({ length: header.channels }, () => new Samples(end - start)) as Channels
  const metadata: Metadata[] = []
  for await (const block of blocksOf(bytes, { ...options, onMetadata: (item) => metadata.push(item) }, runs)) {
    const begin = Math.max(start, block.start)
    const finish = Math.min(end, block.start + block.channels[0].length)
    if (begin >= finish) continue
    for (const [c, samples] of block.channels.entries()) {
      channels[c].set(samples.subarray(begin - block.start, finish - block.start) as never, begin - start)
    }
    onProgress?.((finish - start) / (end - start))
  }
  onProgress?.(1)
  const part = (start > 0 || end < length) && ([start, end] as const)
  return { sampleRateHz, sampleFormat, ...(channelMask && { channelMask }), channels, metadata, ...(part && { part }) }
}

/** What to read of a file: by its index what the part takes, or, where its end is not at the end of the bytes, all of it. */
function placeOf(bytes: Uint8Array, options: DecodeAudioOptions): { header: SoundHeader; length: number; runs?: Run[] } {
  const end = findEnd(bytes, options.limits)
  // without an index it is walked through, which finds what is wrong before anything is decoded
  return end ? { length: end.length, ...seek(bytes, end, options) } : openAudio(bytes, unlimited(options))
}

/** Samples are counted by who takes them: a part is limited by its own length. */
const unlimited = ({ limits }: Pick<DecodeAudioOptions, 'limits'>): Partial<Limits> => ({ ...limits, samples: Number.MAX_SAFE_INTEGER })

/** Samples of a file, or of some runs of it, as they were coded. */
function blocksOf(bytes: Uint8Array, options: DecodeStreamOptions, runs?: readonly Run[]): AsyncGenerator<Block> {
  return new SoundDecoder({ ...options, exact: true, limits: unlimited(options) }).read(bytes, runs)
}

/** A file of which some may be lost: all of it is walked through. */
async function decodeDamaged(bytes: Uint8Array, options: DecodeAudioOptions): Promise<Decoded> {
  const { limits, onProgress } = options
  const metadata: Metadata[] = []
  const parts: Block[] = []
  let info: StreamInfo | undefined
  let length = 0
  let taken = 0
  let silent = 0
  const blocks = blocksOf(bytes, {
    ...options,
    tolerant: true,
    onInfo: (found) => {
      info = found
    },
    onDamage: (damage) => {
      // silence takes no bytes: what comes before the part counts too
      if (damage.what === 'segment') silent += (damage.to - damage.from) * info!.channels
      checkLimit('samples', silent, limits)
      options.onDamage?.(damage)
    },
    onMetadata: (item) => metadata.push(item),
  })
  for await (const { start: at, channels } of blocks) {
    length = at + channels[0].length
    const [start, end] = partOf(options, Number.POSITIVE_INFINITY, info!.sampleRateHz)
    if (at >= end) break
    const [begin, finish] = [Math.max(start, at), Math.min(end, length)]
    if (begin >= finish) continue
    taken += (finish - begin) * channels.length
    checkLimit('samples', taken, limits)
    parts.push({ start: begin, channels: channels.map((samples) => samples.slice(begin - at, finish - at)) as Channels })
    if (info?.length) onProgress?.(Math.min(1, length / info.length))
  }
  // there is an info, or the header was an error
  const { mode, length: told = length, channels: count, ...facts } = info as StreamInfo
  const [start, end] = partOf(options, Math.max(told, length), facts.sampleRateHz)
  checkLimit('samples', (end - start) * count, limits)
  const isInteger = parts[0]?.channels[0] instanceof Int32Array
  const channels = Array.from({ length: count }, (_, c) => {
    const samples = isInteger ? new Int32Array(end - start) : new Float32Array(end - start)
    for (const block of parts) samples.set(block.channels[c] as never, block.start - start)
    return samples
  }) as Channels
  onProgress?.(1)
  const part = (start > 0 || end < Math.max(told, length)) && ([start, end] as const)
  return { ...facts, channels, metadata, ...(part && { part }) }
}
