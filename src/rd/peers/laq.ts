/** laq itself, images and sound, with any of its options: two settings of it compare like two codecs. */
import { decodeAudio, type EncodeAudioOptions, encodeAudio } from '../../audio.js'
import { decodeImage, type EncodeImageOptions, encodeImage } from '../../image.js'
import { type AudioPeer, type ImagePeer, type Options, settled, timed } from './peer.js'

/** Options as text to what the library takes; it checks their ranges. */
function typed(options: Options): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]),
  )
}

const told = (options: Options): string =>
  Object.entries(options)
    .map(([name, value]) => `, ${name} ${value}`)
    .join('')

/** Options: those of encodeImage (effort, tune, transform, laq, tileSize). */
export const laqImage: ImagePeer = {
  kind: 'image',
  name: 'laq',
  setting: 'quality',
  settings: [12, 27, 40, 52, 63, 73, 82, 89],
  suffix: 'laq',
  open: async (given) => {
    const options = typed(
      settled('laq', given, { effort: [], tune: ['perceptual', 'psnr'], transform: ['dct', 'wavelet'], laq: [], tileSize: [] }),
    )
    return {
      label: `laq${told(given)}`,
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
      label: `laq${told(given)}`,
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
