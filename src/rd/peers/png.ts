import { readPng } from '../../io/image/png.js'
import { type ImagePeer, settled, timed } from './peer.js'
import { sharpCoder } from './sharp.js'

/** PNG: what samples come to without loss. */
export const png: ImagePeer = {
  kind: 'image',
  name: 'png',
  setting: 'level',
  settings: [9],
  wholeSettings: true,
  suffix: 'png',
  open: async (options) => {
    settled('png', options, {})
    const coder = await sharpCoder('png', 'PNG', (pixels, compressionLevel, { channels, bitDepth }) => {
      const space = bitDepth > 8 ? (channels < 3 ? 'grey16' : 'rgb16') : channels < 3 ? 'b-w' : 'srgb'
      return pixels.toColourspace(space).png({ compressionLevel })
    })
    return {
      ...coder,
      decode: async (bytes) => {
        const [media, spent] = await timed(async () => readPng(bytes))
        return { media, ...spent }
      },
    }
  },
}
