/** A sound as arrays of samples: as its caller has it, as the bits that lossless coding takes, and as the bytes of its format. */
import type { Metadata } from '../container/container.js'
import type { SampleFormat } from './header.js'

/**
 * Samples by channel, all of one length: either f32 of full scale -1..1, or the integers of the sample format as signed numbers
 * (those of u8 are the bytes less 128).
 */
export type Channels = Float32Array[] | Int32Array[]

/** A sound as arrays of samples, one for each channel. */
export interface AudioData {
  /** Samples of a channel in a second, an integer of 1..2^24 - 1. */
  sampleRateHz: number
  /** What the samples were and are to be written as again; floats may hold any of them, integers those from u8 to s32. */
  sampleFormat: SampleFormat
  /** Loudspeaker positions as in WAVE_FORMAT_EXTENSIBLE; absent if unknown. */
  channelMask?: number
  /** One array per channel (1..255). */
  channels: Channels
  /** Tags and pictures, carried byte for byte. Default: none. */
  metadata?: Metadata[]
}

/** Bits of a sample, and bytes of it in a file. */
export const FORMAT_BITS: Record<SampleFormat, number> = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 32, f64: 64 }

/** What a sound's samples are, apart from the samples. */
export type AudioFormat = Omit<AudioData, 'channels' | 'metadata'> & {
  /** How many, 1..255. */
  channels: number
}

export const isFloat = (samples: Float32Array | Int32Array): samples is Float32Array => samples instanceof Float32Array

/**
 * The samples as lossless coding takes them: the integers of the format, or the bits of f32.
 *
 * @throws RangeError on floats that are none of the format's integers
 */
export function bitsOf(samples: Float32Array | Int32Array, sampleFormat: SampleFormat): Int32Array<ArrayBuffer> {
  if (!isFloat(samples)) return samples as Int32Array<ArrayBuffer>
  if (sampleFormat === 'f32') return new Int32Array(samples.buffer as ArrayBuffer, samples.byteOffset, samples.length)
  const bits = FORMAT_BITS[sampleFormat]
  if (bits > 24) throw new RangeError(`floats do not hold samples of ${sampleFormat} without loss; an Int32Array does`)
  const scale = 2 ** (bits - 1)
  const whole = new Int32Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    whole[i] = samples[i] * scale
    if (whole[i] !== samples[i] * scale || whole[i] < -scale || whole[i] >= scale) {
      throw new RangeError(`sample ${i} is ${samples[i]}, which is no value of ${sampleFormat}`)
    }
  }
  return whole
}

/** What lossless decoding gives as samples again: mirror of {@link bitsOf}. */
export function samplesOf(bits: Int32Array<ArrayBuffer>, sampleFormat: SampleFormat): Float32Array | Int32Array {
  return sampleFormat === 'f32' ? new Float32Array(bits.buffer, bits.byteOffset, bits.length) : bits
}

/** Samples start..end-1, interleaved, as the little-endian bytes of the format: what their MD5 is taken of. */
export function formatBytes(channels: readonly Int32Array[], sampleFormat: SampleFormat, start: number, end: number): Uint8Array {
  const bytes = FORMAT_BITS[sampleFormat] / 8
  const out = new Uint8Array((end - start) * channels.length * bytes)
  const step = channels.length * bytes
  const view = new DataView(out.buffer)
  for (const [c, samples] of channels.entries()) {
    let at = c * bytes
    if (bytes === 1) for (let i = start; i < end; i++, at += step) out[at] = samples[i] + 128
    else if (bytes === 2) for (let i = start; i < end; i++, at += step) view.setInt16(at, samples[i], true)
    else if (bytes === 4) for (let i = start; i < end; i++, at += step) view.setInt32(at, samples[i], true)
    else {
      for (let i = start; i < end; i++, at += step) {
        view.setInt16(at, samples[i], true)
        out[at + 2] = samples[i] >> 16
      }
    }
  }
  return out
}

/** What the lossless codec has to know of samples. */
export function exactFormat(sampleFormat: SampleFormat): { bits: number; float: boolean } {
  return { bits: FORMAT_BITS[sampleFormat], float: sampleFormat === 'f32' }
}
