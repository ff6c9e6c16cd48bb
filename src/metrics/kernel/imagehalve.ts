/**
 * Means of 2 x 2 samples: a plane of half the size, rounded up. Where a side is odd, its last row or column counts twice.
 *
 * @param source width * height floats
 * @param target ceil(width / 2) * ceil(height / 2) floats
 */
export function halve(source: usize, width: i32, height: i32, target: usize): void {
  const halfWidth = (width + 1) >> 1
  const quarter: f32 = 0.25
  for (let y = 0; y < height; y += 2) {
    const upper = source + ((<usize>y * width) << 2)
    const lower = y + 1 < height ? upper + ((<usize>width) << 2) : upper
    const out = target + ((<usize>(y >> 1) * halfWidth) << 2)
    let x = 0
    for (; x + 8 <= width; x += 8) {
      const at = (<usize>x) << 2
      const u0 = v128.load(upper + at)
      const u1 = v128.load(upper + at, 16)
      const l0 = v128.load(lower + at)
      const l1 = v128.load(lower + at, 16)
      let sum = f32x4.add(v128.shuffle<f32>(u0, u1, 0, 2, 4, 6), v128.shuffle<f32>(u0, u1, 1, 3, 5, 7))
      sum = f32x4.add(sum, v128.shuffle<f32>(l0, l1, 0, 2, 4, 6))
      sum = f32x4.add(sum, v128.shuffle<f32>(l0, l1, 1, 3, 5, 7))
      v128.store(out + (at >> 1), f32x4.mul(sum, f32x4.splat(quarter)))
    }
    for (; x < width; x += 2) {
      const at = (<usize>x) << 2
      const next = x + 1 < width ? at + 4 : at
      const sum = f32.load(upper + at) + f32.load(upper + next) + f32.load(lower + at) + f32.load(lower + next)
      f32.store(out + (at >> 1), sum * quarter)
    }
  }
}
