/**
 * From samples to what a segment codes, all but the gain: tiling, lines, mid/side, levels. Encoder's decisions.
 */
import { forwardMdct } from '../../../transform/kernel/mdct'
import { allocate } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../wasm/kernel/row'
import { MAX_BANDS } from './bands'
import { chooseTiling } from './choosetiling'
import { LEVEL_ZERO, MAX_LEVEL, predictLevel } from './envelope'
import { FRAMES_BEFORE } from './parameters'
import { Bands, bandsOf, edge, linesOf, MAX_BLOCKS, relate, Segment, startsPair } from './segment'
import { rotateSides } from './synthesis'
import { blockClass, blockCount, classToLeft, classToRight, tilingOf } from './tiling'

/** What the analysis of a segment leaves for its coding, frame by frame. */
@unmanaged
export class Analysis {
  /** channels x M per frame, after mid/side. */
  lines: Row<f32>
  /** Mid/side flags: MAX_BLOCKS x channels x MAX_BANDS per frame. */
  sides: Row<u8>
  /** The same. */
  levels: Row<u8>
  /** MAX_BLOCKS x channels per frame. */
  repeats: Row<u8>
  samples: Row<f32>
  stride: i32
  /** The last block that is analysed, and its frame; -1 if there is none. */
  blockBefore: i32
  frameBefore: i32
}

/** Levels and flags of the block before, on the bands of this block. */
const mapped = changetype<Row<u8>>(memory.data(128, 16))
const map = changetype<Row<u8>>(memory.data(128, 16))

/**
 * Prepares the analysis of a segment: its tilings are chosen next, then its frames are analysed.
 *
 * @param samples of full scale 2^15, planar, `stride` per channel; the first frame starts FRAMES_BEFORE * M in
 */
export function createAnalysis(segment: Segment, samples: Row<f32>, stride: i32): Analysis {
  const analysis = changetype<Analysis>(allocate(offsetof<Analysis>()))
  const frames = segment.frames
  const cells = frames * segment.channels * MAX_BLOCKS
  analysis.lines = allocateRow<f32>(frames * segment.channels * segment.lines)
  analysis.sides = allocateZeroedRow<u8>(cells * MAX_BANDS)
  analysis.levels = allocateZeroedRow<u8>(cells * MAX_BANDS)
  analysis.repeats = allocateZeroedRow<u8>(cells)
  analysis.samples = samples
  analysis.stride = stride
  analysis.blockBefore = -1
  analysis.frameBefore = 0
  return analysis
}

/** The first sample of frame t. */
// @inline
function startOf(segment: Segment, analysis: Analysis, t: i32): Row<f32> {
  return analysis.samples.from((t + FRAMES_BEFORE) * segment.lines)
}

/** Divides a frame into blocks, from that before the first to that behind the last. */
export function divideFrame(segment: Segment, analysis: Analysis, t: i32): void {
  chooseTiling(segment, startOf(segment, analysis, t), analysis.stride, tilingOf(segment, t))
}

/** Analyses a frame, in order, once all are divided. */
export function analyseFrame(segment: Segment, analysis: Analysis, t: i32): void {
  const start = startOf(segment, analysis, t)
  const stride = analysis.stride
  const tiling = tilingOf(segment, t)
  let offset = 0
  for (let block = 0; block < blockCount(tiling); block++) {
    const now = blockClass(tiling, block)
    // the rest of a run are repeats, done with its first
    if (!repeatsAt(segment, analysis, t, block)[0]) {
      transform(segment, start, stride, t, block, now, offset)
      const run = runLength(tiling, block)
      for (let i = 1; i < run; i++) {
        transform(segment, start, stride, t, block + i, now, offset + i * (segment.lines >> now))
        memory.fill(changetype<usize>(repeatsAt(segment, analysis, t, block + i)), 1, segment.channels)
      }
      describe(segment, analysis, t, block, now, offset, run, analysis.frameBefore, analysis.blockBefore)
    }
    analysis.frameBefore = t
    analysis.blockBefore = block
    offset += segment.lines >> now
  }
  const count = segment.channels * segment.lines
  analysis.lines.from(t * count).copy(segment.lineBuffers, count)
}

/** How many blocks of a class share one envelope, if they stand in a row: those of M / 8 and M / 16 lines in twos. */
function runLength(tiling: Row<u8>, block: i32): i32 {
  const now = blockClass(tiling, block)
  const most = now >= 3 ? 2 : 1
  let run = 1
  while (run < most && block + run < blockCount(tiling) && blockClass(tiling, block + run) == now) run++
  return run
}

function describe(
  segment: Segment,
  analysis: Analysis,
  t: i32,
  block: i32,
  now: i32,
  offset: i32,
  run: i32,
  frameBefore: i32,
  blockBefore: i32,
): void {
  const bands = bandsOf(segment, now)
  let before: Bands = bands
  if (blockBefore >= 0) {
    before = bandsOf(segment, blockClass(tilingOf(segment, frameBefore), blockBefore))
    relate(bands, before, map)
  }
  for (let c = 0; c < segment.channels; c++) {
    if (!startsPair(segment.channels, c)) continue
    const sides = sidesAt(segment, analysis, t, block, c)
    const sidesBefore = bring(blockBefore < 0 ? null : sidesAt(segment, analysis, frameBefore, blockBefore, c), bands)
    chooseSides(segment, bands, c, offset, run, sides, sidesBefore)
    for (let i = 0; i < run; i++) {
      const first = offset + i * bands.lines
      rotateSides(bands, linesOf(segment, c).from(first), linesOf(segment, c + 1).from(first), sides)
      if (i > 0) sidesAt(segment, analysis, t, block + i, c).copy(sides, MAX_BANDS)
    }
  }
  for (let c = 0; c < segment.channels; c++) {
    const levels = levelsAt(segment, analysis, t, block, c)
    measure(bands, linesOf(segment, c).from(offset), run, levels)
    settle(levels, bands, run, bring(blockBefore < 0 ? null : levelsAt(segment, analysis, frameBefore, blockBefore, c), bands))
    for (let i = 1; i < run; i++) levelsAt(segment, analysis, t, block + i, c).copy(levels, MAX_BANDS)
  }
}

/** A row of the block before on the bands of this one, by `map`; null stays null. */
function bring(row: Row<u8> | null, bands: Bands): Row<u8> | null {
  if (!row) return null
  for (let b = 0; b < bands.count; b++) mapped[b] = row[map[b]]
  return mapped
}

// @inline
export function sidesAt(segment: Segment, analysis: Analysis, t: i32, block: i32, c: i32): Row<u8> {
  return analysis.sides.from(((t * MAX_BLOCKS + block) * segment.channels + c) * MAX_BANDS)
}

// @inline
export function levelsAt(segment: Segment, analysis: Analysis, t: i32, block: i32, c: i32): Row<u8> {
  return analysis.levels.from(((t * MAX_BLOCKS + block) * segment.channels + c) * MAX_BANDS)
}

// @inline
export function repeatsAt(segment: Segment, analysis: Analysis, t: i32, block: i32): Row<u8> {
  return analysis.repeats.from((t * MAX_BLOCKS + block) * segment.channels)
}

/** Lines of a block of all channels, to their place in the frame. `start`: the first sample of frame t. */
function transform(segment: Segment, start: Row<f32>, stride: i32, t: i32, block: i32, now: i32, offset: i32): void {
  const bands = bandsOf(segment, now)
  const left = bandsOf(segment, max(now, classToLeft(segment, t, block)))
  const right = bandsOf(segment, max(now, classToRight(segment, t, block)))
  const from = start.from((segment.lines >> 1) + offset - (bands.lines >> 1))
  for (let c = 0; c < segment.channels; c++) {
    const to = linesOf(segment, c).from(offset)
    forwardMdct(bands.mdct, from.from(c * stride), left.slope, left.lines, right.slope, right.lines, to)
  }
}

/**
 * Mid/side where the product of their energies is below that of left and right: each halving of an energy saves its lines a part
 * of a bit. A band keeps its choice of the frame before unless the other is a tenth better.
 */
function chooseSides(
  segment: Segment,
  bands: Bands,
  channel: i32,
  offset: i32,
  windows: i32,
  sides: Row<u8>,
  before: Row<u8> | null,
): void {
  const left = linesOf(segment, channel).from(offset)
  const right = linesOf(segment, channel + 1).from(offset)
  for (let b = 0; b < bands.count; b++) {
    let ll: f32 = 1
    let rr: f32 = 1
    let lr: f32 = 0
    for (let w = 0; w < windows; w++) {
      for (let i = edge(bands, b); i < edge(bands, b + 1); i++) {
        const x = left[w * bands.lines + i]
        const y = right[w * bands.lines + i]
        ll += x * x
        rr += y * y
        lr += x * y
      }
    }
    const mid = (ll + rr) * 0.5 + lr
    const side = max<f32>(1, (ll + rr) * 0.5 - lr)
    const bias: f32 = (before ? before[b] : 0) ? 1.1 : 0.9
    sides[b] = <f64>mid * <f64>side < <f64>bias * <f64>ll * <f64>rr ? 1 : 0
  }
}

/** Levels of the bands of a run of blocks. */
function measure(bands: Bands, lines: Row<f32>, run: i32, levels: Row<u8>): void {
  for (let b = 0; b < bands.count; b++) {
    const first = edge(bands, b)
    const last = edge(bands, b + 1)
    let energy: f64 = 0
    for (let w = 0; w < run; w++) {
      for (let i = first; i < last; i++) {
        const x = <f64>lines[w * bands.lines + i]
        energy += x * x
      }
    }
    const rms2 = energy / <f64>((last - first) * run)
    const level = rms2 > 1e-9 ? <i32>Math.floor(2 * Math.log2(rms2) + 0.5) + LEVEL_ZERO : 0
    levels[b] = <u8>max(0, min(MAX_LEVEL, level))
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

/** Turns levels that are nearly what will be predicted into that. `before`: levels of the spectrum before, if there is one. */
function settle(levels: Row<u8>, bands: Bands, windows: i32, before: Row<u8> | null): void {
  if (!before) return
  let below = 0
  let further = 0
  for (let b = 0; b < bands.count; b++) {
    const previous: i32 = before[b]
    const predicted = predictLevel(previous, below, further)
    const level: i32 = levels[b]
    const tolerance = (edge(bands, b + 1) - edge(bands, b)) * windows < FEW_LINES ? TOLERANCE_OF_FEW : TOLERANCE
    const settled = level > 0 && predicted > 0 && abs(level - predicted) <= tolerance ? predicted : level
    levels[b] = <u8>settled
    further = below
    below = settled - previous
  }
}
