import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HEAT, octaveScale, onRamp, onScale, scaleTicks } from '../../src/plot/ramp.js'

test('stops have their colours, and what is beyond the ends takes those of the ends', () => {
  for (const [i, stop] of HEAT.entries()) expect(onRamp(HEAT, i / (HEAT.length - 1))).toEqual(stop)
  expect(onRamp(HEAT, -1)).toEqual(HEAT[0])
  expect(onRamp(HEAT, 2)).toEqual(HEAT[HEAT.length - 1])
})

test('more heat is darker all the way: hue is not needed', () => {
  const brightness = Array.from({ length: 101 }, (_, i) => {
    const [red, green, blue] = onRamp(HEAT, i / 100)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  })
  for (let i = 1; i <= 100; i++) expect(brightness[i]).toBeLessThan(brightness[i - 1])
})

test('a scale holds all amounts but a thousandth, and ends within an octave of them', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }), (amounts) => {
      const scale = octaveScale(amounts)
      const beyond = amounts.filter((amount) => amount > scale.most)
      expect(beyond.length).toBeLessThanOrEqual(1)
      expect(Math.max(...amounts.filter((amount) => amount <= scale.most)) * 2).toBeGreaterThanOrEqual(scale.most)
    }),
  )
  expect(octaveScale([0, 0])).toEqual({ most: 1, octaves: 7 })
})

test('marks stand where their amounts are', () => {
  const scale = octaveScale([3], 4)
  expect(scaleTicks(scale).map(({ label }) => label)).toEqual(['1/4', '1/2', '1', '2', '4'])
  for (const [i, { at }] of scaleTicks(scale).entries()) expect(onScale(scale, 2 ** (i - 2))).toBeCloseTo(at, 12)
  expect(onScale(scale, 0)).toBe(0)
  expect(onScale(scale, 100)).toBe(1)
})
