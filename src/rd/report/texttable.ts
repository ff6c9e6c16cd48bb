/** `table.txt`: every operating point in aligned columns, and what all items make together, as libjxl's benchmark_xl prints them. */
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { mean } from './bd.js'
import { oneLine } from './markdown.js'
import { codecName, codecsOf, inOrder, itemsOf, metricsOf, nounOf } from './order.js'
import { secondsPerAmount, type TimeName } from './speed.js'

/** Columns under their heads: the first `left` of them flush left, the rest flush right. */
function aligned(head: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** Speed of all points together: what they code in all, divided by the CPU time. '-' where a time is unknown. */
function speed(run: Run, points: readonly OperatingPoint[], time: TimeName): string {
  const value = 1 / secondsPerAmount(run, points, time)
  return Number.isFinite(value) ? value.toFixed(value < 100 ? 3 : 1) : '-'
}

/** Mean of a metric, or 'inf' if any value is infinite; of the points that have it, '-' without one. */
function metricMean(points: readonly OperatingPoint[], metric: MetricName): string {
  const values = points.flatMap((point) => point[metric] ?? (point[metric] === null ? Number.POSITIVE_INFINITY : []))
  if (values.length === 0) return '-'
  const average = mean(values)
  return Number.isFinite(average) ? average.toFixed(METRICS[metric].digits) : 'inf'
}

function cells(run: Run, points: readonly OperatingPoint[], metrics: readonly MetricName[]): string[] {
  const rate = mean(points.map(rateOf))
  return [
    String(points.reduce((sum, { bytes }) => sum + bytes, 0)),
    Number.isNaN(rate) ? '-' : rate.toFixed(run.kind === 'image' ? 4 : 2),
    speed(run, points, 'encodeCpuSeconds'),
    speed(run, points, 'decodeCpuSeconds'),
    ...metrics.map((metric) => metricMean(points, metric)),
  ]
}

export function textTable(run: Run, allPoints: readonly OperatingPoint[]): string {
  const points = inOrder(run, allPoints)
  const metrics = metricsOf(run, points)
  const codecs = codecsOf(points)
  const noun = `${nounOf(run)}s`
  const values = [
    'bytes',
    ...(run.kind === 'image' ? ['bpp', 'enc MP/s', 'dec MP/s'] : ['kb/s', 'enc x realtime', 'dec x realtime']),
    ...metrics.map((metric) => `${METRICS[metric].label}${METRICS[metric].unit && ` ${METRICS[metric].unit}`}`),
  ]
  const aggregate: string[][] = []
  const single: string[][] = []
  for (const codec of codecs) {
    const own = points.filter((point) => point.codec === codec)
    for (const setting of [...new Set(own.map((point) => point.setting))].sort((a, b) => a - b)) {
      const at = own.filter((point) => point.setting === setting)
      aggregate.push([oneLine(codec), String(setting), String(at.length), ...cells(run, at, metrics)])
    }
    aggregate.push([oneLine(codec), 'all', String(itemsOf(own).length), ...cells(run, own, metrics)])
    for (const point of own) single.push([oneLine(codec), oneLine(point.item), String(point.setting), ...cells(run, [point], metrics)])
  }
  const lines = [
    `${itemsOf(points).length} ${noun}, ${codecs.length} codecs, ${points.length} points. Bytes are whole files, speeds are by CPU time of all threads.`,
    '',
    ...codecs.map((codec) => `${oneLine(codecName(run, codec))}${run.codecs[codec] ? ` (setting: ${run.codecs[codec].setting})` : ''}`),
    '',
    `Aggregate: total bytes and time; means of ${run.kind === 'image' ? 'bpp' : 'kb/s'} and metrics over ${noun}`,
    '',
    aligned(['codec', 'setting', noun, ...values], aggregate, 1),
    '',
    `Each of the ${noun}`,
    '',
    aligned(['codec', nounOf(run), 'setting', ...values], single, 2),
  ]
  return `${lines.join('\n')}\n`
}
