/** What callers hold sounds in, checked. */
import { SAMPLE_FORMATS, type SampleFormat } from '../../codecs/audio/header.js'
import { type AudioData, type AudioFormat, type Channels, isFloat } from '../../codecs/audio/sound.js'
import { checkMetadata, nameOf } from './input.js'

/**
 * A sound as the codec takes it, on the same samples but for those of Float16Array, which are f32 from here on.
 *
 * @throws TypeError or RangeError
 */
export function soundOf(audio: AudioData): AudioData {
  if (typeof audio !== 'object' || audio === null)
    throw new TypeError(`the sound is ${nameOf(audio)}, not an object of channels and format`)
  if (!Array.isArray(audio.channels))
    throw new TypeError(`channels is ${nameOf(audio.channels)}, not an array of Float32Array or Int32Array`)
  checkFormat({ ...audio, channels: audio.channels.length })
  checkMetadata(audio.metadata)
  const channels = widened(audio.channels)
  checkChannels(channels, audio.sampleFormat)
  return { ...audio, channels }
}

/** Float32Array in the place of Float16Array, whose values all are f32. */
export function widened(channels: Channels): Channels {
  const isHalf = (samples: unknown) => Object.prototype.toString.call(samples) === '[object Float16Array]'
  return channels.some(isHalf)
    ? (channels.map((samples) => (isHalf(samples) ? Float32Array.from(samples) : samples)) as Channels)
    : channels
}

/** @throws TypeError or RangeError */
export function checkFormat(format: AudioFormat): void {
  if (typeof format !== 'object' || format === null) throw new TypeError(`the format is ${nameOf(format)}, not an object`)
  const { sampleRateHz, sampleFormat, channels, channelMask = 0 } = format
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1 || sampleRateHz >= 2 ** 24) {
    throw new RangeError(`sampleRateHz is ${sampleRateHz}, not an integer in 1..${2 ** 24 - 1}`)
  }
  if (!SAMPLE_FORMATS.includes(sampleFormat))
    throw new RangeError(`sampleFormat is ${sampleFormat}, not one of ${SAMPLE_FORMATS.join(', ')}`)
  if (!Number.isInteger(channelMask) || channelMask < 0 || channelMask >= 2 ** 32)
    throw new RangeError(`channelMask is ${channelMask}, not of 32 bits`)
  if (!Number.isInteger(channels) || channels < 1 || channels > 255) throw new RangeError(`${channels} channels, not 1..255`)
}

/** @throws TypeError or RangeError unless all are arrays of one kind and length */
export function checkChannels(channels: Channels, sampleFormat: SampleFormat): void {
  for (const channel of channels) {
    if (!isFloat(channel) && !(channel instanceof Int32Array))
      throw new TypeError(`a channel is ${nameOf(channel)}, not a Float32Array or an Int32Array`)
    if (isFloat(channel) !== isFloat(channels[0])) throw new TypeError('some channels are floats, others integers')
    if (channel.length !== channels[0].length) throw new RangeError(`channels of ${channels[0].length} and of ${channel.length} samples`)
  }
  if (!isFloat(channels[0]) && sampleFormat[0] === 'f') throw new TypeError(`samples of ${sampleFormat} are floats, not an Int32Array`)
}
