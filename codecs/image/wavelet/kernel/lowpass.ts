/** The low-pass band of the wavelet profile: FORMAT.md, "Low-pass band". */
import { codeSigned } from '../../../entropy/kernel/integers'
import { stateAt } from '../../../entropy/kernel/model'
import { encoding, isOverread } from '../../../entropy/kernel/rangecoder'
import { dequantize } from './dequantize'
import { coefficientsAt, Pyramid } from './pyramid'
import { fillStepLine } from './steps'
import { LEVELS, scaledSide } from './subband'

/**
 * Codes the low-pass band of a plane: each sample as the difference, in steps, to what the samples on its left and above make
 * of it (a plane through them, within their range). The plane holds the reconstruction afterwards.
 */
export function codeLowPass(p: Pyramid, plane: i32): void {
  const width = scaledSide(p.width, LEVELS)
  const height = scaledSide(p.height, LEVELS)
  const states = stateAt(p.models.low, plane * 3 * 24)
  const steps = p.stepLine
  const stride = p.stride
  for (let y = 0; y < height; y++) {
    fillStepLine(p, plane, 0, 0, y, width)
    let last: i32 = 0
    for (let x = 0; x < width; x++) {
      const at = coefficientsAt(p, plane, x, y)
      const above = at.from(-stride)
      const west: i32 = x > 0 ? at[-1] : y > 0 ? above[0] : 0
      const north: i32 = y > 0 ? above[0] : west
      const corner: i32 = x > 0 && y > 0 ? above[-1] : y > 0 ? north : west
      const predicted = max(min(west, north), min(max(west, north), west + north - corner))
      const step = steps[x]
      let level: i32 = 0
      if (encoding) {
        const difference = at[0] - predicted
        level = ((abs(difference) << 4) + (step >> 1)) / step
        if (difference < 0) level = -level
      }
      const context = last < 1 ? 0 : last < 4 ? 1 : 2
      level = codeSigned(level, stateAt(states, context * 24))
      last = abs(level)
      at[0] = predicted + dequantize(level, step, 0, 0)
    }
    if (isOverread()) return
  }
}
