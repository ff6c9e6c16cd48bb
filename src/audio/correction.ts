/**
 * Corrections of hybrid sounds: what makes a segment's samples exact, coded by the lossless codec.
 *
 *     kind   u8   0: the samples less those of the lossy layer, decoded without noise; 1: the samples themselves
 *     the bytes of a lossless segment
 *
 * The layer is rounded to the integers of the format. f32 is taken by the order of its values: the bits of what is not negative, and
 * below zero -1 - (the bits without the sign), so that near values have near numbers, and all values, NaN too, have one of their own.
 */
import type { AudioHeader, SampleFormat } from '../../codecs/audio/header.js'
import { FORMAT_BITS } from '../../codecs/audio/sound.js'
import { LaqError } from '../../codecs/errors.js'

/** How the layer is decoded to be corrected: noise in place of what is zero would only have to be taken away. */
export const withoutNoise = (header: AudioHeader): AudioHeader => ({ ...header, noise: 0 })

export function writeCorrection(isAlone: boolean, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payload.length + 1)
  bytes[0] = Number(isAlone)
  bytes.set(payload, 1)
  return bytes
}

/** @throws LaqError 'truncated' or 'malformed' */
export function readCorrection(bytes: Uint8Array): { isAlone: boolean; payload: Uint8Array<ArrayBuffer> } {
  if (bytes.length === 0) throw new LaqError('truncated', 'a correction of no bytes')
  if (bytes[0] > 1) throw new LaqError('malformed', `a correction of kind ${bytes[0]}`)
  return { isAlone: bytes[0] === 1, payload: bytes.slice(1) }
}

/** A difference has one bit more than what differs; of 32 bits it is taken modulo 2^32. */
function residualFormat(sampleFormat: SampleFormat): { bits: number; float: boolean } {
  return { bits: Math.min(32, FORMAT_BITS[sampleFormat] + 1), float: false }
}

/** Number of f32 bits in the order of values, and back: its own inverse. */
const ordered = (bits: number) => bits ^ ((bits >> 31) & 0x7fffffff)

/** The lossy layer's samples as the integers (of f32, the numbers) nearest to them. */
export function roundedLayer(samples: Float32Array<ArrayBuffer>, sampleFormat: SampleFormat): Int32Array<ArrayBuffer> {
  const whole = new Int32Array(samples.length)
  if (sampleFormat === 'f32') {
    const bits = new Int32Array(samples.buffer, samples.byteOffset, samples.length)
    for (let i = 0; i < bits.length; i++) whole[i] = ordered(bits[i])
    return whole
  }
  const scale = 2 ** (FORMAT_BITS[sampleFormat] - 1)
  for (let i = 0; i < samples.length; i++) whole[i] = Math.max(-scale, Math.min(scale - 1, Math.floor(samples[i] * scale + 0.5)))
  return whole
}

/** What the lossless codec takes for a segment: `wanted` by channel, less the layer. */
export function residualOf(wanted: Int32Array[], layer: Float32Array<ArrayBuffer>[], sampleFormat: SampleFormat) {
  const { length } = layer[0]
  const samples = new Int32Array(length * layer.length)
  const isF32 = sampleFormat === 'f32'
  for (const [c, channel] of wanted.entries()) {
    const rounded = roundedLayer(layer[c], sampleFormat)
    for (let i = 0; i < length; i++) samples[c * length + i] = (isF32 ? ordered(channel[i]) : channel[i]) - rounded[i]
  }
  return { samples, format: residualFormat(sampleFormat) }
}

/** The samples of `layer`, made exact by `residual` (planar) from sample `from` on; without it they are rounded only. */
export function correctedLayer(
  layer: Float32Array<ArrayBuffer>[],
  residual: Int32Array | undefined,
  sampleFormat: SampleFormat,
  from = 0,
): Int32Array<ArrayBuffer>[] {
  const isF32 = sampleFormat === 'f32'
  return layer.map((samples, c) => {
    const whole = roundedLayer(samples, sampleFormat)
    const { length } = whole
    if (residual) for (let i = from; i < length; i++) whole[i] += residual[c * length + i]
    if (isF32) for (let i = 0; i < length; i++) whole[i] = ordered(whole[i])
    return whole
  })
}

export { residualFormat }
