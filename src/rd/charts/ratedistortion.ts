/**
 * Rate-distortion chart: quality over rate on a logarithmic axis, one line per codec, faint lines per item behind it.
 * Observable Plot draws it on linkedom's document.
 */
import type { PlotOptions } from '@observablehq/plot'
import {
  type Add,
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
import { type Marker, markerPath, markerSymbol, seriesStyle } from '../../plot/styles.js'
import { loadPlot } from './packages.js'

interface RateQuality {
  /** Rate in the unit of the axis. Default: bits per pixel. */
  bitsPerPixel: number
  quality: number
}

export interface RateDistortionCurve {
  name: string
  /** May be empty if other curves are not. */
  points: readonly RateQuality[]
  /** Any CSS colour; by default one of a palette, by the place in the list. */
  colour?: string
  /** Drawn thinner and dashed: a codec that is there for comparison. */
  peer?: boolean
  /** Shape of the points and SVG's stroke-dasharray of the line, in the place of what `peer` says. */
  marker?: Marker
  dash?: string
  /** Curves of single items, drawn faintly. */
  items?: readonly (readonly RateQuality[])[]
}

export interface RateDistortionOptions {
  title?: string
  /** A smaller line below the title: what was measured on. */
  subtitle?: string
  /** Title of the level axis, with its unit. Default: 'bits per pixel (whole file)'. */
  rateLabel?: string
  /** Title of the upright axis, with its unit. Default: 'PSNR-Y (dB)'. */
  qualityLabel?: string
  /** Less is better: the axis is turned, so that better is up in every chart. */
  lowerIsBetter?: boolean
  /**
   * Where the legend stands: in the upper left corner (default), or below the axis, where long names cover nothing and make the drawing
   * higher.
   */
  legend?: 'inside' | 'below'
  /** Size of the SVG in CSS pixels; the PNG has twice as many each way. Default: 800 x 520. */
  width?: number
  height?: number
}

export type { Chart } from '../../plot/drawing.js'
export { logTicks } from '../../plot/drawing.js'

const PEER_PALETTE = ['#4d4d4d', '#8c6bb1', '#8c510a', '#41ab5d', '#969696', '#df65b0']
const PEER_DASH = '6 4'
const MARGIN = { left: 62, right: 24, bottom: 52 }
const LEGEND_LINE = 21

interface StyledCurve extends RateDistortionCurve {
  colour: string
  dash: string
  width: number
  fill: string
}

/**
 * Draws the curves as SVG, whose texts are text, and as PNG, whose texts are drawn: the machine need not have fonts.
 *
 * @throws RangeError without a point, or at one whose rate is not above 0 or whose quality is not finite
 */
export async function drawRateDistortion(curves: readonly RateDistortionCurve[], options: RateDistortionOptions = {}): Promise<Chart> {
  return finish(await rateDistortionSvg(curves, options))
}

async function rateDistortionSvg(
  curves: readonly RateDistortionCurve[],
  {
    title,
    subtitle,
    rateLabel = 'bits per pixel (whole file)',
    qualityLabel = 'PSNR-Y (dB)',
    lowerIsBetter = false,
    legend = 'inside',
    width = 800,
    height = 520,
  }: RateDistortionOptions,
): Promise<Element> {
  const points = curves.flatMap(({ points, items = [] }) => [...points, ...items.flat()])
  if (points.length === 0) throw new RangeError('a chart needs a point')
  for (const { bitsPerPixel, quality } of points) {
    if (!(bitsPerPixel > 0 && bitsPerPixel < Infinity)) throw new RangeError(`bitsPerPixel is ${bitsPerPixel}, not above 0`)
    if (!Number.isFinite(quality)) throw new RangeError(`quality is ${quality}`)
  }
  const { Plot, document } = await loadPlot()

  const rates = points.map(({ bitsPerPixel }) => bitsPerPixel)
  const [least, most] = [Math.min(...rates) / 1.08, Math.max(...rates) * 1.08]
  const ticks = logTicks(least, most)
  const styled = withStyles(curves)
  const below = legend === 'below' ? 16 + LEGEND_LINE * curves.length : 0
  const marginTop = titleHeight(title, subtitle)
  const plotted: PlotOptions = {
    document: document as unknown as Document,
    width,
    height: height + below,
    marginTop,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom + below,
    style: CHART_STYLE,
    x: { type: 'log', domain: [least, most] },
    y: { nice: true, insetTop: 6, insetBottom: 6, reverse: lowerIsBetter },
    marks: marksOf(Plot, styled, ticks, rateLabel, qualityLabel),
  }
  const chart = Plot.plot(plotted)
  addGround(chart, width, height + below)
  const add = adder(chart)
  addTitles(add, MARGIN.left, title, subtitle)
  if (legend === 'below') drawLegend(add, styled, MARGIN.left, height + 12, width - MARGIN.left - MARGIN.right)
  else {
    // curves rise from the lower left: the upper left is free
    const legendWidth = 68 + FONT_SIZE * Math.max(...curves.map(({ name }) => letteringWidth(name)))
    const [left, top] = [MARGIN.left + 14, marginTop + 14]
    const box = { x: left, y: top, width: legendWidth, height: 12 + LEGEND_LINE * curves.length }
    add('rect', { ...box, fill: '#ffffff', 'fill-opacity': 0.9, stroke: FAINT })
    drawLegend(add, styled, left + 10, top + 17, legendWidth)
  }
  return chart
}

type Plotting = Awaited<ReturnType<typeof loadPlot>>['Plot']

/** Grid, axes and frame, and between them the curves: those of single items behind. */
function marksOf(Plot: Plotting, curves: readonly StyledCurve[], ticks: number[], rateLabel: string, qualityLabel: string) {
  const place = { x: 'bitsPerPixel', y: 'quality' }
  const rising = (points: readonly RateQuality[]) => [...points].sort((a, b) => a.bitsPerPixel - b.bitsPerPixel)
  return [
    Plot.gridX(ticks, { stroke: FAINT, strokeOpacity: 1 }),
    Plot.gridY({ stroke: FAINT, strokeOpacity: 1, ticks: 8 }),
    Plot.axisX(ticks, {
      color: INK,
      text: String,
      label: rateLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 42,
    }),
    Plot.axisY({ color: INK, ticks: 8, label: qualityLabel, labelAnchor: 'center', labelArrow: 'none', labelOffset: 46 }),
    ...curves.flatMap(({ items = [], colour }) =>
      items.map((points) =>
        Plot.line(rising(points), { ...place, stroke: colour, strokeWidth: 1, strokeOpacity: 0.22, curve: 'monotone-x' }),
      ),
    ),
    ...curves.flatMap(({ points, colour, width, dash, fill, peer, marker }) => [
      Plot.line(rising(points), {
        ...place,
        stroke: colour,
        strokeWidth: width,
        ...(dash ? { strokeDasharray: dash } : {}),
        curve: 'monotone-x',
      }),
      Plot.dot(rising(points), {
        ...place,
        fill,
        stroke: marker ? '#ffffff' : colour,
        strokeWidth: marker ? 0.8 : 1.6,
        r: marker ? 4.2 : peer ? 3 : 3.5,
        ...(marker ? { symbol: markerSymbol(marker) } : {}),
      }),
    ]),
    Plot.frame({ stroke: INK }),
  ]
}

/** A line, a point and a name for each curve. */
function drawLegend(add: Add, curves: readonly StyledCurve[], left: number, top: number, room: number): void {
  for (const [i, { name, colour, width, dash, fill, peer, marker }] of curves.entries()) {
    const y = top + LEGEND_LINE * i
    const dashes: Record<string, string> = dash ? { 'stroke-dasharray': dash } : {}
    add('line', { x1: left, x2: left + 32, y1: y, y2: y, stroke: colour, 'stroke-width': width, ...dashes })
    if (marker)
      add('path', { transform: `translate(${left + 16} ${y})`, d: markerPath(marker, 4.2), fill, stroke: '#ffffff', 'stroke-width': 0.8 })
    else add('circle', { cx: left + 16, cy: y, r: peer ? 3 : 3.5, fill, stroke: colour, 'stroke-width': 1.6 })
    add('text', { x: left + 42, y: y + 4.5, fill: INK, 'font-size': FONT_SIZE }, fitted(name, room - 42))
  }
}

function withStyles(curves: readonly RateDistortionCurve[]): StyledCurve[] {
  const counts = { own: 0, peer: 0 }
  return curves.map((curve) => {
    const { peer = false, marker } = curve
    const at = peer ? counts.peer++ : counts.own++
    const colour = curve.colour ?? (peer ? PEER_PALETTE[at % PEER_PALETTE.length] : seriesStyle(at % 6).colour)
    const fill = peer && !marker ? '#ffffff' : colour
    return { ...curve, peer, colour, fill, dash: curve.dash ?? (peer ? PEER_DASH : ''), width: marker ? 2.4 : peer ? 1.6 : 2.6 }
  })
}
