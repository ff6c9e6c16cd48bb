/**
 * PNG files, exact to the sample. pngjs unpacks and packs the rows, of large pictures sharp packs them; what it is lenient about (CRC, streams that are too
 * short or too long, palettes) is checked before, and transparency is made here, since pngjs blackens the colour it makes
 * transparent.
 */
import { inflateSync } from 'node:zlib'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { Limits } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import {
  bareSamples,
  filteredLength,
  GREY,
  GREY_ALPHA,
  PALETTE,
  type PngChunks,
  pixelsAlone,
  RGB,
  RGBA,
  readPngChunks,
  withChunks,
} from './pngchunks.js'
import { pngMetadata, readPngMetadata } from './pngmetadata.js'
import { withoutSrgb } from './srgb.js'

/**
 * Reads a PNG file of any colour type and depth; of an animated one, the default image.
 *
 * @returns samples of 8 bits (shallower ones are scaled to full range) or 16; grey stays grey, a palette becomes RGB,
 *   tRNS an alpha channel; gAMA and its like change nothing, and are carried
 * @throws LaqError 'malformed', 'truncated', 'unsupported' or 'limit'
 */
export async function readPng(bytes: Uint8Array, limits?: Partial<Limits>, warned: Warned = {}): Promise<ImageData> {
  const warn = warner(warned)
  const chunks = readPngChunks(bytes, limits)
  const rows = inflateRows(chunks.data, filteredLength(chunks))
  const { default: pngjs } = await import('pngjs')
  let unpacked: Uint8Array | Uint16Array
  try {
    // with 16 bits and skipRescale, data is a Uint16Array in spite of its declared type
    unpacked = pngjs.PNG.sync.read(bareSamples(chunks, rows), { skipRescale: true, checkCRC: false } as object).data
  } catch (cause) {
    throw new LaqError('malformed', `PNG: ${(cause as Error).message}`, { cause })
  }
  const { width, height, depth } = chunks
  const channels = channelCount(chunks)
  const metadata = readPngMetadata(chunks, limits ?? {}, warn)
  const data = depth > 8 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  if (chunks.colourType === PALETTE) lookUp(chunks, unpacked, data, channels)
  else gather(chunks, unpacked, data, channels)
  return { width, height, channels, bitDepth: depth > 8 ? 16 : 8, data, metadata: withoutSrgb(metadata) }
}

function channelCount({ colourType, transparency }: PngChunks): ImageData['channels'] {
  if (colourType === GREY_ALPHA) return 2
  if (colourType === RGBA) return 4
  return ((colourType === GREY ? 1 : 3) + (transparency ? 1 : 0)) as ImageData['channels']
}

/**
 * The filtered rows out of the zlib stream, `expected` bytes of them and a right checksum, or an error: pngjs takes a stream
 * that ends early or goes wrong behind its last row as it is, and an interlaced one of any length.
 */
function inflateRows(parts: readonly Uint8Array[], expected: number): Buffer {
  const [stream] = parts.length === 1 ? parts : [Buffer.concat(parts)]
  if (stream.length * MOST_DEFLATED < expected) throw shortOf(expected)
  let rows: Buffer
  try {
    // a chunk with room for all saves a copy; zlib wants 64 bytes at least
    rows = inflateSync(stream, { chunkSize: Math.max(64, expected + 1), maxOutputLength: expected })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const much = code === 'ERR_BUFFER_TOO_LARGE'
    if (much) throw new LaqError('malformed', `PNG: the pixels inflate to more than the ${expected} bytes they should have`, { cause })
    if (code === 'Z_BUF_ERROR') throw shortOf(expected, cause)
    throw new LaqError('malformed', `PNG: the pixels do not inflate: ${message}`, { cause })
  }
  if (rows.length < expected) throw shortOf(expected)
  return rows
}

/** Deflate makes no more than this of a byte: so short a stream is not worth the memory. */
const MOST_DEFLATED = 1032

function shortOf(expected: number, cause?: unknown): LaqError {
  return new LaqError('truncated', `PNG: the pixels end before the ${expected} bytes they should have`, { cause })
}

/** Colours of palette indices, which pngjs gives as grey. */
function lookUp(chunks: PngChunks, unpacked: Uint8Array | Uint16Array, data: Uint8Array | Uint16Array, channels: number): void {
  const palette = chunks.palette!
  const colours = palette.length / 3
  for (let from = 0, to = 0; from < unpacked.length; from += 4, to += channels) {
    const index = unpacked[from]
    if (index >= colours) throw new LaqError('malformed', `PNG: pixel ${from / 4} has colour ${index} of a palette of ${colours}`)
    data[to] = palette[3 * index]
    data[to + 1] = palette[3 * index + 1]
    data[to + 2] = palette[3 * index + 2]
    if (channels === 4) data[to + 3] = chunks.transparency![index] ?? 255
  }
}

/** Samples of the image's own channels out of pngjs's four, at full range, with alpha where a colour is transparent. */
function gather(chunks: PngChunks, unpacked: Uint8Array | Uint16Array, data: Uint8Array | Uint16Array, channels: number): void {
  const { depth, colourType, transparency } = chunks
  const colours = colourType === GREY || colourType === GREY_ALPHA ? 1 : 3
  const most = 2 ** depth - 1
  const scale = depth < 8 ? 255 / most : 1
  // only the low bits of tRNS count
  const clear = transparency && Array.from({ length: colours }, (_, i) => transparency.readUInt16BE(2 * i) & most)
  for (let from = 0, to = 0; from < unpacked.length; from += 4, to += channels) {
    data[to] = unpacked[from] * scale
    if (colours === 3) {
      data[to + 1] = unpacked[from + 1]
      data[to + 2] = unpacked[from + 2]
    }
    if (clear) {
      const hit = unpacked[from] === clear[0] && (colours === 1 || (unpacked[from + 1] === clear[1] && unpacked[from + 2] === clear[2]))
      data[to + colours] = hit ? 0 : most * scale
    } else if (channels > colours) data[to + colours] = unpacked[from + 3]
  }
}

const COLOUR_TYPES = [GREY, GREY_ALPHA, RGB, RGBA] as const

/** From this many samples on, sharp takes less time with its start than pngjs without: 2.8 MP take 0.2 s of CPU instead of 0.8. */
const LARGE_SAMPLES = 2 ** 20
/** Pixels a side that libvips takes. */
const MOST_SIDE = 65535
/** Level of deflate, 0 to 9. On photographs and drawings 4 takes half the time of 6, for files that are 3 % larger. */
const LEVEL = 4

/**
 * Writes a PNG file: 8 bits per sample, or 16 if the image has more than 8 (9 to 15 are scaled to full range). ICC, CICP, gamma, density,
 * EXIF and XMP go with it.
 *
 * @param level of deflate: 0 for a file that is read at once, and lies in memory only
 */
export async function writePng(image: ImageData, level: number = LEVEL): Promise<Buffer> {
  const { width, height, bitDepth, data, metadata = [] } = image
  const samples = bitDepth > 8 ? fullRange(data as Uint16Array, bitDepth) : data
  const isLarge = data.length >= LARGE_SAMPLES && Math.max(width, height) <= MOST_SIDE
  const png = isLarge ? await packBySharp(image, samples, level) : await pack(image, samples, level)
  return withChunks(png, pngMetadata(metadata))
}

async function packBySharp({ width, height, channels, bitDepth }: ImageData, samples: ImageData['data'], level: number): Promise<Buffer> {
  const { loadSharp } = await import('./sharp.js')
  const sharp = await loadSharp()
  const isDeep = bitDepth > 8
  const space = channels < 3 ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb'
  const image = sharp(samples, { raw: { width, height, channels }, limitInputPixels: false }).toColourspace(space)
  // libvips tells a density of its own
  return pixelsAlone(await image.png({ compressionLevel: level, adaptiveFiltering: level > 0 }).toBuffer())
}

async function pack({ width, height, channels, bitDepth }: ImageData, samples: ImageData['data'], level: number): Promise<Buffer> {
  const { default: pngjs } = await import('pngjs')
  const colorType = COLOUR_TYPES[channels - 1]
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  return pngjs.PNG.sync.write({ width, height, data } as InstanceType<typeof pngjs.PNG>, {
    deflateLevel: level === 0 ? 0 : 6,
    deflateStrategy: 0,
    bitDepth: bitDepth > 8 ? 16 : 8,
    colorType,
    inputColorType: colorType,
    inputHasAlpha: channels % 2 === 0,
  })
}

/** Samples scaled from 2^bitDepth - 1 to 65535, in a buffer of their own: pngjs reads the whole buffer. */
function fullRange(data: Uint16Array, bitDepth: number): Uint16Array<ArrayBuffer> {
  if (bitDepth === 16) return data.byteLength === data.buffer.byteLength ? (data as Uint16Array<ArrayBuffer>) : data.slice()
  const scale = 65535 / (2 ** bitDepth - 1)
  return Uint16Array.from(data, (sample) => Math.round(sample * scale))
}
