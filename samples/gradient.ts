/** A gradient of 16 bits, 320 x 240: slopes of a fraction of an 8-bit level per pixel, where coarse steps show as bands. */
import type { ImageData } from '../src/image.js'
import { clamp, exp, mix, sinTurns } from './arithmetic.js'

const WIDTH = 320
const HEIGHT = 240

export function deepGradient(): ImageData {
  const data = new Uint16Array(WIDTH * HEIGHT * 3)
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i += 3) {
      const [u, v] = [x / (WIDTH - 1), y / (HEIGHT - 1)]
      const distance = (u - 0.68) * (u - 0.68) * 1.8 + (v - 0.42) * (v - 0.42)
      const glow = exp(-9 * distance)
      const swell = 0.015 * sinTurns(1.5 * u + v)
      const colours = [mix(0.05, 0.42, v) + 0.45 * glow, mix(0.09, 0.2, v) + 0.3 * glow, mix(0.28, 0.16, v) + 0.08 * glow]
      for (let c = 0; c < 3; c++) data[i + c] = Math.floor(65535 * clamp(colours[c] + swell) + 0.5)
    }
  }
  return { width: WIDTH, height: HEIGHT, channels: 3, bitDepth: 16, data }
}
