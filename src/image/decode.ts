/** .laq bytes to pictures: whole, a part, or smaller. */
import { type Container, type Metadata, readContainer, readData, readFront } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import { type ImageHeader, readImageHeader, tileAreas, tileCount } from '../../codecs/image/header.js'
import { type ImageData, samplesFor } from '../../codecs/image/picture.js'
import { partsOf, SCALES, type Scale } from '../../codecs/image/tile.js'
import { checkLimit, type Limits } from '../../codecs/limits.js'
import { within } from '../calls/deadline.js'
import { type Bytes, bytesOf, nameOf } from '../calls/input.js'
import { any, checkRules, choice, type Rules, SHARED } from '../calls/options.js'
import { inThisThread, type Runner, runAll } from '../threads/runner.js'
import { type Area, shrunk } from './picture.js'

/** Options of decoding a picture. */
export interface DecodeImageOptions {
  /** What a file may ask for. `pixels` limits the whole picture; with a `region`, the tiles that it touches. Default: `DEFAULT_LIMITS`. */
  limits?: Partial<Limits>
  /**
   * Decode at 1:scale (1, 2, 4 or 8), to ceil(width / scale) x ceil(height / scale) pixels. Wavelet files hold the smaller pictures, and a prefix
   * of the file is enough. Of DCT files every pixel is the mean of a cell of scale x scale, unless the file has the preview that 8 asks for.
   * Default: 1.
   */
  scale?: Scale
  /**
   * Only this part, in pixels of the full-sized picture. Only tiles that it touches are read and decoded. With a scale it is every smaller pixel
   * of which it has a part. Default: the whole picture.
   */
  region?: Area
  /** Ends the call, which then fails with the signal's reason, or with LaqError 'aborted' if it has none. */
  signal?: AbortSignal
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
  /** Where tiles are decoded. Default: this thread, whose timers and other work have turns meanwhile. See `createPool` of laq/node. */
  runner?: Runner
}

export const DECODE_IMAGE_RULES: Rules<DecodeImageOptions> = {
  limits: SHARED.limits,
  scale: choice(...SCALES),
  region: any,
  signal: SHARED.signal,
  onProgress: SHARED.onProgress,
  runner: SHARED.runner,
}

/** Reads the header of an image file, from a prefix. @throws LaqError 'unsupported' if it holds something else */
export function openFront(bytes: Uint8Array, limits?: Partial<Limits>): { header: ImageHeader; preview?: Uint8Array } {
  const { kind, header, preview } = readFront(bytes)
  if (kind !== 'image') throw new LaqError('unsupported', `the file holds ${kind}, not an image`)
  return { header: readImageHeader(header, limits), ...(preview && { preview }) }
}

/** Reads all that comes before the data of an image file. @throws LaqError as {@link openFront}, or 'malformed' on a wrong index */
export function openImage(bytes: Uint8Array, limits?: Partial<Limits>): { container: Container; header: ImageHeader } {
  const { header } = openFront(bytes, limits)
  const container = readContainer(bytes, limits)
  const chunks = tileCount(header) * partsOf(header)
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
 * A prefix of the file is enough if it holds what the scale and the region need: of a photograph in wavelets at 0.5 bits per
 * pixel a third is enough for 1:8, of one at 2 bits a tenth; of a file with a preview its first few hundredths.
 *
 * @throws RangeError on a region outside the picture; LaqError 'malformed', 'truncated', 'unsupported', 'limit'; the reason of
 *   `signal` (LaqError 'aborted' if it has none)
 */
export async function decodeImage(file: Bytes, options: DecodeImageOptions = {}): Promise<ImageData> {
  checkRules('decodeImage', options, DECODE_IMAGE_RULES)
  const bytes = await bytesOf(file)
  return within(options, (timed) => decodePart(bytes, timed))
}

async function decodePart(bytes: Uint8Array, options: DecodeImageOptions): Promise<ImageData> {
  const { limits, scale = 1, region, signal, onProgress, runner = inThisThread } = options
  // of a part, its own tiles are counted below
  const wholeLimits = region ? { ...limits, pixels: Number.POSITIVE_INFINITY } : limits
  const front = openFront(bytes, wholeLimits)
  const wanted = scaledArea(front.header, region, scale)
  if (scale === 8 && front.preview && front.header.transform === 'dct') {
    const preview = await decodePreview(front.preview, front.header, wanted, options)
    return { ...preview, metadata: ofPart(metadataOf(bytes, wholeLimits), region) }
  }
  const { container, header } = openImage(bytes, wholeLimits)
  const { bitDepth } = header
  const channels = header.channels as ImageData['channels']
  const tiles = tileCount(header)
  const touched = touchedTiles(header, wanted, scale, limits)
  const held = heldScale(header, scale)
  const data = samplesFor(bitDepth, wanted.width * wanted.height * channels)
  await runAll(
    runner,
    touched.length,
    (i) => {
      const { width, height, index } = touched[i]
      const parts = tileParts(bytes, container, header, tiles, index, held)
      return { domain: 'image' as const, task: 'decodeTile' as const, header, width, height, scale: held, parts }
    },
    ({ samples }, i) => {
      const area = touched[i]
      const small = smaller(area, scale)
      const ready = held === scale ? samples : shrunk({ ...area, channels, bitDepth, data: samples }, scale).data
      const { x, y, width, height } = overlap(small, wanted)!
      for (let row = y; row < y + height; row++) {
        const from = ((row - small.y) * small.width + x - small.x) * channels
        data.set(ready.subarray(from, from + width * channels), ((row - wanted.y) * wanted.width + x - wanted.x) * channels)
      }
    },
    { signal, onProgress },
  )
  return { width: wanted.width, height: wanted.height, channels, bitDepth, data, metadata: ofPart(container.metadata, region) }
}

/**
 * Where in the file is what {@link decodeImage} reads of the data with the same options: offsets of first bytes and of those
 * after the last. What comes before the data it reads anyway.
 *
 * @param front a prefix of the file
 * @throws LaqError 'truncated' if the prefix does not hold all that comes before the data, and as decodeImage
 */
export function neededBytes(front: Uint8Array, options: Pick<DecodeImageOptions, 'limits' | 'region' | 'scale'>): [number, number][] {
  const { limits, region, scale = 1 } = options
  const { container, header } = openImage(front, region ? { ...limits, pixels: Number.POSITIVE_INFINITY } : limits)
  const { dataOffsets, preview } = container
  const wanted = scaledArea(header, region, scale)
  if (scale === 8 && preview && header.transform === 'dct') return []
  const tiles = tileCount(header)
  return touchedTiles(header, wanted, scale, limits).flatMap(({ index }) =>
    Array.from({ length: partsOf(header, heldScale(header, scale)) }, (_, part): [number, number] => {
      const chunk = part * tiles + index
      return [dataOffsets[chunk], dataOffsets[chunk + 1]]
    }),
  )
}

/** The scale at which the data holds the picture, to be averaged down to `scale`. */
const heldScale = ({ transform }: ImageHeader, scale: Scale): Scale => (transform === 'wavelet' ? scale : 1)

/** The tiles that an area of the picture at 1:scale touches. @throws LaqError 'limit' if they have too many pixels */
function touchedTiles(header: ImageHeader, wanted: Area, scale: Scale, limits: Partial<Limits> | undefined) {
  const [x, y] = [wanted.x * scale, wanted.y * scale]
  const part = { x, y, width: Math.min(wanted.width * scale, header.width - x), height: Math.min(wanted.height * scale, header.height - y) }
  // the part's own pixels first: of a large one there may be many tiles to count
  checkLimit('pixels', part.width * part.height, limits)
  const touched = tileAreas(header, part)
  checkLimit(
    'pixels',
    touched.reduce((sum, { width, height }) => sum + width * height, 0),
    limits,
  )
  return touched
}

/** The region, or the whole, in pixels of the picture at 1:scale. @throws TypeError or RangeError */
function scaledArea({ width, height }: ImageHeader, region: Area | undefined, scale: Scale): Area {
  if (!region) return smaller({ x: 0, y: 0, width, height }, scale)
  if (typeof region !== 'object') throw new TypeError(`region is ${nameOf(region)}, not an object of x, y, width and height`)
  for (const [name, size, extent] of [
    ['x', 'width', width],
    ['y', 'height', height],
  ] as const) {
    const [start, length] = [region[name], region[size]]
    if (!Number.isInteger(start) || !Number.isInteger(length))
      throw new TypeError(`region: ${name} ${start} and ${size} ${length} are not both integers`)
    if (start < 0 || length < 1 || start + length > extent) {
      throw new RangeError(`region: ${name} ${start} and ${size} ${length} are not within the ${extent} pixels of the picture's ${size}`)
    }
  }
  return smaller(region, scale)
}

/** An area at 1:scale, with every pixel that it has a part of. */
function smaller({ x, y, width, height }: Area, scale: Scale): Area {
  const [left, top] = [Math.floor(x / scale), Math.floor(y / scale)]
  return { x: left, y: top, width: Math.ceil((x + width) / scale) - left, height: Math.ceil((y + height) / scale) - top }
}

function overlap(a: Area, b: Area): Area | undefined {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : undefined
}

/** Decodes the file within the file. @throws LaqError 'malformed' if it is not the same picture at 1:8 */
async function decodePreview(preview: Uint8Array, of: ImageHeader, region: Area, options: DecodeImageOptions): Promise<ImageData> {
  const { header } = openFront(preview)
  const { width, height } = smaller({ x: 0, y: 0, width: of.width, height: of.height }, 8)
  if (header.width !== width || header.height !== height || header.channels !== of.channels || header.bitDepth !== of.bitDepth) {
    throw new LaqError('malformed', `a preview of ${header.width} x ${header.height} where 1:8 of ${of.width} x ${of.height} is due`)
  }
  return decodeImage(preview, { ...options, scale: 1, region })
}

/** A gain map is stretched over the whole picture: of a part it would be that of another. */
const ofPart = (metadata: Metadata[], region: Area | undefined): Metadata[] =>
  region ? metadata.filter(({ type }) => type !== 'gain-map') : metadata

/** Metadata, or none where a prefix ends before. */
function metadataOf(bytes: Uint8Array, limits?: Partial<Limits>): Metadata[] {
  try {
    return readContainer(bytes, limits).metadata
  } catch (error) {
    if (error instanceof LaqError && error.code === 'truncated') return []
    throw error
  }
}
