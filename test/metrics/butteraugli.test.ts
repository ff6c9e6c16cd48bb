import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KernelExports } from '../../codecs/wasm/loader.js'
import { readPng } from '../../src/io/image/png.js'
import { butteraugli } from '../../src/metrics/butteraugli.js'
import { withKernel } from '../../src/metrics/kernels.js'
import { pattern } from '../pictures.js'
import { changed, PAIRS, referenceFolder } from './pairs.js'

/** 3-norm and maximum as libjxl v0.13 (aea3a06e) prints them for PNG files of the pairs. */
const EXPECTED: Record<string, [threeNorm: number, max: number]> = {
  coarse: [0.714114, 1.150449872],
  blocky: [21.381254, 35.1412620544],
  tinted: [1.250867, 1.3952353001],
  tiny: [0.910186, 1.219473362],
  deep: [1.18461, 1.2395226955],
}

describe('known values', () => {
  test.each(Object.entries(EXPECTED))('%s: %j', async (name, [threeNorm, max]) => {
    const result = await butteraugli(...PAIRS[name]())
    expect(result.threeNorm / threeNorm).toBeCloseTo(1, 4)
    expect(result.max / max).toBeCloseTo(1, 4)
  })

  test.each([
    [1, 1],
    [7, 30],
    [61, 33],
  ])('%d x %d pixels that are equal: 0', async (width, height) => {
    const image = pattern(width, height)
    const result = await butteraugli(image, image, { map: true })
    expect(result).toEqual({ threeNorm: 0, max: 0, map: { width, height, data: new Float32Array(width * height) } })
  })

  test('one pixel of another colour is seen', async () => {
    const [red, blue] = [Uint8Array.of(200, 20, 20), Uint8Array.of(20, 20, 200)].map((data) => ({ ...pattern(1, 1), data }))
    const { threeNorm, max, map } = await butteraugli(red, blue, { map: true })
    expect(max).toBeGreaterThan(1)
    expect(threeNorm).toBeCloseTo(max, 5)
    expect(map!.data).toEqual(Float32Array.of(max))
  })
})

describe('properties', () => {
  test('the map holds the maximum and the norms', async () => {
    const { threeNorm, max, map } = await butteraugli(...PAIRS.coarse(), { map: true })
    expect(Math.max(...map!.data)).toBe(Math.fround(max))
    const norm = (p: number) => (map!.data.reduce((sum, value) => sum + value ** p, 0) / map!.data.length) ** (1 / p)
    expect((norm(3) + norm(6) + norm(12)) / 3).toBeCloseTo(threeNorm, 6)
  })

  test('the map lies where the change is', async () => {
    const image = pattern(96, 96)
    const spot = changed(image, (value, x, y) => value + (Math.hypot(x - 70, y - 30) < 3 ? 60 : 0))
    const { map } = await butteraugli(image, spot, { map: true })
    const at = map!.data.indexOf(Math.max(...map!.data))
    expect(Math.hypot((at % 96) - 70, Math.floor(at / 96) - 30)).toBeLessThan(6)
    expect(map!.data[80 * 96 + 10]).toBeLessThan(0.01)
  })

  test('brighter displays show more', async () => {
    const pair = PAIRS.coarse()
    const [dim, bright] = await Promise.all([20, 250].map((intensityTarget) => butteraugli(...pair, { intensityTarget })))
    expect(bright.threeNorm).toBeGreaterThan(dim.threeNorm)
    await expect(butteraugli(...pair, { intensityTarget: 0 })).rejects.toThrow('intensityTarget is 0, not in 0..10000')
  })

  test('pictures of different size are refused', async () => {
    await expect(butteraugli(pattern(20, 10), pattern(10, 20))).rejects.toThrow('10 x 20 pixels against 20 x 10')
  })
})

interface Exports extends KernelExports {
  blur(source: number, target: number, scratch: number, width: number, height: number, stride: number, sigma: number): void
}

test('blurs are sums over what lies inside, by weights of a Gaussian that ends at 2.25 sigma', async () => {
  const sides = fc.integer({ min: 1, max: 40 })
  await fc.assert(
    fc.asyncProperty(sides, sides, fc.constantFrom(1.2, 1.56416327805, 2.7, 7.15593339443), async (width, height, sigma) => {
      const plane = Float32Array.from({ length: width * height }, (_, i) => ((i * 7919) % 101) / 10 - 5)
      const stride = (width + 3) & ~3
      const blurred = await withKernel<Exports, Float32Array>('butteraugli', ({ exports, memory }) => {
        const [source, target, scratch] = [0, 1, 2].map(() => exports.allocate((stride * height + 16) * 4))
        const rows = new Float32Array(memory.buffer, source, stride * height).fill(0)
        for (let y = 0; y < height; y++) rows.set(plane.subarray(y * width, (y + 1) * width), y * stride)
        exports.blur(source, target, scratch, width, height, stride, sigma)
        return new Float32Array(memory.buffer, target, stride * height).slice()
      })
      const radius = Math.max(1, Math.floor(2.25 * sigma))
      const along = (values: (at: number) => number, at: number, size: number) => {
        let [sum, weights] = [0, 0]
        for (let j = Math.max(0, at - radius); j <= Math.min(size - 1, at + radius); j++) {
          const weight = Math.exp(-((j - at) ** 2) / (2 * sigma ** 2))
          sum += weight * values(j)
          weights += weight
        }
        return sum / weights
      }
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const expected = along((row) => along((column) => plane[row * width + column], x, width), y, height)
          expect(Math.abs(blurred[y * stride + x] - expected)).toBeLessThan(1e-4)
        }
      }
    }),
    { numRuns: 30 },
  )
})

const folder = referenceFolder('image-metrics')
describe.skipIf(!folder)(`as libjxl has it${folder ? '' : ' (skipped: ../shared/reference/image-metrics is absent)'}`, () => {
  const pairs = folder ? JSON.parse(readFileSync(`${folder}/values.json`, 'utf8')).pairs : []
  test.each<{ reference: string; distorted: string; butteraugli3Norm: number; butteraugliMax: number }>(pairs)(
    '$distorted',
    async (pair) => {
      const [original, decoded] = await Promise.all(
        [pair.reference, pair.distorted].map(async (name) => readPng(readFileSync(`${folder}/${name}`))),
      )
      const { threeNorm, max } = await butteraugli(original, decoded)
      expect(Math.abs(threeNorm - pair.butteraugli3Norm)).toBeLessThanOrEqual(2e-5 * pair.butteraugli3Norm)
      expect(Math.abs(max - pair.butteraugliMax)).toBeLessThanOrEqual(2e-5 * pair.butteraugliMax)
    },
  )
})
