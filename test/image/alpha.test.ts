import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { hasAlpha } from '../../codecs/image/header.js'
import { decodeImageTile } from '../../codecs/image/tilecoder.js'
import { openImage } from '../../src/image/decode.js'
import { decodeImage, type EncodeImageOptions, encodeImage, type ImageData } from '../../src/index.js'
import { withAlphaTwin } from './alphatwin.js'
import { decodeBlockTwin } from './blocktwin.js'

/** Alpha of a pixel, 0..1. */
type Alpha = (x: number, y: number) => number

const noise = (x: number, y: number) => (Math.imul(x * 7919 + y * 104729 + 1, 2654435761) >>> 8) / 2 ** 24
const disc: Alpha = (x, y) => Math.max(0, Math.min(1, 22.5 - Math.hypot(x - 30, y - 25)))
const alphas: Record<string, Alpha> = {
  'a half': (x) => (x < 32 ? 1 : 0),
  'a disc with soft edges': disc,
  'a glow': (x, y) => Math.exp(-((x - 30) ** 2 + (y - 20) ** 2) / 300),
  'sixteen levels': (x, y) => Math.floor(noise(x >> 3, y >> 3) * 16) / 15,
  texture: (x, y) => disc(x, y) * (0.2 + 0.8 * noise(x, y)),
  'nothing but a dot': (x, y) => (x === 40 && y === 9 ? 0.5 : 0),
}

function picture(alpha: Alpha, channels: 2 | 4, bitDepth: number, width = 75, height = 50): ImageData {
  const most = 2 ** bitDepth - 1
  const data = bitDepth > 8 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    const value = c === channels - 1 ? alpha(x, y) : 0.5 + 0.3 * Math.sin(x / 9 + c) * Math.cos(y / 7) + 0.1 * noise(x, y)
    data[i] = Math.round(most * value)
  }
  return { width, height, channels, bitDepth, data }
}

async function errors(image: ImageData, options: EncodeImageOptions) {
  const file = await encodeImage(image, options)
  const { header } = openImage(file)
  const { data } = await decodeImage(file)
  const unit = 2 ** (image.bitDepth - 8)
  let [largest, ends] = [0, 0]
  for (let i = image.channels - 1; i < data.length; i += image.channels) {
    const error = Math.abs(data[i] - image.data[i]) / unit
    largest = Math.max(largest, error)
    if (image.data[i] === 0 || image.data[i] === 2 ** image.bitDepth - 1) ends = Math.max(ends, error)
  }
  return { file, largest, ends, step: 2 ** ((header.step + header.alphaStep) / 24) / 64 }
}

test.each(['dct', 'wavelet'] as const)(
  '%s: alpha is off by no more than 8 levels and three steps, ends and few levels are exact',
  async (transform) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(alphas)),
        fc.constantFrom(2, 4) as fc.Arbitrary<2 | 4>,
        fc.constantFrom(8, 10, 16),
        fc.constantFrom(5, 30, 50, 75, 95),
        fc.constantFrom(1, 3, 5),
        async (name, channels, bitDepth, quality, effort) => {
          const { largest, ends, step } = await errors(picture(alphas[name], channels, bitDepth), { transform, quality, effort })
          expect(largest).toBeLessThanOrEqual(8 + 3 * step)
          expect(ends).toBe(0)
          if (['a half', 'sixteen levels', 'nothing but a dot'].includes(name)) expect(largest).toBe(0)
        },
      ),
      { numRuns: 40 },
    )
  },
)

test('of flat colour whose right half is transparent alpha comes back, at every effort', async () => {
  const image = picture((x) => (x < 64 ? 1 : 0), 4, 8, 128, 128)
  for (let i = 0; i < image.data.length; i += 4) image.data.set([30, 60, 200], i)
  for (let effort = 1; effort <= 9; effort++) {
    const { largest, file } = await errors(image, { effort })
    expect(largest).toBe(0)
    expect(file.length).toBeLessThan(80)
  }
})

test('colour below alpha 0 makes no difference to the bytes', async () => {
  for (const options of [{}, { transform: 'wavelet' }, { quality: 40, effort: 2 }] as const) {
    const image = picture(disc, 4, 8)
    const other: ImageData = { ...image, data: image.data.slice() }
    for (let i = 0; i < other.data.length; i += 4) {
      if (other.data[i + 3] === 0) other.data.set([noise(i, 1) * 255, noise(i, 2) * 255, noise(i, 3) * 255], i)
    }
    expect(await encodeImage(other, options)).toEqual(await encodeImage(image, options))
  }
})

test('texture is coded as blocks with corrections, as FORMAT.md tells it', async () => {
  const image = picture((x, y) => (x < 10 ? 0 : 0.3 + 0.2 * Math.sin(x / 5) + 0.45 * noise(x, y) ** 6), 2, 8, 130, 90)
  const { file, largest, step } = await errors(image, { quality: 20 })
  expect(largest).toBeLessThanOrEqual(8 + 3 * step)
  const { container, header } = openImage(file)
  const payload = readData(file, container, 0)
  const kind = payload[payload[0] < 128 ? 1 : 2]
  expect(kind).toBe(3)
  const { data } = await decodeImage(file)
  const { width, height } = image
  const twin = withAlphaTwin(header, width, height, payload, 1, (colour, rest) => decodeBlockTwin(colour, width, height, rest))
  expect(twin).toEqual([...data])
})

test('any bytes of an alpha stream are refused, or decode alike by kernel and twin', async () => {
  const file = await encodeImage(picture(alphas.texture, 2, 8, 24, 16), { quality: 60 })
  const { header } = openImage(file)
  expect(hasAlpha(header.channels)).toBe(true)
  const { decodeAlpha } = await import('../../codecs/image/alpha/alpha.js')
  const { decodeAlphaTwin } = await import('./alphatwin.js')
  const head = fc.constantFrom([1, 0], [1, 3], [1, 200], [2, 0, 3, 1, 2, 3, 4, 5], [2, 1, 0, 9, 200], [3, 4, 250, 3, 9, 1, 0, 0, 0])
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 300, minLength: 200 }), async (start, rest) => {
      const stream = Uint8Array.from([...start, ...rest])
      try {
        const samples = await decodeAlpha(stream, 24, 16, header, {})
        expect(decodeAlphaTwin(header, 24, 16, stream)).toEqual([...samples])
      } catch (error) {
        expect(error).toMatchObject({ code: 'malformed' })
      }
    }),
    { numRuns: 60 },
  )
})

test('tiles whose alpha ends before what it codes are malformed', async () => {
  const file = await encodeImage(picture(disc, 4, 8), {})
  const { container, header } = openImage(file)
  const payload = readData(file, container, 0)
  for (const length of [0, 1, 2, 5, payload[0]]) {
    const parts = [payload.slice(0, length)]
    const { width, height } = header
    const task = { header, width, height, scale: 1 as const, parts }
    await expect(decodeImageTile(task)).rejects.toMatchObject({ code: 'malformed' })
  }
})
