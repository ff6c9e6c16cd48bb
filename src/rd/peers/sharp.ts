/** What the codecs of sharp share: pixels in, pixels out, on one core. */
import type { Sharp } from 'sharp'
import type { ImageData } from '../../image.js'
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
  encode: (pixels: Sharp, setting: number) => Sharp,
): Promise<Coder<ImageData>> {
  const sharp = await load()
  const versions = sharp.versions as Record<string, string | undefined>
  return {
    label: `${words} (${library} ${versions[library] ?? ''}, sharp ${versions.sharp})`,
    encode: async ({ width, height, channels, data }, setting) => {
      const pixels = sharp(data, { raw: { width, height, channels } })
      const [bytes, spent] = await timed(() => encode(pixels, setting).toBuffer())
      return { bytes, ...spent }
    },
    decode: async (bytes, original) => {
      const depth = original.bitDepth > 8 ? 'ushort' : 'uchar'
      const [{ data, info }, spent] = await timed(async () => {
        const decoded = sharp(bytes)
        // codecs without grey or without alpha hand out what they have
        const opaque = original.channels === 1 || original.channels === 3 ? decoded.removeAlpha() : decoded
        return opaque.raw({ depth }).toBuffer({ resolveWithObject: true })
      })
      const { width, height, channels } = info
      const samples = depth === 'ushort' ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : new Uint8Array(data)
      const media = { width, height, channels, bitDepth: depth === 'ushort' ? 16 : 8, data: samples } as ImageData
      return { media, ...spent }
    },
  }
}
