/** Image files: which format it is, is told by the content when reading and by the suffix when writing. */
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import type { ImageData } from '../image.js'
import type { Warned } from '../warnings.js'
import { upright } from './exif.js'
import { isPng } from './pngchunks.js'

/**
 * Reads a PNG, JPEG, WebP, AVIF, TIFF or GIF file (the first frame), upright, with ICC, EXIF and XMP.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported', or 'limit', which is found in the header before pixels are
 *   unpacked
 */
export async function parseImage(bytes: Uint8Array, limits?: Partial<Limits>, options: Warned = {}): Promise<ImageData> {
  if (bytes.length === 0) throw new LaqError('truncated', 'the file is empty')
  if (isPng(bytes)) {
    const { readPng } = await import('./png.js')
    return upright(await readPng(bytes, limits))
  }
  const { readRaster } = await import('./raster.js')
  return readRaster(bytes, limits, options)
}

/** Suffixes without the point of the formats that {@link formatImage} writes, besides 'png'. */
const RASTER_SUFFIXES = ['jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff', 'gif']

export function isWritten(suffix: string): boolean {
  return suffix.toLowerCase() === 'png' || RASTER_SUFFIXES.includes(suffix.toLowerCase())
}

/** Writes an image file in the format that `suffix` names ('png', 'jpg', 'webp', 'avif', 'tiff', 'gif'; any case). */
export async function formatImage(image: ImageData, suffix: string, options: Warned = {}): Promise<Buffer> {
  if (!isWritten(suffix)) throw new RangeError(`.${suffix} is no image format that is written (png, ${RASTER_SUFFIXES.join(', ')})`)
  const wanted = suffix.toLowerCase()
  if (wanted === 'png') {
    const { writePng } = await import('./png.js')
    return writePng(image)
  }
  const { writeRaster } = await import('./raster.js')
  return writeRaster(image, wanted, options)
}
