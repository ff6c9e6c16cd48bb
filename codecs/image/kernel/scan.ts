/**
 * Where coefficients lie: scan orders and position classes of blocks with 8, 16 or 32 kept coefficients a side, in groups of
 * 4 x 4.
 *
 * Groups are taken diagonal by diagonal, from the highest coded one down to the lowest; within a diagonal from the bottom left
 * upwards when counted upwards, so that a decoder going down meets them in the opposite order. The 16 coefficients of a group
 * have the same order.
 */
import { BANDS } from './models'

/** Coefficient order inside a group: x in the low nibble, y in the high one, by diagonals. */
const coefficientOrder: usize = memory.data(16, 16)
/** Group orders for 2, 4 and 8 groups a side, at 64 bytes each. */
const groupOrder: usize = memory.data(3 * 64, 16)
/** First group of each diagonal in its order, for 2, 4 and 8 groups a side, at 16 bytes each. */
const diagonalStart: usize = memory.data(3 * 16, 16)
/** For each of the four block sizes and each kept coefficient (row-major): class of position, diagonal band, frequency band. */
const classes: usize = memory.data(4 * 1024 * 4, 16)
/** 16 * 256 / number of kept coefficients of each frequency band, for each block size. */
const bandScale: usize = memory.data(4 * 25 * 4, 16)

/** Magnitude sums of a template (0..150) to classes 0..9. */
const templateClass: usize = memory.data(160, 16)
/** Sums of two neighbours' band magnitudes (0..510, in 1/32) to classes 0..7. */
const nearClass: usize = memory.data(512, 16)

let filled = false

/** Class 0..7 of an index along one side. */
function sideClass(i: i32, log2Kept: i32): i32 {
  if (log2Kept == 3) return i
  if (log2Kept == 4) return i < 4 ? i : i < 6 ? 4 : i < 9 ? 5 : i < 12 ? 6 : 7
  return i < 2 ? i : i < 4 ? 2 : i < 7 ? 3 : i < 11 ? 4 : i < 17 ? 5 : i < 24 ? 6 : 7
}

/** Octave 0..4 of a frequency in 1/64 of the highest. */
function octave(frequency: i32): i32 {
  return frequency < 4 ? 0 : frequency < 12 ? 1 : frequency < 24 ? 2 : frequency < 40 ? 3 : 4
}

function fillOrder(out: usize, side: i32, starts: usize): void {
  let n: usize = 0
  for (let d = 0; d <= 2 * side - 2; d++) {
    if (starts) store<u8>(starts + <usize>d, <u8>n)
    for (let y = min(d, side - 1); y >= 0 && d - y < side; y--) store<u8>(out + n++, <u8>((d - y) | (y << 4)))
  }
  if (starts) store<u8>(starts + <usize>(2 * side - 1), <u8>n)
}

export function fillScanTables(): void {
  if (filled) return
  filled = true
  fillOrder(coefficientOrder, 4, 0)
  for (let g = 0; g < 3; g++) fillOrder(groupOrder + <usize>(g * 64), 2 << g, diagonalStart + <usize>(g * 16))
  const counts = bandScale // counted first, then inverted in place
  for (let size = 0; size < 4; size++) {
    const log2 = size + 3
    const log2Kept = min(log2, 5)
    const kept = 1 << log2Kept
    for (let y = 0; y < kept; y++) {
      for (let x = 0; x < kept; x++) {
        const d = x + y
        const diagonal = d < 2 ? d : d < 4 ? 2 : d < 8 ? 3 : d < 16 ? 4 : 5
        const band = octave((y << 6) >> log2) * 5 + octave((x << 6) >> log2)
        const position = sideClass(y, log2Kept) * 8 + sideClass(x, log2Kept)
        store<u32>(classes + ((<usize>(size * 1024 + y * kept + x)) << 2), <u32>(position | (diagonal << 8) | (band << 16)))
        const count = counts + ((<usize>(size * BANDS + band)) << 2)
        store<i32>(count, load<i32>(count) + 1)
      }
    }
    for (let band = 0; band < BANDS; band++) {
      const at = bandScale + ((<usize>(size * BANDS + band)) << 2)
      const count = load<i32>(at)
      store<i32>(at, count ? 4096 / count : 0)
    }
  }
  for (let sum = 0; sum < 160; sum++) {
    const c = sum < 1 ? 0 : sum < 3 ? 1 : sum < 5 ? 2 : sum < 8 ? 3 : sum < 12 ? 4 : sum < 18 ? 5 : sum < 27 ? 6 : sum < 41 ? 7 : sum < 61 ? 8 : 9
    store<u8>(templateClass + <usize>sum, <u8>c)
  }
  for (let sum = 0; sum < 512; sum++) {
    const c = sum < 1 ? 0 : sum < 3 ? 1 : sum < 6 ? 2 : sum < 11 ? 3 : sum < 21 ? 4 : sum < 41 ? 5 : sum < 81 ? 6 : 7
    store<u8>(nearClass + <usize>sum, <u8>c)
  }
}

// @ts-ignore: decorator
@inline
export function coefficientAt(n: i32): i32 {
  return load<u8>(coefficientOrder + <usize>n)
}

/** Group n of a block with 2^log2Groups groups a side: x in the low nibble, y in the high one. */
// @ts-ignore: decorator
@inline
export function groupAt(log2Groups: i32, n: i32): i32 {
  return load<u8>(groupOrder + <usize>((log2Groups - 1) * 64 + n))
}

/** Number of the first group on diagonal d; d may be one past the last. */
// @ts-ignore: decorator
@inline
export function firstOfDiagonal(log2Groups: i32, d: i32): i32 {
  return load<u8>(diagonalStart + <usize>((log2Groups - 1) * 16 + d))
}

/** Table of classes of blocks of side 2^log2: per kept coefficient position | diagonal << 8 | band << 16. */
// @ts-ignore: decorator
@inline
export function classesOf(log2: i32): usize {
  return classes + <usize>((log2 - 3) * 4096)
}

// @ts-ignore: decorator
@inline
export function bandScaleOf(log2: i32, band: i32): i32 {
  return load<i32>(bandScale + ((<usize>((log2 - 3) * BANDS + band)) << 2))
}

// @ts-ignore: decorator
@inline
export function templateClassOf(sum: i32): i32 {
  return load<u8>(templateClass + <usize>sum)
}

// @ts-ignore: decorator
@inline
export function nearClassOf(sum: i32): i32 {
  return load<u8>(nearClass + <usize>sum)
}
