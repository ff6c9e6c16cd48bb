import { type ImagePeer, settled } from './peer.js'
import { sharpCoder } from './sharp.js'

const CHROMA = ['4:2:0', '4:4:4'] as const

/** JPEG as mozjpeg writes it: trellis quantization, progressive. Options: chroma. */
export const mozjpeg: ImagePeer = {
  kind: 'image',
  name: 'mozjpeg',
  setting: 'quality',
  settings: [25, 40, 55, 70, 80, 88, 94],
  wholeSettings: true,
  suffix: 'jpg',
  open: async (options) => {
    const { chroma = '4:2:0' } = settled('mozjpeg', options, { chroma: CHROMA })
    return sharpCoder('mozjpeg', `JPEG, ${chroma}`, (pixels, quality) => pixels.jpeg({ quality, mozjpeg: true, chromaSubsampling: chroma }))
  },
}
