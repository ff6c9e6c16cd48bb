/**
 * One frame of a segment: FORMAT.md, "Frames". Written or read by the same functions.
 *
 *     segment    gain (11 bits plain), then for each frame from the one before the first to the one behind the last: short (1 bit)
 *     frame      for each pair or single channel:
 *                  pair: for each band: mid/side (1 bit)
 *                  for each channel: for each group: envelope, then for each of its windows: lines of each band
 */
import { codeAdaptive } from '../../entropy/kernel/model'
import { bitsCoded, codeBypass } from '../../entropy/kernel/rangecoder'
import { MAX_BANDS } from './bands'
import { codeEnvelope } from './envelope'
import { codeLines, SILENT_RATIO } from './lines'
import {
  Bands,
  countBits,
  edge,
  GROUPS,
  isShort,
  levelsOf,
  magnitudesOf,
  MARGIN,
  PART_ENVELOPE,
  PART_FRAMES,
  PART_LINES,
  PART_STEREO,
  Segment,
  sidesOf,
  startsPair,
  stepsOf,
  valuesOf,
  WINDOWS,
} from './segment'
import { fillSteps, UNITS_PER_LEVEL } from './steps'

/** Codes what comes before the frames. */
export function codeSegmentStart(segment: Segment): void {
  segment.gain = codeBypass(segment.gain, 11)
  let before = 0
  for (let t = -1; t <= segment.frames; t++) {
    const at = segment.switches + <usize>(t + 1)
    before = codeAdaptive(load<u8>(at), segment.models.switching + ((<usize>before) << 2))
    store<u8>(at, <u8>before)
  }
  countBits(segment, PART_FRAMES, bitsCoded())
}

export function codeFrame(segment: Segment, t: i32): void {
  const short = isShort(segment, t)
  const bands = short ? segment.short : segment.long
  for (let c = 0; c < segment.channels; c++) {
    const paired = startsPair(segment.channels, c)
    if (paired) codeSides(segment, bands, c, t)
    codeChannel(segment, bands, c, t, false)
    if (paired) codeChannel(segment, bands, ++c, t, true)
  }
}

/** Mid/side flags; context: the band below, and the same band in the frame before (where it lay, if the resolution changed). */
function codeSides(segment: Segment, bands: Bands, channel: i32, t: i32): void {
  const sides = sidesOf(segment, channel)
  const memoryOfSides = sidesOf(segment, channel + 1)
  const switched = t > 0 && isShort(segment, t) != isShort(segment, t - 1)
  let below = 0
  for (let b = 0; b < bands.count; b++) {
    const at = sides + <usize>b
    const before = <i32>load<u8>(memoryOfSides + <usize>(switched ? <i32>load<u8>(bands.elsewhere + <usize>b) : b))
    const flag = codeAdaptive(load<u8>(at), segment.models.stereo + ((<usize>(below * 2 + before)) << 2))
    store<u8>(at, <u8>flag)
    below = flag
  }
  memory.copy(memoryOfSides, sides, <usize>MAX_BANDS)
  countBits(segment, PART_STEREO, bitsCoded())
}

/** Brings what the spectrum before left behind to the resolution of this one. */
function bringOver(segment: Segment, channel: i32, t: i32): void {
  const before = segment.beforeBuffer + <usize>MARGIN
  const magnitudes = magnitudesOf(segment, channel)
  const lines = segment.lines
  const short = isShort(segment, t)
  const wasShort = t > 0 ? isShort(segment, t - 1) : short
  memory.fill(segment.beforeBuffer, 0, <usize>(lines + 2 * MARGIN))
  const last = magnitudes + (wasShort ? <usize>(lines - lines / WINDOWS) : 0)
  if (short == wasShort) memory.copy(before, last, <usize>(short ? lines / WINDOWS : lines))
  else if (wasShort) {
    for (let i: usize = 0; i < <usize>lines; i++) store<u8>(before + i, load<u8>(last + (i >> 3)))
  } else {
    for (let i: usize = 0; i < <usize>(lines / WINDOWS); i++) {
      let largest: u8 = 0
      for (let j: usize = 0; j < 8; j++) largest = max<u8>(largest, load<u8>(last + (i << 3) + j))
      store<u8>(before + i, largest)
    }
  }
  if (short == wasShort) return
  // previous levels move to the bands where they lie now
  const levels = segment.previousLevels + <usize>(channel * MAX_BANDS)
  const bands = short ? segment.short : segment.long
  memory.copy(moved, levels, <usize>MAX_BANDS)
  for (let b = 0; b < bands.count; b++) store<u8>(levels + <usize>b, load<u8>(moved + <usize>load<u8>(bands.elsewhere + <usize>b)))
}

const moved: usize = memory.data(128, 16)
const none: usize = memory.data(128, 16)

function codeChannel(segment: Segment, bands: Bands, channel: i32, t: i32, second: bool): void {
  const short = isShort(segment, t) ? 1 : 0
  const groups = short ? GROUPS : 1
  const perGroup = short ? WINDOWS / GROUPS : 1
  bringOver(segment, channel, t)
  const magnitudes = magnitudesOf(segment, channel)
  const values = valuesOf(segment, channel)
  let before = segment.beforeBuffer + <usize>MARGIN
  const previous = segment.previousLevels + <usize>(channel * MAX_BANDS)
  for (let g = 0; g < groups; g++) {
    const levels = levelsOf(segment, channel, g)
    const steps = stepsOf(segment, channel, g)
    const changes = segment.changeBuffers + <usize>((channel * GROUPS + g) * MAX_BANDS)
    const other = second ? changes - <usize>(GROUPS * MAX_BANDS) : none
    codeEnvelope(segment.models, levels, bands.count, previous, t > 0 || g > 0 ? 1 : 0, short, other, changes)
    memory.copy(previous, levels, <usize>MAX_BANDS)
    countBits(segment, PART_ENVELOPE, bitsCoded())
    fillSteps(steps, levels, bands.count, bands.tilts, segment.gain, segment.alpha)
    for (let w = g * perGroup; w < (g + 1) * perGroup; w++) {
      const offset = <usize>(w * bands.lines)
      const here = magnitudes + offset
      const beside: usize = second ? magnitudesOf(segment, channel - 1) + offset : 0
      for (let b = 0; b < bands.count; b++) {
        const first = edge(bands, b)
        const last = edge(bands, b + 1)
        const ratio = bandRatio(levels, steps, b)
        if (ratio <= SILENT_RATIO) {
          memory.fill(here + <usize>first, 0, <usize>(last - first))
          memory.fill(values + ((offset + <usize>first) << 2), 0, <usize>(last - first) << 2)
        } else {
          codeLines(segment.models, values + (offset << 2), first, last, b, ratio, here, before, beside)
          const part = short ? <i32>load<u8>(bands.elsewhere + <usize>b) : b
          countBits(segment, PART_LINES + part, bitsCoded())
        }
      }
      before = here
    }
  }
  if (channel == 0) recordField(segment, bands, t, short)
}

/** Level over step of band b in 1/64 octave; far below silence if the band has no level. */
// @ts-ignore: decorator
@inline
export function bandRatio(levels: usize, steps: usize, b: i32): i32 {
  const level = <i32>load<u8>(levels + <usize>b)
  return level == 0 ? -10000 : level * UNITS_PER_LEVEL - <i32>load<i16>(steps + ((<usize>b) << 1))
}

function recordField(segment: Segment, bands: Bands, t: i32, short: i32): void {
  const steps = stepsOf(segment, 0, 0)
  for (let b = 0; b < segment.long.count; b++) {
    const from = short ? <i32>load<u8>(segment.long.elsewhere + <usize>b) : b
    store<i16>(segment.field + ((<usize>(t * segment.long.count + b)) << 1), <i16>(<i32>load<i16>(steps + ((<usize>from) << 1)) - segment.gain))
  }
}
