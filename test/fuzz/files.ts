/** A small .laq file of each kind, and how to decode it under limits that fit it: what the fuzz tests and bench start from. */
import { type AudioData, decodeAudio, decodeBlocks, decodeImage, encodeAudio, encodeImage } from '../../src/index.js'
import { sound } from '../audio/sounds.js'
import { piecesOf, streamed, whole } from '../audio/stream/sounds.js'
import { drawing } from '../pictures.js'

export interface FuzzCase {
  name: string
  file: Uint8Array
  decode(bytes: Uint8Array): Promise<unknown>
  /** Damage is no error unless it is before the data. */
  isTolerant?: boolean
  /** A prefix of the file is enough. */
  isPart?: boolean
}

async function consumed(blocks: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const block of blocks) found.push(block)
  return found
}

function texture(width: number, height: number, channels: number): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const x = Math.floor(i / channels) % width
    const y = Math.floor(i / channels / width)
    return (x * 5 + ((y * x) % 23) * 3 + (x > y ? 60 : 0) + (i % channels) * 20) & 255
  })
}

/** Integers of so many bits, or any float, in all channels. */
function samples(length: number, channels: number, sampleFormat: 's24' | 's32' | 'f32'): AudioData {
  const made = sound(length, channels, 8000)
  if (sampleFormat === 'f32') return { ...made, sampleFormat }
  const scale = sampleFormat === 's24' ? 2 ** 23 : 2 ** 31
  const whole = made.channels.map((samples, c) => Int32Array.from(samples, (x, i) => Math.round(x * scale * 0.9) + ((i * (c + 3)) % 5)))
  return { ...made, sampleFormat, channels: whole }
}

const lossless = (bytes: Uint8Array) => decodeAudio(bytes, { limits: { samples: 20_000 }, to: 200, unit: 'samples', exact: true })

/** A picture with an alpha of its own kind. */
function withAlpha(alpha: (x: number, y: number) => number) {
  const [width, height] = [60, 40]
  const data = texture(width, height, 4)
  for (let i = 0; i < width * height; i++) data[4 * i + 3] = alpha(i % width, Math.floor(i / width))
  return { width, height, channels: 4 as const, bitDepth: 8, data }
}

const decodeSmallImage = (bytes: Uint8Array) => decodeImage(bytes, { limits: { pixels: 128 * 128, metadataBytes: 1000 } })

export async function fuzzCases(): Promise<FuzzCase[]> {
  const colour = { width: 70, height: 24, channels: 4 as const, bitDepth: 8, data: texture(70, 24, 4) }
  const metadata = [{ type: 'xmp' as const, bytes: Uint8Array.of(60, 63) }]
  return [
    {
      name: 'image, DCT, tiles and alpha',
      file: await encodeImage({ ...colour, metadata }, { quality: 60, tileSize: 64 }),
      decode: decodeSmallImage,
    },
    {
      name: 'image, DCT, 16-bit grey',
      file: await encodeImage(
        { width: 40, height: 33, channels: 1, bitDepth: 16, data: Uint16Array.from(texture(40, 33, 1), (v) => v * 257) },
        { quality: 95 },
      ),
      decode: decodeSmallImage,
    },
    {
      name: 'image, DCT, a preview',
      file: await encodeImage(colour, { quality: 40, preview: true }),
      decode: async (bytes) => {
        await decodeSmallImage(bytes)
        return decodeImage(bytes, { limits: { pixels: 128 * 128, metadataBytes: 1000 }, scale: 8 })
      },
    },
    {
      name: 'sound, stereo with an attack',
      file: await encodeAudio(sound(3000, 2, 16000), { quality: 30 }),
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 20_000 } }),
    },
    {
      name: 'sound, lossless',
      file: await encodeAudio(whole(700), { lossless: true }),
      // a part has no MD5 that would be wrong
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 20_000 }, to: 600, unit: 'samples', exact: true }),
    },
    {
      name: 'sound, hybrid',
      file: await encodeAudio(whole(1200, 1), { lossless: true, lossyQuality: 20, effort: 1 }),
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 20_000 }, to: 1100, unit: 'samples', exact: true }),
    },
    {
      name: 'sound, of unknown length, in pieces',
      file: await streamed(whole(2000, 1), { quality: 20 }),
      decode: (bytes) => consumed(decodeBlocks(piecesOf(bytes, [100, 7]), { limits: { samples: 20_000 } })),
    },
    {
      name: 'sound, damage passed over',
      file: await streamed(whole(9000, 1), { quality: 5 }),
      isTolerant: true,
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 40_000 }, tolerant: true }),
    },
    {
      name: 'image, wavelet, tiles and alpha',
      file: await encodeImage(colour, { quality: 50, tileSize: 64, transform: 'wavelet' }),
      decode: decodeSmallImage,
    },
    {
      name: 'image, palette',
      file: await encodeImage(drawing(64, 48), { quality: 75 }),
      decode: decodeSmallImage,
    },
    {
      name: 'image, palette and alpha, 12 bits',
      file: await encodeImage(drawing(48, 48, 4, 12), { quality: 85 }),
      decode: decodeSmallImage,
    },
    {
      name: 'image, 4:2:0',
      file: await encodeImage({ ...colour, channels: 3, data: texture(70, 24, 3) }, { quality: 50, chroma: '4:2:0' }),
      decode: decodeSmallImage,
    },
    {
      name: 'image, alpha of two levels',
      file: await encodeImage(
        withAlpha((x, y) => (x * y > 400 ? 255 : 0)),
        { quality: 50 },
      ),
      decode: decodeSmallImage,
    },
    {
      name: 'image, alpha of some levels, wavelet at 1:4',
      isPart: true,
      file: await encodeImage(
        withAlpha((x, y) => 17 * ((x + y) % 16)),
        { quality: 50, transform: 'wavelet' },
      ),
      decode: (bytes) => decodeImage(bytes, { limits: { pixels: 128 * 128, metadataBytes: 1000 }, scale: 4 }),
    },
    {
      name: 'image, alpha of all levels',
      file: await encodeImage(
        withAlpha((x, y) => (x * x + y * y * 3) & 255),
        { quality: 40, alphaQuality: 30 },
      ),
      decode: decodeSmallImage,
    },
    {
      name: 'image, a region of tiles',
      isPart: true,
      file: await encodeImage(
        { width: 130, height: 70, channels: 1, bitDepth: 8, data: texture(130, 70, 1) },
        { quality: 30, tileSize: 64 },
      ),
      decode: (bytes) =>
        decodeImage(bytes, {
          limits: { pixels: 128 * 128, metadataBytes: 1000 },
          region: { x: 60, y: 10, width: 1, height: 1 },
        }).catch((error) => {
          // the picture may have become smaller than that
          if (!(error instanceof RangeError)) throw error
        }),
    },
    {
      name: 'sound, 6 channels',
      file: await encodeAudio(sound(600, 6, 16000), { quality: 20 }),
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 20_000 } }),
    },
    {
      name: 'sound, 8 channels, lossless',
      file: await encodeAudio(whole(120, 8), { lossless: true }),
      decode: (bytes) => decodeAudio(bytes, { limits: { samples: 20_000 }, to: 100, unit: 'samples', exact: true }),
    },
    { name: 'sound, s24', file: await encodeAudio(samples(300, 2, 's24'), { lossless: true }), decode: lossless },
    { name: 'sound, s32', file: await encodeAudio(samples(300, 1, 's32'), { lossless: true, effort: 1 }), decode: lossless },
    { name: 'sound, f32', file: await encodeAudio(samples(300, 2, 'f32'), { lossless: true }), decode: lossless },
  ]
}
