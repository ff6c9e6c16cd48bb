/** FORMAT.md, "Prediction". */
import { clip, type Raster } from '../twinparts.js'
import { directionOf } from './modes.js'
import type { Shape } from './partition.js'

/** The corner at index 0, then width + height samples; what comes after them is like the last. */
export interface Borders {
  above: number[]
  left: number[]
}

/** How many samples above and on the left of a block are decoded, width + height at most. */
export function reachOf(modes: Raster, { x, y, log2Width, log2Height }: Shape): { above: number; left: number } {
  const [width, height] = [2 ** log2Width, 2 ** log2Height]
  let [above, left] = [0, 0]
  while (above < width + height && modes.at((x + above) >> 2, (y >> 2) - 1) > 0) above += 4
  while (left < width + height && modes.at((x >> 2) - 1, (y + left) >> 2) > 0) left += 4
  return { above, left }
}

export function bordersOf(plane: Raster, { x, y, log2Width, log2Height }: Shape, reach: { above: number; left: number }): Borders {
  let corner = 0
  if (reach.above && reach.left) corner = plane.at(x - 1, y - 1)
  else if (reach.above) corner = plane.at(x, y - 1)
  else if (reach.left) corner = plane.at(x - 1, y)
  const line = (have: number, sample: (i: number) => number) =>
    Array.from({ length: 2 ** log2Width + 2 ** log2Height + 1 }, (_, i) => (have === 0 || i === 0 ? corner : sample(Math.min(i, have) - 1)))
  return { above: line(reach.above, (i) => plane.at(x + i, y - 1)), left: line(reach.left, (i) => plane.at(x - 1, y + i)) }
}

type Prediction = (x: number, y: number) => number

/** Prediction of sample (x, y) of a block by a mode. */
export function predict(mode: number, borders: Borders, log2Width: number, log2Height: number): Prediction {
  if (mode === 0) return planar(borders, log2Width, log2Height)
  const { above, left } = borders
  const [width, height] = [2 ** log2Width, 2 ** log2Height]
  if (mode === 1) {
    let sum = (width + height) / 2
    for (let i = 1; i <= width; i++) sum += above[i]
    for (let i = 1; i <= height; i++) sum += left[i]
    const mean = Math.floor(sum / (width + height))
    return () => mean
  }
  const distance = Math.min(Math.abs(mode - 18), Math.abs(mode - 50))
  const taps = distance > [24, 14, 2, 0, 0][((log2Width + log2Height) >> 1) - 2] ? smoothTaps : cubicTaps
  if (directionOf(mode) === 2) return directed(above, left, height, mode - 50, taps)
  const turned = directed(left, above, width, 18 - mode, taps)
  return (x, y) => turned(y, x)
}

function planar({ above, left }: Borders, log2Width: number, log2Height: number): Prediction {
  const [width, height] = [2 ** log2Width, 2 ** log2Height]
  const smooth = ([, ...line]: number[]) =>
    line.map(
      (value, i) => (i + 1 === line.length ? line[i - 1] + 3 * value + 2 : [above[0], ...line][i] + 2 * value + line[i + 1] + 2) >> 2,
    )
  const plain = ([, ...line]: number[]) => line
  const [top, side] = [above, left].map(log2Width + log2Height > 5 ? smooth : plain)
  return (x, y) => {
    const down = top[x] * (height - 1 - y) + side[height] * (y + 1)
    const across = side[y] * (width - 1 - x) + top[width] * (x + 1)
    return (down * width + across * height + width * height) >> (log2Width + log2Height + 1)
  }
}

const ANGLES = [0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 23, 26, 29, 32]

function cubicTaps(f: number): number[] {
  const first = -Math.floor((f ** 3 - 64 * f ** 2 + 1024 * f + 512) / 1024)
  const third = Math.floor((-3 * f ** 3 + 128 * f ** 2 + 1024 * f + 512) / 1024)
  const fourth = -Math.floor((32 * f ** 2 - f ** 3 + 512) / 1024)
  return [first, 64 - first - third - fourth, third, fourth]
}

function smoothTaps(f: number): number[] {
  const half = f >> 1
  return [16 - half, 32 - half, 16 + half, half]
}

/** A direction mostly down; one mostly across has the borders, x and y exchanged. */
function directed(main: number[], side: number[], height: number, offset: number, tapsOf: (f: number) => number[]): Prediction {
  const angle = Math.sign(offset) * ANGLES[Math.abs(offset)]
  if (angle === 0) return (x) => main[x + 1]
  const inverse = Math.floor((16384 + (Math.abs(angle) >> 1)) / Math.abs(angle))
  const reference = (i: number) => (i >= 0 ? main[Math.min(i, main.length - 1)] : side[Math.min(height, (256 - i * inverse) >> 9)])
  return (x, y) => {
    const delta = (y + 1) * angle
    const sum = tapsOf(delta & 31).reduce((total, tap, k) => total + tap * reference(x + (delta >> 5) + k), 32)
    return sum >> 6
  }
}

/** Chroma from the reconstructed luma of the block. */
export function predictFromLuma(
  chroma: Borders,
  luma: Borders,
  reach: { above: number; left: number },
  { log2Width, log2Height }: Shape,
  lumaAt: Prediction,
): Prediction {
  const pairs: [number, number][] = []
  if (reach.above) for (let i = 1; i <= 2 ** log2Width; i++) pairs.push([luma.above[i], chroma.above[i]])
  if (reach.left) for (let i = 1; i <= 2 ** log2Height; i++) pairs.push([luma.left[i], chroma.left[i]])
  if (pairs.length === 0) return () => 0
  const n = BigInt(pairs.length)
  let [sumL, sumC, squares, products] = [0n, 0n, 0n, 0n]
  for (const [l, c] of pairs.map((pair) => pair.map(BigInt))) {
    sumL += l
    sumC += c
    squares += l * l
    products += l * c
  }
  const slope = (4096n * (n * products - sumL * sumC)) / (n * squares - sumL * sumL + 1024n * n * n)
  const alpha = BigInt(clip(Number(slope), -16384, 16384))
  const beta = Number((4096n * sumC - alpha * sumL) / n)
  return (x, y) => (Number(alpha) * lumaAt(x, y) + beta + 2048) >> 12
}
