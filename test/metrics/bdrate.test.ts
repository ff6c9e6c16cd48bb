import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bdRate, type RatePoint } from '../../src/metrics/bdrate.js'

const points = (...pairs: [rate: number, quality: number][]): RatePoint[] => pairs.map(([rate, quality]) => ({ rate, quality }))

/** Rising rates and qualities, two to eight points. */
const curves = fc
  .array(fc.tuple(fc.double({ min: 0.1, max: 1.5, noNaN: true }), fc.double({ min: 0.5, max: 6, noNaN: true })), {
    minLength: 2,
    maxLength: 8,
  })
  .map((gaps) => {
    let [log, quality] = [-3, 25]
    return gaps.map(([more, better]) => {
      log += more
      quality += better
      return { rate: Math.exp(log), quality }
    })
  })

describe('known values', () => {
  const reference = points([0.1, 28], [0.25, 31], [0.5, 34], [1, 37], [2, 40.5])

  test('a curve against itself', () => expect(bdRate(reference, reference)).toBe(0))

  test('two straight lines in log rate', () => {
    // log2 of the rates 0..2 and 1..3 over qualities 30..36: one octave apart everywhere
    expect(bdRate(points([1, 30], [2, 33], [4, 36]), points([2, 30], [8, 36]))).toBeCloseTo(100, 9)
    // only 33..36 is shared: from 1/2 an octave less to the same
    expect(bdRate(points([1, 30], [4, 36]), points([Math.SQRT2, 33], [4, 36]))).toBeCloseTo(100 * (2 ** -0.25 - 1), 9)
  })

  test('a cubic of three points, integrated by hand', () => {
    // log rate through (0, 0), (1, 1), (3, 2) against the axis; a piece is width * mean of its ends + width^2 / 12 * fall of slope
    const [left, middle, right] = [7 / 6, 9 / 13, 1 / 6]
    const area = 1 / 2 + (left - middle) / 12 + 2 * (3 / 2) + (4 * (middle - right)) / 12
    const flat = points([1, 0], [1, 3])
    const curve = points([1, 0], [Math.E, 1], [Math.E ** 2, 3])
    expect(bdRate(flat, curve)).toBeCloseTo(100 * Math.expm1(area / 3), 9)
  })

  test("as SciPy's PchipInterpolator gives it", () => {
    const a = points([0.2, 27.1], [0.3, 29.4], [0.6, 32.9], [1.3, 35], [2.9, 41])
    const b = points([0.15, 26], [0.4, 31.5], [0.7, 33], [1.9, 39], [3.9, 45])
    expect(bdRate(a, b)).toBeCloseTo(-16.67196195393485, 9)
  })

  test('no shared quality', () => expect(bdRate(reference, points([1, 50], [2, 55]))).toBeNaN())

  test('infinite quality and repeated points are left out', () => {
    expect(bdRate(reference, [...reference, { rate: 9, quality: Infinity }, { rate: 3, quality: 34 }])).toBe(0)
    expect(() => bdRate(reference, points([1, 30], [2, 30]))).toThrow(RangeError)
  })
})

describe('properties', () => {
  test('rates times k are k - 1 more, whatever the curve', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 0.2, max: 5, noNaN: true }), (curve, k) => {
        const scaled = curve.map(({ rate, quality }) => ({ rate: rate * k, quality }))
        expect(bdRate(curve, scaled)).toBeCloseTo(100 * (k - 1), 6)
      }),
    )
  })

  test('turned round, the ratio is inverted', () => {
    fc.assert(
      fc.property(curves, curves, (a, b) => {
        const there = 1 + bdRate(a, b) / 100
        if (Number.isNaN(there)) return
        expect(there * (1 + bdRate(b, a) / 100)).toBeCloseTo(1, 9)
      }),
    )
  })

  test('neither the order of points nor the units of rate and quality matter', () => {
    fc.assert(
      fc.property(curves, curves, (a, b) => {
        const other = (curve: RatePoint[]) => curve.map(({ rate, quality }) => ({ rate: rate * 8, quality: quality * 2 })).reverse()
        const [one, two] = [bdRate(a, b), bdRate(other(a), other(b))]
        if (Number.isNaN(one)) expect(two).toBeNaN()
        else expect(Math.abs(two - one)).toBeLessThan(1e-6 * (1 + Math.abs(one)))
      }),
    )
  })
})
