/** SSIM over the windows that lie inside of the picture: see ssim.ts beside this folder. */
import { Row, rowAt } from '../../../codecs/wasm/kernel/row'
import { RADIUS } from './imageblur'
import { createMoments, meansOf, takeRows } from './imagemoments'

/**
 * Adds up SSIM and its contrast-structure part over all windows.
 *
 * @param a, b width * height samples; both sides at least 2 RADIUS + 1
 * @param sums of luminance * contrast * structure, of contrast * structure
 * @param map if not null, width * height numbers that receive 1 - SSIM at the centres of windows
 */
export function compareSsim(
  a: Row<f32>,
  b: Row<f32>,
  width: i32,
  height: i32,
  taps: usize,
  c1: f32,
  c2: f32,
  sums: Row<f64>,
  map: Row<f32> | null,
): void {
  const moments = createMoments(width, taps, 0)
  const meanA = rowAt<f32>(moments.meanA)
  const meanB = rowAt<f32>(moments.meanB)
  const meanAA = rowAt<f32>(moments.meanAA)
  const meanBB = rowAt<f32>(moments.meanBB)
  const meanAB = rowAt<f32>(moments.meanAB)
  let total = sums[0]
  let structures = sums[1]
  for (let y = 0; y < height; y++) {
    takeRows(moments, y, changetype<usize>(a.from(y * width)), changetype<usize>(b.from(y * width)))
    const centre = y - RADIUS
    if (centre < RADIUS) continue
    meansOf(moments, centre)
    for (let x = RADIUS; x < width - RADIUS; x++) {
      const ma = meanA[x]
      const mb = meanB[x]
      const luminance = (ma * mb + ma * mb + c1) / (ma * ma + mb * mb + c1)
      const covariance = meanAB[x] - ma * mb
      const variances = meanAA[x] - ma * ma + (meanBB[x] - mb * mb)
      const structure = (covariance + covariance + c2) / (variances + c2)
      total += <f64>(luminance * structure)
      structures += <f64>structure
      if (map) map[centre * width + x] = <f32>1 - luminance * structure
    }
  }
  sums[0] = total
  sums[1] = structures
}
