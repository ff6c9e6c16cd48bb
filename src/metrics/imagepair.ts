/** Any of the metrics of images, by the names that tables and JSON use. */
import type { ImageData } from '../image.js'
import type { ErrorMap, MapOptions } from './errormap.js'
import { psnr } from './psnr.js'
import { msSsim, ssim } from './ssim.js'
import { ssimulacra2 } from './ssimulacra2.js'

export const IMAGE_METRICS = ['psnrRgbDb', 'psnrYDb', 'ssim', 'msSsim', 'ssimulacra2', 'butteraugli3Norm', 'butteraugliMax'] as const
export type ImageMetric = (typeof IMAGE_METRICS)[number]

/**
 * Measures `decoded` against `original` by the metrics in `names`; what several share is done once.
 *
 * @throws RangeError if the two differ in size
 */
export async function imageMetrics(
  original: ImageData,
  decoded: ImageData,
  names: readonly ImageMetric[] = IMAGE_METRICS,
  options: Omit<MapOptions, 'map'> = {},
): Promise<Partial<Record<ImageMetric, number>>> {
  const values: Partial<Record<ImageMetric, number>> = {}
  if (names.includes('psnrRgbDb') || names.includes('psnrYDb')) {
    const { colourDb, lumaDb } = psnr(original, decoded, options)
    Object.assign(values, { psnrRgbDb: colourDb, psnrYDb: lumaDb })
  }
  if (names.includes('ssim')) values.ssim = (await ssim(original, decoded, options)).score
  if (names.includes('msSsim')) values.msSsim = (await msSsim(original, decoded, options)).score
  if (names.includes('ssimulacra2')) values.ssimulacra2 = (await ssimulacra2(original, decoded, options)).score
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])))
}

/** The map of one metric; PSNR has squared differences of luma, 0..1. */
export async function imageErrorMap(
  original: ImageData,
  decoded: ImageData,
  name: ImageMetric,
  options: Omit<MapOptions, 'map'> = {},
): Promise<ErrorMap> {
  const wanted = { ...options, map: true }
  if (name === 'ssim') return (await ssim(original, decoded, wanted)).map!
  if (name === 'msSsim') return (await msSsim(original, decoded, wanted)).map!
  return (await ssimulacra2(original, decoded, wanted)).map!
}
