/**
 * Modes of a block: FORMAT.md, "Modes".
 *
 *     luma       planar    1 bit, contexts: the modes above and on the left, the block's size
 *                mean      1 bit, if not planar
 *                direction 6 bits, high ones first, if neither: against the directions above and on the left
 *     chroma     from luma 1 bit, then, if 0, same as luma's 1 bit, then, if 0, planar (1) or mean (0)
 *     transform  of luma blocks up to 16 x 16: type 0 (1 bit), then type 1, then type 2 or 3
 */
import { codeMixture } from '../../../entropy/kernel/model'
import { Models, SIZES, sizeOf } from './models'
import { PALETTE } from './palette'
import { PARTITION_STATES } from './partition'
import { directionOf, FIRST_DIRECTION, MEAN, PLANAR } from './predict'
import { cellAt, Tile } from './tile'

export const SAME_AS_LUMA: i32 = 0
export const FROM_LUMA: i32 = 1
export const CHROMA_PLANAR: i32 = 2
export const CHROMA_MEAN: i32 = 3

// states
const KIND_BY_CLASSES: i32 = PARTITION_STATES // bin (2) x 3 x 3 neighbours' classes x size (5)
const KIND_BY_ABOVE: i32 = KIND_BY_CLASSES + 90 // bin x 67
const KIND_BY_LEFT: i32 = KIND_BY_ABOVE + 134
const KIND_BY_SHAPE: i32 = KIND_BY_LEFT + 134 // bin x 5 x 5
const DIRECTION_BY_MATCH: i32 = KIND_BY_SHAPE + 50 // depth (6) x 3 x 3
const DIRECTION_BY_NODE: i32 = DIRECTION_BY_MATCH + 54 // 64
const DIRECTION_BY_ABOVE: i32 = DIRECTION_BY_NODE + 64 // 64 x 9
const DIRECTION_BY_LEFT: i32 = DIRECTION_BY_ABOVE + 576
const CHROMA_BY_LUMA: i32 = DIRECTION_BY_LEFT + 576 // bin (3) x 3 x size (5)
const CHROMA_BY_NEIGHBOURS: i32 = CHROMA_BY_LUMA + 45 // bin x 4 x 4
const CHROMA_BY_MODE: i32 = CHROMA_BY_NEIGHBOURS + 48 // bin x 66
const CHROMA_BY_BIN: i32 = CHROMA_BY_MODE + 198
const TYPE_BY_DIRECTION: i32 = CHROMA_BY_BIN + 3 // bin (3) x 3 x 5
const TYPE_BY_MODE: i32 = TYPE_BY_DIRECTION + 45 // bin x 66
const TYPE_BY_SHAPE: i32 = TYPE_BY_MODE + 198 // bin x 9
const TYPE_BY_BIN: i32 = TYPE_BY_SHAPE + 27
// weight sets; the partition has the first 12
const KIND_SET: i32 = 12
const DIRECTION_SET: i32 = 14
const CHROMA_SET: i32 = 20
const TYPE_SET: i32 = 23

function mix(bit: i32, models: Models, s0: i32, s1: i32, s2: i32, s3: i32, set: i32): i32 {
  return codeMixture(bit, models.mode, s0, s1, s2, s3, models.modeWeights, models.modeApms, set)
}

/** Mode + 1 of the neighbours, 0 where there is none; and what follows from them. */
let aboveMode = 0
let leftMode = 0
let classes = 0
let shape = 0

// @inline
function classOf(modePlus1: i32): i32 {
  return modePlus1 <= 1 ? 0 : modePlus1 == 2 ? 1 : 2
}

/** Mode + 1 of the block that holds (x, y); palette blocks pass for planar ones. */
// @inline
function modeAt(tile: Tile, x: i32, y: i32): i32 {
  const mode = <i32>tile.modes[cellAt(tile, x, y)]
  return mode > PALETTE ? PLANAR + 1 : mode
}

/** Reads the contexts of the luma mode of the block at (x, y). */
export function readModeContext(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  aboveMode = y > 0 ? modeAt(tile, x + (1 << log2Width) - 4, y - 1) : 0
  leftMode = x > 0 ? modeAt(tile, x - 1, y + (1 << log2Height) - 4) : 0
  classes = (classOf(aboveMode) * 3 + classOf(leftMode)) * SIZES + sizeOf(log2Width, log2Height)
  shape = (log2Width - 2) * 5 + log2Height - 2
}

/** State of bin 0, planar, or bin 1, mean, of the luma mode. */
// @inline
export function kindState(bin: i32): i32 {
  return KIND_BY_CLASSES + bin * 45 + classes
}

function codeKind(bit: i32, models: Models, bin: i32): i32 {
  return mix(
    bit,
    models,
    kindState(bin),
    KIND_BY_ABOVE + bin * 67 + aboveMode,
    KIND_BY_LEFT + bin * 67 + leftMode,
    KIND_BY_SHAPE + bin * 25 + shape,
    KIND_SET + bin,
  )
}

/** 0 if a neighbour's direction (+ 1, or less than 1 for none) leaves the path to `node` at `depth`, else 1 + its next bit. */
// @inline
function matchOf(modePlus1: i32, node: i32, depth: i32): i32 {
  const direction = modePlus1 - 1 - FIRST_DIRECTION
  if (direction < 0 || (64 + direction) >> (6 - depth) != node) return 0
  return 1 + ((direction >> (5 - depth)) & 1)
}

/** State of the bit of a direction at `depth`, whose higher bits are those of `node`. */
// @inline
export function matchState(node: i32, depth: i32): i32 {
  return DIRECTION_BY_MATCH + depth * 9 + matchOf(aboveMode, node, depth) * 3 + matchOf(leftMode, node, depth)
}

/** Codes the luma mode; its contexts have been read. */
export function codeLumaMode(models: Models, mode: i32): i32 {
  if (codeKind(mode == PLANAR ? 1 : 0, models, 0)) return PLANAR
  if (codeKind(mode == MEAN ? 1 : 0, models, 1)) return MEAN
  const direction = mode - FIRST_DIRECTION
  const aboveClass = aboveMode > FIRST_DIRECTION ? 1 + ((aboveMode - 1 - FIRST_DIRECTION) >> 3) : 0
  const leftClass = leftMode > FIRST_DIRECTION ? 1 + ((leftMode - 1 - FIRST_DIRECTION) >> 3) : 0
  let node = 1
  for (let depth = 0; depth < 6; depth++) {
    const bit = mix(
      (direction >> (5 - depth)) & 1,
      models,
      matchState(node, depth),
      DIRECTION_BY_NODE + node,
      DIRECTION_BY_ABOVE + node * 9 + aboveClass,
      DIRECTION_BY_LEFT + node * 9 + leftClass,
      DIRECTION_SET + depth,
    )
    node = (node << 1) | bit
  }
  return node - 64 + FIRST_DIRECTION
}

let chromaByLuma = 0
let chromaNear = 0
let lumaMode = 0

/** Reads the contexts of the chroma mode of the block at (x, y) whose luma mode is `mode`. */
export function readChromaContext(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32, mode: i32): void {
  const aboveChroma = y > 0 ? <i32>tile.chromaModes[cellAt(tile, x, y - 1)] : 0
  const leftChroma = x > 0 ? <i32>tile.chromaModes[cellAt(tile, x - 1, y)] : 0
  chromaByLuma = directionOf(mode) * SIZES + sizeOf(log2Width, log2Height)
  chromaNear = aboveChroma * 4 + leftChroma
  lumaMode = mode
}

/** State of bin 0, from luma, bin 1, same as luma, or bin 2, planar, of the chroma mode. */
// @inline
export function chromaState(bin: i32): i32 {
  return CHROMA_BY_LUMA + bin * 15 + chromaByLuma
}

function codeChromaBin(bit: i32, models: Models, bin: i32): i32 {
  return mix(
    bit,
    models,
    chromaState(bin),
    CHROMA_BY_NEIGHBOURS + bin * 16 + chromaNear,
    CHROMA_BY_MODE + bin * 66 + lumaMode,
    CHROMA_BY_BIN + bin,
    CHROMA_SET + bin,
  )
}

export function codeChromaMode(models: Models, mode: i32): i32 {
  if (codeChromaBin(mode == FROM_LUMA ? 1 : 0, models, 0)) return FROM_LUMA
  if (codeChromaBin(mode == SAME_AS_LUMA ? 1 : 0, models, 1)) return SAME_AS_LUMA
  return codeChromaBin(mode == CHROMA_PLANAR ? 1 : 0, models, 2) ? CHROMA_PLANAR : CHROMA_MEAN
}

/** Whether a luma block has a choice of transforms. */
// @inline
export function hasTransformType(log2Width: i32, log2Height: i32): bool {
  return max(log2Width, log2Height) <= 4
}

/** State of a bin of the transform type: type 0, type 1, type 2. */
// @inline
export function typeState(bin: i32, mode: i32, log2Width: i32, log2Height: i32): i32 {
  return TYPE_BY_DIRECTION + (bin * 3 + directionOf(mode)) * SIZES + sizeOf(log2Width, log2Height)
}

// @inline
function codeTypeBin(bit: i32, models: Models, bin: i32, mode: i32, log2Width: i32, log2Height: i32): i32 {
  return mix(
    bit,
    models,
    typeState(bin, mode, log2Width, log2Height),
    TYPE_BY_MODE + bin * 66 + mode,
    TYPE_BY_SHAPE + bin * 9 + (log2Width - 2) * 3 + log2Height - 2,
    TYPE_BY_BIN + bin,
    TYPE_SET + bin,
  )
}

/** Codes the transform type of a luma block that has levels: {@link ../../transform/kernel/block}. */
export function codeTransformType(models: Models, mode: i32, log2Width: i32, log2Height: i32, type: i32): i32 {
  if (codeTypeBin(type == 0 ? 1 : 0, models, 0, mode, log2Width, log2Height)) return 0
  if (codeTypeBin(type == 1 ? 1 : 0, models, 1, mode, log2Width, log2Height)) return 1
  return codeTypeBin(type == 2 ? 1 : 0, models, 2, mode, log2Width, log2Height) ? 2 : 3
}
