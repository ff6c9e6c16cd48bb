/** The audio encoder's kernel: what JavaScript calls. A segment is analysed once, then coded with as many gains as it takes. */
import { encodedEnd, finishEncoding, startEncoding } from '../../../entropy/kernel/rangecoder'
import { allocate, extend } from '../../../wasm/kernel/arena'
import { Row } from '../../../wasm/kernel/row'
import {
  Analysis,
  analyseFrame as analyseOne,
  createAnalysis as create,
  divideFrame as divideOne,
  levelsAt,
  repeatsAt,
  sidesAt,
} from './analysis'
import { MAX_BANDS } from './bands'
import { bandRatio, codeBlock, codeSegmentStart, fillBlockSteps } from './frame'
import { SILENT_RATIO } from './lines'
import {
  Bands,
  bandsOf,
  createSegment as createOne,
  edge,
  levelsOf,
  resetSegment,
  Segment,
  sidesOf,
  startsPair,
  stepsOf,
  valuesOf,
} from './segment'
import { amplitudeOf } from './steps'
import { blockClass, blockCount, tilingOf } from './tiling'

export { allocate, allocateZeroed, mark, release } from '../../../wasm/kernel/arena'

let bytes: usize = 0
let rounding: f32 = 0.4

export function createSegment(frames: i32, parameters: Row<i32>): usize {
  return changetype<usize>(createOne(frames, parameters))
}

export function partBits(address: usize): Row<f64> {
  return changetype<Segment>(address).bits
}

/** Prepares to analyse planar samples (full scale 2^15, `stride` per channel, two frames' lengths before the first frame). */
export function createAnalysis(address: usize, samples: Row<f32>, stride: i32): usize {
  return changetype<usize>(create(changetype<Segment>(address), samples, stride))
}

/** Frames -1 to that behind the last. */
export function divideFrame(address: usize, analysed: usize, t: i32): void {
  divideOne(changetype<Segment>(address), changetype<Analysis>(analysed), t)
}

export function analyseFrame(address: usize, analysed: usize, t: i32): void {
  analyseOne(changetype<Segment>(address), changetype<Analysis>(analysed), t)
}

/** Room for a frame of any content: a line costs at most 15 mixed bins of 12 bits, an escape of 50 and 17 plain bits. */
const MAX_BYTES_PER_LINE: i32 = 32

/** Starts to code a segment with `gain` (0..2047); `rounds`: what is added before levels are cut, 0..0.5. */
export function startEncoder(address: usize, gain: i32, rounds: f32): void {
  const segment = changetype<Segment>(address)
  rounding = rounds
  resetSegment(segment)
  segment.gain = gain
  bytes = allocate(65536)
  startEncoding(bytes)
  codeSegmentStart(segment)
}

/** Codes frame t of what is analysed, in order. */
export function encodeFrame(address: usize, analysed: usize, t: i32): void {
  const segment = changetype<Segment>(address)
  extend(encodedEnd() + <usize>(segment.channels * segment.lines * MAX_BYTES_PER_LINE + 65536))
  const tiling = tilingOf(segment, t)
  let offset = 0
  for (let block = 0; block < blockCount(tiling); block++) {
    const now = blockClass(tiling, block)
    quantizeBlock(segment, changetype<Analysis>(analysed), t, block, now, offset)
    offset += segment.lines >> now
  }
}

/** Ends the payload and returns how many bytes it has. */
export function finishEncoder(): i32 {
  return finishEncoding()
}

export function encodedBytes(): usize {
  return bytes
}

function quantizeBlock(segment: Segment, analysis: Analysis, t: i32, block: i32, now: i32, offset: i32): void {
  const bands = bandsOf(segment, now)
  const repeats = repeatsAt(segment, analysis, t, block)
  for (let c = 0; c < segment.channels; c++) {
    // a pair's flags stand at its first channel; the second's row holds those of the block before
    if (startsPair(segment.channels, c)) sidesOf(segment, c).copy(sidesAt(segment, analysis, t, block, c), MAX_BANDS)
    const levels = levelsOf(segment, c)
    const steps = stepsOf(segment, c)
    levels.copy(levelsAt(segment, analysis, t, block, c), MAX_BANDS)
    fillBlockSteps(segment, bands, c, c > 0 && startsPair(segment.channels, c - 1))
    const source = analysis.lines.from((t * segment.channels + c) * segment.lines + offset)
    quantizeWindow(bands, source, valuesOf(segment, c).from(offset), levels, steps)
  }
  codeBlock(segment, t, block, now, offset, repeats)
}

function quantizeWindow(bands: Bands, source: Row<f32>, values: Row<i32>, levels: Row<u8>, steps: Row<i16>): void {
  for (let b = 0; b < bands.count; b++) {
    const silent = bandRatio(levels, steps, b) <= SILENT_RATIO
    const inverse = <f32>1 / amplitudeOf(steps[b])
    for (let i = edge(bands, b); i < edge(bands, b + 1); i++) {
      const x = source[i]
      const size = silent ? 0 : <i32>min<f32>(abs<f32>(x) * inverse + rounding, <f32>(1 << 23))
      values[i] = x < 0 ? -size : size
    }
  }
}
