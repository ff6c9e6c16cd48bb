/**
 * Levels to samples: dequantization, prediction of the mean, inverse DCT. Normative. FORMAT.md, "Reconstruction".
 */
import { dequantize } from '../../laq/kernel/quantize'
import { inverseDct } from '../../transform/kernel/dct'
import { keptLog2, sampleAt, Tile, weightsOf } from './tile'

const coefficients: usize = memory.data(1024 * 4, 64)

/**
 * Reconstructs a block of side 2^log2 of plane `p` at (x, y) from its levels. `extent`: what codeCoefficients returned;
 * `mean`: the predicted mean.
 */
export function reconstructBlock(tile: Tile, p: i32, chroma: i32, x: i32, y: i32, log2: i32, levels: usize, extent: i32, step: i32, mean: i32): void {
  const out = sampleAt(tile, tile.planes, p, x, y)
  const log2Kept = keptLog2(log2)
  const kept = 1 << log2Kept
  const used = min(kept, extent << 2)
  const weights = weightsOf(tile, log2, chroma)
  if (used == 0) store<i32>(coefficients, 0)
  for (let row = 0; row < used; row++) {
    for (let column = 0; column < used; column++) {
      const at = (<usize>((row << log2Kept) + column)) << 2
      const level = load<i32>(levels + at)
      store<i32>(coefficients + at, level == 0 ? 0 : dequantize(level, (step * load<i32>(weights + at)) >> 8, tile.offset1, tile.offset2))
    }
  }
  store<i32>(coefficients, load<i32>(coefficients) + (mean << log2))
  inverseDct(coefficients, log2, log2, out, tile.paddedWidth, max(1, used), max(1, used))
}
