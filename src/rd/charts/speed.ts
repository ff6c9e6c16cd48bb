/** Speed chart: bits against an anchor over CPU time, a panel each for encoding and decoding, one labelled point per codec. */
import type { PlotOptions } from '@observablehq/plot'
import {
  adder,
  addGround,
  addTitles,
  CHART_STYLE,
  type Chart,
  FAINT,
  FONT_SIZE,
  finish,
  fitted,
  INK,
  logTicks,
  titleHeight,
} from '../../plot/drawing.js'
import { letteringWidth } from '../../plot/lettering.js'
import { markerPath, type SeriesStyle } from '../../plot/styles.js'
import { loadPlot } from './packages.js'

export interface SpeedPoint {
  /** Short, beside the point. */
  label: string
  /** Full name, below the panels. */
  name: string
  /** BD-rate in per cent. */
  percent: number
  /** CPU seconds, in the unit of the axis, for each panel; above 0, NaN where unknown. */
  seconds: readonly number[]
  style: SeriesStyle
}

export interface SpeedOptions {
  title?: string
  subtitle?: string
  /** Title of the level axis of each panel, with its unit: as many as a point has times. */
  timeLabels: readonly string[]
  /** Title of the upright axis, with its unit. */
  percentLabel: string
}

const PANEL = { width: 480, height: 400, left: 62, right: 24, top: 14, bottom: 52 }
const LEGEND_LINE = 21

/**
 * Draws the panels beside each other as SVG and PNG. A panel without a point says so.
 *
 * @throws RangeError without a point, or at one that is not finite
 */
export async function drawSpeed(
  points: readonly SpeedPoint[],
  { title, subtitle, timeLabels, percentLabel }: SpeedOptions,
): Promise<Chart> {
  if (points.length === 0) throw new RangeError('a chart needs a point')
  for (const { percent } of points) if (!Number.isFinite(percent)) throw new RangeError(`percent is ${percent}`)
  const { Plot, document } = await loadPlot()
  const head = titleHeight(title, subtitle) - PANEL.top
  const width = PANEL.width * timeLabels.length
  const height = head + PANEL.height + 16 + LEGEND_LINE * points.length
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg') as unknown as Element
  const attributes = { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': CHART_STYLE.fontFamily, 'font-size': FONT_SIZE }
  for (const [key, value] of Object.entries(attributes)) drawing.setAttribute(key, String(value))
  const add = adder(drawing)

  const percents = points.map(({ percent }) => percent)
  const room = Math.max(4, (Math.max(...percents) - Math.min(...percents)) * 0.1)
  for (const [panel, timeLabel] of timeLabels.entries()) {
    const known = points.filter(({ seconds }) => seconds[panel] > 0 && seconds[panel] < Infinity)
    const left = panel * PANEL.width
    if (known.length === 0) {
      add('text', { x: left + PANEL.left, y: head + PANEL.height / 2, fill: INK }, `No times are known: ${timeLabel}`)
      continue
    }
    const times = known.map(({ seconds }) => seconds[panel])
    const [least, most] = [Math.min(...times) / 1.5, Math.max(...times) * 1.5]
    const ticks = logTicks(least, most)
    const options: PlotOptions = {
      document: document as unknown as Document,
      width: PANEL.width,
      height: PANEL.height,
      marginTop: PANEL.top,
      marginLeft: PANEL.left,
      marginRight: PANEL.right,
      marginBottom: PANEL.bottom,
      style: CHART_STYLE,
      x: { type: 'log', domain: [least, most] },
      y: { domain: [Math.min(0, ...percents) - room, Math.max(0, ...percents) + room] },
      marks: [
        Plot.gridX(ticks, { stroke: FAINT, strokeOpacity: 1 }),
        Plot.gridY({ stroke: FAINT, strokeOpacity: 1, ticks: 8 }),
        Plot.ruleY([0], { stroke: '#888888' }),
        Plot.axisX(ticks, { color: INK, text: String, label: timeLabel, labelAnchor: 'center', labelArrow: 'none', labelOffset: 42 }),
        Plot.axisY({ color: INK, ticks: 8, label: percentLabel, labelAnchor: 'center', labelArrow: 'none', labelOffset: 50 }),
        Plot.frame({ stroke: INK }),
      ],
    }
    const chart = Plot.plot(options)
    chart.setAttribute('x', String(left))
    chart.setAttribute('y', String(head))
    drawing.append(chart)
    const [x, y] = [chart.scale('x')!, chart.scale('y')!]
    const placed = known.map((point) => ({ point, x: left + x.apply(point.seconds[panel]), y: head + y.apply(point.percent) }))
    for (const { point, x, y } of placed) {
      const { marker, colour } = point.style
      add('path', { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`, d: markerPath(marker, 5.5), fill: colour, stroke: '#ffffff' })
    }
    const taken: { start: number; y: number; end: number }[] = []
    for (const { point, x, y } of placed.sort((a, b) => a.y - b.y)) {
      const width = letteringWidth(point.label) * FONT_SIZE
      const start = x + 9 + width > left + PANEL.width - PANEL.right - 4 ? x - 9 - width : x + 9
      let level = y - 4
      // labels give way downwards to those above them
      const covered = (other: (typeof taken)[number]) =>
        Math.abs(other.y - level) < FONT_SIZE && start < other.end + 8 && other.start < start + width + 8
      while (taken.some(covered)) level += 2
      taken.push({ start, y: level, end: start + width })
      add('text', { x: start.toFixed(2), y: level.toFixed(2), fill: INK, 'font-size': FONT_SIZE }, point.label)
    }
  }

  addGround(drawing, width, height)
  addTitles(add, PANEL.left, title, subtitle)
  for (const [i, { name, style }] of points.entries()) {
    const y = head + PANEL.height + 12 + LEGEND_LINE * i
    add('path', { transform: `translate(${PANEL.left + 6} ${y})`, d: markerPath(style.marker, 5), fill: style.colour })
    add('text', { x: PANEL.left + 22, y: y + 4.5, fill: INK, 'font-size': FONT_SIZE }, fitted(name, width - PANEL.left - 40))
  }
  return finish(drawing)
}
