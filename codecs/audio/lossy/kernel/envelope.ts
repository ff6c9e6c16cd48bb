/**
 * The band envelope: the level of each band, coded once and used three times, for the step, for what magnitudes to expect, and
 * for filling zeros with noise. FORMAT.md, "Envelope".
 *
 *     level L = round(4 log2(rms)) + 32, 0..127      rms of the band's lines, for samples of full scale 2^15; 1.5 dB a unit
 *
 * A level is coded as its difference d to a prediction, the level of the same band in the spectrum before moved by half of what
 * the bands below it have changed; in the first spectrum of a channel, the level of the band below.
 *
 *     d = 0     bin 0: 1
 *     else      bin 0: 0, bin 1: d < 0, then |d| - 1 as unary over bins 2 to 15, and from 14 on exp-Golomb
 */
import { codeExpGolombBypass } from '../../../entropy/kernel/integers'
import { Row } from '../../../wasm/kernel/row'
import { Models, mixEnvelope } from './models'
import { Bands } from './segment'

export const MAX_LEVEL: i32 = 127
/** Level of rms 1. */
export const LEVEL_ZERO: i32 = 32

/** Classes of a difference of levels. */
const DIFFERENCES: i32 = 7

// Contexts of a level, as rows of the envelope's states: FIRST in a segment's first block, LEVEL afterwards.
const FIRST_BY_BAND: i32 = 0 // short block (2) x band (4)
const FIRST_BY_CHANGE: i32 = FIRST_BY_BAND + 8 // difference of the band below (7 of 8)
const LEVEL_BY_CHANGES: i32 = FIRST_BY_CHANGE + 8 // changes of the two bands below (7 x 7 of 56)
const LEVEL_BY_BAND: i32 = LEVEL_BY_CHANGES + 56 // short block (2) x place of the band (64)
const FIRST_BY_BELOW: i32 = LEVEL_BY_BAND + 128 // as FIRST_BY_CHANGE: the same counts twice, by weights of its own
const LEVEL_BY_NEXT: i32 = FIRST_BY_BELOW + 8 // the next band before, against this one x change of the band below (7 x 7 of 112)
const LEVEL_BY_OTHER: i32 = LEVEL_BY_NEXT + 112 // nothing here before (2) x change in the pair's first channel x change of the band below

/** Class 0..6 of a difference of levels. */
// @inline
function differenceClass(d: i32): i32 {
  const size = abs(d)
  const c = size == 0 ? 0 : size == 1 ? 1 : size <= 3 ? 2 : 3
  return d < 0 ? 3 - c : 3 + c
}

function codeResidual(d: i32, models: Models, c0: i32, c1: i32, c2: i32, c3: i32): i32 {
  if (mixEnvelope(d == 0 ? 1 : 0, models, 0, c0, c1, c2, c3)) return 0
  const negative = mixEnvelope(d < 0 ? 1 : 0, models, 1, c0, c1, c2, c3)
  const wanted = abs(d) - 1
  let value = 0
  while (value < 14 && mixEnvelope(wanted > value ? 1 : 0, models, 2 + value, c0, c1, c2, c3)) value++
  if (value == 14) value += codeExpGolombBypass(wanted - 14, 0)
  return negative ? -(value + 1) : value + 1
}

/** The level `before` moved by half of the mean change of the two bands below. */
// @inline
export function predictLevel(before: i32, below: i32, further: i32): i32 {
  return max(0, min(MAX_LEVEL, before + ((below + further) >> 2)))
}

/**
 * Codes the levels of a block's bands.
 *
 * @param previous levels of the block before on the same bands
 * @param first in the first block of a segment
 * @param other levels of the channel coded before in this frame, minus its prediction; 0 where there is none
 * @param changes receives level - prediction
 */
export function codeEnvelope(
  models: Models,
  levels: Row<u8>,
  bands: Bands,
  previous: Row<u8>,
  first: bool,
  short: i32,
  other: Row<i8>,
  changes: Row<i8>,
): void {
  let below = 0 // change of the band below, and of the one below that
  let further = 0
  for (let b = 0; b < bands.count; b++) {
    const level: i32 = levels[b]
    let predicted: i32
    let d: i32
    if (first) {
      predicted = b > 0 ? <i32>levels[b - 1] : 40
      const row = FIRST_BY_BAND + min(b, 3) + short * 4
      d = codeResidual(
        level - predicted,
        models,
        row,
        row,
        FIRST_BY_BELOW + differenceClass(below),
        FIRST_BY_CHANGE + differenceClass(below),
      )
      below = d
      changes[b] = 0
    } else {
      const before: i32 = previous[b]
      predicted = predictLevel(before, below, further)
      const beside: i32 = other[b]
      const tilt = b + 1 < bands.count ? <i32>previous[b + 1] - before : 0
      d = codeResidual(
        level - predicted,
        models,
        LEVEL_BY_CHANGES + differenceClass(below) * DIFFERENCES + differenceClass(further),
        LEVEL_BY_BAND + min(<i32>bands.toLong[b], 63) + short * 64,
        LEVEL_BY_NEXT + differenceClass(tilt) * DIFFERENCES + differenceClass(below),
        LEVEL_BY_OTHER + differenceClass(beside) * DIFFERENCES + differenceClass(below) + (before == 0 ? DIFFERENCES * DIFFERENCES : 0),
      )
      const now = predicted + d
      further = below
      below = now - before
      changes[b] = <i8>max(-100, min(100, now - before))
    }
    levels[b] = <u8>max(0, min(MAX_LEVEL, predicted + d))
  }
}
