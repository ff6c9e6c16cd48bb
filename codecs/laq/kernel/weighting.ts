/**
 * Frequency weighting: high frequencies may take a coarser step, because the eye is less sensitive to them.
 *
 *     weight(u, v) = 1 + slope * sqrt((u^2 + v^2) / 2)      u, v in 0..1 of the highest frequency
 *
 * One slope serves every transform size, since u and v are frequencies and not indices.
 */

/** Fills `out` (width x height of i32, in 1/256) with the weights of a block of `width` x `height`; `slope` is in 1/32. */
export function fillWeights(out: usize, width: i32, height: i32, fullWidth: i32, fullHeight: i32, slope: i32): void {
  for (let y = 0; y < height; y++) {
    const v = <f64>y / <f64>fullHeight
    for (let x = 0; x < width; x++) {
      const u = <f64>x / <f64>fullWidth
      const weight = 1.0 + (<f64>slope / 32.0) * Math.sqrt((u * u + v * v) * 0.5)
      store<i32>(out + ((<usize>(y * width + x)) << 2), <i32>Math.floor(weight * 256.0 + 0.5))
    }
  }
}
