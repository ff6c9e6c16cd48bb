/** The image encoder's kernel: what JavaScript calls. A tile is encoded by rows of superblocks. */
import { bitsCoded, encodedEnd, finishEncoding, startEncoding } from '../../entropy/kernel/rangecoder'
import { codeStepField, fillStepField } from '../../laq/kernel/stepfield'
import { loadPlanes } from '../../transform/kernel/colour'
import { forwardDct } from '../../transform/kernel/dct'
import { allocate, extend } from '../../wasm/kernel/arena'
import { fillCosines, startBorders } from './borders'
import { codeCoefficients } from './coefficients'
import { NEIGHBOUR_BYTES } from './models'
import { codeSplit, recordSize } from './partition'
import { chosenExtent, quantizeBlock } from './quantize'
import { reconstructBlock } from './reconstruct'
import { fillScanTables } from './scan'
import { createSearch, inverseWeightsOf, lumaCoefficients, Search, searchSuperblock, startSearch } from './search'
import {
  blockStep,
  countBits,
  createTile as create,
  isChroma,
  planeStep,
  LOG2_SUPERBLOCK,
  PART_FIELD,
  PART_PARTITION,
  partOf,
  planeClassOf,
  predictMean,
  sampleAt,
  Tile,
  weightsOf,
} from './tile'

export { allocate, mark, release } from '../../wasm/kernel/arena'

const coefficients: usize = memory.data(1024 * 4, 64)
let bytes: usize = 0

export function createTile(width: i32, height: i32, parameters: usize): usize {
  const tile = create(width, height, parameters)
  createSearch(tile)
  return changetype<usize>(tile)
}

export function partBits(address: usize): usize {
  return changetype<Tile>(address).bits
}

export function stepField(address: usize): usize {
  return changetype<Tile>(address).field
}

/** Takes the tile's samples, interleaved: u8, or u16 if the bit depth is above 8. */
export function loadSamples(address: usize, samples: usize): void {
  const tile = changetype<Tile>(address)
  const source = changetype<Search>(tile.search).source
  loadPlanes(samples, tile.width, tile.height, tile.channels, tile.bitDepth, source, tile.planeBytes, tile.paddedWidth, tile.paddedHeight)
}

/** Internal samples per 8-bit grey level. */
const GREY_LEVEL: f32 = 64

export function startEncoder(address: usize, effort: i32, lambda: f32, strength: i32, keepsPrices: i32): void {
  const tile = changetype<Tile>(address)
  fillScanTables()
  fillCosines()
  startSearch(tile, effort, lambda, keepsPrices)
  if (tile.hasField) fillStepField(tile.field, changetype<Search>(tile.search).source, tile.paddedWidth, tile.paddedWidth, tile.paddedHeight, GREY_LEVEL, strength)
  // the stream is the last thing on the arena, and grows there
  bytes = allocate(65536)
  startEncoding(bytes)
  if (tile.hasField) codeStepField(tile.field, tile.regionColumns, tile.regionRows, tile.models.field)
  countBits(tile, PART_FIELD, bitsCoded())
}

/** A sample costs at most 16 mixed bins of 12 bits and an escape of 50: room for a superblock of any content. */
const MAX_BYTES_PER_SAMPLE: i32 = 32

export function encodeRow(address: usize, row: i32): void {
  const tile = changetype<Tile>(address)
  memory.fill(tile.models.left, 0, <usize>(8 * tile.planeCount * NEIGHBOUR_BYTES))
  memory.fill(tile.sizeLeft, <u8>LOG2_SUPERBLOCK, 8)
  const y = row << LOG2_SUPERBLOCK
  for (let x = 0; x < tile.paddedWidth; x += 64) {
    extend(encodedEnd() + <usize>(4096 * tile.planeCount * MAX_BYTES_PER_SAMPLE))
    searchSuperblock(tile, x, y)
    encodeTree(tile, changetype<Search>(tile.search), x, y, LOG2_SUPERBLOCK, 0, 0)
  }
}

function encodeTree(tile: Tile, search: Search, x: i32, y: i32, log2: i32, node: i32, base: i32): void {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return
  const split = log2 > 3 ? <i32>load<u8>(search.splits + <usize>(base + node)) : 0
  if (codeSplit(tile, x, y, log2, split)) {
    const half = 1 << (log2 - 1)
    const nextBase = base * 4 + 1
    const child = node * 4
    encodeTree(tile, search, x, y, log2 - 1, child, nextBase)
    encodeTree(tile, search, x + half, y, log2 - 1, child + 1, nextBase)
    encodeTree(tile, search, x, y + half, log2 - 1, child + 2, nextBase)
    encodeTree(tile, search, x + half, y + half, log2 - 1, child + 3, nextBase)
    return
  }
  recordSize(tile, x, y, log2)
  countBits(tile, PART_PARTITION, bitsCoded())
  for (let p = 0; p < tile.planeCount; p++) encodeBlock(tile, search, p, x, y, log2)
}

function encodeBlock(tile: Tile, search: Search, p: i32, x: i32, y: i32, log2: i32): void {
  const chroma = isChroma(tile, p)
  const planeClass = planeClassOf(tile, p)
  let transformed = coefficients
  if (p == 0) transformed = lumaCoefficients(search, log2, x, y)
  else forwardDct(sampleAt(tile, search.source, p, x, y), tile.paddedWidth, log2, log2, transformed)
  const mean = predictMean(tile, tile.planes, p, x, y, log2)
  store<i32>(transformed, load<i32>(transformed) - (mean << log2))
  const step = blockStep(tile, x, y, log2, planeStep(tile, p))
  quantizeBlock(tile.models, transformed, inverseWeightsOf(search, log2, chroma), search.levels, planeClass, log2, step, 0)
  startBorders(tile, p, x, y, log2)
  const extent = codeCoefficients(tile.models, p, planeClass, log2, x >> 3, y >> 3, search.levels, chosenExtent, weightsOf(tile, log2, chroma), step)
  countBits(tile, partOf(tile, p), bitsCoded())
  reconstructBlock(tile, p, chroma, x, y, log2, search.levels, extent, step, mean)
}

export function finishEncoder(address: usize): i32 {
  return finishEncoding()
}

export function encodedBytes(address: usize): usize {
  return bytes
}
