/** Targets that take the place of a quality: of bytes, or of a metric. */
import type { Transform } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import { stepForQuality } from '../../../codecs/image/settings.js'
import { number, type Rules } from '../../calls/options.js'
import type { Work } from '../../threads/runner.js'
import { METRICS, type Metric, searchMetric } from './metricsearch.js'
import type { Code } from './search.js'
import { OCTAVES_PER_STEP, searchSize } from './sizesearch.js'

/** What may be wanted instead of a quality; one of these at most. */
export interface ImageTargets {
  /** Bytes of the whole file, 1 or more: never above, and at most 1 % below where steps and prices can come that close. Default: none. */
  targetSize?: number
  /** Bits per pixel of the whole file, 0.001..64, kept to as `targetSize` is. Default: none. */
  targetBpp?: number
  /**
   * SSIMULACRA2, 0..100: the coarsest step with at least so much. With alpha it is the worse of what it is on white and on black, as are
   * those below. Default: none.
   */
  targetSsimulacra2?: number
  /** PSNR of all colour samples together (of grey, of the samples) in dB, 0..200: the coarsest step with at least so much. Default: none. */
  targetPsnr?: number
  /** Butteraugli's 3-norm, 0.001..1000: the coarsest step with at most so much. Default: none. */
  targetButteraugli?: number
}

/**
 * The finest step that is tried. Of the DCT a twentieth of an 8-bit grey level: below, roundings of its transform and colours cost
 * more than finer steps bring (78 dB here, 67 dB at step 0). The 9/7 wavelet is exact from step 40 down.
 */
const FINEST: Record<Transform, number> = { dct: 40, wavelet: 0 }

const rangeOf = ({ least, most }: Metric) => [least, most] as const
const SIZES = { targetSize: [1, Number.MAX_SAFE_INTEGER], targetBpp: [0.001, 64] } as const
const TARGETS = [...Object.keys(SIZES), ...Object.keys(METRICS)] as (keyof ImageTargets)[]

export interface Target {
  name: keyof ImageTargets
  value: number
}

export const TARGET_RULES: Rules<ImageTargets> = {
  targetSize: number(...SIZES.targetSize),
  targetBpp: number(...SIZES.targetBpp),
  targetSsimulacra2: number(...rangeOf(METRICS.targetSsimulacra2)),
  targetPsnr: number(...rangeOf(METRICS.targetPsnr)),
  targetButteraugli: number(...rangeOf(METRICS.targetButteraugli)),
}

/** The target among the options, if there is one. @throws TypeError if there are two, or one and a quality */
export function targetOf(options: ImageTargets & { quality?: number }): Target | undefined {
  const given = TARGETS.filter((name) => options[name] !== undefined)
  const wanted = [...(options.quality === undefined ? [] : ['quality']), ...given]
  if (wanted.length > 1 && given.length > 0) throw new TypeError(`${wanted.join(' and ')} exclude each other`)
  const [name] = given
  if (name === undefined) return undefined
  return { name, value: options[name]! }
}

/**
 * The file that keeps to a target: of those that do, the largest (sizes) or the coarsest (metrics).
 *
 * @param decode gives the picture of a file
 * @throws RangeError if none does
 */
export async function searchTarget(
  { name, value }: Target,
  { image, transform, work }: { image: ImageData; transform: Transform; work: Work },
  code: Code,
  decode: (file: Uint8Array) => Promise<ImageData>,
): Promise<Uint8Array<ArrayBuffer>> {
  const finest = FINEST[transform]
  if (name === 'targetSize' || name === 'targetBpp') {
    const pixels = image.width * image.height
    const allowed = name === 'targetSize' ? value : (value * pixels) / 8
    // photographs have some 1.2 bits per pixel at quality 75
    const first = stepForQuality(75, transform) - Math.round(Math.log2((allowed * 8) / pixels / 1.2) / OCTAVES_PER_STEP)
    return searchSize(code, allowed, { first, finest }, `${name} ${value}`)
  }
  const metric: Metric = METRICS[name]
  const first = stepForQuality(metric.quality(value), transform)
  return searchMetric(code, async (file) => metric.measure(image, await decode(file), work), metric, value, { first, finest }, name)
}
