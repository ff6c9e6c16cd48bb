/** Peak signal-to-noise ratio of an image against its original. */
import type { ImageData } from '../image.js'

export interface Psnr {
  /** Of BT.601 full-range luma (0.299, 0.587, 0.114 of the samples as stored, not rounded), in dB; Infinity if equal. */
  lumaDb: number
  /** Of all colour samples together, in dB; Infinity if equal. The same as `lumaDb` for grey. */
  colourDb: number
}

/** 10 log10(peak^2 / mse). */
export function decibels(meanSquare: number, peak: number): number {
  return 10 * Math.log10((peak * peak) / meanSquare)
}

/**
 * PSNR of `decoded` against `original`, against the peak 2^bitDepth - 1. Alpha is left out of both figures.
 *
 * @throws RangeError if the two differ in size, channels or bit depth
 */
export function psnr(original: ImageData, decoded: ImageData): Psnr {
  for (const key of ['width', 'height', 'channels', 'bitDepth'] as const) {
    if (original[key] !== decoded[key]) throw new RangeError(`${key} is ${decoded[key]}, not ${original[key]} as in the original`)
  }
  const { width, height, channels, bitDepth } = original
  const [a, b] = [original.data, decoded.data]
  const pixels = width * height
  const peak = 2 ** bitDepth - 1
  let luma = 0
  let colour = 0
  if (channels < 3) {
    for (let i = 0; i < a.length; i += channels) luma += (a[i] - b[i]) ** 2
    const db = decibels(luma / pixels, peak)
    return { lumaDb: db, colourDb: db }
  }
  for (let i = 0; i < a.length; i += channels) {
    const red = a[i] - b[i]
    const green = a[i + 1] - b[i + 1]
    const blue = a[i + 2] - b[i + 2]
    luma += (0.299 * red + 0.587 * green + 0.114 * blue) ** 2
    colour += red * red + green * green + blue * blue
  }
  return { lumaDb: decibels(luma / pixels, peak), colourDb: decibels(colour / (3 * pixels), peak) }
}
