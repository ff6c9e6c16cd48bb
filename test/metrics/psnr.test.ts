import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ImageData } from '../../src/image.js'
import { readPng } from '../../src/io/image/png.js'
import { psnr } from '../../src/metrics/psnr.js'
import { describeCorpus } from '../corpus.js'

const image = (channels: ImageData['channels'], data: number[], bitDepth = 8): ImageData => ({
  width: data.length / channels,
  height: 1,
  channels,
  bitDepth,
  data: bitDepth > 8 ? Uint16Array.from(data) : Uint8Array.from(data),
})

test('known values', () => {
  expect(psnr(image(1, [0, 0]), image(1, [255, 255]))).toEqual({ lumaDb: 0, colourDb: 0 })
  expect(psnr(image(3, [9, 9, 9]), image(3, [9, 9, 9]))).toEqual({ lumaDb: Infinity, colourDb: Infinity })
  // one level everywhere: 20 log10(255); all of it is luma
  const one = psnr(image(3, [10, 20, 30]), image(3, [11, 21, 31]))
  expect(one.lumaDb).toBeCloseTo(48.1308, 4)
  expect(one.colourDb).toBeCloseTo(48.1308, 4)
  // one level of green only
  const green = psnr(image(3, [10, 20, 30]), image(3, [10, 21, 30]))
  expect(green.lumaDb).toBeCloseTo(20 * Math.log10(255 / 0.587), 6)
  expect(green.colourDb).toBeCloseTo(48.1308 + 10 * Math.log10(3), 4)
  expect(psnr(image(1, [0], 16), image(1, [1], 16)).lumaDb).toBeCloseTo(20 * Math.log10(65535), 6)
})

test('alpha: what lies behind counts as far as it shows', () => {
  expect(psnr(image(4, [1, 2, 3, 0]), image(4, [250, 2, 3, 0])).colourDb).toBe(Infinity)
  expect(psnr(image(4, [1, 2, 3, 0]), image(3, [255, 255, 255])).colourDb).toBe(Infinity)
  expect(psnr(image(4, [1, 2, 3, 0]), image(3, [0, 0, 0]), { background: [0, 0, 0] }).colourDb).toBe(Infinity)
  // half of 255 on white against half of 0 on white
  expect(psnr(image(2, [255, 51]), image(2, [0, 51])).lumaDb).toBeCloseTo(20 * Math.log10(5), 4)
})

test('pictures may differ in depth and in having colours, not in size', () => {
  expect(psnr(image(1, [51]), image(1, [51 * 257], 16)).lumaDb).toBe(Infinity)
  expect(psnr(image(1, [7]), image(3, [7, 7, 7])).colourDb).toBe(Infinity)
  expect(psnr(image(3, [7, 8, 7]), image(1, [7])).colourDb).toBeCloseTo(48.1308 + 10 * Math.log10(3), 4)
  expect(() => psnr(image(1, [1, 2, 3]), image(3, [1, 2, 3]))).toThrow('1 x 1 pixels against 3 x 1 of the original')
  expect(() => psnr({ ...image(1, [1]), width: 2 }, { ...image(1, [1]), width: 2 })).toThrow('1 samples, not the 2')
  expect(() => psnr({ ...image(1, [1]), width: 0 }, { ...image(1, [1]), width: 0 })).toThrow('nothing to compare')
})

test('maps have the mean squared error for their mean', () => {
  const [original, decoded] = [image(3, [9, 9, 9, 50, 60, 70], 8), image(3, [9, 9, 9, 40, 80, 70], 8)]
  const { lumaDb, colourDb, lumaMap, colourMap } = psnr(original, decoded, { map: true })
  for (const [db, map] of [
    [lumaDb, lumaMap],
    [colourDb, colourMap],
  ] as const) {
    expect(map!.data[0]).toBe(0)
    expect(-10 * Math.log10(map!.data[1] / 2)).toBeCloseTo(db, 5)
  }
})

test('symmetric; grey as RGB has the same figures; error times k costs 20 log10 k', () => {
  const byte = fc.integer({ min: 0, max: 120 })
  fc.assert(
    fc.property(fc.array(fc.tuple(byte, fc.integer({ min: -40, max: 40 })), { minLength: 1, maxLength: 40 }), (samples) => {
      const [a, b, c] = [0, 1, 3].map((k) => samples.map(([value, error]) => 120 + (value >> 4) + k * error))
      const [grey, far] = [psnr(image(1, a), image(1, b)), psnr(image(1, a), image(1, c))]
      expect(psnr(image(1, b), image(1, a))).toEqual(grey)
      if (grey.lumaDb === Infinity) return
      expect(grey.lumaDb - far.lumaDb).toBeCloseTo(20 * Math.log10(3), 9)
      const colour = (grey: number[]) =>
        image(
          3,
          grey.flatMap((value) => [value, value, value]),
        )
      const { lumaDb, colourDb } = psnr(colour(a), colour(b))
      expect(lumaDb).toBeCloseTo(grey.lumaDb, 9)
      expect(colourDb).toBeCloseTo(grey.lumaDb, 9)
    }),
  )
})

describeCorpus('images/kodak', (folder) => {
  test('agrees with a point of the peers as it was published', async () => {
    const { default: sharp } = await import('sharp')
    const path = `${folder}/../../../reference/peers/kodak.jsonl`
    const rows = readFileSync(path, 'utf8').trim().split('\n')
    const peer = rows.map((row) => JSON.parse(row)).find((row) => row.codec === 'webp' && row.image === 'kodim03.png' && row.setting === 65)
    const original = await readPng(readFileSync(`${folder}/kodim03.png`))
    const file = await sharp(`${folder}/kodim03.png`).webp({ quality: 65, effort: 6, smartSubsample: true }).toBuffer()
    const decoded = await sharp(file).raw().toBuffer()
    const { lumaDb, colourDb } = psnr(original, { ...original, data: new Uint8Array(decoded) })
    expect(file.length).toBe(peer.bytes)
    expect(lumaDb).toBeCloseTo(peer.psnrYDb, 3)
    expect(colourDb).toBeCloseTo(peer.psnrRgbDb, 3)
  })
})
