/** JPEG, WebP, AVIF, TIFF and GIF through sharp. */
import type { Sharp, SharpOptions } from 'sharp'
import type { Metadata } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, DEFAULT_LIMITS, type Limits } from '../../codecs/limits.js'
import type { ImageData } from '../image.js'
import { type Warned, warner } from '../warnings.js'
import { withUprightTag } from './exif.js'
import { writePng } from './png.js'
import { withoutSrgb } from './srgb.js'

/** What sharp calls the formats that are read: others that it knows draw text or run scripts (SVG, PDF). */
const READ = ['jpeg', 'webp', 'heif', 'tiff', 'gif', 'jp2', 'jxl']

async function load() {
  const { default: sharp } = await import('sharp')
  // one picture per call: a cache of decoded ones only costs memory
  sharp.cache(false)
  return sharp
}

/**
 * Reads an image (of an animated or many-paged one, the first) upright, with 8 bits per sample, or 9 to 16 if the file has
 * them. Colours stay as stored, with their ICC profile; CMYK and Lab become sRGB.
 *
 * @throws LaqError 'malformed' (with the words of sharp), 'unsupported' or 'limit'
 */
export async function readRaster(bytes: Uint8Array, limits: Partial<Limits> = {}, warned: Warned = {}): Promise<ImageData> {
  const sharp = await load()
  const warn = warner(warned)
  // ours is checked below, from the header and with its own message; sharp's stands behind it for what the header hides
  const options = { failOn: 'error', limitInputPixels: limits.pixels ?? DEFAULT_LIMITS.pixels } as const
  const info = await refusing(() => sharp(bytes, { ...options, limitInputPixels: false }).metadata())
  if (!READ.includes(info.format)) throw new LaqError('unsupported', `${info.format} images are not read`)
  checkLimit('pixels', info.width * info.height, limits)
  if (info.pages && info.pages > 1) warn('frames', `of ${info.pages} frames or pages the first is read`)
  const deep = info.depth === 'ushort'
  if (!deep && info.depth !== 'uchar') throw new LaqError('unsupported', `${info.format}: samples of type ${info.depth}, not 8 to 16 bits`)

  const grey = info.space === 'b-w' || info.space === 'grey16'
  const stored = grey || info.space === 'srgb' || info.space === 'rgb16' || info.space === 'rgb'
  // sharp drops alpha from grey: such a picture is taken as RGBA, and two of its channels kept
  const asGrey = grey && !info.hasAlpha
  const space = asGrey ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb'
  const pixels = sharp(bytes, { ...options, ignoreIcc: stored } as SharpOptions)
    .autoOrient()
    .toColourspace(space)
  const decoded = await refusing(() => pixels.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true }))
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
  return { width, height, channels: channels as ImageData['channels'], bitDepth, data, metadata: metadataOf(info, stored, limits) }
}

/** Whether all pixels of an RGBA image of 8 bits are opaque. */
function isOpaque(rgba: ArrayLike<number>): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false
  return true
}

function metadataOf(
  info: { icc?: Buffer | undefined; exif?: Buffer | undefined; xmp?: Buffer | undefined },
  keepIcc: boolean,
  limits: Partial<Limits>,
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
  return withUprightTag(withoutSrgb(metadata))
}

/** sharp's errors as ours, in one line. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = (cause as Error).message.trim().split('\n')[0]
    if (/unsupported image format/i.test(message)) throw new LaqError('unsupported', 'not an image in a known format', { cause })
    if (/pixel limit/i.test(message)) throw new LaqError('limit', 'more pixels than its header says and the limit allows', { cause })
    throw new LaqError('malformed', message, { cause })
  }
}

/** Output formats by suffix, at settings that lose as little as the format can without growing huge. */
const WRITERS: Record<string, (image: Sharp) => Sharp> = {
  jpg: (image) => image.flatten({ background: '#fff' }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
  webp: (image) => image.webp({ lossless: true }),
  avif: (image) => image.avif({ quality: 90, chromaSubsampling: '4:4:4' }),
  tiff: (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
  gif: (image) => image.gif(),
}
const ALIASES: Record<string, string> = { jpeg: 'jpg', tif: 'tiff' }

/**
 * Writes an image in the format of `suffix`; ICC, EXIF and XMP go with it where the format has room for them.
 *
 * @param suffix a key of {@link WRITERS}, or 'jpeg' or 'tif'
 */
export async function writeRaster(image: ImageData, suffix: string, warned: Warned = {}): Promise<Buffer> {
  const warn = warner(warned)
  const sharp = await load()
  const { width, height, channels, bitDepth, data, metadata = [] } = image
  const writer = WRITERS[ALIASES[suffix] ?? suffix]
  if (channels % 2 === 0 && writer === WRITERS.jpg) warn('alpha', 'JPEG has no alpha: the picture is laid on white')
  const side = Math.max(width, height)
  const most = suffix === 'webp' ? 16383 : 65535
  if (side > most && !suffix.startsWith('tif')) throw new LaqError('unsupported', `${suffix} holds ${most} pixels a side, not ${side}`)
  // sharp takes ICC, EXIF and XMP from an input file only: a PNG carries them to it. Without any, samples go straight in.
  const plain = metadata.length === 0 && bitDepth === 8
  const input = plain
    ? sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { raw: { width, height, channels }, limitInputPixels: false })
    : sharp(await writePng(image), { limitInputPixels: false }).keepMetadata()
  const deep = suffix.startsWith('tif') && bitDepth > 8
  const space = channels < 3 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb'
  return refusing(() => writer(input.toColourspace(space)).toBuffer())
}
