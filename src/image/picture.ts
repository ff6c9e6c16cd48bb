/** Pictures as arrays of samples: their check, their parts, and smaller ones. */
import type { Metadata } from '../../codecs/container/container.js'
import type { TileArea } from '../../codecs/image/header.js'
import { type Samples, samplesFor } from '../../codecs/image/tile.js'
import { checkMetadata, nameOf } from '../calls/input.js'

export interface ImageData {
  /** In pixels, 1..2^24 - 1. */
  width: number
  height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha is not premultiplied. */
  channels: 1 | 2 | 3 | 4
  /** Bits per sample, 8..16. */
  bitDepth: number
  /** Row-major, interleaved, length = width * height * channels; Uint16Array if `bitDepth` is above 8. */
  data: Uint8Array | Uint16Array
  /** Carried byte for byte. */
  metadata?: Metadata[]
}

/** A part of a picture, in pixels from its top left corner. */
export type Area = TileArea

/** What a canvas gives, which is RGBA of 8 bits. */
export interface CanvasImage {
  width: number
  height: number
  data: Uint8ClampedArray
}

/** What calls take for a picture. */
export type ImageSource = ImageData | CanvasImage

/**
 * A picture as the codec takes it, on the same samples: of what a canvas gives, with what that does not say.
 *
 * @throws TypeError or RangeError
 */
export function pictureOf(image: ImageSource): ImageData {
  if (typeof image !== 'object' || image === null)
    throw new TypeError(`the image is ${nameOf(image)}, not an object of width, height and data`)
  const { width, height } = image
  const data: ImageData['data'] | Uint8ClampedArray = image.data
  const isCanvas = (image as ImageData).channels === undefined && (image as ImageData).bitDepth === undefined && isClamped(data)
  const { channels, bitDepth } = isCanvas ? ({ channels: 4, bitDepth: 8 } as const) : (image as ImageData)
  // samples of 8 bits are bytes, clamped or not
  const bytes = isClamped(data) ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data
  const picture: ImageData = { ...(image as ImageData), width, height, channels, bitDepth, data: bytes }
  checkImage(picture)
  return picture
}

const isClamped = (data: unknown): data is Uint8ClampedArray => Object.prototype.toString.call(data) === '[object Uint8ClampedArray]'

/** @throws TypeError or RangeError */
function checkImage({ width, height, channels, bitDepth, data, metadata }: ImageData): void {
  for (const [name, value, most] of [
    ['width', width, 2 ** 24 - 1],
    ['height', height, 2 ** 24 - 1],
    ['channels', channels, 4],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) throw new RangeError(`${name} is ${value}, not an integer in 1..${most}`)
  }
  if (!Number.isInteger(bitDepth) || bitDepth < 8 || bitDepth > 16) throw new RangeError(`bitDepth is ${bitDepth}, not in 8..16`)
  const wanted = bitDepth > 8 ? 'Uint16Array' : 'Uint8Array'
  if (!(bitDepth > 8 ? data instanceof Uint16Array : data instanceof Uint8Array))
    throw new TypeError(`data of ${bitDepth} bits is ${nameOf(data)}, not a ${wanted}`)
  if (data.length !== width * height * channels) {
    throw new RangeError(`data has ${data.length} samples, not ${width} * ${height} * ${channels}`)
  }
  checkMetadata(metadata)
}

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
