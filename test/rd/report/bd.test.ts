import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bdRate } from '../../../src/metrics/bdrate.js'
import type { MetricName } from '../../../src/rd/metricnames.js'
import { bdAgainst } from '../../../src/rd/report/bd.js'
import type { OperatingPoint } from '../../../src/rd/run.js'
import { STUB_FACTOR, stubPoints } from './stub.js'

const points = stubPoints()

test('equal curves at 1.5 times the bits cost 50 per cent, whichever way the metric points', () => {
  for (const metric of ['psnrYDb', 'ssimulacra2', 'butteraugli3Norm'] as const) {
    for (const [codec, factor] of Object.entries(STUB_FACTOR)) {
      const bd = bdAgainst(points, 'avif', codec, metric)
      expect(bd.mean).toBeCloseTo((factor - 1) * 100, 6)
      expect(bd.deviation).toBeCloseTo(0, 6)
      expect(bd).toMatchObject({ compared: 3, missing: [] })
    }
  }
})

test('mean, median, deviation and worst item are those of the single BD-rates', () => {
  const factors = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 2, maxLength: 9 })
  fc.assert(
    fc.property(factors, (factors) => {
      const run = factors.flatMap((factor, i) =>
        [30, 35, 41].flatMap((psnrYDb, setting) => {
          const bpp = 0.2 * 2 ** setting
          const point = { item: `${i}`, setting, bytes: 1, psnrYDb }
          return [
            { ...point, codec: 'a', bpp },
            { ...point, codec: 'b', bpp: bpp * factor },
          ]
        }),
      )
      const { mean, median, deviation, worst, items } = bdAgainst(run, 'a', 'b', 'psnrYDb')
      const percents = factors.map((factor) => (factor - 1) * 100)
      for (const [i, percent] of percents.entries()) expect(items[i].percent).toBeCloseTo(percent, 8)
      const average = percents.reduce((a, b) => a + b) / percents.length
      expect(mean).toBeCloseTo(average, 8)
      expect(deviation ** 2 * (percents.length - 1)).toBeCloseTo(
        percents.reduce((sum, value) => sum + (value - average) ** 2, 0),
        5,
      )
      expect(worst?.percent).toBeCloseTo(Math.max(...percents), 8)
      const below = percents.filter((value) => value <= median + 1e-8).length
      const above = percents.filter((value) => value >= median - 1e-8).length
      expect(Math.min(below, above)).toBeGreaterThanOrEqual(percents.length / 2)
    }),
    { numRuns: 50 },
  )
})

test('items that cannot be compared are named with the reason', () => {
  const of = (codec: string, item: string, values: (number | null)[]): OperatingPoint[] =>
    values.map((psnrYDb, setting) => ({ codec, item, setting, bytes: 10 << setting, bpp: 0.1 * 2 ** setting, psnrYDb }))
  const run = [
    ...['good', 'apart', 'lossless', 'alone'].flatMap((item) => of('a', item, [30, 35, 40])),
    ...of('b', 'good', [31, 36, null]),
    ...of('b', 'apart', [41, 45, 50]),
    ...of('b', 'lossless', [null, null, 35]),
    ...of('b', 'extra', [30, 35, 40]),
  ]
  const bd = bdAgainst(run, 'a', 'b', 'psnrYDb')
  expect(bd.items.map(({ item }) => item)).toEqual(['good'])
  expect(bd.worst?.item).toBe('good')
  expect(bd.deviation).toBeNaN()
  expect(bd.missing).toEqual([
    { item: 'apart', reason: 'no quality that both reach' },
    { item: 'lossless', reason: 'fewer than 2 usable points of b' },
    { item: 'alone', reason: 'no points of b' },
    { item: 'extra', reason: 'no points of a' },
  ])
  const nothing = bdAgainst(run, 'a', 'c', 'psnrYDb')
  expect([nothing.mean, nothing.median, nothing.compared, nothing.missing.length]).toEqual([Number.NaN, Number.NaN, 0, 4])
})

test('an infinite PSNR is in no curve', () => {
  const curve = points.filter(({ codec, item }) => codec === 'laq' && item === 'street.png')
  const reference = points.filter(({ codec, item }) => codec === 'avif' && item === 'street.png')
  const infinite: OperatingPoint = { ...curve[3], setting: 100, bpp: 20, psnrYDb: null }
  const rates = (from: OperatingPoint[]) => from.map(({ bpp = 0, psnrYDb }) => ({ rate: bpp, quality: psnrYDb as number }))
  expect(bdAgainst([...reference, ...curve, infinite], 'avif', 'laq', 'psnrYDb').mean).toBe(bdRate(rates(reference), rates(curve)))
})

const file = fileURLToPath(new URL('../../../../shared/reference/peers/kodak.jsonl', import.meta.url))
describe.skipIf(!existsSync(file))(
  `published points of Kodak${existsSync(file) ? '' : ' (skipped: ../shared/reference is absent)'}`,
  () => {
    const EXPECTED: Record<string, number[]> = {
      jxl7: [24.13, 41.41, 19.6, 17.87],
      webp: [17.29, 23.52, 37.36, 24.67],
      mozjpeg: [75.35, 80.0, 47.16, 42.88],
      avif9_psnr: [-12.94, -17.53, 10.74, 6.77],
    }
    const METRICS: MetricName[] = ['psnrYDb', 'psnrRgbDb', 'ssimulacra2', 'butteraugli3Norm']

    test.each(Object.entries(EXPECTED))('%s against avif_iq', (codec, expected) => {
      const published = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((row): OperatingPoint => ({ ...row, item: row.image }))
      for (const [i, metric] of METRICS.entries()) {
        const bd = bdAgainst(published, 'avif_iq', codec, metric)
        expect(bd.compared).toBe(codec === 'avif9_psnr' ? 12 : 24)
        expect(Math.abs(bd.mean - expected[i]), `${metric}: ${bd.mean}`).toBeLessThan(0.05)
      }
    })
  },
)
