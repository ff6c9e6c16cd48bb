/**
 * Colour that nobody sees, below alpha 0: an encoder's decision, so that it costs next to nothing.
 *
 * A drawing keeps to its own colours: the last one seen goes on along the row. In other pictures what is seen flows smoothly into
 * what is not: means of what is seen in squares of 2, 4, 8, ... (pull), from the coarsest back down (push). Source: S. Gortler and
 * others, "The Lumigraph", 1996, section 3.4.2.
 */
import { isDue, type RunOptions, turn } from '../../turns.js'
import type { Samples } from '../picture.js'

/** A palette has at most so many colours; see kernel/palette. */
const MOST_COLOURS = 255

/**
 * Fills colour where alpha is 0.
 *
 * @param colour row-major, interleaved, of 1 or 3 channels; changed in place
 * @param alpha a sample per pixel
 */
export async function fillHidden(colour: Samples, alpha: Samples, width: number, height: number, options: RunOptions): Promise<void> {
  if (alpha.indexOf(0) < 0) return
  const channels = colour.length / alpha.length
  if (hasFewColours(colour, alpha, channels)) extendRows(colour, alpha, width, channels)
  else for (let c = 0; c < channels; c++) await pullPush(colour, alpha, { width, height, channels }, c, options)
}

function hasFewColours(colour: Samples, alpha: Samples, channels: number): boolean {
  const seen = new Set<number>()
  for (let i = 0, at = 0; i < alpha.length; i++, at += channels) {
    if (alpha[i] === 0) continue
    let key = 0
    for (let c = 0; c < channels; c++) key = key * 65536 + colour[at + c]
    seen.add(key)
    if (seen.size > MOST_COLOURS) return false
  }
  return true
}

/** Each hidden pixel gets the colour on its left; on the left of what is seen, those of the row above; at first, the first seen. */
function extendRows(colour: Samples, alpha: Samples, width: number, channels: number): void {
  const first = Math.max(
    0,
    alpha.findIndex((value) => value > 0),
  )
  const last = Array.from(colour.subarray(first * channels, (first + 1) * channels))
  for (let i = 0, at = 0; i < alpha.length; i++, at += channels) {
    if (i % width === 0 && i > 0) for (let c = 0; c < channels; c++) last[c] = colour[at - width * channels + c]
    for (let c = 0; c < channels; c++) {
      if (alpha[i] > 0) last[c] = colour[at + c]
      else colour[at + c] = last[c]
    }
  }
}

interface Level {
  width: number
  height: number
  sums: Float32Array
  /** How much of each square is seen, up to 1. */
  weights: Float32Array
}

async function pullPush(
  colour: Samples,
  alpha: Samples,
  { width, height, channels }: { width: number; height: number; channels: number },
  c: number,
  options: RunOptions,
): Promise<void> {
  const finest: Level = { width, height, sums: new Float32Array(alpha.length), weights: new Float32Array(alpha.length) }
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] === 0) continue
    finest.sums[i] = colour[i * channels + c]
    finest.weights[i] = 1
  }
  const levels = [finest]
  for (let level = finest; level.width > 1 || level.height > 1; levels.push(level)) level = await pull(level, options)
  // nothing is seen: all is 0
  for (let i = levels.length - 2; i >= 0; i--) await push(levels[i + 1], levels[i], options)
  for (let i = 0; i < alpha.length; i++) if (alpha[i] === 0) colour[i * channels + c] = Math.floor(finest.sums[i] + 0.5)
}

/** Half as large each way: weighted means of squares of four. */
async function pull({ width, height, sums, weights }: Level, options: RunOptions): Promise<Level> {
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 }
  const count = half.width * half.height
  const coarse: Level = { ...half, sums: new Float32Array(count), weights: new Float32Array(count) }
  for (let y = 0, i = 0; y < height; y++) {
    if (isDue()) await turn(options)
    for (let x = 0; x < width; x++, i++) {
      const to = (y >> 1) * half.width + (x >> 1)
      coarse.sums[to] += sums[i] * weights[i]
      coarse.weights[to] += weights[i]
    }
  }
  for (let i = 0; i < count; i++) {
    const weight = coarse.weights[i]
    if (weight > 0) coarse.sums[i] /= weight
    coarse.weights[i] = Math.min(1, weight)
  }
  return coarse
}

/** Where the finer level has no weight it takes the coarser one's, linear between the centres of its squares. */
async function push(coarse: Level, fine: Level, options: RunOptions): Promise<void> {
  for (let y = 0, i = 0; y < fine.height; y++) {
    if (isDue()) await turn(options)
    const row = (y >> 1) * coarse.width
    const nextRow = Math.max(0, Math.min(coarse.height - 1, (y >> 1) + (y & 1 ? 1 : -1))) * coarse.width
    for (let x = 0; x < fine.width; x++, i++) {
      if (fine.weights[i] > 0) continue
      const column = x >> 1
      const nextColumn = Math.max(0, Math.min(coarse.width - 1, column + (x & 1 ? 1 : -1)))
      const { sums } = coarse
      fine.sums[i] =
        0.5625 * sums[row + column] + 0.1875 * (sums[row + nextColumn] + sums[nextRow + column]) + 0.0625 * sums[nextRow + nextColumn]
    }
  }
}
