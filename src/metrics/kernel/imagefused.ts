/**
 * a b + c of 32-bit floats, rounded once: what a fused instruction gives. WebAssembly has none that is the same everywhere, so
 * it is worked out in 64 bits, where a b is exact. Metrics that are defined by a program which fuses need it where rounding is
 * what is left of a small difference.
 */

/** Two floats from memory as f64x2. */
// @inline
export function pairAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at))
}

/** A float from memory, twice, as f64x2. */
// @inline
export function splatAt(at: usize): v128 {
  return f64x2.splat(<f64>f32.load(at))
}

/** Rounds to what 32 bits hold. */
// @inline
export function rounded(a: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(a))
}

/** Of f64x2 that hold 32-bit floats. */
// @inline
export function fused(a: v128, b: v128, c: v128): v128 {
  return rounded(f64x2.add(f64x2.mul(a, b), c))
}

/** c - a b, of f64x2 that hold 32-bit floats. */
// @inline
export function fusedMinus(a: v128, b: v128, c: v128): v128 {
  return rounded(f64x2.sub(c, f64x2.mul(a, b)))
}

// @inline
export function fusedScalar(a: f32, b: f32, c: f32): f32 {
  return <f32>(<f64>a * <f64>b + <f64>c)
}
