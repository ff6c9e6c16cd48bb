/** Sound: samples to .laq bytes and back. Runs on any platform. */
import {
  type AudioHeader,
  frameCount,
  readAudioHeader,
  SAMPLE_FORMATS,
  type SampleFormat,
  segmentCount,
  segmentSpan,
  writeAudioHeader,
} from '../codecs/audio/header.js'
import { type AudioSegmentSamples, FRAMES_BEFORE, FRAMES_BEHIND } from '../codecs/audio/segment.js'
import { audioHeader, gainForQuality, MAX_GAIN, ROUNDING } from '../codecs/audio/settings.js'
import { type Container, type Metadata, readContainer, readData, writeContainer } from '../codecs/container/container.js'
import { LaqError } from '../codecs/errors.js'
import { checkLimit, type Limits } from '../codecs/limits.js'
import { inThisThread, type Runner, runAll } from '../codecs/task.js'

export interface AudioData {
  /** 1..2^24 - 1. */
  sampleRateHz: number
  /** What the samples were and are to be written as again; they are held as Float32 whatever it says. */
  sampleFormat: SampleFormat
  /** Loudspeaker positions as in WAVE_FORMAT_EXTENSIBLE; absent if unknown. */
  channelMask?: number
  /** One array per channel (1..255), all of one length; full scale is -1..1. */
  channels: Float32Array[]
  /** Carried byte for byte. */
  metadata?: Metadata[]
}

export interface EncodeAudioOptions {
  /** 0..100, default 75. */
  quality?: number
  /** Kilobits per second of the whole file, instead of `quality`: met within 1 % on sounds of more than a few seconds. */
  bitrate?: number
  /** 1..9, default 5: how closely a bitrate is met. */
  effort?: number
  /** Strength of locally adaptive steps, 0..2; 1 is the default, 0 one step for all. */
  laq?: number
  signal?: AbortSignal
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
  /** Where segments are coded; by default in this thread. See `createPool` of laq/node. */
  runner?: Runner
}

export interface DecodeAudioOptions {
  limits?: Partial<Limits>
  /** Seconds, inclusive; default the beginning. Only the segments asked for are decoded. */
  from?: number
  /** Seconds, exclusive; default the end. */
  to?: number
  signal?: AbortSignal
  onProgress?: (done: number) => void
  runner?: Runner
}

function checkAudio({ sampleRateHz, sampleFormat, channels, channelMask = 0 }: AudioData): void {
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1 || sampleRateHz >= 2 ** 24) {
    throw new RangeError(`sampleRateHz is ${sampleRateHz}, not an integer in 1..${2 ** 24 - 1}`)
  }
  if (!SAMPLE_FORMATS.includes(sampleFormat))
    throw new RangeError(`sampleFormat is ${sampleFormat}, not one of ${SAMPLE_FORMATS.join(', ')}`)
  if (!Number.isInteger(channelMask) || channelMask < 0 || channelMask >= 2 ** 32)
    throw new RangeError(`channelMask is ${channelMask}, not of 32 bits`)
  if (channels.length < 1 || channels.length > 255) throw new RangeError(`${channels.length} channels, not 1..255`)
  for (const channel of channels) {
    if (!(channel instanceof Float32Array)) throw new TypeError('a channel is not a Float32Array')
    if (channel.length !== channels[0].length) throw new RangeError(`channels of ${channels[0].length} and of ${channel.length} samples`)
  }
}

/** The samples that a segment's encoder needs: planar, zeros outside the sound. */
function cut(channels: Float32Array[], header: AudioHeader, index: number): Float32Array<ArrayBuffer> {
  const { lines, length } = header
  const { first, frames } = segmentSpan(header, index)
  const stride = (FRAMES_BEFORE + frames + 1 + FRAMES_BEHIND) * lines
  const start = (first - 1 - FRAMES_BEFORE) * lines
  const part = new Float32Array(stride * channels.length)
  for (const [c, channel] of channels.entries()) {
    part.set(channel.subarray(Math.max(0, start), Math.max(0, Math.min(length, start + stride))), c * stride + Math.max(0, -start))
  }
  return part
}

/**
 * Encodes a sound.
 *
 * @returns a whole .laq file
 * @throws TypeError or RangeError on wrong arguments, LaqError 'aborted' through `signal`
 */
export async function encodeAudio(audio: AudioData, options: EncodeAudioOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkAudio(audio)
  const { quality = 75, bitrate, effort = 5, laq = 1, onProgress } = options
  for (const [name, value, least, most] of [
    ['quality', quality, 0, 100],
    ['bitrate', bitrate ?? 1, 0.1, 1e6],
    ['effort', effort, 1, 9],
    ['laq', laq, 0, 2],
  ] as const) {
    if (typeof value !== 'number') throw new TypeError(`${name} is ${typeof value}, not a number`)
    if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}, not in ${least}..${most}`)
  }
  const header = audioHeader(
    {
      sampleRateHz: audio.sampleRateHz,
      channels: audio.channels.length,
      sampleFormat: audio.sampleFormat,
      channelMask: audio.channelMask ?? 0,
      length: audio.channels[0].length,
    },
    laq,
  )
  const pass = (gain: number, progress?: (done: number) => void) => encodeAt(audio, header, gain, options, progress)
  if (bitrate === undefined) return pass(gainForQuality(quality), onProgress)

  const wanted = (bitrate * 1000 * header.length) / header.sampleRateHz / 8
  const bytesPerGain = await probe(audio, header, options, (done) => onProgress?.(done * 0.3))
  // each pass corrects the gain: first by the probe's slope, then by that of the last two passes
  const passes = effort <= 2 ? 1 : effort <= 6 ? 4 : 6
  const tolerance = effort <= 6 ? 0.004 : 0.001
  let gain = bytesPerGain.gainFor(wanted)
  let slope = bytesPerGain.slope(gain)
  let best: Uint8Array<ArrayBuffer> | undefined
  let before: { gain: number; length: number } | undefined
  for (let i = 0; i < passes; i++) {
    const file = await pass(gain, (done) => onProgress?.(Math.min(0.99, 0.3 + 0.2 * (i + done))))
    if (!best || Math.abs(file.length - wanted) < Math.abs(best.length - wanted)) best = file
    if (Math.abs(file.length / wanted - 1) <= tolerance) break
    if (before && before.gain !== gain) slope = Math.min(-1e-4, Math.log(file.length / before.length) / (gain - before.gain))
    before = { gain, length: file.length }
    const next = Math.max(0, Math.min(MAX_GAIN, gain + Math.round(Math.log(wanted / file.length) / slope)))
    if (next === gain) break
    gain = next
  }
  onProgress?.(1)
  return best as Uint8Array<ArrayBuffer>
}

async function encodeAt(
  audio: AudioData,
  header: AudioHeader,
  gain: number,
  { runner = inThisThread, signal }: EncodeAudioOptions,
  onProgress?: (done: number) => void,
) {
  const payloads: Uint8Array[] = new Array(segmentCount(header))
  await runAll(
    runner,
    payloads.length,
    (index) => ({
      task: 'encodeAudioSegment' as const,
      header,
      frames: segmentSpan(header, index).frames,
      samples: cut(audio.channels, header, index),
      gains: [gain],
      rounding: ROUNDING,
    }),
    (result, index) => {
      payloads[index] = result.payloads[0]
    },
    { signal, onProgress },
  )
  return writeContainer('audio', writeAudioHeader(header), audio.metadata ?? [], payloads)
}

/** Gains at which a few segments are tried to learn how the rate falls. */
const PROBED_GAINS = [500, 800, 1000, 1150, 1350]
const PROBED_SEGMENTS = 2

/** Learns from a few segments, spread over the sound, how many bytes the whole takes at a gain. */
async function probe(
  audio: AudioData,
  header: AudioHeader,
  { runner = inThisThread, signal }: EncodeAudioOptions,
  onProgress: (done: number) => void,
) {
  const segments = segmentCount(header)
  const count = Math.min(segments, PROBED_SEGMENTS)
  const total = PROBED_GAINS.map(() => 0)
  let frames = 0
  await runAll(
    runner,
    count,
    (i) => {
      const index = Math.floor(((i + 0.5) * segments) / count)
      const span = segmentSpan(header, index)
      frames += span.frames
      return {
        task: 'encodeAudioSegment' as const,
        header,
        frames: span.frames,
        samples: cut(audio.channels, header, index),
        gains: PROBED_GAINS,
        rounding: ROUNDING,
      }
    },
    (result) => {
      for (const [i, payload] of result.payloads.entries()) total[i] += payload.length + CHUNK_BYTES
    },
    { signal, onProgress },
  )
  const scale = frames === 0 ? 1 : frameCount(header) / frames
  const logBytes = total.map((bytes) => Math.log(bytes * scale))
  const last = PROBED_GAINS.length - 1
  /** Slope of log bytes over gain around `gain`; the rate always falls, if only a little. */
  const slope = (gain: number) => {
    let i = 1
    while (i < last && PROBED_GAINS[i] < gain) i++
    return Math.min(-1e-4, (logBytes[i] - logBytes[i - 1]) / (PROBED_GAINS[i] - PROBED_GAINS[i - 1]))
  }
  return {
    gainFor(bytes: number): number {
      let i = 1
      while (i < last && logBytes[i] > Math.log(bytes)) i++
      const gain = PROBED_GAINS[i] + (Math.log(bytes) - logBytes[i]) / slope(PROBED_GAINS[i])
      return Math.round(Math.max(0, Math.min(MAX_GAIN, gain)))
    },
    slope,
  }
}

/** Type, length, CRC and index entry of a segment's chunk. */
const CHUNK_BYTES = 9

/** Reads the header of a sound file. @throws LaqError 'unsupported' if it holds something else */
export function openAudio(bytes: Uint8Array, limits?: Partial<Limits>): { container: Container; header: AudioHeader } {
  const container = readContainer(bytes, limits)
  if (container.kind !== 'audio') throw new LaqError('unsupported', `the file holds an ${container.kind}, not a sound`)
  const header = readAudioHeader(container.header, limits)
  const segments = segmentCount(header)
  if (container.dataOffsets.length - 1 !== segments) {
    throw new LaqError(
      'malformed',
      `the index has ${container.dataOffsets.length - 1} segments where ${header.length} samples have ${segments}`,
    )
  }
  return { container, header }
}

/**
 * Decodes a sound file, or the part of it from `from` to `to`.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported', 'limit', or 'aborted' through `signal`; RangeError if `from` and `to`
 *   are no interval
 */
export async function decodeAudio(bytes: Uint8Array, options: DecodeAudioOptions = {}): Promise<AudioData> {
  const { limits, from = 0, to = Infinity } = options
  if (!(from >= 0 && to >= from)) throw new RangeError(`from ${from} to ${to} seconds is no interval`)
  // a part is limited by its own length; the header as a whole by what an index can hold
  const { container, header } = openAudio(bytes, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  const { sampleRateHz, length, sampleFormat, channelMask } = header
  const start = Math.min(length, Math.round(from * sampleRateHz))
  const end = Math.min(length, Math.round(to * sampleRateHz))
  checkLimit('samples', (end - start) * header.channels, limits)
  const channels = Array.from({ length: header.channels }, () => new Float32Array(end - start))
  await decodeSegments(bytes, container, header, start, end, options, ({ samples }, { first, frames }) => {
    const stride = (frames + 1) * header.lines
    // what lies between the first frame's start and the last one's end, of the part asked for
    const offset = (first - 1) * header.lines
    const begin = Math.max(start, offset)
    const finish = Math.min(end, offset + stride)
    for (const [c, channel] of channels.entries()) {
      const row = c * stride - offset
      for (let i = begin; i < finish; i++) channel[i - start] += samples[row + i]
    }
  })
  return { sampleRateHz, sampleFormat, ...(channelMask && { channelMask }), channels, metadata: container.metadata }
}

/** Decodes the segments that reach into samples start..end-1. */
async function decodeSegments(
  bytes: Uint8Array,
  container: Container,
  header: AudioHeader,
  start: number,
  end: number,
  { signal, onProgress, runner = inThisThread }: DecodeAudioOptions,
  take: (result: AudioSegmentSamples, span: { first: number; frames: number }) => void,
): Promise<void> {
  if (end <= start) return
  const firstFrame = Math.floor(start / header.lines)
  const lastFrame = Math.floor((end - 1) / header.lines) + 1
  const firstSegment = Math.floor(firstFrame / header.segmentFrames)
  const lastSegment = Math.floor(lastFrame / header.segmentFrames)
  await runAll(
    runner,
    lastSegment - firstSegment + 1,
    (i) => ({
      task: 'decodeAudioSegment' as const,
      header,
      frames: segmentSpan(header, firstSegment + i).frames,
      payload: readData(bytes, container, firstSegment + i).slice(),
    }),
    (result, i) => take(result, segmentSpan(header, firstSegment + i)),
    { signal, onProgress },
  )
}

/** Frames of a sound, all channels together. Frame t is around sample t * lines, and reaches as far as the frames beside it. */
export interface AudioFrames {
  count: number
  /** Of each frame: 1 if it has blocks of lines / 4 or fewer, 0 if it is one or two blocks. */
  short: Uint8Array
  /** Of each frame: bits of mid/side and envelope. */
  sideBits: Float32Array
  /** First frequency of each band. */
  bandHz: number[]
  /** Bits of the lines of each frame (row) and band; bands of smaller blocks are split among those that they reach into. */
  bandBits: Float32Array
}

/** What a sound file holds. */
export interface AudioInspection {
  kind: 'audio'
  audio: AudioHeader & {
    segments: number
    seconds: number
    /** With `detail`: bits spent on block switching and gain, on mid/side, on the envelope, and on the lines of each band. */
    bits?: AudioSegmentSamples['bits']
    /**
     * With `detail`: step of each frame (row) and band against the gain, in 1/64 octave, of the first channel or pair;
     * `bandHz` has the first frequency of each band.
     */
    stepField?: { frames: number; bandHz: number[]; values: Int16Array }
    /** With `detail`: what each frame is and takes. */
    frames?: AudioFrames
  }
}

/** Facts of a sound file; with `detail` its segments are decoded to count bits. @throws LaqError as decodeAudio does */
export async function inspectAudio(bytes: Uint8Array, options: DecodeAudioOptions & { detail?: boolean }): Promise<AudioInspection> {
  const { container, header } = openAudio(bytes, options.limits)
  const facts: AudioInspection = {
    kind: 'audio',
    audio: { ...header, segments: segmentCount(header), seconds: header.length / header.sampleRateHz },
  }
  if (!options.detail) return facts
  const frames = frameCount(header)
  const bits: AudioSegmentSamples['bits'] = { switching: 0, stereo: 0, envelope: 0, bands: [] }
  const field = { frames, bandHz: [] as number[], values: new Int16Array(0) }
  const taken: AudioFrames = {
    count: frames,
    short: new Uint8Array(frames),
    sideBits: new Float32Array(frames),
    bandHz: [],
    bandBits: new Float32Array(0),
  }
  await decodeSegments(bytes, container, header, 0, header.length, options, (result, { first }) => {
    const bands = result.bandHz.length
    if (field.values.length === 0) {
      field.bandHz = result.bandHz
      field.values = new Int16Array(frames * bands)
      bits.bands = new Array(bands).fill(0)
      taken.bandHz = result.bandHz
      taken.bandBits = new Float32Array(frames * bands)
    }
    field.values.set(result.stepField, first * bands)
    taken.short.set(result.short, first)
    taken.sideBits.set(result.sideBits, first)
    taken.bandBits.set(result.bandBits, first * bands)
    bits.switching += result.bits.switching
    bits.stereo += result.bits.stereo
    bits.envelope += result.bits.envelope
    for (const [b, count] of result.bits.bands.entries()) bits.bands[b] += count
  })
  facts.audio.bits = bits
  facts.audio.stepField = field
  facts.audio.frames = taken
  return facts
}
