/**
 * Small files whose bytes and samples are known by hash: the same ones in Node and in browsers. After a change of the format
 * or of the encoder, `npm run golden` writes golden.json anew.
 */

import { graphic } from '../../samples/graphic.js'
import {
  type AudioData,
  type Channels,
  decodeAudio,
  decodeImage,
  type EncodeAudioOptions,
  type EncodeImageOptions,
  encodeAudio,
  encodeBlocks,
  encodeImage,
  type ImageData,
} from '../../src/index.js'
import { drawing, pattern } from '../pictures.js'

export interface Hashes {
  /** SHA-256 of the .laq file, and its size. */
  file: string
  bytes: number
  /** SHA-256 of the decoded samples, little-endian; of a sound, channel after channel. */
  samples: string
}

async function hash(data: Uint8Array | Uint16Array | Float32Array | Int32Array): Promise<string> {
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength) as Uint8Array<ArrayBuffer>,
  )
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function imageCase(image: () => ImageData, options: EncodeImageOptions = {}): () => Promise<Hashes> {
  return async () => {
    const bytes = await encodeImage(image(), options)
    const { data } = await decodeImage(bytes)
    return { file: await hash(bytes), bytes: bytes.length, samples: await hash(data) }
  }
}

/** Two tones and a click, by exact arithmetic alone: sines differ between engines. */
function tones(channels: number, sampleRateHz: number): AudioData {
  const wave = (phase: number) => 16 * phase * (0.5 - phase) // of each half period, 0..0.5, a parabola
  const tone = (t: number) => (t % 1 < 0.5 ? wave(t % 1) : -wave((t % 1) - 0.5))
  const channel = (c: number) =>
    Float32Array.from({ length: 9000 }, (_, i) => 0.3 * tone((i * (220 + 40 * c)) / 8192) + 0.2 * tone(i * 0.123) + (i === 5000 ? 0.4 : 0))
  return { sampleRateHz, sampleFormat: 's16', channels: Array.from({ length: channels }, (_, c) => channel(c)) }
}

async function hashesOf(bytes: Uint8Array): Promise<Hashes> {
  const { channels } = await decodeAudio(bytes, { exact: true })
  const length = channels.length * channels[0].length
  const samples = channels[0] instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)
  for (const [c, channel] of channels.entries()) samples.set(channel as never, c * channel.length)
  return { file: await hash(bytes), bytes: bytes.length, samples: await hash(samples) }
}

function audioCase(audio: () => AudioData, options: EncodeAudioOptions = {}): () => Promise<Hashes> {
  return async () => hashesOf(await encodeAudio(audio(), options))
}

/** The same as it comes, in blocks of 700 samples. */
function streamCase(audio: () => AudioData, options: EncodeAudioOptions = {}): () => Promise<Hashes> {
  return async () => {
    const { channels, ...format } = audio()
    const blocks: Channels[] = []
    for (let at = 0; at < channels[0].length; at += 700) blocks.push(channels.map((samples) => samples.subarray(at, at + 700)) as Channels)
    const pieces: number[] = []
    for await (const piece of encodeBlocks(blocks, { ...format, channels: channels.length }, options))
      for (const byte of piece) pieces.push(byte)
    return hashesOf(Uint8Array.from(pieces))
  }
}

/** Of so many bits. */
function integers(audio: AudioData, sampleFormat: AudioData['sampleFormat'], bits: number): AudioData {
  const most = 2 ** (bits - 1)
  return { ...audio, sampleFormat, channels: audio.channels.map((samples) => Int32Array.from(samples, (x) => Math.floor(x * most))) }
}

export const GOLDEN_CASES: Record<string, () => Promise<Hashes>> = {
  'RGB, as it comes': imageCase(() => pattern(150, 100)),
  'RGB, tune psnr': imageCase(() => pattern(150, 100), { tune: 'psnr' }),
  'RGB, flat field': imageCase(() => pattern(150, 100), { laq: 0 }),
  'RGB, low quality, effort 1': imageCase(() => pattern(150, 100), { quality: 10, effort: 1 }),
  'RGB, high quality, effort 9': imageCase(() => pattern(150, 100), { quality: 95, effort: 9 }),
  'RGB, tiles of 64': imageCase(() => pattern(150, 100), { tileSize: 64 }),
  'RGB, 1.5 bpp': imageCase(() => pattern(150, 100), { targetBpp: 1.5 }),
  'RGB of 12 bits': imageCase(() => pattern(70, 40, 3, 12)),
  RGBA: imageCase(() => pattern(70, 90, 4)),
  'RGBA of 16 bits': imageCase(() => pattern(33, 65, 4, 16)),
  'RGB, drawn': imageCase(() => drawing(150, 100)),
  'grey with alpha, drawn': imageCase(() => drawing(70, 90, 2)),
  // more than 63 colours in its palette
  'RGBA, a graphic, high quality, effort 7': imageCase(graphic, { quality: 90, effort: 7 }),
  grey: imageCase(() => pattern(129, 31, 1)),
  'grey with alpha, 16 bits': imageCase(() => pattern(31, 17, 2, 16)),
  'RGB, wavelet': imageCase(() => pattern(150, 100), { transform: 'wavelet' }),
  'RGBA of 12 bits, wavelet, tiles of 64': imageCase(() => pattern(70, 90, 4, 12), { transform: 'wavelet', tileSize: 64 }),
  'sound, mono, as it comes': audioCase(() => tones(1, 16_000)),
  'sound, stereo, 48 kb/s': audioCase(() => tones(2, 44_100), { bitrate: 48 }),
  'sound, three channels, low quality': audioCase(() => tones(3, 8000), { quality: 20 }),
  'sound, lossless, s16': audioCase(() => integers(tones(2, 44_100), 's16', 16), { lossless: true }),
  'sound, lossless, s24, effort 9': audioCase(() => integers(tones(3, 48_000), 's24', 24), { lossless: true, effort: 9 }),
  'sound, lossless, f32, effort 1': audioCase(() => ({ ...tones(1, 8000), sampleFormat: 'f32' }), { lossless: true, effort: 1 }),
  'sound, hybrid, s16': audioCase(() => integers(tones(2, 16_000), 's16', 16), { lossless: true, lossyQuality: 40 }),
  'sound, as it comes': streamCase(() => tones(2, 8000), { bitrate: 24 }),
  'one pixel': imageCase(() => pattern(1, 1)),
}
