/**
 * Interleaved PCM samples and planar ones.
 *
 *     frame: one sample of each channel, without gaps; a frame of n channels has n * BYTES_OF[encoding] bytes
 *
 * Integers become Int32Array of their own bits (u8 less 128), f32 Float32Array bit for bit, f64 Float32Array rounded to nearest.
 */
import type { AudioData } from '../../../codecs/audio/sound.js'

export const PCM_ENCODINGS = ['u8', 's8', 's16', 's24', 's32', 'f32', 'f64'] as const
export type PcmEncoding = (typeof PCM_ENCODINGS)[number]

/** Bytes of one sample. */
export const BYTES_OF: Readonly<Record<PcmEncoding, number>> = { u8: 1, s8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 }

/** How samples stand in bytes. */
export interface PcmLayout {
  /** What a sample is: integers of 8 to 32 bits, or floats. */
  encoding: PcmEncoding
  /** Most significant byte first. */
  bigEndian: boolean
  /** 1..255. */
  channels: number
}

/** Bytes of one sample of every channel. */
export const frameBytes = ({ encoding, channels }: PcmLayout): number => BYTES_OF[encoding] * channels

/** Integer encodings; the others are floats. */
const isInteger = (encoding: PcmEncoding): boolean => encoding[0] !== 'f'

/** Samples of the whole frames in `bytes`; what is left behind them is ignored. */
export function unpackPcm(bytes: Uint8Array, layout: PcmLayout): Float32Array<ArrayBuffer>[] | Int32Array<ArrayBuffer>[] {
  const { encoding, bigEndian, channels } = layout
  const length = Math.floor(bytes.length / frameBytes(layout))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const step = frameBytes(layout)
  const little = !bigEndian
  const planes = Array.from({ length: channels }, () => new Int32Array(length))
  if (encoding === 'f64') {
    return planes.map((_, c) => {
      const plane = new Float32Array(length)
      for (let i = 0, at = c * 8; i < length; i++, at += step) plane[i] = view.getFloat64(at, little)
      return plane
    })
  }
  for (const [c, plane] of planes.entries()) {
    let at = c * BYTES_OF[encoding]
    if (encoding === 'u8') for (let i = 0; i < length; i++, at += step) plane[i] = bytes[at] - 128
    else if (encoding === 's8') for (let i = 0; i < length; i++, at += step) plane[i] = (bytes[at] << 24) >> 24
    else if (encoding === 's16') for (let i = 0; i < length; i++, at += step) plane[i] = view.getInt16(at, little)
    else if (encoding === 's24') {
      const [low, high] = bigEndian ? [2, 0] : [0, 2]
      for (let i = 0; i < length; i++, at += step) {
        plane[i] = ((bytes[at + high] << 24) | (bytes[at + 1] << 16) | (bytes[at + low] << 8)) >> 8
      }
    } else for (let i = 0; i < length; i++, at += step) plane[i] = view.getInt32(at, little)
  }
  // a float's bits pass through no float register, which might change those of a NaN
  return encoding === 'f32' ? planes.map((plane) => new Float32Array(plane.buffer)) : planes
}

/**
 * Interleaves samples: integers as they are, clamped to the encoding's range; floats into an integer encoding of b bits as
 * floor(x * 2^(b-1) + 1/2), clamped (NaN is 0), and into f32 bit for bit.
 *
 * @throws TypeError on integers for a float encoding
 */
export function packPcm(channels: AudioData['channels'], layout: PcmLayout): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(channels[0].length * frameBytes(layout))
  packPcmInto(bytes, channels, layout)
  return bytes
}

/** {@link packPcm} into `bytes`, which has room for all frames. */
export function packPcmInto(bytes: Uint8Array, channels: AudioData['channels'], layout: PcmLayout): void {
  const { encoding } = layout
  for (const [c, samples] of channels.entries()) {
    if (samples instanceof Int32Array) {
      if (!isInteger(encoding)) throw new TypeError(`integers cannot be written as ${encoding}`)
      packIntegers(bytes, clamped(samples, BYTES_OF[encoding] * 8), c, layout)
    } else if (encoding === 'f64') {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const step = frameBytes(layout)
      for (let i = 0; i < samples.length; i++) view.setFloat64(c * 8 + i * step, samples[i], !layout.bigEndian)
    } else if (encoding === 'f32') {
      packIntegers(bytes, new Int32Array(samples.buffer, samples.byteOffset, samples.length), c, layout)
    } else {
      packIntegers(bytes, rounded(samples, BYTES_OF[encoding] * 8), c, layout)
    }
  }
}

/** Writes the low bytes of `values` as channel `c`. */
function packIntegers(bytes: Uint8Array, values: Int32Array, c: number, layout: PcmLayout): void {
  const { encoding, bigEndian } = layout
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const step = frameBytes(layout)
  const { length } = values
  let at = c * BYTES_OF[encoding]
  if (encoding === 'u8') for (let i = 0; i < length; i++, at += step) bytes[at] = values[i] + 128
  else if (encoding === 's8') for (let i = 0; i < length; i++, at += step) bytes[at] = values[i]
  else if (encoding === 's16') for (let i = 0; i < length; i++, at += step) view.setInt16(at, values[i], !bigEndian)
  else if (encoding === 's24') {
    const [low, high] = bigEndian ? [2, 0] : [0, 2]
    for (let i = 0; i < length; i++, at += step) {
      bytes[at + low] = values[i]
      bytes[at + 1] = values[i] >> 8
      bytes[at + high] = values[i] >> 16
    }
  } else for (let i = 0; i < length; i++, at += step) view.setInt32(at, values[i], !bigEndian)
}

function clamped(samples: Int32Array, bits: number): Int32Array {
  const scale = 2 ** (bits - 1)
  return samples.every((x) => x >= -scale && x < scale) ? samples : samples.map((x) => Math.max(-scale, Math.min(scale - 1, x)))
}

/** Floats of full scale -1..1 as integers of so many bits, halves up. */
export function rounded(samples: Float32Array, bits: number): Int32Array<ArrayBuffer> {
  const scale = 2 ** (bits - 1)
  const whole = new Int32Array(samples.length)
  // storing NaN gives 0; the clamp keeps every other value within 32 bits
  for (let i = 0; i < samples.length; i++) whole[i] = Math.max(-scale, Math.min(scale - 1, Math.floor(samples[i] * scale + 0.5)))
  return whole
}
