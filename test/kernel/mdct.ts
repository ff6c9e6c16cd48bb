import { createMdct, createSlope, forwardMdct, inverseMdct } from '../../codecs/transform/kernel/mdct'
import { mark, release } from '../../codecs/wasm/kernel/arena'
import { Row } from '../../codecs/wasm/kernel/row'

/** Forward (lines to `out`) or inverse (added to 2M samples at `out`) with slopes of the given lengths. */
export function mdctOnce(lines: i32, input: Row<f32>, left: i32, right: i32, out: Row<f32>, inverse: i32): void {
  const start = mark()
  const mdct = createMdct(lines)
  const leftSlope = createSlope(left)
  const rightSlope = createSlope(right)
  if (inverse) inverseMdct(mdct, input, leftSlope, left, rightSlope, right, out)
  else forwardMdct(mdct, input, leftSlope, left, rightSlope, right, out)
  release(start)
}
