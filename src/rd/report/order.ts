/** One order for everything that is written, whatever order the points were measured in. */
import { METRICS, type MetricName, metricNames } from '../metricnames.js'
import type { OperatingPoint, Run } from '../run.js'

/** Points by codec and item as the run lists them, then by setting. What the run does not list comes last, by name. */
export function inOrder(run: Run, points: readonly OperatingPoint[]): OperatingPoint[] {
  const place = (names: readonly string[]) => {
    const places = new Map(names.map((name, i) => [name, i]))
    return (a: string, b: string) =>
      (places.get(a) ?? names.length) - (places.get(b) ?? names.length) || (a === b || places.has(a) ? 0 : a < b ? -1 : 1)
  }
  const [codec, item] = [place(Object.keys(run.codecs)), place(Object.keys(run.items))]
  return [...points].sort((a, b) => codec(a.codec, b.codec) || item(a.item, b.item) || a.setting - b.setting || a.bytes - b.bytes)
}

/** Codecs that have points, in their order. */
export const codecsOf = (points: readonly OperatingPoint[]): string[] => [...new Set(points.map(({ codec }) => codec))]
export const itemsOf = (points: readonly OperatingPoint[]): string[] => [...new Set(points.map(({ item }) => item))]

/** Metrics that the points have values of, in the order of {@link METRICS}. */
export function metricsOf(run: Run, points: readonly OperatingPoint[]): MetricName[] {
  return metricNames(run.kind).filter((metric) => points.some((point) => point[metric] !== undefined))
}

/** The metric that a chart is about if it is about one. */
export function mainMetric(metrics: readonly MetricName[]): MetricName | undefined {
  const preferred: MetricName[] = ['ssimulacra2', 'psnrYDb', 'odgAdvanced', 'odgBasic']
  return preferred.find((metric) => metrics.includes(metric)) ?? metrics[0]
}

/** 'jxl: JPEG XL, libjxl 0.7, effort 7', or the key alone of a codec that the run does not describe. */
export function codecName(run: Run, codec: string): string {
  const label = run.codecs[codec]?.label
  return label && label !== codec ? `${codec}: ${label}` : codec
}

/** What items are called: 'image', 'sound'. */
export const nounOf = (run: Run): string => (run.kind === 'image' ? 'image' : 'sound')

/** 'PSNR-Y (dB)'; 'Butteraugli 3-norm (score, lower is better)'. */
export function metricTitle(metric: MetricName): string {
  const { label, unit, better } = METRICS[metric]
  return `${label} (${unit || 'score'}${better === 'lower' ? ', lower is better' : ''})`
}
