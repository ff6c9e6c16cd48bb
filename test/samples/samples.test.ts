/** The samples are the same on every machine, and the functions they are made with are the functions they are named for. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { angleTurns, cosTurns, exp2, log2, noise, power, sinTurns } from '../../samples/arithmetic.js'
import { SAMPLE_IMAGES, SAMPLE_SOUNDS } from '../../samples/index.js'
import manifest from '../../samples/manifest.json' with { type: 'json' }

function hash(parts: ArrayBufferView[]): string {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return sum.digest('hex')
}

test('the manifest names every sample', () => {
  expect(Object.keys(manifest).sort()).toEqual([...Object.keys(SAMPLE_IMAGES), ...Object.keys(SAMPLE_SOUNDS)].sort())
})

test.each(Object.entries(SAMPLE_IMAGES))('%s is as the manifest says', (name, make) => {
  const { width, height, channels, bitDepth, data } = make()
  expect({ width, height, channels, bitDepth, sha256: hash([data]) }).toEqual(manifest[name as keyof typeof manifest])
})

test.each(Object.entries(SAMPLE_SOUNDS))('%s is as the manifest says', (name, make) => {
  const { sampleRateHz, sampleFormat, channels } = make()
  const found = { sampleRateHz, sampleFormat, channels: channels.length, length: channels[0].length, sha256: hash(channels) }
  expect(found).toEqual(manifest[name as keyof typeof manifest])
  // loud, but not clipped
  const peak = channels.flatMap((channel) => [...channel]).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  expect(peak).toBeGreaterThan(0.5)
  expect(peak).toBeLessThan(1)
})

describe('arithmetic', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  test.each([
    ['sinTurns', number(-1e4, 1e4), sinTurns, (x: number) => Math.sin(2 * Math.PI * (x - Math.round(x)))],
    ['cosTurns', number(-1e4, 1e4), cosTurns, (x: number) => Math.cos(2 * Math.PI * (x - Math.round(x)))],
    ['exp2', number(-20, 3), exp2, (x: number) => 2 ** x],
    ['log2', number(1e-6, 1e6), log2, Math.log2],
    ['power', number(0, 10), (x: number) => power(x, 0.4545), (x: number) => x ** 0.4545],
  ] as const)('%s is near the engine’s', (_, numbers, ours, engine) => {
    fc.assert(
      fc.property(numbers, (x) => {
        expect(Math.abs(ours(x) - engine(x))).toBeLessThan(1e-9)
      }),
    )
  })

  test('angleTurns is near the engine’s', () => {
    const coordinate = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1e3)
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const difference = angleTurns(x, y) - Math.atan2(y, x) / (2 * Math.PI)
        // half a turn either way is the same direction
        if (x !== 0 || y !== 0) expect(Math.abs(difference - Math.round(difference))).toBeLessThan(1e-9)
      }),
    )
  })

  test('noise is continuous and within -1..1', () => {
    fc.assert(
      fc.property(number(-100, 100), number(-100, 100), fc.nat(1000), (x, y, seed) => {
        expect(Math.abs(noise(x, y, seed))).toBeLessThanOrEqual(1)
        expect(Math.abs(noise(x + 1e-6, y, seed) - noise(x, y, seed))).toBeLessThan(1e-5)
      }),
    )
  })
})
