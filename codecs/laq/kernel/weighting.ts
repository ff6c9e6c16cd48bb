/**
 * Frequency weighting: high frequencies may take a coarser step, because the eye is less sensitive to them.
 *
 *     weight(u, v) = 1 + slope * sqrt((u^2 + v^2) / 2)      u, v in 0..1 of the highest frequency
 *
 * One slope serves every transform size, since u and v are frequencies and not indices.
 */

import { Row } from '../../wasm/kernel/row'

/**
 * Fills `out` with the weights, in 1/256, of the lowest `width` x `height` frequencies of a block of `fullWidth` x `fullHeight`,
 * row-major; `slope` is in 1/32.
 */
export function fillWeights(out: Row<i32>, width: i32, height: i32, fullWidth: i32, fullHeight: i32, slope: i32): void {
  for (let y = 0; y < height; y++) {
    const v = <f64>y / <f64>fullHeight
    for (let x = 0; x < width; x++) {
      const u = <f64>x / <f64>fullWidth
      const weight = 1.0 + (<f64>slope / 32.0) * Math.sqrt((u * u + v * v) * 0.5)
      out[y * width + x] = <i32>Math.floor(weight * 256.0 + 0.5)
    }
  }
}
