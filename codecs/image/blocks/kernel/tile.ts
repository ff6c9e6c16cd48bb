/**
 * A tile of an image while it is coded: its planes, step field, maps of what is decoded, and models. Shared by encoder and decoder.
 */

import { STEPS_PER_FIELD_UNIT, stepSize } from '../../../laq/kernel/stepsize'
import { fillWeights } from '../../../laq/kernel/weighting'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateZeroedRow, Row, rowAt } from '../../../wasm/kernel/row'
import { TileParameter } from '../../kernel/parameters'
import { createModels, Models } from './models'

/** log2 of a superblock's side. */
export const LOG2_SUPERBLOCK: i32 = 6
/** log2 of a region's side: one step multiplier each. */
const LOG2_REGION: i32 = 5

/** Parts of the bit count, in order: step field, partition and modes, plane 0, 1, 2; of alpha, which is coded apart, none. */
export const PART_FIELD: i32 = 0
export const PART_PARTITION: i32 = 1
export const PART_PLANE: i32 = 2
const PARTS: i32 = 6

@unmanaged
export class Tile {
  width: i32
  height: i32
  /** In samples, multiples of 8. */
  paddedWidth: i32
  paddedHeight: i32
  channels: i32
  bitDepth: i32
  planeCount: i32
  /** 1 if planes 1 and 2 have half the samples each way, else 0. */
  subsampled: i32
  hasField: i32
  baseStep: i32
  chromaStep: i32
  chromaBalance: i32
  regionColumns: i32
  regionRows: i32
  /** Reconstructed samples (i32) of plane 0; the others follow, `planeBytes` apart. */
  planes: usize
  planeBytes: i32
  /** Step multiplier of each region. */
  field: Row<i8>
  /** i32 weight (1/256) of each coefficient, for luma then chroma, for each block shape: see {@link weightsOf}. */
  weights: usize
  /** Cells of 4 x 4 in a row of the maps. */
  cellColumns: i32
  /** Of each cell of 4 x 4 of plane 0: luma mode + 1, 0 where nothing is decoded yet. */
  modes: Row<u8>
  /** Of each cell: log2 of its block's width, and of its height in the high nibble. */
  shapes: Row<u8>
  /** Of each cell: chroma mode. */
  chromaModes: Row<u8>
  /** Bits of each part. */
  bits: Row<f64>
  /** Bits counted so far. */
  counted: f64
  models: Models
  /** Its Palette, 0 if it has none. */
  palette: usize
  /** What only the decoder keeps, for inspection, per cell of 8 x 8: shape of its block, and its share of the block's bits. */
  cellShapes: Row<u8>
  cellBits: Row<f32>
  /** What only the encoder has: its Search. */
  search: usize
}

/** log2 of the coefficients kept along a side of 2^log2: 32 at most. */
// @inline
export function keptLog2(log2: i32): i32 {
  return min(log2, 5)
}

export const WEIGHT_TABLE_BYTES: usize = 4 * 1024
export const WEIGHT_TABLES: usize = 50

/** Weights of blocks of 2^log2Width x 2^log2Height, kept width x kept height of i32. Luma: chroma = 0. */
// @inline
export function weightsOf(tables: usize, log2Width: i32, log2Height: i32, chroma: i32): usize {
  return tables + <usize>(chroma * 25 + (log2Width - 2) * 5 + log2Height - 2) * WEIGHT_TABLE_BYTES
}

/** `parameters`: a row of {@link TileParameter}; `priors` as of {@link createModels}. */
export function createTile(width: i32, height: i32, parameters: Row<i32>, priors: usize): Tile {
  const tile = changetype<Tile>(allocateZeroed(offsetof<Tile>()))
  tile.width = width
  tile.height = height
  tile.paddedWidth = (width + 7) & ~7
  tile.paddedHeight = (height + 7) & ~7
  tile.channels = parameters[TileParameter.Channels]
  tile.bitDepth = parameters[TileParameter.BitDepth]
  tile.planeCount = tile.channels
  tile.hasField = parameters[TileParameter.HasStepField]
  tile.baseStep = parameters[TileParameter.Step]
  tile.chromaStep = parameters[TileParameter.ChromaStep]
  tile.subsampled = parameters[TileParameter.Subsampled]
  tile.chromaBalance = parameters[TileParameter.ChromaBalance]
  tile.regionColumns = (width + 31) >> LOG2_REGION
  tile.regionRows = (height + 31) >> LOG2_REGION
  tile.planeBytes = tile.paddedWidth * tile.paddedHeight * 4
  tile.planes = allocate(<usize>tile.planeBytes * <usize>tile.planeCount)
  tile.field = allocateZeroedRow<i8>(tile.regionColumns * tile.regionRows)
  tile.weights = allocate(WEIGHT_TABLE_BYTES * WEIGHT_TABLES)
  for (let chroma = 0; chroma < (tile.channels >= 3 ? 2 : 1); chroma++) {
    for (let w = 2; w <= LOG2_SUPERBLOCK; w++) {
      for (let h = 2; h <= LOG2_SUPERBLOCK; h++) {
        const slope = parameters[TileParameter.LumaWeighting + chroma]
        fillWeights(rowAt<i32>(weightsOf(tile.weights, w, h, chroma)), 1 << keptLog2(w), 1 << keptLog2(h), 1 << w, 1 << h, slope)
      }
    }
  }
  tile.cellColumns = tile.paddedWidth >> 2
  const cells = tile.cellColumns * (tile.paddedHeight >> 2)
  tile.modes = allocateZeroedRow<u8>(cells)
  tile.shapes = allocateZeroedRow<u8>(cells)
  tile.chromaModes = allocateZeroedRow<u8>(cells)
  tile.bits = allocateZeroedRow<f64>(PARTS)
  tile.models = createModels(tile.cellColumns, tile.planeCount, priors)
  return tile
}

/** Whether plane `p` is chroma. */
// @inline
export function isChroma(tile: Tile, p: i32): i32 {
  return tile.channels >= 3 && (p == 1 || p == 2) ? 1 : 0
}

/** log2 of how much narrower and lower plane `p` is than plane 0. */
// @inline
export function shiftOf(tile: Tile, p: i32): i32 {
  return tile.subsampled & isChroma(tile, p)
}

/** Adds the bits coded since the last call to a part. `now` is the coder's position. */
// @inline
export function countBits(tile: Tile, part: i32, now: f64): void {
  tile.bits[part] = tile.bits[part] + now - tile.counted
  tile.counted = now
}

/** Number of the cell of 4 x 4 at sample (x, y) of plane 0, in the maps. */
// @inline
export function cellAt(tile: Tile, x: i32, y: i32): i32 {
  return (y >> 2) * tile.cellColumns + (x >> 2)
}

/** Sets the cells of a block in a map. */
export function fillCells(tile: Tile, map: Row<u8>, x: i32, y: i32, log2Width: i32, log2Height: i32, value: i32): void {
  let at = changetype<usize>(map.from(cellAt(tile, x, y)))
  const across = (<usize>1) << (log2Width - 2)
  for (let row = 0; row < 1 << (log2Height - 2); row++) {
    memory.fill(at, <u8>value, across)
    at += <usize>tile.cellColumns
  }
}

/**
 * Step size in 1/16 of plane `p` of the block at (x, y) of plane 0: the base step and the plane's addend, times the multiplier of the
 * block's region. A block over several regions takes their mean, rounded down.
 */
export function blockStep(tile: Tile, p: i32, x: i32, y: i32, log2Width: i32, log2Height: i32): i32 {
  const addend = isChroma(tile, p) ? tile.chromaStep + (p == 1 ? tile.chromaBalance : -tile.chromaBalance) : 0
  const column = x >> LOG2_REGION
  const row = y >> LOG2_REGION
  const across = 1 << max(0, log2Width - LOG2_REGION)
  const down = 1 << max(0, log2Height - LOG2_REGION)
  let value: i32 = 0
  for (let j = 0; j < down; j++) {
    for (let i = 0; i < across; i++) value += tile.field[(row + j) * tile.regionColumns + column + i]
  }
  value >>= across + down - 2
  return stepSize(tile.baseStep + value * STEPS_PER_FIELD_UNIT + addend)
}

/** Samples in a row of plane `p`. */
// @inline
export function strideOf(tile: Tile, p: i32): i32 {
  return tile.paddedWidth >> shiftOf(tile, p)
}

/** Address of sample (x, y) of plane `p` of `planes`: the reconstruction, or the source. */
// @inline
export function sampleAt(tile: Tile, planes: usize, p: i32, x: i32, y: i32): usize {
  return planes + <usize>p * <usize>tile.planeBytes + ((<usize>(y * strideOf(tile, p) + x)) << 2)
}
