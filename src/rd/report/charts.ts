/** `curves*.svg`, `curves.png`, `speed.svg`, `speed.png`: the charts of a run as pictures. */
import type { Chart } from '../../plot/drawing.js'
import { seriesStyle } from '../../plot/styles.js'
import { drawRateDistortion } from '../charts/ratedistortion.js'
import { drawSpeed } from '../charts/speed.js'
import { METRICS, type MetricName } from '../metricnames.js'
import type { OperatingPoint, Run } from '../run.js'
import { bdAgainst } from './bd.js'
import { type CurvePoint, curvesOf, meanOf } from './curves.js'
import { oneLine } from './markdown.js'
import { codecName, codecsOf, inOrder, itemsOf, metricTitle, nounOf } from './order.js'
import { secondsPerAmount } from './speed.js'

export const RATE_LABEL = { image: 'bits per pixel (whole file)', audio: 'kb/s (whole file)' } as const
export const TIME_LABELS = {
  image: ['encoding, CPU seconds per megapixel', 'decoding, CPU seconds per megapixel'],
  audio: ['encoding, CPU seconds per second of sound', 'decoding, CPU seconds per second of sound'],
} as const

/** Curves of all codecs in one metric; nothing if it has no finite value. */
export async function curvesChart(run: Run, allPoints: readonly OperatingPoint[], metric: MetricName): Promise<Chart | undefined> {
  const curves = curvesOf(inOrder(run, allPoints), metric)
  const place = ({ rate, value }: CurvePoint) => ({ bitsPerPixel: rate, quality: value })
  const several = curves.codecs.some(({ items }) => items.length > 1)
  const drawn = curves.codecs.map(({ codec, mean, items }, i) => {
    const { colour, marker, dash } = seriesStyle(i)
    const name = oneLine(codecName(run, codec))
    return {
      name: items.length === 0 ? `${name} (no finite value)` : name,
      points: mean.map(place),
      items: several ? items.map(({ points }) => points.map(place)) : [],
      colour,
      marker,
      dash,
    }
  })
  if (drawn.every(({ points, items }) => points.length === 0 && items.length === 0)) return undefined
  return drawRateDistortion(drawn, {
    title: `${METRICS[metric].label} over rate`,
    subtitle: `${meanOf(run, curves)}${several ? `; faint: each ${nounOf(run)}` : ''}`,
    rateLabel: RATE_LABEL[run.kind],
    qualityLabel: metricTitle(metric),
    lowerIsBetter: METRICS[metric].better === 'lower',
    legend: 'below',
    height: 500,
  })
}

/** BD-rate and CPU times of every codec that has a BD-rate; the anchor's is 0. */
export function speedPoints(run: Run, allPoints: readonly OperatingPoint[], metric: MetricName) {
  const points = inOrder(run, allPoints)
  return codecsOf(points).flatMap((codec, i) => {
    const own = points.filter((point) => point.codec === codec)
    const { mean: percent } = bdAgainst(points, run.anchor, codec, metric)
    const seconds = (['encodeCpuSeconds', 'decodeCpuSeconds'] as const).map((time) => secondsPerAmount(run, own, time))
    return Number.isFinite(percent)
      ? [{ codec, label: oneLine(codec), name: oneLine(codecName(run, codec)), percent, seconds, style: seriesStyle(i) }]
      : []
  })
}

/** BD-rate in one metric over CPU time; nothing if no codec has a BD-rate. */
export async function speedChart(run: Run, points: readonly OperatingPoint[], metric: MetricName): Promise<Chart | undefined> {
  const drawn = speedPoints(run, points, metric)
  if (drawn.length === 0) return undefined
  const { length } = itemsOf(points)
  return drawSpeed(drawn, {
    title: 'Bits against CPU time',
    subtitle: `BD-rate in ${METRICS[metric].label} against ${oneLine(run.anchor)}, ${length} ${nounOf(run)}s; lower left is better`,
    timeLabels: TIME_LABELS[run.kind],
    percentLabel: `BD-rate against ${oneLine(run.anchor)} (%)`,
  })
}
