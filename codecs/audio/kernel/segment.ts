/**
 * A segment: the frames that decode on their own, and all that coding them needs. Encoder and decoder make it alike.
 *
 * Frame t covers samples (t - 1) M to (t + 1) M of its channel. A long frame is one spectrum of M lines; a short one is eight of M/8,
 * in four groups of two that share an envelope. Where either of two neighbouring frames is short, both have the short slope.
 *
 * Per channel: `lines` (f32, M), `values` (i32, M), `magnitudes` (u8, M, 16 bytes of zero on each side), levels and steps by group.
 */
import { createMdct, createSlope, Mdct } from '../../transform/kernel/mdct'
import { allocate, allocateZeroed } from '../../wasm/kernel/arena'
import { bandTilt, fillBands, MAX_BANDS } from './bands'
import { createModels, Models } from './models'
import { fillPowers } from './steps'

export const WINDOWS: i32 = 8
export const GROUPS: i32 = 4
/** Padding of the magnitudes, so that neighbours need no bounds. */
export const MARGIN: i32 = 16

/** Parts of the bit count: gain and switching, stereo, envelope, then the lines of each long band. */
export const PART_FRAMES: i32 = 0
export const PART_STEREO: i32 = 1
export const PART_ENVELOPE: i32 = 2
export const PART_LINES: i32 = 3
export const PARTS: i32 = PART_LINES + MAX_BANDS

/** The bands of one resolution. */
@unmanaged
export class Bands {
  count: i32
  lines: i32
  /** u16: first line of each band, and the end of the last. */
  edges: usize
  /** i16 in 1/64 octave. */
  tilts: usize
  /** u8: the band of the other resolution where the middle of each lies. */
  elsewhere: usize
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
  long: Bands
  short: Bands
  longMdct: Mdct
  shortMdct: Mdct
  longSlope: usize
  shortSlope: usize
  models: Models
  /** u8 per frame, 1 short, from the frame before the first to the one behind the last. */
  switches: usize
  /** u8 per long or short band, 1 mid/side; of each pair, for the frame before. */
  sides: usize
  lineBuffers: usize
  valueBuffers: usize
  magnitudeBuffers: usize
  beforeBuffer: usize
  levelBuffers: usize
  previousLevels: usize
  changeBuffers: usize
  stepBuffers: usize
  /** f64 per part. */
  bits: usize
  counted: f64
  /** State of the noise generator. */
  random: u32
  /** i16 per frame and long band: step exponent less gain, of the first channel. */
  field: usize
  /** What only the decoder keeps: see ledger.ts. f32 per frame, and f32 per frame and long band. */
  sideBits: usize
  bandBits: usize
}

function createBands(lines: i32, sampleRateHz: i32, tilt: i32): Bands {
  const bands = changetype<Bands>(allocate(offsetof<Bands>()))
  bands.lines = lines
  bands.edges = allocate(<usize>(MAX_BANDS + 1) << 1)
  bands.count = fillBands(bands.edges, lines, sampleRateHz)
  bands.tilts = allocate(<usize>MAX_BANDS << 1)
  bands.elsewhere = allocate(<usize>MAX_BANDS)
  for (let b = 0; b < bands.count; b++) {
    store<i16>(bands.tilts + ((<usize>b) << 1), <i16>bandTilt(edge(bands, b), edge(bands, b + 1), lines, sampleRateHz, tilt))
  }
  return bands
}

/** First line of band b. */
// @ts-ignore: decorator
@inline
export function edge(bands: Bands, b: i32): i32 {
  return load<u16>(bands.edges + ((<usize>b) << 1))
}

function relate(from: Bands, to: Bands): void {
  let there = 0
  for (let b = 0; b < from.count; b++) {
    const middle = ((edge(from, b) + edge(from, b + 1)) * to.lines) / (2 * from.lines)
    while (there + 1 < to.count && edge(to, there + 1) <= middle) there++
    store<u8>(from.elsewhere + <usize>b, <u8>there)
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
  segment.long = createBands(lines, sampleRateHz, tilt)
  segment.short = createBands(lines >> 3, sampleRateHz, tilt)
  relate(segment.long, segment.short)
  relate(segment.short, segment.long)
  segment.longMdct = createMdct(lines)
  segment.shortMdct = createMdct(lines >> 3)
  segment.longSlope = createSlope(lines)
  segment.shortSlope = createSlope(lines >> 3)
  fillPowers()
  segment.switches = allocateZeroed(<usize>(frames + 2))
  segment.lineBuffers = allocate(<usize>(channels * lines) << 2)
  segment.valueBuffers = allocate(<usize>(channels * lines) << 2)
  segment.beforeBuffer = allocateZeroed(<usize>(lines + 2 * MARGIN))
  segment.bits = allocateZeroed(<usize>PARTS << 3)
  segment.field = allocateZeroed(<usize>(frames * segment.long.count) << 1)
  segment.magnitudeBuffers = allocate(<usize>(channels * (lines + 2 * MARGIN)))
  segment.levelBuffers = allocate(<usize>(channels * GROUPS * MAX_BANDS))
  segment.previousLevels = allocate(<usize>(channels * MAX_BANDS))
  segment.changeBuffers = allocate(<usize>(channels * GROUPS * MAX_BANDS))
  segment.stepBuffers = allocate(<usize>(channels * GROUPS * MAX_BANDS) << 1)
  segment.sides = allocate(<usize>(channels * MAX_BANDS))
  return segment
}

/** Forgets everything that coding has learnt: what every pass over a segment starts with. */
export function resetSegment(segment: Segment): void {
  const channels = segment.channels
  segment.models = createModels()
  memory.fill(segment.magnitudeBuffers, 0, <usize>(channels * (segment.lines + 2 * MARGIN)))
  memory.fill(segment.previousLevels, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.changeBuffers, 0, <usize>(channels * GROUPS * MAX_BANDS))
  memory.fill(segment.sides, 0, <usize>(channels * MAX_BANDS))
  memory.fill(segment.bits, 0, <usize>PARTS << 3)
  segment.counted = 0
  segment.random = 1
}

/** Whether channels c and c + 1 are a pair that may be coded as mid and side: the fronts, and the rears of 6 and the sides of 8. */
export function startsPair(channels: i32, c: i32): bool {
  return c + 1 < channels && (c == 0 || (c == 4 && channels >= 6) || (c == 6 && channels >= 8))
}

// @ts-ignore: decorator
@inline
export function linesOf(segment: Segment, channel: i32): usize {
  return segment.lineBuffers + ((<usize>(channel * segment.lines)) << 2)
}

// @ts-ignore: decorator
@inline
export function valuesOf(segment: Segment, channel: i32): usize {
  return segment.valueBuffers + ((<usize>(channel * segment.lines)) << 2)
}

// @ts-ignore: decorator
@inline
export function magnitudesOf(segment: Segment, channel: i32): usize {
  return segment.magnitudeBuffers + <usize>(channel * (segment.lines + 2 * MARGIN) + MARGIN)
}

// @ts-ignore: decorator
@inline
export function levelsOf(segment: Segment, channel: i32, group: i32): usize {
  return segment.levelBuffers + <usize>((channel * GROUPS + group) * MAX_BANDS)
}

// @ts-ignore: decorator
@inline
export function stepsOf(segment: Segment, channel: i32, group: i32): usize {
  return segment.stepBuffers + ((<usize>((channel * GROUPS + group) * MAX_BANDS)) << 1)
}

/** Mid/side flags of the pair that starts at `channel`. */
// @ts-ignore: decorator
@inline
export function sidesOf(segment: Segment, channel: i32): usize {
  return segment.sides + <usize>(channel * MAX_BANDS)
}

/** Whether frame t is short; t from -1 to `frames`. */
// @ts-ignore: decorator
@inline
export function isShort(segment: Segment, t: i32): bool {
  return load<u8>(segment.switches + <usize>(t + 1)) != 0
}

// @ts-ignore: decorator
@inline
export function countBits(segment: Segment, part: i32, now: f64): void {
  const at = segment.bits + ((<usize>part) << 3)
  store<f64>(at, load<f64>(at) + now - segment.counted)
  segment.counted = now
}
