/** Pictures as screens show them, windows of them, and where two differ. */
import type { ImageData } from '../../../codecs/image/picture.js'
import { opaque } from '../../metrics/colour.js'

/** 8-bit RGB, row-major and interleaved. */
export interface Rgb {
  width: number
  height: number
  data: Uint8Array
}

export interface Window {
  left: number
  top: number
  width: number
  height: number
}

/** Grey is repeated, more than 8 bits are rounded, transparent parts are on white. */
export function rgbOf(image: ImageData): Rgb {
  const { width, height, channels, peak, data: from } = opaque(image)
  if (channels === 3 && from instanceof Uint8Array) return { width, height, data: from }
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < data.length; i++) data[i] = Math.round((from[channels === 3 ? i : Math.floor(i / 3)] * 255) / peak)
  return { width, height, data }
}

/** A part of a picture, copied. @throws RangeError for a window that is not inside of it */
export function cut({ width, height, data: from }: Rgb, window: Window): Rgb {
  if (window.left + window.width > width || window.top + window.height > height) {
    throw new RangeError(
      `a picture of ${width} x ${height} pixels has no window to (${window.left + window.width}, ${window.top + window.height})`,
    )
  }
  const data = new Uint8Array(window.width * window.height * 3)
  for (let y = 0; y < window.height; y++) {
    const start = ((window.top + y) * width + window.left) * 3
    data.set(from.subarray(start, start + window.width * 3), y * window.width * 3)
  }
  return { width: window.width, height: window.height, data }
}

/** Two pictures of the same height beside each other, a white line of `gap` pixels between. */
export function beside(a: Rgb, b: Rgb, gap: number): Rgb {
  const width = a.width + gap + b.width
  const data = new Uint8Array(width * a.height * 3).fill(255)
  for (let y = 0; y < a.height; y++) {
    data.set(a.data.subarray(y * a.width * 3, (y + 1) * a.width * 3), y * width * 3)
    data.set(b.data.subarray(y * b.width * 3, (y + 1) * b.width * 3), (y * width + a.width + gap) * 3)
  }
  return { width, height: a.height, data }
}

/** Side of the cells that errors are summed in: windows begin at multiples of it. */
const CELL = 16

/** Sums of squared differences in cells of 16 x 16 pixels, row by row. */
export interface ErrorGrid {
  columns: number
  rows: number
  sums: Float64Array
}

/** @param into adds to the sums of an earlier pair of the same size @throws RangeError for different sizes */
export function errorGrid(a: Rgb, b: Rgb, into?: ErrorGrid): ErrorGrid {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`pictures are ${a.width} x ${a.height} and ${b.width} x ${b.height}`)
  }
  const columns = Math.ceil(a.width / CELL)
  const rows = Math.ceil(a.height / CELL)
  const grid = into ?? { columns, rows, sums: new Float64Array(columns * rows) }
  for (let y = 0, i = 0; y < a.height; y++) {
    const row = Math.floor(y / CELL) * columns
    for (let x = 0; x < a.width; x++, i += 3) {
      const [red, green, blue] = [a.data[i] - b.data[i], a.data[i + 1] - b.data[i + 1], a.data[i + 2] - b.data[i + 2]]
      grid.sums[row + (x >> 4)] += red * red + green * green + blue * blue
    }
  }
  return grid
}

/** The window of at most `side` x `side` pixels with the greatest sum of errors; the first of equal ones. @param side a multiple of 16 */
export function worstWindow({ columns, rows, sums }: ErrorGrid, picture: { width: number; height: number }, side: number): Window {
  const [width, height] = [Math.min(side, picture.width), Math.min(side, picture.height)]
  // sums of all cells above and to the left
  const above = new Float64Array((columns + 1) * (rows + 1))
  for (let y = 0; y < rows; y++) {
    for (let x = 0, sum = 0; x < columns; x++) {
      sum += sums[y * columns + x]
      above[(y + 1) * (columns + 1) + x + 1] = above[y * (columns + 1) + x + 1] + sum
    }
  }
  const cells = side / CELL
  let [most, left, top] = [-1, 0, 0]
  for (let y = 0; y === 0 || y + cells <= rows; y++) {
    for (let x = 0; x === 0 || x + cells <= columns; x++) {
      const [right, bottom] = [Math.min(columns, x + cells), Math.min(rows, y + cells)]
      const at = (column: number, row: number) => above[row * (columns + 1) + column]
      const sum = at(right, bottom) - at(x, bottom) - at(right, y) + at(x, y)
      if (sum > most) [most, left, top] = [sum, x * CELL, y * CELL]
    }
  }
  return { left: Math.min(left, picture.width - width), top: Math.min(top, picture.height - height), width, height }
}

/** As a PNG file. */
export async function pngOf({ width, height, data }: Rgb): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

/** As a WebP file, exact unless a quality is given. */
export async function webpOf({ width, height, data }: Rgb, quality?: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(data, { raw: { width, height, channels: 3 } })
    .webp(quality === undefined ? { lossless: true, effort: 1 } : { quality, effort: 3 })
    .toBuffer()
}
