/** `worst.md`: where each codec does worst, with crops or excerpts of the places where it does. */
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { bdAgainst, byItem, qualityOf, usablePoints } from './bd.js'
import { EXCERPT_SECONDS, excerptOf } from './excerpt.js'
import { markdownTable, percent, plain } from './markdown.js'
import type { ReportPictures, ReportSounds } from './media.js'
import { codecName, codecsOf, inOrder, mainMetric, metricsOf, nounOf } from './order.js'
import { beside, cut, errorGrid, pngOf, rgbOf, worstWindow } from './pixels.js'

const SHOWN = 3
const CROP = 128
const GAP = 8

export interface CostlyPoint {
  point: OperatingPoint
  /** Bits against the anchor's at the same quality, in per cent. */
  percent: number
}

/** The anchor's log rate at a quality, straight between its neighbouring points; nothing outside of them. */
function logRateAt(curve: readonly OperatingPoint[], metric: MetricName, quality: number): number | undefined {
  const known = curve.map((point) => ({ quality: qualityOf(point, metric) as number, logRate: Math.log(rateOf(point)) }))
  known.sort((a, b) => a.quality - b.quality || a.logRate - b.logRate)
  const above = known.findIndex((each) => each.quality >= quality)
  if (above < 0 || (above === 0 && known[0].quality > quality)) return undefined
  if (known[above].quality === quality) return known[above].logRate
  const [low, high] = [known[above - 1], known[above]]
  return low.logRate + ((quality - low.quality) / (high.quality - low.quality)) * (high.logRate - low.logRate)
}

/** Points of a codec by what they cost against the anchor, dearest first: those whose quality the anchor's points enclose. */
export function costliestPoints(points: readonly OperatingPoint[], anchor: string, codec: string, metric: MetricName): CostlyPoint[] {
  const reference = byItem(usablePoints(points, metric), anchor)
  return points
    .flatMap((point) => {
      const quality = qualityOf(point, metric)
      if (point.codec !== codec || quality === undefined || !(rateOf(point) > 0)) return []
      const logRate = logRateAt(reference.get(point.item) ?? [], metric, quality)
      return logRate === undefined ? [] : [{ point, percent: 100 * Math.expm1(Math.log(rateOf(point)) - logRate) }]
    })
    .sort((a, b) => b.percent - a.percent)
}

/** Original and decoded side by side where they differ most. */
async function crop(point: OperatingPoint, pictures: ReportPictures) {
  const original = rgbOf(await pictures.original(point.item))
  const decoded = rgbOf(await pictures.decoded(point))
  const window = worstWindow(errorGrid(original, decoded), original, CROP)
  return { window, png: await pngOf(beside(cut(original, window), cut(decoded, window), GAP)) }
}

const rateText = (point: OperatingPoint) =>
  point.bpp !== undefined ? `${point.bpp.toFixed(3)} bpp` : `${(point.kbps ?? Number.NaN).toFixed(1)} kb/s`
const valueText = (point: OperatingPoint, metric: MetricName) => {
  const value = point[metric]
  return typeof value === 'number' ? value.toFixed(METRICS[metric].digits) : 'inf'
}

/** @returns the text of `worst.md`, and the pictures that it shows by their names in the run's folder */
export async function worstReport(
  run: Run,
  allPoints: readonly OperatingPoint[],
  pictures?: ReportPictures,
  sounds?: ReportSounds,
): Promise<{ text: string; files: Map<string, Uint8Array> }> {
  const points = inOrder(run, allPoints)
  const metrics = metricsOf(run, points)
  const main = mainMetric(metrics)
  const { anchor } = run
  const files = new Map<string, Uint8Array>()
  const parts = [
    '# Worst items',
    `Of each codec the ${nounOf(run)}s that cost most against ${plain(anchor)} (BD-rate), the single points that do (against the anchor's rate at the same quality, straight between its points), and the lowest quality of all.`,
  ]
  if (run.kind === 'image' && pictures) {
    parts.push(`Crops show ${CROP} x ${CROP} pixels where the squared error is greatest: left the original, right the decoded picture.`)
  }
  if (run.kind === 'audio' && sounds) {
    parts.push(
      `Excerpts are the ${EXCERPT_SECONDS} s with the lowest segmental signal-to-noise ratio, of the original and of the decoded sound.`,
    )
  }
  for (const [place, codec] of codecsOf(points).entries()) {
    parts.push(`## ${plain(codecName(run, codec))}${codec === anchor ? ' (anchor)' : ''}`)
    const shown: { point: OperatingPoint; why: string }[] = []
    const rows = metrics.flatMap((metric) => {
      const { label } = METRICS[metric]
      const name = (point: OperatingPoint) => `${plain(point.item)} at ${point.setting}`
      const items = codec === anchor ? [] : [...bdAgainst(points, anchor, codec, metric).items].sort((a, b) => b.percent - a.percent)
      const costly = codec === anchor ? [] : costliestPoints(points, anchor, codec, metric)
      const lowest = points
        .filter((point) => point.codec === codec && qualityOf(point, metric) !== undefined)
        .sort((a, b) => (qualityOf(a, metric) as number) - (qualityOf(b, metric) as number))
      if (costly[0]) shown.push({ point: costly[0].point, why: `${label}: ${percent(costly[0].percent)} against ${plain(anchor)}` })
      if (lowest[0] && metric === main) shown.push({ point: lowest[0], why: `lowest ${label}: ${valueText(lowest[0], metric)}` })
      return [
        ...items.slice(0, SHOWN).map((each) => [label, 'BD-rate', plain(each.item), '', percent(each.percent)]),
        ...costly.slice(0, SHOWN).map((each) => [label, 'point', name(each.point), rateText(each.point), percent(each.percent)]),
        ...lowest.slice(0, 1).map((point) => [label, 'lowest quality', name(point), rateText(point), valueText(point, metric)]),
      ]
    })
    if (rows.length === 0) {
      parts.push('No figures.')
      continue
    }
    parts.push(markdownTable(['metric', 'worst by', nounOf(run), 'rate', 'figure'], rows))
    const media = run.kind === 'image' ? pictures : sounds
    if (!media) continue
    const captions = new Map<OperatingPoint, string[]>()
    for (const { point, why } of shown) captions.set(point, [...(captions.get(point) ?? []), why])
    for (const [i, [point, why]] of [...captions].entries()) {
      const caption = `${plain(point.item)} at ${point.setting}, ${rateText(point)}; ${why.join('; ')}`
      try {
        const path = `worst/${String(place + 1).padStart(2, '0')}-${i + 1}`
        if (run.kind === 'image') {
          const { window, png } = await crop(point, media as ReportPictures)
          files.set(`${path}.png`, png)
          parts.push(`![${caption}](${path}.png)\n\n${caption}, from (${window.left}, ${window.top})`)
        } else {
          const { start, end, original, decoded } = await excerptOf(point, media as ReportSounds)
          files.set(`${path}-original.wav`, original).set(`${path}-decoded.wav`, decoded)
          const links = `[original](${path}-original.wav), [decoded](${path}-decoded.wav)`
          parts.push(`${caption}, from ${start.toFixed(2)} s to ${end.toFixed(2)} s: ${links}`)
        }
      } catch (error) {
        // a file that is gone spoils one crop or excerpt and nothing else
        parts.push(`${caption}: no ${run.kind === 'image' ? 'crop' : 'excerpt'}, ${plain((error as Error).message)}`)
      }
    }
  }
  return { text: `${parts.join('\n\n')}\n`, files }
}
