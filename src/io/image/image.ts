/** Image files: which format it is, is told by the content when reading and by the suffix when writing. */
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { Limits } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { fittingProfile } from '../../image/iccprofile.js'
import { upright } from './exif.js'
import { isPng } from './pngchunks.js'
import type { ImageReading } from './raster.js'

/**
 * Reads a PNG, JPEG, WebP, AVIF, TIFF or GIF file (the first frame), or by programs HEIC and JPEG XL, upright, with metadata.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported', or 'limit', which is found in the header before pixels are
 *   unpacked
 */
export async function parseImage(bytes: Uint8Array, limits?: Partial<Limits>, options: ImageReading = {}): Promise<ImageData> {
  if (bytes.length === 0) throw new LaqError('truncated', 'the file is empty')
  if (isPng(bytes)) {
    const { readPng } = await import('./png.js')
    try {
      const image = await readPng(bytes, limits, options)
      return upright({ ...image, metadata: fittingProfile(image.metadata ?? [], image.channels, warner(options)) })
    } catch (error) {
      const isDamaged = error instanceof LaqError && (error.code === 'malformed' || error.code === 'truncated')
      if (!options.tolerant || !isDamaged) throw error
      options.onWarning?.({ code: 'damaged', message: `the picture is damaged, and read as far as it goes: ${error.message}` })
    }
  }
  const { isJpegXl, readJpegXl } = await import('./pictureprogram.js')
  if (isJpegXl(bytes)) return readJpegXl(bytes, limits, options)
  const { readRaster } = await import('./raster.js')
  return readRaster(bytes, limits, options)
}

/** Suffixes without the point of the formats that {@link formatImage} writes, besides 'png'. */
const RASTER_SUFFIXES = ['jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff', 'gif']

/** What PNG has no place for. */
const NOT_IN_PNG = { iptc: 'IPTC', 'gain-map': 'the gain map' } as const

/** Suffixes of those that are lossy, or can be. */
const LOSSY_SUFFIXES = ['jpg', 'jpeg', 'webp', 'avif']

export const hasQuality = (suffix: string): boolean => LOSSY_SUFFIXES.includes(suffix.toLowerCase())

export function isWritten(suffix: string): boolean {
  return suffix.toLowerCase() === 'png' || RASTER_SUFFIXES.includes(suffix.toLowerCase())
}

export interface ImageWriting extends Warned {
  /** Quality of a lossy format, 1..100. Default: 95 for JPEG, 90 for AVIF; WebP is lossless unless it is given. */
  quality?: number
}

/**
 * Writes an image file in the format that `suffix` names ('png', 'jpg', 'webp', 'avif', 'tiff', 'gif'; any case).
 *
 * @throws RangeError on another suffix, or a quality for a format that has none
 */
export async function formatImage(image: ImageData, suffix: string, options: ImageWriting = {}): Promise<Buffer> {
  if (!isWritten(suffix)) throw new RangeError(`images are not written as .${suffix}, but as png, ${RASTER_SUFFIXES.join(', ')}`)
  const wanted = suffix.toLowerCase()
  if (options.quality !== undefined && !hasQuality(wanted)) throw new RangeError(`.${suffix} files have no quality`)
  if (wanted === 'png') {
    const warn = warner(options)
    for (const type of ['iptc', 'gain-map'] as const) {
      if (image.metadata?.some((item) => item.type === type)) warn(type, `PNG has no place for ${NOT_IN_PNG[type]}`)
    }
    const { writePng } = await import('./png.js')
    return writePng(image)
  }
  const { writeRaster } = await import('./rasterwriter.js')
  return writeRaster(image, wanted, options)
}
