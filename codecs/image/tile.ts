/** What a tile of an image is: the tasks of coding one, what comes of them, and its parts. */
import type { Kernel } from '../wasm/loader.js'
import type { ImageHeader } from './header.js'
import type { Samples } from './picture.js'
import type { SearchSettings } from './settings.js'

/** A picture decodes at 1:scale; of a DCT file only at 1:1. */
export const SCALES = [1, 2, 4, 8] as const
export type Scale = (typeof SCALES)[number]

/**
 * D chunks of a tile that a picture at 1:scale takes: one with the DCT; up to four with wavelets, of which the first holds all
 * of the picture at 1:8 and each later one what doubles its size.
 */
export function partsOf({ transform }: Pick<ImageHeader, 'transform'>, scale: Scale = 1): number {
  return transform === 'dct' ? 1 : 4 - SCALES.indexOf(scale)
}

export interface EncodeImageTile {
  header: ImageHeader
  settings: SearchSettings
  width: number
  height: number
  /** Row-major, interleaved, width * height * channels; Uint16Array if the bit depth is above 8. */
  samples: Samples
}

export interface ImageTileBytes {
  /** Payloads of its D chunks: {@link partsOf} of them. */
  parts: Uint8Array<ArrayBuffer>[]
  /** Where the bits went, by {@link IMAGE_PARTS}. */
  bits: number[]
}

export interface DecodeImageTile {
  header: ImageHeader
  /** Width of the whole tile, whatever the scale. */
  width: number
  height: number
  scale: Scale
  /** The first parts, as many as the scale needs: {@link partsOf}. */
  parts: Uint8Array<ArrayBuffer>[]
}

export interface ImageTileSamples {
  /** ceil(width / scale) * ceil(height / scale) * channels. */
  samples: Samples
  bits: number[]
  /** Step multiplier of each region of 32 x 32 pixels, row by row, in 1/6 octave. */
  stepField: Int8Array<ArrayBuffer>
  /** What each cell of 8 x 8 pixels is, row by row. It is for the DCT. */
  cells?: {
    /** The block that the cell is in, or those that it holds: log2 of the width, 2..6, and 16 times that of the height. */
    shapes: Uint8Array<ArrayBuffer>
    /** Its share of the block's bits, an even one: all cells have together what is not the step field's. */
    bits: Float32Array<ArrayBuffer>
  }
  /** Bits of each plane of wavelets: of the low-pass band, then of {@link ORIENTATIONS} of each level from 1, the finest. */
  bands?: Float64Array<ArrayBuffer>
}

/** Detail of a wavelet level, by the direction along which it changes fast. */
export const ORIENTATIONS = ['across', 'down', 'both'] as const
export const LEVELS = 5

/** What a tile's bits are spent on, in the order in which the kernels count them. */
export const IMAGE_PARTS = ['step field', 'partition', 'plane 0', 'plane 1', 'plane 2', 'alpha'] as const

/** The counts that a kernel has at an address, by {@link IMAGE_PARTS}. */
export function copyBits(kernel: Kernel, address: number): number[] {
  return [...new Float64Array(kernel.memory.buffer, address, IMAGE_PARTS.length)]
}
