/** .laq files to sounds, whole or in part. */

import { asFloats, type FloatAudio } from '../../codecs/audio/floats.js'
import { type AudioData, bitsOf, type Channels, formatBytes } from '../../codecs/audio/sound.js'
import { segmentsOf } from '../../codecs/audio/spans.js'
import type { Metadata } from '../../codecs/container/container.js'
import { Md5 } from '../../codecs/container/md5.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit } from '../../codecs/limits.js'
import { within } from '../calls/deadline.js'
import { type Bytes, bytesOf } from '../calls/input.js'
import { checkRules, only } from '../calls/options.js'
import { type Warned, warner } from '../calls/warnings.js'
import { heedful, inThisThread } from '../threads/runner.js'
import { DECODE_AUDIO_RULES, type DecodeAudioOptions, SHARED_RULES, type StreamInfo } from './decodeoptions.js'
import { inOrder, segmentsAhead } from './inorder.js'
import { openAudio, partOf, type SoundFile } from './openfile.js'
import { type Block, SegmentDecoder } from './segmentdecoder.js'
import { decodeBlocks } from './stream/decode.js'

/** Decoded segments lie in memory whole until they are joined: of large ones a few must do. */
const MOST_AHEAD_SAMPLES = 2 ** 23

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
  // a part is limited by its own length; the header as a whole by what an index can hold
  const file = openAudio(bytes, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  const { header, length, metadata, md5 } = file
  const { sampleRateHz, sampleFormat, channelMask } = header
  const [start, end] = partOf(options, length, sampleRateHz)
  checkLimit('samples', (end - start) * header.channels, limits)
  const isExact = header.mode === 'lossless' || (header.mode === 'hybrid' && correction)
  const Samples = isExact && sampleFormat !== 'f32' ? Int32Array : Float32Array
  const channels = Array.from({ length: header.channels }, () => new Samples(end - start)) as Channels
  const sum = md5 && isExact && start === 0 && end === length ? new Md5() : undefined
  for await (const block of decodeSegments(file, start, end, isExact, options)) {
    const begin = Math.max(start, block.start)
    const finish = Math.min(end, block.start + block.channels[0].length)
    if (begin >= finish) continue
    for (const [c, samples] of block.channels.entries()) {
      channels[c].set(samples.subarray(begin - block.start, finish - block.start) as never, begin - start)
    }
    if (sum) {
      const whole = block.channels.map((samples) => bitsOf(samples, sampleFormat))
      sum.update(formatBytes(whole, sampleFormat, begin - block.start, finish - block.start))
    }
    onProgress?.((finish - start) / (end - start))
  }
  if (sum && !sum.digest().every((byte, i) => byte === md5?.[i])) throw new LaqError('malformed', 'the samples do not have their MD5')
  onProgress?.(1)
  const part = (start > 0 || end < length) && ([start, end] as const)
  return { sampleRateHz, sampleFormat, ...(channelMask && { channelMask }), channels, metadata, ...(part && { part }) }
}

/** The samples of the segments that reach into start..end-1, in order. */
async function* decodeSegments(
  file: SoundFile,
  start: number,
  end: number,
  isExact: boolean,
  { signal, runner = inThisThread }: DecodeAudioOptions,
): AsyncGenerator<Block> {
  if (end <= start) return
  const { header, length } = file
  const decoder = new SegmentDecoder(header, heedful(runner, { signal }), isExact)
  const { first, last } = segmentsOf(header, start, end)
  const work = async (i: number) => decoder.decode(first + i, length, file.segment(first + i, isExact))
  const segmentSamples = Math.max(1, (end - start) / (last - first + 1)) * header.channels
  const ahead = Math.max(1, Math.min(segmentsAhead(runner), Math.ceil(MOST_AHEAD_SAMPLES / segmentSamples)))
  let index = first
  for await (const decoded of inOrder(last - first + 1, ahead, work, signal)) yield decoder.join(index++, length, decoded)
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
  const blocks = decodeBlocks([bytes], {
    ...only(options, SHARED_RULES),
    tolerant: true,
    exact: true,
    // a part is limited by its own length, and so is the silence before it, which takes no bytes
    limits: { ...limits, samples: Number.MAX_SAFE_INTEGER },
    onInfo: (found) => {
      info = found
    },
    onDamage: (damage) => {
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
