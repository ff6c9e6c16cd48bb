/** JPEG, WebP, AVIF, TIFF and GIF, read through sharp. */
import type { SharpOptions } from 'sharp'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import { checkLimit, DEFAULT_LIMITS, type Limits } from '../../../codecs/limits.js'
import { type Warned, type WarningCode, warner } from '../../calls/warnings.js'
import { cicpOf } from '../../image/colourspace.js'
import { fittingProfile } from '../../image/iccprofile.js'
import { unknownFormat } from '../unknownformat.js'
import { turnedDensity, withoutRepeatedDensity } from './density.js'
import { withUprightTag } from './exif.js'
import { asStill, type HeifFacts, heifFacts, isSequence } from './heifboxes.js'
import { isJpeg, readJpegMetadata } from './jpegsegments.js'
import { loadSharp, refusing } from './sharp.js'
import { withoutSrgb } from './srgb.js'
import { readTiffMetadata } from './tiffmetadata.js'

/** What sharp calls the formats that are read: others that it knows draw text or run scripts (SVG, PDF). */
const READ = ['jpeg', 'webp', 'heif', 'tiff', 'gif', 'jp2', 'jxl']

export interface ImageReading extends Warned {
  /** Read damaged pictures as far as they go, with a warning. */
  tolerant?: boolean
}

/** What sharp tells of a file, as far as it is used here. */
type Info = Awaited<ReturnType<import('sharp').Sharp['metadata']>>

/**
 * Reads an image (of an animated or many-paged one, the first) upright, with 8 bits per sample, or 9 to 16 if the file has
 * them. Colours stay as stored, with what describes them; CMYK and Lab become sRGB.
 *
 * @throws LaqError 'malformed' (with the words of sharp), 'unsupported' or 'limit'
 */
export async function readRaster(bytes: Uint8Array, limits: Partial<Limits> = {}, reading: ImageReading = {}): Promise<ImageData> {
  const warn = warner(reading)
  const heif = heifFacts(bytes)
  // libheif knows no file by the name of an animation
  const file = heif && isSequence(heif) ? asStill(bytes) : bytes
  const info = await readInfo(file)
  if (!READ.includes(info.format) && !(info.format === 'png' && reading.tolerant)) throw unknownFormat(bytes)
  checkLimit('pixels', info.width * info.height, limits)
  const frames = Math.max(info.pages ?? 1, heif?.frames ?? 1)
  if (frames > 1) warn('frames', `only the first of ${frames} frames or pages is read`)
  if (info.format === 'heif' && info.compression === 'hevc') {
    const { readHeic } = await import('./pictureprogram.js')
    const image = await readHeic(bytes, limits, reading)
    // turning is in the file's own boxes, and done
    return { ...image, metadata: metadataOf(bytes, { ...info, orientation: 1 }, heif, image.channels, true, limits, warn) }
  }
  try {
    // a PNG that comes here is damaged, and was told
    return await decode(file, info, info.format === 'png' ? 'none' : 'warning', limits, heif, warn)
  } catch (error) {
    if (!reading.tolerant || !(error instanceof LaqError) || error.code !== 'malformed') throw error
    warn('damaged', `the picture is damaged, and read as far as it goes: ${error.message}`)
    return await decode(file, info, 'none', limits, heif, warn)
  }
}

/** What sharp finds in the header. @throws LaqError as {@link readRaster} */
async function readInfo(bytes: Uint8Array): Promise<Info> {
  const sharp = await loadSharp()
  // ours is checked from the header, with its own message
  return refusing(bytes, () => sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata())
}

async function decode(
  bytes: Uint8Array,
  info: Info,
  failOn: 'warning' | 'none',
  limits: Partial<Limits>,
  heif: HeifFacts | undefined,
  warn: (code: WarningCode, message: string) => void,
): Promise<ImageData> {
  const sharp = await loadSharp()
  const deep = info.depth === 'ushort'
  if (!deep && info.depth !== 'uchar') throw new LaqError('unsupported', `${info.format}: samples of type ${info.depth}, not 8 to 16 bits`)

  const grey = info.space === 'b-w' || info.space === 'grey16'
  const stored = grey || info.space === 'srgb' || info.space === 'rgb16' || info.space === 'rgb'
  if (!stored) warn('colour', `colours of ${info.space} are converted to sRGB`)
  // sharp drops alpha from grey: such a picture is taken as RGBA, and two of its channels kept
  const asGrey = grey && !info.hasAlpha
  const space = asGrey ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb'
  const options = { failOn, limitInputPixels: limits.pixels ?? DEFAULT_LIMITS.pixels, ignoreIcc: stored } as SharpOptions
  const pixels = sharp(bytes, options).autoOrient().toColourspace(space)
  const decoded = await refusing(bytes, () => pixels.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true }))
  const { width, height } = decoded.info
  let channels = decoded.info.channels as number
  let data = deep
    ? new Uint16Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length / 2)
    : new Uint8Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length)
  const keep = (kept: number[]) => {
    const all = data
    data = all.slice(0, width * height * kept.length)
    for (let from = 0, to = 0; from < all.length; from += channels) for (const c of kept) data[to++] = all[from + c]
    channels = kept.length
  }
  if (grey && channels > 2) keep(info.hasAlpha ? [0, channels - 1] : [0])
  // sharp gives every GIF an alpha channel
  if (info.format === 'gif' && channels === 4 && isOpaque(data)) keep([0, 1, 2])
  if (channels < 1 || channels > 4) throw new LaqError('unsupported', `${info.format}: ${channels} channels`)

  // libvips gives samples of 9 to 15 bits in the upper bits of 16
  const bitDepth = deep ? Math.max(9, Math.min(16, (info.format === 'heif' && info.bitsPerSample) || 16)) : 8
  if (deep && bitDepth < 16) for (let i = 0; i < data.length; i++) data[i] >>= 16 - bitDepth
  const metadata = metadataOf(bytes, info, heif, channels, stored, limits, warn)
  return { width, height, channels: channels as ImageData['channels'], bitDepth, data, metadata }
}

/** Whether all pixels of an RGBA image of 8 bits are opaque. */
function isOpaque(rgba: ArrayLike<number>): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false
  return true
}

function metadataOf(
  bytes: Uint8Array,
  info: Info,
  heif: HeifFacts | undefined,
  channels: number,
  keepIcc: boolean,
  limits: Partial<Limits>,
  warn: (code: WarningCode, message: string) => void,
): Metadata[] {
  const metadata: Metadata[] = []
  const take = (type: Metadata['type'], bytes?: Uint8Array) => {
    if (!bytes || bytes.length === 0) return
    checkLimit('metadataBytes', bytes.length, limits)
    metadata.push({ type, bytes: Uint8Array.from(bytes) })
  }
  if (keepIcc) take('icc', info.icc)
  // JPEG's own prefix is no part of EXIF
  const prefixed = info.exif?.toString('latin1', 0, 6) === 'Exif\0\0'
  take('exif', prefixed ? info.exif!.subarray(6) : info.exif)
  take('xmp', info.xmp)
  const orientation = info.orientation ?? 1
  if (heif?.nclx) metadata.push(...cicpOf(heif.nclx.primaries, heif.nclx.transfer))
  if (heif?.hasGainMap) warn('gain-map', 'the gain map is dropped')
  if (isJpeg(bytes)) {
    const facts = { hasProfile: info.icc !== undefined, isTurned: orientation > 1 }
    metadata.push(...readJpegMetadata(bytes, facts, limits, warn))
  } else if (info.format === 'tiff') metadata.push(...readTiffMetadata(bytes, info.exif !== undefined, limits, warn))
  const upright = withUprightTag(fittingProfile(withoutSrgb(metadata), channels, warn))
  return orientation > 4 ? turnedDensity(upright) : withoutRepeatedDensity(upright)
}
