import { type ImagePeer, settled } from './peer.js'
import { sharpCoder } from './sharp.js'

/** WebP, lossy, with the better chroma subsampling. Options: effort 0..6. */
export const webp: ImagePeer = {
  kind: 'image',
  name: 'webp',
  setting: 'quality',
  settings: [10, 25, 45, 65, 80, 90, 96],
  wholeSettings: true,
  suffix: 'webp',
  open: async (options) => {
    const { effort = '6' } = settled('webp', options, { effort: ['0', '1', '2', '3', '4', '5', '6'] })
    return sharpCoder('webp', `WebP, effort ${effort}`, (pixels, quality) =>
      pixels.webp({ quality, effort: Number(effort), smartSubsample: true }),
    )
  },
}
