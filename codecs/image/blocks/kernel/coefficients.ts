/**
 * Coefficients of one block: FORMAT.md, "Coefficients".
 *
 *     coded          1 if any level is not 0
 *     extent         highest diagonal of 4 x 4 groups that has a level, as a binary tree
 *     for each group from that diagonal down:
 *       group        1 if it has a level; implied if it is alone on the highest diagonal
 *       for each of its 16 positions, highest first:
 *         |level|    bins: > 0, > 1, > 2, ..., > 14, then exp-Golomb of the rest
 *         sign       plain
 *
 * Every bin but the last two kinds is a mixture of four contexts:
 *     template   magnitudes of the five neighbours towards higher frequencies, with the diagonal
 *     position   place in the block, in luma with the direction of prediction
 *     near       mean magnitude that the blocks above and on the left had around this frequency
 *     shape      the nearest neighbours one by one; in chroma, the same coefficient of the planes before
 * and the first two know which of the two quantizers the level is of: {@link ../../laq/kernel/dependent}.
 */
import { codeExpGolombBypass } from '../../../entropy/kernel/integers'
import { APM_BYTES, codeMixed, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { nextState, stepsOf } from '../../../laq/kernel/dependent'
import {
  BANDS,
  CONTEXT_BYTES,
  DIAGONAL_BANDS,
  Models,
  NEAR_CLASSES,
  NEIGHBOUR_BYTES,
  NEIGHBOUR_CODED,
  NEIGHBOUR_EXTENT,
  SHAPE_CLASSES,
  SIZES,
  TEMPLATE_CLASSES,
} from './models'
import { bandScaleOf, classesOf, coefficientAt, firstOfDiagonal, groupAt, nearClassOf, templateClassOf } from './scan'

/** Row length of a magnitude plane: 32 coefficients and two zeros to their right, rounded up. */
export const MAGNITUDE_STRIDE: i32 = 36
const MAGNITUDE_BYTES: usize = 36 * 34
/** Magnitudes are clipped to this in contexts. */
export const MAGNITUDE_LIMIT: i32 = 15
/** Levels above this have an exp-Golomb tail. */
const UNARY_LIMIT: i32 = 14

/** |level| of each plane's block at hand, u8, 0 beyond its kept coefficients. */
const magnitudes: usize = memory.data(3 * 36 * 34, 16)
/** Group flags of each plane's block at hand, u8, row length 9, 0 beyond. */
export const GROUP_STRIDE: i32 = 9
const groupFlags: usize = memory.data(3 * 96, 16)
const near: usize = memory.data(32, 16)
const bandSums: usize = memory.data(32 * 4, 16)
/** Extent + 1 of each plane's block at hand, on the scale of 8 x 8 groups; 0 if not coded. */
const extents: usize = memory.data(4, 16)

/** Sum of the five template neighbours of the magnitude at `at`: the adjacent ones count three times, the diagonal one twice. */
// @inline
export function templateSum(at: usize): i32 {
  const right = <i32>load<u8>(at, 1)
  const below = <i32>load<u8>(at, 36)
  return 3 * (right + below) + 2 * <i32>load<u8>(at, 37) + <i32>load<u8>(at, 2) + <i32>load<u8>(at, 72)
}

/** Size class of a block shape: {@link SIZES}. */
// @inline
export function sizeOf(log2Width: i32, log2Height: i32): i32 {
  return (log2Width + log2Height - 3) >> 1
}

/** Contexts of the template of a plane class and size: the ones that the encoder's estimates follow. */
// @inline
export function templatesOf(models: Models, place: i32): usize {
  return models.template + <usize>(place * DIAGONAL_BANDS * TEMPLATE_CLASSES) * CONTEXT_BYTES
}

/** States of "coded" with one and of the extent's tree: what the encoder's estimates follow. */
// @inline
export function codedState(models: Models, place: i32): usize {
  return models.block + ((<usize>(place * 4 + 1)) << 2)
}

// @inline
export function extentState(models: Models, place: i32, node: i32): usize {
  return models.block + ((<usize>(EXTENT_STATES + place * 16 + node)) << 2)
}

/** The flags around the group whose flag is at `flag`: on the right, below and beyond, a bit each. */
// @inline
export function aroundGroup(flag: usize): i32 {
  return <i32>load<u8>(flag, 1) | ((<i32>load<u8>(flag, 9)) << 1) | ((<i32>load<u8>(flag, 10)) << 2)
}

/** State of a group flag by the three flags around it. */
// @inline
export function groupState(models: Models, place: i32, around: i32): usize {
  return models.group + ((<usize>(place * 8 + around)) << 2)
}

const EXTENT_STATES: i32 = 80 + 160 + 160 + 320

function mixBlock(bit: i32, models: Models, s0: i32, s1: i32, s2: i32, s3: i32, set: i32): i32 {
  const states = models.block
  return codeMixed(
    bit,
    states + ((<usize>s0) << 2),
    states + ((<usize>s1) << 2),
    states + ((<usize>s2) << 2),
    states + ((<usize>s3) << 2),
    models.blockWeights + <usize>set * WEIGHT_SET_BYTES,
    models.blockApms + <usize>set * APM_BYTES,
  )
}

// what the neighbours of the block at hand say: read by codeCoded, used by codeLevels
let aboveAt: usize = 0
let leftAt: usize = 0
let lowNear = 0
let extentNear = 0
let extentAbove = 0
let lumaExtent = 0

/**
 * Codes whether the block has levels. Its top left cell of 4 x 4 is (cellX, cellY), in cells of its own plane. `plane`: 0 luma or
 * grey, 1 Cb, 2 Cr.
 */
export function codeCoded(models: Models, plane: i32, log2Width: i32, log2Height: i32, cellX: i32, cellY: i32, coded: i32): i32 {
  const cellsAcross = 1 << (log2Width - 2)
  const cellsDown = 1 << (log2Height - 2)
  const size = sizeOf(log2Width, log2Height)
  const place = plane * SIZES + size
  const cross = plane == 1 || plane == 2
  aboveAt = models.above + <usize>((plane * models.columns + cellX) * NEIGHBOUR_BYTES)
  leftAt = models.left + <usize>((plane * 16 + (cellY & 15)) * NEIGHBOUR_BYTES)
  const above = aboveAt + <usize>((cellsAcross >> 1) * NEIGHBOUR_BYTES)
  const left = leftAt + <usize>((cellsDown >> 1) * NEIGHBOUR_BYTES)
  for (let band: usize = 0; band < <usize>BANDS; band++) {
    store<u8>(near + band, <u8>nearClassOf(<i32>load<u8>(above + band) + <i32>load<u8>(left + band)))
  }
  lowNear = <i32>max(load<u8>(near, 1), load<u8>(near, 5))
  extentAbove = <i32>load<u8>(above + NEIGHBOUR_EXTENT)
  extentNear = (extentAbove + <i32>load<u8>(left + NEIGHBOUR_EXTENT) + 3) >> 2 // 0..8
  lumaExtent = cross ? <i32>load<u8>(extents) : 0
  const cbCoded = plane == 2 && load<u8>(extents + 1) != 0 ? 1 : 0
  memory.fill(magnitudes + <usize>plane * MAGNITUDE_BYTES, 0, <usize>(MAGNITUDE_STRIDE * ((1 << min(log2Height, 5)) + 2)))
  memory.fill(groupFlags + <usize>plane * 96, 0, 96)
  const codedNear = <i32>load<u8>(above + NEIGHBOUR_CODED) + <i32>load<u8>(left + NEIGHBOUR_CODED)
  coded = mixBlock(
    coded,
    models,
    place * 4 + codedNear,
    80 + place * 8 + lowNear,
    240 + place * 8 + (lumaExtent ? 1 : 0) * 2 + cbCoded * 4 + (codedNear > 0 ? 1 : 0),
    400 + place * 16 + extentNear,
    place,
  )
  if (!coded) {
    store<u8>(extents + plane, 0)
    clearNeighbours(log2Width, log2Height)
  }
  return coded
}

/** Tells the neighbours to come that this block of a plane, whose first cell is (cellX, cellY), has no levels. */
export function skipLevels(models: Models, plane: i32, log2Width: i32, log2Height: i32, cellX: i32, cellY: i32): void {
  aboveAt = models.above + <usize>((plane * models.columns + cellX) * NEIGHBOUR_BYTES)
  leftAt = models.left + <usize>((plane * 16 + (cellY & 15)) * NEIGHBOUR_BYTES)
  clearNeighbours(log2Width, log2Height)
}

function clearNeighbours(log2Width: i32, log2Height: i32): void {
  for (let i = 0; i < 1 << (log2Width - 2); i++) clearNeighbour(aboveAt + <usize>(i * NEIGHBOUR_BYTES))
  for (let i = 0; i < 1 << (log2Height - 2); i++) clearNeighbour(leftAt + <usize>(i * NEIGHBOUR_BYTES))
}

/**
 * Codes the levels (i32, kept width x kept height, row-major) of a block after {@link codeCoded} said 1, and leaves in their place the
 * steps that they stand for. A reader's `levels` are all zero before. Returns the extent, in diagonals of groups, 1 or more.
 * `direction`: of luma's prediction: 0 none, 1 mostly across, 2 mostly down.
 */
export function codeLevels(models: Models, plane: i32, log2Width: i32, log2Height: i32, levels: usize, extent: i32, direction: i32): i32 {
  const log2KeptWidth = min(log2Width, 5)
  const log2KeptHeight = min(log2Height, 5)
  const log2Across = log2KeptWidth - 2
  const log2Down = log2KeptHeight - 2
  const diagonals = (1 << log2Across) + (1 << log2Down) - 1
  const size = sizeOf(log2Width, log2Height)
  const cross = plane == 1 || plane == 2
  const magnitude = magnitudes + <usize>plane * MAGNITUDE_BYTES
  const flags = groupFlags + <usize>plane * 96
  const place = plane * SIZES + size

  // extent
  const wanted = extent - 1
  const extentClass = min(3, (extentNear + 1) >> 1)
  const lumaClass = min(3, (lumaExtent + 3) >> 2)
  const treeDepth = 32 - clz(diagonals - 1)
  let node = 1
  for (let bit = treeDepth - 1; bit >= 0; bit--) {
    const at = EXTENT_STATES + place * 16 + node
    node =
      (node << 1) |
      mixBlock(
        (wanted >> bit) & 1,
        models,
        at,
        EXTENT_STATES + 320 + (place * 16 + node) * 4 + extentClass,
        EXTENT_STATES + 320 + 1280 + (place * 16 + node) * 4 + (lowNear >> 1),
        EXTENT_STATES + 320 + 2560 + ((size * 2 + (cross ? 1 : 0)) * 16 + node) * 4 + (cross ? lumaClass : min(3, (extentAbove + 2) >> 2)),
        20 + size,
      )
  }
  extent = min(node - (1 << treeDepth), diagonals - 1) + 1
  const scaled = (extent << 3) >> max(log2Across, log2Down)
  store<u8>(extents + plane, <u8>min(15, scaled))

  memory.fill(bandSums, 0, 128)
  const table = classesOf(log2Width, log2Height)
  const luma = magnitudes
  const cb = magnitudes + MAGNITUDE_BYTES
  const templates = templatesOf(models, place)
  const positionClass = plane == 0 ? direction : plane + 2
  const positions = models.position + <usize>((positionClass * SIZES + size) * 64 * 3) * CONTEXT_BYTES
  const nears = models.near + <usize>(place * NEAR_CLASSES * 6) * CONTEXT_BYTES
  const shapes = models.shape + <usize>(place * SHAPE_CLASSES) * CONTEXT_BYTES
  const firstSet = plane > 0 ? 6 * TEMPLATE_CLASSES : 0
  const sets = models.weights + <usize>firstSet * WEIGHT_SET_BYTES
  const apms = models.apms + <usize>firstSet * APM_BYTES
  const groupSet = (plane > 0 ? SIZES : 0) + size
  const groupWeights = models.groupWeights + <usize>groupSet * WEIGHT_SET_BYTES
  const groupApm = models.groupApms + <usize>groupSet * APM_BYTES
  let state = 0

  for (let d = extent - 1; d >= 0; d--) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const last = firstOfDiagonal(log2Across, log2Down, d + 1) - 1
    for (let g = last; g >= first; g--) {
      const group = groupAt(log2Across, log2Down, g)
      const gx = group & 15
      const gy = group >> 4
      const flag = flags + <usize>(gy * GROUP_STRIDE + gx)
      const origin = (gy << (log2KeptWidth + 2)) + (gx << 2)
      if (d < extent - 1 || first < last) {
        const around = aroundGroup(flag)
        const beside = (around & 1) + ((around >> 1) & 1)
        const groupBand = <i32>load<u8>(table + ((<usize>(origin + (1 << log2KeptWidth) + 1)) << 2), 2)
        const crossFlags = cross
          ? <i32>load<u8>(groupFlags + <usize>(gy * GROUP_STRIDE + gx)) |
            (plane == 2 ? (<i32>load<u8>(groupFlags + 96 + <usize>(gy * GROUP_STRIDE + gx))) << 1 : 0)
          : min(3, extent - 1 - d)
        const states = models.group
        const present = codeMixed(
          encoding ? hasLevel(levels + ((<usize>origin) << 2), 1 << log2KeptWidth) : 0,
          groupState(models, place, around),
          states + ((<usize>(160 + place * 64 + gy * 8 + gx)) << 2),
          states + ((<usize>(1440 + (place * 8 + <i32>load<u8>(near + <usize>groupBand)) * 3 + beside)) << 2),
          states + ((<usize>(1920 + (place * 4 + crossFlags) * 3 + beside)) << 2),
          groupWeights,
          groupApm,
        )
        if (!present) continue
      }
      store<u8>(flag, 1)
      for (let n = 15; n >= 0; n--) {
        const inside = coefficientAt(n)
        const x = (gx << 2) + (inside & 15)
        const y = (gy << 2) + (inside >> 4)
        const index = (y << log2KeptWidth) + x
        const at = <usize>(y * MAGNITUDE_STRIDE + x)
        const here = magnitude + at
        const right = <i32>load<u8>(here, 1)
        const below = <i32>load<u8>(here, 36)
        const beyond = <i32>load<u8>(here, 37)
        const further = <i32>load<u8>(here, 2) + <i32>load<u8>(here, 72)
        const template = templateClassOf(3 * (right + below) + 2 * beyond + further)
        const placed = load<i32>(table + ((<usize>index) << 2))
        const band = placed >> 16
        const diagonal = (placed >> 8) & 255
        let shape: i32
        if (!cross) shape = min(3, right) * 16 + min(3, below) * 4 + min(3, beyond + further)
        else {
          const inLuma = <i32>load<u8>(luma + at)
          if (plane == 1) shape = min(3, inLuma) * 4 + min(3, template)
          else shape = min(2, inLuma) * 16 + min(3, <i32>load<u8>(cb + at)) * 4 + min(3, template)
        }
        const quantizer = state & 1
        const s0 = templates + <usize>(diagonal * TEMPLATE_CLASSES + template) * CONTEXT_BYTES
        const s1 = positions + <usize>((placed & 255) * 3 + min(2, template)) * CONTEXT_BYTES
        const s2 = nears + <usize>(<i32>load<u8>(near + <usize>band) * 6 + min(5, template)) * CONTEXT_BYTES
        const s3 = shapes + <usize>shape * CONTEXT_BYTES
        const level = encoding ? load<i32>(levels + ((<usize>index) << 2)) : 0
        const wantedSize = abs(level)
        let kind = <usize>quantizer
        let value = 0
        for (;;) {
          const offset = kind << 2
          const set = kind * <usize>TEMPLATE_CLASSES + <usize>template
          if (
            !codeMixed(
              wantedSize > value ? 1 : 0,
              s0 + offset,
              s1 + offset,
              s2 + offset,
              s3 + offset,
              sets + set * WEIGHT_SET_BYTES,
              apms + set * APM_BYTES,
            )
          )
            break
          value++
          if (value > UNARY_LIMIT) break
          if (kind < 4) kind = kind < 2 ? kind + 2 : 4
          else kind = 5
        }
        if (value == 0) {
          state = nextState(state, 0)
          continue
        }
        if (value > UNARY_LIMIT) value += codeExpGolombBypass(wantedSize - value, 0)
        const negative = codeBypass(level < 0 ? 1 : 0, 1)
        store<i32>(levels + ((<usize>index) << 2), stepsOf(state, negative ? -value : value))
        state = nextState(state, value)
        const clipped = min(value, MAGNITUDE_LIMIT)
        store<u8>(here, <u8>clipped)
        const sum = bandSums + ((<usize>band) << 2)
        store<i32>(sum, load<i32>(sum) + clipped)
      }
    }
  }
  describe(log2Width, log2Height, min(15, scaled))
  return extent
}

/** Whether the 4 x 4 group at `levels` (rows `stride` apart) has a level. */
// @inline
export function hasLevel(levels: usize, stride: i32): i32 {
  const row = (<usize>stride) << 2
  const any = v128.or(
    v128.or(v128.load(levels), v128.load(levels + row)),
    v128.or(v128.load(levels + 2 * row), v128.load(levels + 3 * row)),
  )
  return v128.any_true(any) ? 1 : 0
}

// @inline
function clearNeighbour(at: usize): void {
  v128.store(at, i32x4.splat(0))
  v128.store(at, i32x4.splat(0), 16)
}

/** Tells the neighbours to come about this block. */
function describe(log2Width: i32, log2Height: i32, extent: i32): void {
  for (let band = 0; band < BANDS; band++) {
    const mean = (load<i32>(bandSums + ((<usize>band) << 2)) * bandScaleOf(log2Width, log2Height, band)) >> 8
    store<u8>(aboveAt + <usize>band, <u8>min(255, mean))
  }
  store<u8>(aboveAt + NEIGHBOUR_EXTENT, <u8>extent)
  store<u8>(aboveAt + NEIGHBOUR_CODED, 1)
  const low = v128.load(aboveAt)
  const high = v128.load(aboveAt, 16)
  for (let i = 0; i < 1 << (log2Width - 2); i++) {
    v128.store(aboveAt + <usize>(i * NEIGHBOUR_BYTES), low)
    v128.store(aboveAt + <usize>(i * NEIGHBOUR_BYTES), high, 16)
  }
  for (let i = 0; i < 1 << (log2Height - 2); i++) {
    v128.store(leftAt + <usize>(i * NEIGHBOUR_BYTES), low)
    v128.store(leftAt + <usize>(i * NEIGHBOUR_BYTES), high, 16)
  }
}
