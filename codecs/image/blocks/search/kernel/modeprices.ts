/**
 * What partition, modes and palette flags cost, for the encoder's decisions: nothing normative. Prices follow one state of each
 * bin; the other three inputs of its mixture are left out. The contexts have been read as for coding.
 */
import { costAdaptive, stateAt } from '../../../../entropy/kernel/model'
import { priceOf } from '../../../../laq/search/kernel/levelprices'
import { Models } from '../../kernel/models'
import { CHROMA_PLANAR, chromaState, FROM_LUMA, kindState, matchState, SAME_AS_LUMA, typeState } from '../../kernel/modes'
import { paletteState } from '../../kernel/palette'
import { QUARTERS, relationState, STACKED, WHOLE } from '../../kernel/partition'
import { FIRST_DIRECTION, MEAN, PLANAR } from '../../kernel/predict'
import { Tile } from '../../kernel/tile'

// @inline
function costOf(models: Models, bit: i32, state: i32): i32 {
  return costAdaptive(bit, stateAt(models.mode, state))
}

export function lumaModePrice(models: Models, mode: i32): f32 {
  if (mode == PLANAR) return priceOf(costOf(models, 1, kindState(0)))
  let cost = costOf(models, 0, kindState(0))
  if (mode == MEAN) return priceOf(cost + costOf(models, 1, kindState(1)))
  cost += costOf(models, 0, kindState(1))
  const path = 64 + mode - FIRST_DIRECTION
  for (let depth = 0; depth < 6; depth++) {
    cost += costOf(models, (path >> (5 - depth)) & 1, matchState(path >> (6 - depth), depth))
  }
  return priceOf(cost)
}

export function chromaModePrice(models: Models, mode: i32): f32 {
  if (mode == FROM_LUMA) return priceOf(costOf(models, 1, chromaState(0)))
  let cost = costOf(models, 0, chromaState(0))
  if (mode == SAME_AS_LUMA) return priceOf(cost + costOf(models, 1, chromaState(1)))
  cost += costOf(models, 0, chromaState(1))
  return priceOf(cost + costOf(models, mode == CHROMA_PLANAR ? 1 : 0, chromaState(2)))
}

export function transformTypePrice(models: Models, mode: i32, log2Width: i32, log2Height: i32, type: i32): f32 {
  if (type == 0) return priceOf(costOf(models, 1, typeState(0, mode, log2Width, log2Height)))
  let cost = costOf(models, 0, typeState(0, mode, log2Width, log2Height))
  if (type == 1) return priceOf(cost + costOf(models, 1, typeState(1, mode, log2Width, log2Height)))
  cost += costOf(models, 0, typeState(1, mode, log2Width, log2Height))
  return priceOf(cost + costOf(models, type == 2 ? 1 : 0, typeState(2, mode, log2Width, log2Height)))
}

export function partitionPrice(models: Models, log2: i32, partition: i32): f32 {
  const size = log2 - 3
  if (partition == WHOLE) return priceOf(costOf(models, 0, relationState(0, size)))
  let cost = costOf(models, 1, relationState(0, size))
  if (partition == QUARTERS) return priceOf(cost + costOf(models, 1, relationState(1, size)))
  cost += costOf(models, 0, relationState(1, size))
  return priceOf(cost + costOf(models, partition == STACKED ? 1 : 0, relationState(2, size)))
}

export function paletteFlagPrice(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32, isPalette: i32): f32 {
  return tile.palette ? priceOf(costAdaptive(isPalette, paletteState(tile, x, y, log2Width, log2Height))) : 0
}
