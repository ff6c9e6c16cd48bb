/** Peak signal-to-noise ratio of an image against its original. */

import { checkRules } from '../calls/options.js'
import type { ImageSource } from '../calls/picture.js'
import { checkPair, opaque, WHITE } from './colour.js'
import { type ErrorMap, MAP_RULES, type MapOptions } from './errormap.js'

/** Peak signal-to-noise ratios. */
export interface Psnr {
  /** PSNR of BT.601 full-range luma (0.299, 0.587, 0.114 of the samples as stored, not rounded), in dB; Infinity if equal. */
  lumaDb: number
  /** PSNR of all colour samples together, in dB; Infinity if equal. The same as `lumaDb` for grey. */
  colourDb: number
  /** Squared differences of luma by the squared peak, 0..1. */
  lumaMap?: ErrorMap
  /** The same of the colours: the mean of the three. */
  colourMap?: ErrorMap
}

/** 10 log10(peak^2 / mse). */
export function decibels(meanSquare: number, peak: number): number {
  return 10 * Math.log10((peak * peak) / meanSquare)
}

/**
 * PSNR of `decoded` against `original`. Samples count as parts of their picture's own peak, 2^bitDepth - 1, and grey as three
 * equal colours, so that the two may differ in depth and in having colours.
 *
 * @throws RangeError if the two differ in size
 */
export function psnr(original: ImageSource, decoded: ImageSource, options: MapOptions = {}): Psnr {
  checkRules('psnr', options, MAP_RULES)
  const { background = WHITE, map = false } = options
  checkPair(original, decoded)
  const { width, height } = original
  const [a, b] = [opaque(original, background), opaque(decoded, background)]
  const pixels = width * height
  // in units of the original's samples; 1 for equal depths, which keeps differences of integers exact
  const scale = a.peak / b.peak
  const unit = 1 / (a.peak * a.peak)
  const [lumaMap, colourMap] = map ? [new Float32Array(pixels), new Float32Array(pixels)] : []
  let luma = 0
  let colour = 0
  const [greenA, blueA, greenB, blueB] = [a.channels >> 1, a.channels - 1, b.channels >> 1, b.channels - 1]
  for (let pixel = 0, i = 0, j = 0; pixel < pixels; pixel++, i += a.channels, j += b.channels) {
    const red = a.data[i] - scale * b.data[j]
    const green = a.data[i + greenA] - scale * b.data[j + greenB]
    const blue = a.data[i + blueA] - scale * b.data[j + blueB]
    const lumaSquare = (0.299 * red + 0.587 * green + 0.114 * blue) ** 2
    const colourSquare = red * red + green * green + blue * blue
    luma += lumaSquare
    colour += colourSquare
    if (lumaMap && colourMap) {
      lumaMap[pixel] = lumaSquare * unit
      colourMap[pixel] = (colourSquare / 3) * unit
    }
  }
  // three equal colours are one: their luma is theirs but for rounding
  if (a.channels === 1 && b.channels === 1) luma = colour / 3
  return {
    lumaDb: decibels(luma / pixels, a.peak),
    colourDb: decibels(colour / (3 * pixels), a.peak),
    ...(lumaMap && colourMap && { lumaMap: { width, height, data: lumaMap }, colourMap: { width, height, data: colourMap } }),
  }
}
