/** What charts share: ink, ground, ticks, elements, and the way from an SVG whose texts are text to a PNG that needs no fonts. */
import { lettering, letteringWidth } from './lettering.js'

export interface Chart {
  svg: string
  png: Uint8Array
}

export const INK = '#222222'
export const FAINT = '#e3e3e3'
export const FONT_SIZE = 13
export const FONT = 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif'

/** Style of Observable Plot's charts. Every colour is explicit and the ground is white, since what shows the file may have a dark one. */
export const CHART_STYLE = { background: '#ffffff', color: INK, fontFamily: FONT, fontSize: `${FONT_SIZE}px` }

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

export type Add = (name: string, attributes: Record<string, string | number>, text?: string) => Element

/** A function that appends elements to a drawing; texts start at their x. */
export function adder(drawing: Element): Add {
  return (name, attributes, text) => {
    const element = drawing.ownerDocument.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
    if (text !== undefined) {
      element.setAttribute('text-anchor', 'start')
      element.textContent = text
    }
    drawing.append(element)
    return element
  }
}

/** Puts a white ground in front of all else: part of the drawing, for viewers that ignore the style. */
export function addGround(drawing: Element, width: number, height: number): void {
  drawing.prepend(adder(drawing)('rect', { width, height, fill: '#ffffff' }))
}

/** A name as it fits into a width in pixels: cut, with dots, where it is too long. */
export function fitted(name: string, width: number): string {
  const fits = (text: string) => letteringWidth(text) * FONT_SIZE <= width
  if (fits(name)) return name
  const letters = [...name]
  while (letters.length > 1 && !fits(`${letters.join('')}...`)) letters.pop()
  return `${letters.join('').trimEnd()}...`
}

/** Title and subtitle at the head of a chart. */
export function addTitles(add: Add, left: number, title?: string, subtitle?: string): void {
  if (title) add('text', { x: left, y: 26, fill: INK, 'font-size': 17, 'font-weight': 'bold' }, title)
  if (subtitle) add('text', { x: left, y: title ? 47 : 24, fill: '#555555', 'font-size': FONT_SIZE }, subtitle)
}

/** Height that {@link addTitles} needs. */
export const titleHeight = (title?: string, subtitle?: string): number => 16 + (title ? 24 : 0) + (subtitle ? 20 : 0)

/** The drawing as a file, and as pixels, twice as many each way; its texts are strokes afterwards. */
export async function finish(drawing: Element): Promise<Chart> {
  drawing.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const svg = drawing.outerHTML
  drawTexts(drawing)
  const { default: sharp } = await import('sharp')
  const png = await sharp(Buffer.from(drawing.outerHTML), { density: 144 }).flatten({ background: '#ffffff' }).png().toBuffer()
  return { svg, png: new Uint8Array(png) }
}

/** Puts strokes in the place of each text. */
function drawTexts(drawing: Element): void {
  const inherited = (text: Element, attribute: string) => text.closest(`[${attribute}]`)?.getAttribute(attribute)
  for (const text of [...drawing.querySelectorAll('text')]) {
    // axes write a true minus sign
    const words = (text.textContent ?? '').replaceAll('\u2212', '-')
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
