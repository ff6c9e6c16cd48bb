/**
 * WAV files. Samples become f32 of full scale -1..1 (integers of b bits divided by 2^(b-1), which is exact up to 24 bits and
 * rounded to nearest for s32 and f64), or stay the integers and floats that they are.
 */
import { type FloatAudio, floatChannels } from '../../../codecs/audio/floats.js'
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Limits } from '../../../codecs/limits.js'
import type { Warned } from '../../calls/warnings.js'
import { BYTES_OF, unpackPcm } from '../sound/pcm.js'
import type { WavKind } from './chunks.js'
import type { WavHeader } from './facts.js'
import { IEEE_FLOAT } from './format.js'
import { WavParser } from './parser.js'
import { asHeld, checkFinite, unpackExactly } from './samples.js'
import { WavWriter } from './writer.js'

/**
 * Reads a WAV file: integers of 8 to 32 bits, f32, f64; RIFF, RIFX, RF64; 1 to 255 channels. Chunks other than format and data
 * come back as metadata of type 'tag', but for fillers of zeros. Data that is shorter than it says is read as far as it goes. A float
 * that is not finite is 'unsupported', unless samples are wanted exactly.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit', which is found in the header before samples are unpacked
 */
export function readWav(bytes: Uint8Array, limits?: Partial<Limits>): Promise<FloatAudio>
export function readWav(bytes: Uint8Array, limits: Partial<Limits> | undefined, options: WavReading): Promise<AudioData>
export async function readWav(bytes: Uint8Array, limits?: Partial<Limits>, options: WavReading = {}): Promise<AudioData> {
  const { exact = false, keepChunks = false } = options
  const parser = new WavParser({ ...(limits && { limits }), keepChunks, onWarning: options.onWarning })
  const data = parser.push(bytes)
  parser.finish()
  const { metadata } = parser
  const header = parser.header as WavHeader
  const { sampleRateHz, sampleFormat, channelMask } = exact ? asHeld(header) : header
  let channels: AudioData['channels']
  if (exact) channels = unpackExactly(data, header)
  else {
    channels = isExactInPackage(header)
      ? await readByPackage(data, header)
      : floatChannels({ sampleFormat, channels: unpackPcm(data, header) })
    if (header.tag === IEEE_FLOAT) checkFinite(channels)
  }
  return { sampleRateHz, sampleFormat, ...(channelMask !== undefined && { channelMask }), channels, metadata }
}

export interface WavReading extends Warned {
  /** Integers as Int32Array, f32 bit for bit, whatever it is; f64, if f32 holds every sample, as f32. */
  exact?: boolean
  /** Keep what stands before and behind the samples to the byte: {@link writeWav} makes the same file of it. */
  keepChunks?: boolean
}

/**
 * Whether wav-decoder 1.3.0 reads these samples exactly. It does not with 8 bits (it takes 127.5 for zero), with 24 (the least
 * value becomes the greatest), with 32-bit integers (full scale is 2^31 - 1 upwards), and it knows no big-endian files.
 */
function isExactInPackage({ bigEndian, sampleFormat, channels }: WavHeader): boolean {
  // of more channels the header is extensible, which it does not know
  return !bigEndian && channels <= 2 && (sampleFormat === 's16' || sampleFormat === 'f32' || sampleFormat === 'f64')
}

/** Samples by wav-decoder, behind a plain header: it stumbles over padding, extensible formats and open sizes. */
async function readByPackage(data: Uint8Array, { sampleFormat, sampleRateHz, channels }: WavHeader): Promise<Float32Array[]> {
  const { default: wavDecoder } = await import('wav-decoder')
  const length = data.length / (BYTES_OF[sampleFormat] * channels)
  const { head } = new WavWriter({ sampleRateHz, sampleFormat, channels }, { length })
  const plain = new Uint8Array(head.length + data.length)
  plain.set(head)
  plain.set(data, head.length)
  return wavDecoder.decode.sync(plain.buffer, { symmetric: true }).channelData
}

/**
 * Writes a WAV file in the sound's own sample format. Integers are written as they are, floats as integers of b bits as
 * floor(x * 2^(b-1) + 1/2), clamped to their range (NaN is 0), or as f32 bit for bit. The format is extensible if there is a channel
 * mask, more than two channels, or fewer bits than the samples' bytes have; the file is RF64 if it would be too large for RIFF. Metadata of type 'tag' becomes chunks again,
 * between format and data; but head and tail that were kept are what they were, if format and length are.
 *
 * Tags whose id is not of printable letters cannot be chunks and are left out.
 *
 * @throws RangeError on no channels, or channels of different lengths; TypeError on integers of a float format
 */
export function writeWav(audio: AudioData, options: { kind?: WavKind } & Warned = {}): Uint8Array<ArrayBuffer> {
  const { channels } = audio
  const length = channels[0]?.length
  if (length === undefined) throw new RangeError('a sound without channels cannot be written')
  for (const channel of channels)
    if (channel.length !== length) throw new RangeError(`channels of ${length} and of ${channel.length} samples`)
  const writer = new WavWriter({ ...audio, channels: channels.length }, { ...options, length })
  const { head, dataBytes } = writer
  const tail = writer.tail(length)
  const file = new Uint8Array(head.length + dataBytes + tail.length)
  file.set(head)
  writer.blockInto(file.subarray(head.length, head.length + dataBytes), channels)
  file.set(tail, head.length + dataBytes)
  return file
}
