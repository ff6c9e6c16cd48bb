/** Kilobits per second of a sound over time, by segments: what was spent where, and of hybrid sounds on what. */
import type { ImageData } from '../../codecs/image/picture.js'
import type { AudioInspection } from '../audio/inspect.js'
import type { Colour } from './ramp.js'
import type { Mark, Sheet } from './sheet.js'

type Facts = AudioInspection['audio']

const WIDTH = 1200
const HEIGHT = 320
const SOUND: Colour = [0, 114, 178]
const CORRECTION: Colour = [230, 159, 0]
const MEAN: Colour = [30, 30, 30]

/** Steps of 1, 2 and 5 times a power of ten, of which `most` has at most eight. */
function spacingOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-9, most / 8)))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => most / step <= 8) as number
}

function marksOf(most: number): Mark[] {
  const spacing = spacingOf(most)
  return Array.from({ length: Math.floor(most / spacing) + 1 }, (_, i) => ({
    at: (i * spacing) / most,
    label: String(Number((i * spacing).toPrecision(6))),
  }))
}

/** Bars of each segment over the time that it gives; the line is the mean of all. A sound without samples has none. */
export function rateSheet({ mode, seconds, segments, segmentBytes }: Facts): Sheet {
  const { startSeconds, bytes, correctionBytes = [] } = segmentBytes
  const kbps = (count: number, i: number) => (count * 8) / 1000 / Math.max(1e-9, startSeconds[i + 1] - startSeconds[i])
  const rates = bytes.map((count, i) => [kbps(count, i), kbps(correctionBytes[i] ?? 0, i)])
  const total = [bytes, correctionBytes].map((counts) => (counts.reduce((sum, count) => sum + count, 0) * 8) / 1000 / seconds)
  // the last segment may be of a few samples, whose rate means little
  const told = rates.slice(0, Math.max(1, rates.length - 1)).map(([sound, correction]) => sound + correction)
  const most = 1.05 * Math.max(1e-3, total[0] + total[1], ...told)
  const map: ImageData = { width: WIDTH, height: HEIGHT, channels: 3, bitDepth: 8, data: new Uint8Array(WIDTH * HEIGHT * 3).fill(255) }
  const row = (rate: number) => HEIGHT - Math.round((Math.min(rate, most) / most) * HEIGHT)
  let segment = 0
  for (let x = 0; x < WIDTH; x++) {
    const at = ((x + 0.5) / WIDTH) * seconds
    while (segment < rates.length - 1 && startSeconds[segment + 1] <= at) segment++
    const [sound, correction] = rates[segment]
    fill(map, x, row(sound + correction), row(sound), CORRECTION)
    fill(map, x, row(sound), HEIGHT, SOUND)
  }
  const mean = Math.min(HEIGHT - 1, row(total[0] + total[1]))
  for (let x = 0; x < WIDTH; x += 2) fill(map, x, mean, mean + 1, MEAN)
  const swatches = [{ colour: SOUND, label: `${mode === 'hybrid' ? 'lossy layer' : 'segments'}: ${total[0].toFixed(1)} kb/s` }]
  if (mode === 'hybrid') swatches.push({ colour: CORRECTION, label: `corrections: ${total[1].toFixed(1)} kb/s` })
  swatches.push({ colour: MEAN, label: `mean: ${(total[0] + total[1]).toFixed(1)} kb/s` })
  return {
    title: 'Kilobits per second',
    subtitle: `${mode}, ${segments.toLocaleString('en-US')} ${segments === 1 ? 'segment' : 'segments'}; without header, metadata and index`,
    map,
    left: { label: 'kb/s', marks: marksOf(most) },
    below: { label: 'seconds', marks: marksOf(seconds) },
    legend: { label: 'Spent on', swatches },
  }
}

function fill({ width, data }: ImageData, x: number, top: number, bottom: number, colour: Colour): void {
  for (let y = top; y < bottom; y++) data.set(colour, (y * width + x) * 3)
}
