import { expect, test } from 'vitest'
import { snr } from '../../src/metrics/snr.js'

test('is 20 dB where the error is a tenth of the signal, over all channels', () => {
  const original = [Float32Array.of(1, -1, 1), Float32Array.of(0, 0, 0)]
  expect(snr(original, [Float32Array.of(0.9, -0.9, 0.9), Float32Array.of(0, 0, 0)])).toBeCloseTo(20, 5)
  expect(snr(original, [Float32Array.of(1, -1, 1), Float32Array.of(0.5, 0.5, 0.5)])).toBeCloseTo(10 * Math.log10(4), 10)
  expect(snr(original, original)).toBe(Infinity)
})

test('other shapes are refused', () => {
  expect(() => snr([new Float32Array(2)], [])).toThrow('1 channels against 0')
  expect(() => snr([new Float32Array(2)], [new Float32Array(3)])).toThrow('channel 0: 2 samples against 3')
})
