/**
 * What the encoder decides for one block: modes and transform type. Nothing here is normative.
 *
 * Modes are ranked by a price that is guessed from the transformed residual, and the first few are quantized in full.
 */

import { forwardBlock } from '../../../../transform/kernel/block'
import { forwardDct } from '../../../../transform/kernel/dct'
import { Row } from '../../../../wasm/kernel/row'
import { takePlaneBorders } from '../../kernel/block'
import { hasTransformType, readModeContext } from '../../kernel/modes'
import { PALETTE } from '../../kernel/palette'
import { FIRST_DIRECTION, findReach, MEAN, MODES, PLANAR, predict } from '../../kernel/predict'
import { reconstructBlock } from '../../kernel/reconstruct'
import { blockStep, fillCells, keptLog2, sampleAt, shiftOf, strideOf, Tile, weightsOf } from '../../kernel/tile'
import { guess, lostEnergy, subtract } from './guess'
import { lumaModePrice, paletteFlagPrice, transformTypePrice } from './modeprices'
import { paletteCost, paletteLuma } from './palettesearch'
import { QUANTIZED_BYTES, quantizeBlock, quantizedIn } from './quantizeblock'
import { NEVER, Search } from './state'

const prediction: usize = memory.data(4096 * 4, 64)
const residual: usize = memory.data(4096 * 4, 64)
const coefficients: usize = memory.data(1024 * 4, 64)
const quantized = quantizedIn(memory.data(QUANTIZED_BYTES, 64))
const bestPrediction: usize = memory.data(4096 * 4, 64)
const bestSteps: usize = memory.data(1024 * 4, 64)

/** Guessed price of each mode, NEVER if it was not tried. */
const guesses = changetype<Row<f32>>(memory.data(66 * 4, 16))
/** The modes with the lowest guesses, best first. */
const ranking = changetype<Row<i32>>(memory.data(8 * 4, 16))
/** The ranking of the square of each size that was tried last, 8 each. */
const inherited = changetype<Row<i32>>(memory.data(7 * 8 * 4, 16))

// the block that is decided
let source: usize = 0
let sourceStride: i32 = 0
let inverseWeights: usize = 0
let step: i32 = 0

/** Guesses the price of a mode, unless that is known. */
function tryMode(tile: Tile, mode: i32, log2Width: i32, log2Height: i32): void {
  if (guesses[mode] < NEVER) return
  predict(mode, log2Width, log2Height, prediction)
  subtract(source, sourceStride, prediction, 1 << log2Width, 1 << log2Height, residual)
  forwardDct(residual, 1 << log2Width, log2Width, log2Height, coefficients)
  const price = guess(coefficients, keptLog2(log2Width), keptLog2(log2Height), inverseWeights, step)
  guesses[mode] = price + lumaModePrice(tile.models, mode)
}

/** Puts the best `count` modes that were tried into `ranking`. */
function rank(count: i32): i32 {
  let found = 0
  for (; found < count; found++) {
    let best = -1
    let least = NEVER
    for (let mode = 0; mode < MODES; mode++) {
      if (guesses[mode] >= least) continue
      let listed = false
      for (let i = 0; i < found; i++) if (ranking[i] == mode) listed = true
      if (listed) continue
      best = mode
      least = guesses[mode]
    }
    if (best < 0) break
    ranking[found] = best
  }
  return found
}

/** Tries modes and ranks the best. With `inherits`, those that did well for the square around are tried instead of all. */
function rankModes(tile: Tile, search: Search, log2Width: i32, log2Height: i32, inherits: bool): i32 {
  for (let mode = 0; mode < MODES; mode++) guesses[mode] = NEVER
  tryMode(tile, PLANAR, log2Width, log2Height)
  tryMode(tile, MEAN, log2Width, log2Height)
  if (!inherits) {
    for (let mode = FIRST_DIRECTION; mode < MODES; mode += search.spacing) tryMode(tile, mode, log2Width, log2Height)
  } else {
    const from = inherited.from(max(log2Width, log2Height) << 3)
    for (let i = 0; i < search.finalists; i++) {
      const mode = from[i]
      if (mode < MODES) tryMode(tile, mode, log2Width, log2Height)
    }
  }
  // around the two best directions, closer each time
  for (let offset = inherits ? 1 : search.spacing >> 1; offset > 0; offset >>= 1) {
    let first = -1
    let second = -1
    for (let mode = FIRST_DIRECTION; mode < MODES; mode++) {
      if (guesses[mode] >= NEVER) continue
      if (first < 0 || guesses[mode] < guesses[first]) {
        second = first
        first = mode
      } else if (second < 0 || guesses[mode] < guesses[second]) second = mode
    }
    const centres = inherits ? 1 : 2
    for (let i = 0; i < centres; i++) {
      const centre = i == 0 ? first : second
      if (centre < 0) continue
      if (centre - offset >= FIRST_DIRECTION) tryMode(tile, centre - offset, log2Width, log2Height)
      if (centre + offset < MODES) tryMode(tile, centre + offset, log2Width, log2Height)
    }
  }
  return rank(search.finalists)
}

/**
 * Chooses mode and transform type of luma of a block and reconstructs it into the tile; returns its cost J. `half`: half of the
 * square that was tried last.
 */
export function chooseBlock(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32, half: bool): f32 {
  const width = 1 << log2Width
  const height = 1 << log2Height
  const models = tile.models
  source = sampleAt(tile, search.source, 0, x, y)
  sourceStride = tile.paddedWidth
  inverseWeights = weightsOf(search.inverseWeights, log2Width, log2Height, 0)
  step = blockStep(tile, 0, x, y, log2Width, log2Height)
  readModeContext(tile, x, y, log2Width, log2Height)
  findReach(tile, x, y, width, height)
  takePlaneBorders(tile, 0, x, y, log2Width, log2Height)
  const finalists = rankModes(tile, search, log2Width, log2Height, half)
  let best = NEVER
  let bestMode = 0
  let bestType = 0
  let bestExtent = 0
  const hasTypes = search.types && hasTransformType(log2Width, log2Height)
  const types = hasTypes ? 4 : 1
  for (let i = 0; i < finalists; i++) {
    const mode = ranking[i]
    if (guesses[mode] > search.hopeless * guesses[ranking[0]]) break
    const modePrice = lumaModePrice(models, mode)
    predict(mode, log2Width, log2Height, prediction)
    subtract(source, sourceStride, prediction, width, height, residual)
    let kept = false
    let plain: f32 = 0
    for (let type = 0; type < types; type++) {
      forwardBlock(type, residual, width, log2Width, log2Height, coefficients)
      if (hasTypes && !search.thorough) {
        const typeGuess = guess(coefficients, log2Width, log2Height, inverseWeights, step)
        if (type == 0) plain = typeGuess
        else if (typeGuess > plain) continue
      }
      const lost = lostEnergy(residual, coefficients, log2Width, log2Height, step)
      let cost = modePrice + quantizeBlock(models, coefficients, inverseWeights, quantized, 0, log2Width, log2Height, step, lost)
      if (hasTransformType(log2Width, log2Height) && quantized.extent > 0)
        cost += transformTypePrice(models, mode, log2Width, log2Height, type)
      if (cost < best) {
        best = cost
        bestMode = mode
        bestType = quantized.extent > 0 ? type : 0
        bestExtent = quantized.extent
        kept = true
        memory.copy(bestSteps, changetype<usize>(quantized.steps), (<usize>4) << (keptLog2(log2Width) + keptLog2(log2Height)))
      }
    }
    if (kept) memory.copy(bestPrediction, prediction, (<usize>4) << (log2Width + log2Height))
  }
  if (search.chroma > 0 && tile.channels >= 3) best += search.chroma * guessChroma(tile, search, x, y, log2Width, log2Height)
  best += paletteFlagPrice(tile, x, y, log2Width, log2Height, 0)
  const asPalette = paletteCost(tile, search, x, y, log2Width, log2Height)
  if (asPalette < best) {
    best = asPalette
    bestMode = PALETTE
    bestExtent = 1
    paletteLuma(tile, x, y, log2Width, log2Height)
  } else reconstructBlock(tile, 0, x, y, log2Width, log2Height, bestType, bestPrediction, bestSteps, bestExtent, step)
  fillCells(tile, tile.modes, x, y, log2Width, log2Height, bestMode + 1)
  fillCells(tile, tile.shapes, x, y, log2Width, log2Height, log2Width | (log2Height << 4))
  fillCells(tile, search.typeMap, x, y, log2Width, log2Height, bestType)
  search.lumaExtent = bestExtent
  // for the halves: quarters come between, so this is kept per size
  if (!half) inherited.from(log2Width << 3).copy(ranking, 8)
  return best
}

/** Guessed price of the chroma of a block: as if it were predicted by its mean. */
function guessChroma(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32): f32 {
  let price: f32 = 0
  const shift = shiftOf(tile, 1)
  const w = log2Width - shift
  const h = log2Height - shift
  const weights = weightsOf(search.inverseWeights, w, h, 1)
  for (let p = 1; p < 3; p++) {
    const step = blockStep(tile, p, x, y, log2Width, log2Height)
    forwardDct(sampleAt(tile, search.source, p, x >> shift, y >> shift), strideOf(tile, p), w, h, coefficients)
    store<i32>(coefficients, 0)
    price += guess(coefficients, keptLog2(w), keptLog2(h), weights, step)
  }
  return price
}
