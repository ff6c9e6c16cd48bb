/**
 * WAV files. Samples become f32 of full scale -1..1: integers of b bits divided by 2^(b-1), which is exact up to 24 bits and
 * rounded to nearest for s32 and f64.
 */
import type { Metadata } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import type { AudioData } from '../audio.js'
import { EXTENSIBLE, GUID_TAIL, IEEE_FLOAT, PCM, readLayout, text, type WavLayout } from './wavformat.js'

/**
 * Reads a WAV file: integers of 8 to 32 bits, f32, f64; RIFF, RIFX, RF64; 1 to 255 channels. Chunks other than format and data
 * come back as metadata of type 'tag', but for fillers of zeros. Data that is shorter than it says is read as far as it goes. A float
 * that is not finite is 'unsupported'.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit', which is found in the header before samples are unpacked
 */
export async function readWav(bytes: Uint8Array, limits?: Partial<Limits>): Promise<AudioData> {
  const layout = readLayout(bytes, limits)
  const { sampleRateHz, sampleFormat, channelMask } = layout
  const channels = isExactInPackage(layout) ? await readByPackage(bytes, layout) : readSamples(bytes, layout)
  if (layout.tag === IEEE_FLOAT) checkFinite(channels)
  return { sampleRateHz, sampleFormat, ...(channelMask !== undefined && { channelMask }), channels, metadata: layout.tags }
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

function readSamples(bytes: Uint8Array, { channels, length, sampleFormat, sampleBytes, dataOffset, bigEndian }: WavLayout) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, length * channels * sampleBytes)
  const little = !bigEndian
  const read: (at: number) => number = {
    u8: (at: number) => (view.getUint8(at) - 128) / 128,
    s16: (at: number) => view.getInt16(at, little) / 2 ** 15,
    s24: (at: number) =>
      (little ? view.getUint16(at, true) + view.getInt8(at + 2) * 65536 : view.getInt8(at) * 65536 + view.getUint16(at + 1)) / 2 ** 23,
    s32: (at: number) => view.getInt32(at, little) / 2 ** 31,
    f32: (at: number) => view.getFloat32(at, little),
    f64: (at: number) => view.getFloat64(at, little),
  }[sampleFormat]
  return Array.from({ length: channels }, (_, c) => {
    const samples = new Float32Array(length)
    for (let i = 0; i < length; i++) samples[i] = read((i * channels + c) * sampleBytes)
    return samples
  })
}

function checkFinite(channels: Float32Array[]): void {
  for (const [c, samples] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) {
      if (!Number.isFinite(samples[i])) throw new LaqError('unsupported', `WAV: sample ${i} of channel ${c} is ${samples[i]}`)
    }
  }
}

const SAMPLE_BYTES = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 } as const
const EXTENSIBLE_BYTES = 24
const FACT_BYTES = 12
/** The most that stands before the samples, without tags. */
const HEADER_BYTES = 44 + EXTENSIBLE_BYTES + FACT_BYTES

/**
 * Writes a WAV file in the sound's own sample format. Integers of b bits are floor(x * 2^(b-1) + 1/2), clamped to their range
 * (NaN is 0). The format is extensible if there is a channel mask or more than two channels. Metadata of type 'tag' becomes
 * chunks again, between format and data.
 *
 * Tags whose id is not of printable letters cannot be chunks and are left out.
 *
 * @throws LaqError 'limit' if it takes 4 GiB or more; RangeError on no channels, or channels of different lengths
 */
export function writeWav({ sampleRateHz, sampleFormat, channelMask, channels, metadata = [] }: AudioData): Uint8Array<ArrayBuffer> {
  const sampleBytes = SAMPLE_BYTES[sampleFormat]
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
  writeSamples(new DataView(file.buffer, at + 8, size), channels, sampleFormat)
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

function writeSamples(view: DataView, channels: Float32Array[], sampleFormat: AudioData['sampleFormat']): void {
  const sampleBytes = SAMPLE_BYTES[sampleFormat]
  const scale = 2 ** (8 * sampleBytes - 1)
  // NaN | 0 is 0; the clamp keeps every other value within 32 bits
  const whole = (x: number) => Math.max(-scale, Math.min(scale - 1, Math.floor(x * scale + 0.5))) | 0
  const write: (at: number, x: number) => void = {
    u8: (at: number, x: number) => view.setUint8(at, whole(x) + 128),
    s16: (at: number, x: number) => view.setInt16(at, whole(x), true),
    s24: (at: number, x: number) => {
      const value = whole(x)
      view.setUint16(at, value & 0xffff, true)
      view.setInt8(at + 2, value >> 16)
    },
    s32: (at: number, x: number) => view.setInt32(at, whole(x), true),
    f32: (at: number, x: number) => view.setFloat32(at, x, true),
    f64: (at: number, x: number) => view.setFloat64(at, x, true),
  }[sampleFormat]
  for (const [c, samples] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) write((i * channels.length + c) * sampleBytes, samples[i])
  }
}
