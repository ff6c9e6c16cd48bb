/** Pictures made by formula, for tests that need one. */
import type { ImageData } from '../src/image.js'

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
