/** Where the bits of a wavelet file go: a bar for each band, with a part for each plane. */
import type { Subband } from '../image/inspect.js'
import { INK } from './drawing.js'
import { lettering, letteringWidth } from './lettering.js'

/** Grey or luma, Cb, Cr: of M. Okabe and K. Ito (2008), for colour-blind eyes; they differ in brightness too. */
const PLANE_COLOURS = ['#333333', '#56b4e9', '#d55e00']

const MARGIN = 20
const LETTERS = 14
const ROW = 24
const BAR = 16
const LENGTH = 620
const GAP = 10
const FAINT = '#555555'

const planeNames = (count: number): string[] => (count < 3 ? ['grey'] : ['luma', 'Cb', 'Cr'])

interface Row {
  name: string
  /** Bits of each plane. */
  bits: number[]
}

/** Bands from the coarsest, as they are decoded. */
export function subbandRows(subbands: readonly Subband[]): Row[] {
  const rows = new Map<string, Row>()
  const ordered = [...subbands].sort((a, b) => Number(b.kind === 'low-pass') - Number(a.kind === 'low-pass') || b.level - a.level)
  for (const { plane, level, kind, bits } of ordered) {
    const name = kind === 'low-pass' ? `low-pass, 1/${2 ** level}` : `1/${2 ** level}, ${kind}`
    const row = rows.get(name) ?? { name, bits: [] }
    row.bits[plane] = bits
    rows.set(name, row)
  }
  return [...rows.values()]
}

/** The chart as a PNG file. */
export async function drawSubbands(
  subbands: readonly Subband[],
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  const rows = subbandRows(subbands)
  const names = planeNames(rows[0].bits.length)
  const sum = (bits: readonly number[]) => bits.reduce((a, b) => a + b, 0)
  const total = sum(subbands.map(({ bits }) => bits))
  const longest = Math.max(1, ...rows.map(({ bits }) => sum(bits)))
  const long = (text: string) => letteringWidth(text) * LETTERS
  const barX = Math.ceil(MARGIN + Math.max(...rows.map(({ name }) => long(name))) + GAP)
  const top = MARGIN + 106
  const parts: string[] = []
  const write = (text: string, x: number, y: number, colour = INK, size = LETTERS, bold = false) =>
    parts.push(lettering(text, x, y, size, colour, bold))
  const box = (x: number, y: number, w: number, h: number, fill: string) =>
    parts.push(`<rect x="${x.toFixed(2)}" y="${y}" width="${w.toFixed(2)}" height="${h}" fill="${fill}"/>`)

  write('Bits of each band', MARGIN, MARGIN + LETTERS, INK, 18, true)
  const inAll = `${Math.round(total / 8).toLocaleString('en-US')} bytes, ${(total / (width * height)).toFixed(3)} bits per pixel`
  write(`${inAll}, coarse bands first; across: vertical edges, down: horizontal ones`, MARGIN, MARGIN + 38, FAINT)
  let x = MARGIN
  for (const [plane, name] of names.entries()) {
    const share = (100 * sum(rows.map(({ bits }) => bits[plane]))) / (total || 1)
    const label = `${name} ${share.toFixed(1)} %`
    box(x, MARGIN + 58, BAR, BAR, PLANE_COLOURS[plane])
    write(label, x + BAR + 6, MARGIN + 58 + 13)
    x += BAR + 6 + long(label) + 28
  }
  for (const [i, { name, bits }] of rows.entries()) {
    const y = top + i * ROW
    // a little air between levels
    write(name, barX - GAP - long(name), y + 13)
    let from = barX
    for (const [plane, count] of bits.entries()) {
      const w = (count / longest) * LENGTH
      box(from, y, w, BAR, PLANE_COLOURS[plane])
      from += w
    }
    const share = `${Math.round(sum(bits) / 8).toLocaleString('en-US')} bytes, ${((100 * sum(bits)) / (total || 1)).toFixed(1)} %`
    write(share, from + GAP, y + 13, FAINT)
  }
  const chartWidth = barX + LENGTH + 200
  const chartHeight = top + rows.length * ROW + MARGIN
  box(barX - 1, top - 5, 1, rows.length * ROW + 2, INK)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${chartWidth}" height="${chartHeight}">${parts.join('')}</svg>`
  const { default: sharp } = await import('sharp')
  return new Uint8Array(await sharp(Buffer.from(svg), { density: 108 }).flatten({ background: '#ffffff' }).png().toBuffer())
}
