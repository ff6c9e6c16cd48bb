/**
 * The blocks of a segment: FORMAT.md, "Blocks". Written or read by the same functions.
 *
 *     segment    gain (11 bits plain), tilings of all frames, then frame by frame its blocks
 *     block      for each pair or single channel:
 *                  repeat (1 bit, if the block before in this frame has the same class): sides and envelopes are those of that block
 *                  else for a pair: for each band: mid/side (1 bit);  for each channel: envelope
 *                  for each channel: lines of each band
 */
import { codeAdaptive, stateAt } from '../../../entropy/kernel/model'
import { bitsCoded, codeBypass, isOverread } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import { MAX_BANDS } from './bands'
import { codeEnvelope } from './envelope'
import { codeLines, SILENT_RATIO } from './lines'
import {
  Bands,
  bandsOf,
  countBand,
  countBits,
  edge,
  levelsOf,
  MARGIN,
  magnitudesOf,
  PART_ENVELOPE,
  PART_FRAMES,
  PART_STEREO,
  relate,
  Segment,
  SHORT_CLASS,
  sidesOf,
  startsPair,
  stepsOf,
  valuesOf,
} from './segment'
import { fillSteps, UNITS_PER_LEVEL } from './steps'
import { codeTilings } from './tiling'

/** Codes what comes before the frames. */
export function codeSegmentStart(segment: Segment): void {
  segment.gain = codeBypass(segment.gain, 11)
  codeTilings(segment)
  countBits(segment, PART_FRAMES, bitsCoded())
}

/**
 * Codes a block of class `now`, whose lines start at line `offset` of the frame's. `repeats`: per channel, what the encoder wants of the
 * first channel of each unit; null for the decoder.
 */
export function codeBlock(segment: Segment, t: i32, block: i32, now: i32, offset: i32, repeats: Row<u8> | null): void {
  const bands = bandsOf(segment, now)
  const first = segment.classBefore < 0
  const repeatable = block > 0 && segment.classBefore == now
  if (!first && segment.classBefore != now) changeClass(segment, bandsOf(segment, segment.classBefore), bands)
  segment.classBefore = now
  for (let c = 0; c < segment.channels; c++) {
    const paired = startsPair(segment.channels, c)
    let repeat = 0
    if (repeatable) {
      repeat = codeAdaptive(repeats ? <i32>repeats[c] : 0, stateAt(segment.models.repeat, now))
      countBits(segment, PART_ENVELOPE, bitsCoded())
    }
    if (!repeat) {
      if (paired) codeSides(segment, bands, c)
      codeLevels(segment, bands, c, now, first, false)
    }
    codeChannel(segment, bands, c, now, offset, false)
    if (isOverread()) return
    if (!paired) continue
    c++
    if (!repeat) codeLevels(segment, bands, c, now, first, true)
    codeChannel(segment, bands, c, now, offset, true)
  }
  if (block == 0) recordField(segment, bands, t)
}

/** Mid/side flags; context: the band below, and the same band in the block before. */
function codeSides(segment: Segment, bands: Bands, channel: i32): void {
  const sides = sidesOf(segment, channel)
  const sidesBefore = sidesOf(segment, channel + 1)
  let below = 0
  for (let b = 0; b < bands.count; b++) {
    below = codeAdaptive(sides[b], stateAt(segment.models.stereo, below * 2 + <i32>sidesBefore[b]))
    sides[b] = <u8>below
  }
  sidesBefore.copy(sides, MAX_BANDS)
  countBits(segment, PART_STEREO, bitsCoded())
}

const map = changetype<Row<u8>>(memory.data(128, 16))
const moved = changetype<Row<u8>>(memory.data(4096 + 64, 16))
const none = changetype<Row<i8>>(memory.data(128, 16))

function moveBands(row: Row<u8>, count: i32): void {
  moved.copy(row, MAX_BANDS)
  for (let b = 0; b < count; b++) row[b] = moved[map[b]]
}

/** Brings what earlier blocks of other size left behind to the bands and lines of this size. */
function changeClass(segment: Segment, from: Bands, to: Bands): void {
  relate(to, from, map)
  for (let c = 0; c < segment.channels; c++) {
    moveBands(segment.previousLevels.from(c * MAX_BANDS), to.count)
    if (startsPair(segment.channels, c)) moveBands(sidesOf(segment, c + 1), to.count)
    for (let age = 0; age < 2; age++) moveLines(magnitudesOf(segment, c, age), from.lines, to.lines)
  }
}

function moveLines(row: Row<u8>, from: i32, to: i32): void {
  moved.copy(row, from)
  if (from < to) {
    const shift = 31 - clz(to / from)
    for (let i = 0; i < to; i++) row[i] = moved[i >> shift]
    return
  }
  const shift = 31 - clz(from / to)
  for (let i = 0; i < to; i++) {
    let largest: u8 = 0
    for (let j = 0; j < 1 << shift; j++) largest = max<u8>(largest, moved[(i << shift) + j])
    row[i] = largest
  }
  row.from(to).clear(from - to)
}

function codeLevels(segment: Segment, bands: Bands, channel: i32, blockClass: i32, first: bool, second: bool): void {
  const levels = levelsOf(segment, channel)
  const previous = segment.previousLevels.from(channel * MAX_BANDS)
  const changes = segment.changeBuffers.from(channel * MAX_BANDS)
  const other = second ? changes.from(-MAX_BANDS) : none
  codeEnvelope(segment.models, levels, bands, previous, first, blockClass >= SHORT_CLASS ? 1 : 0, other, changes)
  previous.copy(levels, MAX_BANDS)
  fillBlockSteps(segment, bands, channel, second)
  countBits(segment, PART_ENVELOPE, bitsCoded())
}

/**
 * Steps of a channel from its levels; of a pair's second, those of the first have to be there. The step of a side is at least that of its
 * mid: the noise of both is heard in the same two channels, and what hides it there is as loud as the mid is. Half an octave below it,
 * and above it, are worse by PEAQ.
 */
export function fillBlockSteps(segment: Segment, bands: Bands, channel: i32, second: bool): void {
  const steps = stepsOf(segment, channel)
  fillSteps(steps, levelsOf(segment, channel), bands.count, bands.tilts, segment.gain, segment.alpha)
  if (!second) return
  const mid = stepsOf(segment, channel - 1)
  const sides = sidesOf(segment, channel - 1)
  for (let b = 0; b < bands.count; b++) {
    if (sides[b]) steps[b] = max<i16>(steps[b], mid[b])
  }
}

function codeChannel(segment: Segment, bands: Bands, channel: i32, blockClass: i32, offset: i32, second: bool): void {
  const here = magnitudesOf(segment, channel, 0)
  const before = magnitudesOf(segment, channel, 1)
  const older = magnitudesOf(segment, channel, 2)
  older.copy(before, bands.lines + MARGIN)
  before.copy(here, bands.lines + MARGIN)
  here.from(bands.lines).clear(MARGIN)
  const beside = second ? magnitudesOf(segment, channel - 1, 0) : null
  const values = valuesOf(segment, channel).from(offset)
  const levels = levelsOf(segment, channel)
  const steps = stepsOf(segment, channel)
  const short = blockClass >= SHORT_CLASS ? 1 : 0
  for (let b = 0; b < bands.count; b++) {
    const first = edge(bands, b)
    const last = edge(bands, b + 1)
    const ratio = bandRatio(levels, steps, b)
    if (ratio <= SILENT_RATIO) {
      here.from(first).clear(last - first)
      values.from(first).clear(last - first)
    } else {
      codeLines(segment.models, values, first, last, bands.toLong[b], short, ratio, here, before, older, beside)
      countBand(segment, bands, b, bitsCoded())
    }
  }
}

/** Level over step of band b in 1/64 octave; far below silence if the band has no level. */
// @inline
export function bandRatio(levels: Row<u8>, steps: Row<i16>, b: i32): i32 {
  const level: i32 = levels[b]
  return level == 0 ? -10000 : level * UNITS_PER_LEVEL - <i32>steps[b]
}

function recordField(segment: Segment, bands: Bands, t: i32): void {
  const long = bandsOf(segment, 0)
  relate(long, bands, map)
  const steps = stepsOf(segment, 0)
  for (let b = 0; b < long.count; b++) {
    const at = t * long.count + b
    segment.field[at] = <i16>(<i32>steps[map[b]] - segment.gain)
    segment.sideField[at] = sidesOf(segment, 0)[map[b]]
  }
}
