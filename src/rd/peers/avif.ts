import { type ImagePeer, settled } from './peer.js'
import { sharpCoder } from './sharp.js'

/** AVIF by libaom. Options: effort 0..9 (default 4), tune iq (default), ssim or psnr, chroma 4:4:4 (default) or 4:2:0. */
export const avif: ImagePeer = {
  kind: 'image',
  name: 'avif',
  setting: 'quality',
  settings: [20, 32, 44, 56, 68, 80, 90],
  wholeSettings: true,
  suffix: 'avif',
  open: async (options) => {
    const known = {
      effort: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      tune: ['iq', 'ssim', 'psnr'],
      chroma: ['4:4:4', '4:2:0'],
    } as const
    const { effort = '4', tune = 'iq', chroma = '4:4:4' } = settled('avif', options, known)
    return sharpCoder('aom', `AVIF, effort ${effort}, tune ${tune}, ${chroma}`, (pixels, quality) =>
      pixels.avif({ quality, effort: Number(effort), chromaSubsampling: chroma, tune: tune as 'iq' }),
    )
  },
}
