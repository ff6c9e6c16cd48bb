/** Images: pixels to .laq bytes and back. Runs on any platform. */
import { type Container, type Metadata, readContainer, readData, writeContainer } from '../codecs/container/container.js'
import { LaqError } from '../codecs/errors.js'
import { type ImageHeader, readImageHeader, type Transform, tileAreas, writeImageHeader } from '../codecs/image/header.js'
import { type ImageChoices, imageHeader, searchSettings, type Tune } from '../codecs/image/settings.js'
import { IMAGE_PARTS, LEVELS, ORIENTATIONS, partsOf, type Samples, SCALES, type Scale } from '../codecs/image/tile.js'
import type { Limits } from '../codecs/limits.js'
import { inThisThread, type Runner, runAll } from '../codecs/task.js'

export interface ImageData {
  /** In pixels, 1..2^24 - 1. */
  width: number
  height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha is not premultiplied. */
  channels: 1 | 2 | 3 | 4
  /** Bits per sample, 8..16. */
  bitDepth: number
  /** Row-major, interleaved, length = width * height * channels; Uint16Array if `bitDepth` is above 8. */
  data: Uint8Array | Uint16Array
  /** Carried byte for byte. */
  metadata?: Metadata[]
}

export interface EncodeImageOptions {
  /** 0..100, default 75. */
  quality?: number
  /** 1..9, default 5: time spent for smaller files. Wavelet files are the same at every effort. */
  effort?: number
  /** Whole file's bits per pixel, instead of `quality`: the finest step that stays at or below it. */
  targetBpp?: number
  /** What errors should look like: to the eye (default), or least in squared difference. */
  tune?: Tune
  /** 'dct' (default), or 'wavelet' for files that also decode at 1/2, 1/4 and 1/8. */
  transform?: Transform
  /** Strength of locally adaptive steps, 0..3; 1 is the tune's own, 0 one step for all. */
  laq?: number
  /** Side of the tiles, a multiple of 64 up to 2048. Default: one tile up to 1 megapixel, else 512. */
  tileSize?: number
  signal?: AbortSignal
  /** Called with the part done, 0..1. */
  onProgress?: (done: number) => void
  /** Where tiles are coded; by default in this thread. See `createPool` of laq/node. */
  runner?: Runner
}

export interface DecodeImageOptions {
  limits?: Partial<Limits>
  /** Decode at 1:scale, to ceil(width / scale) x ceil(height / scale) pixels; above 1 for wavelet files. Default 1. */
  scale?: Scale
  signal?: AbortSignal
  onProgress?: (done: number) => void
  runner?: Runner
}

function optionInRange(name: string, value: number, least: number, most: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} is ${typeof value}, not a number`)
  if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}, not in ${least}..${most}`)
  return value
}

function checkImage({ width, height, channels, bitDepth, data }: ImageData): void {
  for (const [name, value, most] of [
    ['width', width, 2 ** 24 - 1],
    ['height', height, 2 ** 24 - 1],
    ['channels', channels, 4],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) throw new RangeError(`${name} is ${value}, not an integer in 1..${most}`)
  }
  if (!Number.isInteger(bitDepth) || bitDepth < 8 || bitDepth > 16) throw new RangeError(`bitDepth is ${bitDepth}, not in 8..16`)
  const wanted = bitDepth > 8 ? 'Uint16Array' : 'Uint8Array'
  if (!(bitDepth > 8 ? data instanceof Uint16Array : data instanceof Uint8Array))
    throw new TypeError(`data of ${bitDepth} bits is not a ${wanted}`)
  if (data.length !== width * height * channels) {
    throw new RangeError(`data has ${data.length} samples, not ${width} * ${height} * ${channels}`)
  }
}

/** Samples of a part of an image, copied. */
function cut(data: Uint8Array | Uint16Array, rowLength: number, start: number, length: number, rows: number): Samples {
  const part = data instanceof Uint16Array ? new Uint16Array(length * rows) : new Uint8Array(length * rows)
  for (let row = 0; row < rows; row++) part.set(data.subarray(start + row * rowLength, start + row * rowLength + length), row * length)
  return part
}

/**
 * Encodes an image.
 *
 * @returns a whole .laq file
 * @throws TypeError or RangeError on wrong arguments, LaqError 'aborted' through `signal`
 */
export async function encodeImage(image: ImageData, options: EncodeImageOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkImage(image)
  const { targetBpp, signal, onProgress, runner = inThisThread } = options
  const choices: ImageChoices = {
    quality: optionInRange('quality', options.quality ?? 75, 0, 100),
    effort: optionInRange('effort', options.effort ?? 5, 1, 9),
    tune: options.tune ?? 'perceptual',
    transform: options.transform ?? 'dct',
    laq: optionInRange('laq', options.laq ?? 1, 0, 3),
    tileSize: optionInRange('tileSize', options.tileSize ?? 0, 0, 2048),
  }
  if (choices.tileSize % 64 !== 0) throw new RangeError(`tileSize is ${choices.tileSize}, not a multiple of 64`)
  if (targetBpp === undefined) return encodeWith(image, imageHeader(image, choices), choices, runner, signal, onProgress)

  optionInRange('targetBpp', targetBpp, 0.001, 64)
  const allowed = (targetBpp * image.width * image.height) / 8
  const first = imageHeader(image, choices)
  // bytes fall by half about every 1.2 octaves; the step is bracketed by that slope and then bisected
  let best: Uint8Array<ArrayBuffer> | undefined
  let tooFine = -1
  let fitting = 384
  let step = first.step
  for (let pass = 0; fitting - tooFine > 1; pass++) {
    const file = await encodeWith(image, { ...first, step }, choices, runner, signal, (done) => onProgress?.((pass + done) / (pass + 2)))
    if (file.length <= allowed) {
      best = file
      fitting = step
    } else tooFine = step
    const guess = Math.round(step + 29 * Math.log2(file.length / allowed))
    const inside = pass < 4 ? guess : (tooFine + fitting) >> 1
    step = Math.max(tooFine + 1, Math.min(fitting - 1, inside))
  }
  onProgress?.(1)
  if (!best) throw new RangeError(`targetBpp ${targetBpp} is less than the coarsest step needs`)
  return best
}

async function encodeWith(
  image: ImageData,
  header: ImageHeader,
  choices: ImageChoices,
  runner: Runner,
  signal?: AbortSignal,
  onProgress?: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const { data, channels, width } = image
  const settings = searchSettings(choices)
  const areas = tileAreas(header)
  const payloads: Uint8Array[] = new Array(areas.length * partsOf(header))
  await runAll(
    runner,
    areas.length,
    (index) => {
      const area = areas[index]
      const start = (area.y * width + area.x) * channels
      const samples = cut(data, width * channels, start, area.width * channels, area.height)
      return { task: 'encodeImageTile' as const, header, settings, width: area.width, height: area.height, samples }
    },
    ({ parts }, index) => {
      for (const [part, payload] of parts.entries()) payloads[part * areas.length + index] = payload
    },
    { signal, onProgress },
  )
  return writeContainer('image', writeImageHeader(header), image.metadata ?? [], payloads)
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
function tileParts(bytes: Uint8Array, container: Container, header: ImageHeader, tiles: number, index: number, scale: Scale) {
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

/** What an image file holds. */
export interface ImageInspection {
  kind: 'image'
  image: ImageHeader & {
    tiles: number
    /** With `detail`: bits spent on each part; the rest of the file is headers. */
    bits?: Record<(typeof IMAGE_PARTS)[number], number>
    /** With `detail`, if the file has one: a value per region of 32 x 32 pixels, row by row, in 1/6 octave of step. */
    stepField?: { columns: number; rows: number; values: Int8Array }
    /** With `detail`, of a DCT file: its blocks, told by cells. */
    blocks?: ImageBlocks
    /** With `detail`, of a wavelet file: bits of each band. */
    subbands?: Subband[]
  }
}

/** Blocks of an image: a value per cell of 8 x 8 pixels, row by row; those of the last row and column may be cut by the edge. */
export interface ImageBlocks {
  /** ceil(width / 8) and ceil(height / 8). */
  columns: number
  rows: number
  /** Side in pixels of the block that the cell is in: 8, 16, 32 or 64. A block starts at a multiple of its side. */
  sides: Uint8Array
  /** The cell's share of its block's bits, an even one; together all bits but the step field's. */
  bits: Float32Array
}

/** A band of a wavelet file, of all tiles together. */
export interface Subband {
  /** 0 grey or luma, 1 Cb, 2 Cr; alpha is the last. */
  plane: number
  /** 1 (half the picture's size, the finest) to 5. */
  level: number
  /** Along which direction it changes fast, or 'low-pass': the picture itself at 1:2^level. */
  kind: 'low-pass' | (typeof ORIENTATIONS)[number]
  bits: number
}

/** Facts of an image file; with `detail` its tiles are decoded to count bits. @throws LaqError as decodeImage does */
export async function inspectImage(
  bytes: Uint8Array,
  { limits, detail, signal, runner = inThisThread }: DecodeImageOptions & { detail?: boolean },
): Promise<ImageInspection> {
  const { container, header } = openImage(bytes, limits)
  const areas = tileAreas(header)
  const facts: ImageInspection = { kind: 'image', image: { ...header, tiles: areas.length } }
  if (!detail) return facts
  const total = new Array<number>(IMAGE_PARTS.length).fill(0)
  const columns = Math.ceil(header.width / 32)
  const rows = Math.ceil(header.height / 32)
  const values = new Int8Array(columns * rows)
  const cells = { columns: Math.ceil(header.width / 8), rows: Math.ceil(header.height / 8) }
  const blocks: ImageBlocks = {
    ...cells,
    sides: new Uint8Array(cells.columns * cells.rows),
    bits: new Float32Array(cells.columns * cells.rows),
  }
  const subbands = header.transform === 'wavelet' ? subbandsOf(header.channels) : undefined
  await runAll(
    runner,
    areas.length,
    (index) => {
      const { width, height } = areas[index]
      const parts = tileParts(bytes, container, header, areas.length, index, 1)
      return { task: 'decodeImageTile' as const, header, width, height, scale: 1 as const, parts }
    },
    ({ bits, stepField, cells, bands }, index) => {
      const { x, y, width } = areas[index]
      const across = Math.ceil(width / 32)
      for (let i = 0; i < stepField.length; i += across) {
        values.set(stepField.subarray(i, i + across), (y / 32 + i / across) * columns + x / 32)
      }
      for (const [part, count] of bits.entries()) total[part] += count
      const along = Math.ceil(width / 8)
      for (let i = 0; cells && i < cells.sizes.length; i += along) {
        const at = (y / 8 + i / along) * blocks.columns + x / 8
        for (let j = 0; j < along; j++) blocks.sides[at + j] = 1 << cells.sizes[i + j]
        blocks.bits.set(cells.bits.subarray(i, i + along), at)
      }
      for (const [band, count] of bands?.entries() ?? []) subbands![band].bits += count
    },
    { signal },
  )
  facts.image.bits = Object.fromEntries(IMAGE_PARTS.map((part, i) => [part, total[i]])) as Record<(typeof IMAGE_PARTS)[number], number>
  if (header.hasStepField) facts.image.stepField = { columns, rows, values }
  if (subbands) facts.image.subbands = subbands
  else facts.image.blocks = blocks
  return facts
}

/** The bands of a picture without bits, in the order in which tiles count them. */
function subbandsOf(channels: number): Subband[] {
  return Array.from({ length: channels }, (_, plane) => [
    { plane, level: LEVELS, kind: 'low-pass' as const, bits: 0 },
    ...Array.from({ length: LEVELS }, (_, i) => ORIENTATIONS.map((kind) => ({ plane, level: i + 1, kind, bits: 0 }))).flat(),
  ]).flat()
}
