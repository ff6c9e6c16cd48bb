/** The image decoder's kernel: what JavaScript calls. A tile is decoded by superblocks. */

import { bitsCoded, startDecoding } from '../../../entropy/kernel/rangecoder'
import { codeStepField } from '../../../laq/kernel/stepfield'
import { storeRows } from '../../../transform/kernel/colour'
import { double } from '../../../transform/kernel/subsample'
import { allocateRow, Row } from '../../../wasm/kernel/row'
import { predictPlane, prepareFromLuma, takePlaneBorders } from './block'
import { codeCoded, codeLevels } from './coefficients'
import { NEIGHBOUR_BYTES } from './models'
import {
  codeChromaMode,
  codeLumaMode,
  codeTransformType,
  hasTransformType,
  readChromaContext,
  readModeContext,
  SAME_AS_LUMA,
} from './modes'
import { codePalette, codePaletteBlock, codePaletteSamples, PALETTE, paletteOf } from './palette'
import { codePartition, QUARTERS, STACKED, WHOLE } from './partition'
import { directionOf, fillPredictionTables, findReach, PLANAR } from './predict'
import { reconstructBlock } from './reconstruct'
import { fillScanTables } from './scan'
import {
  blockStep,
  countBits,
  createTile as create,
  fillCells,
  keptLog2,
  LOG2_SUPERBLOCK,
  PART_FIELD,
  PART_PARTITION,
  PART_PLANE,
  shiftOf,
  Tile,
} from './tile'

export { isOverread } from '../../../entropy/kernel/rangecoder'
export { allocate, mark, release } from '../../../wasm/kernel/arena'

const levels: usize = memory.data(1024 * 4, 64)
const prediction: usize = memory.data(4096 * 4, 64)

export function createTile(width: i32, height: i32, parameters: Row<i32>, priors: usize): usize {
  const tile = create(width, height, parameters, priors)
  const cells = (tile.paddedWidth >> 3) * (tile.paddedHeight >> 3)
  tile.cellShapes = allocateRow<u8>(cells)
  tile.cellBits = allocateRow<f32>(cells)
  return changetype<usize>(tile)
}

export function partBits(address: usize): Row<f64> {
  return changetype<Tile>(address).bits
}

export function stepField(address: usize): Row<i8> {
  return changetype<Tile>(address).field
}

/** Once decoded: log2 of width and (high nibble) height of the block of each cell of 8 x 8, by rows of the padded tile. */
export function cellShapes(address: usize): Row<u8> {
  return changetype<Tile>(address).cellShapes
}

/** Once decoded: bits of each cell, its share of those of its block, without the step field. */
export function cellBits(address: usize): Row<f32> {
  return changetype<Tile>(address).cellBits
}

export function startDecoder(address: usize, payload: usize, length: i32): void {
  const tile = changetype<Tile>(address)
  fillScanTables()
  fillPredictionTables()
  startDecoding(payload, length)
  if (tile.hasField) codeStepField(tile.field, tile.regionColumns, tile.regionRows, tile.models.field)
  countBits(tile, PART_FIELD, bitsCoded())
  codePalette(tile) // counted with the first block's partition
}

/** Decodes a superblock; row by row, from left to right. */
export function decodeSuperblock(address: usize, column: i32, row: i32): void {
  const tile = changetype<Tile>(address)
  if (column == 0) memory.fill(tile.models.left, 0, <usize>(16 * tile.planeCount * NEIGHBOUR_BYTES))
  decodeSquare(tile, column << LOG2_SUPERBLOCK, row << LOG2_SUPERBLOCK, LOG2_SUPERBLOCK)
}

function decodeSquare(tile: Tile, x: i32, y: i32, log2: i32): void {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return
  const half = 1 << (log2 - 1)
  const partition = log2 == 2 ? WHOLE : codePartition(tile, x, y, log2, 0)
  if (partition == WHOLE) decodeBlock(tile, x, y, log2, log2)
  else if (partition == QUARTERS) {
    decodeSquare(tile, x, y, log2 - 1)
    decodeSquare(tile, x + half, y, log2 - 1)
    decodeSquare(tile, x, y + half, log2 - 1)
    decodeSquare(tile, x + half, y + half, log2 - 1)
  } else if (partition == STACKED) {
    decodeBlock(tile, x, y, log2, log2 - 1)
    decodeBlock(tile, x, y + half, log2, log2 - 1)
  } else {
    decodeBlock(tile, x, y, log2 - 1, log2)
    decodeBlock(tile, x + half, y, log2 - 1, log2)
  }
}

function decodeBlock(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const models = tile.models
  const before = tile.counted
  let mode = PLANAR
  const isPalette = codePaletteBlock(tile, x, y, log2Width, log2Height, 0)
  if (!isPalette) {
    readModeContext(tile, x, y, log2Width, log2Height)
    mode = codeLumaMode(models, 0)
  }
  let chromaMode = SAME_AS_LUMA
  countBits(tile, PART_PARTITION, bitsCoded())
  findReach(tile, x, y, 1 << log2Width, 1 << log2Height)
  if (isPalette) codePaletteSamples(tile, x, y, log2Width, log2Height)
  for (let p = isPalette ? paletteOf(tile).planeCount : 0; p < tile.planeCount; p++) {
    if (p == 1 && tile.channels >= 3) {
      prepareFromLuma(tile, x, y, log2Width, log2Height)
      readChromaContext(tile, x, y, log2Width, log2Height, mode)
      chromaMode = codeChromaMode(models, 0)
      countBits(tile, PART_PARTITION, bitsCoded())
    }
    const shift = shiftOf(tile, p)
    const w = log2Width - shift
    const h = log2Height - shift
    let type = 0
    let extent = 0
    if (codeCoded(models, p, w, h, x >> (2 + shift), y >> (2 + shift), 0)) {
      if (p == 0 && hasTransformType(w, h)) type = codeTransformType(models, mode, w, h, 0)
      memory.fill(levels, 0, (<usize>4) << (keptLog2(w) + keptLog2(h)))
      extent = codeLevels(models, p, w, h, levels, 0, p == 0 ? directionOf(mode) : 0)
    }
    const step = blockStep(tile, p, x, y, log2Width, log2Height)
    countBits(tile, PART_PLANE + p, bitsCoded())
    takePlaneBorders(tile, p, x, y, log2Width, log2Height)
    predictPlane(tile, p, x, y, log2Width, log2Height, mode, chromaMode, prediction)
    reconstructBlock(tile, p, x >> shift, y >> shift, w, h, type, prediction, levels, extent, step)
  }
  fillCells(tile, tile.modes, x, y, log2Width, log2Height, isPalette ? PALETTE + 1 : mode + 1)
  fillCells(tile, tile.chromaModes, x, y, log2Width, log2Height, chromaMode)
  fillCells(tile, tile.shapes, x, y, log2Width, log2Height, log2Width | (log2Height << 4))
  recordCells(tile, x, y, log2Width, log2Height, tile.counted - before)
}

/** Records shape and bits of a block, the bits split evenly among its cells of 8 x 8; those of one cell's blocks add up. */
function recordCells(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32, bits: f64): void {
  const across = 1 << max(0, log2Width - 3)
  const down = 1 << max(0, log2Height - 3)
  const share = <f32>(bits / <f64>(across * down))
  const columns = tile.paddedWidth >> 3
  const isFirst = !((x | y) & 7)
  for (let row = 0; row < down; row++) {
    const first = ((y >> 3) + row) * columns + (x >> 3)
    for (let cell = first; cell < first + across; cell++) {
      tile.cellShapes[cell] = <u8>(log2Width | (log2Height << 4))
      tile.cellBits[cell] = share + (isFirst ? <f32>0 : tile.cellBits[cell])
    }
  }
}

/** Writes a row of superblocks, from the top down, of the tile's samples, interleaved, to `out`: u8, or u16 if the bit depth is above 8. */
export function storeSamples(address: usize, out: usize, row: i32): void {
  const tile = changetype<Tile>(address)
  if (tile.subsampled && row == 0) {
    for (let p = 1; p < 3; p++) double(tile.planes + <usize>(p * tile.planeBytes), tile.paddedWidth, tile.paddedHeight)
  }
  const first = row << LOG2_SUPERBLOCK
  const end = min(first + 64, tile.height)
  storeRows(tile.planes, tile.planeBytes, tile.paddedWidth, tile.width, tile.channels, tile.bitDepth, out, first, end)
}
