/** The metrics of a pair, whichever its kind. */
import type { AudioData } from '../audio.js'
import type { ImageData } from '../image.js'
import type { AudioMetric } from '../metrics/audiopair.js'
import { type ImageMetric, imageMetrics } from '../metrics/imagepair.js'
import type { Item } from './item.js'
import type { MetricName } from './metricnames.js'

type Values = Partial<Record<MetricName, number | null>>

/** Values by name; null for those that are infinite, since JSON has no word for it. */
export async function measurePair(original: Item, decoded: ImageData | AudioData, names: readonly MetricName[]): Promise<Values> {
  const values =
    original.kind === 'image'
      ? await imageMetrics(original.media, decoded as ImageData, names as ImageMetric[])
      : (await soundMetrics(original.media, decoded as AudioData, names)).values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? rounded(value) : null]))
}

/** The metrics of sounds, with ViSQOL by its program, which is left out where that is not there. */
export async function soundMetrics(
  original: AudioData,
  decoded: AudioData,
  names: readonly MetricName[],
): Promise<{ values: Partial<Record<MetricName, number>>; lagSamples: number }> {
  const { audioMetrics } = await import('../metrics/audiopair.js')
  const wanted = names.filter((name) => name !== 'visqol') as AudioMetric[]
  const { values, lagSamples } = await audioMetrics(original, decoded, wanted)
  if (!names.includes('visqol')) return { values, lagSamples }
  const { visqol } = await import('./visqol.js')
  const score = await visqol(original, decoded)
  return { values: score === undefined ? values : { ...values, visqol: score }, lagSamples }
}

/** Eight digits: more than any metric is good for, and short lines. */
const rounded = (value: number): number => Number(value.toPrecision(8))
