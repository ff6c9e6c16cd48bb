/** Pairs of pictures made by formula for tests of metrics, and the folder of reference values. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ImageData } from '../../src/image.js'
import { pattern } from '../pictures.js'

/** A copy with each sample changed: `change` gets the sample and where it is. */
export function changed(image: ImageData, change: (value: number, x: number, y: number, channel: number) => number): ImageData {
  const { width, channels, bitDepth } = image
  const most = 2 ** bitDepth - 1
  const data = image.data.slice()
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels)
    data[i] = Math.max(0, Math.min(most, Math.floor(change(data[i], pixel % width, Math.floor(pixel / width), i % channels))))
  }
  return { ...image, data }
}

/** Pictures and what has become of them, small enough to be quick. */
export const PAIRS: Record<string, () => [original: ImageData, decoded: ImageData]> = {
  coarse: () => {
    const image = pattern(93, 70)
    return [image, changed(image, (value) => 16 * Math.floor(value / 16) + 8)]
  },
  blocky: () => {
    const image = pattern(160, 48)
    const at = (x: number, y: number, c: number) => image.data[(y * image.width + x) * 3 + c]
    return [image, changed(image, (_, x, y, c) => at(x & ~3, y & ~3, c))]
  },
  tinted: () => {
    const image = pattern(64, 64)
    return [image, changed(image, (value, x, y, c) => value + (c === 2 ? ((x >> 3) + (y >> 3)) % 7 : c === 0 ? -3 : 0))]
  },
  tiny: () => {
    const image = pattern(8, 9)
    return [image, changed(image, (value, x) => value + (x & 1 ? 6 : -6))]
  },
  deep: () => {
    const image = pattern(75, 40, 3, 16)
    return [image, changed(image, (value) => 1024 * Math.floor(value / 1024))]
  },
}

/** Path of a folder of reference values, or undefined where it is absent. */
export function referenceFolder(name: string): string | undefined {
  const folder = fileURLToPath(new URL(`../../../shared/reference/${name}/`, import.meta.url))
  return existsSync(folder) ? folder : undefined
}
