/**
 * Levels to samples: dequantization, inverse transform, prediction. Normative. FORMAT.md, "Reconstruction".
 */
import { inverseBlock } from '../../../transform/kernel/block'
import { isChroma, keptLog2, sampleAt, strideOf, Tile, weightsOf } from './tile'

const coefficients: usize = memory.data(1024 * 4, 64)
const residual: usize = memory.data(4096 * 4, 64)

/** Samples stay in the range of the source's: 14 bits, centred. */
const LEAST: i32 = -8192
const MOST: i32 = 8191

/**
 * Reconstructs a block of plane `p` at (x, y), in samples of that plane, from its prediction and its coefficients in signed steps.
 * `extent`: what {@link ./coefficients} `codeLevels` returned.
 */
export function reconstructBlock(
  tile: Tile,
  p: i32,
  x: i32,
  y: i32,
  log2Width: i32,
  log2Height: i32,
  type: i32,
  prediction: usize,
  steps: usize,
  extent: i32,
  step: i32,
): void {
  const width = 1 << log2Width
  const stride = (<usize>strideOf(tile, p)) << 2
  let out = sampleAt(tile, tile.planes, p, x, y)
  if (extent > 0) {
    const weights = weightsOf(tile.weights, log2Width, log2Height, isChroma(tile, p))
    const log2KeptWidth = keptLog2(log2Width)
    const usedWidth = min(1 << log2KeptWidth, extent << 2)
    const usedHeight = min(1 << keptLog2(log2Height), extent << 2)
    const scale = i32x4.splat(step)
    for (let y = 0; y < usedHeight; y++) {
      const row = (<usize>y) << (log2KeptWidth + 2)
      for (let at = row; at < row + ((<usize>usedWidth) << 2); at += 16) {
        const count = v128.load(steps + at)
        const coefficientStep = i32x4.shr_s(i32x4.mul(scale, v128.load(weights + at)), 8)
        const size = i32x4.shr_s(i32x4.add(i32x4.mul(i32x4.abs(count), coefficientStep), i32x4.splat(8)), 4)
        const sign = i32x4.shr_s(count, 31)
        v128.store(coefficients + at, i32x4.sub(v128.xor(size, sign), sign))
      }
    }
    inverseBlock(type, coefficients, log2Width, log2Height, residual, width, usedWidth, usedHeight)
  }
  const least = i32x4.splat(LEAST)
  const most = i32x4.splat(MOST)
  let at: usize = 0
  for (let row = 0; row < 1 << log2Height; row++) {
    for (let column: usize = 0; column < (<usize>width) << 2; column += 16) {
      let value = v128.load(prediction + at)
      if (extent > 0) value = i32x4.add(value, v128.load(residual + at))
      v128.store(out + column, i32x4.max_s(least, i32x4.min_s(most, value)))
      at += 16
    }
    out += stride
  }
}
