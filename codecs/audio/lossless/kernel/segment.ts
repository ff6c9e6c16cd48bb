/**
 * A lossless segment: FORMAT.md, "Lossless segments". Written or read by the same functions.
 *
 *     profile, haste (2 bits each)   of float32: scale, rests, specials   levels of each channel
 *     order and reference of each coded channel              then for each time, for each coded channel in order: residual, rest
 */
import { initModel } from '../../../entropy/kernel/model'
import { codeBypass, encodedEnd, encoding, isOverread } from '../../../entropy/kernel/rangecoder'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../wasm/kernel/row'
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
  /** [channels][length]: integers, or the bits of float32. */
  samples: Row<i32>
  profile: i32
  /** The filters' rates are those of the profile times 2^(haste - 1), 0..3. */
  haste: i32
  /** Null for integers. */
  floats: Floats | null
  /** Of each channel. */
  levels: Row<Levels>
  coded: i32
  /** The channel at each place of the order; the place of its reference, its own for none. */
  order: Row<i32>
  references: Row<i32>
  /** How many samples of each channel are coded: of plain ones, of all channels together. */
  time: i32
  /** Of each coded channel, in order; and the index of the latest level in their pasts. */
  lanes: Row<Lane>
  position: i32
}

/** A channel on its way through. */
@unmanaged
class Lane {
  samples: Row<i32>
  levels: Levels
  predictor: Predictor
  coder: ResidualCoder
  reference: Lane | null
  /** 1 if the reference comes earlier in the order, so that its present level is known. */
  ahead: i32
  /** The latest level first, at index `position`. */
  past: Row<f64>
  low: f64
  high: f64
}

export function createSegment(channels: i32, bits: i32, float: i32, length: i32, samples: Row<i32>): Segment {
  const segment = changetype<Segment>(allocateZeroed(offsetof<Segment>()))
  segment.channels = channels
  segment.length = length
  segment.bits = bits
  segment.haste = 1
  segment.samples = samples
  segment.floats = float ? createFloats() : null
  segment.levels = allocateRow<Levels>(channels)
  for (let c = 0; c < channels; c++) segment.levels[c] = createLevels()
  segment.order = allocateZeroedRow<i32>(channels)
  segment.references = allocateZeroedRow<i32>(channels)
  return segment
}

export function channelSamples(segment: Segment, c: i32): Row<i32> {
  return segment.samples.from(c * segment.length)
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
    codeLevels(segment.levels[c], c)
    // no samples are going to come of it
    if (isOverread()) return
  }
  codeOrder(segment)
  segment.lanes = createLanes(segment)
  segment.position = ROOM
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
  const samples = segment.samples
  const first = segment.time
  segment.time = min(first + most, segment.channels * segment.length)
  for (let i = first; i < segment.time; i++) {
    const sample = codeWord(samples[i] & (<u32>-1 >>> (32 - bits)), bits)
    samples[i] = <i32>(sample << (32 - bits)) >> (32 - bits)
  }
}

/** Codes which coded channel comes when, and which one each is predicted from. */
function codeOrder(segment: Segment): void {
  let coded = 0
  for (let c = 0; c < segment.channels; c++) if (segment.levels[c].kind == CODED) coded++
  segment.coded = coded
  if (coded == 1) {
    for (let c = 0; c < segment.channels; c++) if (segment.levels[c].kind == CODED) segment.order[0] = c
    segment.references[0] = 0
    return
  }
  const taken = allocateZeroedRow<u8>(segment.channels)
  for (let i = 0; i < coded; i++) {
    let c = <i32>codeWord(segment.order[i], 8)
    // damage may name a channel twice, or one that is not coded: the next free one instead
    while (c >= segment.channels || segment.levels[c].kind != CODED || taken[c]) {
      c = c + 1 < segment.channels ? c + 1 : 0
    }
    taken[c] = 1
    segment.order[i] = c
    const reference = <i32>codeWord(segment.references[i], 8)
    segment.references[i] = reference < coded ? reference : i
  }
}

function createLanes(segment: Segment): Row<Lane> {
  const lanes = allocateRow<Lane>(max(segment.coded, 1))
  for (let i = 0; i < segment.coded; i++) lanes[i] = changetype<Lane>(allocateZeroed(offsetof<Lane>()))
  for (let i = 0; i < segment.coded; i++) {
    const lane = lanes[i]
    const c = segment.order[i]
    const reference = segment.references[i]
    lane.samples = channelSamples(segment, c)
    lane.levels = segment.levels[c]
    lane.reference = reference == i ? null : lanes[reference]
    lane.ahead = reference < i ? 1 : 0
    lane.predictor = createPredictor(segment.profile, segment.haste, reference != i)
    lane.coder = createResidualCoder(segment.profile)
    lane.past = allocateZeroedRow<f64>(ROOM + MAX_ORDER)
    lane.low = <f64>lane.levels.low
    lane.high = <f64>lane.levels.high
  }
  for (let i = 0; i < segment.coded; i++) {
    const reference = segment.references[i]
    if (reference != i) lanes[i].predictor.reference = lanes[reference].predictor
  }
  return lanes
}

/** Codes the samples of all channels up to time `end`. */
function codeTimes(segment: Segment, end: i32, limit: usize): bool {
  const lanes = segment.lanes
  const coded = segment.coded
  const floats = segment.floats
  let position = segment.position
  for (let t = segment.time; t < end; t++) {
    if (position == 0) {
      position = ROOM
      for (let i = 0; i < coded; i++) lanes[i].past.from(ROOM).copy(lanes[i].past, MAX_ORDER)
    }
    position--
    if (encoding && encodedEnd() > limit) return false
    for (let i = 0; i < coded; i++) {
      const lane = lanes[i]
      const sample = lane.samples[t]
      const prediction = predictLane(lane, position)
      const whole = <i32>Math.floor(prediction + 0.5)
      const level = encoding ? levelOf(lane.levels, floats ? integerOf(floats, sample) : sample) : 0
      const reference = lane.reference
      const residual = codeResidual(lane.coder, level - whole, prediction - <f64>whole, reference ? reference.coder.loudness : 0)
      const value = whole + residual
      lane.past[position] = <f64>value
      learn(lane.predictor, <f64>value, <f64>value - prediction)
      const integer = sampleOf(lane.levels, value)
      lane.samples[t] = floats ? codeFloat(floats, integer, sample) : integer
    }
  }
  segment.position = position
  segment.time = end
  return true
}

/** Prediction of the level that belongs at `position`, within the lane's range. */
// @inline
function predictLane(lane: Lane, position: i32): f64 {
  const reference = lane.reference
  const other = reference ? reference.past.from(position + 1 - lane.ahead) : lane.past
  const prediction = predict(lane.predictor, lane.past.from(position + 1), other)
  if (!(prediction >= lane.low)) return lane.low
  return prediction > lane.high ? lane.high : prediction
}

/** Fills a channel that is not coded. */
function fillChannel(segment: Segment, c: i32): void {
  const levels = segment.levels[c]
  const out = channelSamples(segment, c)
  const length = segment.length
  if (levels.kind == CODED) return
  if (levels.kind == CONSTANT) {
    for (let i = 0; i < length; i++) out[i] = levels.value
    return
  }
  const source = channelSamples(segment, levels.source)
  if (levels.kind == COPY) out.copy(source, length)
  else if (segment.floats) for (let i = 0; i < length; i++) out[i] = source[i] ^ 0x80000000
  else for (let i = 0; i < length; i++) out[i] = -source[i]
}
