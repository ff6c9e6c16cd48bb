/** A picture as an array of samples. */
import type { Metadata } from '../container/container.js'

/** A picture as one array of samples. */
export interface ImageData {
  /** Width in pixels, 1..2^24 - 1. */
  width: number
  /** Height in pixels, 1..2^24 - 1. */
  height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha is not premultiplied. */
  channels: 1 | 2 | 3 | 4
  /** Bits per sample, 8..16. */
  bitDepth: number
  /** Row-major, interleaved, length = width * height * channels; Uint16Array if `bitDepth` is above 8. */
  data: Uint8Array | Uint16Array
  /** What describes colours, EXIF and the like, carried byte for byte. Default: none; samples without a profile are sRGB. */
  metadata?: Metadata[]
}

export type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

export function samplesFor(bitDepth: number, length: number): Samples {
  return bitDepth > 8 ? new Uint16Array(length) : new Uint8Array(length)
}
