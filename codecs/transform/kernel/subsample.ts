/**
 * Planes of half the width and half the height, in place: 4:2:0 chroma. FORMAT.md, "Colour".
 *
 *     halve    each sample is the mean of 2 x 2, (sum + 2) >> 2
 *     double   each sample is 9/16 of the nearest, 3/16 of the next one across and the next one down, 1/16 of the one beyond both,
 *              (sum + 8) >> 4; beyond the edge the last sample counts again
 */
import { rowAt } from '../../wasm/kernel/row'

/** Halves a plane of i32, width x height, both even: rows of half the width follow each other. */
export function halve(address: usize, width: i32, height: i32): void {
  const plane = rowAt<i32>(address)
  let out = 0
  for (let y = 0; y < height; y += 2) {
    const upper = plane.from(y * width)
    const lower = upper.from(width)
    for (let x = 0; x < width; x += 2) plane[out++] = (upper[x] + upper[x + 1] + lower[x] + lower[x + 1] + 2) >> 2
  }
}

/** Doubles a plane that was halved, to width x height: from the end, where no sample is overwritten before its last use. */
export function double(address: usize, width: i32, height: i32): void {
  const plane = rowAt<i32>(address)
  const columns = width >> 1
  const rows = height >> 1
  for (let y = height - 1; y >= 0; y--) {
    const near = plane.from((y >> 1) * columns)
    const next = plane.from(max(0, min(rows - 1, (y >> 1) + (y & 1 ? 1 : -1))) * columns)
    const out = plane.from(y * width)
    for (let x = width - 1; x >= 0; x--) {
      const at = x >> 1
      const beside = max(0, min(columns - 1, at + (x & 1 ? 1 : -1)))
      out[x] = (9 * near[at] + 3 * (near[beside] + next[at]) + next[beside] + 8) >> 4
    }
  }
}
