/** An error map as a picture: the original in grey, its errors over it from transparent over yellow and red to dark violet. */
import type { ImageData } from '../../codecs/image/picture.js'
import type { ErrorMap } from '../metrics/errormap.js'
import { HEAT, onRamp } from './ramp.js'

/** Part of the pixels whose error is beyond the end of the scale: a few extremes would leave all else pale. */
const BEYOND = 0.001

export interface DrawnErrors {
  image: ImageData
  /** Error that the darkest colour stands for; 0 if there is none at all. */
  most: number
}

/** Draws a map over `original`, whose size it has: RGB of 8 bits. */
export function drawErrors({ width, height, data }: ErrorMap, original: ImageData): DrawnErrors {
  const sorted = data.slice().sort()
  const most = sorted[Math.floor((sorted.length - 1) * (1 - BEYOND))] || sorted[sorted.length - 1]
  const out = new Uint8Array(width * height * 3)
  const { channels, data: samples } = original
  const colours = channels < 3 ? 1 : 3
  const peak = 2 ** original.bitDepth - 1
  for (let i = 0; i < data.length; i++) {
    const position = most > 0 ? Math.min(1, Math.max(0, data[i] / most)) : 0
    let bright = 0
    for (let c = 0; c < colours; c++) bright += samples[i * channels + c]
    // pale, so that colours stand out; least where errors are
    const light = 1 - 0.6 * (1 - bright / (colours * peak)) * (1 - position)
    const colour = onRamp(HEAT, position)
    for (let c = 0; c < 3; c++) out[3 * i + c] = colour[c] * light
  }
  return { image: { width, height, channels: 3, bitDepth: 8, data: out }, most }
}
