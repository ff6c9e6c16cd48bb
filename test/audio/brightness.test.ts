import { expect, test } from 'vitest'
import { audioHeader } from '../../codecs/audio/settings.js'
import { tilted } from '../../src/audio/brightness.js'

const RATE = 48000
const header = audioHeader({ mode: 'lossy', sampleRateHz: RATE, channels: 1, sampleFormat: 's16', channelMask: 0, length: undefined }, 1)
const sine = (hz: number, seconds = 1) =>
  Float32Array.from({ length: seconds * RATE }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / RATE))
const tilt = (samples: Float32Array | Int32Array, laq = 1) => {
  const found = tilted(header, [samples] as Float32Array[], laq)
  return found.mode === 'lossless' ? undefined : found.tilt
}

test('bright sounds have the most tilt, dull ones and silence the least', () => {
  expect([200, 3000, 7000, 8200, 20_000].map((hz) => tilt(sine(hz)))).toEqual([16, 16, 24, 32, 32])
  expect(tilt(new Float32Array(RATE))).toBe(16)
  expect(tilt(new Float32Array(0))).toBe(16)
})

test('only the first segment counts, and not how samples are held', () => {
  const long = new Float32Array(6 * RATE)
  long.set(sine(300, 3))
  long.set(sine(15_000, 3), 3 * RATE)
  expect(tilt(long)).toBe(16)
  expect(tilt(Int32Array.from(sine(7000), (sample) => sample * 32768))).toBe(24)
})

test('strength scales the tilt as far as the format goes', () => {
  expect([0, 0.5, 1, 2].map((laq) => tilt(sine(7000), laq))).toEqual([0, 12, 24, 32])
})
