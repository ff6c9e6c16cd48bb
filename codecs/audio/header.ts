/**
 * Audio header: what follows the kind byte in chunk H.
 *
 *     mode              u8       0 lossy, 1 lossless, 2 hybrid: lossy with corrections that make it lossless
 *     sample rate       varint   1..2^24 - 1, in Hz
 *     channels          u8       1..255
 *     sample format     u8       0 u8, 1 s16, 2 s24, 3 s32, 4 f32, 5 f64: what the samples were and are to be again
 *     channel mask      varint   as in WAVE_FORMAT_EXTENSIBLE; 0 if unknown
 *     length            varint   0 if unknown, else one more than the samples per channel
 *
 *     lossy, hybrid:
 *     log2 M            u8       8..12: lines of a frame; 16 more if the first segment has frames of its own
 *     segment frames    varint   1..4096: frames of each segment but the last; times M and channels at most 2^25
 *     first frames      varint   1..segment frames - 1, of the first segment; absent unless log2 M says so
 *     alpha             u8       0..96: exponent of the steps, in 1/64
 *     tilt              u8       0..64: tilt of the steps over frequency in 1/64, less 32
 *     noise             u8       0..16: noise in zeroed lines, in 1/16
 *
 *     lossless (of all formats but f64):
 *     first samples     varint   1..2^25 / channels: samples per channel of the first segment
 *     segment samples   varint   likewise, of each other segment but the last
 */
import { ByteReader, ByteWriter } from '../container/bytes.js'
import { LaqError } from '../errors.js'
import { checkLimit, type Limits } from '../limits.js'

export const SAMPLE_FORMATS = ['u8', 's16', 's24', 's32', 'f32', 'f64'] as const
export type SampleFormat = (typeof SAMPLE_FORMATS)[number]

export const MODES = ['lossy', 'lossless', 'hybrid'] as const

/** What every sound has. */
export interface SoundFacts {
  /** Samples of a channel in a second, 1..2^24 - 1. */
  sampleRateHz: number
  /** 1..255. */
  channels: number
  /** What the samples were, and are to be written as again. */
  sampleFormat: SampleFormat
  /** As in WAVE_FORMAT_EXTENSIBLE; 0 if unknown. */
  channelMask: number
  /** Samples per channel; undefined if the sound was written while it came in. */
  length: number | undefined
}

/** A sound of transformed frames, with or without corrections. */
export interface AudioHeader extends SoundFacts {
  /** Whether corrections make it exact. */
  mode: 'lossy' | 'hybrid'
  /** Lines of a frame, which is also its hop: a power of two, 256..4096. */
  lines: number
  /** Frames of each segment but the last. */
  segmentFrames: number
  /** Frames of the first segment, if those are fewer, so that an exact sound can begin early. */
  firstFrames?: number
  /** Exponent of the steps over the spread level, in 1/64; 0 for one step everywhere. */
  alpha: number
  /** Tilt of the steps over frequency, in 1/64 octave of step per octave. */
  tilt: number
  /** Noise in zeroed lines, in 1/16 of what they held. */
  noise: number
}

/** A sound of predicted samples. */
export interface LosslessHeader extends SoundFacts {
  mode: 'lossless'
  /** Samples per channel of the first segment: few, so that the sound can begin early. */
  firstSamples: number
  /** Samples per channel of each other segment but the last. */
  segmentSamples: number
}

export type SoundHeader = AudioHeader | LosslessHeader

/** 2^53 samples at the least hop would overflow nothing, but no sound is longer than this: 12 days at 192 kHz. */
export const MAX_LENGTH = 2e11

/** What a segment may hold, all channels together: bounds the memory that decoding takes. */
export const MAX_SEGMENT_SAMPLES = 2 ** 25

/** Added to log2 M: the first segment has frames of its own. */
const HAS_FIRST = 16

export function writeAudioHeader(header: SoundHeader): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  out.u8(MODES.indexOf(header.mode))
  out.varint(header.sampleRateHz)
  out.u8(header.channels)
  out.u8(SAMPLE_FORMATS.indexOf(header.sampleFormat))
  out.varint(header.channelMask)
  out.varint(header.length === undefined ? 0 : header.length + 1)
  if (header.mode === 'lossless') {
    out.varint(header.firstSamples)
    out.varint(header.segmentSamples)
    return out.finish()
  }
  out.u8(Math.log2(header.lines) + (header.firstFrames === undefined ? 0 : HAS_FIRST))
  out.varint(header.segmentFrames)
  if (header.firstFrames !== undefined) out.varint(header.firstFrames)
  out.u8(header.alpha)
  out.u8(header.tilt + 32)
  out.u8(header.noise)
  return out.finish()
}

/** @throws LaqError 'malformed' on a value out of range, 'limit' on too many samples, 'truncated' */
export function readAudioHeader(payload: Uint8Array, limits?: Partial<Limits>): SoundHeader {
  const input = new ByteReader(payload)
  const within = (name: string, value: number, least: number, most: number) => {
    if (value < least || value > most) throw new LaqError('malformed', `audio header: ${name} ${value} is outside ${least}..${most}`)
    return value
  }
  const mode = MODES[within('mode', input.u8(), 0, MODES.length - 1)]
  const facts: SoundFacts = {
    sampleRateHz: within('sample rate', input.varint(), 1, 2 ** 24 - 1),
    channels: within('channels', input.u8(), 1, 255),
    sampleFormat: SAMPLE_FORMATS[within('sample format', input.u8(), 0, SAMPLE_FORMATS.length - 1)],
    channelMask: within('channel mask', input.varint(), 0, 2 ** 32 - 1),
    length: lengthOf(within('length', input.varint(), 0, MAX_LENGTH + 1)),
  }
  const mostSamples = Math.floor(MAX_SEGMENT_SAMPLES / facts.channels)
  const header: SoundHeader =
    mode === 'lossless'
      ? {
          mode,
          ...facts,
          firstSamples: within('first samples', input.varint(), 1, mostSamples),
          segmentSamples: within('segment samples', input.varint(), 1, mostSamples),
        }
      : {
          mode,
          ...facts,
          ...framesOf(input, within),
          alpha: within('alpha', input.u8(), 0, 96),
          tilt: within('tilt', input.u8(), 0, 64) - 32,
          noise: within('noise', input.u8(), 0, 16),
        }
  if (input.left > 0) throw new LaqError('malformed', `audio header: ${input.left} bytes too many`)
  if (header.mode !== 'lossy' && header.sampleFormat === 'f64') throw new LaqError('malformed', 'audio header: f64 is never lossless')
  checkLimit('samples', (header.length ?? 0) * header.channels, limits)
  if (header.mode !== 'lossless' && header.segmentFrames * header.lines > mostSamples) {
    const samples = header.segmentFrames * header.lines * header.channels
    throw new LaqError('malformed', `audio header: segments of ${samples} samples, more than ${MAX_SEGMENT_SAMPLES}`)
  }
  return header
}

/** How frames are shared out. */
function framesOf(input: ByteReader, within: (name: string, value: number, least: number, most: number) => number) {
  const log2 = input.u8()
  const lines = 2 ** within('log2 of lines', log2 & ~HAS_FIRST, 8, 12)
  const segmentFrames = within('segment frames', input.varint(), 1, 4096)
  if (!(log2 & HAS_FIRST)) return { lines, segmentFrames }
  return { lines, segmentFrames, firstFrames: within('first frames', input.varint(), 1, segmentFrames - 1) }
}

const lengthOf = (field: number) => (field === 0 ? undefined : field - 1)
