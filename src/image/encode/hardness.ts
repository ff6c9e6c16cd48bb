/**
 * How hard a picture is to code: at one step, SSIMULACRA2 of photographs lies up to 50 points apart, because it is the fine and faint
 * that gets lost and some have none. So samples of the picture are coded before it is.
 */

import type { ImageData } from '../../../codecs/image/picture.js'
import { samplesFor } from '../../../codecs/image/picture.js'

/** Side of the squares that are taken, and their number each way. */
const SQUARE = 64
const FEWEST = 4
const MOST = 8
/** About this part of the picture is taken. */
const PART = 1 / 6

/** Squares from all over the picture put together, or the picture itself if it has no more pixels than the fewest squares. */
export function samplesOf(image: ImageData): ImageData {
  const { width, height, channels, bitDepth, data } = image
  if (width * height <= (FEWEST * SQUARE) ** 2) return image
  const wanted = Math.max(FEWEST, Math.min(MOST, Math.round(Math.sqrt(width * height * PART) / SQUARE)))
  const [across, down] = [width, height].map((side) => Math.max(1, Math.min(wanted, Math.floor(side / SQUARE))))
  const [squareWidth, squareHeight] = [width, height].map((side) => Math.min(SQUARE, side))
  const samples = samplesFor(bitDepth, across * squareWidth * down * squareHeight * channels)
  /** Where the square of a number starts: the first and the last at the edges, or a single one in the middle. */
  const start = (side: number, square: number, count: number, at: number) =>
    Math.floor((side - square) * (count > 1 ? at / (count - 1) : 0.5))
  let to = 0
  for (let row = 0; row < down; row++) {
    const top = start(height, squareHeight, down, row)
    for (let y = top; y < top + squareHeight; y++) {
      for (let column = 0; column < across; column++) {
        const from = (y * width + start(width, squareWidth, across, column)) * channels
        samples.set(data.subarray(from, from + squareWidth * channels), to)
        to += squareWidth * channels
      }
    }
  }
  return { width: across * squareWidth, height: down * squareHeight, channels, bitDepth, data: samples }
}
