/** JPEG, WebP, AVIF, TIFF and GIF, written through sharp; what the format has no place for is told. */
import type { Sharp } from 'sharp'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import { type Warned, type WarningCode, warner } from '../../calls/warnings.js'
import { cicpName, hdrOf, profileOf } from '../../image/colourspace.js'
import { dpiOf, writtenDensity } from './density.js'
import { withNclx } from './heifboxes.js'
import { withJpegMetadata } from './jpegsegments.js'
import { writePng } from './png.js'
import { loadSharp, refusing } from './sharp.js'
import { withTiffMetadata } from './tiffmetadata.js'

interface Writer {
  name: string
  /** At settings that lose as little as the format can without growing huge, and take no longer than need be. */
  write: (image: Sharp, settings: Settings) => Sharp
  /** Bits per sample that the format has, of those that are written. */
  bits: readonly number[]
  /** Pixels a side. */
  most: number
  /** Metadata that have a place, beside ICC. */
  carries: readonly Metadata['type'][]
  finish?: (file: Buffer, metadata: readonly Metadata[]) => Buffer
}

interface Settings {
  /** 8, or more if `bits` of the format are. */
  bits: number
  /** Pixels per inch, of columns and rows. */
  dpi: readonly [number, number]
  /** 1..100, if the format has one and one was asked for. */
  quality: number | undefined
  samples: number
}

/** From this many samples on, effort costs seconds: 12 MP as WebP take 2.8 s of CPU instead of 8.8, and the file is 4 to 8 % larger. */
const LARGE_SAMPLES = 2 ** 22

const WRITERS: Record<string, Writer> = {
  jpg: {
    name: 'JPEG',
    write: (image, { quality = 95 }) => image.flatten({ background: '#fff' }).jpeg({ quality, chromaSubsampling: '4:4:4' }),
    bits: [8],
    most: 65535,
    carries: ['exif', 'xmp', 'iptc', 'density', 'gain-map'],
    finish: withJpegMetadata,
  },
  webp: {
    name: 'WebP',
    // `exact` keeps colours below alpha 0; the quality of what is lossless is one more effort
    write: (image, { quality, samples }) =>
      quality === undefined
        ? image.webp({ lossless: true, exact: true, ...(samples >= LARGE_SAMPLES && { effort: 1, quality: 20 }) })
        : image.webp({ quality }),
    bits: [8],
    most: 16383,
    carries: ['exif', 'xmp'],
  },
  avif: {
    name: 'AVIF',
    write: (image, { bits, quality = 90 }) => image.avif({ quality, chromaSubsampling: '4:4:4', bitdepth: bits as 8 | 10 | 12 }),
    bits: [8, 10, 12],
    most: 65535,
    carries: ['exif', 'xmp', 'cicp'],
    finish: withCicp,
  },
  tiff: {
    name: 'TIFF',
    // libvips counts in pixels per millimetre
    write: (image, { dpi: [x, y] }) =>
      image.tiff({ compression: 'deflate', predictor: 'horizontal', xres: x / 25.4, yres: y / 25.4, resolutionUnit: 'inch' }),
    bits: [8, 16],
    most: Number.POSITIVE_INFINITY,
    carries: ['xmp', 'iptc', 'density'],
    finish: withTiffMetadata,
  },
  gif: { name: 'GIF', write: (image) => image.gif(), bits: [8], most: 65535, carries: [] },
}
const ALIASES: Record<string, string> = { jpeg: 'jpg', tif: 'tiff' }

/** Pixels per inch that a file tells where nothing is known. */
const UNKNOWN_DPI = 72

/**
 * Writes an image in the format of `suffix`, with the metadata that it has room for: ICC, CICP and gamma as such or as a profile that says the
 * same, EXIF, XMP, IPTC, density, gain map.
 *
 * @param suffix a key of {@link WRITERS}, or 'jpeg' or 'tif'
 * @param options.quality 1..100, of JPEG (default 95), AVIF (90) and WebP (lossless unless it is given)
 */
export async function writeRaster(image: ImageData, suffix: string, options: Warned & { quality?: number } = {}): Promise<Buffer> {
  const warn = warner(options)
  const sharp = await loadSharp()
  const { width, height, channels, bitDepth, data, metadata = [] } = image
  const writer = WRITERS[ALIASES[suffix] ?? suffix]
  const side = Math.max(width, height)
  if (side > writer.most) throw new LaqError('unsupported', `${suffix} holds ${writer.most} pixels a side, not ${side}`)
  const bits = writer.bits.find((value) => value >= bitDepth) ?? (writer.bits.at(-1) as number)
  if (bits < bitDepth) warn('bits', `${writer.name} takes ${bits} of ${bitDepth} bits per sample`)
  warnOfLoss(image, writer, warn)
  const carried = carriedBy(metadata, writer, channels < 3, warn)
  // sharp takes ICC, EXIF and XMP from an input file only: a PNG carries them to it. Without any, samples go straight in.
  const plain = carried.length === 0 && bitDepth === 8
  const input = plain
    ? sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { raw: { width, height, channels }, limitInputPixels: false })
    : keeping(carried, sharp(await writePng({ ...image, metadata: carried }, 0), { limitInputPixels: false }))
  const space = channels < 3 ? (bits > 8 ? 'grey16' : 'b-w') : bits > 8 ? 'rgb16' : 'srgb'
  const density = writtenDensity(metadata)
  const dpi = density && density.unit > 0 ? dpiOf(density) : ([UNKNOWN_DPI, UNKNOWN_DPI] as const)
  const settings = { bits, dpi, quality: options.quality, samples: data.length }
  const file = await refusing(data as Uint8Array, () => writer.write(input.toColourspace(space), settings).toBuffer())
  await warnOfMissing(file, carried, writer, warn)
  return writer.finish?.(file, carried) ?? file
}

/** What is there and no more: libvips makes an EXIF of its own where it may write one. */
function keeping(carried: readonly Metadata[], image: Sharp): Sharp {
  const has = (type: Metadata['type']) => carried.some((item) => item.type === type)
  if (has('icc')) image.keepIccProfile()
  if (has('exif')) image.keepExif()
  if (has('xmp')) image.keepXmp()
  return image
}

type Warn = (code: WarningCode, message: string) => void

/** Colours and alpha that the format does not hold. */
function warnOfLoss({ channels, bitDepth, data }: ImageData, { name }: Writer, warn: Warn): void {
  const most = 2 ** bitDepth - 1
  const isSome = (test: (alpha: number) => boolean) => {
    for (let i = channels - 1; channels % 2 === 0 && i < data.length; i += channels) if (test(data[i])) return true
    return false
  }
  if (name === 'JPEG' && isSome((alpha) => alpha < most)) warn('alpha', 'JPEG has no alpha: the picture is put on white')
  if (name !== 'GIF') return
  if (isSome((alpha) => alpha > 0 && alpha < most)) warn('alpha', 'GIF has no half transparent pixels')
  if (coloursOf(data, channels) > GIF_COLOURS) warn('colour', `GIF has ${GIF_COLOURS} colours: others become the nearest of them`)
}

const GIF_COLOURS = 256

/** Colours of a picture, as far as counting is worth it. */
function coloursOf(data: ImageData['data'], channels: number): number {
  const seen = new Set<number>()
  for (let i = 0; i < data.length && seen.size <= GIF_COLOURS; i += channels) {
    seen.add(channels < 3 ? data[i] : (data[i] * 65536 + data[i + 1]) * 65536 + data[i + 2])
  }
  return seen.size
}

const LOST: Partial<Record<Metadata['type'], [code: WarningCode, what: string]>> = {
  icc: ['colour', 'the ICC profile'],
  exif: ['exif', 'EXIF'],
  xmp: ['xmp', 'XMP'],
  iptc: ['iptc', 'IPTC'],
  density: ['density', 'the density'],
  'gain-map': ['gain-map', 'the gain map'],
}

/** What goes into the file; colour that it cannot tell by numbers, as a profile that says the same. */
function carriedBy(metadata: readonly Metadata[], { name, carries }: Writer, isGrey: boolean, warn: Warn): Metadata[] {
  const colour = metadata.filter(({ type }) => type === 'cicp' || type === 'gamma')
  const carried = metadata.filter(({ type }) => carries.includes(type) || type === 'icc')
  const told = carried.some(({ type }) => type === 'icc' || type === 'cicp')
  const hdr = hdrOf(metadata)
  for (const { type, bytes } of colour) {
    if (carries.includes(type)) continue
    const profile = told ? undefined : profileOf(metadata, isGrey)
    if (profile) carried.unshift({ type: 'icc', bytes: profile })
    // of a profile and numbers that say the same in their own way, one is enough; of HDR, a profile is half the truth
    else if (!told || (type === 'cicp' && hdr)) {
      const what = type === 'cicp' ? cicpName(bytes) : 'gamma and primaries'
      warn('colour', `${name} cannot tell its colours: ${what} dropped`)
    }
  }
  const hasExif = carried.some(({ type }) => type === 'exif')
  for (const { type } of metadata) {
    const [code, what] = LOST[type] ?? []
    // EXIF tells the density too
    if (code && what && !carried.some((other) => other.type === type) && !(type === 'density' && hasExif)) {
      warn(code, `${name} has no place for ${what}`)
    }
  }
  // through the PNG that goes to sharp, density reaches EXIF
  return hasExif ? [...carried, ...metadata.filter(({ type }) => type === 'density' && !carries.includes(type))] : carried
}

/** Looks whether what sharp was given is there: it drops what it cannot make sense of. */
async function warnOfMissing(file: Buffer, carried: readonly Metadata[], { name }: Writer, warn: Warn): Promise<void> {
  const wanted = carried.filter(({ type }) => type === 'icc' || type === 'exif' || type === 'xmp')
  if (wanted.length === 0) return
  const sharp = await loadSharp()
  const found = await sharp(file, { limitInputPixels: false }).metadata()
  for (const { type } of wanted) {
    const [code, what] = LOST[type] as [WarningCode, string]
    if (!found[type as 'icc' | 'exif' | 'xmp']) warn(code, `${name} does not take ${what}, which is dropped`)
  }
}

/** An AVIF file with its colour by numbers. */
function withCicp(file: Buffer, metadata: readonly Metadata[]): Buffer {
  const cicp = metadata.find(({ type, bytes }) => type === 'cicp' && bytes.length === 4)?.bytes
  return cicp ? Buffer.from(withNclx(file, cicp[0], cicp[1])) : file
}
