/** Masking: how much detail there is around a place, which hides errors there, unless a smooth spot is near. */
import { blur } from './butteraugliblur'
import { insideMargin, MARGIN, marginStride } from './butteraugliedges'

const SIGMA: f32 = 2.7
const GAIN: f32 = 6.19424080439
const BIAS: f32 = 12.61050594197
/** Distance in pixels of the eight places around one that are looked at for smoothness. */
const STEP: i32 = 3
/** Beyond the edges: no smoother than anything. */
const NEVER: f32 = 1e30

/** detail += gain^2 (high + highest)^2, the bands of one colour. */
export function addDetail(high: usize, highest: usize, gain: f32, detail: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.mul(f32x4.add(v128.load(high + i), v128.load(highest + i)), f32x4.splat(gain))
    v128.store(detail + i, f32x4.add(v128.load(detail + i), f32x4.mul(value, value)))
  }
}

/** Compresses sums of squares of {@link addDetail} to activity, and blurs it. */
export function activityOf(detail: usize, scratch: usize, width: i32, height: i32, stride: i32): void {
  const bias: f32 = GAIN * BIAS
  const root = f32x4.splat(sqrt(bias))
  for (let i: usize = 0; i < (<usize>(stride * height)) << 2; i += 16) {
    const size = f32x4.sqrt(v128.load(detail + i))
    const value = f32x4.sqrt(f32x4.add(f32x4.mul(f32x4.splat(GAIN), size), f32x4.splat(bias)))
    v128.store(detail + i, f32x4.sub(value, root))
  }
  blur(detail, detail, scratch, width, height, stride, SIGMA)
}

/** Changes of activity are errors too: sum += 10 (a - b)^2. */
export function addActivityChange(a: usize, b: usize, sum: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f32x4.sub(v128.load(a + i), v128.load(b + i))
    v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(f32x4.mul(f32x4.splat(10), d), d)))
  }
}

/**
 * Weighs the three smallest of each place and the eight around it (a place itself is never above twice its own value).
 *
 * @param activity replaced by the result
 * @param margined (stride + 8) * (height + 8) floats
 */
export function erode(activity: usize, margined: usize, width: i32, height: i32, stride: i32): void {
  const rowBytes = <usize>(marginStride(stride) << 2)
  const never = f32x4.splat(NEVER)
  for (let i: usize = 0; i < rowBytes * <usize>(height + 2 * MARGIN); i += 16) v128.store(margined + i, never)
  const inside = insideMargin(margined, stride)
  for (let y = 0; y < height; y++) memory.copy(inside + <usize>y * rowBytes, activity + ((y * stride) << 2), width << 2)
  const rows = <usize>STEP * rowBytes
  const columns: usize = STEP << 2
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const at = inside + <usize>y * rowBytes + (x << 2)
      let least = v128.load(at)
      let second = f32x4.add(least, least)
      let third = second
      for (let k = 0; k < 9; k++) {
        if (k == 4) continue
        const from = at + <usize>(k / 3) * rows - rows + <usize>(k % 3) * columns - columns
        let value = v128.load(from)
        const next = f32x4.max(least, value)
        least = f32x4.min(least, value)
        value = f32x4.max(second, next)
        second = f32x4.min(second, next)
        third = f32x4.min(third, value)
      }
      const weighed = f32x4.add(f32x4.mul(f32x4.splat(0.3), second), f32x4.mul(f32x4.splat(0.25), third))
      v128.store(activity + ((y * stride + x) << 2), f32x4.add(f32x4.mul(f32x4.splat(0.45), least), weighed))
    }
  }
}

/** 1 / 14.1: an error of 1 is one that is just seen. */
const SCALE: f32 = 0.070922241

/** (scale (1 + gain / (slope activity + offset)))^2 */
// @inline
function sensitivity(activity: v128, offset: f32, slope: f32, gain: f32): v128 {
  const one = f32x4.splat(1)
  const hidden = f32x4.add(f32x4.mul(f32x4.splat(slope), activity), f32x4.splat(offset))
  const value = f32x4.mul(f32x4.splat(SCALE), f32x4.add(one, f32x4.div(f32x4.splat(gain), hidden)))
  return f32x4.mul(value, value)
}

/** Replaces the errors of the lowest band by what is seen of all: the root of both sums, each by its own sensitivity. */
export function seenErrors(low: usize, other: usize, activity: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const mask = v128.load(activity + i)
    const seenLow = f32x4.mul(v128.load(low + i), sensitivity(mask, 0.20025578522, 3.87449418804, 0.505054525019))
    const seenOther = f32x4.mul(v128.load(other + i), sensitivity(mask, 0.829591754942, 0.451936922203, 2.5485944793))
    v128.store(low + i, f32x4.sqrt(f32x4.add(seenLow, seenOther)))
  }
}
