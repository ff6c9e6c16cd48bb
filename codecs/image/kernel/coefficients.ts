/**
 * Coefficients of one block: FORMAT.md, "Coefficients".
 *
 *     coded          1 if any level is not 0
 *     extent         highest diagonal of 4 x 4 groups that has a level, as a binary tree
 *     for each group from that diagonal down:
 *       group        1 if it has a level
 *       for each of its 16 positions, highest first:
 *         |level|    bins: > 0, > 1, > 2, ..., > 14, then exp-Golomb of the rest
 *         sign       plain; on the first row and column against what the borders predict
 *
 * Every bin but the last two kinds is a mixture of four contexts:
 *     template   magnitudes of the five neighbours towards higher frequencies, with the diagonal
 *     position   place in the block
 *     near       mean magnitude that the blocks above and on the left had around this frequency
 *     shape      the nearest neighbours one by one; on the first row and column the border prediction; in chroma, the same coefficient
 *                of the planes before
 */
import { codeExpGolombBypass } from '../../entropy/kernel/integers'
import { APM_BYTES, codeAdaptive, codeMixed, WEIGHT_SET_BYTES } from '../../entropy/kernel/model'
import { codeBypass, encoding } from '../../entropy/kernel/rangecoder'
import { addToBorders, borderPrediction, NO_BORDER } from './borders'
import {
  BANDS,
  BORDER_CLASSES,
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
const MAGNITUDE_LIMIT: i32 = 15
/** Levels above this have an exp-Golomb tail. */
const UNARY_LIMIT: i32 = 14

/** |level| of each plane's block at hand, u8, 0 beyond its kept coefficients. */
const magnitudes: usize = memory.data(4 * 36 * 34, 16)
/** Group flags of each plane's block at hand, u8, row length 9, 0 beyond. */
const GROUP_STRIDE: i32 = 9
const groupFlags: usize = memory.data(4 * 96, 16)
const near: usize = memory.data(32, 16)
const bandSums: usize = memory.data(32 * 4, 16)
/** Extent + 1 of each plane's block at hand, on the scale of 8 x 8 groups; 0 if not coded. */
const extents: usize = memory.data(4, 16)

/** Sum of the five template neighbours of the magnitude at `at`: the adjacent ones count three times, the diagonal one twice. */
// @ts-ignore: decorator
@inline
export function templateSum(at: usize): i32 {
  const right = <i32>load<u8>(at, 1)
  const below = <i32>load<u8>(at, 36)
  return 3 * (right + below) + 2 * <i32>load<u8>(at, 37) + <i32>load<u8>(at, 2) + <i32>load<u8>(at, 72)
}

/** Address of the four states (one per kind of bin) of the template context: the one that the encoder's estimates follow. */
// @ts-ignore: decorator
@inline
export function templateStates(models: Models, planeClass: i32, log2: i32, diagonal: i32, template: i32): usize {
  return models.template + ((<usize>(((planeClass * SIZES + log2 - 3) * DIAGONAL_BANDS + diagonal) * TEMPLATE_CLASSES + template)) << 4)
}

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

/**
 * Codes the levels (i32, kept x kept, row-major) of the block of side 2^log2 whose top left cell of 8 x 8 is (cellX, cellY).
 * A reader gets levels where `levels` was all zero. Returns extent + 1 in groups' diagonals, or 0 for a block without levels.
 * `planeClass`: 0 luma or grey, 1 Cb, 2 Cr, 3 alpha; `plane` its index in the tile. `weights` and `step` (1/16) as in reconstruction;
 * the block's borders have been taken by startBorders.
 */
export function codeCoefficients(
  models: Models,
  plane: i32,
  planeClass: i32,
  log2: i32,
  cellX: i32,
  cellY: i32,
  levels: usize,
  extent: i32,
  weights: usize,
  step: i32,
): i32 {
  const log2Kept = min(log2, 5)
  const log2Groups = log2Kept - 2
  const groups = 1 << log2Groups
  const cells = 1 << (log2 - 3)
  const size = log2 - 3
  const cross = planeClass == 1 || planeClass == 2
  const magnitude = magnitudes + <usize>planeClass * MAGNITUDE_BYTES
  const flags = groupFlags + <usize>planeClass * 96
  const aboveAt = models.above + <usize>((plane * models.columns + cellX) * NEIGHBOUR_BYTES)
  const leftAt = models.left + <usize>((plane * 8 + (cellY & 7)) * NEIGHBOUR_BYTES)
  const above = aboveAt + <usize>((cells >> 1) * NEIGHBOUR_BYTES)
  const left = leftAt + <usize>((cells >> 1) * NEIGHBOUR_BYTES)
  const place = planeClass * SIZES + size

  // what the neighbours say
  for (let band: usize = 0; band < <usize>BANDS; band++) {
    store<u8>(near + band, <u8>nearClassOf(<i32>load<u8>(above + band) + <i32>load<u8>(left + band)))
  }
  const lowNear = max(load<u8>(near, 1), load<u8>(near, 5))
  const extentNear = (<i32>load<u8>(above + NEIGHBOUR_EXTENT) + <i32>load<u8>(left + NEIGHBOUR_EXTENT) + 3) >> 2 // 0..8
  const lumaExtent = cross ? <i32>load<u8>(extents) : 0
  const cbCoded = planeClass == 2 && load<u8>(extents + 1) != 0 ? 1 : 0

  memory.fill(magnitude, 0, <usize>(MAGNITUDE_STRIDE * ((1 << log2Kept) + 2)))
  memory.fill(flags, 0, 96)

  const codedNear = <i32>load<u8>(above + NEIGHBOUR_CODED) + <i32>load<u8>(left + NEIGHBOUR_CODED)
  const coded = mixBlock(
    extent > 0 ? 1 : 0,
    models,
    place * 4 + codedNear,
    64 + place * 8 + <i32>lowNear,
    192 + place * 8 + (lumaExtent ? 1 : 0) * 2 + cbCoded * 4 + (codedNear > 0 ? 1 : 0),
    320 + place * 16 + extentNear,
    planeClass * 4 + size,
  )
  if (!coded) {
    store<u8>(extents + planeClass, 0)
    for (let i = 0; i < cells; i++) {
      clearNeighbour(aboveAt + <usize>(i * NEIGHBOUR_BYTES))
      clearNeighbour(leftAt + <usize>(i * NEIGHBOUR_BYTES))
    }
    return 0
  }

  // extent
  const wanted = extent - 1
  const extentClass = min(3, (extentNear + 1) >> 1)
  const lumaClass = min(3, (lumaExtent + 3) >> 2)
  let node = 1
  for (let bit = log2Groups; bit >= 0; bit--) {
    const at = place * 16 + node
    node =
      (node << 1) |
      mixBlock(
        (wanted >> bit) & 1,
        models,
        1024 + at,
        1280 + at * 4 + extentClass,
        2304 + at * 4 + (<i32>lowNear >> 1),
        3328 + at * 4 + (cross ? lumaClass : min(3, (<i32>load<u8>(above + NEIGHBOUR_EXTENT) + 2) >> 2)),
        16 + size,
      )
  }
  extent = min(node - (2 << log2Groups), 2 * groups - 2) + 1
  store<u8>(extents + planeClass, <u8>(extent << (3 - log2Groups)))

  memory.fill(bandSums, 0, 128)
  const table = classesOf(log2)
  const luma = magnitudes
  const cb = magnitudes + MAGNITUDE_BYTES
  const templates = templateStates(models, planeClass, log2, 0, 0)
  const positions = models.position + ((<usize>(place * 64 * 3)) << 4)
  const nears = models.near + ((<usize>(place * NEAR_CLASSES * 6)) << 4)
  const shapes = models.shape + ((<usize>(place * SHAPE_CLASSES)) << 4)
  const firstSet = planeClass > 0 ? 4 * TEMPLATE_CLASSES : 0
  const sets = models.weights + <usize>firstSet * WEIGHT_SET_BYTES
  const apms = models.apms + <usize>firstSet * APM_BYTES
  const groupSet = (planeClass > 0 ? 4 : 0) + size
  const groupWeights = models.groupWeights + <usize>groupSet * WEIGHT_SET_BYTES
  const groupApm = models.groupApms + <usize>groupSet * APM_BYTES

  for (let d = extent - 1; d >= 0; d--) {
    const first = firstOfDiagonal(log2Groups, d)
    for (let g = firstOfDiagonal(log2Groups, d + 1) - 1; g >= first; g--) {
      const group = groupAt(log2Groups, g)
      const gx = group & 15
      const gy = group >> 4
      const flag = flags + <usize>(gy * GROUP_STRIDE + gx)
      const around = (<i32>load<u8>(flag, 1)) | (<i32>load<u8>(flag, 9) << 1) | (<i32>load<u8>(flag, 10) << 2)
      const beside = (around & 1) + ((around >> 1) & 1)
      const origin = (gy << (log2Kept + 2)) + (gx << 2)
      const groupBand = <i32>load<u8>(table + ((<usize>(origin + (1 << log2Kept) + 1)) << 2), 2)
      const crossFlags = cross
        ? <i32>load<u8>(groupFlags + <usize>(gy * GROUP_STRIDE + gx)) |
          (planeClass == 2 ? <i32>load<u8>(groupFlags + 96 + <usize>(gy * GROUP_STRIDE + gx)) << 1 : 0)
        : min(3, extent - 1 - d)
      const states = models.group
      const present = codeMixed(
        encoding ? hasLevel(levels + ((<usize>origin) << 2), 1 << log2Kept) : 0,
        states + ((<usize>(place * 8 + around)) << 2),
        states + ((<usize>(128 + place * 64 + gy * 8 + gx)) << 2),
        states + ((<usize>(1152 + (place * 8 + <i32>load<u8>(near + <usize>groupBand)) * 3 + beside)) << 2),
        states + ((<usize>(1536 + (place * 4 + crossFlags) * 3 + beside)) << 2),
        groupWeights,
        groupApm,
      )
      if (!present) continue
      store<u8>(flag, 1)
      for (let n = 15; n >= 0; n--) {
        const inside = coefficientAt(n)
        const x = (gx << 2) + (inside & 15)
        const y = (gy << 2) + (inside >> 4)
        const index = (y << log2Kept) + x
        const at = <usize>(y * MAGNITUDE_STRIDE + x)
        const here = magnitude + at
        const right = <i32>load<u8>(here, 1)
        const below = <i32>load<u8>(here, 36)
        const beyond = <i32>load<u8>(here, 37)
        const further = <i32>load<u8>(here, 2) + <i32>load<u8>(here, 72)
        const template = templateClassOf(3 * (right + below) + 2 * beyond + further)
        const placed = load<u32>(table + ((<usize>index) << 2))
        const band = placed >> 16
        const diagonal = (placed >> 8) & 255
        let shape: i32
        if (!cross) shape = min(3, right) * 16 + min(3, below) * 4 + min(3, beyond + further)
        else {
          const inLuma = <i32>load<u8>(luma + at)
          if (planeClass == 1) shape = min(3, inLuma) * 4 + min(3, template)
          else shape = min(2, inLuma) * 16 + min(3, <i32>load<u8>(cb + at)) * 4 + min(3, template)
        }
        const coefficientStep = (step * load<i32>(weights + ((<usize>index) << 2))) >> 8
        let border = NO_BORDER
        if (x == 0 || y == 0) {
          border = borderPrediction(x, y, coefficientStep)
          if (border != NO_BORDER && !cross) shape = (x + y == 0 ? 96 : x + y < 3 ? 64 : 80) + min(BORDER_CLASSES - 1, abs(border))
        }
        const s0 = templates + ((<usize>(diagonal * TEMPLATE_CLASSES + template)) << 4)
        const s1 = positions + ((<usize>((placed & 255) * 3 + min(2, template))) << 4)
        const s2 = nears + ((<usize>(<i32>load<u8>(near + <usize>band) * 6 + min(5, template))) << 4)
        const s3 = shapes + ((<usize>shape) << 4)
        let set = sets + <usize>template * WEIGHT_SET_BYTES
        let apm = apms + <usize>template * APM_BYTES
        const level = encoding ? load<i32>(levels + ((<usize>index) << 2)) : 0
        const wantedSize = abs(level)
        if (!codeMixed(wantedSize > 0 ? 1 : 0, s0, s1, s2, s3, set, apm)) continue
        let value = 1
        for (let kind: usize = 1; value <= UNARY_LIMIT; value++) {
          const offset = kind << 2
          set = sets + (kind * <usize>TEMPLATE_CLASSES + <usize>template) * WEIGHT_SET_BYTES
          apm = apms + (kind * <usize>TEMPLATE_CLASSES + <usize>template) * APM_BYTES
          if (!codeMixed(wantedSize > value ? 1 : 0, s0 + offset, s1 + offset, s2 + offset, s3 + offset, set, apm)) break
          if (kind < 3) kind++
        }
        if (value > UNARY_LIMIT) value += codeExpGolombBypass(wantedSize - value, 0)
        const signed = codeSign(models, level, value, planeClass, x + y, border)
        if (!encoding) store<i32>(levels + ((<usize>index) << 2), signed)
        addToBorders(x, y, (signed * coefficientStep) >> 4)
        const clipped = min(value, MAGNITUDE_LIMIT)
        store<u8>(here, <u8>clipped)
        const sum = bandSums + ((<usize>band) << 2)
        store<i32>(sum, load<i32>(sum) + clipped)
      }
    }
  }
  describe(aboveAt, leftAt, log2, extent << (3 - log2Groups))
  return extent
}

/** Codes the sign of a level of magnitude `value`, where there is one against its border prediction; returns the level. */
function codeSign(models: Models, level: i32, value: i32, planeClass: i32, diagonal: i32, border: i32): i32 {
  let negative = level < 0 ? 1 : 0
  if (border == NO_BORDER || border == 0) negative = codeBypass(negative, 1)
  else {
    const predicted = border < 0 ? 1 : 0
    const context = ((planeClass * 4 + min(3, diagonal)) * 2 + (value > 1 ? 1 : 0)) * BORDER_CLASSES + min(BORDER_CLASSES - 1, abs(border))
    negative = predicted ^ codeAdaptive(negative ^ predicted, models.sign + ((<usize>context) << 2))
  }
  return negative ? -value : value
}

/** Whether the 4 x 4 group at `levels` (rows `stride` apart) has a level. */
// @ts-ignore: decorator
@inline
export function hasLevel(levels: usize, stride: i32): i32 {
  const row = (<usize>stride) << 2
  const any = v128.or(v128.or(v128.load(levels), v128.load(levels + row)), v128.or(v128.load(levels + 2 * row), v128.load(levels + 3 * row)))
  return v128.any_true(any) ? 1 : 0
}

// @ts-ignore: decorator
@inline
function clearNeighbour(at: usize): void {
  v128.store(at, i32x4.splat(0))
  v128.store(at, i32x4.splat(0), 16)
}

/** Tells the neighbours to come about this block. */
function describe(aboveAt: usize, leftAt: usize, log2: i32, extent: i32): void {
  for (let band = 0; band < BANDS; band++) {
    const mean = (load<i32>(bandSums + ((<usize>band) << 2)) * bandScaleOf(log2, band)) >> 8
    store<u8>(aboveAt + <usize>band, <u8>min(255, mean))
  }
  store<u8>(aboveAt + NEIGHBOUR_EXTENT, <u8>extent)
  store<u8>(aboveAt + NEIGHBOUR_CODED, 1)
  const low = v128.load(aboveAt)
  const high = v128.load(aboveAt, 16)
  const cells = 1 << (log2 - 3)
  for (let i = 0; i < cells; i++) {
    v128.store(aboveAt + <usize>(i * NEIGHBOUR_BYTES), low)
    v128.store(aboveAt + <usize>(i * NEIGHBOUR_BYTES), high, 16)
    v128.store(leftAt + <usize>(i * NEIGHBOUR_BYTES), low)
    v128.store(leftAt + <usize>(i * NEIGHBOUR_BYTES), high, 16)
  }
}
