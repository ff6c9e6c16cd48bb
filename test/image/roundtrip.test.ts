import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeImage, encodeImage, type ImageData } from '../../src/index.js'

/** A picture with something in it: gradients, an edge and noise. */
function picture(width: number, height: number, channels: ImageData['channels'], bitDepth: number): ImageData {
  const top = 2 ** bitDepth - 1
  const data = bitDepth > 8 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  let noise = 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        noise = (Math.imul(noise, 1103515245) + 12345) >>> 0
        const value = (x * (c + 1)) / (width * 3) + (y * 0.3) / height + (x > y ? 0.2 : 0) + (noise / 2 ** 32) * 0.05
        data[(y * width + x) * channels + c] = Math.round(Math.min(1, value) * top)
      }
    }
  }
  return { width, height, channels, bitDepth, data }
}

function psnr(a: ImageData, b: ImageData): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i] - b.data[i]) ** 2
  return 10 * Math.log10((2 ** a.bitDepth - 1) ** 2 / (sum / a.data.length))
}

test('any size, depth and number of channels comes back, near enough', async () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 140 }))
  const shape = fc.record({
    width: side,
    height: side,
    channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<ImageData['channels']>,
    bitDepth: fc.integer({ min: 8, max: 16 }),
  })
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.constantFrom('psnr', 'perceptual') as fc.Arbitrary<'psnr' | 'perceptual'>,
      async ({ width, height, channels, bitDepth }, tune) => {
        const image = picture(width, height, channels, bitDepth)
        const back = await decodeImage(await encodeImage(image, { quality: 95, tune }))
        expect({ ...back, data: 0, metadata: 0 }).toEqual({ ...image, data: 0, metadata: 0 })
        expect(psnr(image, back)).toBeGreaterThan(38)
      },
    ),
    { numRuns: 40 },
  )
})

test('black and white survive at every depth', async () => {
  for (const bitDepth of [8, 12, 15, 16]) {
    for (const value of [0, 2 ** bitDepth - 1]) {
      const data = (bitDepth > 8 ? new Uint16Array(64 * 80) : new Uint8Array(64 * 80)).fill(value)
      const back = await decodeImage(await encodeImage({ width: 64, height: 80, channels: 1, bitDepth, data }, { quality: 80 }))
      expect(Math.max(...back.data.map((v) => Math.abs(v - value)))).toBeLessThanOrEqual(2 ** bitDepth / 256)
    }
  }
})

test('tiles only change what they must', async () => {
  const image = picture(200, 150, 3, 8)
  const one = await encodeImage(image, { quality: 80 })
  const many = await encodeImage(image, { quality: 80, tileSize: 64 })
  expect(many.length).toBeGreaterThan(one.length)
  expect(psnr(image, await decodeImage(many))).toBeGreaterThan(psnr(image, await decodeImage(one)) - 1)
})

test('metadata is carried byte for byte', async () => {
  const metadata = [
    { type: 'icc' as const, bytes: Uint8Array.of(1, 2, 3) },
    { type: 'exif' as const, bytes: new Uint8Array(0) },
  ]
  const back = await decodeImage(await encodeImage({ ...picture(9, 9, 1, 8), metadata }))
  expect(back.metadata).toEqual(metadata)
})

test('a target in bits per pixel is kept, and used', async () => {
  const image = picture(160, 160, 3, 8)
  const file = await encodeImage(image, { targetBpp: 1 })
  expect((file.length * 8) / 160 ** 2).toBeLessThanOrEqual(1)
  expect((file.length * 8) / 160 ** 2).toBeGreaterThan(0.9)
})

test('wrong arguments are told', async () => {
  const image = picture(8, 8, 3, 8)
  await expect(encodeImage({ ...image, width: 9 })).rejects.toThrow('data has 192 samples, not 9 * 8 * 3')
  await expect(encodeImage({ ...image, bitDepth: 12 })).rejects.toThrow(TypeError)
  await expect(encodeImage(image, { quality: 101 })).rejects.toThrow('quality is 101, not in 0..100')
  await expect(encodeImage(image, { tileSize: 100 })).rejects.toThrow(RangeError)
})

test('a limit refuses from the header', async () => {
  const file = await encodeImage(picture(32, 32, 1, 8))
  await expect(decodeImage(file, { limits: { pixels: 1000 } })).rejects.toThrow(expect.objectContaining({ code: 'limit' }))
})

test('an aborted signal stops the work', async () => {
  await expect(encodeImage(picture(32, 32, 1, 8), { signal: AbortSignal.abort() })).rejects.toThrow(
    expect.objectContaining({ code: 'aborted' }),
  )
})

test('alpha has a quality of its own, which changes nothing else', async () => {
  const image = picture(90, 70, 4, 8)
  // nothing is hidden: below alpha 0 colour is free
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 64 + 0.7 * image.data[i]
  const errorOf = (back: ImageData, first: number, count: number) => {
    let sum = 0
    for (let i = first; i < image.data.length; i += 4) {
      for (let c = 0; c < count; c++) sum += (image.data[i + c] - back.data[i + c]) ** 2
    }
    return sum
  }
  for (const transform of ['dct', 'wavelet'] as const) {
    const decoded = async (alphaQuality?: number) =>
      decodeImage(await encodeImage(image, { transform, ...(alphaQuality !== undefined && { alphaQuality }) }))
    const [usual, coarse, fine] = [await decoded(), await decoded(20), await decoded(98)]
    expect(errorOf(coarse, 3, 1)).toBeGreaterThan(2 * errorOf(usual, 3, 1))
    expect(errorOf(fine, 3, 1)).toBe(0)
    for (const other of [coarse, fine]) expect(errorOf(other, 0, 3)).toBe(errorOf(usual, 0, 3))
  }
  // of a picture without alpha nothing
  const opaque = picture(40, 30, 3, 8)
  expect(await encodeImage(opaque, { alphaQuality: 10 })).toEqual(await encodeImage(opaque))
  await expect(encodeImage(image, { alphaQuality: 101 })).rejects.toThrow('alphaQuality is 101, not in 0..100')
})
