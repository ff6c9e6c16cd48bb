/**
 * WAV files. Samples become f32 of full scale -1..1 (integers of b bits divided by 2^(b-1), which is exact up to 24 bits and
 * rounded to nearest for s32 and f64), or stay the integers and floats that they are.
 */
import type { Metadata } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import { type FloatAudio, floatChannels } from '../audio/floats.js'
import type { AudioData } from '../audio.js'
import { BYTES_OF, packPcmInto, unpackPcm } from './pcm.js'
import { EXTENSIBLE, GUID_TAIL, IEEE_FLOAT, PCM, readLayout, text, type WavLayout } from './wavformat.js'

/**
 * Reads a WAV file: integers of 8 to 32 bits, f32, f64; RIFF, RIFX, RF64; 1 to 255 channels. Chunks other than format and data
 * come back as metadata of type 'tag', but for fillers of zeros. Data that is shorter than it says is read as far as it goes. A float
 * that is not finite is 'unsupported', unless samples are wanted exactly.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit', which is found in the header before samples are unpacked
 */
export function readWav(bytes: Uint8Array, limits?: Partial<Limits>): Promise<FloatAudio>
export function readWav(bytes: Uint8Array, limits: Partial<Limits> | undefined, options: WavReading): Promise<AudioData>
export async function readWav(bytes: Uint8Array, limits?: Partial<Limits>, { exact = false }: WavReading = {}): Promise<AudioData> {
  const layout = readLayout(bytes, limits)
  const { sampleRateHz, sampleFormat, channelMask } = layout
  let channels: AudioData['channels']
  if (exact) channels = readExactly(bytes, layout)
  else {
    channels = isExactInPackage(layout)
      ? await readByPackage(bytes, layout)
      : floatChannels({ sampleFormat, channels: unpack(bytes, layout) })
    if (layout.tag === IEEE_FLOAT) checkFinite(channels)
  }
  return { sampleRateHz, sampleFormat, ...(channelMask !== undefined && { channelMask }), channels, metadata: layout.tags }
}

export interface WavReading {
  /** Integers as Int32Array, f32 bit for bit, whatever it is; f64 only if f32 holds every sample. */
  exact?: boolean
}

function unpack(bytes: Uint8Array, { channels, length, sampleFormat, sampleBytes, dataOffset, bigEndian }: WavLayout) {
  const data = bytes.subarray(dataOffset, dataOffset + length * channels * sampleBytes)
  return unpackPcm(data, { encoding: sampleFormat, bigEndian, channels })
}

/** @throws LaqError 'unsupported' if a sample is a double that f32 rounds */
function readExactly(bytes: Uint8Array, layout: WavLayout): AudioData['channels'] {
  const channels = unpack(bytes, layout)
  if (layout.sampleFormat === 'f64') {
    const view = new DataView(bytes.buffer, bytes.byteOffset + layout.dataOffset)
    for (let i = 0; i < layout.length * layout.channels; i++) {
      const value = view.getFloat64(i * 8, !layout.bigEndian)
      if (!Object.is(Math.fround(value), value)) {
        throw new LaqError('unsupported', `WAV: sample ${i} is ${value}, a double that 32 bits do not hold`)
      }
    }
  }
  return channels
}

/**
 * Whether wav-decoder 1.3.0 reads these samples exactly. It does not with 8 bits (it takes 127.5 for zero), with 24 (the least
 * value becomes the greatest), with 32-bit integers (full scale is 2^31 - 1 upwards), and it knows no big-endian files.
 */
function isExactInPackage({ bigEndian, sampleFormat }: WavLayout): boolean {
  return !bigEndian && (sampleFormat === 's16' || sampleFormat === 'f32' || sampleFormat === 'f64')
}

/** Samples by wav-decoder, behind a plain header: it stumbles over padding, extensible formats and open sizes. */
async function readByPackage(bytes: Uint8Array, layout: WavLayout): Promise<Float32Array[]> {
  const { tag, channels, sampleRateHz, length, sampleBytes, dataOffset } = layout
  const size = length * channels * sampleBytes
  const { default: wavDecoder } = await import('wav-decoder')
  const plain = new Uint8Array(HEADER_BYTES + size)
  const view = new DataView(plain.buffer)
  const dataHead = writeHeader(view, { tag, channels, sampleRateHz, sampleBytes, length, size, tagBytes: 0 })
  writeChunkHead(view, dataHead, 'data', size)
  plain.set(bytes.subarray(dataOffset, dataOffset + size), dataHead + 8)
  return wavDecoder.decode.sync(plain.buffer, { symmetric: true }).channelData
}

function checkFinite(channels: Float32Array[]): void {
  for (const [c, samples] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) {
      if (!Number.isFinite(samples[i])) throw new LaqError('unsupported', `WAV: sample ${i} of channel ${c} is ${samples[i]}`)
    }
  }
}

const EXTENSIBLE_BYTES = 24
const FACT_BYTES = 12
/** The most that stands before the samples, without tags. */
const HEADER_BYTES = 44 + EXTENSIBLE_BYTES + FACT_BYTES

/**
 * Writes a WAV file in the sound's own sample format. Integers are written as they are, and floats as integers of b
 * bits floor(x * 2^(b-1) + 1/2), clamped to their range (NaN is 0); f32 bit for bit. The format is extensible if there is a channel mask or more than two channels. Metadata of type 'tag' becomes
 * chunks again, between format and data.
 *
 * Tags whose id is not of printable letters cannot be chunks and are left out.
 *
 * @throws LaqError 'limit' if it takes 4 GiB or more; RangeError on no channels, or channels of different lengths
 */
export function writeWav({ sampleRateHz, sampleFormat, channelMask, channels, metadata = [] }: AudioData): Uint8Array<ArrayBuffer> {
  const sampleBytes = BYTES_OF[sampleFormat]
  const length = channels[0]?.length
  if (length === undefined) throw new RangeError('a sound without channels cannot be written')
  for (const channel of channels)
    if (channel.length !== length) throw new RangeError(`channels of ${length} and of ${channel.length} samples`)
  const size = length * channels.length * sampleBytes
  const tag = sampleFormat[0] === 'f' ? IEEE_FLOAT : PCM
  const tags = metadata.filter(isTag)
  const tagBytes = tags.reduce((sum, { bytes }) => sum + 4 + bytes.length + (bytes.length & 1), 0)
  const most = HEADER_BYTES + tagBytes + size + 1
  if (most > 0xffffffff) throw new LaqError('limit', `${most} bytes are more than the 4 GiB that a WAV file holds`)

  const file = new Uint8Array(most)
  const view = new DataView(file.buffer)
  const facts = { tag, channels: channels.length, sampleRateHz, sampleBytes, length, size, tagBytes }
  let at = writeHeader(view, channels.length > 2 || channelMask ? { ...facts, channelMask: channelMask ?? 0 } : facts)
  for (const { bytes } of tags) {
    writeChunkHead(view, at, text(bytes, 0, 4), bytes.length - 4)
    file.set(bytes.subarray(4), at + 8)
    at += 4 + bytes.length + (bytes.length & 1)
  }
  writeChunkHead(view, at, 'data', size)
  packPcmInto(file.subarray(at + 8, at + 8 + size), channels, { encoding: sampleFormat, bigEndian: false, channels: channels.length })
  return file.subarray(0, at + 8 + size + (size & 1))
}

/** Tags whose id is four printable letters and none that has a meaning of its own here. */
function isTag({ type, bytes }: Metadata): boolean {
  return type === 'tag' && /^[ -~]{4}$/.test(text(bytes, 0, 4)) && !/^(fmt |data|fact|ds64)$/.test(text(bytes, 0, 4))
}

interface HeaderFacts {
  tag: number
  channels: number
  sampleRateHz: number
  sampleBytes: number
  length: number
  size: number
  tagBytes: number
  channelMask?: number
}

/** Writes what stands before the tags and returns where it ends. `channelMask` asks for the extensible format. */
function writeHeader(view: DataView, facts: HeaderFacts): number {
  const { tag, channels, sampleRateHz, sampleBytes, length, size, tagBytes, channelMask } = facts
  const extensible = channelMask !== undefined
  const formatBytes = 16 + (extensible ? EXTENSIBLE_BYTES : 0)
  const factBytes = tag === IEEE_FLOAT ? FACT_BYTES : 0
  writeChunkHead(view, 0, 'RIFF', 4 + 8 + formatBytes + factBytes + tagBytes + 8 + size + (size & 1))
  writeId(view, 8, 'WAVE')
  writeChunkHead(view, 12, 'fmt ', formatBytes)
  view.setUint16(20, extensible ? EXTENSIBLE : tag, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * channels * sampleBytes, true)
  view.setUint16(32, channels * sampleBytes, true)
  view.setUint16(34, sampleBytes * 8, true)
  let at = 36
  if (extensible) {
    view.setUint16(36, EXTENSIBLE_BYTES - 2, true)
    view.setUint16(38, sampleBytes * 8, true)
    view.setUint32(40, channelMask, true)
    view.setUint16(44, tag, true)
    for (const [i, byte] of GUID_TAIL.entries()) view.setUint8(46 + i, byte)
    at = 60
  }
  if (factBytes > 0) {
    writeChunkHead(view, at, 'fact', 4)
    view.setUint32(at + 8, length, true)
    at += FACT_BYTES
  }
  return at
}

function writeId(view: DataView, at: number, id: string): void {
  for (let i = 0; i < 4; i++) view.setUint8(at + i, id.charCodeAt(i))
}

function writeChunkHead(view: DataView, at: number, id: string, size: number): void {
  writeId(view, at, id)
  view.setUint32(at + 4, size, true)
}
