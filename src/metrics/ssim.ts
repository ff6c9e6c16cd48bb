/**
 * Structural similarity of luma. SSIM: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, Image Quality Assessment: From Error
 * Visibility to Structural Similarity, IEEE Trans. Image Processing 13 (2004). MS-SSIM: Z. Wang, E. P. Simoncelli, A. C. Bovik,
 * Multiscale Structural Similarity for Image Quality Assessment, Asilomar (2003). Windows are Gaussians of sigma 1.5 over
 * 11 x 11 pixels that lie inside of the picture whole; K1 = 0.01, K2 = 0.03; scales are means of 2 x 2 pixels.
 */
import { type KernelExports, place } from '../../codecs/wasm/loader.js'
import { checkRules } from '../calls/options.js'
import type { ImageSource } from '../calls/picture.js'
import { checkPair, extended, opaque, WHITE, writeLuma } from './colour.js'
import { type ErrorMap, MAP_RULES, type MapOptions } from './errormap.js'
import { withKernel } from './kernels.js'

/** Structural similarity of luma. */
export interface Ssim {
  /** -1..1, 1 if equal. */
  score: number
  /** 1 - SSIM of the window around each pixel (at the edges: of the nearest whole one); for MS-SSIM of the finest scale. */
  map?: ErrorMap
}

interface Exports extends KernelExports {
  halve(source: number, width: number, height: number, target: number): void
  compareSsim(a: number, b: number, width: number, height: number, taps: number, c1: number, c2: number, sums: number, map: number): void
}

const RADIUS = 5
const WINDOW = 2 * RADIUS + 1
const C1 = 0.01 ** 2
const C2 = 0.03 ** 2
/** Exponents of the five scales, finest first (table in section 3.2 of the 2003 paper). */
const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/** A Gaussian of sigma 1.5, centre first, such that the whole window sums up to 1. */
const TAPS = (() => {
  const gauss = Float64Array.from({ length: RADIUS + 1 }, (_, k) => Math.exp(-(k ** 2) / (2 * 1.5 ** 2)))
  const sum = gauss.reduce((total, value, k) => total + (k ? 2 : 1) * value, 0)
  return Float32Array.from(gauss, (value) => value / sum)
})()

/** Means over all windows of one scale. */
interface Means {
  /** Of luminance * contrast * structure, and of contrast * structure. */
  whole: number
  structure: number
  map?: Float32Array
}

/** Compares the first `scales` scales, or as many as a window fits into. Planes below a window's size are extended at their edges. */
async function compare(original: ImageSource, decoded: ImageSource, scales: number, options: MapOptions): Promise<Means[]> {
  checkRules(scales > 1 ? 'msSsim' : 'ssim', options, MAP_RULES)
  const { map, background = WHITE } = options
  checkPair(original, decoded)
  const planes = [original, decoded].map((image) => {
    const luma = new Float32Array(image.width * image.height)
    writeLuma(opaque(image, background), luma)
    return extended(luma, image.width, image.height, WINDOW)
  })
  return withKernel<Exports, Means[]>('image-metrics', (kernel) => {
    let [, width, height] = planes[0]
    let [a, b] = planes.map(([plane]) => place(kernel, plane))
    const { exports, memory } = kernel
    const taps = place(kernel, TAPS)
    const sums = exports.allocate(16)
    const errors = map ? exports.allocate(width * height * 4) : 0
    const means: Means[] = []
    while (means.length < scales && Math.min(width, height) >= WINDOW) {
      new Float64Array(memory.buffer, sums, 2).fill(0)
      const drawn = means.length === 0 ? errors : 0
      const mark = exports.mark()
      exports.compareSsim(a, b, width, height, taps, C1, C2, sums, drawn)
      exports.release(mark)
      const windows = (width - 2 * RADIUS) * (height - 2 * RADIUS)
      const [whole, structure] = new Float64Array(memory.buffer, sums, 2).map((sum) => sum / windows)
      means.push({ whole, structure, ...(drawn ? { map: new Float32Array(memory.buffer, drawn, width * height).slice() } : {}) })
      const [halfWidth, halfHeight] = [(width + 1) >> 1, (height + 1) >> 1]
      ;[a, b] = [a, b].map((plane) => {
        const half = exports.allocate(halfWidth * halfHeight * 4)
        exports.halve(plane, width, height, half)
        return half
      })
      width = halfWidth
      height = halfHeight
    }
    return means
  })
}

/** The map at the size of the picture, with the outermost whole windows' values up to the edges. */
function mapOf(errors: Float32Array, { width, height }: ImageSource): ErrorMap {
  const stride = Math.max(width, WINDOW)
  const inside = (at: number, size: number) => Math.min(Math.max(at, RADIUS), Math.max(size, WINDOW) - 1 - RADIUS)
  const data = new Float32Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    const row = inside(y, height) * stride
    for (let x = 0; x < width; x++) data[i++] = errors[row + inside(x, width)]
  }
  return { width, height, data }
}

const result = (score: number, means: Means[], image: ImageSource): Ssim => ({
  score,
  ...(means[0].map ? { map: mapOf(means[0].map, image) } : {}),
})

/**
 * SSIM of `decoded` against `original`, which may differ in depth and in having colours. Sides below 11 pixels are extended by
 * repeating the last row or column.
 *
 * @throws RangeError if the two differ in size
 */
export async function ssim(original: ImageSource, decoded: ImageSource, options: MapOptions = {}): Promise<Ssim> {
  const means = await compare(original, decoded, 1, options)
  return result(means[0].whole, means, original)
}

/**
 * MS-SSIM of `decoded` against `original`, over five scales. Pictures with a side below 161 pixels have no window at the
 * coarsest: the scales that they have count, with exponents in the same proportion and 1 in sum.
 *
 * @throws RangeError if the two differ in size
 */
export async function msSsim(original: ImageSource, decoded: ImageSource, options: MapOptions = {}): Promise<Ssim> {
  const means = await compare(original, decoded, EXPONENTS.length, options)
  const exponents = EXPONENTS.slice(0, means.length)
  const sum = exponents.reduce((total, exponent) => total + exponent, 0)
  const last = means.length - 1
  // a negative mean has no power: such a scale is as bad as can be
  const score = means.reduce(
    (product, { whole, structure }, i) => product * Math.max(0, i === last ? whole : structure) ** (exponents[i] / sum),
    1,
  )
  return result(score, means, original)
}
