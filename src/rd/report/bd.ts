/** BD-rates of a run: per item, and what is said of all items. */
import { bdRate, type RatePoint } from '../../metrics/bdrate.js'
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, rateOf } from '../run.js'

export interface BdSummary {
  /** The items' BD-rates in per cent: above 0 is more bits than the anchor, NaN is that no item could be compared. */
  mean: number
  /** Standard deviation of the sample (n - 1); NaN for fewer than two items. */
  deviation: number
  median: number
  /** The item that costs most against the anchor. */
  worst?: { item: string; percent: number }
  /** Number of items in the figures above. */
  compared: number
  /** Those items, in the order of the points. */
  items: { item: string; percent: number }[]
  /** Items that one of the two has points of, and why they are not in the figures. */
  missing: { item: string; reason: string }[]
}

/** How the reason begins for an item that one of the two was not run on. */
const NO_POINTS = 'no points'

/** Whether an item is missing because it has too few points: then it is missing for every metric. */
export const isUncoded = ({ reason }: BdSummary['missing'][number]): boolean => reason.startsWith(NO_POINTS)

const SHOWN_MISSING = 50

/** 'no points of avif (12): kodim13.png, kodim14.png, ...', a line for each reason. @param text writes a name for where it is shown */
export function missingByReason(missing: BdSummary['missing'], text: (name: string) => string): string[] {
  const reasons = new Map<string, string[]>()
  for (const { item, reason } of missing) {
    const items = reasons.get(reason)
    if (items) items.push(text(item))
    else reasons.set(reason, [text(item)])
  }
  return [...reasons].map(([reason, items]) => {
    const more = items.length > SHOWN_MISSING ? ` and ${items.length - SHOWN_MISSING} more` : ''
    return `${text(reason)} (${items.length}): ${items.slice(0, SHOWN_MISSING).join(', ')}${more}`
  })
}

/** A point's value of a metric, signed so that more is better; nothing where it is absent or infinite. */
export function qualityOf(point: OperatingPoint, metric: MetricName): number | undefined {
  const value = point[metric]
  if (value === undefined || value === null || !Number.isFinite(value)) return undefined
  return METRICS[metric].better === 'lower' ? -value : value
}

/** The points that a curve can go through, by rate. */
export function usablePoints(points: readonly OperatingPoint[], metric: MetricName): OperatingPoint[] {
  return points
    .filter((point) => rateOf(point) > 0 && rateOf(point) < Infinity && qualityOf(point, metric) !== undefined)
    .sort((a, b) => rateOf(a) - rateOf(b))
}

/** Points of one codec by item. */
export function byItem(points: readonly OperatingPoint[], codec: string): Map<string, OperatingPoint[]> {
  const items = new Map<string, OperatingPoint[]>()
  for (const point of points) {
    if (point.codec !== codec) continue
    const of = items.get(point.item)
    if (of) of.push(point)
    else items.set(point.item, [point])
  }
  return items
}

const ratePoints = (points: readonly OperatingPoint[], metric: MetricName): RatePoint[] =>
  usablePoints(points, metric).map((point) => ({ rate: rateOf(point), quality: qualityOf(point, metric) as number }))

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/**
 * Bits that `codec` takes more than `anchor` at equal quality: the BD-rate (PCHIP of log rate over quality) of each item over
 * the range that both reach, then figures of all items. All points count, of equal quality the cheapest. Of a metric that
 * falls with quality the quality is its negative, not its negative logarithm: that is the convention of published tables, and
 * the two differ by some percentage points. Infinite values are in no curve.
 *
 * @param points of any codecs and items
 */
export function bdAgainst(points: readonly OperatingPoint[], anchor: string, codec: string, metric: MetricName): BdSummary {
  const [reference, own] = [byItem(points, anchor), byItem(points, codec)]
  const items: BdSummary['items'] = []
  const missing: BdSummary['missing'] = []
  for (const item of new Set([...reference.keys(), ...own.keys()])) {
    const curves = [reference, own].map((from) => ratePoints(from.get(item) ?? [], metric))
    const lacking = curves.map((curve) => new Set(curve.map(({ quality }) => quality)).size).findIndex((count) => count < 2)
    if (lacking >= 0) {
      const name = lacking ? codec : anchor
      const known = [reference, own][lacking].has(item)
      missing.push({ item, reason: known ? `fewer than 2 usable points of ${name}` : `${NO_POINTS} of ${name}` })
      continue
    }
    const percent = bdRate(curves[0], curves[1])
    if (Number.isNaN(percent)) missing.push({ item, reason: 'no quality that both reach' })
    else items.push({ item, percent })
  }
  const values = items.map(({ percent }) => percent)
  const average = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0)
  const worst = items.reduce<BdSummary['worst']>((most, each) => (most && most.percent >= each.percent ? most : each), undefined)
  return {
    mean: average,
    deviation: values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1)),
    median: median(values),
    ...(worst ? { worst } : {}),
    compared: items.length,
    items,
    missing,
  }
}
