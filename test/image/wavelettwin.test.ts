import { expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { openImage } from '../../src/image/decode.js'
import { decodeImage, type EncodeImageOptions, encodeImage, type ImageData } from '../../src/index.js'
import { pattern } from '../pictures.js'
import { withAlphaTwin } from './alphatwin.js'
import { decodeWaveletTwin } from './wavelettwin.js'

const cases: [string, ImageData, EncodeImageOptions][] = [
  ['RGB', pattern(101, 75), {}],
  ['RGB, tune psnr, coarse', pattern(64, 96), { tune: 'psnr', quality: 30 }],
  ['RGBA of 12 bits, fine', pattern(37, 50, 4, 12), { quality: 98 }],
  ['grey with alpha', pattern(70, 33, 2), { laq: 3, alphaQuality: 30 }],
  ['grey of 16 bits, narrow', pattern(3, 90, 1, 16), {}],
]

test.each(cases)('%s: the decoder as FORMAT.md tells it gives the same samples, at every scale', async (_, image, options) => {
  const file = await encodeImage(image, { ...options, transform: 'wavelet' })
  const { container, header } = openImage(file)
  for (const [n, scale] of ([1, 2, 4, 8] as const).entries()) {
    const parts = Array.from({ length: 4 - n }, (_, part) => readData(file, container, part))
    const { data } = await decodeImage(file, { scale })
    const { width, height } = image
    const [first, ...others] = parts
    const twin = withAlphaTwin(header, width, height, first, scale, (colour, rest) =>
      decodeWaveletTwin(colour, width, height, [rest, ...others], n),
    )
    expect(twin).toEqual([...data])
  }
})
