/**
 * What a block tells the blocks below and on its right, for the contexts of their coefficients: {@link NEIGHBOUR_BYTES} for each cell
 * of 4 x 4 along its edge, in each plane. FORMAT.md, "Coefficients".
 *
 *     0..24   mean magnitude of each band of the frequency plane (5 x 5), in 1/16
 *     25      extent, on the scale of a block of 8 x 8 groups; 0 if it has no levels
 *     26      1 if it has levels
 */
import { Row, rowAt } from '../../../wasm/kernel/row'
import { BANDS, Models, NEIGHBOUR_BYTES, NEIGHBOUR_CODED, NEIGHBOUR_EXTENT } from './models'
import { bandScaleOf, nearClassOf } from './scan'

/** The first cells above and on the left of the block. */
let above: usize = 0
let left: usize = 0

/** Class of the mean magnitude that both neighbours had in each band. */
export const near = changetype<Row<u8>>(memory.data(32, 16))
/** The larger class of the two bands next to the lowest. */
export let lowNear = 0
/** Extents of both neighbours together, 0..8, and of the one above, 0..15. */
export let extentNear = 0
export let extentAbove = 0
/** How many of the two neighbours have levels. */
export let codedNear = 0

/** Sum of the clipped magnitudes of each band of the block. */
export const bandSums = changetype<Row<i32>>(memory.data(32 * 4, 16))

function placeNeighbours(models: Models, plane: i32, cellX: i32, cellY: i32): void {
  above = models.above + <usize>((plane * models.columns + cellX) * NEIGHBOUR_BYTES)
  left = models.left + <usize>((plane * 16 + (cellY & 15)) * NEIGHBOUR_BYTES)
}

/** Reads what the neighbours told: the ones at the middle of the block's sides. */
export function readNeighbours(models: Models, plane: i32, log2Width: i32, log2Height: i32, cellX: i32, cellY: i32): void {
  placeNeighbours(models, plane, cellX, cellY)
  const up = rowAt<u8>(above + <usize>(((1 << (log2Width - 2)) >> 1) * NEIGHBOUR_BYTES))
  const side = rowAt<u8>(left + <usize>(((1 << (log2Height - 2)) >> 1) * NEIGHBOUR_BYTES))
  for (let band = 0; band < BANDS; band++) near[band] = <u8>nearClassOf(<i32>up[band] + <i32>side[band])
  lowNear = <i32>max(near[1], near[5])
  extentAbove = <i32>up[NEIGHBOUR_EXTENT]
  extentNear = (extentAbove + <i32>side[NEIGHBOUR_EXTENT] + 3) >> 2
  codedNear = <i32>up[NEIGHBOUR_CODED] + <i32>side[NEIGHBOUR_CODED]
}

/** Tells the neighbours to come that this block of a plane, whose first cell is (cellX, cellY), has no levels. */
export function skipLevels(models: Models, plane: i32, log2Width: i32, log2Height: i32, cellX: i32, cellY: i32): void {
  placeNeighbours(models, plane, cellX, cellY)
  tellNothing(log2Width, log2Height)
}

/** Tells them that the block whose neighbours were read has no levels. */
export function tellNothing(log2Width: i32, log2Height: i32): void {
  tell(log2Width, log2Height, i32x4.splat(0), i32x4.splat(0))
}

/** Tells them about the block whose neighbours were read, from its extent and {@link bandSums}. */
export function tellLevels(log2Width: i32, log2Height: i32, extent: i32): void {
  const told = rowAt<u8>(above)
  for (let band = 0; band < BANDS; band++) told[band] = <u8>min(255, (bandSums[band] * bandScaleOf(log2Width, log2Height, band)) >> 8)
  told[NEIGHBOUR_EXTENT] = <u8>extent
  told[NEIGHBOUR_CODED] = 1
  tell(log2Width, log2Height, v128.load(above), v128.load(above, 16))
}

function tell(log2Width: i32, log2Height: i32, low: v128, high: v128): void {
  fillCells(above, log2Width, low, high)
  fillCells(left, log2Height, low, high)
}

// @inline
function fillCells(at: usize, log2Side: i32, low: v128, high: v128): void {
  for (const end = at + <usize>(NEIGHBOUR_BYTES << (log2Side - 2)); at < end; at += <usize>NEIGHBOUR_BYTES) {
    v128.store(at, low)
    v128.store(at, high, 16)
  }
}
