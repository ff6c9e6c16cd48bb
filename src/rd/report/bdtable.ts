/** `bd.md`: BD-rates of every codec against the anchor, for every metric, and the items that are in no figure. */
import { METRICS } from '../metricnames.js'
import type { OperatingPoint, Run } from '../run.js'
import { bdAgainst, isUncoded, missingByReason } from './bd.js'
import { markdownTable, percent, plain } from './markdown.js'
import { codecName, codecsOf, inOrder, metricsOf, nounOf } from './order.js'

/** Markdown: means of all metrics at a glance, then for each metric the spread, the worst item and what could not be compared. */
export function bdTable(run: Run, allPoints: readonly OperatingPoint[]): string {
  const points = inOrder(run, allPoints)
  const metrics = metricsOf(run, points)
  const { anchor } = run
  const codecs = codecsOf(points).filter((codec) => codec !== anchor)
  const parts = [
    `# BD-rates against ${plain(anchor)}`,
    `Bits that a codec takes more (+) or less (-) than the anchor at equal quality, whole files: the mean over ${nounOf(run)}s of each one's BD-rate (PCHIP of log rate over quality, on the range that both reach).`,
    [...new Set([anchor, ...codecs])].map((codec) => `- ${plain(codecName(run, codec))}${codec === anchor ? ' (anchor)' : ''}`).join('\n'),
  ]
  if (!codecsOf(points).includes(anchor)) parts.push('There are no points of the anchor, so there is nothing to compare with.')
  if (codecs.length === 0) parts.push('There is no other codec in this run.')
  else if (metrics.length === 0) parts.push('No metric was measured.')
  else {
    const summaries = new Map(
      metrics.map((metric) => [metric, codecs.map((codec) => ({ codec, bd: bdAgainst(points, anchor, codec, metric) }))]),
    )
    const head = ['codec', ...metrics.map((metric) => METRICS[metric].label)]
    const rows = codecs.map((codec, i) => [plain(codec), ...metrics.map((metric) => percent(summaries.get(metric)![i].bd.mean))])
    parts.push(markdownTable(head, rows))
    const notCoded = codecs.flatMap((codec, i) =>
      missingByReason(summaries.get(metrics[0])![i].bd.missing.filter(isUncoded), plain).map((line) => `- ${plain(codec)}: ${line}`),
    )
    if (notCoded.length > 0) parts.push(`Compared on fewer ${nounOf(run)}s:\n\n${notCoded.join('\n')}`)
    for (const [metric, found] of summaries) {
      parts.push(`## ${METRICS[metric].label}`)
      parts.push(
        markdownTable(
          ['codec', 'mean', 'deviation', 'median', 'worst', 'worst item', 'compared', 'missing'],
          found.map(({ codec, bd }) => [
            plain(codec),
            percent(bd.mean),
            Number.isNaN(bd.deviation) ? '-' : bd.deviation.toFixed(2),
            percent(bd.median),
            bd.worst ? percent(bd.worst.percent) : '-',
            bd.worst ? plain(bd.worst.item) : '-',
            String(bd.compared),
            String(bd.missing.length),
          ]),
        ),
      )
      const missing = found.flatMap(({ codec, bd }) =>
        missingByReason(
          bd.missing.filter((each) => !isUncoded(each)),
          plain,
        ).map((line) => `- ${plain(codec)}: ${line}`),
      )
      if (missing.length > 0) parts.push(`Not in the figures of this metric:\n\n${missing.join('\n')}`)
    }
  }
  return `${parts.join('\n\n')}\n`
}
