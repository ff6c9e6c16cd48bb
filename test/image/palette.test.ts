import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { looksDrawn } from '../../codecs/image/drawn.js'
import { openImage } from '../../src/image/decode.js'
import { decodeImage, encodeImage, type ImageData } from '../../src/index.js'
import { drawing, pattern } from '../pictures.js'
import { withAlphaTwin } from './alphatwin.js'
import { decodeBlockTwin } from './blocktwin.js'

const mostApart = (a: ImageData, b: ImageData) => [...a.data].reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0)

test.each([1, 3] as const)('a drawing of %i channels comes back as it was, in few bytes', async (channels) => {
  const image = drawing(200, 150, channels)
  const file = await encodeImage(image, { quality: 75 })
  expect(mostApart(image, await decodeImage(file))).toBe(0)
  expect(file.length).toBeLessThan(1100)
})

test('without a palette, as with 4:2:0, the same drawing takes several times the bytes and is not exact', async () => {
  const image = drawing(200, 150)
  const file = await encodeImage(image, { quality: 75, chroma: '4:2:0' })
  expect(mostApart(image, await decodeImage(file))).toBeGreaterThan(3)
  expect(file.length).toBeGreaterThan(3000)
})

const shapes = fc.record({
  width: fc.integer({ min: 16, max: 110 }),
  height: fc.integer({ min: 16, max: 110 }),
  channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<ImageData['channels']>,
  bitDepth: fc.constantFrom(8, 10, 16),
  quality: fc.integer({ min: 10, max: 98 }),
  grain: fc.constantFrom(0, 2, 30),
})

test('drawings with and without grain decode alike by kernel and twin', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ width, height, channels, bitDepth, quality, grain }) => {
      const image = drawing(width, height, channels, bitDepth)
      // grain in the right half alone: palette blocks beside others
      const most = 2 ** bitDepth - 1
      image.data.forEach((value, i) => {
        const noise = (((Math.imul(i + 1, 2654435761) >>> 24) - 128) / 128) * (grain / 255) * most
        if ((i / channels) % width > width / 2) image.data[i] = Math.max(0, Math.min(most, Math.round(value + noise)))
      })
      const file = await encodeImage(image, { quality })
      const { container, header } = openImage(file)
      const { data } = await decodeImage(file)
      const payload = readData(file, container, 0)
      const twin = withAlphaTwin(header, width, height, payload, 1, (colour, rest) => decodeBlockTwin(colour, width, height, rest))
      expect(twin).toEqual([...data])
    }),
    { numRuns: 25 },
  )
})

test('a drawing is told from a photograph-like pattern', () => {
  for (const channels of [1, 3, 4] as const) expect(looksDrawn(drawing(300, 200, channels))).toBe(true)
  for (const channels of [1, 3, 4] as const) expect(looksDrawn(pattern(300, 200, channels))).toBe(false)
  expect(looksDrawn(drawing(20, 20))).toBe(false)
})

test('tiles have palettes of their own, and regions are those of the whole', async () => {
  const image = drawing(300, 200)
  const file = await encodeImage(image, { quality: 60, tileSize: 128 })
  const whole = await decodeImage(file)
  expect(mostApart(image, whole)).toBe(0)
  const region = { x: 100, y: 90, width: 90, height: 70 }
  const part = await decodeImage(file, { region })
  const row = (y: number) => whole.data.slice(3 * ((region.y + y) * 300 + region.x), 3 * ((region.y + y) * 300 + region.x + region.width))
  expect([...part.data]).toEqual(Array.from({ length: region.height }, (_, y) => [...row(y)]).flat())
})
