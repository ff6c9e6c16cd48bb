import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ImageData } from '../../src/image.js'
import { readPng } from '../../src/io/image/png.js'
import { ssimulacra2 } from '../../src/metrics/ssimulacra2.js'
import { pattern } from '../pictures.js'
import { changed, PAIRS, referenceFolder } from './pairs.js'

/** As libjxl v0.13 (aea3a06e) prints them for PNG files of the pairs. */
const EXPECTED: Record<string, number> = {
  coarse: 84.48666924,
  blocky: -162.23877325,
  tinted: 94.47687223,
  tiny: 93.3303452,
  deep: 94.77445736,
}

describe('known values', () => {
  test.each(Object.entries(EXPECTED))('%s: %d', async (name, expected) => {
    const [original, decoded] = PAIRS[name]()
    expect((await ssimulacra2(original, decoded)).score).toBeCloseTo(expected, 5)
  })

  test.each([
    [1, 1],
    [8, 1],
    [61, 33],
  ])('%d x %d pixels that are equal: 100', async (width, height) => {
    const image = pattern(width, height)
    const { score, map } = await ssimulacra2(image, image, { map: true })
    expect(score).toBe(100)
    expect(map).toMatchObject({ width, height })
    expect(map!.data.every((value) => value === 0)).toBe(true)
  })
})

describe('what pictures may be', () => {
  const [original, decoded] = PAIRS.coarse()

  test('of one size', async () => {
    await expect(ssimulacra2(pattern(20, 10), pattern(10, 20))).rejects.toThrow('10 x 20 pixels against 20 x 10 of the original')
  })

  test('grey as RGB has the same score', async () => {
    const grey = pattern(40, 30, 1)
    const worse = changed(grey, (value) => value - (value % 24))
    const colour = (image: ImageData): ImageData => ({
      ...image,
      channels: 3,
      data: Uint8Array.from({ length: image.data.length * 3 }, (_, i) => image.data[Math.floor(i / 3)]),
    })
    const { score } = await ssimulacra2(grey, worse)
    expect(score).toBeLessThan(95)
    expect((await ssimulacra2(colour(grey), colour(worse))).score).toBe(score)
    expect((await ssimulacra2(grey, colour(worse))).score).toBe(score)
  })

  test('of several depths: 16 bits with the values of 8 score the same', async () => {
    const deep = { ...decoded, bitDepth: 16, data: Uint16Array.from(decoded.data, (value) => value * 257) }
    expect((await ssimulacra2(original, deep)).score).toBeCloseTo(EXPECTED.coarse, 1)
  })

  test('with alpha: what is hidden does not count, and the background shows through', async () => {
    const see = (alpha: number): ImageData => {
      const data = Uint8Array.from({ length: 40 * 40 * 4 }, (_, i) => (i % 4 === 3 ? alpha : (i * 7) % 256))
      return { width: 40, height: 40, channels: 4, bitDepth: 8, data }
    }
    const hidden = changed(see(0), (value, _x, _y, c) => (c === 3 ? value : 255 - value))
    expect((await ssimulacra2(see(0), hidden)).score).toBe(100)
    const white: ImageData = { width: 40, height: 40, channels: 3, bitDepth: 8, data: new Uint8Array(4800).fill(255) }
    expect((await ssimulacra2(see(0), white)).score).toBe(100)
    expect((await ssimulacra2(see(0), white, { background: [0, 0, 0] })).score).toBeLessThan(30)
  })
})

test('the map lies where the change is, and is the larger the more it is', async () => {
  const image = pattern(96, 96)
  const mean = async (strength: number) => {
    const spot = changed(image, (value, x, y) => value + (Math.hypot(x - 70, y - 30) < 6 ? strength : 0))
    const { score, map } = await ssimulacra2(image, spot, { map: true })
    const at = map!.data.indexOf(Math.max(...map!.data))
    expect(Math.hypot((at % 96) - 70, Math.floor(at / 96) - 30)).toBeLessThan(12)
    return { score, mean: map!.data.reduce((sum, value) => sum + value, 0) / map!.data.length }
  }
  const [weak, strong] = [await mean(10), await mean(40)]
  expect(strong.score).toBeLessThan(weak.score)
  expect(strong.mean).toBeGreaterThan(weak.mean)
})

const folder = referenceFolder('image-metrics')
describe.skipIf(!folder)(`as libjxl has it${folder ? '' : ' (skipped: ../shared/reference/image-metrics is absent)'}`, () => {
  const pairs = folder ? JSON.parse(readFileSync(`${folder}/values.json`, 'utf8')).pairs : []
  test.each<{ reference: string; distorted: string; ssimulacra2: number }>(pairs)('$distorted', async (pair) => {
    const [original, decoded] = await Promise.all(
      [pair.reference, pair.distorted].map((name) => Promise.resolve(readPng(readFileSync(`${folder}/${name}`)))),
    )
    expect((await ssimulacra2(original, decoded)).score).toBeCloseTo(pair.ssimulacra2, 5)
  })
})
