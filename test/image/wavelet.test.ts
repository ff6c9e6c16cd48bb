import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContainer } from '../../codecs/container/container.js'
import { decodeImage, encodeImage, type ImageData, inspect } from '../../src/index.js'
import { pattern } from '../pictures.js'

function rootMeanSquare(a: ImageData, b: ImageData): number {
  expect([b.width, b.height, b.channels, b.bitDepth]).toEqual([a.width, a.height, a.channels, a.bitDepth])
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i] - b.data[i]) ** 2
  return Math.sqrt(sum / a.data.length) / (2 ** a.bitDepth - 1)
}

/** Mean of each cell of scale x scale pixels. */
function shrink(image: ImageData, scale: number): ImageData {
  const [width, height] = [Math.ceil(image.width / scale), Math.ceil(image.height / scale)]
  const { channels } = image
  const data = image.data.slice(0, width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let [sum, count] = [0, 0]
        for (let v = y * scale; v < Math.min(image.height, (y + 1) * scale); v++) {
          for (let u = x * scale; u < Math.min(image.width, (x + 1) * scale); u++, count++)
            sum += image.data[(v * image.width + u) * channels + c]
        }
        data[(y * width + x) * channels + c] = Math.round(sum / count)
      }
    }
  }
  return { ...image, width, height, data }
}

const smooth = (width: number, height: number, channels: ImageData['channels'], bitDepth: number): ImageData => {
  const top = 2 ** bitDepth - 1
  const value = (i: number) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return Math.round(top * (0.5 + 0.45 * Math.sin(x / 23 + (i % channels)) * Math.cos(y / 31)))
  }
  const values = Array.from({ length: width * height * channels }, (_, i) => value(i))
  return { width, height, channels, bitDepth, data: bitDepth > 8 ? Uint16Array.from(values) : Uint8Array.from(values) }
}

const shape = fc.record({
  width: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 140 })),
  height: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 140 })),
  channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<ImageData['channels']>,
  bitDepth: fc.integer({ min: 8, max: 16 }),
})
const tune = fc.constantFrom('psnr', 'perceptual') as fc.Arbitrary<'psnr' | 'perceptual'>

test('any size, depth and number of channels comes back, near enough', async () => {
  await fc.assert(
    fc.asyncProperty(shape, tune, fc.constantFrom(0, 64), async ({ width, height, channels, bitDepth }, tune, tileSize) => {
      const image = pattern(width, height, channels, bitDepth)
      const back = await decodeImage(await encodeImage(image, { transform: 'wavelet', quality: 95, tune, tileSize }))
      expect(rootMeanSquare(image, back)).toBeLessThan(0.012)
    }),
    { numRuns: 40 },
  )
})

test('black and white at every depth, and finer steps for smaller error', async () => {
  for (const bitDepth of [8, 10, 15, 16]) {
    const image = smooth(97, 65, 3, bitDepth)
    for (let i = 0; i < image.data.length; i++) image.data[i] = Math.floor(i / 300) % 2 ? 2 ** bitDepth - 1 : 0
    const error = async (quality: number) =>
      rootMeanSquare(image, await decodeImage(await encodeImage(image, { transform: 'wavelet', quality })))
    expect(await error(100)).toBeLessThan(0.003)
    expect(await error(60)).toBeLessThan(0.05)
  }
})

test('a scaled picture is ceil(size / scale), shows the picture, and needs only a prefix', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<1 | 2 | 4 | 8>,
      fc.constantFrom(0, 64),
      async ({ width, height, channels, bitDepth }, scale, tileSize) => {
        const image = smooth(width, height, channels, bitDepth)
        const file = await encodeImage(image, { transform: 'wavelet', quality: 90, tileSize })
        const scaled = await decodeImage(file, { scale })
        expect([scaled.width, scaled.height]).toEqual([Math.ceil(width / scale), Math.ceil(height / scale)])
        // cells are centred half a pixel away from the low-pass samples
        if (Math.min(width, height) > 32) expect(rootMeanSquare(shrink(image, scale), scaled)).toBeLessThan(0.1)
        const { dataOffsets } = readContainer(file)
        const chunks = ((dataOffsets.length - 1) / 4) * (4 - Math.log2(scale))
        const prefix = await decodeImage(file.subarray(0, dataOffsets[chunks]), { scale })
        expect(prefix).toEqual(scaled)
      },
    ),
    { numRuns: 40 },
  )
})

test('wrong scales and truncated files are refused', async () => {
  const image = pattern(40, 40)
  const wavelet = await encodeImage(image, { transform: 'wavelet' })
  await expect(decodeImage(wavelet, { scale: 3 as never })).rejects.toThrow(RangeError)
  const { dataOffsets } = readContainer(wavelet)
  const prefix = wavelet.subarray(0, dataOffsets[2])
  await expect(decodeImage(prefix, { scale: 4 })).resolves.toMatchObject({ width: 10, height: 10 })
  await expect(decodeImage(prefix, { scale: 2 })).rejects.toThrow(expect.objectContaining({ code: 'truncated' }))
})

test('every bit is accounted for', async () => {
  const image = pattern(200, 150, 4)
  const file = await encodeImage(image, { transform: 'wavelet' })
  const found = await inspect(file, { detail: true })
  const bits = Object.values(found.kind === 'image' ? found.image.bits! : {}).reduce((sum, count) => sum + count, 0)
  expect(Math.abs(file.length * 8 - bits)).toBeLessThan(90 * 8)
})
