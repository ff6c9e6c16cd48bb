/** Parts of pictures, and smaller ones. */
import type { TileArea } from '../../codecs/image/header.js'
import { type ImageData, type Samples, samplesFor } from '../../codecs/image/picture.js'

/** A part of a picture, in pixels from its top left corner. */
export type Area = TileArea

/** Samples of an area, copied. */
export function cut({ width, channels, bitDepth, data }: ImageData, area: Area): Samples {
  const part = samplesFor(bitDepth, area.width * area.height * channels)
  const length = area.width * channels
  for (let row = 0; row < area.height; row++) {
    const start = ((area.y + row) * width + area.x) * channels
    part.set(data.subarray(start, start + length), row * length)
  }
  return part
}

/**
 * The picture at 1:scale: every pixel is the mean of a cell of scale x scale pixels, rounded, or of what there is of it at the
 * right and lower edges. Colours count by their alpha, where a cell is not wholly transparent.
 */
export function shrunk({ width, height, channels, bitDepth, data }: ImageData, scale: number): ImageData & { data: Samples } {
  const [columns, rows] = [Math.ceil(width / scale), Math.ceil(height / scale)]
  const out = samplesFor(bitDepth, columns * rows * channels)
  const alpha = channels % 2 === 0 ? channels - 1 : -1
  const sums = new Float64Array(channels)
  const plain = new Float64Array(channels)
  for (let row = 0, to = 0; row < rows; row++) {
    const bottom = Math.min((row + 1) * scale, height)
    for (let column = 0; column < columns; column++, to += channels) {
      const right = Math.min((column + 1) * scale, width)
      sums.fill(0)
      plain.fill(0)
      for (let y = row * scale; y < bottom; y++) {
        for (let x = column * scale, i = (y * width + x) * channels; x < right; x++, i += channels) {
          for (let c = 0; c < channels; c++) {
            plain[c] += data[i + c]
            if (alpha >= 0) sums[c] += data[i + c] * data[i + alpha]
          }
        }
      }
      const count = (bottom - row * scale) * (right - column * scale)
      const opacity = alpha >= 0 ? plain[alpha] : 0
      for (let c = 0; c < channels; c++) {
        const [sum, weight] = opacity > 0 && c !== alpha ? [sums[c], opacity] : [plain[c], count]
        out[to + c] = Math.floor(sum / weight + 0.5)
      }
    }
  }
  return { width: columns, height: rows, channels, bitDepth, data: out }
}
