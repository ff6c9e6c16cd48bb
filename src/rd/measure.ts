/** The metrics of a pair, whichever its kind. */
import type { AudioData } from '../../codecs/audio/sound.js'
import type { ImageData } from '../../codecs/image/picture.js'
import type { AudioMeasures, AudioMetric } from '../metrics/audiopair.js'
import { type ImageMetric, imageMetrics } from '../metrics/imagepair.js'
import type { Item } from './item.js'
import type { MetricName } from './metricnames.js'
import type { Coded, Decoded, Media } from './peers/peer.js'
import type { OperatingPoint } from './run.js'

/** An operating point from what a codec has made of an item. */
export async function pointOf(
  item: Item,
  key: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>,
  { bytes: { length }, ...encoding }: Coded,
  { media, ...decoding }: Decoded<Media>,
  metrics: readonly MetricName[],
): Promise<OperatingPoint> {
  return {
    ...key,
    bytes: length,
    ...(item.kind === 'image'
      ? { bpp: digits((8 * length) / (item.media.width * item.media.height), 6) }
      : { kbps: digits((8 * length * item.media.sampleRateHz) / item.media.channels[0].length / 1000, 6) }),
    encodeCpuSeconds: digits(encoding.cpuSeconds, 6),
    encodeWallSeconds: digits(encoding.wallSeconds, 6),
    decodeCpuSeconds: digits(decoding.cpuSeconds, 6),
    decodeWallSeconds: digits(decoding.wallSeconds, 6),
    ...(await measurePair(item, media, metrics)),
  }
}

type Values = Partial<Record<MetricName, number | null>>

/** Values by name; null for those that are infinite, since JSON has no word for it. */
async function measurePair(original: Item, decoded: ImageData | AudioData, names: readonly MetricName[]): Promise<Values> {
  const values =
    original.kind === 'image'
      ? await imageMetrics(original.media, decoded as ImageData, names as ImageMetric[])
      : (await soundMetrics(original.media, decoded as AudioData, names)).values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? digits(value, 8) : null]))
}

/** The metrics of sounds, with ViSQOL by its program, which is left out where that is not there. */
export async function soundMetrics(
  original: AudioData,
  decoded: AudioData,
  names: readonly MetricName[],
): Promise<Omit<AudioMeasures, 'values'> & { values: Partial<Record<MetricName, number>> }> {
  const { audioMetrics } = await import('../metrics/audiopair.js')
  const wanted = names.filter((name) => name !== 'visqol') as AudioMetric[]
  const measures = await audioMetrics(original, decoded, wanted)
  if (!names.includes('visqol')) return measures
  const { visqol } = await import('./visqol.js')
  const score = await visqol(original, decoded)
  return score === undefined ? measures : { ...measures, values: { ...measures.values, visqol: score } }
}

/** More digits than any figure is good for only make lines long. */
const digits = (value: number, count: number): number => Number(value.toPrecision(count))
