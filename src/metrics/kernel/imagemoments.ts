/**
 * Local means of two planes, of their squares and of their product, under a blur: what SSIM and its kin are made of. Rows go
 * in from the top down; the means of a row come out once RADIUS rows more are in. Beyond the planes all is zero.
 */
import { allocateZeroed } from '../../../codecs/wasm/kernel/arena'
import { blurColumns, blurRow, multiplyRow, PAD, RADIUS, RING, strideOf } from './imageblur'
import { cosinesOfColumns, cosinesOfRow } from './imagecosines'

/** Rings of blurred rows: means of a, b, a a, b b, a b. */
const RINGS: i32 = 5
/** Rows that the recursion down the columns keeps for each ring: three cosines, two steps back. */
const STATES: i32 = 6

/** Workspace for planes of one width, in the arena. */
@unmanaged
export class Moments {
  /** Rows of means that {@link meansOf} fills: floats, some up to the next multiple of 4 beyond the width. */
  meanA: usize
  meanB: usize
  meanAA: usize
  meanBB: usize
  meanAB: usize
  rings: usize
  /** One padded row each. */
  rowA: usize
  rowB: usize
  product: usize
  states: usize
  width: i32
  rowBytes: usize
  /** Of the direct blur, or 0. */
  taps: usize
  /** Of the recursive one, or 0. */
  constants: usize
}

/** @param taps, constants one of them: what imageblur.ts or imagecosines.ts blurs by */
export function createMoments(width: i32, taps: usize, constants: usize): Moments {
  const moments = changetype<Moments>(allocateZeroed(offsetof<Moments>()))
  const rowBytes = (<usize>strideOf(width)) << 2
  const rows = allocateZeroed(rowBytes * (RINGS * RING + RINGS * (1 + STATES) + 3)) + ((<usize>PAD) << 2)
  const results = rows + rowBytes * (RINGS * RING)
  moments.rings = rows
  moments.meanA = results
  moments.meanB = results + rowBytes
  moments.meanAA = results + 2 * rowBytes
  moments.meanBB = results + 3 * rowBytes
  moments.meanAB = results + 4 * rowBytes
  moments.rowA = results + 5 * rowBytes
  moments.rowB = results + 6 * rowBytes
  moments.product = results + 7 * rowBytes
  moments.states = results + 8 * rowBytes
  moments.width = width
  moments.rowBytes = rowBytes
  moments.taps = taps
  moments.constants = constants
  return moments
}

/** Address of row `y` of a ring. */
// @inline
function rowOf(moments: Moments, ring: i32, y: i32): usize {
  return moments.rings + <usize>(ring * RING + (y & (RING - 1))) * moments.rowBytes
}

function blur(moments: Moments, source: usize, ring: i32, y: i32): void {
  const target = rowOf(moments, ring, y)
  if (moments.taps) blurRow(source, target, moments.width, moments.taps)
  else cosinesOfRow(source, target, moments.width, moments.constants)
}

/** Takes row `y` of both planes, `width` floats each. */
export function takeRows(moments: Moments, y: i32, a: usize, b: usize): void {
  const rowA = moments.rowA
  const rowB = moments.rowB
  const product = moments.product
  const width = moments.width
  memory.copy(rowA, a, (<usize>width) << 2)
  memory.copy(rowB, b, (<usize>width) << 2)
  blur(moments, rowA, 0, y)
  blur(moments, rowB, 1, y)
  multiplyRow(rowA, rowA, product, width)
  blur(moments, product, 2, y)
  multiplyRow(rowB, rowB, product, width)
  blur(moments, product, 3, y)
  multiplyRow(rowA, rowB, product, width)
  blur(moments, product, 4, y)
}

/** Takes row `y` outside of the planes. */
export function takeNothing(moments: Moments, y: i32): void {
  for (let ring = 0; ring < RINGS; ring++) memory.fill(rowOf(moments, ring, y), 0, (<usize>(moments.width + 3)) << 2)
}

/** Fills the rows of means for row `y`. The recursive blur wants every row in turn, from -WARM_UP on. */
export function meansOf(moments: Moments, y: i32): void {
  const width = moments.width
  const rowBytes = moments.rowBytes
  for (let ring = 0; ring < RINGS; ring++) {
    const target = moments.meanA + <usize>ring * rowBytes
    if (moments.taps) {
      blurColumns(rowOf(moments, ring, 0), rowBytes, y, target, width, moments.taps)
      continue
    }
    const before = moments.states + <usize>(ring * STATES + (y & 1) * 3) * rowBytes
    const beforeThat = moments.states + <usize>(ring * STATES + (~y & 1) * 3) * rowBytes
    const leaving = rowOf(moments, ring, y - RADIUS - 1)
    const entering = rowOf(moments, ring, y + RADIUS - 1)
    cosinesOfColumns(leaving, entering, before, beforeThat, rowBytes, target, width, moments.constants)
  }
}
