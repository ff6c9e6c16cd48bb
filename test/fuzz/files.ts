/** A small .laq file of each kind, and how to decode it under limits that fit it: what the fuzz tests and bench start from. */
import { decodeAudio, decodeBlocks, decodeImage, encodeAudio, encodeImage } from '../../src/index.js'
import { sound } from '../audio/sounds.js'
import { piecesOf, streamed, whole } from '../stream/sounds.js'

export interface FuzzCase {
  name: string
  file: Uint8Array
  decode(bytes: Uint8Array): Promise<unknown>
  /** Damage is no error unless it is before the data. */
  isTolerant?: boolean
}

async function consumed(blocks: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of blocks) count++
  return count
}

function texture(width: number, height: number, channels: number): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const x = Math.floor(i / channels) % width
    const y = Math.floor(i / channels / width)
    return (x * 5 + ((y * x) % 23) * 3 + (x > y ? 60 : 0) + (i % channels) * 20) & 255
  })
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
  ]
}
