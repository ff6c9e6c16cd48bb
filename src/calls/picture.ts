/** What callers hold pictures in, checked. */
import type { ImageData } from '../../codecs/image/picture.js'
import { checkMetadata, nameOf } from './input.js'

/** What a canvas gives, which is RGBA of 8 bits. */
export interface CanvasImage {
  /** Width in pixels. */
  width: number
  /** Height in pixels. */
  height: number
  /** RGBA, row-major, interleaved, length = width * height * 4; alpha is not premultiplied. */
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
