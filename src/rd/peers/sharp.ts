/** What the codecs of sharp share: pixels in, pixels out, on one core. */
import type { Sharp } from 'sharp'
import type { ImageData } from '../../../codecs/image/picture.js'
import { type Coder, timed } from './peer.js'

async function load() {
  const { default: sharp } = await import('sharp')
  // a sweep has a process for each core
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

/** @param what 'libwebp 1.6.0' and the like, from sharp's own list */
export async function sharpCoder(
  library: string,
  words: string,
  encode: (pixels: Sharp, setting: number, image: ImageData) => Sharp,
): Promise<Coder<ImageData>> {
  const sharp = await load()
  const versions = sharp.versions as Record<string, string | undefined>
  return {
    label: `${words} (${library} ${versions[library] ?? ''}, sharp ${versions.sharp})`,
    encode: async (image, setting) => {
      const { width, height, channels } = image
      const pixels = sharp(samplesOf(image), { raw: { width, height, channels } })
      const [bytes, spent] = await timed(() => encode(pixels, setting, image).toBuffer())
      return { bytes, ...spent }
    },
    decode: async (bytes, original) => {
      const [{ data, info }, spent] = await timed(async () => {
        const decoded = sharp(bytes)
        // codecs without grey or without alpha hand out what they have
        const opaque = original.channels === 1 || original.channels === 3 ? decoded.removeAlpha() : decoded
        return opaque.raw().toBuffer({ resolveWithObject: true })
      })
      const { width, height, channels } = info
      // these codecs hold 8 bits, as sharp writes them
      const media = { width, height, channels, bitDepth: 8, data: new Uint8Array(data) } as ImageData
      return { media, ...spent }
    },
  }
}

/** Samples of 8 bits, or stretched to 16, which is what sharp takes more than 8 for. */
function samplesOf({ bitDepth, data }: ImageData): Uint8Array | Uint16Array {
  if (bitDepth === 8 || bitDepth === 16) return data
  const peak = 2 ** bitDepth - 1
  return Uint16Array.from(data, (value) => Math.round((value * 65535) / peak))
}
