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
import { bandTilt, fillBands, MAX_BANDS } from './bands'
import { createModels, Models } from './models'
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
  /** u16: first line of each band, and the end of the last. */
  edges: usize
  /** i16 in 1/64 octave. */
  tilts: usize
  /** u8: the band of class 0 where the middle of each lies. */
  toLong: usize
  mdct: Mdct
  slope: usize
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
  /** Addresses of the {@link Bands} of each class. */
  classes: usize
  models: Models
  /** TILING_BYTES per frame, from the frame before the first to the one behind the last. */
  tilings: usize
  /** Class of the block that was coded last; -1 before the first. */
  classBefore: i32
  /** u8 per band, 1 mid/side; of each pair, and of the pair's block before. */
  sides: usize
  lineBuffers: usize
  valueBuffers: usize
  magnitudeBuffers: usize
  levelBuffers: usize
  previousLevels: usize
  changeBuffers: usize
  stepBuffers: usize
  /** f64 per part. */
  bits: usize
  counted: f64
  /** State of the noise generator. */
  random: u32
  /** i16 per frame and band of class 0: step exponent less gain, of the first channel. */
  field: usize
  /** u8, the same: 1 where channels 0 and 1 are mid and side. */
  sideField: usize
  /** What only the decoder keeps: see ledger.ts. f32 per frame, and f32 per frame and band of class 0; u8 per frame. */
  sideBits: usize
  bandBits: usize
  smallestBlocks: usize
}

function createBands(lines: i32, sampleRateHz: i32, tilt: i32): Bands {
  const bands = changetype<Bands>(allocate(offsetof<Bands>()))
  bands.lines = lines
  bands.edges = allocate((<usize>(MAX_BANDS + 1)) << 1)
  bands.count = fillBands(bands.edges, lines, sampleRateHz)
  bands.tilts = allocate((<usize>MAX_BANDS) << 1)
  bands.toLong = allocate(<usize>MAX_BANDS)
  for (let b = 0; b < bands.count; b++) {
    store<i16>(bands.tilts + ((<usize>b) << 1), <i16>bandTilt(edge(bands, b), edge(bands, b + 1), lines, sampleRateHz, tilt))
  }
  bands.mdct = createMdct(lines)
  bands.slope = createSlope(lines)
  return bands
}

/** First line of band b. */
// @inline
export function edge(bands: Bands, b: i32): i32 {
  return load<u16>(bands.edges + ((<usize>b) << 1))
}

// @inline
export function bandsOf(segment: Segment, blockClass: i32): Bands {
  return changetype<Bands>(load<usize>(segment.classes + ((<usize>blockClass) << 2)))
}

/** Fills `map` (u8 per band of `from`) with the band of `to` that holds the middle of each. */
export function relate(from: Bands, to: Bands, map: usize): void {
  let there = 0
  for (let b = 0; b < from.count; b++) {
    const middle = ((edge(from, b) + edge(from, b + 1)) * to.lines) / (2 * from.lines)
    while (there + 1 < to.count && edge(to, there + 1) <= middle) there++
    store<u8>(map + <usize>b, <u8>there)
  }
}

/** `parameters`: i32 channels, sample rate, log2 M, alpha, tilt, noise. */
export function createSegment(frames: i32, parameters: usize): Segment {
  const segment = changetype<Segment>(allocateZeroed(offsetof<Segment>()))
  const channels = load<i32>(parameters)
  const sampleRateHz = load<i32>(parameters, 4)
  const lines = 1 << load<i32>(parameters, 8)
  const tilt = load<i32>(parameters, 16)
  segment.channels = channels
  segment.frames = frames
  segment.lines = lines
  segment.alpha = load<i32>(parameters, 12)
  segment.noise = load<i32>(parameters, 20)
  segment.classes = allocate((<usize>CLASSES) << 2)
  for (let s = 0; s < CLASSES; s++) {
    const bands = createBands(lines >> s, sampleRateHz, tilt)
    store<usize>(segment.classes + ((<usize>s) << 2), changetype<usize>(bands))
    relate(bands, bandsOf(segment, 0), bands.toLong)
  }
  fillPowers()
  segment.tilings = allocateZeroed(<usize>((frames + 2) * TILING_BYTES))
  segment.lineBuffers = allocate((<usize>(channels * lines)) << 2)
  segment.valueBuffers = allocate((<usize>(channels * lines)) << 2)
  segment.bits = allocateZeroed((<usize>PARTS) << 3)
  segment.field = allocateZeroed((<usize>(frames * bandsOf(segment, 0).count)) << 1)
  segment.sideField = allocateZeroed(<usize>(frames * bandsOf(segment, 0).count))
  segment.magnitudeBuffers = allocate(<usize>(3 * channels * (lines + 2 * MARGIN)))
  segment.levelBuffers = allocate(<usize>(channels * MAX_BANDS))
  segment.previousLevels = allocate(<usize>(channels * MAX_BANDS))
  segment.changeBuffers = allocate(<usize>(channels * MAX_BANDS))
  segment.stepBuffers = allocate((<usize>(channels * MAX_BANDS)) << 1)
  segment.sides = allocate(<usize>(channels * MAX_BANDS))
  return segment
}

/** Forgets everything that coding has learnt: what every pass over a segment starts with. */
export function resetSegment(segment: Segment): void {
  const channels = segment.channels
  segment.models = createModels()
  memory.fill(segment.magnitudeBuffers, 0, <usize>(3 * channels * (segment.lines + 2 * MARGIN)))
  memory.fill(segment.levelBuffers, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.previousLevels, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.changeBuffers, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.stepBuffers, 0, (<usize>(channels * MAX_BANDS)) << 1)
  memory.fill(segment.sides, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.bits, 0, (<usize>PARTS) << 3)
  segment.classBefore = -1
  segment.counted = 0
  segment.random = 1
}

/** Whether channels c and c + 1 are a pair that may be coded as mid and side: the fronts, and the rears of 6 and the sides of 8. */
export function startsPair(channels: i32, c: i32): bool {
  return c + 1 < channels && (c == 0 || (c == 4 && channels >= 6) || (c == 6 && channels >= 8))
}

// @inline
export function linesOf(segment: Segment, channel: i32): usize {
  return segment.lineBuffers + ((<usize>(channel * segment.lines)) << 2)
}

// @inline
export function valuesOf(segment: Segment, channel: i32): usize {
  return segment.valueBuffers + ((<usize>(channel * segment.lines)) << 2)
}

/** Magnitudes of the block at hand (age 0), the one before it (1) and the one before that (2). */
// @inline
export function magnitudesOf(segment: Segment, channel: i32, age: i32): usize {
  return segment.magnitudeBuffers + <usize>((3 * channel + age) * (segment.lines + 2 * MARGIN) + MARGIN)
}

// @inline
export function levelsOf(segment: Segment, channel: i32): usize {
  return segment.levelBuffers + <usize>(channel * MAX_BANDS)
}

// @inline
export function stepsOf(segment: Segment, channel: i32): usize {
  return segment.stepBuffers + ((<usize>(channel * MAX_BANDS)) << 1)
}

/** Mid/side flags of the pair that starts at `channel`. */
// @inline
export function sidesOf(segment: Segment, channel: i32): usize {
  return segment.sides + <usize>(channel * MAX_BANDS)
}

// @inline
export function countBits(segment: Segment, part: i32, now: f64): void {
  const at = segment.bits + ((<usize>part) << 3)
  store<f64>(at, load<f64>(at) + now - segment.counted)
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
  let part = <i32>load<u8>(bands.toLong + <usize>b)
  while (part > 0 && edge(long, part) > first) part--
  for (; part < long.count && edge(long, part) < last; part++) {
    const shared = min(last, edge(long, part + 1)) - max(first, edge(long, part))
    const at = segment.bits + ((<usize>(PART_LINES + part)) << 3)
    store<f64>(at, load<f64>(at) + perLine * <f64>shared)
  }
}
