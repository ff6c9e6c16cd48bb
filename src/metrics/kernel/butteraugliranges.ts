/** What happens to the bands of a plane, sample by sample, and weighted squared differences of bands. All planes are `bytes` long. */

/** x - sign(x) min(|x|, range): small values vanish. */
// @inline
export function withoutSmall(x: v128, range: f32): v128 {
  const width = f32x4.splat(range)
  const zero = f32x4.splat(0)
  return f32x4.add(f32x4.max(zero, f32x4.sub(x, width)), f32x4.min(zero, f32x4.add(x, width)))
}

/** x + sign(x) min(|x|, range): small values double. */
// @inline
export function withMoreSmall(x: v128, range: f32): v128 {
  const width = f32x4.splat(range)
  return f32x4.add(x, f32x4.max(f32x4.neg(width), f32x4.min(width, x)))
}

/** Values beyond +-most grow by 0.724 of what they are beyond. */
// @inline
export function softClamped(x: v128, most: f32): v128 {
  const limit = f32x4.splat(most)
  const inside = f32x4.max(f32x4.neg(limit), f32x4.min(limit, x))
  return f32x4.add(inside, f32x4.mul(f32x4.sub(x, inside), f32x4.splat(0.724216145665)))
}

/** a -= b. */
export function subtract(a: usize, b: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(a + i, f32x4.sub(v128.load(a + i), v128.load(b + i)))
}

/** sum += weight (a - b)^2. */
export function addSquares(a: usize, b: usize, weight: f32, sum: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f32x4.sub(v128.load(a + i), v128.load(b + i))
    v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(f32x4.mul(d, d), f32x4.splat(weight))))
  }
}

/**
 * sum += weight ((a - b)^2 + e^2), where e is how far b lies outside of 0.4 a .. a: lost and invented contrast count more than
 * noise.
 */
export function addAsymmetricSquares(a: usize, b: usize, weight: f32, sum: usize, bytes: usize): void {
  const zero = f32x4.splat(0)
  const sign = i32x4.splat(0x80000000)
  for (let i: usize = 0; i < bytes; i += 16) {
    const va = v128.load(a + i)
    const vb = v128.load(b + i)
    const d = f32x4.sub(va, vb)
    const size = f32x4.abs(va)
    // b as seen with a positive
    const towards = v128.xor(vb, v128.and(va, sign))
    const tooSmall = f32x4.max(zero, f32x4.sub(f32x4.mul(size, f32x4.splat(0.4)), towards))
    const tooBig = f32x4.max(zero, f32x4.sub(towards, size))
    const e = f32x4.add(tooSmall, tooBig)
    const squares = f32x4.add(f32x4.mul(d, d), f32x4.mul(e, e))
    v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(squares, f32x4.splat(weight * <f32>0.8))))
  }
}
