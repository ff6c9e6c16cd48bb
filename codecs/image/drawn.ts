/**
 * Whether a picture is drawn rather than photographed. An encoder's decision, for the whole picture; within a tile the search for palettes
 * decides.
 */

interface ImageSamples {
  width: number
  height: number
  /** Grey, grey + alpha, RGB or RGBA by 1..4. */
  channels: number
  bitDepth: number
  /** Row-major, interleaved. */
  data: ArrayLike<number>
}

/** One square of 8 x 8 in as many each way is looked at. */
const SPARSITY = 4
/**
 * A square has hard edges if it spans more than an eighth of the range while this many of 48 samples are like one of the two on their
 * right.
 */
const LEAST_REPEATED = 16
/** Share of such squares: of 58 photographs and the like all but seven have less, screens 0.03 to 0.6. */
const LEAST_DRAWN = 0.02

function isLike(data: ImageSamples['data'], a: number, b: number, colours: number): boolean {
  for (let c = 0; c < colours; c++) if (data[a + c] !== data[b + c]) return false
  return true
}

/** Whether a pixel of the square, or of those that it is compared with, has alpha 0. */
function isHidden({ width, channels, data }: ImageSamples, left: number, top: number): boolean {
  for (let y = top; y < top + 8; y++) {
    for (let x = left; x < left + 8; x++) if (data[(y * width + x) * channels + channels - 1] === 0) return true
  }
  return false
}

/** Looks at a sixteenth of the picture, away from its frame and from what is hidden below alpha 0; edges are those of green. */
export function looksDrawn(picture: ImageSamples): boolean {
  const { width, height, channels, bitDepth, data } = picture
  const edge = 2 ** bitDepth / 8
  const [colours, green] = channels > 2 ? [3, 1] : [1, 0]
  const hasAlpha = colours < channels
  let squares = 0
  let drawn = 0
  for (let top = 16; top + 24 <= height; top += 8 * SPARSITY) {
    for (let left = 16; left + 24 <= width; left += 8 * SPARSITY) {
      if (hasAlpha && isHidden(picture, left, top)) continue
      let repeated = 0
      let least = Number.POSITIVE_INFINITY
      let most = 0
      for (let y = top; y < top + 8; y++) {
        const row = (y * width + left) * channels
        for (let at = row; at < row + 6 * channels; at += channels) {
          const value = data[at + green]
          if (isLike(data, at, at + channels, colours) || isLike(data, at, at + 2 * channels, colours)) repeated++
          if (value < least) least = value
          if (value > most) most = value
        }
      }
      squares++
      if (repeated >= LEAST_REPEATED && most - least > edge) drawn++
    }
  }
  return drawn > LEAST_DRAWN * squares
}
