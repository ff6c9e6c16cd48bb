/** The tiles of a picture, coded wherever the runner does. */
import { type ImageHeader, tileAreas } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { SearchSettings } from '../../../codecs/image/settings.js'
import { partsOf } from '../../../codecs/image/tile.js'
import { runAll, type Work } from '../../threads/runner.js'
import { cut } from '../picture.js'

/** A picture, and what it is coded with. */
export interface Coding {
  image: ImageData
  header: ImageHeader
  settings: SearchSettings
  preview?: Coding
}

/** @returns the payloads of the file's D chunks in their order: the first part of each tile, then the second of each, and so on */
export async function code(
  { image, header, settings }: Coding,
  { runner, signal }: Work,
  onProgress?: (done: number) => void,
): Promise<Uint8Array[]> {
  const areas = tileAreas(header)
  const payloads: Uint8Array[] = new Array(areas.length * partsOf(header))
  await runAll(
    runner,
    areas.length,
    (index) => {
      const { width, height } = areas[index]
      return { domain: 'image' as const, task: 'encodeTile' as const, header, settings, width, height, samples: cut(image, areas[index]) }
    },
    ({ parts }, index) => {
      for (const [part, payload] of parts.entries()) payloads[part * areas.length + index] = payload
    },
    { signal, onProgress },
  )
  return payloads
}
