import { type ImagePeer, settled } from './peer.js'
import { sharpCoder } from './sharp.js'

/** PNG: what samples come to without loss. */
export const png: ImagePeer = {
  kind: 'image',
  name: 'png',
  setting: 'level',
  settings: [9],
  suffix: 'png',
  open: async (options) => {
    settled('png', options, {})
    return sharpCoder('png', 'PNG', (pixels, compressionLevel) => pixels.png({ compressionLevel, effort: 10 }))
  },
}
