/**
 * The step field as a picture: blue where the codec takes finer steps than the base step, red where coarser, with a legend
 * of multipliers beside it.
 */
import type { ImageData } from '../image.js'
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

/** Finest, base, coarsest: dark ends so that a light backdrop shows through the middle. */
const COLOURS = [
  [8, 48, 140],
  [66, 146, 220],
  [244, 244, 238],
  [240, 140, 60],
  [165, 15, 30],
]

/** Colour for a position of -1 (finest) to 1 (coarsest), linear between the five of the table. */
function colourAt(position: number): number[] {
  const place = ((Math.max(-1, Math.min(1, position)) + 1) / 2) * (COLOURS.length - 1)
  const below = Math.min(COLOURS.length - 2, Math.floor(place))
  const part = place - below
  return COLOURS[below].map((value, i) => Math.round(value + (COLOURS[below + 1][i] - value) * part))
}

/**
 * Draws a field, each cell over its part of the map.
 *
 * @param width of the map in pixels; cell (x, y) covers what is left of width * (x + 1) / columns, and so on
 * @param shade brightness 0..1 of what lies below a pixel of the map, to recognise the picture by
 * @returns RGB of 8 bits: map, and a legend at its right
 */
export function drawSteps(
  field: Field,
  width: number,
  height: number,
  cell: { width: number; height: number },
  shade: (x: number, y: number) => number = () => 1,
): ImageData {
  const { columns, rows, values } = field
  let extent = PER_OCTAVE
  for (let i = 0; i < values.length; i++) extent = Math.max(extent, Math.abs(values[i]))
  const octaves = Math.ceil(extent / PER_OCTAVE)
  const labels = Array.from({ length: 2 * octaves + 1 }, (_, i) => multiplier(octaves - i))
  const legendWidth = BAR_WIDTH + 8 + Math.max(...labels.map((label) => textWidth(label, TEXT_SCALE)))
  const canvasWidth = width + 3 * MARGIN + legendWidth
  const canvasHeight = Math.max(height + 2 * MARGIN, labels.length * 7 * TEXT_SCALE + 2 * MARGIN)
  const data = new Uint8Array(canvasWidth * canvasHeight * 3).fill(255)
  const dot = (x: number, y: number, colour: ArrayLike<number>) => {
    if (x >= 0 && y >= 0 && x < canvasWidth && y < canvasHeight) for (let c = 0; c < 3; c++) data[(y * canvasWidth + x) * 3 + c] = colour[c]
  }

  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.floor(y / cell.height))
    for (let x = 0; x < width; x++) {
      const column = Math.min(columns - 1, Math.floor(x / cell.width))
      const light = 0.25 + 0.75 * shade(x, y)
      const colour = colourAt(values[row * columns + column] / (octaves * PER_OCTAVE))
      dot(
        x + MARGIN,
        y + MARGIN,
        colour.map((value) => value * light),
      )
    }
  }
  const barX = width + 2 * MARGIN
  const barHeight = canvasHeight - 2 * MARGIN
  for (let y = 0; y < barHeight; y++) {
    const colour = colourAt(1 - (2 * y) / (barHeight - 1))
    for (let x = 0; x < BAR_WIDTH; x++) dot(barX + x, MARGIN + y, colour)
  }
  for (const [i, label] of labels.entries()) {
    const y = MARGIN + Math.round((i / (labels.length - 1)) * (barHeight - 1))
    for (let x = 0; x < 4; x++) dot(barX + BAR_WIDTH + x, y, [60, 60, 60])
    const top = Math.max(MARGIN, Math.min(MARGIN + barHeight - 5 * TEXT_SCALE, y - 2 * TEXT_SCALE))
    writeText(label, barX + BAR_WIDTH + 8, top, TEXT_SCALE, (x, y) => dot(x, y, [40, 40, 40]))
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
  return drawSteps(field, width, height, { width: regionSize / shrink, height: regionSize / shrink }, shade)
}
