/** The image encoder's kernel: what JavaScript calls. A tile is encoded by superblocks. */
import { bitsCoded, encodedEnd, finishEncoding, startEncoding } from '../../../../entropy/kernel/rangecoder'
import { codeStepField } from '../../../../laq/kernel/stepfield'
import { fillStepField } from '../../../../laq/search/kernel/adapt'
import { loadRows } from '../../../../transform/kernel/colour'
import { halve } from '../../../../transform/kernel/subsample'
import { allocate, extend } from '../../../../wasm/kernel/arena'
import { Row, rowAt } from '../../../../wasm/kernel/row'
import { ALL_WEIGHT_SETS, NEIGHBOUR_BYTES, STATES } from '../../kernel/models'
import { codePalette } from '../../kernel/palette'
import { BESIDE, codePartition, QUARTERS, STACKED, WHOLE } from '../../kernel/partition'
import { fillPredictionTables } from '../../kernel/predict'
import { fillScanTables } from '../../kernel/scan'
import { cellAt, countBits, createTile as create, LOG2_SUPERBLOCK, PART_FIELD, Tile } from '../../kernel/tile'
import { encodeBlock } from './encodeblock'
import { setGuess } from './guess'
import { startPalette } from './palettesearch'
import { setZero } from './quantizeblock'
import { searchSuperblock } from './search'
import { SearchSetting } from './settings'
import { createSearch, Search, searchOf, startSearch } from './state'

export { allocate, mark, release } from '../../../../wasm/kernel/arena'

let bytes: usize = 0

export function createTile(width: i32, height: i32, parameters: Row<i32>, priors: usize): usize {
  const tile = create(width, height, parameters, priors)
  createSearch(tile)
  return changetype<usize>(tile)
}

export function partBits(address: usize): Row<f64> {
  return changetype<Tile>(address).bits
}

/** For training: the tile's states (u32), and its weight sets. */
export function modelStates(address: usize): usize {
  return changetype<Tile>(address).models.template
}

export function modelWeights(address: usize): usize {
  return changetype<Tile>(address).models.weights
}

export function stateCount(): i32 {
  return STATES
}

export function weightSetCount(): i32 {
  return ALL_WEIGHT_SETS
}

export function stepField(address: usize): Row<i8> {
  return changetype<Tile>(address).field
}

/** Takes a row of superblocks, from the top down, of the tile's samples, interleaved: u8, or u16 if the bit depth is above 8. */
export function loadSamples(address: usize, samples: usize, row: i32): void {
  const tile = changetype<Tile>(address)
  const source = searchOf(tile).source
  const first = row << LOG2_SUPERBLOCK
  const end = min(first + 64, tile.paddedHeight)
  loadRows(samples, tile.width, tile.height, tile.channels, tile.bitDepth, source, tile.planeBytes, tile.paddedWidth, first, end)
  if (tile.subsampled && end == tile.paddedHeight) {
    for (let p = 1; p < 3; p++) halve(source + <usize>(p * tile.planeBytes), tile.paddedWidth, tile.paddedHeight)
  }
}

/** Internal samples per 8-bit grey level. */
const GREY_LEVEL: f32 = 64

/** `settings`: a row of {@link SearchSetting}. */
export function startEncoder(address: usize, settings: Row<f32>): void {
  const tile = changetype<Tile>(address)
  fillScanTables()
  fillPredictionTables()
  startSearch(tile, settings)
  setGuess(settings[SearchSetting.GuessFlat], settings[SearchSetting.GuessSlope])
  setZero(settings[SearchSetting.Zero])
  if (tile.hasField) {
    const source = searchOf(tile).source
    const strength = <i32>settings[SearchSetting.Strength]
    fillStepField(tile.field, rowAt<i32>(source), tile.paddedWidth, tile.paddedWidth, tile.paddedHeight, GREY_LEVEL, strength)
  }
  startPalette(tile, searchOf(tile))
  // the stream is the last thing on the arena, and grows there
  bytes = allocate(65536)
  startEncoding(bytes)
  if (tile.hasField) codeStepField(tile.field, tile.regionColumns, tile.regionRows, tile.models.field)
  countBits(tile, PART_FIELD, bitsCoded())
  codePalette(tile) // counted with the first block's partition
}

/** A sample costs at most 16 mixed bins of 12 bits and an escape of 50: room for a superblock of any content. */
const MAX_BYTES_PER_SAMPLE: i32 = 32

/** What is decided about a superblock, for each of its cells of 4 x 4, 16 across: modes, shapes, transform types. */
const decidedModes = changetype<Row<u8>>(memory.data(256, 16))
const decidedShapes = changetype<Row<u8>>(memory.data(256, 16))
const decidedTypes = changetype<Row<u8>>(memory.data(256, 16))

/** Encodes a superblock; row by row, from left to right. */
export function encodeSuperblock(address: usize, column: i32, row: i32): void {
  const tile = changetype<Tile>(address)
  if (column == 0) memory.fill(tile.models.left, 0, <usize>(16 * tile.planeCount * NEIGHBOUR_BYTES))
  const x = column << LOG2_SUPERBLOCK
  const y = row << LOG2_SUPERBLOCK
  extend(encodedEnd() + <usize>(4096 * tile.planeCount * MAX_BYTES_PER_SAMPLE))
  searchSuperblock(tile, x, y)
  takeDecisions(tile, searchOf(tile), x, y)
  encodeSquare(tile, x, y, LOG2_SUPERBLOCK)
}

/** Moves the decisions out of the tile's maps, where blocks enter as they are coded. */
function takeDecisions(tile: Tile, search: Search, x: i32, y: i32): void {
  const across = min(64, tile.paddedWidth - x) >> 2
  for (let row = 0; row < min(64, tile.paddedHeight - y) >> 2; row++) {
    const cell = cellAt(tile, x, y + 4 * row)
    const modes = tile.modes.from(cell)
    decidedModes.from(row << 4).copy(modes, across)
    modes.clear(across)
    decidedShapes.from(row << 4).copy(tile.shapes.from(cell), across)
    decidedTypes.from(row << 4).copy(search.typeMap.from(cell), across)
  }
}

/** Cell of (x, y) in the decisions. */
// @inline
function decisionAt(x: i32, y: i32): i32 {
  return (((y >> 2) & 15) << 4) + ((x >> 2) & 15)
}

function encodeSquare(tile: Tile, x: i32, y: i32, log2: i32): void {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return
  const half = 1 << (log2 - 1)
  const shape = <i32>decidedShapes[decisionAt(x, y)]
  const w = shape & 15
  const h = shape >> 4
  const wanted = w == log2 && h == log2 ? WHOLE : w == log2 ? STACKED : h == log2 ? BESIDE : QUARTERS
  const partition = log2 == 2 ? WHOLE : codePartition(tile, x, y, log2, wanted)
  if (partition == WHOLE) encodeDecided(tile, x, y, log2, log2)
  else if (partition == QUARTERS) {
    encodeSquare(tile, x, y, log2 - 1)
    encodeSquare(tile, x + half, y, log2 - 1)
    encodeSquare(tile, x, y + half, log2 - 1)
    encodeSquare(tile, x + half, y + half, log2 - 1)
  } else if (partition == STACKED) {
    encodeDecided(tile, x, y, log2, log2 - 1)
    encodeDecided(tile, x, y + half, log2, log2 - 1)
  } else {
    encodeDecided(tile, x, y, log2 - 1, log2)
    encodeDecided(tile, x + half, y, log2 - 1, log2)
  }
}

function encodeDecided(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const at = decisionAt(x, y)
  encodeBlock(tile, x, y, log2Width, log2Height, <i32>decidedModes[at] - 1, decidedTypes[at])
}

export function finishEncoder(): i32 {
  return finishEncoding()
}

export function encodedBytes(): usize {
  return bytes
}
