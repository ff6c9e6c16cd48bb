/** A map of pixels with words around it: title, axes, legend. Letters are strokes: no fonts are needed. */
import type { ImageData } from '../../codecs/image/picture.js'
import { INK } from './drawing.js'
import { lettering, letteringWidth } from './lettering.js'
import { type Colour, onRamp } from './ramp.js'

/** A mark: how far along, 0..1, and what it says. */
export interface Mark {
  at: number
  label: string
}

export interface Axis {
  label: string
  /** Marks by their distance from the left, or from the bottom. */
  marks: readonly Mark[]
}

/** Names of colours, or a scale from its least (at the bottom) to its most. */
export type Legend =
  | { label: string; swatches: readonly { colour: Colour; label: string }[] }
  | { label: string; stops: readonly Colour[]; marks: readonly Mark[] }

export interface Sheet {
  title: string
  subtitle: string
  /** RGB of 8 bits. */
  map: ImageData
  left?: Axis
  below?: Axis
  legend: Legend
}

const MARGIN = 20
const TICK = 5
const BAR_WIDTH = 22
const FAINT = '#555555'

/** Where a sheet's map lies, and the size of its letters and of the whole. */
export interface Layout {
  mapX: number
  mapY: number
  legendX: number
  letters: number
  width: number
  height: number
}

/** Letters grow with the map, within bounds: a sheet is looked at whole. */
export function layOut({ title, subtitle, map, left, below, legend }: Sheet): Layout {
  const letters = Math.max(13, Math.min(19, Math.round(Math.max(map.width, map.height) / 80)))
  const long = (text: string, size = letters) => Math.ceil(letteringWidth(text) * size)
  const widest = (marks: readonly { label: string }[]) => Math.max(0, ...marks.map(({ label }) => long(label)))
  const mapX = MARGIN + (left ? Math.max(widest(left.marks) + 2 * TICK + 3, 0) : 0)
  const mapY = Math.ceil(MARGIN + 3.6 * letters + (left ? 1.6 * letters : 0))
  const legendX = mapX + map.width + Math.ceil(1.5 * letters)
  const rows = 'swatches' in legend ? legend.swatches : legend.marks
  const legendWidth = Math.max(long(legend.label), widest(rows) + BAR_WIDTH + 2 * TICK)
  const belowHeight = below ? 3.6 * letters : 0
  const legendHeight = 'swatches' in legend ? (1.6 + 1.8 * rows.length) * letters : 0
  return {
    mapX,
    mapY,
    legendX,
    letters,
    width: Math.max(legendX + legendWidth, MARGIN + long(title, 1.3 * letters), MARGIN + long(subtitle)) + MARGIN,
    height: Math.ceil(mapY + Math.max(map.height + belowHeight, legendHeight, MIN_BAR) + MARGIN),
  }
}

/** Height in pixels of the legend's bar, at the least: there must be room for its marks. */
const MIN_BAR = 170

/** Draws a sheet as a PNG file. */
export async function drawSheet(sheet: Sheet): Promise<Uint8Array> {
  const { map, title, subtitle, left, below } = sheet
  const layout = layOut(sheet)
  const { mapX, mapY, letters, width, height } = layout
  const parts: string[] = []
  const write = (text: string, x: number, y: number, size = letters, colour = INK, bold = false) =>
    parts.push(lettering(text, x, y, size, colour, bold))
  const box = (x: number, y: number, w: number, h: number, fill: string) =>
    parts.push(`<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}"/>`)
  box(0, 0, width, height, '#ffffff')
  write(title, MARGIN, MARGIN + letters, 1.3 * letters, INK, true)
  write(subtitle, MARGIN, MARGIN + 2.7 * letters, letters, FAINT)
  box(mapX - 1, mapY - 1, map.width + 2, map.height + 2, INK)
  if (left) {
    write(left.label, MARGIN, mapY - 0.6 * letters, letters, FAINT)
    for (const { at, label } of left.marks) {
      const y = mapY + Math.round((1 - at) * (map.height - 1))
      box(mapX - 1 - TICK, y, TICK, 1, INK)
      write(label, mapX - 2 * TICK - letteringWidth(label) * letters, y + 0.36 * letters)
    }
  }
  if (below) {
    for (const { at, label } of below.marks) {
      const x = mapX + Math.round(at * (map.width - 1))
      box(x, mapY + map.height + 1, 1, TICK, INK)
      write(label, x - (letteringWidth(label) * letters) / 2, mapY + map.height + 2 * TICK + letters)
    }
    const x = mapX + (map.width - letteringWidth(below.label) * letters) / 2
    write(below.label, x, mapY + map.height + 2 * TICK + 2.6 * letters, letters, FAINT)
  }
  drawLegend(sheet, layout, write, box)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`
  const { default: sharp } = await import('sharp')
  const input = Buffer.from(map.data.buffer, map.data.byteOffset, map.data.byteLength)
  const overlay = { input, raw: { width: map.width, height: map.height, channels: 3 as const } }
  const drawn = sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .composite([{ ...overlay, left: mapX, top: mapY }])
  return new Uint8Array(await drawn.removeAlpha().png().toBuffer())
}

function drawLegend(
  { map, legend }: Sheet,
  { mapY, legendX, letters }: Layout,
  write: (text: string, x: number, y: number) => void,
  box: (x: number, y: number, w: number, h: number, fill: string) => void,
): void {
  const css = (colour: Colour) => `rgb(${colour.join(',')})`
  write(legend.label, legendX, mapY + 0.8 * letters)
  const top = Math.round(mapY + 1.8 * letters)
  const textX = legendX + BAR_WIDTH + 2 * TICK
  if ('swatches' in legend) {
    for (const [i, { colour, label }] of legend.swatches.entries()) {
      const y = Math.round(top + 1.8 * i * letters)
      box(legendX, y, BAR_WIDTH, Math.round(1.2 * letters), INK)
      box(legendX + 1, y + 1, BAR_WIDTH - 2, Math.round(1.2 * letters) - 2, css(colour))
      write(label, textX, y + letters)
    }
    return
  }
  const length = Math.max(MIN_BAR, map.height) - (top - mapY)
  box(legendX, top - 1, BAR_WIDTH, length + 2, INK)
  for (let y = 0; y < length; y++) box(legendX + 1, top + y, BAR_WIDTH - 2, 1, css(onRamp(legend.stops, 1 - y / (length - 1))))
  for (const { at, label } of legend.marks) {
    const y = top + Math.round((1 - at) * (length - 1))
    box(legendX + BAR_WIDTH, y, TICK, 1, INK)
    write(label, textX, Math.max(top + 0.72 * letters, Math.min(top + length, y + 0.36 * letters)))
  }
}
