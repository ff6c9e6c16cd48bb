/**
 * The blocks of a segment: FORMAT.md, "Blocks". Written or read by the same functions.
 *
 *     segment    gain (11 bits plain), tilings of all frames, then frame by frame its blocks
 *     block      for each pair or single channel:
 *                  repeat (1 bit, if the block before in this frame has the same class): sides and envelopes are those of that block
 *                  else for a pair: for each band: mid/side (1 bit);  for each channel: envelope
 *                  for each channel: lines of each band
 */
import { codeAdaptive } from '../../../entropy/kernel/model'
import { bitsCoded, codeBypass, isOverread } from '../../../entropy/kernel/rangecoder'
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
 * Codes a block of class `now`, whose lines start at line `offset` of the frame's. `repeats`: u8 per channel, what the encoder wants of
 * the first channel of each unit; 0 for the decoder.
 */
export function codeBlock(segment: Segment, t: i32, block: i32, now: i32, offset: i32, repeats: usize): void {
  const bands = bandsOf(segment, now)
  const first = segment.classBefore < 0
  const repeatable = block > 0 && segment.classBefore == now
  if (!first && segment.classBefore != now) changeClass(segment, bandsOf(segment, segment.classBefore), bands)
  segment.classBefore = now
  for (let c = 0; c < segment.channels; c++) {
    const paired = startsPair(segment.channels, c)
    let repeat = 0
    if (repeatable) {
      repeat = codeAdaptive(repeats ? load<u8>(repeats + <usize>c) : 0, segment.models.repeat + ((<usize>now) << 2))
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
  const memoryOfSides = sidesOf(segment, channel + 1)
  let below = 0
  for (let b = 0; b < bands.count; b++) {
    const at = sides + <usize>b
    const before = <i32>load<u8>(memoryOfSides + <usize>b)
    const flag = codeAdaptive(load<u8>(at), segment.models.stereo + ((<usize>(below * 2 + before)) << 2))
    store<u8>(at, <u8>flag)
    below = flag
  }
  memory.copy(memoryOfSides, sides, <usize>MAX_BANDS)
  countBits(segment, PART_STEREO, bitsCoded())
}

const map: usize = memory.data(128, 16)
const moved: usize = memory.data(4096 + 64, 16)
const none: usize = memory.data(128, 16)

function moveBands(row: usize, count: i32): void {
  memory.copy(moved, row, <usize>MAX_BANDS)
  for (let b = 0; b < count; b++) store<u8>(row + <usize>b, load<u8>(moved + <usize>load<u8>(map + <usize>b)))
}

/** Brings what earlier blocks of other size left behind to the bands and lines of this size. */
function changeClass(segment: Segment, from: Bands, to: Bands): void {
  relate(to, from, map)
  for (let c = 0; c < segment.channels; c++) {
    moveBands(segment.previousLevels + <usize>(c * MAX_BANDS), to.count)
    if (startsPair(segment.channels, c)) moveBands(sidesOf(segment, c + 1), to.count)
    for (let age = 0; age < 2; age++) moveLines(magnitudesOf(segment, c, age), from.lines, to.lines)
  }
}

function moveLines(row: usize, from: i32, to: i32): void {
  memory.copy(moved, row, <usize>from)
  if (from < to) {
    const shift = <usize>(31 - clz(to / from))
    for (let i: usize = 0; i < <usize>to; i++) store<u8>(row + i, load<u8>(moved + (i >> shift)))
    return
  }
  const shift = <usize>(31 - clz(from / to))
  for (let i: usize = 0; i < <usize>to; i++) {
    let largest: u8 = 0
    for (let j: usize = 0; j < (<usize>1) << shift; j++) largest = max<u8>(largest, load<u8>(moved + (i << shift) + j))
    store<u8>(row + i, largest)
  }
  memory.fill(row + <usize>to, 0, <usize>(from - to))
}

function codeLevels(segment: Segment, bands: Bands, channel: i32, blockClass: i32, first: bool, second: bool): void {
  const levels = levelsOf(segment, channel)
  const previous = segment.previousLevels + <usize>(channel * MAX_BANDS)
  const changes = segment.changeBuffers + <usize>(channel * MAX_BANDS)
  const other = second ? changes - <usize>MAX_BANDS : none
  codeEnvelope(segment.models, levels, bands, previous, first, blockClass >= SHORT_CLASS ? 1 : 0, other, changes)
  memory.copy(previous, levels, <usize>MAX_BANDS)
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
    if (!load<u8>(sides + <usize>b)) continue
    const at = (<usize>b) << 1
    store<i16>(steps + at, <i16>max<i32>(load<i16>(steps + at), load<i16>(mid + at)))
  }
}

function codeChannel(segment: Segment, bands: Bands, channel: i32, blockClass: i32, offset: i32, second: bool): void {
  const here = magnitudesOf(segment, channel, 0)
  const before = magnitudesOf(segment, channel, 1)
  const older = magnitudesOf(segment, channel, 2)
  const lines = <usize>bands.lines
  memory.copy(older, before, lines + <usize>MARGIN)
  memory.copy(before, here, lines + <usize>MARGIN)
  memory.fill(here + lines, 0, <usize>MARGIN)
  const beside: usize = second ? magnitudesOf(segment, channel - 1, 0) : 0
  const values = valuesOf(segment, channel) + ((<usize>offset) << 2)
  const levels = levelsOf(segment, channel)
  const steps = stepsOf(segment, channel)
  const short = blockClass >= SHORT_CLASS ? 1 : 0
  for (let b = 0; b < bands.count; b++) {
    const first = edge(bands, b)
    const last = edge(bands, b + 1)
    const ratio = bandRatio(levels, steps, b)
    if (ratio <= SILENT_RATIO) {
      memory.fill(here + <usize>first, 0, <usize>(last - first))
      memory.fill(values + ((<usize>first) << 2), 0, (<usize>(last - first)) << 2)
    } else {
      codeLines(segment.models, values, first, last, <i32>load<u8>(bands.toLong + <usize>b), short, ratio, here, before, older, beside)
      countBand(segment, bands, b, bitsCoded())
    }
  }
}

/** Level over step of band b in 1/64 octave; far below silence if the band has no level. */
// @inline
export function bandRatio(levels: usize, steps: usize, b: i32): i32 {
  const level = <i32>load<u8>(levels + <usize>b)
  return level == 0 ? -10000 : level * UNITS_PER_LEVEL - <i32>load<i16>(steps + ((<usize>b) << 1))
}

function recordField(segment: Segment, bands: Bands, t: i32): void {
  const long = bandsOf(segment, 0)
  relate(long, bands, map)
  const steps = stepsOf(segment, 0)
  for (let b = 0; b < long.count; b++) {
    const from = <usize>load<u8>(map + <usize>b)
    const at = <usize>(t * long.count + b)
    store<i16>(segment.field + (at << 1), <i16>(<i32>load<i16>(steps + (from << 1)) - segment.gain))
    store<u8>(segment.sideField + at, load<u8>(sidesOf(segment, 0) + from))
  }
}
