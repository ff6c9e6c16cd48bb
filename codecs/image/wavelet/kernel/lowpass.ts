/** The low-pass band of the wavelet profile: FORMAT.md, "Low-pass band". */
import { codeSigned } from '../../../entropy/kernel/integers'
import { encoding, isOverread } from '../../../entropy/kernel/rangecoder'
import { dequantize } from './dequantize'
import { coefficientAt, fillStepLine, LEVELS, Pyramid, scaledSide } from './pyramid'

/**
 * Codes the low-pass band of a plane: each sample as the difference, in steps, to what the samples on its left and above make
 * of it (a plane through them, within their range). The plane holds the reconstruction afterwards.
 */
export function codeLowPass(p: Pyramid, plane: i32): void {
  const width = scaledSide(p.width, LEVELS)
  const height = scaledSide(p.height, LEVELS)
  const states = p.models.low + ((<usize>(plane * 3 * 24)) << 2)
  for (let y = 0; y < height; y++) {
    fillStepLine(p, plane, 0, 0, y, width)
    let last: i32 = 0
    for (let x = 0; x < width; x++) {
      const at = coefficientAt(p, plane, x, y)
      const rowBytes = (<usize>p.stride) << 2
      const west: i32 = x > 0 ? load<i32>(at - 4) : y > 0 ? load<i32>(at - rowBytes) : 0
      const north: i32 = y > 0 ? load<i32>(at - rowBytes) : west
      const corner: i32 = x > 0 && y > 0 ? load<i32>(at - rowBytes - 4) : y > 0 ? north : west
      const predicted = max(min(west, north), min(max(west, north), west + north - corner))
      const step = load<i32>(p.stepLine + ((<usize>x) << 2))
      let level: i32 = 0
      if (encoding) {
        const difference = load<i32>(at) - predicted
        level = ((abs(difference) << 4) + (step >> 1)) / step
        if (difference < 0) level = -level
      }
      const context = last < 1 ? 0 : last < 4 ? 1 : 2
      level = codeSigned(level, states + ((<usize>(context * 24)) << 2))
      last = abs(level)
      store<i32>(at, predicted + dequantize(level, step, 0, 0))
    }
    if (isOverread()) return
  }
}
