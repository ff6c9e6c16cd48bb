/**
 * From samples to what a segment codes, all but the gain: block switching, lines, mid/side, levels. Encoder's decisions.
 */
import { forwardMdct } from '../../transform/kernel/mdct'
import { allocate, allocateZeroed } from '../../wasm/kernel/arena'
import { hasAttack } from './attack'
import { MAX_BANDS } from './bands'
import { LEVEL_ZERO, MAX_LEVEL, predictLevel } from './envelope'
import { Bands, edge, GROUPS, isShort, linesOf, Segment, startsPair, WINDOWS } from './segment'
import { rotateSides } from './synthesis'

/** What the analysis of a segment leaves for its coding, frame by frame. */
@unmanaged
export class Analysis {
  /** f32: channels x M per frame, after mid/side. */
  lines: usize
  lineBytes: i32
  /** u8 mid/side flags: channels x MAX_BANDS per frame. */
  sides: usize
  /** u8: channels x GROUPS x MAX_BANDS per frame. */
  levels: usize
}

/** Samples that a segment needs before its first frame and behind its last: whole frames' lengths of M. */
export const FRAMES_BEFORE: i32 = 2
export const FRAMES_BEHIND: i32 = 1

/**
 * Analyses a segment.
 *
 * @param samples f32 of full scale 2^15, planar, `stride` per channel; the first frame starts FRAMES_BEFORE * M in
 */
export function analyse(segment: Segment, samples: usize, stride: i32): Analysis {
  const analysis = changetype<Analysis>(allocate(offsetof<Analysis>()))
  const lines = segment.lines
  const frames = segment.frames
  analysis.lineBytes = segment.channels * lines * 4
  analysis.lines = allocate(<usize>frames * <usize>analysis.lineBytes)
  analysis.sides = allocateZeroed(<usize>(frames * segment.channels * MAX_BANDS))
  analysis.levels = allocateZeroed(<usize>(frames * segment.channels * GROUPS * MAX_BANDS))
  for (let t = -1; t <= frames; t++) {
    let short = false
    for (let c = 0; c < segment.channels && !short; c++) {
      short = hasAttack(samples + ((<usize>(c * stride + (t + FRAMES_BEFORE) * lines)) << 2), lines)
    }
    store<u8>(segment.switches + <usize>(t + 1), short ? 1 : 0)
  }
  for (let t = 0; t < frames; t++) {
    for (let c = 0; c < segment.channels; c++) {
      transform(segment, samples + ((<usize>(c * stride + (t + FRAMES_BEFORE) * lines)) << 2), t, linesOf(segment, c))
    }
    const short = isShort(segment, t)
    const bands = short ? segment.short : segment.long
    const windows = short ? WINDOWS : 1
    for (let c = 0; c < segment.channels; c++) {
      if (!startsPair(segment.channels, c)) continue
      const before = t > 0 && isShort(segment, t - 1) == short ? sidesAt(segment, analysis, t - 1, c) : 0
      const sides = sidesAt(segment, analysis, t, c)
      chooseSides(segment, bands, c, windows, sides, before)
      rotateSides(segment, bands, c, windows, sides)
    }
    for (let c = 0; c < segment.channels; c++) {
      const groups = short ? GROUPS : 1
      const before = t > 0 && isShort(segment, t - 1) == short ? levelsAt(segment, analysis, t - 1, c, groups - 1) : 0
      for (let g = 0; g < groups; g++) {
        const levels = levelsAt(segment, analysis, t, c, g)
        measure(segment, bands, c, g, short, levels)
        settle(levels, bands, windows / groups, g > 0 ? levelsAt(segment, analysis, t, c, g - 1) : before)
      }
    }
    memory.copy(analysis.lines + <usize>t * <usize>analysis.lineBytes, segment.lineBuffers, <usize>analysis.lineBytes)
  }
  return analysis
}

// @ts-ignore: decorator
@inline
export function sidesAt(segment: Segment, analysis: Analysis, t: i32, c: i32): usize {
  return analysis.sides + <usize>((t * segment.channels + c) * MAX_BANDS)
}

// @ts-ignore: decorator
@inline
export function levelsAt(segment: Segment, analysis: Analysis, t: i32, c: i32, g: i32): usize {
  return analysis.levels + <usize>(((t * segment.channels + c) * GROUPS + g) * MAX_BANDS)
}

function transform(segment: Segment, samples: usize, t: i32, out: usize): void {
  const lines = segment.lines
  if (!isShort(segment, t)) {
    const left = isShort(segment, t - 1)
    const right = isShort(segment, t + 1)
    forwardMdct(
      segment.longMdct,
      samples,
      left ? segment.shortSlope : segment.longSlope,
      left ? lines >> 3 : lines,
      right ? segment.shortSlope : segment.longSlope,
      right ? lines >> 3 : lines,
      out,
    )
    return
  }
  const m = lines >> 3
  for (let w = 0; w < WINDOWS; w++) {
    const start = (lines >> 1) - (m >> 1) + w * m
    forwardMdct(segment.shortMdct, samples + ((<usize>start) << 2), segment.shortSlope, m, segment.shortSlope, m, out + ((<usize>(w * m)) << 2))
  }
}

/**
 * Mid/side where the product of their energies is below that of left and right: each halving of an energy saves its lines a part
 * of a bit. A band keeps its choice of the frame before unless the other is a tenth better.
 */
function chooseSides(segment: Segment, bands: Bands, channel: i32, windows: i32, sides: usize, before: usize): void {
  const left = linesOf(segment, channel)
  const right = linesOf(segment, channel + 1)
  for (let b = 0; b < bands.count; b++) {
    let ll: f32 = 1
    let rr: f32 = 1
    let lr: f32 = 0
    for (let w = 0; w < windows; w++) {
      for (let i = edge(bands, b); i < edge(bands, b + 1); i++) {
        const at = (<usize>(w * bands.lines + i)) << 2
        const x = load<f32>(left + at)
        const y = load<f32>(right + at)
        ll += x * x
        rr += y * y
        lr += x * y
      }
    }
    const mid = (ll + rr) * 0.5 + lr
    const side = max<f32>(1, (ll + rr) * 0.5 - lr)
    const bias: f32 = before && load<u8>(before + <usize>b) ? 1.1 : 0.9
    store<u8>(sides + <usize>b, <f64>mid * <f64>side < <f64>bias * <f64>ll * <f64>rr ? 1 : 0)
  }
}

/** Levels of the bands of one group of windows. */
function measure(segment: Segment, bands: Bands, channel: i32, group: i32, short: bool, levels: usize): void {
  const lines = linesOf(segment, channel)
  const perGroup = short ? WINDOWS / GROUPS : 1
  for (let b = 0; b < bands.count; b++) {
    const first = edge(bands, b)
    const last = edge(bands, b + 1)
    let energy: f64 = 0
    for (let w = group * perGroup; w < (group + 1) * perGroup; w++) {
      for (let i = first; i < last; i++) {
        const x = <f64>load<f32>(lines + ((<usize>(w * bands.lines + i)) << 2))
        energy += x * x
      }
    }
    const rms2 = energy / <f64>((last - first) * perGroup)
    const level = rms2 > 1e-9 ? <i32>Math.floor(2 * Math.log2(rms2) + 0.5) + LEVEL_ZERO : 0
    store<u8>(levels + <usize>b, <u8>max(0, min(MAX_LEVEL, level)))
  }
}

/**
 * How far, in levels of 1.5 dB, a level may stay off to cost next to nothing. An rms over few lines wavers by more than this
 * from frame to frame in steady sound, and a step or a noise that follows it is none the better: at 64 kb/s the envelope falls
 * from a third of the bits to an eighth.
 */
const TOLERANCE: i32 = 3
const TOLERANCE_OF_FEW: i32 = 4
const FEW_LINES: i32 = 13

/** Turns levels that are nearly what will be predicted into that. `before`: levels of the spectrum before, or 0. */
function settle(levels: usize, bands: Bands, windows: i32, before: usize): void {
  if (!before) return
  let below = 0
  let further = 0
  for (let b = 0; b < bands.count; b++) {
    const at = <usize>b
    const previous = <i32>load<u8>(before + at)
    const predicted = predictLevel(previous, below, further)
    const level = <i32>load<u8>(levels + at)
    const tolerance = (edge(bands, b + 1) - edge(bands, b)) * windows < FEW_LINES ? TOLERANCE_OF_FEW : TOLERANCE
    const settled = level > 0 && predicted > 0 && abs(level - predicted) <= tolerance ? predicted : level
    store<u8>(levels + at, <u8>settled)
    further = below
    below = settled - previous
  }
}
