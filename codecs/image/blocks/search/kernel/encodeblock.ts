/** Codes one block whose luma is decided: chooses the chroma mode, quantizes, writes and reconstructs all planes. */
import { bitsCoded } from '../../../../entropy/kernel/rangecoder'
import { forwardBlock } from '../../../../transform/kernel/block'
import { Row } from '../../../../wasm/kernel/row'
import { predictPlane, prepareFromLuma, takePlaneBorders } from '../../kernel/block'
import { codeCoded, codeLevels } from '../../kernel/coefficients'
import {
  codeChromaMode,
  codeLumaMode,
  codeTransformType,
  hasTransformType,
  readChromaContext,
  readModeContext,
  SAME_AS_LUMA,
} from '../../kernel/modes'
import { codePaletteBlock, codePaletteSamples, PALETTE, paletteOf } from '../../kernel/palette'
import { directionOf, findReach, MEAN, PLANAR } from '../../kernel/predict'
import { reconstructBlock } from '../../kernel/reconstruct'
import {
  blockStep,
  countBits,
  fillCells,
  isChroma,
  keptLog2,
  PART_PARTITION,
  PART_PLANE,
  sampleAt,
  shiftOf,
  strideOf,
  Tile,
  weightsOf,
} from '../../kernel/tile'
import { guess, lostEnergy, subtract } from './guess'
import { chromaModePrice } from './modeprices'
import { learnPaletteBits } from './palettesearch'
import { QUANTIZED_BYTES, quantizeBlock, quantizedIn } from './quantizeblock'
import { Search, searchOf } from './state'

const prediction: usize = memory.data(4096 * 4, 64)
const residual: usize = memory.data(4096 * 4, 64)
const coefficients: usize = memory.data(1024 * 4, 64)
const quantized = quantizedIn(memory.data(QUANTIZED_BYTES, 64))

/** Quantizes plane `p` against `prediction`; returns its cost. */
function quantizePlane(tile: Tile, search: Search, p: i32, x: i32, y: i32, w: i32, h: i32, type: i32, step: i32): f32 {
  subtract(sampleAt(tile, search.source, p, x, y), strideOf(tile, p), prediction, 1 << w, 1 << h, residual)
  forwardBlock(type, residual, 1 << w, w, h, coefficients)
  const lost = lostEnergy(residual, coefficients, w, h, step)
  const weights = weightsOf(search.inverseWeights, w, h, isChroma(tile, p))
  return quantizeBlock(tile.models, coefficients, weights, quantized, p, w, h, step, lost)
}

/** Price of each chroma mode. */
const chromaPrices = changetype<Row<f32>>(memory.data(16, 16))

/** The chroma mode whose residuals of both planes look cheapest. */
function chooseChromaMode(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32, mode: i32): i32 {
  const shift = shiftOf(tile, 1)
  const w = log2Width - shift
  const h = log2Height - shift
  const weights = weightsOf(search.inverseWeights, w, h, 1)
  for (let chromaMode = 0; chromaMode < 4; chromaMode++) {
    chromaPrices[chromaMode] = chromaModePrice(tile.models, chromaMode)
  }
  for (let p = 1; p < 3; p++) {
    const step = blockStep(tile, p, x, y, log2Width, log2Height)
    takePlaneBorders(tile, p, x, y, log2Width, log2Height)
    for (let chromaMode = 0; chromaMode < 4; chromaMode++) {
      // planar and mean again would be the same as luma's
      if ((chromaMode == 2 && mode == PLANAR) || (chromaMode == 3 && mode == MEAN)) continue
      predictPlane(tile, p, x, y, log2Width, log2Height, mode, chromaMode, prediction)
      let price: f32
      if (search.thorough) price = quantizePlane(tile, search, p, x >> shift, y >> shift, w, h, 0, step)
      else {
        subtract(sampleAt(tile, search.source, p, x >> shift, y >> shift), strideOf(tile, p), prediction, 1 << w, 1 << h, residual)
        forwardBlock(0, residual, 1 << w, w, h, coefficients)
        price = guess(coefficients, keptLog2(w), keptLog2(h), weights, step)
      }
      chromaPrices[chromaMode] += price
    }
  }
  let best = SAME_AS_LUMA
  for (let chromaMode = 1; chromaMode < 4; chromaMode++) {
    if ((chromaMode == 2 && mode == PLANAR) || (chromaMode == 3 && mode == MEAN)) continue
    if (chromaPrices[chromaMode] < chromaPrices[best]) best = chromaMode
  }
  return best
}

export function encodeBlock(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32, mode: i32, lumaType: i32): void {
  const search = searchOf(tile)
  const models = tile.models
  const isPalette = codePaletteBlock(tile, x, y, log2Width, log2Height, mode == PALETTE ? 1 : 0)
  if (isPalette) mode = PLANAR
  else {
    readModeContext(tile, x, y, log2Width, log2Height)
    codeLumaMode(models, mode)
  }
  findReach(tile, x, y, 1 << log2Width, 1 << log2Height)
  let chromaMode = SAME_AS_LUMA
  countBits(tile, PART_PARTITION, bitsCoded())
  if (isPalette) {
    const before = bitsCoded()
    codePaletteSamples(tile, x, y, log2Width, log2Height)
    learnPaletteBits(tile, search, x, y, log2Width, log2Height, bitsCoded() - before)
  }
  for (let p = isPalette ? paletteOf(tile).planeCount : 0; p < tile.planeCount; p++) {
    const shift = shiftOf(tile, p)
    const w = log2Width - shift
    const h = log2Height - shift
    if (p == 1 && tile.channels >= 3) {
      prepareFromLuma(tile, x, y, log2Width, log2Height)
      readChromaContext(tile, x, y, log2Width, log2Height, mode)
      chromaMode = chooseChromaMode(tile, search, x, y, log2Width, log2Height, mode)
      codeChromaMode(models, chromaMode)
      countBits(tile, PART_PARTITION, bitsCoded())
    }
    const step = blockStep(tile, p, x, y, log2Width, log2Height)
    const type = p == 0 ? lumaType : 0
    takePlaneBorders(tile, p, x, y, log2Width, log2Height)
    predictPlane(tile, p, x, y, log2Width, log2Height, mode, chromaMode, prediction)
    quantizePlane(tile, search, p, x >> shift, y >> shift, w, h, type, step)
    const levels = changetype<usize>(quantized.levels)
    let extent = quantized.extent
    if (codeCoded(models, p, w, h, x >> (2 + shift), y >> (2 + shift), extent > 0 ? 1 : 0)) {
      if (p == 0 && hasTransformType(w, h)) codeTransformType(models, mode, w, h, type)
      extent = codeLevels(models, p, w, h, levels, extent, p == 0 ? directionOf(mode) : 0)
    }
    countBits(tile, PART_PLANE + p, bitsCoded())
    reconstructBlock(tile, p, x >> shift, y >> shift, w, h, type, prediction, levels, extent, step)
  }
  fillCells(tile, tile.modes, x, y, log2Width, log2Height, isPalette ? PALETTE + 1 : mode + 1)
  fillCells(tile, tile.chromaModes, x, y, log2Width, log2Height, chromaMode)
  fillCells(tile, tile.shapes, x, y, log2Width, log2Height, log2Width | (log2Height << 4))
}
