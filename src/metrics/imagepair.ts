/** Any of the metrics of images, by the names that tables and JSON use. */
import type { ImageSource } from '../calls/picture.js'
import { butteraugli } from './butteraugli.js'
import { type Background, described } from './colour.js'
import { checkNames, type ErrorMap, type MapOptions } from './errormap.js'
import { groundsOf } from './grounds.js'
import { psnr } from './psnr.js'
import { msSsim, ssim } from './ssim.js'
import { ssimulacra2 } from './ssimulacra2.js'

/** Names of the metrics of pictures. The unit is dB where the name ends in Db. */
export const IMAGE_METRICS = ['psnrRgbDb', 'psnrYDb', 'ssim', 'msSsim', 'ssimulacra2', 'butteraugli3Norm', 'butteraugliMax'] as const
/** One of {@link IMAGE_METRICS}. */
export type ImageMetric = (typeof IMAGE_METRICS)[number]

/**
 * Measures `decoded` against `original` by the metrics in `names`; what several share is done once.
 *
 * Each is measured on white and on black if there is alpha and no `background`, and the worse one counts.
 *
 * @throws RangeError if the two differ in size
 */
export async function imageMetrics(
  original: ImageSource,
  decoded: ImageSource,
  names: readonly ImageMetric[] = IMAGE_METRICS,
  options: Omit<MapOptions, 'map'> = {},
): Promise<Partial<Record<ImageMetric, number>>> {
  checkNames(names, IMAGE_METRICS)
  const pair = [described(original), described(decoded)] as const
  const worst: Partial<Record<ImageMetric, number>> = {}
  for (const background of options.background ? [options.background] : groundsOf(...pair)) {
    const values = await onGround(...pair, names, { ...options, background })
    for (const name of IMAGE_METRICS) {
      const [value, before] = [values[name], worst[name]]
      if (value !== undefined)
        worst[name] = before === undefined ? value : LESS_IS_BETTER.includes(name) ? Math.max(before, value) : Math.min(before, value)
    }
  }
  return worst
}

const LESS_IS_BETTER: readonly ImageMetric[] = ['butteraugli3Norm', 'butteraugliMax']

async function onGround(
  original: ImageSource,
  decoded: ImageSource,
  names: readonly ImageMetric[],
  options: Omit<MapOptions, 'map'> & { background: Background },
): Promise<Partial<Record<ImageMetric, number>>> {
  const values: Partial<Record<ImageMetric, number>> = {}
  if (names.includes('psnrRgbDb') || names.includes('psnrYDb')) {
    const { colourDb, lumaDb } = psnr(original, decoded, options)
    Object.assign(values, { psnrRgbDb: colourDb, psnrYDb: lumaDb })
  }
  if (names.includes('ssim')) values.ssim = (await ssim(original, decoded, options)).score
  if (names.includes('msSsim')) values.msSsim = (await msSsim(original, decoded, options)).score
  if (names.includes('ssimulacra2')) values.ssimulacra2 = (await ssimulacra2(original, decoded, options)).score
  if (names.includes('butteraugli3Norm') || names.includes('butteraugliMax')) {
    const { threeNorm, max } = await butteraugli(original, decoded, options)
    Object.assign(values, { butteraugli3Norm: threeNorm, butteraugliMax: max })
  }
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])))
}

/** Where one metric sees errors; the unit is the metric's own. */
export async function imageErrorMap(
  original: ImageSource,
  decoded: ImageSource,
  name: ImageMetric,
  options: Omit<MapOptions, 'map'> = {},
): Promise<ErrorMap> {
  checkNames([name], IMAGE_METRICS)
  const wanted = { ...options, map: true }
  if (name === 'ssim') return (await ssim(original, decoded, wanted)).map!
  if (name === 'msSsim') return (await msSsim(original, decoded, wanted)).map!
  if (name === 'ssimulacra2') return (await ssimulacra2(original, decoded, wanted)).map!
  if (name === 'butteraugli3Norm' || name === 'butteraugliMax') return (await butteraugli(original, decoded, wanted)).map!
  const { lumaMap, colourMap } = psnr(original, decoded, wanted)
  return (name === 'psnrYDb' ? lumaMap : colourMap)!
}
