/**
 * Coefficients of one block: FORMAT.md, "Coefficients".
 *
 *     coded          1 if any level is not 0
 *     extent         highest diagonal of 4 x 4 groups that has a level, as a binary tree
 *     for each group from that diagonal down:
 *       group        1 if it has a level; implied if it is alone on the highest diagonal
 *       levels       {@link ./levels}
 *
 * Every bin is a mixture of four contexts.
 */
import { codeMixture, stateAt } from '../../../entropy/kernel/model'
import { encoding } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import { codeGroupLevels } from './levels'
import { aroundGroup, clearMagnitudes, groupFlagsAt } from './magnitudes'
import { BANDS, Models, SIZES, sizeOf } from './models'
import { bandSums, codedNear, extentAbove, extentNear, lowNear, near, readNeighbours, tellLevels, tellNothing } from './neighbours'
import { bandOfGroup, firstOfDiagonal, groupAt } from './scan'
import { keptLog2 } from './tile'

// States of a block's bins, models.block. `place` is plane (4) x size (5).
const CODED_BY_NEIGHBOURS: i32 = 0 // place (20) x how many neighbours are coded (0..2 of 4)
const CODED_BY_MAGNITUDES: i32 = CODED_BY_NEIGHBOURS + 80 // place x low magnitudes of the neighbours (8)
const CODED_BY_PLANES: i32 = CODED_BY_MAGNITUDES + 160 // place x coded: a neighbour, luma, Cb (2 x 2 x 2)
const CODED_BY_EXTENTS: i32 = CODED_BY_PLANES + 160 // place x extents of the neighbours (0..8 of 16)
const EXTENT_BY_NODE: i32 = CODED_BY_EXTENTS + 320 // place x node of the tree (16)
const EXTENT_BY_EXTENTS: i32 = EXTENT_BY_NODE + 320 // place x node x extents of the neighbours (4)
const EXTENT_BY_MAGNITUDES: i32 = EXTENT_BY_EXTENTS + 1280 // place x node x low magnitudes of the neighbours (4)
const EXTENT_BY_PLANES: i32 = EXTENT_BY_MAGNITUDES + 1280 // size (5) x luma or chroma (2) x node x extent above, or of luma (4)
// its weight sets: by place, then by size
const EXTENT_SET: i32 = 20

// States of group flags, models.group.
const GROUP_BY_AROUND: i32 = 0 // place (20) x flags on the right, below and beyond (8)
const GROUP_BY_POSITION: i32 = GROUP_BY_AROUND + 160 // place x group (8 x 8)
const GROUP_BY_MAGNITUDES: i32 = GROUP_BY_POSITION + 1280 // place x magnitudes of the neighbours (8) x flags beside (0..2)
const GROUP_BY_PLANES: i32 = GROUP_BY_MAGNITUDES + 480 // place x diagonals below the highest, or flags of luma and Cb (4) x flags beside (3)

/** Extent of the block in each plane, on the scale of 8 x 8 groups; 0 if it has no levels. */
const extents = changetype<Row<u8>>(memory.data(4, 16))

/** State of "coded" with one neighbour that is: what the encoder's prices follow. */
// @inline
export function codedState(models: Models, place: i32): usize {
  return stateAt(models.block, CODED_BY_NEIGHBOURS + place * 4 + 1)
}

/** State of a node of the extent's tree. */
// @inline
export function extentState(models: Models, place: i32, node: i32): usize {
  return stateAt(models.block, EXTENT_BY_NODE + place * 16 + node)
}

/** State of a group flag by the three flags around it. */
// @inline
export function groupState(models: Models, place: i32, around: i32): usize {
  return stateAt(models.group, GROUP_BY_AROUND + place * 8 + around)
}

// @inline
function mixBlock(bit: i32, models: Models, s0: i32, s1: i32, s2: i32, s3: i32, set: i32): i32 {
  return codeMixture(bit, models.block, s0, s1, s2, s3, models.blockWeights, models.blockApms, set)
}

/** Whether a plane is Cb or Cr: 1 and 2, while 0 is luma or grey. */
// @inline
function isCross(plane: i32): bool {
  return plane == 1 || plane == 2
}

/** Codes whether the block has levels. Its top left cell of 4 x 4 is (cellX, cellY), in cells of its own plane. */
export function codeCoded(models: Models, plane: i32, log2Width: i32, log2Height: i32, cellX: i32, cellY: i32, coded: i32): i32 {
  const place = plane * SIZES + sizeOf(log2Width, log2Height)
  readNeighbours(models, plane, log2Width, log2Height, cellX, cellY)
  clearMagnitudes(plane, keptLog2(log2Height))
  const lumaCoded = isCross(plane) && extents[0] != 0 ? 1 : 0
  const cbCoded = plane == 2 && extents[1] != 0 ? 1 : 0
  coded = mixBlock(
    coded,
    models,
    CODED_BY_NEIGHBOURS + place * 4 + codedNear,
    CODED_BY_MAGNITUDES + place * 8 + lowNear,
    CODED_BY_PLANES + place * 8 + (codedNear > 0 ? 1 : 0) + lumaCoded * 2 + cbCoded * 4,
    CODED_BY_EXTENTS + place * 16 + extentNear,
    place,
  )
  if (!coded) {
    extents[plane] = 0
    tellNothing(log2Width, log2Height)
  }
  return coded
}

/** Codes the extent, 1..`diagonals`. */
function codeExtent(models: Models, plane: i32, size: i32, diagonals: i32, extent: i32): i32 {
  const wanted = extent - 1
  const place = plane * SIZES + size
  const nearClass = min(3, (extentNear + 1) >> 1)
  const cross = isCross(plane)
  const crossClass = min(3, cross ? (<i32>extents[0] + 3) >> 2 : (extentAbove + 2) >> 2)
  const depth = 32 - clz(diagonals - 1)
  let node = 1
  for (let bit = depth - 1; bit >= 0; bit--) {
    node =
      (node << 1) |
      mixBlock(
        (wanted >> bit) & 1,
        models,
        EXTENT_BY_NODE + place * 16 + node,
        EXTENT_BY_EXTENTS + (place * 16 + node) * 4 + nearClass,
        EXTENT_BY_MAGNITUDES + (place * 16 + node) * 4 + (lowNear >> 1),
        EXTENT_BY_PLANES + ((size * 2 + (cross ? 1 : 0)) * 16 + node) * 4 + crossClass,
        EXTENT_SET + size,
      )
  }
  return min(node - (1 << depth), diagonals - 1) + 1
}

/**
 * Codes the levels (i32, kept width x kept height, row-major) of a block after {@link codeCoded} said 1, and leaves in their place the
 * steps that they stand for. A reader's `levels` are all zero before. Returns the extent, in diagonals of groups, 1 or more.
 * `direction`: of luma's prediction: 0 none, 1 mostly across, 2 mostly down.
 */
export function codeLevels(models: Models, plane: i32, log2Width: i32, log2Height: i32, levels: usize, extent: i32, direction: i32): i32 {
  const log2KeptWidth = keptLog2(log2Width)
  const log2Across = log2KeptWidth - 2
  const log2Down = keptLog2(log2Height) - 2
  const size = sizeOf(log2Width, log2Height)
  extent = codeExtent(models, plane, size, (1 << log2Across) + (1 << log2Down) - 1, extent)
  const scaled = min(15, (extent << 3) >> max(log2Across, log2Down))
  extents[plane] = <u8>scaled

  memory.fill(changetype<usize>(bandSums), 0, 4 * BANDS)
  let state = 0
  for (let d = extent - 1; d >= 0; d--) {
    const first = firstOfDiagonal(log2Across, log2Down, d)
    const last = firstOfDiagonal(log2Across, log2Down, d + 1) - 1
    for (let g = last; g >= first; g--) {
      const group = groupAt(log2Across, log2Down, g)
      const gx = group & 15
      const gy = group >> 4
      if (d < extent - 1 || first < last) {
        const band = bandOfGroup(log2Width, log2Height, gx, gy)
        const present = encoding ? hasLevel(levels + ((<usize>((gy << log2KeptWidth) + gx)) << 4), 1 << log2KeptWidth) : 0
        if (!codeGroupFlag(models, plane, size, gx, gy, band, extent - 1 - d, present)) continue
      }
      groupFlagsAt(plane, gx, gy)[0] = 1
      state = codeGroupLevels(models, plane, log2Width, log2Height, gx, gy, levels, direction, state)
    }
  }
  tellLevels(log2Width, log2Height, scaled)
  return extent
}

/** Codes whether group (gx, gy) has levels. `band`: its frequency band; `below`: diagonals between its and the highest. */
function codeGroupFlag(models: Models, plane: i32, size: i32, gx: i32, gy: i32, band: i32, below: i32, present: i32): i32 {
  const place = plane * SIZES + size
  const around = aroundGroup(groupFlagsAt(plane, gx, gy))
  const beside = (around & 1) + ((around >> 1) & 1)
  let across = min(3, below)
  if (isCross(plane)) across = <i32>groupFlagsAt(0, gx, gy)[0] | (plane == 2 ? (<i32>groupFlagsAt(1, gx, gy)[0]) << 1 : 0)
  return codeMixture(
    present,
    models.group,
    GROUP_BY_AROUND + place * 8 + around,
    GROUP_BY_POSITION + place * 64 + gy * 8 + gx,
    GROUP_BY_MAGNITUDES + (place * 8 + <i32>near[band]) * 3 + beside,
    GROUP_BY_PLANES + (place * 4 + across) * 3 + beside,
    models.groupWeights,
    models.groupApms,
    (plane > 0 ? SIZES : 0) + size,
  )
}

/** Whether the 4 x 4 group at `levels` (rows `stride` apart) has a level. */
// @inline
function hasLevel(levels: usize, stride: i32): i32 {
  const row = (<usize>stride) << 2
  const any = v128.or(
    v128.or(v128.load(levels), v128.load(levels + row)),
    v128.or(v128.load(levels + 2 * row), v128.load(levels + 3 * row)),
  )
  return v128.any_true(any) ? 1 : 0
}
