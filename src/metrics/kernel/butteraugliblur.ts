/**
 * Blurs of planes by Gaussians cut off at 2.25 sigma. Beyond the edges nothing counts: weights are those of what lies inside.
 * Planes have rows of `stride` floats, a multiple of 4, of which `width` are samples.
 */
import { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'

/** Floats of a column strip: all rows that a result needs of it stay in the first level of cache. */
const STRIP: i32 = 256

/** Taps on either side of the centre. */
export function radiusOf(sigma: f32): i32 {
  return max(1, <i32>(<f32>2.25 * sigma))
}

/** Writes radius + 1 weights, centre first, not normalised; returns the sum of all 2 radius + 1. */
function fillWeights(weights: usize, radius: i32, sigma: f32): f32 {
  const scale = -1.0 / (2.0 * <f64>sigma * <f64>sigma)
  let sum: f32 = 0
  for (let k = 0; k <= radius; k++) {
    const weight = <f32>Math.exp(scale * k * k)
    f32.store(weights + (k << 2), weight)
    sum += k ? weight + weight : weight
  }
  return sum
}

/** One sample near an end of a row. */
function blurEdge(row: usize, x: i32, width: i32, weights: usize, radius: i32): f32 {
  let sum: f32 = 0
  let weight: f32 = 0
  const last = min(width - 1, x + radius)
  for (let j = max(0, x - radius); j <= last; j++) {
    const w = f32.load(weights + (abs(j - x) << 2))
    sum += f32.load(row + (j << 2)) * w
    weight += w
  }
  return sum / weight
}

/** `scaled` are the weights by the sum of all. */
function blurRows(source: usize, target: usize, width: i32, height: i32, stride: i32, weights: usize, scaled: usize, radius: i32): void {
  const left = min(width, radius)
  const right = max(left, width - radius)
  for (let y = 0; y < height; y++) {
    const row = source + ((y * stride) << 2)
    const out = target + ((y * stride) << 2)
    // two vectors at a time; the last may reach into the right edge, which is done after it
    for (let x = left; x < right; x += 8) {
      const at = row + (x << 2)
      const centre = v128.load32_splat(scaled)
      let sum0 = f32x4.mul(centre, v128.load(at))
      let sum1 = f32x4.mul(centre, v128.load(at, 16))
      for (let k: usize = 4; k <= (<usize>radius) << 2; k += 4) {
        const weight = v128.load32_splat(scaled + k)
        sum0 = f32x4.add(sum0, f32x4.mul(weight, f32x4.add(v128.load(at - k), v128.load(at + k))))
        sum1 = f32x4.add(sum1, f32x4.mul(weight, f32x4.add(v128.load(at - k, 16), v128.load(at + k, 16))))
      }
      v128.store(out + (x << 2), sum0)
      if (x + 4 < right) v128.store(out + (x << 2), sum1, 16)
    }
    for (let x = 0; x < left; x++) f32.store(out + (x << 2), blurEdge(row, x, width, weights, radius))
    for (let x = right; x < width; x++) f32.store(out + (x << 2), blurEdge(row, x, width, weights, radius))
    for (let x = width; x < stride; x++) f32.store(out + (x << 2), 0)
  }
}

/** A row near the top or the bottom. */
function blurEdgeRow(source: usize, out: usize, y: i32, height: i32, stride: i32, weights: usize, radius: i32): void {
  const first = max(0, y - radius)
  const last = min(height - 1, y + radius)
  let weight: f32 = 0
  for (let j = first; j <= last; j++) weight += f32.load(weights + (abs(j - y) << 2))
  const scale = f32x4.splat(<f32>1 / weight)
  for (let x = 0; x < stride; x += 4) {
    let sum = f32x4.splat(0)
    for (let j = first; j <= last; j++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + (abs(j - y) << 2)), v128.load(source + ((j * stride + x) << 2))))
    }
    v128.store(out + (x << 2), f32x4.mul(sum, scale))
  }
}

function blurColumns(source: usize, target: usize, height: i32, stride: i32, weights: usize, scaled: usize, radius: i32): void {
  const top = min(height, radius)
  const bottom = max(top, height - radius)
  for (let y = 0; y < top; y++) blurEdgeRow(source, target + ((y * stride) << 2), y, height, stride, weights, radius)
  for (let y = bottom; y < height; y++) blurEdgeRow(source, target + ((y * stride) << 2), y, height, stride, weights, radius)
  const rowBytes = <usize>(stride << 2)
  for (let strip = 0; strip < stride; strip += STRIP) {
    const end = min(stride, strip + STRIP)
    for (let y = top; y < bottom; y++) {
      const row = source + <usize>y * rowBytes
      const out = target + <usize>y * rowBytes
      let x = strip
      for (; x + 8 <= end; x += 8) {
        const at = row + (x << 2)
        const centre = v128.load32_splat(scaled)
        let sum0 = f32x4.mul(centre, v128.load(at))
        let sum1 = f32x4.mul(centre, v128.load(at, 16))
        let above = at - rowBytes
        let below = at + rowBytes
        for (let k: usize = 4; k <= (<usize>radius) << 2; k += 4) {
          const weight = v128.load32_splat(scaled + k)
          sum0 = f32x4.add(sum0, f32x4.mul(weight, f32x4.add(v128.load(above), v128.load(below))))
          sum1 = f32x4.add(sum1, f32x4.mul(weight, f32x4.add(v128.load(above, 16), v128.load(below, 16))))
          above -= rowBytes
          below += rowBytes
        }
        v128.store(out + (x << 2), sum0)
        v128.store(out + (x << 2), sum1, 16)
      }
      if (x < end) {
        const at = row + (x << 2)
        let sum = f32x4.mul(v128.load32_splat(scaled), v128.load(at))
        let above = at - rowBytes
        let below = at + rowBytes
        for (let k: usize = 4; k <= (<usize>radius) << 2; k += 4) {
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(scaled + k), f32x4.add(v128.load(above), v128.load(below))))
          above -= rowBytes
          below += rowBytes
        }
        v128.store(out + (x << 2), sum)
      }
    }
  }
}

/**
 * Blurs a plane.
 *
 * @param target may be `source`
 * @param scratch stride * height floats, and 8 more that may be read
 */
export function blur(source: usize, target: usize, scratch: usize, width: i32, height: i32, stride: i32, sigma: f32): void {
  const start = mark()
  const radius = radiusOf(sigma)
  const weights = allocate((radius + 1) << 2)
  const scaled = allocate((radius + 1) << 2)
  const sum = fillWeights(weights, radius, sigma)
  for (let k = 0; k <= radius; k++) f32.store(scaled + (k << 2), f32.load(weights + (k << 2)) / sum)
  blurRows(source, scratch, width, height, stride, weights, scaled, radius)
  blurColumns(scratch, target, height, stride, weights, scaled, radius)
  release(start)
}

/** Index of what a mirror at the edge shows in place of a sample outside. */
// @inline
function mirrored(at: i32, size: i32): i32 {
  while (at < 0 || at >= size) at = at < 0 ? -at - 1 : 2 * size - 1 - at
  return at
}

/** Blurs a plane by 5 x 5 taps of a Gaussian, with mirrored edges. `target` is not `source`. */
export function blurMirrored(source: usize, target: usize, scratch: usize, width: i32, height: i32, stride: i32, sigma: f32): void {
  const start = mark()
  const weights = allocate(12)
  const sum = fillWeights(weights, 2, sigma)
  const w0 = f32.load(weights) / sum
  const w1 = f32.load(weights, 4) / sum
  const w2 = f32.load(weights, 8) / sum
  for (let y = 0; y < height; y++) {
    const row = source + ((y * stride) << 2)
    const out = scratch + ((y * stride) << 2)
    for (let x = 0; x < stride; x += 4) {
      const at = row + (x << 2)
      if (x >= 2 && x + 6 <= width) {
        const near = f32x4.add(v128.load(at - 4), v128.load(at + 4))
        const far = f32x4.add(v128.load(at - 8), v128.load(at + 8))
        const middle = f32x4.mul(v128.load(at), f32x4.splat(w0))
        v128.store(out + (x << 2), f32x4.add(middle, f32x4.add(f32x4.mul(near, f32x4.splat(w1)), f32x4.mul(far, f32x4.splat(w2)))))
        continue
      }
      for (let i = x; i < x + 4; i++) {
        const near = f32.load(row + (mirrored(i - 1, width) << 2)) + f32.load(row + (mirrored(i + 1, width) << 2))
        const far = f32.load(row + (mirrored(i - 2, width) << 2)) + f32.load(row + (mirrored(i + 2, width) << 2))
        f32.store(out + (i << 2), i < width ? f32.load(row + (i << 2)) * w0 + near * w1 + far * w2 : 0)
      }
    }
  }
  for (let y = 0; y < height; y++) {
    const row = scratch + ((y * stride) << 2)
    const up1 = scratch + ((mirrored(y - 1, height) * stride) << 2)
    const up2 = scratch + ((mirrored(y - 2, height) * stride) << 2)
    const down1 = scratch + ((mirrored(y + 1, height) * stride) << 2)
    const down2 = scratch + ((mirrored(y + 2, height) * stride) << 2)
    const out = target + ((y * stride) << 2)
    for (let x: usize = 0; x < (<usize>stride) << 2; x += 16) {
      const near = f32x4.mul(f32x4.add(v128.load(up1 + x), v128.load(down1 + x)), f32x4.splat(w1))
      const far = f32x4.mul(f32x4.add(v128.load(up2 + x), v128.load(down2 + x)), f32x4.splat(w2))
      v128.store(out + x, f32x4.add(f32x4.mul(v128.load(row + x), f32x4.splat(w0)), f32x4.add(near, far)))
    }
  }
  release(start)
}
