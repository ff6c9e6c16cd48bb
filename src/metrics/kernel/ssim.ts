/** SSIM over the windows that lie inside of the picture: see ssim.ts beside this folder. */
import { RADIUS } from './imageblur'
import { createMoments, meansOf, takeRows } from './imagemoments'

/**
 * Adds up SSIM and its contrast-structure part over all windows.
 *
 * @param a, b width * height floats; both sides at least 2 RADIUS + 1
 * @param sums 2 f64: of luminance * contrast * structure, of contrast * structure
 * @param map if not 0, width * height floats that receive 1 - SSIM at the centres of windows
 */
export function compareSsim(a: usize, b: usize, width: i32, height: i32, taps: usize, c1: f32, c2: f32, sums: usize, map: usize): void {
  const moments = createMoments(width, taps, 0)
  const rowBytes = width << 2
  const meanA = moments.meanA
  const meanB = moments.meanB
  const meanAA = moments.meanAA
  const meanBB = moments.meanBB
  const meanAB = moments.meanAB
  let total = f64.load(sums)
  let structures = f64.load(sums, 8)
  for (let y = 0; y < height; y++) {
    takeRows(moments, y, a + y * rowBytes, b + y * rowBytes)
    const centre = y - RADIUS
    if (centre < RADIUS) continue
    meansOf(moments, centre)
    for (let x = RADIUS; x < width - RADIUS; x++) {
      const at = (<usize>x) << 2
      const ma = f32.load(meanA + at)
      const mb = f32.load(meanB + at)
      const luminance = (ma * mb + ma * mb + c1) / (ma * ma + mb * mb + c1)
      const covariance = f32.load(meanAB + at) - ma * mb
      const variances = f32.load(meanAA + at) - ma * ma + (f32.load(meanBB + at) - mb * mb)
      const structure = (covariance + covariance + c2) / (variances + c2)
      total += <f64>(luminance * structure)
      structures += <f64>structure
      if (map) f32.store(map + centre * rowBytes + at, <f32>1 - luminance * structure)
    }
  }
  f64.store(sums, total)
  f64.store(sums, structures, 8)
}
