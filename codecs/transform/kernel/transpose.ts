/**
 * The transpose of 4 x 4 numbers of 32 bits: what turns lines into vectors that hold four lines, and back.
 *
 *     a  a0 a1 a2 a3          column 0   a0 b0 c0 d0
 *     b  b0 b1 b2 b3          column 1   a1 b1 c1 d1
 *     c  c0 c1 c2 c3          column 2   a2 b2 c2 d2
 *     d  d0 d1 d2 d3          column 3   a3 b3 c3 d3
 */

/** Column `k` of the rows a, b, c and d; `k` is a constant. */
// @inline
export function column(a: v128, b: v128, c: v128, d: v128, k: i32): v128 {
  if (k == 0) return i64x2.shuffle(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(c, d, 0, 4, 1, 5), 0, 2)
  if (k == 1) return i64x2.shuffle(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(c, d, 0, 4, 1, 5), 1, 3)
  if (k == 2) return i64x2.shuffle(i32x4.shuffle(a, b, 2, 6, 3, 7), i32x4.shuffle(c, d, 2, 6, 3, 7), 0, 2)
  return i64x2.shuffle(i32x4.shuffle(a, b, 2, 6, 3, 7), i32x4.shuffle(c, d, 2, 6, 3, 7), 1, 3)
}

/** Stores the columns of the rows a, b, c and d, `step` bytes apart. */
// @inline
export function storeColumns(a: v128, b: v128, c: v128, d: v128, out: usize, step: usize): void {
  v128.store(out, column(a, b, c, d, 0))
  v128.store(out + step, column(a, b, c, d, 1))
  v128.store(out + 2 * step, column(a, b, c, d, 2))
  v128.store(out + 3 * step, column(a, b, c, d, 3))
}

/** Writes the transpose of width x height numbers, multiples of 4; strides in bytes. */
export function transpose(from: usize, fromStride: usize, width: usize, height: usize, out: usize, outStride: usize): void {
  for (let y: usize = 0; y < height; y += 4) {
    for (let x: usize = 0; x < width; x += 4) {
      const source = from + y * fromStride + (x << 2)
      const a = v128.load(source)
      const b = v128.load(source + fromStride)
      const c = v128.load(source + 2 * fromStride)
      const d = v128.load(source + 3 * fromStride)
      storeColumns(a, b, c, d, out + x * outStride + (y << 2), outStride)
    }
  }
}
