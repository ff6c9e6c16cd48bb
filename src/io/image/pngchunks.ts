/**
 * The chunk list of a PNG file: what stands around its pixels. Source: PNG specification, third edition (W3C, 2025), sections 5 and 11.
 *
 * Critical chunks are checked to the letter, since a pixel decoder trusts them; ancillary chunks with a wrong CRC are
 * passed over, as the specification advises.
 */
import { crc32, deflateSync } from 'node:zlib'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export const GREY = 0
export const RGB = 2
export const PALETTE = 3
export const GREY_ALPHA = 4
export const RGBA = 6
/** Samples per pixel in the file, by colour type. */
const SAMPLES: Record<number, number> = { [GREY]: 1, [RGB]: 3, [PALETTE]: 1, [GREY_ALPHA]: 2, [RGBA]: 4 }
const DEPTHS: Record<number, number[]> = {
  [GREY]: [1, 2, 4, 8, 16],
  [RGB]: [8, 16],
  [PALETTE]: [1, 2, 4, 8],
  [GREY_ALPHA]: [8, 16],
  [RGBA]: [8, 16],
}

export interface PngChunks {
  width: number
  height: number
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  depth: number
  colourType: number
  interlaced: boolean
  /** Payload of PLTE, of a palette image. */
  palette?: Buffer
  /** Payload of tRNS. */
  transparency?: Buffer
  /** Payloads of the IDAT chunks: one zlib stream in parts. */
  data: Buffer[]
  /** Ancillary chunks but tRNS, in their order. */
  ancillary: { type: string; payload: Buffer }[]
  /** Types of ancillary chunks that do not match their CRC. */
  damaged: string[]
}

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && SIGNATURE.equals(bytes.subarray(0, 8))
}

/**
 * Reads the chunk list up to IEND; what follows it is no part of the picture.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported' (unknown critical chunk), 'limit' (pixels, before anything of
 *   that size is allocated)
 */
export function readPngChunks(bytes: Uint8Array, limits?: Partial<Limits>): PngChunks {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!isPng(file)) throw new LaqError('malformed', 'not a PNG file: its signature is missing')
  let png: PngChunks | undefined
  let lastType = ''
  for (let offset = SIGNATURE.length; ; ) {
    if (offset + 12 > file.length) throw new LaqError('truncated', `PNG: the file ends at byte ${file.length}, before its IEND chunk`)
    const length = file.readUInt32BE(offset)
    const type = file.toString('latin1', offset + 4, offset + 8)
    if (!/^[A-Za-z]{4}$/.test(type)) throw new LaqError('malformed', `PNG: byte ${offset + 4} is no chunk type`)
    const end = offset + 12 + length
    if (length >= 2 ** 31) throw new LaqError('malformed', `PNG: chunk ${type} at byte ${offset} claims ${length} bytes`)
    if (end > file.length) {
      throw new LaqError('truncated', `PNG: chunk ${type} at byte ${offset} has ${length} bytes, the file ends at byte ${file.length}`)
    }
    const payload = file.subarray(offset + 8, end - 4)
    const intact = crc32(file.subarray(offset + 4, end - 4)) === file.readUInt32BE(end - 4)
    const critical = type[0] < 'a'
    if (critical && !intact) throw new LaqError('malformed', `PNG: chunk ${type} at byte ${offset} does not match its CRC`)

    if (type === 'IHDR') {
      if (png) throw new LaqError('malformed', `PNG: a second IHDR chunk at byte ${offset}`)
      png = readHeader(payload, limits)
    } else if (!png) throw new LaqError('malformed', `PNG: the first chunk is ${type}, not IHDR`)
    else if (type === 'IEND') break
    else if (type === 'IDAT') {
      if (png.data.length > 0 && lastType !== 'IDAT') throw new LaqError('malformed', `PNG: the IDAT chunk at byte ${offset} stands apart`)
      png.data.push(payload)
    } else if (type === 'PLTE') readPalette(png, payload, offset)
    else if (critical) throw new LaqError('unsupported', `PNG: unknown critical chunk ${type} at byte ${offset}`)
    else if (intact && type === 'tRNS') readTransparency(png, payload, offset)
    else if (intact) png.ancillary.push({ type, payload })
    else png.damaged.push(type)
    lastType = type
    offset = end
  }
  if (png.data.length === 0) throw new LaqError('malformed', 'PNG: no IDAT chunk')
  if (png.colourType === PALETTE && !png.palette) throw new LaqError('malformed', 'PNG: a palette image without a PLTE chunk')
  return png
}

function readHeader(payload: Buffer, limits?: Partial<Limits>): PngChunks {
  if (payload.length !== 13) throw new LaqError('malformed', `PNG: IHDR has ${payload.length} bytes, not 13`)
  const width = payload.readUInt32BE(0)
  const height = payload.readUInt32BE(4)
  const [depth, colourType, compression, filter, interlace] = payload.subarray(8)
  if (width < 1 || height < 1 || width >= 2 ** 31 || height >= 2 ** 31) throw new LaqError('malformed', `PNG: ${width} x ${height} pixels`)
  if (!DEPTHS[colourType]?.includes(depth)) throw new LaqError('malformed', `PNG: colour type ${colourType} with ${depth} bits`)
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new LaqError('malformed', `PNG: compression ${compression}, filter ${filter}, interlace ${interlace}, where 0, 0, 0..1 are known`)
  }
  checkLimit('pixels', width * height, limits)
  return { width, height, depth, colourType, interlaced: interlace === 1, data: [], ancillary: [], damaged: [] }
}

function readPalette(png: PngChunks, payload: Buffer, offset: number): void {
  // in an RGB image it is a hint for displays with few colours, in a grey one it means nothing
  if (png.colourType !== PALETTE) return
  if (png.palette || png.data.length > 0) throw new LaqError('malformed', `PNG: the PLTE chunk at byte ${offset} is out of place`)
  if (payload.length === 0 || payload.length % 3 !== 0 || payload.length > 3 * 2 ** png.depth) {
    throw new LaqError('malformed', `PNG: PLTE has ${payload.length} bytes, not 3 for each of 1..${2 ** png.depth} colours`)
  }
  png.palette = payload
}

function readTransparency(png: PngChunks, payload: Buffer, offset: number): void {
  const { colourType, palette } = png
  if (colourType === GREY_ALPHA || colourType === RGBA || png.transparency || png.data.length > 0) return
  if (colourType === PALETTE) {
    if (!palette || payload.length > palette.length / 3) {
      throw new LaqError(
        'malformed',
        `PNG: tRNS at byte ${offset} has ${payload.length} entries, the palette ${(palette?.length ?? 0) / 3}`,
      )
    }
  } else if (payload.length !== 2 * SAMPLES[colourType]) {
    throw new LaqError('malformed', `PNG: tRNS has ${payload.length} bytes, not ${2 * SAMPLES[colourType]}`)
  }
  png.transparency = payload
}

/**
 * Bytes of the filtered rows that the IDAT stream must inflate to: a filter byte and whole bytes of samples per row, for
 * each of the seven passes of an interlaced image.
 */
export function filteredLength({ width, height, depth, colourType, interlaced }: PngChunks): number {
  const rows = (columns: number, count: number) =>
    columns > 0 && count > 0 ? count * (1 + Math.ceil((columns * SAMPLES[colourType] * depth) / 8)) : 0
  if (!interlaced) return rows(width, height)
  let sum = 0
  for (const [x, y, dx, dy] of ADAM7) sum += rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy))
  return sum
}

/** First column and row of each pass, and the distances between its columns and rows (specification, section 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

/** A chunk in three parts, of which the payload is the caller's own: it may be large. */
function chunkParts(type: string, payload: Uint8Array = Buffer.alloc(0)): Uint8Array[] {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(payload.length, 0)
  head.write(type, 4, 'latin1')
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(payload, crc32(head.subarray(4))))
  return [head, payload, crc]
}

export function pngChunk(type: string, payload?: Uint8Array): Buffer {
  return Buffer.concat(chunkParts(type, payload))
}

/**
 * A PNG of `rows` with nothing but what its samples need, stored without compression. A palette image becomes a grey one, of
 * its indices.
 */
export function bareSamples(png: PngChunks, rows: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(png.width, 0)
  header.writeUInt32BE(png.height, 4)
  header.set([png.depth, png.colourType === PALETTE ? GREY : png.colourType, 0, 0, png.interlaced ? 1 : 0], 8)
  const stored = deflateSync(rows, { level: 0, chunkSize: 2 ** 20 })
  return Buffer.concat([SIGNATURE, ...chunkParts('IHDR', header), ...chunkParts('IDAT', stored), ...chunkParts('IEND')])
}

/** A PNG file without its ancillary chunks. */
export function pixelsAlone(png: Buffer): Buffer {
  const kept = [png.subarray(0, SIGNATURE.length)]
  for (let at = SIGNATURE.length; at < png.length; ) {
    const end = at + 12 + png.readUInt32BE(at)
    // ancillary types begin with a small letter
    if (png[at + 4] < 0x60) kept.push(png.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}

/** `png` with chunks put behind its header, where the specification wants those on colour. */
export function withChunks(png: Buffer, chunks: readonly Buffer[]): Buffer {
  const headerEnd = SIGNATURE.length + 25
  return chunks.length === 0 ? png : Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)])
}
