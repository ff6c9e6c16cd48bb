/** Samples as f32 of full scale -1..1, whatever they were held as: what metrics, charts and the lossy codec take. */
import { SAMPLE_FORMATS, type SampleFormat } from './header.js'
import type { AudioData } from './sound.js'

/** A sound whose samples are f32 of full scale -1..1. */
export interface FloatAudio extends AudioData {
  channels: Float32Array[]
}

/** Bits of an integer format's samples; of a float format, nothing. */
export function integerBits(sampleFormat: SampleFormat): number | undefined {
  const bits = [8, 16, 24, 32][SAMPLE_FORMATS.indexOf(sampleFormat)]
  return bits
}

/**
 * Channels as f32: integers of b bits divided by 2^(b-1), exact up to 24 bits and rounded to nearest above. Channels that are
 * Float32Array come back as they are, not copied.
 *
 * @throws TypeError on integers without an integer `sampleFormat`
 */
export function floatChannels({
  channels,
  sampleFormat,
}: {
  channels: AudioData['channels']
  sampleFormat?: SampleFormat
}): Float32Array[] {
  if (isFloats(channels)) return channels
  const bits = sampleFormat && integerBits(sampleFormat)
  if (!bits) throw new TypeError(`channels are Int32Array, and their sampleFormat is ${sampleFormat}, not u8, s16, s24 or s32`)
  const scale = 2 ** (1 - bits)
  return channels.map((channel) => {
    const floats = new Float32Array(channel.length)
    for (let i = 0; i < channel.length; i++) floats[i] = channel[i] * scale
    return floats
  })
}

/** The same sound with {@link floatChannels}. */
export function asFloats(audio: AudioData): FloatAudio {
  return { ...audio, channels: floatChannels(audio) }
}

function isFloats(channels: AudioData['channels']): channels is Float32Array[] {
  return !(channels[0] instanceof Int32Array)
}
