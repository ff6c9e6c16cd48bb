/** Rate-quality curves of a run: what charts and the page draw. */
import type { MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { byItem, mean, usablePoints } from './bd.js'
import { codecsOf, itemsOf, nounOf } from './order.js'

export interface CurvePoint {
  setting: number
  /** Bits per pixel or kb/s. */
  rate: number
  /** Value of the metric, as measured. */
  value: number
}

export interface CodecCurves {
  codec: string
  /** Over {@link MetricCurves.items}: means of rate and value at each setting that all of them have, by rate. */
  mean: CurvePoint[]
  items: { item: string; points: CurvePoint[] }[]
}

export interface MetricCurves {
  metric: MetricName
  /** Items that all codecs have points of; if there is none, every codec's mean is over its own items and this is empty. */
  items: string[]
  codecs: CodecCurves[]
}

const curvePoint = (point: OperatingPoint, metric: MetricName): CurvePoint => ({
  setting: point.setting,
  rate: rateOf(point),
  value: point[metric] as number,
})

/** Means at equal setting of all these items: settings that one of them lacks are left out. */
function meanCurve(items: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  const settings = new Map<number, CurvePoint[]>()
  for (const point of items.flat()) settings.set(point.setting, [...(settings.get(point.setting) ?? []), point])
  return [...settings]
    .filter(([, points]) => points.length === items.length)
    .map(([setting, points]) => ({ setting, rate: mean(points.map(({ rate }) => rate)), value: mean(points.map(({ value }) => value)) }))
    .sort((a, b) => a.rate - b.rate)
}

/** Curves of one metric. Codecs without a finite value of it have empty ones. @param points in order */
export function curvesOf(points: readonly OperatingPoint[], metric: MetricName): MetricCurves {
  const codecs = codecsOf(points).map((codec) => {
    const items = [...byItem(points, codec)].map(([item, own]) => ({
      item,
      points: usablePoints(own, metric).map((point) => curvePoint(point, metric)),
    }))
    return { codec, items: items.filter(({ points }) => points.length > 0) }
  })
  const drawn = codecs.filter(({ items }) => items.length > 0)
  const common = itemsOf(points).filter((name) => drawn.length > 0 && drawn.every(({ items }) => items.some(({ item }) => item === name)))
  return {
    metric,
    items: common,
    codecs: codecs.map(({ codec, items }) => ({
      codec,
      mean: meanCurve(items.filter(({ item }) => common.length === 0 || common.includes(item)).map(({ points }) => points)),
      items,
    })),
  }
}

/** 'mean of 24 images', or of how many if some codecs lack some. */
export function meanOf(run: Run, { items, codecs }: MetricCurves): string {
  const noun = nounOf(run)
  const all = new Set(codecs.flatMap(({ items }) => items.map(({ item }) => item))).size
  if (items.length === 0) return `mean of each codec's own ${noun}s, which differ`
  if (items.length < all) return `mean of the ${items.length} of ${all} ${noun}s that all codecs have`
  return all === 1 ? `one ${noun}` : `mean of ${all} ${noun}s`
}
