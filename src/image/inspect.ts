/** What an image file holds, and what the codec decided about it. */
import { hasAlpha, type ImageHeader, tileAreas, tileCount } from '../../codecs/image/header.js'
import { IMAGE_PARTS, LEVELS, ORIENTATIONS } from '../../codecs/image/tile.js'
import { inThisThread, runAll } from '../threads/runner.js'
import { type DecodeImageOptions, openImage, tileParts } from './decode.js'

/** What an image file holds. */
export interface ImageInspection {
  /** Tells it from a sound. */
  kind: 'image'
  /** What the header says, and what follows from it. */
  image: ImageHeader & {
    /** How many there are. */
    tiles: number
    /** Bytes of the file's preview, if it has one. */
    previewBytes?: number
    /** Bits spent on each part; the rest of the file is headers. Only with `detail`. */
    bits?: Record<(typeof IMAGE_PARTS)[number], number>
    /** A value per region of 32 x 32 pixels, row by row, in 1/6 octave of step, if the file has a step field. Only with `detail`. */
    stepField?: {
      /** Regions across. */
      columns: number
      /** Regions down. */
      rows: number
      /** -24..24. */
      values: Int8Array
    }
    /** Blocks of a DCT file, told by cells. Only with `detail`. */
    blocks?: ImageBlocks
    /** Bits of each band of a wavelet file. Only with `detail`. */
    subbands?: Subband[]
  }
}

/** Blocks of an image: a value per cell of 8 x 8 pixels, row by row; those of the last row and column may be cut by the edge. */
export interface ImageBlocks {
  /** Cells across: ceil(width / 8). */
  columns: number
  /** Cells down: ceil(height / 8). */
  rows: number
  /**
   * Width in pixels of the block that the cell is in: 4, 8, 16, 32 or 64. A cell may hold two or four smaller ones. A block starts at a multiple
   * of its width and of its height.
   */
  widths: Uint8Array
  /** Height of that block, in the same way. */
  heights: Uint8Array
  /**
   * The cell's share of its block's bits, an even one, or the bits of the blocks in it; together all bits but those of the step field and
   * of alpha.
   */
  bits: Float32Array
}

/** A band of a wavelet file, of all tiles together. */
export interface Subband {
  /** 0 grey or luma, 1 Cb, 2 Cr; alpha has no bands. */
  plane: number
  /** 1 (half the picture's size, the finest) to 5. */
  level: number
  /** Along which direction it changes fast, or 'low-pass': the picture itself at 1:2^level. */
  kind: 'low-pass' | (typeof ORIENTATIONS)[number]
  /** What its levels take, with their group bits and signs. */
  bits: number
}

/** Facts of an image file; with `detail` its tiles are decoded to count bits. @throws LaqError as decodeImage does */
export async function inspectImage(
  bytes: Uint8Array,
  { limits, detail, signal, runner = inThisThread }: DecodeImageOptions & { detail?: boolean },
): Promise<ImageInspection> {
  const { container, header } = openImage(bytes, limits)
  const { preview } = container
  const facts: ImageInspection = {
    kind: 'image',
    image: { ...header, tiles: tileCount(header), ...(preview && { previewBytes: preview.length }) },
  }
  if (!detail) return facts
  const areas = tileAreas(header)
  const total = new Array<number>(IMAGE_PARTS.length).fill(0)
  const columns = Math.ceil(header.width / 32)
  const rows = Math.ceil(header.height / 32)
  const values = new Int8Array(columns * rows)
  const cells = { columns: Math.ceil(header.width / 8), rows: Math.ceil(header.height / 8) }
  const blocks: ImageBlocks = {
    ...cells,
    widths: new Uint8Array(cells.columns * cells.rows),
    heights: new Uint8Array(cells.columns * cells.rows),
    bits: new Float32Array(cells.columns * cells.rows),
  }
  const subbands =
    header.transform === 'wavelet' ? subbandsOf(hasAlpha(header.channels) ? header.channels - 1 : header.channels) : undefined
  await runAll(
    runner,
    areas.length,
    (index) => {
      const { width, height } = areas[index]
      const parts = tileParts(bytes, container, header, areas.length, index, 1)
      return { domain: 'image' as const, task: 'decodeTile' as const, header, width, height, scale: 1 as const, parts }
    },
    ({ bits, stepField, cells, bands }, index) => {
      const { x, y, width } = areas[index]
      const across = Math.ceil(width / 32)
      for (let i = 0; i < stepField.length; i += across) {
        values.set(stepField.subarray(i, i + across), (y / 32 + i / across) * columns + x / 32)
      }
      for (const [part, count] of bits.entries()) total[part] += count
      const along = Math.ceil(width / 8)
      for (let i = 0; cells && i < cells.shapes.length; i += along) {
        const at = (y / 8 + i / along) * blocks.columns + x / 8
        for (let j = 0; j < along; j++) {
          blocks.widths[at + j] = 1 << (cells.shapes[i + j] & 15)
          blocks.heights[at + j] = 1 << (cells.shapes[i + j] >> 4)
        }
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
function subbandsOf(planes: number): Subband[] {
  return Array.from({ length: planes }, (_, plane) => [
    { plane, level: LEVELS, kind: 'low-pass' as const, bits: 0 },
    ...Array.from({ length: LEVELS }, (_, i) => ORIENTATIONS.map((kind) => ({ plane, level: i + 1, kind, bits: 0 }))).flat(),
  ]).flat()
}
