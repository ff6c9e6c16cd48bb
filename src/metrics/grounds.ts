/** Alpha as metrics see it: pictures on two grounds, since what vanishes on one stands out on the other; and alpha by itself. */
import { hasAlpha } from '../../codecs/image/header.js'
import type { ImageData } from '../../codecs/image/picture.js'
import { type Background, checkPair, WHITE } from './colour.js'

export const BLACK: Background = [0, 0, 0]

/** What a pair is judged on: white, and, if either has alpha, black as well. */
export const groundsOf = (original: ImageData, decoded: ImageData): readonly Background[] =>
  hasAlpha(original.channels) || hasAlpha(decoded.channels) ? [WHITE, BLACK] : [WHITE]

/**
 * The largest difference of alpha in levels of 8 bits, 0..255, whatever the bit depths; who has none is opaque.
 *
 * @returns undefined if neither has alpha
 * @throws RangeError if the pictures differ in size
 */
export function alphaMaxError(original: ImageData, decoded: ImageData): number | undefined {
  checkPair(original, decoded)
  if (groundsOf(original, decoded).length === 1) return undefined
  const alphaOf = ({ channels, bitDepth, data }: ImageData) => {
    const unit = 255 / (2 ** bitDepth - 1)
    return hasAlpha(channels) ? (i: number) => data[(i + 1) * channels - 1] * unit : () => 255
  }
  const [a, b] = [alphaOf(original), alphaOf(decoded)]
  let largest = 0
  for (let i = 0; i < original.width * original.height; i++) largest = Math.max(largest, Math.abs(a(i) - b(i)))
  return largest
}
