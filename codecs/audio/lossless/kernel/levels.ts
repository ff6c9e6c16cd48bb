/**
 * What a channel's samples are mapped to before they are predicted: FORMAT.md, "Levels".
 *
 *     constant   every sample is one value                         value
 *     copy       every sample is that of an earlier channel        channel
 *     negative   ... negated, modulo 2^32                          channel
 *     coded      level = (sample - offset) / divisor               divisor, offset
 *                or: sample without the unused values below it     first, slots, one adaptive bit per slot
 *
 * Integers scaled up, of fewer bits than the file's, or through a gain leave values unused; levels are dense.
 */
import { freshStates } from '../../../entropy/kernel/fresh'
import { codeAdaptive, stateAt } from '../../../entropy/kernel/model'
import { codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateRow, Row } from '../../../wasm/kernel/row'
import { codeInteger, codeNumber, codeWord } from './words'

export const CONSTANT: i32 = 0
export const COPY: i32 = 1
export const NEGATIVE: i32 = 2
export const CODED: i32 = 3

/** Most values that a table of unused ones spans. */
export const MAX_SLOTS: i32 = 65535

/** States of a table's bits, by the four bits before. */
const USED_STATES: i32 = 16

@unmanaged
export class Levels {
  kind: i32
  /** Of a constant channel: its value. */
  value: i32
  /** Of a copy: the channel. */
  source: i32
  divisor: u32
  offset: i32
  /** Table of unused values: values from `first`, `slots` of them (0: no table): 1 for a used one. */
  first: i32
  slots: i32
  used: Row<u8>
  /** Unused values below a used one; the value of a rank. */
  below: Row<i32>
  values: Row<i32>
  ranks: i32
  /** Unused values below zero, so that zero stays zero. */
  centre: i32
  /** Least and greatest level. */
  low: i32
  high: i32
}

export function createLevels(): Levels {
  const levels = changetype<Levels>(allocateZeroed(offsetof<Levels>()))
  levels.kind = CODED
  levels.divisor = 1
  return levels
}

/** Codes how channel `channel` is mapped. */
export function codeLevels(levels: Levels, channel: i32): void {
  levels.kind = codeBypass(levels.kind, 2)
  if (levels.kind == CONSTANT) levels.value = codeInteger(levels.value)
  else if (levels.kind < CODED) levels.source = min(<i32>codeWord(levels.source, 8), channel - 1)
  else {
    const plain = codeBypass(levels.divisor == 1 && levels.slots == 0 ? 1 : 0, 1)
    if (!plain) {
      if (codeBypass(levels.slots > 0 ? 1 : 0, 1)) codeTable(levels)
      else {
        levels.divisor = max(codeNumber(levels.divisor), 1)
        levels.offset = codeInteger(levels.offset)
      }
    }
    levels.low = codeInteger(levels.low)
    levels.high = max(codeInteger(levels.high), levels.low)
  }
  // a copy of nothing can only be damage
  if (levels.source < 0) levels.kind = CONSTANT
}

/** The bits of the table, each in the context of the four before it. */
function codeTable(levels: Levels): void {
  levels.first = codeInteger(levels.first)
  levels.slots = <i32>codeWord(levels.slots, 16)
  const usedStates = freshStates(USED_STATES)
  if (!encoding) levels.used = allocateRow<u8>(levels.slots)
  let before = USED_STATES - 1
  for (let i = 0; i < levels.slots; i++) {
    const bit = codeAdaptive(levels.used[i], stateAt(usedStates, before))
    levels.used[i] = <u8>bit
    before = ((before << 1) | bit) & (USED_STATES - 1)
  }
  indexTable(levels)
}

/** Numbers the used values. */
export function indexTable(levels: Levels): void {
  const slots = levels.slots
  levels.below = allocateRow<i32>(slots)
  levels.values = allocateRow<i32>(slots)
  let ranks = 0
  levels.centre = 0
  for (let i = 0; i < slots; i++) {
    const value = levels.first + i
    levels.below[i] = i - ranks
    if (!levels.used[i]) {
      if (value < 0) levels.centre++
    } else {
      levels.values[ranks] = value
      ranks++
    }
  }
  levels.ranks = ranks
}

/** Level of a sample. */
// @inline
export function levelOf(levels: Levels, sample: i32): i32 {
  if (levels.slots > 0) {
    const slot = <u32>(sample - levels.first)
    const unused = sample < levels.first ? 0 : slot < <u32>levels.slots ? levels.below[slot] : levels.slots - levels.ranks
    return sample - unused + levels.centre
  }
  if (levels.divisor == 1) return sample
  return <i32>((<i64>sample - <i64>levels.offset) / <i64>levels.divisor)
}

/** Sample of a level, modulo 2^32. */
// @inline
export function sampleOf(levels: Levels, level: i32): i32 {
  if (levels.slots > 0) {
    const centred = level - levels.centre
    if (centred < levels.first) return centred
    const rank = centred - levels.first
    return <u32>rank < <u32>levels.ranks ? levels.values[rank] : centred + levels.slots - levels.ranks
  }
  return level * levels.divisor + levels.offset
}
