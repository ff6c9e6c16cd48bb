/** What the codec decided about a sound: which frames are cut into short blocks, and what frames and bands took. */
import { floatChannels } from '../audio/floats.js'
import type { AudioData, AudioInspection } from '../audio.js'
import type { ImageData } from '../image.js'
import { type Colour, HEAT, octaveScale, onRamp, onScale, scaleTicks } from './ramp.js'
import type { Axis, Mark, Sheet } from './sheet.js'

type Facts = AudioInspection['audio']

/** Widest map in pixels: of longer sounds, each column is several frames. */
const WIDTH = 1400
/** Widest that a frame is drawn: a sound of few frames is no wall of colour. */
const WIDEST_FRAME = 48

interface Columns {
  count: number
  /** Frames of a column; the last one may have fewer. */
  frames: number
  /** Pixels of a column. */
  width: number
}

function columnsOf(frames: number): Columns {
  const perColumn = Math.max(1, Math.ceil(frames / WIDTH))
  const count = Math.max(1, Math.ceil(frames / perColumn))
  return { count, frames: perColumn, width: Math.max(1, Math.min(WIDEST_FRAME, Math.floor(WIDTH / count))) }
}

const blank = (width: number, height: number): ImageData => {
  return { width, height, channels: 3, bitDepth: 8, data: new Uint8Array(width * height * 3).fill(255) }
}

function fill({ width, data }: ImageData, left: number, top: number, w: number, h: number, colour: Colour): void {
  for (let y = top; y < top + h; y++) for (let x = left; x < left + w; x++) data.set(colour, (y * width + x) * 3)
}

/** Seconds below a map; a column starts half a frame's length before the middle of its first frame. */
function timeAxis({ sampleRateHz, seconds, frames: coded }: Facts, { count, frames }: Columns): Axis {
  const { lines } = coded!
  const spacing =
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 3600].find((step) => seconds / step <= 12) ?? seconds
  const marks: Mark[] = []
  for (let i = 0; i * spacing <= seconds; i++) {
    const at = ((i * spacing * sampleRateHz) / lines + 0.5) / (count * frames)
    marks.push({ at, label: String(Number((i * spacing).toFixed(2))) })
  }
  return { label: 'seconds', marks }
}

const LONG: Colour = [198, 219, 239]
const SHORT: Colour = [213, 94, 0]
const WAVE: Colour = [30, 30, 30]
const MIDLINE: Colour = [120, 120, 120]
const WAVE_HEIGHT = 300
/** Columns at least this wide show where frames and windows end. */
const LEAST_OUTLINED = 12
const WINDOWS = 8

/** Long and short frames over time, behind the wave: its least and its greatest sample in each column of pixels. */
export function blocksSheet(facts: Facts, sound: AudioData): Sheet {
  const { sampleRateHz, frames, channels } = facts
  const { count, lines, short, sideBits, bandBits } = frames!
  const columns = columnsOf(count)
  const map = blank(columns.count * columns.width, WAVE_HEIGHT)
  for (let column = 0; column < columns.count; column++) {
    const left = column * columns.width
    const isShort = short.subarray(column * columns.frames, (column + 1) * columns.frames).includes(1)
    fill(map, left, 0, columns.width, WAVE_HEIGHT, isShort ? SHORT : LONG)
    if (columns.width < LEAST_OUTLINED) continue
    const parts = isShort ? WINDOWS : 1
    for (let part = 0; part < parts; part++)
      fill(map, left + Math.round((part * columns.width) / parts), 0, 1, WAVE_HEIGHT, [255, 255, 255])
  }
  drawWave(map, sound, (columns.frames * lines) / columns.width, lines / 2)

  const shortCount = short.reduce((sum, value) => sum + value, 0)
  const taken = [0, 0]
  const bands = bandBits.length / (count || 1)
  for (let t = 0; t < count; t++) {
    taken[short[t]] += bandBits.subarray(t * bands, (t + 1) * bands).reduce((sum, bits) => sum + bits, sideBits[t])
  }
  const milliseconds = (length: number) => `${((1000 * length) / sampleRateHz).toFixed(1)} ms`
  const told = (name: string, kind: number, number: number) => {
    if (number === 0) return `${name}: none`
    const mean = Math.round(taken[kind] / number).toLocaleString('en-US')
    return `${name}: ${number.toLocaleString('en-US')} ${number === 1 ? 'frame' : 'frames'}, ${mean} bits each`
  }
  const several = columns.frames > 1 ? `; each column is ${columns.frames} frames, short if one is` : ''
  return {
    title: 'Window switching',
    subtitle: `${count.toLocaleString('en-US')} frames, ${((100 * shortCount) / (count || 1)).toFixed(1)} % of them short, behind the decoded wave${channels > 1 ? ', all channels together' : ''}${several}`,
    map,
    below: timeAxis(facts, columns),
    legend: {
      label: 'Frames',
      swatches: [
        { colour: LONG, label: told(`blocks of ${lines / 2} lines or more, ${milliseconds(lines / 2)}`, 0, count - shortCount) },
        { colour: SHORT, label: told(`of ${lines / 4} lines or fewer, ${milliseconds(lines / 4)}`, 1, shortCount) },
      ],
    },
  }
}

/** The wave over a map whose columns of pixels are `perPixel` samples each, the first of them at `-before`. */
function drawWave(map: ImageData, sound: AudioData, perPixel: number, before: number): void {
  const channels = floatChannels(sound)
  const { length } = channels[0]
  const peak = channels.reduce((most, samples) => samples.reduce((a, b) => Math.max(a, Math.abs(b)), most), 1e-6)
  const row = (value: number) => Math.round((0.5 - (0.48 * value) / peak) * (WAVE_HEIGHT - 1))
  fill(map, 0, row(0), map.width, 1, MIDLINE)
  for (let x = 0; x < map.width; x++) {
    const from = Math.max(0, Math.floor(x * perPixel - before))
    const behind = Math.min(length, Math.max(from + 1, Math.ceil((x + 1) * perPixel - before)))
    let [least, most] = [Infinity, -Infinity]
    for (const samples of channels) {
      for (let i = from; i < behind; i++) {
        least = Math.min(least, samples[i])
        most = Math.max(most, samples[i])
      }
    }
    if (least <= most) fill(map, x, row(most), 1, row(least) - row(most) + 1, WAVE)
  }
}

/** Height of the map of bands, about, and of the strip of side information below it. */
const BANDS_HEIGHT = 540
const STRIP = 26
const GAP = 6
/** Of marks, in pixels. */
const LEAST_APART = 22

/** Bits of each band over time, low bands at the bottom; below them, bits of stereo and envelope. */
export function bandBitsSheet(facts: Facts): Sheet {
  const { count, sideBits, bandHz, bandBits } = facts.frames!
  const bands = bandHz.length
  const columns = columnsOf(count)
  const cell = Math.max(4, Math.round(BANDS_HEIGHT / bands))
  const height = bands * cell + GAP + STRIP
  const map = blank(columns.count * columns.width, height)
  const mean = (column: number, value: (t: number) => number) => {
    const behind = Math.min(count, (column + 1) * columns.frames)
    let sum = 0
    for (let t = column * columns.frames; t < behind; t++) sum += value(t)
    return sum / (behind - column * columns.frames || 1)
  }
  // side information may be most of a quiet frame: the scale is that of bands
  const scale = octaveScale(bandBits, 8)
  const paint = (column: number, top: number, tall: number, bits: number) =>
    fill(map, column * columns.width, top, columns.width, tall, onRamp(HEAT, onScale(scale, bits)))
  for (let column = 0; column < columns.count; column++) {
    for (let band = 0; band < bands; band++) {
      paint(
        column,
        (bands - 1 - band) * cell,
        cell,
        mean(column, (t) => bandBits[t * bands + band]),
      )
    }
    paint(
      column,
      bands * cell + GAP,
      STRIP,
      mean(column, (t) => sideBits[t]),
    )
  }
  const marks: Mark[] = [{ at: STRIP / 2 / height, label: 'side' }]
  for (const frequency of [100, 200, 500, 1000, 2000, 5000, 10000, 20000]) {
    const band = bandHz.findLastIndex((first) => first <= frequency)
    const [from, to] = [bandHz[band], bandHz[band + 1] ?? facts.sampleRateHz / 2]
    const at = ((band + (frequency - from) / (to - from)) * cell + GAP + STRIP) / height
    // low bands are so few that their frequencies would lie on each other
    if (frequency >= facts.sampleRateHz / 2 || (at - marks[marks.length - 1].at) * height < LEAST_APART) continue
    marks.push({ at, label: frequency < 1000 ? String(frequency) : `${frequency / 1000}k` })
  }
  const [sum, side] = [bandBits, sideBits].map((bits) => bits.reduce((a, b) => a + b, 0))
  const rate = (bits: number) => (bits / facts.seconds / 1000).toFixed(1)
  const several = columns.frames > 1 ? `; each column is the mean of ${columns.frames} frames` : ''
  return {
    title: 'Bits of each frame and band',
    subtitle: `${rate(sum)} kb/s of lines in ${bands} bands, below them ${rate(side)} kb/s of side information (envelope, stereo)${several}`,
    map,
    left: { label: 'Hz', marks },
    below: timeAxis(facts, columns),
    legend: { label: 'Bits in a band of a frame', stops: HEAT, marks: scaleTicks(scale) },
  }
}
