/** FORMAT.md, "Partition". */
import type { Raster } from '../twinparts.js'
import type { Models } from './models.js'

/** A block: its place in samples, and its sides as logarithms. */
export interface Shape {
  x: number
  y: number
  log2Width: number
  log2Height: number
}

/** What cells of 4 x 4 know of their block, 0 where none is decoded. */
export interface Cells {
  /** log2 of the width | log2 of the height << 4. */
  shapes: Raster
  /** Luma mode + 1. */
  modes: Raster
  chromaModes: Raster
}

const relation = (neighbour: number, log2: number) => (neighbour < log2 ? 0 : neighbour === log2 ? 1 : 2)

/** Reads the partition of the square at (x, y) down to 2^least, and hands on its blocks in coding order as soon as they are known. */
export function readSquare(
  models: Models,
  { shapes }: Pick<Cells, 'shapes'>,
  x: number,
  y: number,
  log2: number,
  least: number,
  block: (shape: Shape) => void,
): void {
  const [width, height] = [4 * shapes.width, 4 * shapes.height]
  if (x >= width || y >= height) return
  const [side, half] = [2 ** log2, 2 ** (log2 - 1)]
  const whole = () => block({ x, y, log2Width: log2, log2Height: log2 })
  if (log2 === least) {
    whole()
    return
  }
  const above = shapes.at(x >> 2, (y >> 2) - 1)
  const left = shapes.at((x >> 2) - 1, y >> 2)
  const [aboveWidth, aboveHeight, leftWidth, leftHeight] = [above & 15, above >> 4, left & 15, left >> 4]
  const read = (bin: number) => {
    const set = 4 * bin + log2 - 3
    const pair = (a: number, l: number) => 6 * (above ? a - 1 : 0) + (left ? l - 1 : 0)
    const relations = 3 * relation(aboveWidth || 6, log2) + relation(leftHeight || 6, log2)
    const numbers = [
      9 * set + relations,
      108 + 36 * set + pair(aboveWidth, leftHeight),
      540 + 36 * set + pair(aboveHeight, leftWidth),
      972 + set,
    ]
    return models.mixed('mode', numbers, set)
  }
  const fits = x + side <= width && y + side <= height
  if (fits && !read(0)) whole()
  else if (!fits || read(1)) {
    for (const [dx, dy] of [
      [0, 0],
      [half, 0],
      [0, half],
      [half, half],
    ])
      readSquare(models, { shapes }, x + dx, y + dy, log2 - 1, least, block)
  } else if (read(2)) {
    for (const dy of [0, half]) block({ x, y: y + dy, log2Width: log2, log2Height: log2 - 1 })
  } else for (const dx of [0, half]) block({ x: x + dx, y, log2Width: log2 - 1, log2Height: log2 })
}
