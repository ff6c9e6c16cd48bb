/**
 * Rate-distortion chart: quality over bits per pixel on a logarithmic axis, one line per codec. Observable Plot draws it on
 * linkedom's document. Every colour is explicit and the ground is white, since what shows the file may have a dark one.
 */
import type { PlotOptions } from '@observablehq/plot'
import { lettering, letteringWidth } from './lettering.js'

export interface RateDistortionCurve {
  name: string
  /** At least one. */
  points: readonly { bitsPerPixel: number; quality: number }[]
  /** Any CSS colour; by default one of a palette, by the place in the list. */
  colour?: string
  /** Drawn thinner and dashed: a codec that is there for comparison. */
  peer?: boolean
}

export interface RateDistortionOptions {
  title?: string
  /** A smaller line below the title: what was measured on. */
  subtitle?: string
  /** Of the upright axis, with its unit. Default 'PSNR-Y (dB)'. */
  qualityLabel?: string
  /** Of the SVG in CSS pixels; the PNG has twice as many each way. Default 800 x 520. */
  width?: number
  height?: number
}

export interface Chart {
  svg: string
  png: Uint8Array
}

/** Of M. Okabe and K. Ito (2008), which tell apart to colour-blind eyes, without the yellow that is faint on white. */
const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00']
const PEER_PALETTE = ['#4d4d4d', '#8c6bb1', '#8c510a', '#41ab5d', '#969696', '#df65b0']
const INK = '#222222'
const FAINT = '#e3e3e3'
const FONT_SIZE = 13
const FONT = 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif'
const MARGIN = { left: 62, right: 24, bottom: 52 }

/** Round values within [from, to] for a logarithmic axis: 1, 2 and 5 of each decade, or more of them if that gives few. */
export function logTicks(from: number, to: number): number[] {
  const inside = (digits: number[]) => {
    const ticks: number[] = []
    for (let exponent = Math.floor(Math.log10(from)); 10 ** exponent <= to; exponent++) {
      // by division below 1, so that 0.2 is 0.2 and no neighbour of it
      for (const digit of digits) ticks.push(exponent < 0 ? digit / 10 ** -exponent : digit * 10 ** exponent)
    }
    return ticks.filter((tick) => tick >= from && tick <= to)
  }
  const coarse = inside([1, 2, 5])
  return coarse.length >= 4 ? coarse : inside([1, 1.5, 2, 3, 4, 5, 6, 8])
}

/**
 * Draws the curves as SVG, whose texts are text, and as PNG, whose texts are drawn: the machine need not have fonts.
 *
 * @throws RangeError without a point, or at one whose rate is not above 0 or whose quality is not finite
 */
export async function drawRateDistortion(curves: readonly RateDistortionCurve[], options: RateDistortionOptions = {}): Promise<Chart> {
  const chart = await rateDistortionSvg(curves, options)
  const svg = chart.outerHTML
  drawTexts(chart)
  const { default: sharp } = await import('sharp')
  const png = await sharp(Buffer.from(chart.outerHTML), { density: 144 }).flatten({ background: '#ffffff' }).png().toBuffer()
  return { svg, png: new Uint8Array(png) }
}

async function rateDistortionSvg(
  curves: readonly RateDistortionCurve[],
  { title, subtitle, qualityLabel = 'PSNR-Y (dB)', width = 800, height = 520 }: RateDistortionOptions,
): Promise<Element> {
  const points = curves.flatMap((curve) => curve.points)
  if (points.length === 0) throw new RangeError('a chart needs a point')
  for (const { bitsPerPixel, quality } of points) {
    if (!(bitsPerPixel > 0 && bitsPerPixel < Infinity)) throw new RangeError(`bitsPerPixel is ${bitsPerPixel}, not above 0`)
    if (!Number.isFinite(quality)) throw new RangeError(`quality is ${quality}`)
  }
  const Plot = await import('@observablehq/plot')
  const { parseHTML } = await import('linkedom')
  const { document } = parseHTML('<html><body></body></html>')

  const rates = points.map(({ bitsPerPixel }) => bitsPerPixel)
  const [least, most] = [Math.min(...rates) / 1.08, Math.max(...rates) * 1.08]
  const ticks = logTicks(least, most)
  const marginTop = 16 + (title ? 24 : 0) + (subtitle ? 20 : 0)
  const styled = withStyles(curves)
  const plotted: PlotOptions = {
    document: document as unknown as Document,
    width,
    height,
    marginTop,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    style: { background: '#ffffff', color: INK, fontFamily: FONT, fontSize: `${FONT_SIZE}px` },
    x: { type: 'log', domain: [least, most] },
    y: { nice: true, insetTop: 6, insetBottom: 6 },
    marks: [
      Plot.gridX(ticks, { stroke: FAINT, strokeOpacity: 1 }),
      Plot.gridY({ stroke: FAINT, strokeOpacity: 1, ticks: 8 }),
      Plot.axisX(ticks, {
        color: INK,
        tickFormat: String,
        label: 'bits per pixel (whole file)',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 42,
      }),
      Plot.axisY({ color: INK, ticks: 8, label: qualityLabel, labelAnchor: 'center', labelArrow: 'none', labelOffset: 46 }),
      ...styled.flatMap(({ points, colour, peer }) => {
        const data = [...points].sort((a, b) => a.bitsPerPixel - b.bitsPerPixel)
        const place = { x: 'bitsPerPixel', y: 'quality' }
        return [
          Plot.line(data, {
            ...place,
            stroke: colour,
            strokeWidth: peer ? 1.6 : 2.6,
            ...(peer ? { strokeDasharray: '6 4' } : {}),
            curve: 'monotone-x',
          }),
          Plot.dot(data, { ...place, fill: peer ? '#ffffff' : colour, stroke: colour, strokeWidth: 1.6, r: peer ? 3 : 3.5 }),
        ]
      }),
      Plot.frame({ stroke: INK }),
    ],
  }
  const chart = Plot.plot(plotted)
  const add = (name: string, attributes: Record<string, string | number>, text?: string) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
    if (text !== undefined) {
      element.setAttribute('text-anchor', 'start')
      element.textContent = text
    }
    chart.append(element as unknown as Node)
    return element
  }
  // in front of all else: a ground that is part of the drawing, for viewers that ignore the style
  const ground = add('rect', { width, height, fill: '#ffffff' })
  chart.prepend(ground as unknown as Node)
  if (title) add('text', { x: MARGIN.left, y: 26, fill: INK, 'font-size': 17, 'font-weight': 'bold' }, title)
  if (subtitle) add('text', { x: MARGIN.left, y: title ? 47 : 24, fill: '#555555', 'font-size': FONT_SIZE }, subtitle)
  // curves rise from the lower left: the upper left is free
  const legendWidth = 68 + FONT_SIZE * Math.max(...curves.map(({ name }) => letteringWidth(name)))
  const [left, top] = [MARGIN.left + 14, marginTop + 14]
  add('rect', { x: left, y: top, width: legendWidth, height: 12 + 21 * curves.length, fill: '#ffffff', 'fill-opacity': 0.9, stroke: FAINT })
  for (const [i, { name, colour, peer }] of styled.entries()) {
    const y = top + 17 + 21 * i
    const dashes: Record<string, string> = peer ? { 'stroke-dasharray': '6 4' } : {}
    add('line', { x1: left + 10, x2: left + 42, y1: y, y2: y, stroke: colour, 'stroke-width': peer ? 1.6 : 2.6, ...dashes })
    add('circle', { cx: left + 26, cy: y, r: peer ? 3 : 3.5, fill: peer ? '#ffffff' : colour, stroke: colour, 'stroke-width': 1.6 })
    add('text', { x: left + 52, y: y + 4.5, fill: INK, 'font-size': FONT_SIZE }, name)
  }
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return chart
}

/** Puts strokes in the place of each text. */
function drawTexts(chart: Element): void {
  const inherited = (text: Element, attribute: string) => text.closest(`[${attribute}]`)?.getAttribute(attribute)
  for (const text of [...chart.querySelectorAll('text')]) {
    const words = text.textContent ?? ''
    const size = Number(text.getAttribute('font-size') ?? FONT_SIZE)
    const length = (name: string) => {
      const value = text.getAttribute(name) ?? '0'
      return Number.parseFloat(value) * (value.endsWith('em') ? size : 1)
    }
    const anchor = inherited(text, 'text-anchor')
    const before = anchor === 'start' ? 0 : letteringWidth(words) * size * (anchor === 'end' ? 1 : 0.5)
    const group = text.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'g')
    group.setAttribute('transform', text.getAttribute('transform') ?? '')
    const bold = text.getAttribute('font-weight') === 'bold'
    group.innerHTML = lettering(words, length('x') - before, length('y'), size, inherited(text, 'fill') ?? INK, bold)
    text.replaceWith(group)
  }
}

function withStyles(curves: readonly RateDistortionCurve[]): Required<RateDistortionCurve>[] {
  const counts = { own: 0, peer: 0 }
  return curves.map(({ name, points, colour, peer = false }) => {
    const palette = peer ? PEER_PALETTE : PALETTE
    const place = peer ? counts.peer++ : counts.own++
    return { name, points, peer, colour: colour ?? palette[place % palette.length] }
  })
}
