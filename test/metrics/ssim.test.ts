import { describe, expect, test } from 'vitest'
import type { ImageData } from '../../src/image.js'
import { msSsim, ssim } from '../../src/metrics/ssim.js'
import { pattern } from '../pictures.js'
import { changed, PAIRS } from './pairs.js'

type Plane = { width: number; height: number; at: (x: number, y: number) => number }

function luma({ width, height, channels, bitDepth, data }: ImageData): Plane {
  const weights = channels === 1 ? [1] : [0.299, 0.587, 0.114]
  const at = (x: number, y: number) =>
    weights.reduce((sum, w, c) => sum + (w * data[(y * width + x) * channels + c]) / (2 ** bitDepth - 1), 0)
  return { width, height, at }
}

/** The definition, window by window: means over the picture of SSIM and of its contrast-structure part. */
function windows(a: Plane, b: Plane): [whole: number, structure: number] {
  const gauss = (k: number) => Math.exp(-(k * k) / 4.5)
  let [whole, structure, count] = [0, 0, 0]
  for (let y = 5; y < a.height - 5; y++) {
    for (let x = 5; x < a.width - 5; x++) {
      let [weight, ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0, 0]
      for (let j = -5; j <= 5; j++) {
        for (let i = -5; i <= 5; i++) {
          const [w, p, q] = [gauss(i) * gauss(j), a.at(x + i, y + j), b.at(x + i, y + j)]
          weight += w
          ma += w * p
          mb += w * q
          aa += w * p * p
          bb += w * q * q
          ab += w * p * q
        }
      }
      ;[ma, mb, aa, bb, ab] = [ma, mb, aa, bb, ab].map((sum) => sum / weight)
      const cs = (2 * (ab - ma * mb) + 0.0009) / (aa - ma * ma + bb - mb * mb + 0.0009)
      whole += (cs * (2 * ma * mb + 0.0001)) / (ma * ma + mb * mb + 0.0001)
      structure += cs
      count++
    }
  }
  return [whole / count, structure / count]
}

const halved = ({ width, height, at }: Plane): Plane => {
  const inside = (x: number, y: number) => at(Math.min(x, width - 1), Math.min(y, height - 1))
  const mean = (x: number, y: number) =>
    (inside(2 * x, 2 * y) + inside(2 * x + 1, 2 * y) + inside(2 * x, 2 * y + 1) + inside(2 * x + 1, 2 * y + 1)) / 4
  return { width: (width + 1) >> 1, height: (height + 1) >> 1, at: mean }
}

describe('the definition', () => {
  test.each(['coarse', 'blocky', 'deep'])('%s: SSIM', async (name) => {
    const [original, decoded] = PAIRS[name]()
    const [expected] = windows(luma(original), luma(decoded))
    expect((await ssim(original, decoded)).score).toBeCloseTo(expected, 5)
  })

  test('MS-SSIM of a picture with three scales', async () => {
    const [original, decoded] = PAIRS.coarse()
    let [a, b] = [luma(original), luma(decoded)]
    let expected = 1
    for (const [i, exponent] of [0.0448, 0.2856, 0.3001].entries()) {
      const [whole, structure] = windows(a, b)
      expected *= (i === 2 ? whole : structure) ** (exponent / (0.0448 + 0.2856 + 0.3001))
      ;[a, b] = [halved(a), halved(b)]
    }
    expect((await msSsim(original, decoded)).score).toBeCloseTo(expected, 5)
  })
})

test('equal pictures of any size have 1', async () => {
  for (const [width, height] of [
    [1, 1],
    [10, 40],
    [11, 11],
    [200, 170],
  ]) {
    const image = pattern(width, height)
    for (const metric of [ssim, msSsim]) {
      const { score, map } = await metric(image, image, { map: true })
      expect(score).toBe(1)
      expect(map!.data).toEqual(new Float32Array(width * height))
    }
  }
})

test('the map has its mean over whole windows at 1 - SSIM, and goes on to the edges', async () => {
  const [original, decoded] = PAIRS.tinted()
  const { score, map } = await ssim(
    original,
    changed(decoded, (value, x) => value + (x < 32 ? 0 : (value & 1) * 9)),
    { map: true },
  )
  let sum = 0
  for (let y = 5; y < 59; y++) for (let x = 5; x < 59; x++) sum += map!.data[y * 64 + x]
  expect(sum / 54 ** 2).toBeCloseTo(1 - score, 5)
  expect(map!.data[0]).toBe(map!.data[5 * 64 + 5])
  expect(map!.data[64 * 64 - 1]).toBe(map!.data[58 * 64 + 58])
})

test('pictures of different size are refused', async () => {
  await expect(ssim(pattern(3, 4), pattern(4, 3))).rejects.toThrow(RangeError)
})
