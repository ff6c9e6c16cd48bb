/** What the encoder chooses for a segment before it is coded: scale of floats, levels of each channel, order and references. */
import { mark, release } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row, rowAt } from '../../../wasm/kernel/row'
import { Floats, GREATEST_SCALE, integerOf, LEAST_SCALE } from './floats'
import { CODED, CONSTANT, COPY, indexTable, Levels, levelOf, MAX_SLOTS, NEGATIVE } from './levels'
import { createPredictor, learn, predict } from './predictor'
import { MAX_ORDER } from './profiles'
import { channelSamples, Segment } from './segment'

/** First the scale, then the levels of each channel in order, then their order. */
export function decideScale(segment: Segment): void {
  const floats = segment.floats
  if (floats) chooseScale(segment, floats)
}

/** Takes a scale at which every float is an integer if there is one of 31 bits, else the one that fills 24 bits. */
function chooseScale(segment: Segment, floats: Floats): void {
  const count = segment.channels * segment.length
  const restore = mark()
  // how many numbers have their highest bit at each power of two from 2^-149
  const highest = allocateZeroedRow<u32>(512)
  let least = 512
  for (let i = 0; i < count; i++) {
    const bits = <u32>segment.samples[i] & 0x7fffffff
    if (bits == 0 || bits >= 0x7f800000) continue
    const exponent = <i32>(bits >> 23)
    const mantissa = exponent ? (bits & 0x7fffff) | 0x800000 : bits
    const base = max(exponent, 1) - 1
    least = min(least, base + <i32>ctz(mantissa))
    highest[base + 31 - <i32>clz(mantissa)]++
  }
  let greatest = 511
  while (greatest > 0 && highest[greatest] == 0) greatest--
  floats.rests = 0
  if (least == 512) floats.scale = 0
  else if (greatest - least <= 30) floats.scale = least + LEAST_SCALE
  else {
    // a few numbers far above the others are not worth the precision of all
    let above: u32 = 0
    while (greatest > 0 && above + highest[greatest] <= <u32>count >> 12) {
      above += highest[greatest]
      greatest--
    }
    floats.rests = 1
    floats.scale = max(greatest - 23, 0) + LEAST_SCALE
  }
  release(restore)
  floats.scale = min(floats.scale, GREATEST_SCALE)
  floats.unit = reinterpret<f64>((<i64>(floats.scale + 1023)) << 52)
  floats.specials = 0
  for (let i = 0; i < count; i++) {
    const bits = <u32>segment.samples[i]
    if (bits != 0 && integerOf(floats, bits) == 0) {
      floats.specials = 1
      break
    }
  }
}

// @inline
function integerAt(segment: Segment, samples: Row<i32>, i: i32): i32 {
  const sample = samples[i]
  const floats = segment.floats
  return floats ? integerOf(floats, sample) : sample
}

export function chooseLevels(segment: Segment, c: i32): void {
  const levels = segment.levels[c]
  const samples = channelSamples(segment, c)
  const length = segment.length
  levels.kind = CONSTANT
  levels.value = length ? samples[0] : 0
  if (isFilled(samples, length, levels.value)) return
  for (let source = 0; source < c; source++) {
    if (segment.levels[source].kind != CODED) continue
    levels.source = source
    levels.kind = COPY
    if (isCopy(samples, channelSamples(segment, source), length, 0, 0)) return
    levels.kind = NEGATIVE
    if (isCopy(samples, channelSamples(segment, source), length, segment.floats ? 0x80000000 : -1, segment.floats ? 0 : 1)) return
  }
  levels.kind = CODED

  const first = integerAt(segment, samples, 0)
  let low = first
  let high = first
  let divisor: u32 = 0
  for (let i = 0; i < length; i++) {
    const sample = integerAt(segment, samples, i)
    low = min(low, sample)
    high = max(high, sample)
    if (divisor != 1) divisor = commonDivisor(divisor, <u32>(sample > first ? sample - first : first - sample))
  }
  if (divisor > 1) {
    levels.divisor = divisor
    const remainder = <i32>(<i64>first % <i64>divisor)
    levels.offset = remainder < 0 ? remainder + <i32>divisor : remainder
    if (<u32>levels.offset >= divisor) levels.divisor = 1
  }
  if (levels.divisor == 1) {
    levels.offset = 0
    if (<i64>high - <i64>low < 1 << 20) chooseTable(segment, levels, samples, low, high)
  }
  levels.low = levelOf(levels, low)
  levels.high = levelOf(levels, high)
}

function isFilled(samples: Row<i32>, length: i32, value: i32): bool {
  for (let i = 0; i < length; i++) if (samples[i] != value) return false
  return true
}

/** Whether every sample is (source's ^ flip) + add. */
function isCopy(samples: Row<i32>, source: Row<i32>, length: i32, flip: i32, add: i32): bool {
  for (let i = 0; i < length; i++) if (samples[i] != (source[i] ^ flip) + add) return false
  return true
}

function commonDivisor(a: u32, b: u32): u32 {
  while (b != 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

/** Values of one window of {@link chooseTable}. */
const WINDOW: i32 = 64
/** Samples in a window above which a value that none of them has is taken for unused. */
const CROWDED: u32 = 1024
/** Bits per sample that a table must save: the steps that it puts into the signal are noise to the predictor. */
const LEAST_GAIN: f64 = 0.04

/** Leaves out unused values where that saves more than the table costs. */
function chooseTable(segment: Segment, levels: Levels, samples: Row<i32>, low: i32, high: i32): void {
  const restore = mark()
  const windows = (high - low) / WINDOW + 1
  const counts = allocateZeroedRow<u32>(windows * WINDOW)
  for (let i = 0; i < segment.length; i++) counts[integerAt(segment, samples, i) - low]++
  let firstWindow = -1
  let lastWindow = -1
  let gain: f64 = -256 - LEAST_GAIN * <f64>segment.length
  for (let w = 0; w < windows; w++) {
    let used = 0
    let total: u32 = 0
    for (let i = w * WINDOW; i < (w + 1) * WINDOW; i++) {
      const count = counts[i]
      total += count
      if (count) used++
    }
    if (total < CROWDED || (firstWindow >= 0 && (w + 1 - firstWindow) * WINDOW > MAX_SLOTS)) continue
    if (firstWindow < 0) firstWindow = w
    lastWindow = w
    if (used < WINDOW) {
      const share = <f64>used / <f64>WINDOW
      gain -= <f64>total * Math.log2(share)
      gain += <f64>used * Math.log2(share) + <f64>(WINDOW - used) * Math.log2(1 - share)
    }
  }
  if (gain <= 0) {
    release(restore)
    return
  }
  levels.first = low + firstWindow * WINDOW
  levels.slots = min((lastWindow + 1 - firstWindow) * WINDOW, high + 1 - levels.first)
  const slots = levels.slots
  // the counts' own place becomes the table: a byte never lies behind the count that it comes from
  const used = rowAt<u8>(changetype<usize>(counts))
  const from = counts.from(firstWindow * WINDOW)
  for (let i = 0; i < slots; i++) used[i] = from[i] ? 1 : 0
  release(restore)
  levels.used = allocateRow<u8>(slots)
  indexTable(levels)
}

/** Orders coded channels and gives each the reference that it resembles most. */
export function chooseOrder(segment: Segment): void {
  let coded = 0
  for (let c = 0; c < segment.channels; c++) {
    if (segment.levels[c].kind != CODED) continue
    segment.order[coded] = c
    coded++
  }
  if (coded == 2 && trialCost(segment, 1, 0) < trialCost(segment, 0, 1)) {
    const first = segment.order[0]
    segment.order[0] = segment.order[1]
    segment.order[1] = first
  }
  for (let i = 0; i < coded; i++) {
    let best = i == 0 ? min(1, coded - 1) : i - 1
    let most = 0.0
    for (let j = 0; j < (i == 0 ? coded : i); j++) {
      if (i == j) continue
      const likeness = resemblance(segment, coded, i, j)
      if (likeness > most) {
        most = likeness
        best = j
      }
    }
    segment.references[i] = best
  }
}

function placeSamples(segment: Segment, place: i32): Row<i32> {
  return channelSamples(segment, segment.order[place])
}

/** Squared correlation of the second differences of two channels. */
function resemblance(segment: Segment, coded: i32, i: i32, j: i32): f64 {
  const a = placeSamples(segment, i)
  const b = placeSamples(segment, j)
  const length = min(segment.length, max(256, (1 << 22) / (coded * coded)))
  let both = 0.0
  let squareA = 1.0
  let squareB = 1.0
  let a1 = 0.0
  let a2 = 0.0
  let b1 = 0.0
  let b2 = 0.0
  for (let t = 0; t < length; t++) {
    const a0 = <f64>integerAt(segment, a, t)
    const b0 = <f64>integerAt(segment, b, t)
    const da = a0 - 2 * a1 + a2
    const db = b0 - 2 * b1 + b2
    both += da * db
    squareA += da * da
    squareB += db * db
    a2 = a1
    a1 = a0
    b2 = b1
    b1 = b0
  }
  return (both / squareA) * (both / squareB)
}

/** Samples that are tried to find the better order of a pair. */
const TRIAL: i32 = 4096
const TRIAL_PROFILE: i32 = 0

/** About how many bits the middle of a pair takes if `first` comes first. */
function trialCost(segment: Segment, first: i32, second: i32): f64 {
  const restore = mark()
  const length = min(segment.length, TRIAL)
  const start = (segment.length - length) >> 1
  const order = MAX_ORDER
  let bits = 0.0
  for (let turn = 0; turn < 2; turn++) {
    const own = placeSamples(segment, turn ? second : first)
    const other = placeSamples(segment, turn ? first : second)
    const predictor = createPredictor(TRIAL_PROFILE, 1, true)
    const a = allocateZeroedRow<f64>(length + order)
    const b = allocateZeroedRow<f64>(length + order)
    for (let t = 0; t < length; t++) {
      // newest first
      a[length - 1 - t] = <f64>integerAt(segment, own, start + t)
      b[length - 1 - t] = <f64>integerAt(segment, other, start + t)
    }
    for (let at = length - 1; at >= 0; at--) {
      const value = a[at]
      const error = value - predict(predictor, a.from(at + 1), b.from(turn ? at : at + 1))
      bits += Math.log2(1 + abs(error))
      learn(predictor, value, error)
    }
  }
  release(restore)
  return bits
}
