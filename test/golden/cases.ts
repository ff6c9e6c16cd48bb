/**
 * Small files whose bytes and samples are known by hash: the same ones in Node and in browsers. After a change of the format
 * or of the encoder, `npm run golden` writes golden.json anew.
 */
import { decodeImage, type EncodeImageOptions, encodeImage, type ImageData } from '../../src/index.js'
import { pattern } from '../pictures.js'

export interface Hashes {
  /** SHA-256 of the .laq file, and its size. */
  file: string
  bytes: number
  /** SHA-256 of the decoded samples, little-endian. */
  samples: string
}

async function hash(data: Uint8Array | Uint16Array): Promise<string> {
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
  grey: imageCase(() => pattern(129, 31, 1)),
  'grey with alpha, 16 bits': imageCase(() => pattern(31, 17, 2, 16)),
  'RGB, wavelet': imageCase(() => pattern(150, 100), { transform: 'wavelet' }),
  'RGBA of 12 bits, wavelet, tiles of 64': imageCase(() => pattern(70, 90, 4, 12), { transform: 'wavelet', tileSize: 64 }),
  'one pixel': imageCase(() => pattern(1, 1)),
}
