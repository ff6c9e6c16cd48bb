/** Pictures made by formula, for tests that need one. */
import type { ImageData } from '../src/image.js'

/** Flat areas, lines, a dither and letters that recur, in a few colours: what a screen shows. */
export function drawing(width: number, height: number, channels: ImageData['channels'] = 3, bitDepth = 8): ImageData {
  const length = width * height * channels
  const data = bitDepth > 8 ? new Uint16Array(length) : new Uint8Array(length)
  const most = 2 ** bitDepth - 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const letter = Math.imul(((x >> 3) % 5) + 7 * ((y >> 4) % 3) + 1, 2654435761)
      const inLetter = x % 8 < 6 && y % 16 < 9 && y % 48 < 30
      const ink = inLetter && (letter >>> ((x % 8) + 3 * (y % 16) - (y % 16 > 5 ? 10 : 0))) & 1
      const dither = y % 48 >= 40 && (x + y) & 1
      const colour = ink ? [10, 10, 40, 255] : dither ? [0, 120, 255, 255] : x % 50 === 0 ? [200, 30, 30, 128] : [192, 200, 192, 255]
      for (let c = 0; c < channels; c++, i++) data[i] = Math.round((colour[channels === 2 && c === 1 ? 3 : c] / 255) * most)
    }
  }
  return { width, height, channels, bitDepth, data }
}

/** A soft pattern with some grain: not too easy to code, the same everywhere. */
export function pattern(width: number, height: number, channels: ImageData['channels'] = 3, bitDepth = 8): ImageData {
  const length = width * height * channels
  const data = bitDepth > 8 ? new Uint16Array(length) : new Uint8Array(length)
  const most = 2 ** bitDepth - 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        const wave = ((x * (3 + c) + y * (5 - c)) % 96) / 96
        const grain = (Math.imul(i + 1, 2654435761) >>> 24) / 255
        data[i] = Math.floor(most * (0.75 * Math.abs(wave - 0.5) * 2 + 0.25 * grain))
      }
    }
  }
  return { width, height, channels, bitDepth, data }
}
