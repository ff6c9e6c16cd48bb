/** The image decoder's kernel: what JavaScript calls. A tile is decoded by rows of superblocks. */
import { allocate } from '../../wasm/kernel/arena'
import { bitsCoded, startDecoding } from '../../entropy/kernel/rangecoder'
import { codeStepField } from '../../laq/kernel/stepfield'
import { storePlanes } from '../../transform/kernel/colour'
import { fillCosines, startBorders } from './borders'
import { codeCoefficients } from './coefficients'
import { NEIGHBOUR_BYTES } from './models'
import { codeSplit, recordCells, recordSize } from './partition'
import { reconstructBlock } from './reconstruct'
import { fillScanTables } from './scan'
import {
  blockStep,
  countBits,
  createTile as create,
  isChroma,
  planeStep,
  keptLog2,
  LOG2_SUPERBLOCK,
  PART_FIELD,
  PART_PARTITION,
  partOf,
  planeClassOf,
  predictMean,
  Tile,
  weightsOf,
} from './tile'

export { allocate, mark, release } from '../../wasm/kernel/arena'

const levels: usize = memory.data(1024 * 4, 64)

export function createTile(width: i32, height: i32, parameters: usize): usize {
  const tile = create(width, height, parameters)
  const cells = <usize>(tile.paddedWidth >> 3) * <usize>(tile.paddedHeight >> 3)
  tile.cellSizes = allocate(cells)
  tile.cellBits = allocate(cells << 2)
  return changetype<usize>(tile)
}

export function partBits(address: usize): usize {
  return changetype<Tile>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Tile>(address).field
}

/** Once decoded: log2 size (u8) of the block of each cell of 8 x 8, by rows of the padded tile. */
export function cellSizes(address: usize): usize {
  return changetype<Tile>(address).cellSizes
}

/** Alike, the cell's share of the bits (f32) of its block: all but the step field. */
export function cellBits(address: usize): usize {
  return changetype<Tile>(address).cellBits
}

export function startDecoder(address: usize, payload: usize, length: i32): void {
  const tile = changetype<Tile>(address)
  fillScanTables()
  fillCosines()
  startDecoding(payload, length)
  if (tile.hasField) codeStepField(tile.field, tile.regionColumns, tile.regionRows, tile.models.field)
  countBits(tile, PART_FIELD, bitsCoded())
}

export function decodeRow(address: usize, row: i32): void {
  const tile = changetype<Tile>(address)
  memory.fill(tile.models.left, 0, <usize>(8 * tile.planeCount * NEIGHBOUR_BYTES))
  memory.fill(tile.sizeLeft, <u8>LOG2_SUPERBLOCK, 8)
  for (let x = 0; x < tile.paddedWidth; x += 64) decodeTree(tile, x, row << LOG2_SUPERBLOCK, LOG2_SUPERBLOCK)
}

function decodeTree(tile: Tile, x: i32, y: i32, log2: i32): void {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return
  if (codeSplit(tile, x, y, log2, 0)) {
    const half = 1 << (log2 - 1)
    decodeTree(tile, x, y, log2 - 1)
    decodeTree(tile, x + half, y, log2 - 1)
    decodeTree(tile, x, y + half, log2 - 1)
    decodeTree(tile, x + half, y + half, log2 - 1)
    return
  }
  recordSize(tile, x, y, log2)
  const before = tile.counted
  countBits(tile, PART_PARTITION, bitsCoded())
  for (let p = 0; p < tile.planeCount; p++) {
    const chroma = isChroma(tile, p)
    const log2Kept = keptLog2(log2)
    memory.fill(levels, 0, <usize>4 << (2 * log2Kept))
    const step = blockStep(tile, x, y, log2, planeStep(tile, p))
    startBorders(tile, p, x, y, log2)
    const extent = codeCoefficients(tile.models, p, planeClassOf(tile, p), log2, x >> 3, y >> 3, levels, 0, weightsOf(tile, log2, chroma), step)
    countBits(tile, partOf(tile, p), bitsCoded())
    reconstructBlock(tile, p, chroma, x, y, log2, levels, extent, step, predictMean(tile, tile.planes, p, x, y, log2))
  }
  recordCells(tile, x, y, log2, tile.counted - before)
}

/** Writes the tile's samples, interleaved, to `out`: u8, or u16 if the bit depth is above 8. */
export function storeSamples(address: usize, out: usize): void {
  const tile = changetype<Tile>(address)
  storePlanes(tile.planes, tile.planeBytes, tile.paddedWidth, tile.width, tile.height, tile.channels, tile.bitDepth, out)
}
