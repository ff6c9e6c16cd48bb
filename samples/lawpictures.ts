/**
 * The two pictures of codecs/laq/README.md, of a sample and its .laq file: `npx tsx samples/lawpictures.ts` writes docs/step-field.svg and docs/law.svg.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeImage, type ImageData, inspect } from '../src/index.js'
import { formatImage } from '../src/io/image/image.js'
import { stillLife } from './stilllife.js'

const QUALITY = 60
const REGION = 32
/** Of the law that blocks have at `laq` 1: exponent in 1/64, activity that gets the base step, octaves between which the encoder stays. */
const LAW = { strength: 10, reference: 7, finest: -2, coarsest: 1 }

const FINE = [66, 146, 220]
const BASE = [244, 244, 238]
const COARSE = [240, 140, 60]
const INK = '#303030'

function colourOf(octaves: number): string {
  const end = octaves < 0 ? FINE : COARSE
  const part = Math.min(1, Math.abs(octaves))
  return `rgb(${BASE.map((value, c) => Math.round(value + (end[c] - value) * part)).join(',')})`
}

const multiplier = (octaves: number): string => (2 ** octaves).toFixed(2)

const text = (x: number, y: number, words: string, anchor = 'start', size = 13): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}">${words}</text>`

const drawing = (width: number, height: number, title: string, parts: string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" fill="${INK}">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="white"/>
${parts.join('\n')}
</svg>
`

/** Every second sample each way: a mean of four. */
function halved({ width, height, channels, bitDepth, data }: ImageData): ImageData {
  const out = new Uint8Array((width / 2) * (height / 2) * channels)
  const row = width * channels
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (let c = 0; c < channels; c++, to++) {
        const at = y * row + x * channels + c
        out[to] = (data[at] + data[at + channels] + data[at + row] + data[at + row + channels] + 2) >> 2
      }
    }
  }
  return { width: width / 2, height: height / 2, channels, bitDepth, data: out }
}

/** As codecs/laq/search/kernel/activity.ts has it: octaves of variance about a plane, the power mean of exponent 1/4 over cells of 8 x 8. */
function activity({ width, data }: ImageData, left: number, top: number): number {
  let total = 0
  for (let y = top; y < top + REGION; y += 8) {
    for (let x = left; x < left + REGION; x += 8) {
      let [sum, squares, alongX, alongY] = [0, 0, 0, 0]
      for (let i = 0; i < 64; i++) {
        const at = ((y + (i >> 3)) * width + x + (i & 7)) * 3
        const luma = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]
        sum += luma
        squares += luma * luma
        alongX += luma * ((i & 7) - 3.5)
        alongY += luma * ((i >> 3) - 3.5)
      }
      const variance = (squares - (sum * sum) / 64 - (alongX * alongX + alongY * alongY) / 336) / 64
      total += Math.sqrt(Math.sqrt(1 + Math.max(0, variance)))
    }
  }
  return 4 * Math.log2(total / 16)
}

const picture = stillLife()
const file = await encodeImage(picture, { quality: QUALITY })
const found = await inspect(file, { detail: true })
if (found.kind !== 'image' || !found.image.stepField) throw new Error('the sample has no step field')
const { columns, rows, values } = found.image.stepField

const thumbnail = await formatImage(halved(picture), 'jpg', { quality: 75 })
const [W, H, GAP, TOP] = [384, 256, 16, 30]
const cell = REGION / 2
const regions = Array.from(
  values,
  (value, i) =>
    `<rect x="${W + GAP + (i % columns) * cell}" y="${TOP + Math.floor(i / columns) * cell}" width="${cell}" height="${cell}" fill="${colourOf(value / 6)}" shape-rendering="crispEdges"/>`,
)
const ticks = [-1, -0.5, 0, 0.5, 1]
const legend = ticks.map(
  (octaves, i) =>
    `<rect x="${W + GAP + i * 76}" y="${TOP + H + 10}" width="14" height="14" fill="${colourOf(octaves)}" stroke="#999" stroke-width="0.5"/>${text(W + GAP + i * 76 + 19, TOP + H + 22, `× ${multiplier(octaves)}`, 'start', 12)}`,
)
writeFileSync(
  fileURLToPath(new URL('../docs/step-field.svg', import.meta.url)),
  drawing(2 * W + GAP, TOP + H + 34, 'A picture, and the step of each of its regions', [
    text(0, 20, 'A picture'),
    text(W + GAP, 20, `The step of each region of ${REGION} × ${REGION}, against the base step`),
    `<image x="0" y="${TOP}" width="${W}" height="${H}" href="data:image/jpeg;base64,${thumbnail.toString('base64')}"/>`,
    ...regions,
    ...legend,
  ]),
)

const [LEFT, BOTTOM, WIDE, HIGH] = [64, 300, 620, 260]
const across = (octaves: number) => LEFT + (octaves / 10) * WIDE
const up = (octaves: number) => BOTTOM - ((octaves + 1.3) / 2) * HIGH
const lawAt = (at: number) => Math.max(LAW.finest, Math.min(LAW.coarsest, (LAW.strength / 64) * (at - LAW.reference)))
const dots: string[] = []
for (let row = 0; row < rows; row++) {
  for (let column = 0; column < columns; column++) {
    const octaves = values[row * columns + column] / 6
    const x = across(activity(picture, column * REGION, row * REGION)).toFixed(1)
    dots.push(`<circle cx="${x}" cy="${up(octaves).toFixed(1)}" r="3" fill="${colourOf(octaves)}" stroke="${INK}" stroke-width="0.4"/>`)
  }
}
const marks = [0, 2, 4, 6, 8, 10].map(
  (at) =>
    `<line x1="${across(at)}" y1="${BOTTOM}" x2="${across(at)}" y2="${BOTTOM + 5}" stroke="${INK}"/>${text(across(at), BOTTOM + 20, String(at), 'middle')}`,
)
const levels = [-1, -0.5, 0, 0.5].map(
  (octaves) =>
    `<line x1="${LEFT}" y1="${up(octaves)}" x2="${LEFT + WIDE}" y2="${up(octaves)}" stroke="#ddd"/>${text(LEFT - 8, up(octaves) + 4, `× ${multiplier(octaves)}`, 'end')}`,
)
writeFileSync(
  fileURLToPath(new URL('../docs/law.svg', import.meta.url)),
  drawing(LEFT + WIDE + 20, BOTTOM + 48, 'Step over activity: the law, and the regions of a picture', [
    ...levels,
    ...marks,
    `<line x1="${LEFT}" y1="${BOTTOM}" x2="${LEFT + WIDE}" y2="${BOTTOM}" stroke="${INK}"/>`,
    `<line x1="${across(0)}" y1="${up(lawAt(0))}" x2="${across(10)}" y2="${up(lawAt(10))}" stroke="${INK}" stroke-width="1.5"/>`,
    ...dots,
    text(LEFT, 20, 'Step, against the base step'),
    text(across(5), BOTTOM + 40, 'Activity of the region: octaves of variance, in grey levels of 8 bits', 'middle'),
    text(across(9.2), up(lawAt(9.2)) - 16, 'the law', 'middle'),
  ]),
)
