/** Error maps as pictures: black where nothing is seen, then purple, orange and pale yellow. */
import type { ErrorMap } from '../../metrics/errormap.js'
import { type Colour, onRamp } from '../../plot/ramp.js'
import type { Rgb } from './pixels.js'

/** Lightness grows along the scale, so that it also reads without hues. */
const COLOURS: readonly Colour[] = [
  [0, 0, 4],
  [60, 15, 110],
  [150, 40, 110],
  [220, 85, 60],
  [250, 160, 40],
  [252, 250, 190],
]

/** The same colours for a legend in CSS. */
export const HEAT_GRADIENT = COLOURS.map((colour) => `rgb(${colour.join(' ')})`).join(', ')

/** What is full scale for maps that are shown beside each other: the value that one in a hundred of the largest map's pixels pass. */
export function fullScale(maps: readonly ErrorMap[]): number {
  const most = maps.map(({ data }) => Float32Array.from(data).sort()[Math.floor(data.length * 0.99)] ?? 0)
  return Math.max(Number.MIN_VALUE, ...most)
}

/** Half as large each way, each pixel the mean of four; the square root of the part of the full scale lifts faint errors. */
export function heatOf({ width, height, data: values }: ErrorMap, full: number): Rgb {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const table = Array.from({ length: 256 }, (_, i) => onRamp(COLOURS, i / 255))
  const data = new Uint8Array(columns * rows * 3)
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at += 3) {
      const [right, below] = [Math.min(width - 1, 2 * x + 1), Math.min(height - 1, 2 * y + 1)]
      const mean =
        (values[2 * y * width + 2 * x] + values[2 * y * width + right] + values[below * width + 2 * x] + values[below * width + right]) / 4
      data.set(table[Math.round(255 * Math.sqrt(Math.min(1, Math.max(0, mean / full))))], at)
    }
  }
  return { width: columns, height: rows, data }
}
