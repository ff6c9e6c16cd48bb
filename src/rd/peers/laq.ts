/** laq itself, images and sound, with any of its options: two settings of it compare like two codecs. */
import { createRequire } from 'node:module'
import { decodeAudio } from '../../audio/decode.js'
import { encodeAudio } from '../../audio/encode.js'
import type { EncodeAudioOptions } from '../../audio/options.js'
import { decodeImage } from '../../image/decode.js'
import type { EncodeImageOptions } from '../../image/encode/check.js'
import { encodeImage } from '../../image/encode.js'
import { type AudioPeer, type ImagePeer, type Options, settled, timed } from './peer.js'

/** Options as text to what the library takes; it checks their ranges. */
function typed(options: Options): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]),
  )
}

/** Name, version and what the options come to, those that were not given as well. */
function labelOf(options: Options, defaults: Options): string {
  const { version } = createRequire(import.meta.url)('laq/package.json') as { version: string }
  const all = Object.entries({ ...defaults, ...options }).map(([name, value]) => `${name} ${value}`)
  return `laq ${version}, ${all.join(', ')}`
}

/** Options: those of encodeImage (effort, tune, chroma, transform, laq, tileSize). */
export const laqImage: ImagePeer = {
  kind: 'image',
  name: 'laq',
  setting: 'quality',
  settings: [12, 27, 40, 52, 63, 73, 82, 89],
  suffix: 'laq',
  open: async (given) => {
    const options = typed(
      settled('laq', given, {
        effort: [],
        tune: ['perceptual', 'psnr'],
        chroma: ['4:4:4', '4:2:0'],
        transform: ['dct', 'wavelet'],
        laq: [],
        tileSize: [],
      }),
    )
    return {
      label: labelOf(given, { effort: '5', tune: 'perceptual', chroma: '4:4:4', transform: 'dct', laq: '1' }),
      encode: async (image, quality) => {
        const [bytes, spent] = await timed(() => encodeImage(image, { ...(options as EncodeImageOptions), quality }))
        return { bytes, ...spent }
      },
      decode: async (bytes) => {
        const [media, spent] = await timed(() => decodeImage(bytes, { limits: { pixels: Infinity } }))
        return { media, ...spent }
      },
    }
  },
}

/** Options: those of encodeAudio (effort, laq). */
export const laqAudio: AudioPeer = {
  kind: 'audio',
  name: 'laq',
  setting: 'kb/s',
  settings: [24, 32, 48, 64, 80, 96, 128, 160],
  suffix: 'laq',
  open: async (given) => {
    const options = typed(settled('laq', given, { effort: [], laq: [] })) as EncodeAudioOptions
    return {
      label: labelOf(given, { effort: '5', laq: '1' }),
      encode: async (sound, bitrate) => {
        const [bytes, spent] = await timed(() => encodeAudio(sound, { ...options, bitrate }))
        return { bytes, ...spent }
      },
      decode: async (bytes) => {
        const [media, spent] = await timed(() => decodeAudio(bytes, { limits: { samples: Infinity } }))
        return { media, ...spent }
      },
    }
  },
}
