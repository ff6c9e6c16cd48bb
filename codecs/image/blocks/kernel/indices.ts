/**
 * Samples of palette blocks, one by one as indices of the tile's palette: FORMAT.md, "Palette blocks".
 *
 *     for each sample, row by row:
 *       hit      up to 4 bins, each with a guess of its own: 1 = the index is the guess
 *       literal  if no guess was right: the index as a binary tree
 *
 * Guesses are the indices that followed the same surroundings the last time, wide ones (11 samples) first, then the neighbours
 * themselves. What recurs in a screen (letters, icons, dither) is met in its surroundings, wherever it stands.
 */
import {
  APM_BYTES,
  apmAt,
  codeMixed,
  resetApms,
  resetStates,
  resetWeights,
  STATE_BYTES,
  stateAt,
  WEIGHT_SET_BYTES,
  weightSetAt,
} from '../../../entropy/kernel/model'
import { encoding } from '../../../entropy/kernel/rangecoder'
import { allocate } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../wasm/kernel/row'

/** Samples around an index plane: what lies beyond the tile has index 0. */
const MARGIN: i32 = 8
const MARGIN_ABOVE: i32 = 2

/** Surroundings are told apart by hashes of this many bits. */
const HASH_BITS: u64 = 18
const HASHES: i32 = 1 << 18
const GUESSES: i32 = 4

const PATTERN_STATES: i32 = 128 * 8 * 4 * GUESSES
const LITERAL_STATES: i32 = 65536
/** Weight sets: of hits by guess and its origin, of literals by bit. */
const LITERAL_SET: i32 = GUESSES * 8
const WEIGHT_SETS: i32 = LITERAL_SET + 8
const FIRST_WEIGHT: i32 = 20000

@unmanaged
export class IndexModels {
  /** States of hits by hash: wide, middle, narrow surroundings; then by pattern of equal neighbours. */
  wide: usize
  middle: usize
  narrow: usize
  pattern: usize
  /** States of literals: by node alone, and with the index on the left, above, and both. */
  node: usize
  nodeLeft: usize
  nodeAbove: usize
  nodeBoth: usize
  weights: usize
  apms: usize
  /** By hash: 1 + the index that followed last, 0 for none. */
  afterWide: Row<u8>
  afterMiddle: Row<u8>
  afterNarrow: Row<u8>
  /** By wide hash: how often in a row afterWide was right. */
  runs: Row<u8>
}

const STATES: i32 = 3 * HASHES + PATTERN_STATES + 4 * LITERAL_STATES

export function createIndexModels(): IndexModels {
  const models = changetype<IndexModels>(allocate(offsetof<IndexModels>()))
  models.wide = allocate(<usize>STATES * STATE_BYTES)
  models.middle = stateAt(models.wide, HASHES)
  models.narrow = stateAt(models.middle, HASHES)
  models.pattern = stateAt(models.narrow, HASHES)
  models.node = stateAt(models.pattern, PATTERN_STATES)
  models.nodeLeft = stateAt(models.node, LITERAL_STATES)
  models.nodeAbove = stateAt(models.nodeLeft, LITERAL_STATES)
  models.nodeBoth = stateAt(models.nodeAbove, LITERAL_STATES)
  models.weights = allocate(<usize>WEIGHT_SETS * WEIGHT_SET_BYTES)
  models.apms = allocate(<usize>WEIGHT_SETS * APM_BYTES)
  models.afterWide = allocateRow<u8>(4 * HASHES)
  models.afterMiddle = models.afterWide.from(HASHES)
  models.afterNarrow = models.afterMiddle.from(HASHES)
  models.runs = models.afterNarrow.from(HASHES)
  resetIndexModels(models)
  return models
}

export function resetIndexModels(models: IndexModels): void {
  resetStates(models.wide, STATES)
  resetWeights(models.weights, WEIGHT_SETS, FIRST_WEIGHT)
  resetApms(models.apms, WEIGHT_SETS)
  models.afterWide.clear(4 * HASHES)
}

/** Bytes in a row of an index plane, of a tile so wide. */
export function indexStride(paddedWidth: i32): i32 {
  return paddedWidth + 2 * MARGIN
}

/** A plane of indices, all 0, from its first sample on. */
export function createIndices(paddedWidth: i32, paddedHeight: i32): Row<u8> {
  const stride = indexStride(paddedWidth)
  return allocateZeroedRow<u8>(stride * (paddedHeight + MARGIN_ABOVE)).from(stride * MARGIN_ABOVE + MARGIN)
}

const HASH_A: u64 = 0x9e3779b97f4a7c15
const HASH_B: u64 = 0xd6e8feb86659fd93

// @inline
function hashOf(key: u64): i32 {
  return <i32>((key * HASH_A) >> (64 - HASH_BITS))
}

/** Codes the indices of `width` samples from `here` on, `column` samples into a block that has `blockWidth`. */
export function codeIndices(
  models: IndexModels,
  here: Row<u8>,
  stride: i32,
  wanted: Row<u8>,
  column: i32,
  width: i32,
  blockWidth: i32,
  count: i32,
): void {
  for (let i = 0; i < width; i++) {
    codeIndex(models, changetype<usize>(here.from(i)), stride, encoding ? <i32>wanted[i] : 0, blockWidth - 1 - column - i, count)
  }
}

// what the guesses for one sample have in common
let wideHash = 0
let middleHash = 0
let narrowHash = 0
let pattern = 0

/** Guesses that were asked for the sample, and how many. */
const asked = changetype<Row<i32>>(memory.data(4 * 4, 16))
let askedCount = 0

/** `remaining`: samples of the block to the right of this one, which are not known above it either. */
function codeIndex(models: IndexModels, here: usize, stride: i32, value: i32, remaining: i32, count: i32): void {
  // bytes from the left: three before, five above, three above those
  const before = load<u32>(here - 4) >> 8
  const row = <usize>stride
  let above = load<u64>(here - row - 2) & 0xffffffffff
  let higher = load<u32>(here - 2 * row - 1) & 0xffffff
  if (remaining < 2) {
    // the last sample of the block repeats
    const last = (above >> (16 + ((<u64>remaining) << 3))) & 255
    if (remaining == 0) {
      above = (above & 0xffffff) | (last << 24) | (last << 32)
      higher = (higher & 0xffff) | ((higher & 0xff00) << 8)
    } else above = (above & 0xffffffff) | (last << 32)
  }
  const left = <i32>(before >> 16)
  const up = <i32>(above >> 16) & 255
  wideHash = <i32>(((<u64>before | (above << 24)) * HASH_A + <u64>higher * HASH_B) >> (64 - HASH_BITS))
  middleHash = hashOf(<u64>(before >> 8) | (((above >> 8) & 0xffffff) << 16) | ((<u64>(higher & 0xff00)) << 32))
  narrowHash = hashOf(<u64>left | (((above >> 8) & 0xffff) << 8))
  const corner = <i32>(above >> 8) & 255
  const right = <i32>(above >> 24) & 255
  pattern =
    (left == up ? 1 : 0) |
    (up == corner ? 2 : 0) |
    (up == right ? 4 : 0) |
    (left == (<i32>(before >> 8) & 255) ? 8 : 0) |
    (up == (<i32>(higher >> 8) & 255) ? 16 : 0) |
    (left == corner ? 32 : 0) |
    (right == <i32>(above >> 32) ? 64 : 0)
  askedCount = 0
  const afterWide = <i32>models.afterWide[wideHash]
  const afterMiddle = <i32>models.afterMiddle[middleHash]
  const afterNarrow = <i32>models.afterNarrow[narrowHash]
  const run = <i32>models.runs[wideHash]
  const isFound =
    (afterWide > 0 && codeGuess(models, afterWide - 1, run > 3 ? 3 : run > 1 ? 2 : 1, value, left, up)) ||
    (afterMiddle > 0 && codeGuess(models, afterMiddle - 1, 4, value, left, up)) ||
    (afterNarrow > 0 && codeGuess(models, afterNarrow - 1, 5, value, left, up)) ||
    codeGuess(models, left, 0, value, left, up) ||
    codeGuess(models, up, 0, value, left, up) ||
    codeGuess(models, right, 0, value, left, up) ||
    codeGuess(models, corner, 0, value, left, up)
  const index = isFound ? asked[askedCount - 1] : codeLiteral(models, value, left, up, count)
  models.runs[wideHash] = <u8>(afterWide == index + 1 ? min(255, run + 1) : afterWide == 0 ? 1 : 0)
  models.afterWide[wideHash] = <u8>(index + 1)
  models.afterMiddle[middleHash] = <u8>(index + 1)
  models.afterNarrow[narrowHash] = <u8>(index + 1)
  store<u8>(here, <u8>index)
}

/** Codes whether the index is `guess`, unless that has been asked or enough have; `origin`: 0 a neighbour, else by the surroundings. */
function codeGuess(models: IndexModels, guess: i32, origin: i32, value: i32, left: i32, up: i32): bool {
  const number = askedCount
  if (number == GUESSES) return false
  for (let i = 0; i < number; i++) if (asked[i] == guess) return false
  asked[number] = guess
  askedCount = number + 1
  const agreement = (guess == left ? 1 : 0) | (guess == up ? 2 : 0)
  const other = number * 0x3a7
  const set = (number << 3) + origin
  const isRight = codeMixed(
    value == guess ? 1 : 0,
    stateAt(models.wide, wideHash ^ other),
    stateAt(models.middle, middleHash ^ other),
    stateAt(models.narrow, narrowHash ^ other),
    stateAt(models.pattern, (((pattern << 3) + origin) << 4) + (agreement << 2) + number),
    weightSetAt(models.weights, set),
    apmAt(models.apms, set),
  )
  return isRight != 0
}

function codeLiteral(models: IndexModels, value: i32, left: i32, up: i32, count: i32): i32 {
  const depth = 32 - clz(count - 1)
  let node = 1
  for (let bit = depth - 1; bit >= 0; bit--) {
    const set = LITERAL_SET + bit
    node =
      (node << 1) |
      codeMixed(
        (value >> bit) & 1,
        stateAt(models.node, node),
        stateAt(models.nodeLeft, (left << 8) | node),
        stateAt(models.nodeAbove, (up << 8) | node),
        stateAt(models.nodeBoth, ((node * 0x9e35) ^ (((left << 8) | up) * 0x3571)) & 0xffff),
        weightSetAt(models.weights, set),
        apmAt(models.apms, set),
      )
  }
  return min(node - (1 << depth), count - 1)
}
