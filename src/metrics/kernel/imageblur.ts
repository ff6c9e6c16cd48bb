/**
 * A symmetric blur of 11 taps over rows that arrive one by one, with zeros outside of the picture. Rows of several planes
 * (two pictures and their products) wait in a ring of 16 until all that a result needs are there, so that nothing but the
 * pictures themselves is ever held whole.
 *
 * A row holds `stride` floats: PAD zeros, the samples, zeros up to the end. Addresses of rows are those of the first sample.
 */

export const RADIUS: i32 = 5
/** Floats of zeros before a row's first sample and, at least, after its last. */
export const PAD: i32 = 12
/** Rows in a ring, above 2 RADIUS + 1 and a power of two. */
export const RING: i32 = 16

/** Floats from one row to the next. */
export function strideOf(width: i32): i32 {
  return ((width + 3) & ~3) + 2 * PAD
}

/** Blurs a row: `taps` are RADIUS + 1 floats, the centre's first. */
export function blurRow(source: usize, target: usize, width: i32, taps: usize): void {
  const t0 = v128.load32_splat(taps)
  const t1 = v128.load32_splat(taps, 4)
  const t2 = v128.load32_splat(taps, 8)
  const t3 = v128.load32_splat(taps, 12)
  const t4 = v128.load32_splat(taps, 16)
  const t5 = v128.load32_splat(taps, 20)
  for (let x = 0; x < width; x += 4) {
    const at = source + ((<usize>x) << 2)
    let sum = f32x4.mul(t0, v128.load(at))
    sum = f32x4.add(sum, f32x4.mul(t1, f32x4.add(v128.load(at - 4), v128.load(at, 4))))
    sum = f32x4.add(sum, f32x4.mul(t2, f32x4.add(v128.load(at - 8), v128.load(at, 8))))
    sum = f32x4.add(sum, f32x4.mul(t3, f32x4.add(v128.load(at - 12), v128.load(at, 12))))
    sum = f32x4.add(sum, f32x4.mul(t4, f32x4.add(v128.load(at - 16), v128.load(at, 16))))
    sum = f32x4.add(sum, f32x4.mul(t5, f32x4.add(v128.load(at - 20), v128.load(at, 20))))
    v128.store(target + ((<usize>x) << 2), sum)
  }
}

/** Address of a row of a ring. */
// @inline
function slot(ring: usize, rowBytes: usize, y: i32): usize {
  return ring + <usize>(y & (RING - 1)) * rowBytes
}

/** Blurs rows y - RADIUS .. y + RADIUS of a ring into one row. `ring` is the address of its first row. */
export function blurColumns(ring: usize, rowBytes: usize, y: i32, target: usize, width: i32, taps: usize): void {
  const t0 = v128.load32_splat(taps)
  const t1 = v128.load32_splat(taps, 4)
  const t2 = v128.load32_splat(taps, 8)
  const t3 = v128.load32_splat(taps, 12)
  const t4 = v128.load32_splat(taps, 16)
  const t5 = v128.load32_splat(taps, 20)
  const centre = slot(ring, rowBytes, y)
  const above1 = slot(ring, rowBytes, y - 1)
  const above2 = slot(ring, rowBytes, y - 2)
  const above3 = slot(ring, rowBytes, y - 3)
  const above4 = slot(ring, rowBytes, y - 4)
  const above5 = slot(ring, rowBytes, y - 5)
  const below1 = slot(ring, rowBytes, y + 1)
  const below2 = slot(ring, rowBytes, y + 2)
  const below3 = slot(ring, rowBytes, y + 3)
  const below4 = slot(ring, rowBytes, y + 4)
  const below5 = slot(ring, rowBytes, y + 5)
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    let sum = f32x4.mul(t0, v128.load(centre + at))
    sum = f32x4.add(sum, f32x4.mul(t1, f32x4.add(v128.load(above1 + at), v128.load(below1 + at))))
    sum = f32x4.add(sum, f32x4.mul(t2, f32x4.add(v128.load(above2 + at), v128.load(below2 + at))))
    sum = f32x4.add(sum, f32x4.mul(t3, f32x4.add(v128.load(above3 + at), v128.load(below3 + at))))
    sum = f32x4.add(sum, f32x4.mul(t4, f32x4.add(v128.load(above4 + at), v128.load(below4 + at))))
    sum = f32x4.add(sum, f32x4.mul(t5, f32x4.add(v128.load(above5 + at), v128.load(below5 + at))))
    v128.store(target + at, sum)
  }
}

/** target = a * b, sample by sample. */
export function multiplyRow(a: usize, b: usize, target: usize, width: i32): void {
  for (let x: usize = 0; x < (<usize>width) << 2; x += 16) v128.store(target + x, f32x4.mul(v128.load(a + x), v128.load(b + x)))
}
