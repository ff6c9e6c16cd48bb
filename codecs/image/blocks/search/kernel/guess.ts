/**
 * What a block would cost, guessed from its transformed residual without quantizing it: for ranking modes and for chroma. Nothing
 * here is normative.
 */
import { keptLog2 } from '../../kernel/tile'

/** source - prediction, rows of the block's width. */
export function subtract(source: usize, stride: i32, from: usize, width: i32, height: i32, out: usize): void {
  const rowBytes = (<usize>width) << 2
  for (let y = 0; y < height; y++) {
    for (let x: usize = 0; x < rowBytes; x += 16) {
      v128.store(out, i32x4.sub(v128.load(source + x), v128.load(from)))
      out += 16
      from += 16
    }
    source += (<usize>stride) << 2
  }
}

/**
 * Guessed price J of transformed coefficients: small ones become zero and cost their square, larger ones cost bits that grow with
 * their size.
 */
export function guess(coefficients: usize, log2KeptWidth: i32, log2KeptHeight: i32, inverseWeights: usize, step: i32): f32 {
  const inverse = f32x4.splat(<f32>16 / <f32>step)
  const flat = f32x4.splat(flatPrice)
  const slope = f32x4.splat(slopePrice)
  let sum = f32x4.splat(0)
  for (let i: usize = 0; i < (<usize>4) << (log2KeptWidth + log2KeptHeight); i += 16) {
    const c = f32x4.abs(f32x4.convert_i32x4_s(v128.load(coefficients + i)))
    const ratio = f32x4.mul(f32x4.mul(c, inverse), v128.load(inverseWeights + i))
    sum = f32x4.add(sum, f32x4.pmin(f32x4.mul(ratio, ratio), f32x4.add(flat, f32x4.mul(slope, f32x4.sqrt(ratio)))))
  }
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
}

/** Price of a level in squared steps: flat + slope * sqrt(steps). */
let flatPrice: f32 = 0
let slopePrice: f32 = 0

export function setGuess(flat: f32, slope: f32): void {
  flatPrice = flat
  slopePrice = slope
}

/** Squares of the residual that a block with a side of 64 does not keep, in squared steps. */
export function lostEnergy(residual: usize, coefficients: usize, log2Width: i32, log2Height: i32, step: i32): f32 {
  if (log2Width < 6 && log2Height < 6) return 0
  let total = f32x4.splat(0)
  for (let i: usize = 0; i < (<usize>4) << (log2Width + log2Height); i += 16) {
    const s = f32x4.convert_i32x4_s(v128.load(residual + i))
    total = f32x4.add(total, f32x4.mul(s, s))
  }
  for (let i: usize = 0; i < (<usize>4) << (keptLog2(log2Width) + keptLog2(log2Height)); i += 16) {
    const c = f32x4.convert_i32x4_s(v128.load(coefficients + i))
    total = f32x4.sub(total, f32x4.mul(c, c))
  }
  const sum = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3)
  const scale: f32 = <f32>16 / <f32>step
  return max<f32>(0, sum) * scale * scale
}
