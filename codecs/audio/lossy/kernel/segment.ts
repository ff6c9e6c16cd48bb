/**
 * A segment: the frames that decode on their own, and all that coding them needs. Encoder and decoder make it alike.
 *
 * Frame t covers samples (t - 1) M to (t + 1) M of its channel. Its middle M samples are cut into blocks, of class s = 0..4 with M >> s
 * lines each; two neighbours overlap by the size of the smaller, around the border between them. See tiling.ts.
 *
 * Per channel: `lines` (f32, M), `values` (i32, M), magnitudes (u8, M, 16 bytes of zero on each side) of this block and the two
 * before it, levels and steps of this block.
 */
import { createMdct, createSlope, Mdct } from '../../../transform/kernel/mdct'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../wasm/kernel/row'
import { bandTilt, fillBands, MAX_BANDS } from './bands'
import { createModels, Models } from './models'
import { SegmentParameter } from './parameters'
import { fillPowers } from './steps'

/** Classes of blocks: M >> 0 to M >> 4 lines. */
export const CLASSES: i32 = 5
export const MAX_BLOCKS: i32 = 1 << (CLASSES - 1)
/** Bytes of a frame's tiling: how many blocks, then their classes. */
export const TILING_BYTES: i32 = 32
/** Blocks of this class and above are short: they have contexts of their own. */
export const SHORT_CLASS: i32 = 2
/** Padding of the magnitudes, so that neighbours need no bounds. */
export const MARGIN: i32 = 16

/** Parts of the bit count: gain and tiling, stereo, envelope, then the lines of each band of class 0. */
export const PART_FRAMES: i32 = 0
export const PART_STEREO: i32 = 1
export const PART_ENVELOPE: i32 = 2
export const PART_LINES: i32 = 3
export const PARTS: i32 = PART_LINES + MAX_BANDS

/** What belongs to one class of blocks. */
@unmanaged
export class Bands {
  count: i32
  lines: i32
  /** First line of each band, and the end of the last. */
  edges: Row<u16>
  /** In 1/64 octave. */
  tilts: Row<i16>
  /** The band of class 0 where the middle of each lies. */
  toLong: Row<u8>
  mdct: Mdct
  slope: Row<f64>
}

@unmanaged
export class Segment {
  channels: i32
  frames: i32
  /** M. */
  lines: i32
  /** In 1/64: exponent of the steps. */
  alpha: i32
  /** Noise in zeroed lines, in 1/16 of what they held. */
  noise: i32
  /** 0..2047 */
  gain: i32
  /** The bands of each class. */
  classes: Row<Bands>
  models: Models
  /** TILING_BYTES per frame, from the frame before the first to the one behind the last. */
  tilings: Row<u8>
  /** Class of the block that was coded last; -1 before the first. */
  classBefore: i32
  /** Per band, 1 mid/side; of each pair, and of the pair's block before. */
  sides: Row<u8>
  lineBuffers: Row<f32>
  valueBuffers: Row<i32>
  magnitudeBuffers: Row<u8>
  levelBuffers: Row<u8>
  previousLevels: Row<u8>
  changeBuffers: Row<i8>
  stepBuffers: Row<i16>
  /** Per part. */
  bits: Row<f64>
  counted: f64
  /** State of the noise generator. */
  random: u32
  /** Per frame and band of class 0: step exponent less gain, of the first channel. */
  field: Row<i16>
  /** The same: 1 where channels 0 and 1 are mid and side. */
  sideField: Row<u8>
  /** What only the decoder keeps: see ledger.ts. Per frame; per frame and band of class 0; per frame. */
  sideBits: Row<f32>
  bandBits: Row<f32>
  smallestBlocks: Row<u8>
}

function createBands(lines: i32, sampleRateHz: i32, tilt: i32): Bands {
  const bands = changetype<Bands>(allocate(offsetof<Bands>()))
  bands.lines = lines
  bands.edges = allocateRow<u16>(MAX_BANDS + 1)
  bands.count = fillBands(bands.edges, lines, sampleRateHz)
  bands.tilts = allocateRow<i16>(MAX_BANDS)
  bands.toLong = allocateRow<u8>(MAX_BANDS)
  for (let b = 0; b < bands.count; b++) bands.tilts[b] = <i16>bandTilt(edge(bands, b), edge(bands, b + 1), lines, sampleRateHz, tilt)
  bands.mdct = createMdct(lines)
  bands.slope = createSlope(lines)
  return bands
}

/** First line of band b. */
// @inline
export function edge(bands: Bands, b: i32): i32 {
  return bands.edges[b]
}

// @inline
export function bandsOf(segment: Segment, blockClass: i32): Bands {
  return segment.classes[blockClass]
}

/** Fills `map` with the band of `to` that holds the middle of each band of `from`. */
export function relate(from: Bands, to: Bands, map: Row<u8>): void {
  let there = 0
  for (let b = 0; b < from.count; b++) {
    const middle = ((edge(from, b) + edge(from, b + 1)) * to.lines) / (2 * from.lines)
    while (there + 1 < to.count && edge(to, there + 1) <= middle) there++
    map[b] = <u8>there
  }
}

/** `parameters`: a row of {@link SegmentParameter}. */
export function createSegment(frames: i32, parameters: Row<i32>): Segment {
  const segment = changetype<Segment>(allocateZeroed(offsetof<Segment>()))
  const channels = parameters[SegmentParameter.Channels]
  const sampleRateHz = parameters[SegmentParameter.SampleRateHz]
  const lines = 1 << parameters[SegmentParameter.Log2Lines]
  const tilt = parameters[SegmentParameter.Tilt]
  segment.channels = channels
  segment.frames = frames
  segment.lines = lines
  segment.alpha = parameters[SegmentParameter.Alpha]
  segment.noise = parameters[SegmentParameter.Noise]
  segment.classes = allocateRow<Bands>(CLASSES)
  for (let s = 0; s < CLASSES; s++) {
    const bands = createBands(lines >> s, sampleRateHz, tilt)
    segment.classes[s] = bands
    relate(bands, bandsOf(segment, 0), bands.toLong)
  }
  fillPowers()
  const cells = frames * bandsOf(segment, 0).count
  segment.tilings = allocateZeroedRow<u8>((frames + 2) * TILING_BYTES)
  segment.lineBuffers = allocateRow<f32>(channels * lines)
  segment.valueBuffers = allocateRow<i32>(channels * lines)
  segment.bits = allocateZeroedRow<f64>(PARTS)
  segment.field = allocateZeroedRow<i16>(cells)
  segment.sideField = allocateZeroedRow<u8>(cells)
  segment.magnitudeBuffers = allocateRow<u8>(3 * channels * (lines + 2 * MARGIN))
  segment.levelBuffers = allocateRow<u8>(channels * MAX_BANDS)
  segment.previousLevels = allocateRow<u8>(channels * MAX_BANDS)
  segment.changeBuffers = allocateRow<i8>(channels * MAX_BANDS)
  segment.stepBuffers = allocateRow<i16>(channels * MAX_BANDS)
  segment.sides = allocateRow<u8>(channels * MAX_BANDS)
  return segment
}

/** Forgets everything that coding has learnt: what every pass over a segment starts with. */
export function resetSegment(segment: Segment): void {
  const channels = segment.channels
  segment.models = createModels()
  segment.magnitudeBuffers.clear(3 * channels * (segment.lines + 2 * MARGIN))
  segment.levelBuffers.clear(channels * MAX_BANDS)
  segment.previousLevels.clear(channels * MAX_BANDS)
  segment.changeBuffers.clear(channels * MAX_BANDS)
  segment.stepBuffers.clear(channels * MAX_BANDS)
  segment.sides.clear(channels * MAX_BANDS)
  segment.bits.clear(PARTS)
  segment.classBefore = -1
  segment.counted = 0
  segment.random = 1
}

/** Whether channels c and c + 1 are a pair that may be coded as mid and side: the fronts, and the rears of 6 and the sides of 8. */
export function startsPair(channels: i32, c: i32): bool {
  return c + 1 < channels && (c == 0 || (c == 4 && channels >= 6) || (c == 6 && channels >= 8))
}

// @inline
export function linesOf(segment: Segment, channel: i32): Row<f32> {
  return segment.lineBuffers.from(channel * segment.lines)
}

// @inline
export function valuesOf(segment: Segment, channel: i32): Row<i32> {
  return segment.valueBuffers.from(channel * segment.lines)
}

/** Magnitudes of this block (age 0), the one before it (1) and the one before that (2). */
// @inline
export function magnitudesOf(segment: Segment, channel: i32, age: i32): Row<u8> {
  return segment.magnitudeBuffers.from((3 * channel + age) * (segment.lines + 2 * MARGIN) + MARGIN)
}

// @inline
export function levelsOf(segment: Segment, channel: i32): Row<u8> {
  return segment.levelBuffers.from(channel * MAX_BANDS)
}

// @inline
export function stepsOf(segment: Segment, channel: i32): Row<i16> {
  return segment.stepBuffers.from(channel * MAX_BANDS)
}

/** Mid/side flags of the pair that starts at `channel`. */
// @inline
export function sidesOf(segment: Segment, channel: i32): Row<u8> {
  return segment.sides.from(channel * MAX_BANDS)
}

// @inline
export function countBits(segment: Segment, part: i32, now: f64): void {
  segment.bits[part] = segment.bits[part] + now - segment.counted
  segment.counted = now
}

/** Counts the bits of band b to the bands of class 0 that it reaches into, by lines. */
export function countBand(segment: Segment, bands: Bands, b: i32, now: f64): void {
  const long = bandsOf(segment, 0)
  const scale = segment.lines / bands.lines
  const first = edge(bands, b) * scale
  const last = edge(bands, b + 1) * scale
  const perLine = (now - segment.counted) / <f64>(last - first)
  segment.counted = now
  let part: i32 = bands.toLong[b]
  while (part > 0 && edge(long, part) > first) part--
  for (; part < long.count && edge(long, part) < last; part++) {
    const shared = min(last, edge(long, part + 1)) - max(first, edge(long, part))
    segment.bits[PART_LINES + part] += perLine * <f64>shared
  }
}
