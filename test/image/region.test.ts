import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readContainer, readData, writeContainer } from '../../codecs/container/container.js'
import { shrunk } from '../../src/image/picture.js'
import { type DecodeImageOptions, decodeImage, encodeImage, type ImageData, inspect } from '../../src/index.js'
import { pattern } from '../pictures.js'

type Region = NonNullable<DecodeImageOptions['region']>

function crop(image: ImageData, { x, y, width, height }: Region): ImageData {
  const data = image.data.slice(0, width * height * image.channels)
  for (let i = 0; i < data.length; i++) {
    const [c, column, row] = [i % image.channels, Math.floor(i / image.channels) % width, Math.floor(i / image.channels / width)]
    data[i] = image.data[((y + row) * image.width + x + column) * image.channels + c]
  }
  return { ...image, width, height, data }
}

const side = fc.integer({ min: 1, max: 200 })
const picture = fc.record({
  width: side,
  height: side,
  channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<ImageData['channels']>,
  bitDepth: fc.constantFrom(8, 11, 16),
  tileSize: fc.constantFrom(0, 64, 128),
  transform: fc.constantFrom('dct', 'wavelet') as fc.Arbitrary<'dct' | 'wavelet'>,
  preview: fc.boolean(),
})
const parts = fc.array(fc.nat({ max: 1e6 }), { minLength: 4, maxLength: 4 })
const scale = fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<1 | 2 | 4 | 8>

describe('a region', () => {
  test('is that part of the whole, at every scale', async () => {
    await fc.assert(
      fc.asyncProperty(picture, parts, scale, async ({ width, height, channels, bitDepth, tileSize, transform, preview }, at, scale) => {
        const image = pattern(width, height, channels, bitDepth)
        const file = await encodeImage(image, { tileSize, transform, preview: preview && transform === 'dct', effort: 1 })
        const [x, y] = [at[0] % width, at[1] % height]
        const region = { x, y, width: 1 + (at[2] % (width - x)), height: 1 + (at[3] % (height - y)) }
        const whole = await decodeImage(file, { scale })
        const [left, top] = [Math.floor(x / scale), Math.floor(y / scale)]
        const [right, bottom] = [Math.ceil((x + region.width) / scale), Math.ceil((y + region.height) / scale)]
        const expected = crop(whole, { x: left, y: top, width: right - left, height: bottom - top })
        expect(await decodeImage(file, { scale, region })).toEqual(expected)
      }),
      { numRuns: 120 },
    )
  })

  test('reads only the tiles that it touches, and only they count for the limit', async () => {
    const image = pattern(256, 192)
    const file = await encodeImage(image, { tileSize: 64 })
    const { dataOffsets } = readContainer(file)
    const whole = await decodeImage(file)
    const region = { x: 70, y: 66, width: 50, height: 60 } // tile 5
    const damaged = file.slice()
    for (let i = dataOffsets[0]; i < damaged.length; i++) if (i < dataOffsets[5] || i >= dataOffsets[6]) damaged[i] = 0
    // the type of the first data chunk tells where the headers end
    damaged[dataOffsets[0]] = file[dataOffsets[0]]
    expect(await decodeImage(damaged, { region, limits: { pixels: 4096 } })).toEqual(crop(whole, region))
    await expect(decodeImage(file, { region, limits: { pixels: 4095 } })).rejects.toMatchObject({ code: 'limit' })
    await expect(decodeImage(damaged, { region: { ...region, x: 60 } })).rejects.toMatchObject({ code: 'malformed' })
  })

  test.each<[Region, string]>([
    [{ x: 30, y: 0, width: 11, height: 1 }, "region: x 30 and width 11 are not within the 40 pixels of the picture's width"],
    [{ x: 0, y: -1, width: 5, height: 5 }, "region: y -1 and height 5 are not within the 30 pixels of the picture's height"],
    [{ x: 0, y: 3, width: 5, height: 0 }, "region: y 3 and height 0 are not within the 30 pixels of the picture's height"],
    [{ x: 0.5, y: 0, width: 5, height: 5 }, 'region: x 0.5 and width 5 are not both integers'],
  ])('%j is refused', async (region, message) => {
    const file = await encodeImage(pattern(40, 30))
    await expect(decodeImage(file, { region })).rejects.toThrow(message)
    await expect(decodeImage(file, { region, scale: 2 })).rejects.toThrow(message)
  })
})

describe('a smaller picture of a DCT file', () => {
  test('is the mean of cells of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(picture, scale, async ({ width, height, channels, bitDepth, tileSize }, scale) => {
        const file = await encodeImage(pattern(width, height, channels, bitDepth), { tileSize, effort: 1 })
        const { metadata, ...whole } = await decodeImage(file)
        expect(await decodeImage(file, { scale })).toEqual({ ...(scale === 1 ? whole : shrunk(whole, scale)), metadata })
      }),
      { numRuns: 40 },
    )
  })

  test('has colours of what can be seen', () => {
    const data = Uint8Array.of(200, 255, 0, 0, 100, 255, 50, 0) // a row of grey + alpha
    const image = { width: 4, height: 1, channels: 2 as const, bitDepth: 8, data }
    expect([...shrunk(image, 2).data]).toEqual([200, 128, 100, 128])
    expect([...shrunk({ ...image, data: Uint8Array.of(10, 0, 20, 0, 1, 1, 5, 3) }, 2).data]).toEqual([15, 0, 4, 2])
    // what is left of a cell at the edge
    expect([...shrunk({ width: 3, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(1, 2, 9) }, 2).data]).toEqual([2, 9])
  })
})

describe('a preview', () => {
  const image = { ...pattern(300, 200), metadata: [{ type: 'icc' as const, bytes: new Uint8Array(900).fill(5) }] }

  test('is what 1:8 decodes to, from the front of the file', async () => {
    const file = await encodeImage(image, { preview: true, tileSize: 64 })
    const small = await decodeImage(file, { scale: 8 })
    const mean = shrunk(image, 8)
    expect(small).toMatchObject({ width: 38, height: 25, channels: 3, bitDepth: 8, metadata: image.metadata })
    let error = 0
    for (let i = 0; i < mean.data.length; i++) error += Math.abs(mean.data[i] - small.data[i]) / mean.data.length
    expect(error).toBeLessThan(25)
    const found = await inspect(file)
    const { previewBytes = 0 } = found.kind === 'image' ? found.image : {}
    expect(previewBytes).toBeGreaterThan(0)
    // header, preview, no metadata
    expect(await decodeImage(file.subarray(0, 40 + previewBytes), { scale: 8 })).toEqual({ ...small, metadata: [] })
    await expect(decodeImage(file.subarray(0, previewBytes), { scale: 8 })).rejects.toMatchObject({ code: 'truncated' })
  })

  test('changes nothing else, and counts for a target', async () => {
    const [plain, file] = [await encodeImage(image), await encodeImage(image, { preview: true })]
    expect(file.length).toBeGreaterThan(plain.length)
    expect(await decodeImage(file)).toEqual(await decodeImage(plain))
    const { length } = await encodeImage(image, { preview: true, targetSize: 12_000 })
    expect(length).toBeLessThanOrEqual(12_000)
    expect(length).toBeGreaterThanOrEqual(11_880)
  })

  test('of another size is refused, and wavelet files have none', async () => {
    const file = await encodeImage(image, { preview: true })
    const other = await encodeImage(pattern(400, 200), { preview: true })
    const { preview } = readContainer(other)
    const { header, metadata, dataOffsets } = readContainer(file)
    const data = dataOffsets.slice(1).map((_, i) => readData(file, readContainer(file), i))
    const mixed = writeContainer('image', header, metadata, data, preview)
    await expect(decodeImage(mixed, { scale: 8 })).rejects.toThrow('a preview of 50 x 25 where 1:8 of 300 x 200 is due')
    expect((await decodeImage(mixed)).width).toBe(300)
    await expect(encodeImage(image, { preview: true, transform: 'wavelet' })).rejects.toThrow(TypeError)
  })
})
