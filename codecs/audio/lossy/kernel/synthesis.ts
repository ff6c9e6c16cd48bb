/**
 * Lines to samples: dequantization, noise filling, mid/side, inverse MDCT. Normative. FORMAT.md, "Synthesis".
 */
import { inverseMdct } from '../../../transform/kernel/mdct'
import { Row } from '../../../wasm/kernel/row'
import { Bands, bandsOf, edge, levelsOf, linesOf, Segment, sidesOf, startsPair, stepsOf, valuesOf } from './segment'
import { amplitudeOf, UNITS_PER_LEVEL } from './steps'
import { classToLeft, classToRight } from './tiling'

/**
 * Noise is at most so much of a band's step (its rms), before `noise` scales it. Lines that round to zero hold up to 0.37 of a step; less
 * sounds best. Of the level of a band that has no other lines, two thirds sound best: by PEAQ, and by ViSQOL which wants more.
 */
const NOISE_CEILING: f32 = 0.2
const EMPTY_CEILING: f32 = 0.16
const EMPTY_SHARE: f32 = 0.6666667
const SQRT3: f32 = 1.7320508
const SQRT_HALF: f32 = 0.70710677

/** A number in [-1, 1): linear congruence mod 2^32 (W. H. Press et al., Numerical Recipes, 7.1). */
// @inline
function noise(segment: Segment): f32 {
  segment.random = segment.random * 1664525 + 1013904223
  return <f32>(<i32>segment.random) * (<f32>1 / 2147483648)
}

/**
 * Dequantizes one band of a window. Lines that are zero get noise with `noise`/16 of the rms that the level leaves for them, or of two
 * thirds of the level where all are zero.
 */
function dequantizeBand(segment: Segment, values: Row<i32>, lines: Row<f32>, first: i32, last: i32, level: i32, step: i32): void {
  const size = amplitudeOf(step)
  const rms = amplitudeOf(level * UNITS_PER_LEVEL)
  let coded: f32 = 0
  let zeros: i32 = 0
  for (let i = first; i < last; i++) {
    const value = <f32>values[i] * size
    lines[i] = value
    coded += value * value
    if (value == 0) zeros++
  }
  if (zeros == 0 || level == 0) return
  const rest = max<f32>(0, rms * rms * <f32>(last - first) - coded) / <f32>zeros
  const most = coded == 0 ? min<f32>(rms * EMPTY_SHARE, size * EMPTY_CEILING) : min<f32>(sqrt<f32>(rest), size * NOISE_CEILING)
  const sigma = most * (<f32>segment.noise * SQRT3) * <f32>0.0625
  for (let i = first; i < last; i++) {
    if (lines[i] == 0) lines[i] = noise(segment) * sigma
  }
}

function dequantizeChannel(segment: Segment, bands: Bands, channel: i32, offset: i32): void {
  const levels = levelsOf(segment, channel)
  const steps = stepsOf(segment, channel)
  const values = valuesOf(segment, channel).from(offset)
  const lines = linesOf(segment, channel).from(offset)
  for (let b = 0; b < bands.count; b++) {
    const step: i32 = steps[b]
    const level: i32 = levels[b]
    dequantizeBand(segment, values, lines, edge(bands, b), edge(bands, b + 1), level, step)
  }
}

/** Turns mid and side at `left` and `right` back into left and right (or the other way round: the rotation is its own inverse). */
export function rotateSides(bands: Bands, left: Row<f32>, right: Row<f32>, sides: Row<u8>): void {
  for (let b = 0; b < bands.count; b++) {
    if (!sides[b]) continue
    for (let i = edge(bands, b); i < edge(bands, b + 1); i++) {
      const x = left[i]
      const y = right[i]
      left[i] = (x + y) * SQRT_HALF
      right[i] = (x - y) * SQRT_HALF
    }
  }
}

/**
 * Adds a block of frame t, whose lines start at line `offset` of the frame's, to the segment's output of full scale 2^15, `stride`
 * samples per channel, where sample 0 is the first of frame 0.
 */
export function synthesizeBlock(segment: Segment, t: i32, block: i32, now: i32, offset: i32, out: Row<f32>, stride: i32): void {
  const bands = bandsOf(segment, now)
  for (let c = 0; c < segment.channels; c++) dequantizeChannel(segment, bands, c, offset)
  for (let c = 0; c < segment.channels; c++) {
    if (startsPair(segment.channels, c))
      rotateSides(bands, linesOf(segment, c).from(offset), linesOf(segment, c + 1).from(offset), sidesOf(segment, c))
  }
  const left = bandsOf(segment, max(now, classToLeft(segment, t, block)))
  const right = bandsOf(segment, max(now, classToRight(segment, t, block)))
  const start = t * segment.lines + (segment.lines >> 1) + offset - (bands.lines >> 1)
  for (let c = 0; c < segment.channels; c++) {
    const to = out.from(c * stride + start)
    const lines = linesOf(segment, c).from(offset)
    // zeros add nothing
    if (!isSilent(lines, bands.lines)) inverseMdct(bands.mdct, lines, left.slope, left.lines, right.slope, right.lines, to)
  }
}

/** Whether all lines, a multiple of 4 of them, are zero, of either sign. */
function isSilent(lines: Row<f32>, count: i32): bool {
  let all = i32x4.splat(0)
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) all = v128.or(all, i32x4.shl(v128.load(changetype<usize>(lines) + i), 1))
  return !v128.any_true(all)
}
