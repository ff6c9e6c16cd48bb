/**
 * Differences along lines: a change that goes on in some direction is seen better than the same change scattered. The
 * difference of two bands, each sample weighted by how large the bands are there, is summed along 16 short lines through each
 * sample; the squares of these sums count. Beyond the edges all is zero.
 */
import { lanesBelow } from './lanes'

/** Zeros around the plane of differences. */
export const MARGIN: i32 = 4

/** Floats from one row to the next in the plane of differences. */
export function marginStride(stride: i32): i32 {
  return stride + 2 * MARGIN
}

/** Address of the first sample in a plane of differences. */
export function insideMargin(plane: usize, stride: i32): usize {
  return plane + ((MARGIN * marginStride(stride) + MARGIN) << 2)
}

/**
 * Fills the plane of differences of bands a and b. A difference counts by 1 / (norm + mean size); contrast below 0.55 or above
 * 1.05 of the original's counts again.
 *
 * @param differences (stride + 8) * (height + 8) floats whose margin is zero
 */
function weigh(a: usize, b: usize, width: i32, height: i32, stride: i32, weight: f64, norm: f64, scale: f64, differences: usize): void {
  // lines of 3.75 on either side
  const symmetric = <f32>((scale * sqrt(0.5 * weight) * norm) / (2 * 3.75 + 1))
  const halfOpen = <f32>((scale * sqrt(<f64>(<f32>0.33) * weight) * norm) / (2 * 3.75 + 1))
  const zero = f32x4.splat(0)
  const sign = i32x4.splat(0x80000000)
  for (let y = 0; y < height; y++) {
    const out = insideMargin(differences, stride) + ((y * marginStride(stride)) << 2)
    for (let x = 0; x < width; x += 4) {
      const at = <usize>((y * stride + x) << 2)
      const va = v128.load(a + at)
      const vb = v128.load(b + at)
      const size = f32x4.abs(va)
      const mean = f32x4.mul(f32x4.splat(0.5), f32x4.add(size, f32x4.abs(vb)))
      const share = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(<f32>norm), mean))
      const negative = v128.and(va, sign)
      const towards = v128.xor(vb, negative)
      const tooSmall = f32x4.max(zero, f32x4.sub(f32x4.mul(size, f32x4.splat(0.55)), towards))
      const tooBig = f32x4.max(zero, f32x4.sub(towards, f32x4.mul(size, f32x4.splat(1.05))))
      const outside = v128.xor(f32x4.sub(tooSmall, tooBig), negative)
      const whole = f32x4.add(f32x4.mul(f32x4.splat(symmetric), f32x4.sub(va, vb)), f32x4.mul(f32x4.splat(halfOpen), outside))
      v128.store(out + (x << 2), v128.and(lanesBelow(width - x), f32x4.mul(whole, share)))
    }
  }
}

// @inline
function pair(at: usize, offset: usize): v128 {
  return f32x4.add(v128.load(at - offset), v128.load(at + offset))
}

// @inline
function squared(x: v128): v128 {
  return f32x4.mul(x, x)
}

/** Sum along a line of 5, 7 or 9 samples through `at`, squared; offsets are in bytes, from the far end. */
// @inline
function line5(at: usize, centre: v128, o1: usize, o2: usize): v128 {
  return squared(f32x4.add(centre, f32x4.add(pair(at, o1), pair(at, o2))))
}
// @inline
function line7(at: usize, centre: v128, o1: usize, o2: usize, o3: usize): v128 {
  return squared(f32x4.add(f32x4.add(centre, pair(at, o3)), f32x4.add(pair(at, o1), pair(at, o2))))
}
// @inline
function line9(at: usize, centre: v128, o1: usize, o2: usize, o3: usize, o4: usize): v128 {
  return squared(f32x4.add(f32x4.add(centre, pair(at, o4)), f32x4.add(pair(at, o3), f32x4.add(pair(at, o1), pair(at, o2)))))
}

/** Lines with gaps, for the lower bands. Offsets are (rows, columns). */
function sumSparseLines(differences: usize, width: i32, height: i32, stride: i32, sum: usize): void {
  const row = <usize>(marginStride(stride) << 2)
  for (let y = 0; y < height; y++) {
    const line = insideMargin(differences, stride) + <usize>y * row
    for (let x = 0; x < width; x += 4) {
      const at = line + (x << 2)
      const centre = v128.load(at)
      const to = sum + ((y * stride + x) << 2)
      let all = f32x4.add(v128.load(to), line5(at, centre, 16, 8)) // (0, 4) (0, 2)
      all = f32x4.add(all, line5(at, centre, 4 * row, 2 * row))
      all = f32x4.add(all, line5(at, centre, 3 * row + 12, 2 * row + 8))
      all = f32x4.add(all, line5(at, centre, 3 * row - 12, 2 * row - 8))
      all = f32x4.add(all, line5(at, centre, 4 * row - 4, 2 * row - 4))
      all = f32x4.add(all, line5(at, centre, 4 * row + 4, 2 * row + 4))
      all = f32x4.add(all, line5(at, centre, row + 16, row + 8))
      all = f32x4.add(all, line5(at, centre, row - 16, row - 8))
      all = f32x4.add(all, line5(at, centre, 3 * row + 8, 2 * row + 4))
      all = f32x4.add(all, line5(at, centre, 3 * row - 8, 2 * row - 4))
      all = f32x4.add(all, line5(at, centre, 2 * row + 12, row + 8))
      all = f32x4.add(all, line5(at, centre, 2 * row - 12, row - 8))
      all = f32x4.add(all, line5(at, centre, 2 * row - 16, row - 8))
      all = f32x4.add(all, line5(at, centre, 2 * row + 16, row + 8))
      all = f32x4.add(all, line5(at, centre, 4 * row + 8, 2 * row + 4))
      all = f32x4.add(all, line5(at, centre, 4 * row - 8, 2 * row - 4))
      v128.store(to, all)
    }
  }
}

/** Lines without gaps, for the highest band: twelve, of which four count twice. */
function sumDenseLines(differences: usize, width: i32, height: i32, stride: i32, sum: usize): void {
  const row = <usize>(marginStride(stride) << 2)
  for (let y = 0; y < height; y++) {
    const line = insideMargin(differences, stride) + <usize>y * row
    for (let x = 0; x < width; x += 4) {
      const at = line + (x << 2)
      const centre = v128.load(at)
      const to = sum + ((y * stride + x) << 2)
      let twice = line9(at, centre, 4 * row - 4, 3 * row - 4, 2 * row - 4, row)
      twice = f32x4.add(twice, line9(at, centre, 4 * row + 4, 3 * row + 4, 2 * row + 4, row))
      twice = f32x4.add(twice, line9(at, centre, row + 16, row + 12, row + 8, 4))
      twice = f32x4.add(twice, line9(at, centre, row - 16, row - 12, row - 8, 4))
      let all = f32x4.add(v128.load(to), f32x4.add(twice, twice))
      all = f32x4.add(all, line9(at, centre, 16, 12, 8, 4))
      all = f32x4.add(all, line9(at, centre, 4 * row, 3 * row, 2 * row, row))
      all = f32x4.add(all, line7(at, centre, 3 * row + 12, 2 * row + 8, row + 4))
      all = f32x4.add(all, line7(at, centre, 3 * row - 12, 2 * row - 8, row - 4))
      all = f32x4.add(all, line7(at, centre, 3 * row + 8, 2 * row + 4, row + 4))
      all = f32x4.add(all, line7(at, centre, 3 * row - 8, 2 * row - 4, row - 4))
      all = f32x4.add(all, line7(at, centre, 2 * row + 12, row + 8, row + 4))
      all = f32x4.add(all, line7(at, centre, 2 * row - 12, row - 8, row - 4))
      v128.store(to, all)
    }
  }
}

/** Adds what is seen of the difference between middle or high bands a and b to `sum`. */
export function addSparseEdges(
  a: usize,
  b: usize,
  width: i32,
  height: i32,
  stride: i32,
  weight: f64,
  norm: f64,
  differences: usize,
  sum: usize,
): void {
  weigh(a, b, width, height, stride, weight, norm, 0.611612573796, differences)
  sumSparseLines(differences, width, height, stride, sum)
}

/** The same for the highest band. */
export function addDenseEdges(
  a: usize,
  b: usize,
  width: i32,
  height: i32,
  stride: i32,
  weight: f64,
  norm: f64,
  differences: usize,
  sum: usize,
): void {
  weigh(a, b, width, height, stride, weight, norm, 0.39905817637, differences)
  sumDenseLines(differences, width, height, stride, sum)
}
