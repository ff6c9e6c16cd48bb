import { expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { openImage } from '../../src/image.js'
import { decodeImage, type EncodeImageOptions, encodeImage, type ImageData } from '../../src/index.js'
import { pattern } from '../pictures.js'
import { decodeBlockTwin } from './blocktwin.js'

/** So smooth that large blocks pay. */
const slope = (side: number): ImageData => {
  const data = Uint8Array.from({ length: side * side }, (_, i) => 40 + ((i % side) ** 2 + 3 * Math.floor(i / side) * (i % side)) / side / 4)
  return { width: side, height: side, channels: 1, bitDepth: 8, data }
}

const cases: [string, ImageData, EncodeImageOptions][] = [
  ['RGB', pattern(150, 75), {}],
  ['RGB, tune psnr, coarse', pattern(130, 140), { tune: 'psnr', quality: 20 }],
  ['RGBA, fine', pattern(37, 50, 4), { quality: 95 }],
  ['RGBA of 12 bits', pattern(70, 64, 4, 12), { tune: 'psnr' }],
  ['grey with alpha', pattern(90, 33, 2), { laq: 3, alphaQuality: 30 }],
  ['a slope', slope(150), { quality: 90 }],
  ['grey of 16 bits, best', pattern(67, 90, 1, 16), { quality: 100 }],
]

test.each(cases)('%s: the decoder as FORMAT.md tells it gives the same samples', async (_, image, options) => {
  const file = await encodeImage(image, options)
  const { container, header } = openImage(file)
  const { data } = await decodeImage(file)
  expect(decodeBlockTwin(header, image.width, image.height, readData(file, container, 0))).toEqual([...data])
})
