/**
 * The step field as a picture: blue where the codec takes finer steps than the base step, red where coarser, with a legend
 * of multipliers beside it.
 */
import type { ImageData } from '../../codecs/image/picture.js'
import { type Colour, onRamp } from './ramp.js'
import { textWidth, writeText } from './text.js'

export interface Field {
  columns: number
  rows: number
  /** Step multiplier of each cell, row by row, in 1/6 octave: 2^(value / 6). */
  values: ArrayLike<number>
}

const PER_OCTAVE = 6
const MARGIN = 16
const BAR_WIDTH = 18
const TEXT_SCALE = 2
const TICK = 4
const GAP = 4
/** Height of a line of text with what is between lines. */
const LINE = 7 * TEXT_SCALE
const INK = [40, 40, 40]

/** Finest, base, coarsest: dark ends so that a light backdrop shows through the middle. */
const COLOURS: readonly Colour[] = [
  [8, 48, 140],
  [66, 146, 220],
  [244, 244, 238],
  [240, 140, 60],
  [165, 15, 30],
]

/** Colour for a position of -1 (finest) to 1 (coarsest). */
const colourAt = (position: number) => onRamp(COLOURS, (position + 1) / 2)

/** A mark on an axis: where along the map, 0..1 from its left or top, and what it says. */
export interface Tick {
  at: number
  label: string
}

export interface StepsPicture {
  field: Field
  /** Width of the map in pixels. */
  width: number
  height: number
  /** Pixels of the map that a cell covers; the last row and column may be cut. */
  cell: { width: number; height: number }
  /** Brightness 0..1 of what lies below a pixel of the map, to recognise a picture by. */
  shade?: (x: number, y: number) => number
  /** Marks at the left of the map and below it. */
  left?: Tick[]
  below?: Tick[]
}

/** Draws a field as a map with a legend at its right: RGB of 8 bits. */
export function drawSteps({ field, width, height, cell, shade = () => 1, left = [], below = [] }: StepsPicture): ImageData {
  const { columns, rows, values } = field
  let extent = PER_OCTAVE
  for (let i = 0; i < values.length; i++) extent = Math.max(extent, Math.ceil(Math.abs(values[i])))
  const octaves = Math.ceil(extent / PER_OCTAVE)
  const legend = Array.from({ length: 2 * octaves + 1 }, (_, i) => ({ at: i / (2 * octaves), label: multiplier(octaves - i) }))
  const widest = (ticks: Tick[]) => Math.max(0, ...ticks.map(({ label }) => textWidth(label, TEXT_SCALE) + TICK + GAP))
  const mapX = MARGIN + widest(left)
  const barX = mapX + width + MARGIN
  const barHeight = Math.max(height, legend.length * LINE)
  const canvasWidth = barX + BAR_WIDTH + widest(legend) + MARGIN
  const canvasHeight = barHeight + 2 * MARGIN + (below.length > 0 ? LINE : 0)
  const data = new Uint8Array(canvasWidth * canvasHeight * 3).fill(255)
  const dot = (x: number, y: number, [red, green, blue]: readonly number[], light = 1) => {
    if (x < 0 || y < 0 || x >= canvasWidth || y >= canvasHeight) return
    const at = (y * canvasWidth + x) * 3
    data[at] = red * light
    data[at + 1] = green * light
    data[at + 2] = blue * light
  }

  // values are whole or means: a table of a colour per tenth is as fine as eight bits
  const colours = Array.from({ length: 20 * extent + 1 }, (_, i) => colourAt((i / 10 - extent) / (octaves * PER_OCTAVE)))
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.floor(y / cell.height)) * columns
    for (let x = 0; x < width; x++) {
      const value = values[row + Math.min(columns - 1, Math.floor(x / cell.width))]
      dot(mapX + x, MARGIN + y, colours[Math.round((value + extent) * 10)], 0.25 + 0.75 * shade(x, y))
    }
  }
  for (let y = 0; y < barHeight; y++) {
    const colour = colourAt(1 - (2 * y) / (barHeight - 1))
    for (let x = 0; x < BAR_WIDTH; x++) dot(barX + x, MARGIN + y, colour)
  }

  const write = (label: string, x: number, y: number) =>
    writeText(label, Math.round(x), Math.round(y), TEXT_SCALE, (x, y) => dot(x, y, INK))
  const beside = ({ at, label }: Tick, length: number, tickX: number, textX: number) => {
    const y = MARGIN + Math.round(at * (length - 1))
    for (let x = 0; x < TICK; x++) dot(tickX + x, y, INK)
    write(label, textX, Math.max(MARGIN, Math.min(MARGIN + length - 5 * TEXT_SCALE, y - 2 * TEXT_SCALE)))
  }
  for (const tick of legend) beside(tick, barHeight, barX + BAR_WIDTH, barX + BAR_WIDTH + TICK + GAP)
  for (const tick of left) beside(tick, height, mapX - TICK, mapX - TICK - GAP - textWidth(tick.label, TEXT_SCALE))
  for (const { at, label } of below) {
    const x = mapX + Math.round(at * (width - 1))
    for (let y = 0; y < TICK; y++) dot(x, MARGIN + height + y, INK)
    write(label, x - textWidth(label, TEXT_SCALE) / 2, MARGIN + height + TICK + GAP)
  }
  return { width: canvasWidth, height: canvasHeight, channels: 3, bitDepth: 8, data }
}

/** 'x4', 'x1', 'x1/2' for 2, 0, -1 octaves. */
const multiplier = (octave: number): string => (octave < 0 ? `x1/${2 ** -octave}` : `x${2 ** octave}`)

/** Longest side of a map in pixels: larger pictures are shown smaller. */
const MAP_SIDE = 1024

/** The field of an image over the picture itself, in grey. */
export function drawImageSteps(picture: ImageData, field: Field, regionSize: number): ImageData {
  const shrink = Math.max(1, Math.max(picture.width, picture.height) / MAP_SIDE)
  const width = Math.max(1, Math.round(picture.width / shrink))
  const height = Math.max(1, Math.round(picture.height / shrink))
  const { channels, data } = picture
  const most = 2 ** picture.bitDepth - 1
  const shade = (x: number, y: number) => {
    const at =
      (Math.min(picture.height - 1, Math.floor(y * shrink)) * picture.width + Math.min(picture.width - 1, Math.floor(x * shrink))) *
      channels
    return (channels < 3 ? data[at] : 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / most
  }
  return drawSteps({ field, width, height, cell: { width: regionSize / shrink, height: regionSize / shrink }, shade })
}

/** Widest map of a sound in pixels: of longer ones, each column is the mean of several frames. */
const SOUND_WIDTH = 1400
const SOUND_HEIGHT = 480

/**
 * The field of a sound: time to the right, bands upwards, each of the same height. Steps are told against the sound's median.
 * The scale ends at the octave that nine tenths of them keep to, since the steps of silence are next to nothing.
 *
 * @param values steps of each frame and band, in 1/perOctave octave
 * @param bandHz first frequency of each band
 * @param seconds that the frames span
 */
export function drawSoundSteps(values: ArrayLike<number>, bandHz: readonly number[], perOctave: number, seconds: number): ImageData {
  const bands = bandHz.length
  const frames = values.length / bands
  const perColumn = Math.max(1, Math.ceil(frames / SOUND_WIDTH))
  const columns = Math.ceil(frames / perColumn)
  const median = Float64Array.from(values).sort()[values.length >> 1]
  const distances = Float64Array.from(values, (value) => Math.abs(value - median)).sort()
  const end = Math.max(1, Math.ceil(distances[Math.floor(values.length * 0.9)] / perOctave)) * PER_OCTAVE
  const field = new Float64Array(columns * bands)
  for (let column = 0; column < columns; column++) {
    const behind = Math.min(frames, (column + 1) * perColumn)
    for (let band = 0; band < bands; band++) {
      let sum = 0
      for (let frame = column * perColumn; frame < behind; frame++) sum += values[frame * bands + band] - median
      const mean = (sum / (behind - column * perColumn)) * (PER_OCTAVE / perOctave)
      field[(bands - 1 - band) * columns + column] = Math.max(-end, Math.min(end, mean))
    }
  }
  const cellWidth = Math.max(1, Math.floor(SOUND_WIDTH / columns))
  const cell = { width: cellWidth, height: SOUND_HEIGHT / bands }
  const left = [100, 300, 1000, 3000, 10000].flatMap((frequency) => {
    const band = bandHz.findIndex((first) => first >= frequency)
    return band < 0 ? [] : [{ at: 1 - band / bands, label: frequency < 1000 ? String(frequency) : `${frequency / 1000}k` }]
  })
  const spacing = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600].find((step) => seconds / step <= 12) ?? seconds
  const below = Array.from({ length: Math.floor(seconds / spacing) + 1 }, (_, i) => {
    return { at: (i * spacing) / seconds, label: `${Number((i * spacing).toFixed(1))}s` }
  })
  const width = columns * cellWidth
  return drawSteps({ field: { columns, rows: bands, values: field }, width, height: SOUND_HEIGHT, cell, left, below })
}
