import { describe, expect, test } from 'vitest'
import { decodeImage, encodeImage, type ImageData } from '../../src/index.js'
import { alphaMaxError, imageMetrics, psnr } from '../../src/metrics.js'
import { pattern } from '../pictures.js'

const flat = (grey: number, alpha: number, bitDepth = 8): ImageData => {
  const values = Array.from({ length: 64 * 64 }, () => [grey, alpha]).flat()
  return { width: 64, height: 64, channels: 2, bitDepth, data: bitDepth > 8 ? Uint16Array.from(values) : Uint8Array.from(values) }
}

describe('pictures with alpha', () => {
  test('count by the worse of white and black: white that fades is not seen on white', async () => {
    const [solid, faded] = [flat(255, 255), flat(255, 100)]
    expect(psnr(solid, faded).lumaDb).toBe(Number.POSITIVE_INFINITY)
    const { psnrYDb, ssimulacra2, butteraugli3Norm } = await imageMetrics(solid, faded, ['psnrYDb', 'ssimulacra2', 'butteraugli3Norm'])
    expect(psnrYDb).toBeCloseTo(20 * Math.log10(255 / 155), 3)
    expect(ssimulacra2).toBeLessThan(90)
    expect(butteraugli3Norm).toBeGreaterThan(1)
    const [white, black] = [[1, 1, 1] as const, [0, 0, 0] as const]
    expect((await imageMetrics(solid, faded, ['psnrYDb'], { background: white })).psnrYDb).toBe(Number.POSITIVE_INFINITY)
    expect((await imageMetrics(solid, faded, ['psnrYDb'], { background: black })).psnrYDb).toBe(psnrYDb)
  })

  test('tell the largest error of alpha in levels of 8 bits, whatever the depths; without alpha is opaque', () => {
    expect(alphaMaxError(flat(7, 200), flat(90, 197))).toBe(3)
    expect(alphaMaxError(flat(7, 255), flat(7, 65535 - 257, 16))).toBeCloseTo(1, 9)
    expect(alphaMaxError(flat(7, 100), { ...pattern(64, 64, 1) })).toBe(155)
    expect(alphaMaxError(pattern(64, 64, 1), pattern(64, 64, 3))).toBeUndefined()
    expect(() => alphaMaxError(flat(1, 1), pattern(32, 64, 2))).toThrow('32 x 64 pixels against 64 x 64')
  })

  test('reach a target on both grounds', async () => {
    const image = pattern(96, 64, 4)
    const decoded = await decodeImage(await encodeImage(image, { targetPsnr: 32, effort: 1 }))
    for (const background of [[1, 1, 1] as const, [0, 0, 0] as const]) {
      expect(psnr(image, decoded, { background }).colourDb).toBeGreaterThanOrEqual(32)
    }
  })
})
