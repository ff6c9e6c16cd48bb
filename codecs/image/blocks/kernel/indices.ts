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
import { APM_BYTES, codeMixed, resetApms, resetStates, resetWeights, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { encoding } from '../../../entropy/kernel/rangecoder'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'

/** Samples around an index plane: what lies beyond the tile has index 0. */
export const MARGIN: i32 = 8
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
  /** u8 by hash: 1 + the index that followed last, 0 for none. */
  afterWide: usize
  afterMiddle: usize
  afterNarrow: usize
  /** u8 by wide hash: how often in a row afterWide was right. */
  runs: usize
}

export const STATES: i32 = 3 * HASHES + PATTERN_STATES + 4 * LITERAL_STATES

export function createIndexModels(): IndexModels {
  const models = changetype<IndexModels>(allocate(offsetof<IndexModels>()))
  models.wide = allocate((<usize>STATES) << 2)
  models.middle = models.wide + ((<usize>HASHES) << 2)
  models.narrow = models.middle + ((<usize>HASHES) << 2)
  models.pattern = models.narrow + ((<usize>HASHES) << 2)
  models.node = models.pattern + ((<usize>PATTERN_STATES) << 2)
  models.nodeLeft = models.node + ((<usize>LITERAL_STATES) << 2)
  models.nodeAbove = models.nodeLeft + ((<usize>LITERAL_STATES) << 2)
  models.nodeBoth = models.nodeAbove + ((<usize>LITERAL_STATES) << 2)
  models.weights = allocate(<usize>WEIGHT_SETS * WEIGHT_SET_BYTES)
  models.apms = allocate(<usize>WEIGHT_SETS * APM_BYTES)
  models.afterWide = allocate(4 * HASHES)
  models.afterMiddle = models.afterWide + HASHES
  models.afterNarrow = models.afterMiddle + HASHES
  models.runs = models.afterNarrow + HASHES
  resetIndexModels(models)
  return models
}

export function resetIndexModels(models: IndexModels): void {
  resetStates(models.wide, STATES)
  resetWeights(models.weights, WEIGHT_SETS, FIRST_WEIGHT)
  resetApms(models.apms, WEIGHT_SETS)
  memory.fill(models.afterWide, 0, 4 * HASHES)
}

/** Bytes in a row of an index plane, of a tile so wide. */
export function indexStride(paddedWidth: i32): i32 {
  return paddedWidth + 2 * MARGIN
}

/** A plane of indices, all 0; returns the address of its first sample. */
export function createIndices(paddedWidth: i32, paddedHeight: i32): usize {
  const stride = indexStride(paddedWidth)
  return allocateZeroed(<usize>(stride * (paddedHeight + MARGIN_ABOVE))) + <usize>(stride * MARGIN_ABOVE + MARGIN)
}

const HASH_A: u64 = 0x9e3779b97f4a7c15
const HASH_B: u64 = 0xd6e8feb86659fd93

// @inline
function hashOf(key: u64): usize {
  return <usize>((key * HASH_A) >> (64 - HASH_BITS))
}

// @inline
function stateAt(states: usize, number: usize): usize {
  return states + (number << 2)
}

/** Codes the indices of `width` samples in a row from `here` on, the first `column` samples into a block that has `blockWidth`. */
export function codeIndices(
  models: IndexModels,
  here: usize,
  stride: i32,
  wanted: usize,
  column: i32,
  width: i32,
  blockWidth: i32,
  count: i32,
): void {
  for (let i = 0; i < width; i++) {
    codeIndex(models, here, stride, encoding ? <i32>load<u8>(wanted) : 0, blockWidth - 1 - column - i, count)
    here++
    wanted++
  }
}

let guess0 = 0
let guess1 = 0
let guess2 = 0
let guesses = 0

// what the guesses have in common
let wideHash: usize = 0
let middleHash: usize = 0
let narrowHash: usize = 0
let pattern: usize = 0

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
  wideHash = <usize>(((<u64>before | (above << 24)) * HASH_A + <u64>higher * HASH_B) >> (64 - HASH_BITS))
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
  guesses = 0
  const afterWide = <i32>load<u8>(models.afterWide + wideHash)
  const run = <i32>load<u8>(models.runs + wideHash)
  const afterMiddle = <i32>load<u8>(models.afterMiddle + middleHash)
  const afterNarrow = <i32>load<u8>(models.afterNarrow + narrowHash)
  let found = afterWide > 0 && codeGuess(models, afterWide - 1, run > 3 ? 3 : run > 1 ? 2 : 1, value, left, up)
  if (!found && afterMiddle > 0) found = codeGuess(models, afterMiddle - 1, 4, value, left, up)
  if (!found && afterNarrow > 0) found = codeGuess(models, afterNarrow - 1, 5, value, left, up)
  if (!found) found = codeGuess(models, left, 0, value, left, up)
  if (!found) found = codeGuess(models, up, 0, value, left, up)
  if (!found) found = codeGuess(models, right, 0, value, left, up)
  if (!found) found = codeGuess(models, corner, 0, value, left, up)
  const index = found ? lastGuess : codeLiteral(models, value, left, up, count)
  store<u8>(models.runs + wideHash, <u8>(afterWide == index + 1 ? min(255, run + 1) : afterWide == 0 ? 1 : 0))
  store<u8>(models.afterWide + wideHash, <u8>(index + 1))
  store<u8>(models.afterMiddle + middleHash, <u8>(index + 1))
  store<u8>(models.afterNarrow + narrowHash, <u8>(index + 1))
  store<u8>(here, <u8>index)
}

let lastGuess = 0

/** Codes whether the index is `guess`, unless that has been asked or enough have; `origin`: 0 a neighbour, else by the surroundings. */
function codeGuess(models: IndexModels, guess: i32, origin: i32, value: i32, left: i32, up: i32): bool {
  const number = guesses
  if (number > 0) {
    if (number == GUESSES || guess == guess0) return false
    if (number > 1 && guess == guess1) return false
    if (number > 2 && guess == guess2) return false
  }
  if (number == 0) guess0 = guess
  else if (number == 1) guess1 = guess
  else guess2 = guess
  guesses = number + 1
  lastGuess = guess
  const agreement = (guess == left ? 1 : 0) | (guess == up ? 2 : 0)
  const other = <usize>number * 0x3a7
  const set = <usize>((number << 3) + origin)
  return (
    codeMixed(
      value == guess ? 1 : 0,
      stateAt(models.wide, wideHash ^ other),
      stateAt(models.middle, middleHash ^ other),
      stateAt(models.narrow, narrowHash ^ other),
      stateAt(models.pattern, (((pattern << 3) + <usize>origin) << 4) + <usize>((agreement << 2) + number)),
      models.weights + set * WEIGHT_SET_BYTES,
      models.apms + set * APM_BYTES,
    ) != 0
  )
}

function codeLiteral(models: IndexModels, value: i32, left: i32, up: i32, count: i32): i32 {
  const depth = 32 - clz(count - 1)
  let node = 1
  for (let bit = depth - 1; bit >= 0; bit--) {
    const set = <usize>(LITERAL_SET + bit)
    node =
      (node << 1) |
      codeMixed(
        (value >> bit) & 1,
        stateAt(models.node, <usize>node),
        stateAt(models.nodeLeft, <usize>((left << 8) | node)),
        stateAt(models.nodeAbove, <usize>((up << 8) | node)),
        stateAt(models.nodeBoth, <usize>(((node * 0x9e35) ^ (((left << 8) | up) * 0x3571)) & 0xffff)),
        models.weights + set * WEIGHT_SET_BYTES,
        models.apms + set * APM_BYTES,
      )
  }
  return min(node - (1 << depth), count - 1)
}
