/** .laq files to sounds, whole or in part. */
import { segmentCount, segmentRange, segmentsOf } from '../../codecs/audio/spans.js'
import { Md5 } from '../../codecs/container/md5.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, type Limits } from '../../codecs/limits.js'
import { inThisThread, type Runner } from '../../codecs/task.js'
import { asFloats, type FloatAudio } from './floats.js'
import { inOrder, segmentsAhead } from './inorder.js'
import { type AudioDamage, openAudio, openDamaged, type SoundFile } from './openfile.js'
import { type Block, type DecodedSegment, SegmentDecoder } from './segmentdecoder.js'
import { type AudioData, bitsOf, type Channels, formatBytes } from './sound.js'

export interface DecodeAudioOptions {
  limits?: Partial<Limits>
  /** Inclusive, default the beginning. Only the segments asked for are decoded. */
  from?: number
  /** Exclusive; default the end. */
  to?: number
  /** What `from` and `to` count; default seconds. */
  unit?: 'seconds' | 'samples'
  /**
   * Decode damaged files: segments that are lost become silence, and each is told to `onDamage`. Default false, or true with
   * `onDamage`: damage is an error.
   */
  tolerant?: boolean
  onDamage?: (damage: AudioDamage) => void
  /** Give the integers of lossless sounds as Int32Array; as floats, those of s32 are rounded. Floats come as they are. Default false. */
  exact?: boolean
  /** Of hybrid files: apply the corrections. Default true; without them the lossy layer is decoded. */
  correction?: boolean
  signal?: AbortSignal
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
  runner?: Runner
}

/** Decoded segments lie in memory whole until they are joined: of large ones a few must do. */
const MOST_AHEAD_SAMPLES = 2 ** 23

/**
 * Decodes a sound file, or the part of it from `from` to `to`, to floats of full scale -1..1; with `exact`, lossless sounds of integer
 * formats, and hybrid ones with their corrections, to integers.
 *
 * @throws LaqError 'malformed' (also if the samples of a whole lossless sound do not have their MD5), 'truncated', 'unsupported', 'limit', or
 *   'aborted' through `signal`; RangeError if `from` and `to` are no interval
 */
export function decodeAudio(bytes: Uint8Array, options?: DecodeAudioOptions & { exact?: false }): Promise<FloatAudio>
export function decodeAudio(bytes: Uint8Array, options: DecodeAudioOptions): Promise<AudioData>
export async function decodeAudio(bytes: Uint8Array, options: DecodeAudioOptions = {}): Promise<AudioData> {
  const audio = await decodeExactly(bytes, options)
  return options.exact ? audio : asFloats(audio)
}

async function decodeExactly(bytes: Uint8Array, options: DecodeAudioOptions): Promise<AudioData> {
  const { limits, from = 0, to = Number.POSITIVE_INFINITY, unit = 'seconds', correction = true, onDamage, onProgress } = options
  if (!(from >= 0 && to >= from)) throw new RangeError(`from ${from} to ${to} ${unit} is no interval`)
  const tolerant = options.tolerant ?? onDamage !== undefined
  // a part is limited by its own length; the header as a whole by what an index can hold
  const file = (tolerant ? openDamaged : openAudio)(bytes, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  const { header, length, metadata, md5 } = file
  const { sampleRateHz, sampleFormat, channelMask } = header
  const at = (place: number) => Math.min(length, Math.round(unit === 'samples' ? place : place * sampleRateHz))
  const [start, end] = [at(from), at(to)]
  checkLimit('samples', (end - start) * header.channels, limits)
  const isExact = header.mode === 'lossless' || (header.mode === 'hybrid' && correction)
  const Samples = isExact && sampleFormat !== 'f32' ? Int32Array : Float32Array
  const channels = Array.from({ length: header.channels }, () => new Samples(end - start)) as Channels
  let isDamaged = false
  const tell = (damage: AudioDamage) => {
    isDamaged = true
    onDamage?.(damage)
  }
  const sum = md5 && isExact && start === 0 && end === length ? new Md5() : undefined
  for await (const block of decodeSegments(file, start, end, { ...options, isExact, tell: tolerant ? tell : undefined })) {
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
    onProgress?.(Math.min(1, (finish - start) / (end - start)))
  }
  if (file.lostEnd && tolerant) tell({ what: 'end', segment: segmentCount(header, length), from: length, to: length, ...file.lostEnd })
  if (sum && md5 && !isDamaged && !sum.digest().every((byte, i) => byte === md5[i])) {
    const reason = new LaqError('malformed', 'the samples do not have their MD5')
    if (!tolerant) throw reason
    tell({ what: 'checksum', segment: 0, offset: bytes.length, from: 0, to: length, reason })
  }
  onProgress?.(1)
  return { sampleRateHz, sampleFormat, ...(channelMask && { channelMask }), channels, metadata }
}

interface SegmentsOptions extends Pick<DecodeAudioOptions, 'signal' | 'runner'> {
  isExact: boolean
  /** What to do with damage; without it, it is an error. */
  tell?: ((damage: AudioDamage) => void) | undefined
}

/** The samples of the segments that reach into start..end-1, in order. */
async function* decodeSegments(file: SoundFile, start: number, end: number, options: SegmentsOptions): AsyncGenerator<Block> {
  if (end <= start) return
  const { header, length } = file
  const { signal, runner = inThisThread, isExact, tell } = options
  const decoder = new SegmentDecoder(header, runner, isExact)
  const { first, last } = segmentsOf(header, start, end)
  const work = async (i: number): Promise<DecodedSegment | LaqError> => {
    const index = first + i
    try {
      return await decodeOne(decoder, index, file, isExact, tell)
    } catch (error) {
      if (tell && error instanceof LaqError && error.code !== 'aborted') return error
      throw error
    }
  }
  const segmentSamples = Math.max(1, (end - start) / (last - first + 1)) * header.channels
  const ahead = Math.max(1, Math.min(segmentsAhead(runner), Math.ceil(MOST_AHEAD_SAMPLES / segmentSamples)))
  let index = first
  for await (const decoded of inOrder(last - first + 1, ahead, work, signal)) {
    const lost = decoded instanceof LaqError
    const block = lost ? decoder.skip(index, length) : decoder.join(index, length, decoded)
    const { start: from, end: to } = segmentRange(header, length, index)
    const place = { segment: index, from, to }
    if (lost) tell?.({ what: 'segment', ...place, ...file.damageOf(index), reason: decoded })
    else if (isExact && header.mode === 'hybrid' && !decoded.residual && to > from)
      tell?.({ what: 'correction', ...place, ...file.damageOf(index) })
    yield block
    index++
  }
}

async function decodeOne(
  decoder: SegmentDecoder,
  index: number,
  file: SoundFile,
  isExact: boolean,
  tell: SegmentsOptions['tell'],
): Promise<DecodedSegment> {
  const segment = file.segment(index, isExact)
  try {
    return await decoder.decode(index, file.length, segment)
  } catch (error) {
    // it may be the correction that does not decode
    if (!tell || !segment.correction || !(error instanceof LaqError) || error.code === 'aborted') throw error
    return decoder.decode(index, file.length, { data: segment.data })
  }
}
