/** .laq bytes to pictures: whole, a part, or smaller. */
import { type Container, readContainer, readData } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import { type ImageHeader, readImageHeader, tileAreas } from '../../codecs/image/header.js'
import { partsOf, SCALES, type Scale } from '../../codecs/image/tile.js'
import type { Limits } from '../../codecs/limits.js'
import { inThisThread, type Runner, runAll } from '../../codecs/task.js'
import type { ImageData } from './picture.js'

export interface DecodeImageOptions {
  limits?: Partial<Limits>
  /** Decode at 1:scale, to ceil(width / scale) x ceil(height / scale) pixels; above 1 for wavelet files. Default 1. */
  scale?: Scale
  signal?: AbortSignal
  onProgress?: (done: number) => void
  runner?: Runner
}

/** Reads the header of an image file. @throws LaqError 'unsupported' if it holds something else */
export function openImage(bytes: Uint8Array, limits?: Partial<Limits>): { container: Container; header: ImageHeader } {
  const container = readContainer(bytes, limits)
  if (container.kind !== 'image') throw new LaqError('unsupported', `the file holds ${container.kind}, not an image`)
  const header = readImageHeader(container.header, limits)
  const chunks = tileAreas(header).length * partsOf(header)
  if (container.dataOffsets.length - 1 !== chunks) {
    throw new LaqError(
      'malformed',
      `the index has ${container.dataOffsets.length - 1} chunks where ${header.width} x ${header.height} has ${chunks}`,
    )
  }
  return { container, header }
}

/** The chunks of a tile that a picture at 1:scale takes, copied. Coarse parts of all tiles come before finer ones. */
export function tileParts(bytes: Uint8Array, container: Container, header: ImageHeader, tiles: number, index: number, scale: Scale) {
  return Array.from({ length: partsOf(header, scale) }, (_, part) => readData(bytes, container, part * tiles + index).slice())
}

/**
 * Decodes an image file.
 *
 * A prefix of the file is enough if it holds what the scale needs: of a photograph in wavelets at 0.5 bits per pixel a third is
 * enough for 1:8, of one at 2 bits a tenth.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported', 'limit', or 'aborted' through `signal`
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<ImageData> {
  const { limits, scale = 1, signal, onProgress, runner = inThisThread } = options
  if (!SCALES.includes(scale)) throw new RangeError(`scale is ${scale}, not 1, 2, 4 or 8`)
  const { container, header } = openImage(bytes, limits)
  if (scale > 1 && header.transform !== 'wavelet') {
    throw new LaqError(
      'unsupported',
      `scale 1/${scale}: this file is coded with the ${header.transform}; wavelet files decode at smaller sizes`,
    )
  }
  const { bitDepth } = header
  const width = Math.ceil(header.width / scale)
  const height = Math.ceil(header.height / scale)
  const channels = header.channels as ImageData['channels']
  const areas = tileAreas(header)
  const data = bitDepth > 8 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  await runAll(
    runner,
    areas.length,
    (index) => {
      const area = areas[index]
      const parts = tileParts(bytes, container, header, areas.length, index, scale)
      return { task: 'decodeImageTile' as const, header, width: area.width, height: area.height, scale, parts }
    },
    ({ samples }, index) => {
      // tiles start at multiples of 64
      const x = areas[index].x / scale
      const y = areas[index].y / scale
      const length = Math.ceil(areas[index].width / scale) * channels
      for (let row = 0; row * length < samples.length; row++) {
        data.set(samples.subarray(row * length, (row + 1) * length), ((y + row) * width + x) * channels)
      }
    },
    { signal, onProgress },
  )
  return { width, height, channels, bitDepth, data, metadata: container.metadata }
}
