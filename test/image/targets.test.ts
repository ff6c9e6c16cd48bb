import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeImage, type EncodeImageOptions, encodeImage, inspect } from '../../src/index.js'
import { imageMetrics } from '../../src/metrics.js'
import { pattern } from '../pictures.js'

const transform = fc.constantFrom('dct', 'wavelet') as fc.Arbitrary<'dct' | 'wavelet'>

describe('a target of bytes', () => {
  test('is kept from below, within 1 %', async () => {
    const shape = fc.record({
      width: fc.integer({ min: 32, max: 120 }),
      height: fc.integer({ min: 32, max: 120 }),
      channels: fc.constantFrom(1, 3, 4) as fc.Arbitrary<1 | 3 | 4>,
      bitDepth: fc.constantFrom(8, 12),
    })
    await fc.assert(
      fc.asyncProperty(shape, transform, fc.double({ min: 0.05, max: 1, noNaN: true }), async (given, transform, part) => {
        const image = pattern(given.width, given.height, given.channels, given.bitDepth)
        const most = (await encodeImage(image, { transform, quality: 95 })).length
        const targetSize = Math.max(300, Math.round(most * part))
        const { length } = await encodeImage(image, { transform, targetSize })
        expect(length).toBeLessThanOrEqual(targetSize)
        expect(length).toBeGreaterThanOrEqual(0.99 * targetSize)
      }),
      { numRuns: 40 },
    )
  })

  test('counts metadata and all, and is the same as one of bits per pixel', async () => {
    const image = { ...pattern(100, 80), metadata: [{ type: 'exif' as const, bytes: new Uint8Array(500) }] }
    const file = await encodeImage(image, { targetSize: 2000 })
    expect(file.length).toBeLessThanOrEqual(2000)
    expect(file.length).toBeGreaterThanOrEqual(1980)
    expect(await encodeImage(image, { targetBpp: 2 })).toEqual(file)
  })

  test('out of reach is told, and what can be reached', async () => {
    const image = pattern(100, 80)
    const [, told] = /than the (\d+) that/.exec(String(await encodeImage(image, { targetSize: 30 }).catch((error) => error))) ?? []
    const least = Number(told)
    expect((await encodeImage(image, { targetSize: least })).length).toBeLessThanOrEqual(least)
    await expect(encodeImage(image, { targetBpp: 0.01 })).rejects.toThrow(RangeError)
    // there is no way to spend a million bytes on it
    expect((await encodeImage(image, { targetSize: 1e6 })).length).toBeLessThan(40_000)
  })
})

describe.each(['dct', 'wavelet'] as const)('a target of a metric, %s', (transform) => {
  test.each<[EncodeImageOptions, 'ssimulacra2' | 'psnrRgbDb' | 'butteraugli3Norm', 1 | -1]>([
    [{ targetSsimulacra2: 50 }, 'ssimulacra2', 1],
    [{ targetSsimulacra2: 85 }, 'ssimulacra2', 1],
    [{ targetPsnr: 33 }, 'psnrRgbDb', 1],
    [{ targetPsnr: 42, tune: 'psnr' }, 'psnrRgbDb', 1],
    [{ targetButteraugli: 2.5 }, 'butteraugli3Norm', -1],
    [{ targetButteraugli: 0.9 }, 'butteraugli3Norm', -1],
  ])('%j is reached, by no more than a step', async (options, name, sign) => {
    const [wanted] = Object.values(options) as number[]
    const image = pattern(120, 90, 4)
    const reached = async (options: EncodeImageOptions) => {
      const file = await encodeImage(image, { ...options, transform })
      const { [name]: value } = await imageMetrics(image, await decodeImage(file), [name])
      const found = await inspect(file)
      return { value: sign * value!, step: found.kind === 'image' ? found.image.step : 0 }
    }
    const { value, step } = await reached(options)
    expect(value).toBeGreaterThanOrEqual(sign * wanted)
    // a target that is missed by so little takes a finer step
    const next = await reached({ ...options, [Object.keys(options)[0]]: sign * (value + 1e-4) })
    expect(next.step).toBeLessThan(step)
  })

  test('out of reach is told with the best', async () => {
    const image = pattern(64, 64)
    if (transform === 'dct') {
      await expect(encodeImage(image, { targetPsnr: 150 })).rejects.toThrow(
        /^targetPsnr 150 dB: the best that this picture comes to is \d+/,
      )
    } else {
      const file = await encodeImage(image, { transform, targetSsimulacra2: 100 })
      expect((await decodeImage(file)).data).toEqual(image.data)
    }
  })
})

test('one target at most, and no quality with it', async () => {
  const image = pattern(16, 16)
  await expect(encodeImage(image, { targetSize: 100, quality: 50 })).rejects.toThrow('quality and targetSize exclude each other')
  await expect(encodeImage(image, { targetPsnr: 40, targetSsimulacra2: 70 })).rejects.toThrow(TypeError)
  await expect(encodeImage(image, { targetSsimulacra2: 101 })).rejects.toThrow('targetSsimulacra2 is 101, not in 0..100')
  await expect(encodeImage(image, { targetSize: '9' as never })).rejects.toThrow(TypeError)
})

test('a search tells how far it is, never less than before, and can be aborted between codings', async () => {
  const image = pattern(100, 80)
  const told: number[] = []
  await encodeImage(image, { targetSize: 1500, onProgress: (done) => told.push(done) })
  expect(told.length).toBeGreaterThan(2)
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(told.at(-1)).toBe(1)

  for (const options of [{ targetSize: 1500 }, { targetSsimulacra2: 60 }]) {
    const aborter = new AbortController()
    const searching = encodeImage(image, { ...options, signal: aborter.signal, onProgress: () => aborter.abort() })
    await expect(searching).rejects.toMatchObject({ code: 'aborted' })
  }
})
