/** The block codec's syntax and decisions on their own: whatever a test wants is coded, read back or decided. */
import { finishEncoding, startDecoding, startEncoding } from '../../codecs/entropy/kernel/rangecoder'
import { codeCoded, codeLevels } from '../../codecs/image/blocks/kernel/coefficients'
import { createModels } from '../../codecs/image/blocks/kernel/models'
import {
  codeChromaMode,
  codeLumaMode,
  codeTransformType,
  hasTransformType,
  readChromaContext,
  readModeContext,
} from '../../codecs/image/blocks/kernel/modes'
import { codePartition, QUARTERS, STACKED, WHOLE } from '../../codecs/image/blocks/kernel/partition'
import { fillPredictionTables, findReach, predict, takeBorders } from '../../codecs/image/blocks/kernel/predict'
import { fillScanTables } from '../../codecs/image/blocks/kernel/scan'
import { createTile, fillCells, Tile } from '../../codecs/image/blocks/kernel/tile'
import { refreshPrices } from '../../codecs/image/blocks/search/kernel/prices'
import { Quantized, quantizeBlock, setZero } from '../../codecs/image/blocks/search/kernel/quantizeblock'
import { TileParameter } from '../../codecs/image/kernel/parameters'
import { nextState, stepsOf } from '../../codecs/laq/kernel/dependent'
import { setLambda } from '../../codecs/laq/search/kernel/levelprices'
import { allocate, allocateZeroed } from '../../codecs/wasm/kernel/arena'
import { Row, rowAt } from '../../codecs/wasm/kernel/row'

export function nextStateOf(state: i32, level: i32): i32 {
  return nextState(state, level)
}

export function stepsOfLevel(state: i32, level: i32): i32 {
  return stepsOf(state, level)
}

function tileOf(width: i32, height: i32, channels: i32, subsampled: i32, priors: usize): Tile {
  const parameters = rowAt<i32>(allocateZeroed((<usize>TileParameter.Count) << 2))
  parameters[TileParameter.Channels] = channels
  parameters[TileParameter.BitDepth] = 8
  parameters[TileParameter.Subsampled] = subsampled
  return createTile(width, height, parameters, priors)
}

/** Predicts a block from the samples (i32) around it; `decoded`: u8 per cell of 4 x 4, 0 if its samples are not there yet. */
export function predictOnce(
  width: i32,
  height: i32,
  samples: usize,
  decoded: Row<u8>,
  x: i32,
  y: i32,
  log2Width: i32,
  log2Height: i32,
  mode: i32,
  out: usize,
): void {
  const tile = tileOf(width, height, 1, 0, 0)
  fillPredictionTables()
  memory.copy(tile.planes, samples, <usize>tile.planeBytes)
  tile.modes.copy(decoded, tile.cellColumns * (tile.paddedHeight >> 2))
  findReach(tile, x, y, 1 << log2Width, 1 << log2Height)
  takeBorders(tile, 0, x, y, 1 << log2Width, 1 << log2Height, 0)
  predict(mode, log2Width, log2Height, out)
}

let tileAtHand = changetype<Tile>(0)
let choices: usize = 0
let blocks: usize = 0
let blockCount = 0

/**
 * Codes partition and modes of a tile. Each decision of an encoder is the next byte at `wanted`. Blocks are told at `out`, i32 x 7 each:
 * x, y, log2 of the sides, luma mode, chroma mode, transform type; {@link codedBlocks} of them. Returns the bytes written, or `length` if it is not below 0.
 */
export function codeTree(
  priors: usize,
  width: i32,
  height: i32,
  subsampled: i32,
  wanted: usize,
  out: usize,
  bytes: usize,
  length: i32,
): i32 {
  tileAtHand = tileOf(width, height, 3, subsampled, priors)
  choices = wanted
  blocks = out
  if (length < 0) startEncoding(bytes)
  else startDecoding(bytes, length)
  for (let y = 0; y < tileAtHand.paddedHeight; y += 64) {
    for (let x = 0; x < tileAtHand.paddedWidth; x += 64) codeSquare(x, y, 6)
  }
  blockCount = <i32>(blocks - out) / 28
  return length < 0 ? finishEncoding() : length
}

/** Blocks of the tree that was coded last. */
export function codedBlocks(): i32 {
  return blockCount
}

function next(most: i32): i32 {
  return <i32>load<u8>(choices++) % most
}

function codeSquare(x: i32, y: i32, log2: i32): void {
  if (x >= tileAtHand.paddedWidth || y >= tileAtHand.paddedHeight) return
  const half = 1 << (log2 - 1)
  const partition = log2 == 2 ? WHOLE : codePartition(tileAtHand, x, y, log2, next(4))
  if (partition == WHOLE) codeModes(x, y, log2, log2)
  else if (partition == QUARTERS) {
    for (let quarter = 0; quarter < 4; quarter++) codeSquare(x + (quarter & 1) * half, y + (quarter >> 1) * half, log2 - 1)
  } else if (partition == STACKED) {
    codeModes(x, y, log2, log2 - 1)
    codeModes(x, y + half, log2, log2 - 1)
  } else {
    codeModes(x, y, log2 - 1, log2)
    codeModes(x + half, y, log2 - 1, log2)
  }
}

function codeModes(x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const tile = tileAtHand
  readModeContext(tile, x, y, log2Width, log2Height)
  const mode = codeLumaMode(tile.models, next(66))
  const type = hasTransformType(log2Width, log2Height) ? codeTransformType(tile.models, mode, log2Width, log2Height, next(4)) : 0
  readChromaContext(tile, x, y, log2Width, log2Height, mode)
  const chromaMode = codeChromaMode(tile.models, next(4))
  fillCells(tile, tile.modes, x, y, log2Width, log2Height, mode + 1)
  fillCells(tile, tile.chromaModes, x, y, log2Width, log2Height, chromaMode)
  fillCells(tile, tile.shapes, x, y, log2Width, log2Height, log2Width | (log2Height << 4))
  store<i32>(blocks, x)
  store<i32>(blocks, y, 4)
  store<i32>(blocks, log2Width, 8)
  store<i32>(blocks, log2Height, 12)
  store<i32>(blocks, mode, 16)
  store<i32>(blocks, chromaMode, 20)
  store<i32>(blocks, type, 24)
  blocks += 28
}

/**
 * Codes the levels of `count` blocks in three planes (luma, Cb, Cr) of 64 samples each way. `places`: u8 x 16 per block: log2 of the sides,
 * cell across and down, direction, then the extent in each plane, 0 if it has no levels. `levels`: i32, 1024 per block and plane; steps
 * take their place, and extents that of the extents. Returns the bytes written or `length`.
 */
export function codeBlocks(priors: usize, count: i32, places: usize, levels: usize, bytes: usize, length: i32): i32 {
  fillScanTables()
  const models = createModels(16, 3, priors)
  if (length < 0) startEncoding(bytes)
  else startDecoding(bytes, length)
  for (let block = 0; block < count; block++) {
    const log2Width = <i32>load<u8>(places)
    const log2Height = <i32>load<u8>(places, 1)
    for (let p = 0; p < 3; p++) {
      const at = places + 5 + <usize>p
      let extent = <i32>load<u8>(at)
      const coded = codeCoded(models, p, log2Width, log2Height, load<u8>(places, 2), load<u8>(places, 3), extent > 0 ? 1 : 0)
      extent = coded ? codeLevels(models, p, log2Width, log2Height, levels, extent, p == 0 ? <i32>load<u8>(places, 4) : 0) : 0
      store<u8>(at, <u8>extent)
      levels += 4096
    }
    places += 16
  }
  return length < 0 ? finishEncoding() : length
}

let cost: f32 = 0

/** Quantizes kept coefficients with fresh states and the encoder's trellis; returns the extent. The cost is {@link quantizedCost}. */
export function quantizeOnce(
  coefficients: usize,
  inverseWeights: usize,
  levels: Row<i32>,
  steps: Row<i32>,
  planeClass: i32,
  log2Width: i32,
  log2Height: i32,
  step: i32,
  lambda: f32,
): i32 {
  fillScanTables()
  const models = createModels(16, 4, 0)
  setLambda(lambda)
  setZero(0.4)
  refreshPrices(models)
  const quantized = changetype<Quantized>(allocate(offsetof<Quantized>()))
  quantized.levels = levels
  quantized.steps = steps
  cost = quantizeBlock(models, coefficients, inverseWeights, quantized, planeClass, log2Width, log2Height, step, 0)
  return quantized.extent
}

export function quantizedCost(): f32 {
  return cost
}
