/**
 * A lossless segment: FORMAT.md, "Lossless segments". Written or read by the same functions.
 *
 *     profile, haste (2 bits each)   of float32: scale, rests, specials   levels of each channel
 *     order and reference of each coded channel              then for each time, for each coded channel in order: residual, rest
 */
import { initModel } from '../../../entropy/kernel/model'
import { codeBypass, encodedEnd, encoding, isOverread } from '../../../entropy/kernel/rangecoder'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { codeFloat, codeFloats, createFloats, Floats, integerOf } from './floats'
import { CODED, CONSTANT, COPY, codeLevels, createLevels, Levels, levelOf, sampleOf } from './levels'
import { createPredictor, learn, Predictor, predict } from './predictor'
import { MAX_ORDER, PLAIN } from './profiles'
import { codeResidual, createResidualCoder, ResidualCoder } from './residual'
import { codeWord } from './words'

/** Levels that a channel's past takes before it is copied to its end. */
const ROOM: i32 = 2048
/** How many updates a state counts. */
const UPDATE_LIMIT: i32 = 1023

@unmanaged
export class Segment {
  channels: i32
  length: i32
  /** Of a sample, 8..32. */
  bits: i32
  /** i32[channels][length]: integers, or the bits of float32. */
  samples: usize
  profile: i32
  /** The filters' rates are those of the profile times 2^(haste - 1), 0..3. */
  haste: i32
  /** Null for integers. */
  floats: Floats | null
  /** Levels[channels]. */
  levels: usize
  coded: i32
  /** i32[channels] both: the channel at each place of the order; the place of its reference, its own for none. */
  order: usize
  references: usize
  /** How many samples of each channel are coded: of plain ones, of all channels together. */
  time: i32
  /** Lane[coded], and where their pasts are. */
  lanes: usize
  position: usize
}

/** A channel on its way through. */
@unmanaged
class Lane {
  samples: usize
  levels: Levels
  predictor: Predictor
  coder: ResidualCoder
  reference: Lane | null
  /** 1 if the reference comes earlier in the order, so that its present level is known. */
  ahead: i32
  /** f64: the latest level first, at index `position`. */
  past: usize
  low: f64
  high: f64
}

export function createSegment(channels: i32, bits: i32, float: i32, length: i32, samples: usize): Segment {
  const segment = changetype<Segment>(allocateZeroed(offsetof<Segment>()))
  segment.channels = channels
  segment.length = length
  segment.bits = bits
  segment.haste = 1
  segment.samples = samples
  segment.floats = float ? createFloats() : null
  segment.levels = allocate((<usize>channels) << 2)
  for (let c = 0; c < channels; c++) store<usize>(segment.levels + ((<usize>c) << 2), changetype<usize>(createLevels()))
  segment.order = allocateZeroed((<usize>channels) << 2)
  segment.references = allocateZeroed((<usize>channels) << 2)
  return segment
}

export function levelsAt(segment: Segment, c: i32): Levels {
  return changetype<Levels>(load<usize>(segment.levels + ((<usize>c) << 2)))
}

export function channelSamples(segment: Segment, c: i32): usize {
  return segment.samples + ((<usize>c * <usize>segment.length) << 2)
}

/** Codes all that comes before the samples. */
export function codeHead(segment: Segment): void {
  initModel(UPDATE_LIMIT)
  segment.time = 0
  segment.profile = codeBypass(segment.profile, 2)
  if (segment.profile == PLAIN) return
  segment.haste = codeBypass(segment.haste, 2)
  const floats = segment.floats
  if (floats) codeFloats(floats)
  for (let c = 0; c < segment.channels; c++) {
    codeLevels(levelsAt(segment, c), c)
    // no samples are going to come of it
    if (isOverread()) return
  }
  codeOrder(segment)
  segment.lanes = createLanes(segment)
  segment.position = (<usize>ROOM) << 3
}

/** Whether all samples are coded. */
export function isComplete(segment: Segment): bool {
  return segment.time >= (segment.profile == PLAIN ? segment.channels * segment.length : segment.length)
}

/**
 * Codes samples, up to `most` of them in all channels together and one of each at least; the decoder fills its samples. The encoder gives
 * up, and returns false, where it has written more than up to `limit`.
 */
export function codeSamples(segment: Segment, most: i32, limit: usize): bool {
  if (segment.profile == PLAIN) {
    codePlain(segment, most)
    return true
  }
  if (!codeTimes(segment, min(segment.length, segment.time + max(1, most / segment.channels)), limit)) return false
  if (isComplete(segment)) for (let c = 0; c < segment.channels; c++) fillChannel(segment, c)
  return true
}

/** Samples as they are: for noise that no model makes smaller. */
function codePlain(segment: Segment, most: i32): void {
  const bits = segment.bits
  const first = segment.time
  segment.time = min(first + most, segment.channels * segment.length)
  const end = segment.samples + ((<usize>segment.time) << 2)
  for (let at = segment.samples + ((<usize>first) << 2); at < end; at += 4) {
    const sample = codeWord(load<u32>(at) & (<u32>-1 >>> (32 - bits)), bits)
    store<i32>(at, <i32>(sample << (32 - bits)) >> (32 - bits))
  }
}

/** Codes which coded channel comes when, and which one each is predicted from. */
function codeOrder(segment: Segment): void {
  let coded = 0
  for (let c = 0; c < segment.channels; c++) if (levelsAt(segment, c).kind == CODED) coded++
  segment.coded = coded
  if (coded == 1) {
    for (let c = 0; c < segment.channels; c++) if (levelsAt(segment, c).kind == CODED) store<i32>(segment.order, c)
    store<i32>(segment.references, 0)
    return
  }
  const taken = allocateZeroed(<usize>segment.channels)
  for (let i = 0; i < coded; i++) {
    const at = (<usize>i) << 2
    let c = <i32>codeWord(load<i32>(segment.order + at), 8)
    // damage may name a channel twice, or one that is not coded: the next free one instead
    while (c >= segment.channels || levelsAt(segment, c).kind != CODED || load<u8>(taken + <usize>c)) {
      c = c + 1 < segment.channels ? c + 1 : 0
    }
    store<u8>(taken + <usize>c, 1)
    store<i32>(segment.order + at, c)
    const reference = <i32>codeWord(load<i32>(segment.references + at), 8)
    store<i32>(segment.references + at, reference < coded ? reference : i)
  }
}

function createLanes(segment: Segment): usize {
  const lanes = allocate((<usize>max(segment.coded, 1)) << 2)
  for (let i = 0; i < segment.coded; i++) {
    store<usize>(lanes + ((<usize>i) << 2), allocateZeroed(offsetof<Lane>()))
  }
  for (let i = 0; i < segment.coded; i++) {
    const lane = laneAt(lanes, i)
    const c = load<i32>(segment.order + ((<usize>i) << 2))
    const reference = load<i32>(segment.references + ((<usize>i) << 2))
    lane.samples = channelSamples(segment, c)
    lane.levels = levelsAt(segment, c)
    lane.reference = reference == i ? null : laneAt(lanes, reference)
    lane.ahead = reference < i ? 1 : 0
    lane.predictor = createPredictor(segment.profile, segment.haste, reference != i)
    lane.coder = createResidualCoder(segment.profile)
    lane.past = allocateZeroed((<usize>(ROOM + MAX_ORDER)) << 3)
    lane.low = <f64>lane.levels.low
    lane.high = <f64>lane.levels.high
  }
  for (let i = 0; i < segment.coded; i++) {
    const reference = load<i32>(segment.references + ((<usize>i) << 2))
    if (reference != i) laneAt(lanes, i).predictor.reference = laneAt(lanes, reference).predictor
  }
  return lanes
}

// @inline
function laneAt(lanes: usize, i: i32): Lane {
  return changetype<Lane>(load<usize>(lanes + ((<usize>i) << 2)))
}

/** Codes the samples of all channels up to time `end`. */
function codeTimes(segment: Segment, end: i32, limit: usize): bool {
  const lanes = segment.lanes
  const coded = segment.coded
  const floats = segment.floats
  let position = segment.position
  for (let t = <usize>segment.time; t < <usize>end; t++) {
    if (position == 0) {
      position = (<usize>ROOM) << 3
      for (let i = 0; i < coded; i++) memory.copy(laneAt(lanes, i).past + position, laneAt(lanes, i).past, (<usize>MAX_ORDER) << 3)
    }
    position -= 8
    if (encoding && encodedEnd() > limit) return false
    for (let i = 0; i < coded; i++) {
      const lane = laneAt(lanes, i)
      const at = lane.samples + (t << 2)
      const sample = load<i32>(at)
      const prediction = predictLane(lane, position)
      const whole = <i32>Math.floor(prediction + 0.5)
      const level = encoding ? levelOf(lane.levels, floats ? integerOf(floats, sample) : sample) : 0
      const reference = lane.reference
      const residual = codeResidual(lane.coder, level - whole, prediction - <f64>whole, reference ? reference.coder.loudness : 0)
      const value = whole + residual
      store<f64>(lane.past + position, <f64>value)
      learn(lane.predictor, <f64>value, <f64>value - prediction)
      const integer = sampleOf(lane.levels, value)
      store<i32>(at, floats ? codeFloat(floats, integer, sample) : integer)
    }
  }
  segment.position = position
  segment.time = end
  return true
}

/** Prediction of the level that belongs at `position`, within the lane's range. */
// @inline
function predictLane(lane: Lane, position: usize): f64 {
  const reference = lane.reference
  const other = reference ? reference.past + position + ((<usize>(1 - lane.ahead)) << 3) : 0
  const prediction = predict(lane.predictor, lane.past + position + 8, other)
  if (!(prediction >= lane.low)) return lane.low
  return prediction > lane.high ? lane.high : prediction
}

/** Fills a channel that is not coded. */
function fillChannel(segment: Segment, c: i32): void {
  const levels = levelsAt(segment, c)
  const out = channelSamples(segment, c)
  const bytes = (<usize>segment.length) << 2
  if (levels.kind == CODED) return
  if (levels.kind == CONSTANT) {
    for (let i: usize = 0; i < bytes; i += 4) store<i32>(out + i, levels.value)
    return
  }
  const source = channelSamples(segment, levels.source)
  if (levels.kind == COPY) memory.copy(out, source, bytes)
  else if (segment.floats) for (let i: usize = 0; i < bytes; i += 4) store<i32>(out + i, load<i32>(source + i) ^ 0x80000000)
  else for (let i: usize = 0; i < bytes; i += 4) store<i32>(out + i, -load<i32>(source + i))
}
