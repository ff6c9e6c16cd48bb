/** What can be done for pictures in any thread. The buffers of a tile belong to the task, so that a thread may take them. */
import type { Job } from '../job.js'
import { hasAlpha, type ImageHeader } from './header.js'
import type { KernelName } from './kernels.js'
import type { DecodeImageTile, EncodeImageTile, ImageTileBytes, ImageTileSamples } from './tile.js'
import { decodeImageTile, encodeImageTile } from './tilecoder.js'

export { KERNELS } from './kernels.js'

/** Kernels of a tile. That of alpha coded as blocks is left out: few tiles have it. */
function kernelsOf({ transform, channels }: ImageHeader, way: 'encoder' | 'decoder'): KernelName[] {
  const colour: KernelName = `${transform === 'wavelet' ? 'wavelet' : 'image'}-${way}`
  return hasAlpha(channels) ? ['alpha', colour] : [colour]
}

const encodeTile: Job<EncodeImageTile, ImageTileBytes, KernelName> = {
  run: encodeImageTile,
  kernels: ({ header }) => kernelsOf(header, 'encoder'),
  moves: true,
}

const decodeTile: Job<DecodeImageTile, ImageTileSamples, KernelName> = {
  run: decodeImageTile,
  kernels: ({ header }) => kernelsOf(header, 'decoder'),
  moves: true,
}

export const TASKS = { encodeTile, decodeTile }
