/**
 * Audio header: what follows the kind byte in chunk H.
 *
 *     sample rate       varint   1..2^24 - 1, in Hz
 *     channels          u8       1..255
 *     sample format     u8       0 u8, 1 s16, 2 s24, 3 s32, 4 f32, 5 f64: what the samples were and are to be again
 *     channel mask      varint   as in WAVE_FORMAT_EXTENSIBLE; 0 if unknown
 *     length            varint   samples per channel
 *     log2 M            u8       8..12: lines of a frame
 *     segment frames    varint   1..4096: frames of each segment but the last; times M and channels at most 2^25
 *     alpha             u8       0..96: exponent of the steps, in 1/64
 *     tilt              u8       0..64: tilt of the steps over frequency in 1/64, less 32
 *     noise             u8       0..16: noise in zeroed lines, in 1/16
 */
import { ByteReader, ByteWriter } from '../container/bytes.js'
import { LaqError } from '../errors.js'
import { checkLimit, type Limits } from '../limits.js'

export const SAMPLE_FORMATS = ['u8', 's16', 's24', 's32', 'f32', 'f64'] as const
export type SampleFormat = (typeof SAMPLE_FORMATS)[number]

export interface AudioHeader {
  sampleRateHz: number
  channels: number
  sampleFormat: SampleFormat
  /** As in WAVE_FORMAT_EXTENSIBLE; 0 if unknown. */
  channelMask: number
  /** Samples per channel. */
  length: number
  /** Lines of a long frame, which is also its hop: a power of two, 256..4096. */
  lines: number
  /** Frames of each segment but the last. */
  segmentFrames: number
  /** Exponent of the steps over the spread level, in 1/64; 0 for one step everywhere. */
  alpha: number
  /** Tilt of the steps over frequency, in 1/64 octave of step per octave. */
  tilt: number
  /** Noise in zeroed lines, in 1/16 of what they held. */
  noise: number
}

/** 2^53 samples at the least hop would overflow nothing, but no sound is longer than this: 12 days at 192 kHz. */
const MAX_LENGTH = 2e11

export function writeAudioHeader(header: AudioHeader): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  out.varint(header.sampleRateHz)
  out.u8(header.channels)
  out.u8(SAMPLE_FORMATS.indexOf(header.sampleFormat))
  out.varint(header.channelMask)
  out.varint(header.length)
  out.u8(Math.log2(header.lines))
  out.varint(header.segmentFrames)
  out.u8(header.alpha)
  out.u8(header.tilt + 32)
  out.u8(header.noise)
  return out.finish()
}

/** @throws LaqError 'malformed' on a value out of range, 'limit' on too many samples, 'truncated' */
export function readAudioHeader(payload: Uint8Array, limits?: Partial<Limits>): AudioHeader {
  const input = new ByteReader(payload)
  const within = (name: string, value: number, least: number, most: number) => {
    if (value < least || value > most) throw new LaqError('malformed', `audio header: ${name} ${value} is outside ${least}..${most}`)
    return value
  }
  const header: AudioHeader = {
    sampleRateHz: within('sample rate', input.varint(), 1, 2 ** 24 - 1),
    channels: within('channels', input.u8(), 1, 255),
    sampleFormat: SAMPLE_FORMATS[within('sample format', input.u8(), 0, SAMPLE_FORMATS.length - 1)],
    channelMask: within('channel mask', input.varint(), 0, 2 ** 32 - 1),
    length: within('length', input.varint(), 0, MAX_LENGTH),
    lines: 2 ** within('log2 of lines', input.u8(), 8, 12),
    segmentFrames: within('segment frames', input.varint(), 1, 4096),
    alpha: within('alpha', input.u8(), 0, 96),
    tilt: within('tilt', input.u8(), 0, 64) - 32,
    noise: within('noise', input.u8(), 0, 16),
  }
  if (input.left > 0) throw new LaqError('malformed', `audio header: ${input.left} bytes too many`)
  checkLimit('samples', header.length * header.channels, limits)
  if (segmentSamples(header) > MAX_SEGMENT_SAMPLES) {
    throw new LaqError('malformed', `audio header: segments of ${segmentSamples(header)} samples, more than ${MAX_SEGMENT_SAMPLES}`)
  }
  return header
}

/** What a segment may hold, all channels together: bounds the memory that decoding takes. */
export const MAX_SEGMENT_SAMPLES = 2 ** 25

function segmentSamples({ segmentFrames, lines, channels }: AudioHeader): number {
  return segmentFrames * lines * channels
}

/** Frames of a sound: frame t covers samples (t - 1) M to (t + 1) M, so that one more than fits is needed. */
export function frameCount({ length, lines }: Pick<AudioHeader, 'length' | 'lines'>): number {
  return length === 0 ? 0 : Math.ceil(length / lines) + 1
}

export function segmentCount(header: Pick<AudioHeader, 'length' | 'lines' | 'segmentFrames'>): number {
  return Math.max(1, Math.ceil(frameCount(header) / header.segmentFrames))
}

/** First frame of segment `index` and how many it has. */
export function segmentSpan(
  header: Pick<AudioHeader, 'length' | 'lines' | 'segmentFrames'>,
  index: number,
): { first: number; frames: number } {
  const first = index * header.segmentFrames
  return { first, frames: Math.min(header.segmentFrames, frameCount(header) - first) }
}
