import { expect, test } from 'vitest'
import type { AudioInspection } from '../../src/audio/inspect.js'
import { readPng } from '../../src/io/image/png.js'
import { rateSheet } from '../../src/plot/rate.js'
import { drawSheet } from '../../src/plot/sheet.js'

/** Three segments of a second, the middle one dear. */
const facts = (mode: 'lossy' | 'hybrid'): AudioInspection['audio'] => ({
  mode,
  sampleRateHz: 8000,
  channels: 1,
  sampleFormat: 's16',
  channelMask: 0,
  length: 24_000,
  seconds: 3,
  segments: 3,
  segmentSamples: 8000,
  isLengthInHeader: true,
  segmentBytes: {
    startSeconds: [0, 1, 2, 3],
    bytes: [1000, 4000, 1000],
    ...(mode === 'hybrid' && { correctionBytes: [2000, 2000, 2000] }),
  },
})

test('bars are as high as the rate of their segment', async () => {
  const sheet = rateSheet(facts('lossy'))
  const { width, height, data } = sheet.map
  const filled = (part: number) => {
    const x = Math.round(part * width)
    return Array.from({ length: height }, (_, y) => data[(y * width + x) * 3]).filter((red) => red === 0).length
  }
  expect(filled(0.5) / filled(0.2)).toBeCloseTo(4, 1)
  expect(filled(0.5) / height).toBeCloseTo(1 / 1.05, 2)
  expect('swatches' in sheet.legend && sheet.legend.swatches.map(({ label }) => label)).toEqual(['segments: 16.0 kb/s', 'mean: 16.0 kb/s'])
  expect((await readPng(await drawSheet(sheet))).width).toBeGreaterThan(width)
})

test('of hybrid sounds layer and corrections are told apart', () => {
  const { legend, map } = rateSheet(facts('hybrid'))
  expect('swatches' in legend && legend.swatches.map(({ label }) => label)).toEqual([
    'lossy layer: 16.0 kb/s',
    'corrections: 16.0 kb/s',
    'mean: 32.0 kb/s',
  ])
  expect(new Set(Array.from({ length: map.height }, (_, y) => map.data[(y * map.width + 601) * 3])).size).toBe(3)
})
