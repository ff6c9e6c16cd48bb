/** What metrics of images see: opaque samples on a background, and light. Samples are taken as sRGB, whatever profile a file carries. */

import type { ImageData } from '../../codecs/image/picture.js'
import { isDue, type RunOptions, turn } from '../../codecs/turns.js'
import { type ImageSource, pictureOf } from '../calls/picture.js'

/** Colour that shows through transparent pixels: red, green, blue of sRGB, 0..1. Blending is of encoded values, as browsers do it. */
export type Background = readonly [red: number, green: number, blue: number]

export const WHITE: Background = [1, 1, 1]

/** Pixels without alpha. */
export interface Opaque {
  width: number
  height: number
  channels: 1 | 3
  /** Sample that stands for full brightness. */
  peak: number
  /** Row-major, interleaved; of composited pictures not rounded. */
  data: Uint8Array | Uint16Array | Float32Array
}

/** The picture with its channels and depth, which a canvas does not tell. */
export const described = (image: ImageSource): ImageData => ('channels' in image ? image : pictureOf(image))

/** The picture without its alpha: its own samples where it has none, else composited on `background`. */
export function opaque(image: ImageSource, background: Background = WHITE): Opaque {
  const { width, height, channels, bitDepth, data } = described(image)
  const pixels = width * height
  if (!(pixels > 0)) throw new RangeError(`an image of ${width} x ${height} pixels has nothing to compare`)
  if (data.length !== pixels * channels) {
    throw new RangeError(`${data.length} samples, not the ${pixels * channels} of ${width} x ${height} pixels of ${channels} channels`)
  }
  pictureOf(image)
  const peak = 2 ** bitDepth - 1
  if (channels === 1 || channels === 3) return { width, height, channels, peak, data }
  const colours = channels === 2 ? 1 : 3
  const [red, green, blue] = background
  // a background of any colour but grey makes grey pictures coloured
  const coloured = colours === 3 || red !== green || green !== blue
  const out = new Float32Array(pixels * (coloured ? 3 : 1))
  for (let i = 0, from = 0, to = 0; i < pixels; i++, from += channels) {
    const alpha = data[from + colours] / peak
    for (let c = 0; c < (coloured ? 3 : 1); c++) {
      out[to++] = alpha * data[from + (colours === 3 ? c : 0)] + (1 - alpha) * peak * background[c]
    }
  }
  return { width, height, channels: coloured ? 3 : 1, peak, data: out }
}

/** @throws RangeError if the pictures differ in size */
export function checkPair(original: ImageSource, decoded: ImageSource): void {
  if (original.width === decoded.width && original.height === decoded.height) return
  throw new RangeError(`${decoded.width} x ${decoded.height} pixels against ${original.width} x ${original.height} of the original`)
}

/** Numerator and denominator, highest power first, of the curve of sRGB above 0.04045: as libjxl has it, within 5e-7 of the standard. */
const CURVE = [
  [8.210152774e-1, 7.961564959e-1, 1.624820318e-1, 1.043637593e-2, 2.200248328e-4],
  [6.521209011e-3, -5.512498495e-2, 4.98752835e-1, 1.076976492, 2.63184697e-1],
].map((row) => row.map(Math.fround))

/**
 * Linear light 0..1 of an encoded value 0..1 (IEC 61966-2-1), in the 32-bit steps of libjxl: scores near the top of the scale of
 * SSIMULACRA2 hang on the last bits.
 */
export function linearOf(encoded: number): number {
  const x = Math.fround(encoded)
  if (x <= Math.fround(0.04045)) return Math.fround(x * Math.fround(1 / Math.fround(12.92)))
  const [above, below] = CURVE.map((row) => row.reduce((sum, coefficient) => Math.fround(sum * x + coefficient)))
  return Math.fround(above / below)
}

const tables = new Map<number, Float32Array>()

/** Linear light of the samples 0..peak. */
function linearTable(peak: number): Float32Array {
  let table = tables.get(peak)
  if (!table) {
    table = Float32Array.from({ length: peak + 1 }, (_, value) => linearOf(Math.fround(value * Math.fround(1 / peak))))
    tables.set(peak, table)
  }
  return table
}

/** Pixels between turns. */
const STEP = 16_384

/**
 * Writes a picture's light, red then green then blue plane, as linear sRGB; grey pictures have three equal planes.
 *
 * @param target receives 3 * width * height values of 0..1, row-major
 */
async function writeLinear({ width, height, channels, peak, data }: Opaque, target: Float32Array, options: RunOptions): Promise<void> {
  const pixels = width * height
  const planes = [0, 1, 2].map((c) => target.subarray(c * pixels, (c + 1) * pixels))
  const table = data instanceof Float32Array ? undefined : linearTable(peak)
  for (let begin = 0; begin < pixels; begin += STEP) {
    if (isDue()) await turn(options)
    const end = Math.min(pixels, begin + STEP)
    for (let c = 0; c < channels; c++) {
      const plane = planes[c]
      if (table) for (let i = begin, from = i * channels + c; i < end; i++, from += channels) plane[i] = table[data[from]]
      else for (let i = begin, from = i * channels + c; i < end; i++, from += channels) plane[i] = linearOf(data[from] / peak)
    }
  }
  if (channels === 1) for (const plane of planes.slice(1)) plane.set(planes[0])
}

/**
 * Writes a picture's luma (BT.601 full range: 0.299, 0.587, 0.114 of the encoded samples, not rounded); of grey, the samples.
 *
 * @param target receives width * height values of 0..1
 */
export function writeLuma({ width, height, channels, peak, data }: Opaque, target: Float32Array): void {
  const pixels = width * height
  if (channels === 1) for (let i = 0; i < pixels; i++) target[i] = data[i] / peak
  else {
    const [red, green, blue] = [0.299 / peak, 0.587 / peak, 0.114 / peak]
    for (let i = 0, from = 0; i < pixels; i++, from += 3) target[i] = red * data[from] + green * data[from + 1] + blue * data[from + 2]
  }
}

/** A plane with sides of at least `least` pixels, its last row and column repeated where they were shorter. */
export function extended(plane: Float32Array, width: number, height: number, least: number): [Float32Array, number, number] {
  if (width >= least && height >= least) return [plane, width, height]
  const [wide, high] = [Math.max(width, least), Math.max(height, least)]
  const out = new Float32Array(wide * high)
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) out[y * wide + x] = plane[Math.min(y, height - 1) * width + Math.min(x, width - 1)]
  }
  return [out, wide, high]
}

/** Three planes of a picture's linear light, as {@link writeLinear} has them, with sides of at least `least` pixels. */
export async function lightPlanes(
  image: ImageSource,
  background: Background,
  least: number,
  options: RunOptions,
): Promise<{ planes: Float32Array[]; width: number; height: number }> {
  const seen = opaque(image, background)
  const pixels = seen.width * seen.height
  const light = new Float32Array(3 * pixels)
  await writeLinear(seen, light, options)
  const parts = [0, 1, 2].map((c) => extended(light.subarray(c * pixels, (c + 1) * pixels), seen.width, seen.height, least))
  const [, width, height] = parts[0]
  return { planes: parts.map(([plane]) => plane), width, height }
}
