/**
 * Writes the files of test/conformance and their manifest: `npx tsx samples/conformance.ts`. Small .laq files made of the samples, which
 * together use every part of the format, and what they decode to, for decoders other than this one.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type AudioData,
  decodeAudio,
  decodeImage,
  type EncodeAudioOptions,
  type EncodeImageOptions,
  encodeAudio,
  encodeImage,
  type ImageData,
} from '../src/index.js'
import { deepGradient } from './gradient.js'
import { graphic } from './graphic.js'
import { music } from './music.js'
import { stillLife } from './stilllife.js'

const folder = fileURLToPath(new URL('../test/conformance/', import.meta.url))

/** A part of a picture, of its first channels; 'grey' is the second, green. */
function part(
  image: ImageData,
  x: number,
  y: number,
  width: number,
  height: number,
  channels: number | 'grey' = image.channels,
): ImageData {
  const chosen = channels === 'grey' ? [1] : Array.from({ length: channels }, (_, c) => c)
  const data = image.bitDepth > 8 ? new Uint16Array(width * height * chosen.length) : new Uint8Array(width * height * chosen.length)
  let to = 0
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++)
      for (const c of chosen) data[to++] = image.data[(row * image.width + column) * image.channels + c]
  }
  return { width, height, channels: chosen.length as ImageData['channels'], bitDepth: image.bitDepth, data }
}

/** In few colours, with hard edges, as screens have them. */
const drawn = (image: ImageData): ImageData => ({ ...image, data: Uint8Array.from(image.data, (value) => 85 * Math.round(value / 85)) })

/** Grey with alpha: one channel of a picture for each. */
const withAlpha = (grey: ImageData, alpha: ImageData): ImageData => ({
  ...grey,
  channels: 2,
  data: Uint8Array.from({ length: 2 * grey.data.length }, (_, i) => (i % 2 ? alpha : grey).data[i >> 1]),
})

/** A part of a sound, as the integers of s16. */
function excerpt({ channels, sampleRateHz, sampleFormat }: AudioData, start: number, length: number): AudioData {
  const integers = channels.map((samples) => Int32Array.from(samples.subarray(start, start + length), (x) => Math.round(x * 32768)))
  return { sampleRateHz, sampleFormat, channels: integers }
}

/** Name, what it exercises, and how it is made. */
const IMAGES: [name: string, exercises: string, image: () => ImageData, options: EncodeImageOptions][] = [
  [
    'grey',
    'grey, 8 bits; a flat step field; sides that are no multiples of 8',
    () => part(stillLife(), 300, 200, 21, 13, 'grey'),
    { quality: 45, laq: 0 },
  ],
  ['rgb', 'RGB, a step field, all kinds of blocks and modes', () => part(stillLife(), 250, 180, 150, 110), { quality: 80, effort: 9 }],
  [
    'rgb-psnr',
    'RGB without frequency weighting, high quality: long levels',
    () => part(stillLife(), 320, 220, 40, 40),
    { quality: 97, tune: 'psnr' },
  ],
  [
    'rgb-420',
    'chroma of half the samples each way',
    () => part(stillLife(), 260, 190, 75, 51),
    { quality: 60, chroma: '4:2:0', effort: 7 },
  ],
  ['rgb-16', '16 bits per sample', () => part(deepGradient(), 100, 60, 70, 50), { quality: 97 }],
  ['rgba', 'alpha in a stream of its own', () => part(graphic(), 20, 20, 120, 72), { quality: 60 }],
  [
    'alpha-table',
    'grey with alpha of few levels: a table',
    () => withAlpha(part(stillLife(), 300, 200, 60, 40, 'grey'), drawn(part(stillLife(), 250, 180, 60, 40, 'grey'))),
    { quality: 50 },
  ],
  [
    'alpha-blocks',
    'grey with alpha that has texture: blocks, and corrections',
    () => withAlpha(part(stillLife(), 300, 200, 80, 60, 'grey'), part(stillLife(), 330, 240, 80, 60, 'grey')),
    { quality: 20 },
  ],
  ['palette', 'a palette, and blocks of indices', () => drawn(part(graphic(), 60, 60, 150, 60, 3)), { quality: 70 }],
  [
    'tiles',
    'tiles of 64, an index and a preview',
    () => part(stillLife(), 200, 250, 150, 70),
    { quality: 40, tileSize: 64, preview: true },
  ],
  [
    'wavelet',
    'wavelets in two tiles, with alpha that has a plane; smaller pictures',
    () => part(graphic(), 5, 5, 100, 60),
    { quality: 50, transform: 'wavelet', tileSize: 64 },
  ],
]
const SOUNDS: [name: string, exercises: string, sound: () => AudioData, options: EncodeAudioOptions][] = [
  ['lossy', 'MDCT in blocks of several sizes, mid/side, noise', () => excerpt(music(), 20_000, 22_050), { bitrate: 56 }],
  ['lossless', 'lossless stereo of 16 bits', () => excerpt(music(), 21_000, 1500), { lossless: true }],
  ['hybrid', 'a lossy layer and what makes it exact', () => excerpt(music(), 21_000, 1500), { lossless: true, lossyBitrate: 64 }],
]

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)

/** Frame after frame; integers of s16 as such, floats as f32; little-endian, as this machine is. */
function interleaved(channels: Float32Array[] | Int32Array[]): Uint8Array {
  const length = channels.length * channels[0].length
  const out = channels[0] instanceof Int32Array ? new Int16Array(length) : new Float32Array(length)
  for (const [c, samples] of channels.entries()) for (let i = 0; i < samples.length; i++) out[i * channels.length + c] = samples[i]
  return bytesOf(out)
}

const manifest: Record<string, object> = {}
for (const [name, exercises, make, options] of IMAGES) {
  const file = await encodeImage(make(), options)
  const { width, height, channels, bitDepth, data } = await decodeImage(file)
  const smaller: Record<string, string> = {}
  if (options.transform === 'wavelet') {
    for (const scale of [2, 4, 8] as const) smaller[`1:${scale}`] = sha256(bytesOf((await decodeImage(file, { scale })).data))
  }
  const samples = { layout: bitDepth > 8 ? 'u16' : 'u8', sha256: sha256(bytesOf(data)), ...(options.transform && { smaller }) }
  const facts = { kind: 'image', width, height, channels, bitDepth }
  manifest[`${name}.laq`] = { exercises, bytes: file.length, sha256: sha256(file), ...facts, samples }
  writeFileSync(`${folder}${name}.laq`, file)
}
for (const [name, exercises, make, options] of SOUNDS) {
  const file = await encodeAudio(make(), options)
  const exact = options.lossless === true
  const { sampleRateHz, sampleFormat, channels } = exact ? await decodeAudio(file, { exact: true }) : await decodeAudio(file)
  const samples: Record<string, unknown> = { layout: exact ? 's16' : 'f32', sha256: sha256(interleaved(channels)) }
  // a lossy sound may be off by 10^-6: some samples to compare with
  if (!exact) samples.some = [500, 5000, 12_345, 22_000].flatMap((at) => channels.map((channel, c) => [c, at, channel[at]]))
  const facts = { kind: 'audio', channels: channels.length, sampleRateHz, sampleFormat, length: channels[0].length }
  manifest[`${name}.laq`] = { exercises, bytes: file.length, sha256: sha256(file), ...facts, samples }
  writeFileSync(`${folder}${name}.laq`, file)
}
writeFileSync(`${folder}manifest.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
console.log(
  Object.entries(manifest)
    .map(([name, { bytes }]: [string, { bytes?: number }]) => `${name} ${bytes}`)
    .join(', '),
)
