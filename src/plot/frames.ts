/** What the codec decided about a sound: how frames are cut into blocks, where they are mid and side, and what frames and bands took. */
import { floatChannels } from '../../codecs/audio/floats.js'
import type { AudioData } from '../../codecs/audio/sound.js'
import type { ImageData } from '../../codecs/image/picture.js'
import type { AudioInspection } from '../audio/inspect.js'
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

/** Colours of the smallest block of a frame: whole, halves, to sixteenths. */
const BLOCKS: readonly Colour[] = [
  [222, 235, 247],
  [158, 202, 225],
  [254, 217, 142],
  [254, 153, 41],
  [204, 76, 2],
]
const WAVE: Colour = [30, 30, 30]
const MIDLINE: Colour = [120, 120, 120]
const WAVE_HEIGHT = 300
/** Columns at least this wide show where frames and blocks end. */
const LEAST_OUTLINED = 12

/** The smallest block of each frame over time, behind the wave: its least and its greatest sample in each column of pixels. */
export function blocksSheet(facts: Facts, sound: AudioData): Sheet {
  const { sampleRateHz, frames, channels } = facts
  const { count, lines, smallest, sideBits, bandBits } = frames!
  const columns = columnsOf(count)
  const map = blank(columns.count * columns.width, WAVE_HEIGHT)
  for (let column = 0; column < columns.count; column++) {
    const left = column * columns.width
    const kind = smallest.subarray(column * columns.frames, (column + 1) * columns.frames).reduce((most, depth) => Math.max(most, depth), 0)
    fill(map, left, 0, columns.width, WAVE_HEIGHT, BLOCKS[kind])
    if (columns.width < LEAST_OUTLINED) continue
    const parts = 2 ** kind
    for (let part = 0; part < parts; part++)
      fill(map, left + Math.round((part * columns.width) / parts), 0, 1, WAVE_HEIGHT, [255, 255, 255])
  }
  drawWave(map, sound, (columns.frames * lines) / columns.width, lines / 2)

  const found = BLOCKS.map(() => ({ frames: 0, bits: 0 }))
  const bands = bandBits.length / (count || 1)
  for (let t = 0; t < count; t++) {
    const kind = found[smallest[t]]
    kind.frames++
    kind.bits += bandBits.subarray(t * bands, (t + 1) * bands).reduce((sum, bits) => sum + bits, sideBits[t])
  }
  const told = (kind: number) => {
    const size = lines / 2 ** kind
    const name = `${kind === 0 ? 'whole' : 'down to'} ${size} lines, ${((1000 * size) / sampleRateHz).toFixed(1)} ms`
    const { frames, bits } = found[kind]
    if (frames === 0) return `${name}: none`
    const mean = Math.round(bits / frames).toLocaleString('en-US')
    return `${name}: ${frames.toLocaleString('en-US')} ${frames === 1 ? 'frame' : 'frames'}, ${mean} bits each`
  }
  const cut = count - found[0].frames
  const several = columns.frames > 1 ? `; each column is ${columns.frames} frames, and shows the smallest block of all` : ''
  return {
    title: 'Block sizes',
    subtitle: `${count.toLocaleString('en-US')} frames, ${((100 * cut) / (count || 1)).toFixed(1)} % of them cut, behind the decoded wave${channels > 1 ? ', all channels together' : ''}${several}`,
    map,
    below: timeAxis(facts, columns),
    legend: { label: 'Blocks of a frame', swatches: BLOCKS.map((colour, kind) => ({ colour, label: told(kind) })) },
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
/** Least distance of marks, in pixels. */
const LEAST_APART = 22

/** Height of a band in pixels. */
const bandHeight = (bands: number) => Math.max(4, Math.round(BANDS_HEIGHT / bands))

/** Mean over the frames of a column. */
function columnMean({ frames }: Columns, count: number, column: number, value: (t: number) => number): number {
  const behind = Math.min(count, (column + 1) * frames)
  let sum = 0
  for (let t = column * frames; t < behind; t++) sum += value(t)
  return sum / (behind - column * frames || 1)
}

const meansTold = ({ frames }: Columns) => (frames > 1 ? `; each column is the mean of ${frames} frames` : '')

/** Frequencies beside bands at the top of a map of some height, low ones at the bottom, after the marks that are below them. */
function bandMarks({ frames, sampleRateHz }: Facts, height: number, below: readonly Mark[] = []): Mark[] {
  const { bandHz } = frames!
  const cell = bandHeight(bandHz.length)
  const marks = [...below]
  for (const frequency of [100, 200, 500, 1000, 2000, 5000, 10000, 20000]) {
    const band = bandHz.findLastIndex((first) => first <= frequency)
    const [from, to] = [bandHz[band], bandHz[band + 1] ?? sampleRateHz / 2]
    const at = ((band - bandHz.length + (frequency - from) / (to - from)) * cell) / height + 1
    // low bands are so few that their frequencies would lie on each other
    const apart = (at - (marks[marks.length - 1]?.at ?? -Infinity)) * height
    if (frequency >= sampleRateHz / 2 || apart < LEAST_APART) continue
    marks.push({ at, label: frequency < 1000 ? String(frequency) : `${frequency / 1000}k` })
  }
  return marks
}

const LEFT_RIGHT: Colour = [230, 230, 230]
const MID_SIDE: Colour = [0, 114, 178]

/** Where channels 0 and 1 are coded as mid and side, over time and bands; of several frames in a column, by their share. */
export function stereoSheet(facts: Facts): Sheet {
  const { count, bandHz, midSide } = facts.frames!
  const bands = bandHz.length
  const columns = columnsOf(count)
  const cell = bandHeight(bands)
  const map = blank(columns.count * columns.width, bands * cell)
  for (let column = 0; column < columns.count; column++) {
    for (let band = 0; band < bands; band++) {
      const share = columnMean(columns, count, column, (t) => midSide[t * bands + band])
      const colour = onRamp([LEFT_RIGHT, MID_SIDE], share)
      fill(map, column * columns.width, (bands - 1 - band) * cell, columns.width, cell, colour)
    }
  }
  const share = (100 * midSide.reduce((sum, flag) => sum + flag, 0)) / Math.max(1, midSide.length)
  return {
    title: 'Stereo of each frame and band',
    subtitle: `${share.toFixed(1)} % mid and side, of channels 0 and 1${meansTold(columns)}`,
    map,
    left: { label: 'Hz', marks: bandMarks(facts, map.height) },
    below: timeAxis(facts, columns),
    legend: {
      label: 'Coded as',
      swatches: [
        { colour: LEFT_RIGHT, label: 'left and right' },
        { colour: MID_SIDE, label: 'mid and side' },
      ],
    },
  }
}

/** Bits of each band over time, low bands at the bottom; below them, bits of stereo and envelope. */
export function bandBitsSheet(facts: Facts): Sheet {
  const { count, sideBits, bandHz, bandBits } = facts.frames!
  const bands = bandHz.length
  const columns = columnsOf(count)
  const cell = bandHeight(bands)
  const height = bands * cell + GAP + STRIP
  const map = blank(columns.count * columns.width, height)
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
        columnMean(columns, count, column, (t) => bandBits[t * bands + band]),
      )
    }
    paint(
      column,
      bands * cell + GAP,
      STRIP,
      columnMean(columns, count, column, (t) => sideBits[t]),
    )
  }
  const [sum, side] = [bandBits, sideBits].map((bits) => bits.reduce((a, b) => a + b, 0))
  const rate = (bits: number) => (bits / facts.seconds / 1000).toFixed(1)
  return {
    title: 'Bits of each frame and band',
    subtitle: `${rate(sum)} kb/s of lines in ${bands} bands, below them ${rate(side)} kb/s of side information (envelope, stereo)${meansTold(columns)}`,
    map,
    left: { label: 'Hz', marks: bandMarks(facts, height, [{ at: STRIP / 2 / height, label: 'side' }]) },
    below: timeAxis(facts, columns),
    legend: { label: 'Bits in a band of a frame', stops: HEAT, marks: scaleTicks(scale) },
  }
}
