import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matched } from '../../src/rd/matching.js'

test('comes within 2 % where settings allow, in three encodings, whichever way settings go', async () => {
  const slopes = fc.double({ min: 0.02, max: 0.08, noNaN: true })
  await fc.assert(
    fc.asyncProperty(slopes, fc.constantFrom(1, -1), fc.double({ min: 0.05, max: 0.95, noNaN: true }), async (slope, sign, part) => {
      // a curve that bends
      const bytesAt = (setting: number) =>
        1000 * Math.exp(slope * (sign > 0 ? setting : 100 - setting) + 3e-4 * slope * setting * (100 - setting))
      const point = (setting: number) => ({ setting, bytes: bytesAt(setting) })
      let encoded = 0
      const wanted = bytesAt(100 * part)
      const found = await matched([point(0), point(30), point(60), point(100)], wanted, false, async (setting) => {
        encoded++
        return point(setting)
      })
      expect(Math.abs(Math.log(found.bytes / wanted))).toBeLessThan(Math.log(1.02))
      expect(encoded).toBeLessThanOrEqual(3)
    }),
  )
})

test('whole settings stay whole, and nothing is made beyond what is known', async () => {
  const asked: number[] = []
  const encode = async (setting: number) => {
    asked.push(setting)
    return { setting, bytes: 100 * 1.3 ** setting }
  }
  const known = [0, 4, 8].map((setting) => ({ setting, bytes: 100 * 1.3 ** setting }))
  expect((await matched(known, 100 * 1.3 ** 2.4, true, encode)).setting).toBe(2)
  expect(asked).toEqual([2])
  expect((await matched(known, 5000, true, encode)).setting).toBe(8)
  expect((await matched(known, 101, true, encode)).setting).toBe(0)
  expect(asked).toEqual([2])
})
