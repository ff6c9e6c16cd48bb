/**
 * Where coefficients lie: scan orders and position classes of blocks whose sides keep 4, 8, 16 or 32 coefficients, in groups of 4 x 4.
 *
 * Groups are taken diagonal by diagonal, from the highest coded one down to the lowest; within a diagonal from the bottom left
 * upwards when counted upwards, so that a decoder going down meets them in the opposite order. The 16 coefficients of a group
 * have the same order.
 */
import { BANDS } from './models'

/** Coefficient order inside a group: x in the low nibble, y in the high one, by diagonals. */
const coefficientOrder: usize = memory.data(16, 16)
/** Group orders for 1, 2, 4 and 8 groups across by 1, 2, 4 and 8 down, at 64 bytes each. */
const groupOrder: usize = memory.data(16 * 64, 16)
/** First group of each diagonal in its order, at 16 bytes each. */
const diagonalStart: usize = memory.data(16 * 16, 16)
/** For each block shape and each kept coefficient (row-major): class of position, diagonal band, frequency band. */
const classes: usize = memory.data(25 * 1024 * 4, 16)
/** 16 * 256 / number of kept coefficients of each frequency band, for each block shape. */
const bandScale: usize = memory.data(25 * 25 * 4, 16)

/** Magnitude sums of a template (0..150) to classes 0..9. */
const templateClass: usize = memory.data(160, 16)
/** Sums of two neighbours' band magnitudes (0..510, in 1/32) to classes 0..7. */
const nearClass: usize = memory.data(512, 16)

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

function fillOrder(out: usize, width: i32, height: i32, starts: usize): void {
  let n: usize = 0
  for (let d = 0; d <= width + height - 2; d++) {
    if (starts) store<u8>(starts + <usize>d, <u8>n)
    for (let y = min(d, height - 1); y >= 0 && d - y < width; y--) store<u8>(out + n++, <u8>((d - y) | (y << 4)))
  }
  if (starts) store<u8>(starts + <usize>(width + height - 1), <u8>n)
}

// @inline
function shapeOf(log2Width: i32, log2Height: i32): i32 {
  return (log2Width - 2) * 5 + log2Height - 2
}

function fillClasses(log2Width: i32, log2Height: i32): void {
  const log2KeptWidth = min(log2Width, 5)
  const log2KeptHeight = min(log2Height, 5)
  const shape = shapeOf(log2Width, log2Height)
  const table = classesOf(log2Width, log2Height)
  const scales = bandScale + ((<usize>(shape * BANDS)) << 2) // counted first, then inverted in place
  for (let y = 0; y < 1 << log2KeptHeight; y++) {
    for (let x = 0; x < 1 << log2KeptWidth; x++) {
      const d = x + y
      const diagonal = d < 2 ? d : d < 4 ? 2 : d < 8 ? 3 : d < 16 ? 4 : 5
      const band = octave((y << 6) >> log2Height) * 5 + octave((x << 6) >> log2Width)
      const position = sideClass(y, log2KeptHeight) * 8 + sideClass(x, log2KeptWidth)
      store<u32>(table + ((<usize>((y << log2KeptWidth) + x)) << 2), <u32>(position | (diagonal << 8) | (band << 16)))
      const count = scales + ((<usize>band) << 2)
      store<i32>(count, load<i32>(count) + 1)
    }
  }
  for (let band: usize = 0; band < <usize>BANDS; band++) {
    const count = load<i32>(scales + (band << 2))
    store<i32>(scales + (band << 2), count ? 4096 / count : 0)
  }
}

export function fillScanTables(): void {
  if (filled) return
  filled = true
  fillOrder(coefficientOrder, 4, 4, 0)
  for (let g = 0; g < 16; g++) fillOrder(groupOrder + <usize>(g * 64), 1 << (g >> 2), 1 << (g & 3), diagonalStart + <usize>(g * 16))
  for (let log2Width = 2; log2Width <= 6; log2Width++) {
    for (let log2Height = 2; log2Height <= 6; log2Height++) fillClasses(log2Width, log2Height)
  }
  for (let sum = 0; sum < 160; sum++) {
    const c =
      sum < 1 ? 0 : sum < 3 ? 1 : sum < 5 ? 2 : sum < 8 ? 3 : sum < 12 ? 4 : sum < 18 ? 5 : sum < 27 ? 6 : sum < 41 ? 7 : sum < 61 ? 8 : 9
    store<u8>(templateClass + <usize>sum, <u8>c)
  }
  for (let sum = 0; sum < 512; sum++) {
    const c = sum < 1 ? 0 : sum < 3 ? 1 : sum < 6 ? 2 : sum < 11 ? 3 : sum < 21 ? 4 : sum < 41 ? 5 : sum < 81 ? 6 : 7
    store<u8>(nearClass + <usize>sum, <u8>c)
  }
}

// @inline
export function coefficientAt(n: i32): i32 {
  return load<u8>(coefficientOrder + <usize>n)
}

/** Group n of a block with 2^log2Across x 2^log2Down groups: x in the low nibble, y in the high one. */
// @inline
export function groupAt(log2Across: i32, log2Down: i32, n: i32): i32 {
  return load<u8>(groupOrder + <usize>((log2Across * 4 + log2Down) * 64 + n))
}

/** Number of the first group on diagonal d; d may be one past the last. */
// @inline
export function firstOfDiagonal(log2Across: i32, log2Down: i32, d: i32): i32 {
  return load<u8>(diagonalStart + <usize>((log2Across * 4 + log2Down) * 16 + d))
}

/** Table of classes of a block shape: per kept coefficient position | diagonal << 8 | band << 16. */
// @inline
export function classesOf(log2Width: i32, log2Height: i32): usize {
  return classes + <usize>(shapeOf(log2Width, log2Height) * 4096)
}

/** Frequency band of a group: of its coefficient (1, 1). */
// @inline
export function bandOfGroup(log2Width: i32, log2Height: i32, gx: i32, gy: i32): i32 {
  const index = (((gy << 2) + 1) << min(log2Width, 5)) + (gx << 2) + 1
  return <i32>load<u8>(classesOf(log2Width, log2Height) + ((<usize>index) << 2), 2)
}

// @inline
export function bandScaleOf(log2Width: i32, log2Height: i32, band: i32): i32 {
  return load<i32>(bandScale + ((<usize>(shapeOf(log2Width, log2Height) * BANDS + band)) << 2))
}

// @inline
export function templateClassOf(sum: i32): i32 {
  return load<u8>(templateClass + <usize>sum)
}

// @inline
export function nearClassOf(sum: i32): i32 {
  return load<u8>(nearClass + <usize>sum)
}
