/** `report.html`: one page with everything in it, which asks for nothing from anywhere and opens from a disk. */
import { readFile } from 'node:fs/promises'
import { markerPath, seriesStyle } from '../../plot/styles.js'
import { METRICS, type MetricName } from '../metricnames.js'
import type { OperatingPoint, Run } from '../run.js'
import { bdAgainst, isUncoded, missingByReason } from './bd.js'
import { RATE_LABEL, speedPoints, TIME_LABELS } from './charts.js'
import type { Comparison } from './comparison.js'
import { type CurvePoint, curvesOf, meanOf } from './curves.js'
import { HEAT_GRADIENT } from './heat.js'
import { oneLine, percent } from './markdown.js'
import { FARTHEST } from './matched.js'
import { codecName, codecsOf, inOrder, itemsOf, mainMetric, metricsOf, metricTitle, nounOf } from './order.js'
import { pageStyle } from './page/style.js'

/** Text for HTML, also within quotes. */
export const escaped = (text: string): string => oneLine(text).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** JSON that cannot end the script it is in: names of files may say anything. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/** The page's modules in the order they need each other, as one script. They are plain JavaScript, taken as they are. */
const MODULES = ['drawing', 'curves', 'speed', 'compare', 'main']

async function pageScript(): Promise<string> {
  const sources = await Promise.all(MODULES.map((name) => readFile(new URL(`./page/${name}.js`, import.meta.url), 'utf8')))
  const joined = sources.map((source) => source.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, ''))
  return `'use strict'\n{\n${joined.join('\n')}\n}\n`
}

/** Digits of a chart: more would only make the page larger. */
const short = (value: number): number => Number(value.toPrecision(6))

/** What the script draws from. Codecs, items and metrics are numbered. */
function pageData(run: Run, points: readonly OperatingPoint[], comparison: Comparison | undefined) {
  const [codecs, items, metrics] = [codecsOf(points), itemsOf(points), metricsOf(run, points)]
  const itemAt = new Map(items.map((item, i) => [item, i]))
  const codecAt = new Map(codecs.map((codec, i) => [codec, i]))
  const triple = ({ setting, rate, value }: CurvePoint) => [setting, short(rate), short(value)]
  const anchor = codecAt.get(run.anchor) ?? 0
  const other = codecs.findIndex((codec, i) => i !== anchor && run.codecs[codec]?.peer === 'laq')
  const values = (shown: Partial<Record<MetricName, string>>) =>
    Object.entries(shown).map(([metric, value]) => {
      const { label, unit } = METRICS[metric as MetricName]
      return `${label} ${value}${unit && ` ${unit}`}`
    })
  return {
    anchor: oneLine(run.anchor),
    rateUnit: run.kind === 'image' ? 'bpp' : 'kb/s',
    rateLabel: RATE_LABEL[run.kind],
    timeLabels: { encode: TIME_LABELS[run.kind][0], decode: TIME_LABELS[run.kind][1] },
    main: Math.max(0, metrics.indexOf(mainMetric(metrics) as MetricName)),
    codecs: codecs.map((codec, i) => ({
      key: oneLine(codec),
      label: oneLine(run.codecs[codec]?.label ?? codec),
      setting: oneLine(run.codecs[codec]?.setting ?? 'setting'),
      marker: markerPath(seriesStyle(i).marker, 4.2),
      dash: seriesStyle(i).dash,
    })),
    items: items.map(oneLine),
    metrics: metrics.map((metric) => ({ ...METRICS[metric], title: metricTitle(metric) })),
    curves: metrics.map((metric) => {
      const curves = curvesOf(points, metric)
      return {
        note: meanOf(run, curves),
        codecs: curves.codecs.map(({ mean, items }) => ({
          mean: mean.map(triple),
          items: items.map(({ item, points }) => [itemAt.get(item), points.map(triple)]),
        })),
      }
    }),
    speed: metrics.map((metric) =>
      speedPoints(run, points, metric).map(({ codec, percent, seconds: [encode, decode] }) => {
        return { codec: codecAt.get(codec), percent: short(percent), encode: short(encode), decode: short(decode) }
      }),
    ),
    ...(comparison && comparison.items.length > 0
      ? {
          comparison: {
            left: anchor,
            right: other >= 0 ? other : anchor === 0 ? 1 : 0,
            items: comparison.items.map(({ item, rates, ...rest }) => ({
              ...rest,
              item: itemAt.get(item),
              rates: rates.map(({ name, rate, codecs }) => ({
                name,
                rate: short(rate),
                codecs: codecs.map(({ codec, metrics, ...rest }) => ({ ...rest, codec: codecAt.get(codec), metrics: values(metrics) })),
              })),
            })),
          },
        }
      : {}),
  }
}

function legend(run: Run, codecs: readonly string[]): string {
  const entries = codecs.map((codec, i) => {
    const { marker, dash } = seriesStyle(i)
    const swatch = `<svg width="44" height="14" viewBox="-22 -7 44 14" aria-hidden="true"><path class="line s${i}" d="M-22,0H22" stroke-dasharray="${dash}"/><path class="mark s${i}" d="${markerPath(marker, 4.8)}"/></svg>`
    const label = run.codecs[codec]?.label
    const small = label && label !== codec ? `<small>${escaped(label)}</small>` : ''
    return `<li><button type="button" data-codec="${i}" aria-pressed="true">${swatch}<span><strong>${escaped(codec)}</strong>${codec === run.anchor ? ' (anchor)' : ''}${small}</span></button></li>`
  })
  return `<ul class="legend" aria-label="Codecs: press to hide or show">${entries.join('')}</ul>`
}

/** The BD table, readable without the script. */
function bdSection(run: Run, points: readonly OperatingPoint[], metrics: readonly MetricName[]): string {
  const codecs = codecsOf(points).filter((codec) => codec !== run.anchor)
  const found = codecs.map((codec) => ({
    codec,
    bds: metrics.map((metric) => ({ metric, bd: bdAgainst(points, run.anchor, codec, metric) })),
  }))
  const rows = found.map(({ codec, bds }) => {
    const cells = bds.map(({ bd: { mean, deviation, median, worst, compared, missing } }) => {
      const spread = Number.isNaN(deviation) ? '' : ` ± ${deviation.toFixed(2)}`
      const lines = worst ? [`median ${percent(median)}`, `worst ${percent(worst.percent)}, ${escaped(worst.item)}`] : []
      const count = `${compared} compared${missing.length > 0 ? `, ${missing.length} missing` : ''}`
      return `<td>${percent(mean)}${spread}${[...lines, count].map((line) => `<small title="${line}">${line}</small>`).join('')}</td>`
    })
    return `<tr><th scope="row">${escaped(codec)}</th>${cells.join('')}</tr>`
  })
  // items without points are so for every metric: they are named once
  const missing = found.flatMap(({ codec, bds }) => [
    ...missingByReason(bds[0].bd.missing.filter(isUncoded), escaped).map((line) => `${escaped(codec)}: ${line}`),
    ...bds.flatMap(({ metric, bd }) =>
      missingByReason(
        bd.missing.filter((each) => !isUncoded(each)),
        escaped,
      ).map((line) => `${escaped(codec)}, ${METRICS[metric].label}: ${line}`),
    ),
  ])
  const list = missing.map((line) => `<li>${line}</li>`).join('')
  const details =
    list &&
    `<details><summary>${nounOf(run)[0].toUpperCase()}${nounOf(run).slice(1)}s that are not in all figures</summary><ul>${list}</ul></details>`
  if (!codecsOf(points).includes(run.anchor)) return '<p>There are no points of the anchor, so there is nothing to compare with.</p>'
  if (rows.length === 0) return '<p>There is no codec to compare with the anchor.</p>'
  const head = metrics.map((metric) => `<th scope="col">${METRICS[metric].label}</th>`).join('')
  return `<div class="scroll" tabindex="0" role="region" aria-label="BD-rates"><table><thead><tr><th scope="col">codec</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${details}`
}

function compareSection(run: Run, comparison: Comparison | undefined): string {
  const leftOut = comparison?.leftOut.map((line) => `<li>${escaped(line)}</li>`).join('') ?? ''
  const list = leftOut && `<ul class="left-out soft">${leftOut}</ul>`
  const head = '<h2 id="pictures-title">Pictures at about equal bytes</h2>'
  if (run.kind === 'audio') return ''
  if (!comparison || comparison.items.length === 0) {
    return `<section aria-labelledby="pictures-title">${head}<p>No pictures were available when this page was made.</p>${list}</section>`
  }
  const select = (name: string, label: string) => `<label><span>${label}</span><select id="compare-${name}"></select></label>`
  const facts = (side: string, title: string) =>
    `<div><strong>${title}: <span id="name-${side}"></span></strong><ul id="facts-${side}"></ul></div>`
  return `<section id="compare" aria-labelledby="pictures-title">${head}
<p>The anchor's point near the chosen rate, and the others at as near to its bytes as their settings come, if they reach within ${FARTHEST} times of it; metrics are of the whole picture. Shown: <span id="window"></span>.</p>
<div class="controls">${select('item', 'Picture')}${select('rate', 'Rate')}${select('left', 'Left')}${select('right', 'Right')}
<label><input type="checkbox" id="maps"> Error maps</label><label><input type="checkbox" id="twice"> Twice as large</label></div>
<p id="heat" hidden>Where SSIMULACRA2 sees errors in this window: none <span class="bar" style="background: linear-gradient(to right, ${HEAT_GRADIENT})"></span> most. All codecs at this rate share the scale.</p>
<div class="pair">
<figure><div class="picture"><img id="picture-original" alt=""><span class="tag at-left">Original</span></div></figure>
<figure><div class="picture" id="wipe"><img id="picture-right" alt=""><img id="picture-left" alt=""><span class="tag at-left" id="tag-left"></span><span class="tag at-right" id="tag-right"></span></div>
<label class="soft" for="split">Split between left and right</label><input type="range" id="split" min="0" max="100" step="1" value="50"></figure>
<div class="facts">${facts('left', 'Left')}${facts('right', 'Right')}<p id="bytes" role="status"></p></div>
</div>${list}</section>`
}

/** The whole page. @param comparison of pictures; absent where there are none */
export async function reportPage(run: Run, allPoints: readonly OperatingPoint[], comparison?: Comparison): Promise<string> {
  const points = inOrder(run, allPoints)
  const [codecs, items, metrics] = [codecsOf(points), itemsOf(points), metricsOf(run, points)]
  const noun = nounOf(run)
  const count = (number: number, name: string) => `${number} ${name}${number === 1 ? '' : 's'}`
  const main = mainMetric(metrics)
  const data = pageData(run, points, comparison)
  const radios = metrics.map(
    (metric, i) =>
      `<label class="pill"><input type="radio" name="metric" value="${i}"${metric === main ? ' checked' : ''}><span>${METRICS[metric].label}</span></label>`,
  )
  const options = items.map((item, i) => `<option value="${i}">${escaped(item)}</option>`).join('')
  const title = `Rate and distortion: ${count(items.length, noun)}, ${count(codecs.length, 'codec')}`
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
  const charts =
    metrics.length === 0
      ? '<p>No metric was measured.</p>'
      : `<section aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>
<div class="controls"><fieldset><legend>Metric&nbsp;</legend>${radios.join('')}</fieldset>
<label><span>Curves of</span><select id="curves-item"><option value="-1">the mean, each ${noun} faint</option>${options}</select></label></div>
${legend(run, codecs)}
<div class="chart"><svg id="curves" tabindex="0" role="application" aria-label="Quality over rate. Arrow keys go from point to point."></svg><div class="tip" id="tip" hidden></div></div>
<p class="soft">Shown: <span id="curves-note"></span>. Up is better, left is smaller. Point at the curves for values, or use the arrow keys.</p>
<div class="spoken" id="spoken" role="status"></div></section>
<section aria-labelledby="bd-title"><h2 id="bd-title">BD-rates against ${escaped(run.anchor)}</h2>
<p>Bits that a codec takes more (+) or less (−) than the anchor at equal quality: the mean over ${noun}s of each one's BD-rate, ± the standard deviation.</p>
${bdSection(run, points, metrics)}</section>
<section aria-labelledby="speed-title"><h2 id="speed-title">Bits against CPU time</h2>
<p>BD-rate in <span id="speed-metric"></span> over the CPU time of all threads. Lower left is better.</p>
<div class="two"><div class="chart"><svg id="speed-encode" role="img" aria-label="BD-rate over encoding time"></svg></div><div class="chart"><svg id="speed-decode" role="img" aria-label="BD-rate over decoding time"></svg></div></div></section>`
  const pictures = data.comparison ? (comparison as Comparison).pictures.map((file) => Buffer.from(file).toString('base64')) : undefined
  const names = codecs.map((codec) => `<li>${escaped(codecName(run, codec))}</li>`).join('')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle(codecs.map((_, i) => seriesStyle(i)))}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1>
<p class="soft">${count(points.length, 'operating point')}. Rates are of whole files.</p></header>
<main>
${charts}
${compareSection(run, comparison)}
</main>
<footer>Made by laq rd.<ul>${names}</ul></footer>
<script type="application/json" id="data">${scriptJson(data)}</script>
${pictures ? `<script type="application/json" id="pictures">${scriptJson(pictures)}</script>\n` : ''}<script>
${await pageScript()}</script>
</body>
</html>
`
}
