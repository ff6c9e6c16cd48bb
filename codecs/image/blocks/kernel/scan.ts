/**
 * Where coefficients lie: scan orders, and classes of places, of blocks whose sides keep 4, 8, 16 or 32 coefficients, in groups of 4 x 4.
 *
 * Groups are taken diagonal by diagonal, from the highest coded one down to the lowest; within a diagonal from the bottom left
 * upwards when counted upwards, so that a decoder going down meets them in the opposite order. The 16 coefficients of a group
 * have the same order.
 */
import { Row } from '../../../wasm/kernel/row'
import { BANDS } from './models'

/** Coefficient order inside a group: x in the low nibble, y in the high one, by diagonals. */
const coefficientOrder = changetype<Row<u8>>(memory.data(16, 16))
/** Group orders for 1, 2, 4 and 8 groups across by 1, 2, 4 and 8 down, at 64 bytes each. */
const groupOrder = changetype<Row<u8>>(memory.data(16 * 64, 16))
/** First group of each diagonal in its order, at 16 bytes each. */
const diagonalStart = changetype<Row<u8>>(memory.data(16 * 16, 16))
/** A {@link Place} for each block shape and each kept coefficient (row-major). */
const places: usize = memory.data(25 * 1024 * 4, 16)
/** 16 * 256 / number of kept coefficients of each frequency band, for each block shape. */
const bandScale = changetype<Row<i32>>(memory.data(25 * 25 * 4, 16))

/** Magnitude sums of a template (0..150) to classes 0..9. */
const templateClass = changetype<Row<u8>>(memory.data(160, 16))
/** Sums of two neighbours' band magnitudes (0..510, in 1/32) to classes 0..7. */
const nearClass = changetype<Row<u8>>(memory.data(512, 16))

/** Where a coefficient lies in its block. */
@unmanaged
export class Place {
  /** Class of both its indices, 8 x 8. */
  position: u8
  /** Class of the diagonal, 0..5. */
  diagonal: u8
  /** Frequency band, 5 x 5. */
  band: u8
  none: u8
}

let filled = false

/** Class 0..7 of an index along one side. */
function sideClass(i: i32, log2Kept: i32): i32 {
  if (log2Kept <= 3) return i
  if (log2Kept == 4) return i < 4 ? i : i < 6 ? 4 : i < 9 ? 5 : i < 12 ? 6 : 7
  return i < 2 ? i : i < 4 ? 2 : i < 7 ? 3 : i < 11 ? 4 : i < 17 ? 5 : i < 24 ? 6 : 7
}

/** Octave 0..4 of a frequency in 1/64 of the highest. */
function octave(frequency: i32): i32 {
  return frequency < 4 ? 0 : frequency < 12 ? 1 : frequency < 24 ? 2 : frequency < 40 ? 3 : 4
}

/** Fills an order of width x height by diagonals, and, unless it is null, where each diagonal starts. */
function fillOrder(order: Row<u8>, width: i32, height: i32, starts: Row<u8> | null): void {
  let n = 0
  for (let d = 0; d <= width + height - 2; d++) {
    if (starts) starts[d] = <u8>n
    for (let y = min(d, height - 1); y >= 0 && d - y < width; y--) order[n++] = <u8>((d - y) | (y << 4))
  }
  if (starts) starts[width + height - 1] = <u8>n
}

// @inline
function shapeOf(log2Width: i32, log2Height: i32): i32 {
  return (log2Width - 2) * 5 + log2Height - 2
}

function fillPlaces(log2Width: i32, log2Height: i32): void {
  const log2KeptWidth = min(log2Width, 5)
  const log2KeptHeight = min(log2Height, 5)
  const table = placesOf(log2Width, log2Height)
  const scales = bandScale.from(shapeOf(log2Width, log2Height) * BANDS) // counted first, then inverted in place
  for (let y = 0; y < 1 << log2KeptHeight; y++) {
    for (let x = 0; x < 1 << log2KeptWidth; x++) {
      const d = x + y
      const band = octave((y << 6) >> log2Height) * 5 + octave((x << 6) >> log2Width)
      const place = placeAt(table, (y << log2KeptWidth) + x)
      place.position = <u8>(sideClass(y, log2KeptHeight) * 8 + sideClass(x, log2KeptWidth))
      place.diagonal = <u8>(d < 2 ? d : d < 4 ? 2 : d < 8 ? 3 : d < 16 ? 4 : 5)
      place.band = <u8>band
      scales[band] += 1
    }
  }
  for (let band = 0; band < BANDS; band++) {
    const count = scales[band]
    scales[band] = count ? 4096 / count : 0
  }
}

export function fillScanTables(): void {
  if (filled) return
  filled = true
  fillOrder(coefficientOrder, 4, 4, null)
  for (let g = 0; g < 16; g++) fillOrder(groupOrder.from(g * 64), 1 << (g >> 2), 1 << (g & 3), diagonalStart.from(g * 16))
  for (let log2Width = 2; log2Width <= 6; log2Width++) {
    for (let log2Height = 2; log2Height <= 6; log2Height++) fillPlaces(log2Width, log2Height)
  }
  for (let sum = 0; sum < 160; sum++) {
    const c =
      sum < 1 ? 0 : sum < 3 ? 1 : sum < 5 ? 2 : sum < 8 ? 3 : sum < 12 ? 4 : sum < 18 ? 5 : sum < 27 ? 6 : sum < 41 ? 7 : sum < 61 ? 8 : 9
    templateClass[sum] = <u8>c
  }
  for (let sum = 0; sum < 512; sum++) {
    const c = sum < 1 ? 0 : sum < 3 ? 1 : sum < 6 ? 2 : sum < 11 ? 3 : sum < 21 ? 4 : sum < 41 ? 5 : sum < 81 ? 6 : 7
    nearClass[sum] = <u8>c
  }
}

// @inline
export function coefficientAt(n: i32): i32 {
  return coefficientOrder[n]
}

/** Group n of a block with 2^log2Across x 2^log2Down groups: x in the low nibble, y in the high one. */
// @inline
export function groupAt(log2Across: i32, log2Down: i32, n: i32): i32 {
  return groupOrder[(log2Across * 4 + log2Down) * 64 + n]
}

/** Number of the first group on diagonal d; d may be one past the last. */
// @inline
export function firstOfDiagonal(log2Across: i32, log2Down: i32, d: i32): i32 {
  return diagonalStart[(log2Across * 4 + log2Down) * 16 + d]
}

/** The places of a block shape: {@link placeAt}. */
// @inline
export function placesOf(log2Width: i32, log2Height: i32): usize {
  return places + <usize>(shapeOf(log2Width, log2Height) * 4096)
}

/** The place of kept coefficient `index`. */
// @inline
export function placeAt(places: usize, index: i32): Place {
  return changetype<Place>(places + ((<usize>index) << 2))
}

/** Frequency band of a group: of its coefficient (1, 1). */
// @inline
export function bandOfGroup(log2Width: i32, log2Height: i32, gx: i32, gy: i32): i32 {
  return placeAt(placesOf(log2Width, log2Height), (((gy << 2) + 1) << min(log2Width, 5)) + (gx << 2) + 1).band
}

// @inline
export function bandScaleOf(log2Width: i32, log2Height: i32, band: i32): i32 {
  return bandScale[shapeOf(log2Width, log2Height) * BANDS + band]
}

// @inline
export function templateClassOf(sum: i32): i32 {
  return templateClass[sum]
}

// @inline
export function nearClassOf(sum: i32): i32 {
  return nearClass[sum]
}
