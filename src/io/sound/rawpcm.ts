/** Samples without a header: what they are is said on the command line, as `s16le,2,44100`. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { unpackExactly } from '../wav/samples.js'
import { frameBytes, type PcmEncoding, type PcmLayout, packPcm } from './pcm.js'

/** Names as ffmpeg and others have them. */
const ENCODINGS: Record<string, [PcmEncoding, boolean]> = {
  u8: ['u8', false],
  s8: ['s8', false],
  ...Object.fromEntries(
    (['s16', 's24', 's32', 'f32'] as const).flatMap((encoding) => [
      [`${encoding}le`, [encoding, false]],
      [`${encoding}be`, [encoding, true]],
    ]),
  ),
}

export const RAW_ENCODINGS = Object.keys(ENCODINGS)

/** What samples without a header are. */
export interface RawFormat extends PcmLayout {
  /** Samples of a channel in a second, 1..2^24 - 1. */
  sampleRateHz: number
}

/** @throws RangeError on what is no encoding, channels (1..255) and rate (1..2^24 - 1), with commas between */
export function parseRawFormat(words: string): RawFormat {
  const [name, channels, rate, ...more] = words.split(',')
  const known = ENCODINGS[name]
  if (!known) throw new RangeError(`${name} is no encoding of samples: ${RAW_ENCODINGS.join(', ')}`)
  const isNumber = (word: string | undefined, most: number) => /^\d{1,8}$/.test(word ?? '') && Number(word) >= 1 && Number(word) <= most
  if (more.length > 0 || !isNumber(channels, 255) || !isNumber(rate, 2 ** 24 - 1)) {
    throw new RangeError(`${words} is not encoding,channels,rate, such as s16le,2,44100`)
  }
  const [encoding, bigEndian] = known
  return { encoding, bigEndian, channels: Number(channels), sampleRateHz: Number(rate) }
}

/** A format's samples as a sound holds them. */
export const rawSampleFormat = ({ encoding }: RawFormat): AudioData['sampleFormat'] => (encoding === 's8' ? 'u8' : encoding)

/** Samples from pieces of any size. */
export class RawReader {
  frames = 0
  private carry = new Uint8Array(0)

  constructor(
    readonly format: RawFormat,
    private readonly limits: Partial<Limits> = {},
  ) {}

  /** @throws LaqError 'limit' */
  push(bytes: Uint8Array): AudioData['channels'] {
    let whole = bytes
    if (this.carry.length > 0) {
      whole = new Uint8Array(this.carry.length + bytes.length)
      whole.set(this.carry)
      whole.set(bytes, this.carry.length)
    }
    const size = whole.length - (whole.length % frameBytes(this.format))
    this.carry = whole.slice(size)
    this.frames += size / frameBytes(this.format)
    checkLimit('samples', this.frames * this.format.channels, this.limits)
    return unpackExactly(whole.subarray(0, size), this.format)
  }

  /** @throws LaqError 'truncated' if the bytes end within a frame */
  finish(): void {
    if (this.carry.length === 0) return
    throw new LaqError('truncated', `raw samples: ${this.carry.length} bytes are left of a frame of ${frameBytes(this.format)}`)
  }
}

/** A whole sound, its samples exact. @throws LaqError 'limit', 'truncated' */
export function readRaw(bytes: Uint8Array, format: RawFormat, limits?: Partial<Limits>): AudioData {
  const reader = new RawReader(format, limits)
  const channels = reader.push(bytes)
  reader.finish()
  return { sampleRateHz: format.sampleRateHz, sampleFormat: rawSampleFormat(format), channels }
}

/**
 * The samples of a sound, interleaved, in another encoding or its own.
 *
 * @throws RangeError if the sound has another number of channels or another rate: nothing here resamples
 */
export function writeRaw(audio: AudioData, format: RawFormat, warned: Warned = {}): Uint8Array<ArrayBuffer> {
  const { channels, sampleRateHz, sampleFormat, metadata = [] } = audio
  if (channels.length !== format.channels || sampleRateHz !== format.sampleRateHz) {
    throw new RangeError(
      `the sound has ${channels.length} channels at ${sampleRateHz} Hz, not ${format.channels} at ${format.sampleRateHz}; nothing is resampled`,
    )
  }
  const warn = warner(warned)
  const [from, to] = [BITS[sampleFormat] ?? 24, BITS[format.encoding]]
  const tags = metadata.filter(({ type }) => type === 'tag').length
  if (tags > 0) warn('tags', `samples without a header have no tags: ${tags} left out`)
  if (to !== undefined && to < from) warn('bits', `samples of ${sampleFormat} are written with ${to} bits`)
  if (to !== undefined && sampleFormat[0] === 'f' && channels.some((plane) => plane.some((x) => x >= 1 || x < -1)))
    warn('clipped', 'samples beyond full scale are cut off')
  return packPcm(convert(audio, format), format)
}

const BITS: Partial<Record<PcmEncoding, number>> = { u8: 8, s8: 8, s16: 16, s24: 24, s32: 32 }

/** Samples as an encoding wants them: integers of another width are shifted, down with rounding of halves up. */
export function convert(
  { channels, sampleFormat }: Pick<AudioData, 'channels' | 'sampleFormat'>,
  { encoding }: RawFormat,
): AudioData['channels'] {
  const from = BITS[sampleFormat]
  if (!(channels[0] instanceof Int32Array) || from === undefined) return channels
  const to = BITS[encoding]
  const planes = channels as Int32Array[]
  if (to === undefined) return planes.map((plane) => Float32Array.from(plane, (value) => value / 2 ** (from - 1)))
  if (to === from) return planes
  if (to > from) return planes.map((plane) => plane.map((value) => value << (to - from)))
  return planes.map((plane) => plane.map((value) => Math.floor(value / 2 ** (from - to) + 0.5)))
}
