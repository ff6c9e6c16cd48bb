import { expect, test } from 'vitest'
import type { AudioFrames, AudioInspection } from '../../src/audio/inspect.js'
import type { AudioData } from '../../src/audio.js'
import type { ImageData } from '../../src/image.js'
import { readPng } from '../../src/io/image/png.js'
import { bandBitsSheet, blocksSheet, stereoSheet } from '../../src/plot/frames.js'
import { HEAT } from '../../src/plot/ramp.js'
import { drawSheet } from '../../src/plot/sheet.js'

const LINES = 1000
const BAND_HZ = [0, 100, 1000, 4000]

/** Facts of a sound at 10 kHz, some of whose frames are cut into quarters, that take what `bits` says of each frame and band. */
function facts(count: number, cut: number[], bits: (t: number, band: number) => number): AudioInspection['audio'] {
  const frames: AudioFrames = {
    count,
    lines: LINES,
    smallest: Uint8Array.from({ length: count }, (_, t) => (cut.includes(t) ? 2 : 0)),
    midSide: Uint8Array.from({ length: count * BAND_HZ.length }, (_, i) => (i % BAND_HZ.length === 3 ? 1 : 0)),
    sideBits: new Float32Array(count).fill(8),
    bandHz: BAND_HZ,
    bandBits: Float32Array.from({ length: count * BAND_HZ.length }, (_, i) => bits(Math.floor(i / BAND_HZ.length), i % BAND_HZ.length)),
  }
  const header = { mode: 'lossy' as const, channelMask: 0, segments: 1, sampleFormat: 's16' as const, isLengthInHeader: true }
  const length = (count - 1) * LINES
  const seconds = length / 10000
  const segmentBytes = { startSeconds: [0, seconds], bytes: [1000] }
  return { ...header, sampleRateHz: 10000, channels: 1, length, segmentSamples: 100 * LINES, seconds, segmentBytes, frames }
}

/** Silence but for a full square wave in the second from 1 to 2. */
const sound = (seconds: number): AudioData => {
  const samples = Float32Array.from({ length: seconds * 10000 }, (_, i) => (Math.floor(i / 10000) !== 1 ? 0 : i % 20 < 10 ? 1 : -1))
  return { sampleRateHz: 10000, sampleFormat: 's16', channels: [samples] }
}

const pixel = ({ width, data }: ImageData, x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
const bright = (colour: number[]) => colour.reduce((a, b) => a + b)

test('cut frames stand out where they are, over the wave', () => {
  const sheet = blocksSheet(
    facts(41, [25], () => 10),
    sound(4),
  )
  const { map, legend, subtitle } = sheet
  const frame = map.width / 41
  const at = (t: number) => pixel(map, Math.round((t + 0.57) * frame), 5).join()
  expect(at(25)).not.toBe(at(24))
  expect(at(24)).toBe(at(26))
  // the wave is at its full height in the second second, a line elsewhere
  const dark = (t: number) => {
    const x = Math.round((t + 0.5) * frame)
    return Array.from({ length: map.height }, (_, y) => bright(pixel(map, x, y))).filter((sum) => sum < 150).length
  }
  expect(dark(15)).toBeGreaterThan(0.9 * map.height)
  expect(dark(5)).toBe(1)
  expect(dark(35)).toBe(1)
  expect(subtitle).toContain('41 frames, 2.4 % of them cut')
  expect('swatches' in legend && legend.swatches.map(({ label }) => label)).toEqual([
    'whole 1000 lines, 100.0 ms: 40 frames, 48 bits each',
    'down to 500 lines, 50.0 ms: none',
    'down to 250 lines, 25.0 ms: 1 frame, 48 bits each',
    'down to 125 lines, 12.5 ms: none',
    'down to 62.5 lines, 6.3 ms: none',
  ])
})

test('seconds are where their samples are: a frame is around its first sample', () => {
  const { map, below } = blocksSheet(
    facts(41, [], () => 10),
    sound(4),
  )
  const second = below!.marks.find(({ label }) => label === '2')!
  expect(second.at * map.width).toBeCloseTo((20.5 / 41) * map.width, 6)
})

test('dear bands are dark, low ones at the bottom, with side information below', () => {
  // the highest band is dear in the second half
  const { map, subtitle, left } = bandBitsSheet(facts(40, [], (t, band) => (band === 3 && t >= 20 ? 64 : 1)))
  const at = (x: number, y: number) => pixel(map, Math.round(x * map.width), Math.round(y * map.height))
  expect(at(0.75, 0.1)).toEqual([...HEAT[HEAT.length - 1]])
  expect(bright(at(0.25, 0.1))).toBeGreaterThan(500)
  expect(at(0.75, 0.7)).toEqual(at(0.25, 0.7))
  expect(bright(at(0.5, 0.99))).toBeLessThan(bright(at(0.25, 0.1)))
  expect(subtitle).toMatch(/^0\.4 kb\/s of lines in 4 bands, below them 0\.1 kb\/s/)
  expect(left!.marks.map(({ label }) => label)).toEqual(['side', '100', '500', '1k', '2k'])
})

test('mid and side stand out in their bands', () => {
  const { map, subtitle, left } = stereoSheet(facts(40, [], () => 1))
  const at = (y: number) => pixel(map, 10, Math.round(y * (map.height - 1)))
  expect(at(0)).not.toEqual(at(0.5))
  expect(at(0.5)).toEqual(at(1))
  expect(subtitle).toContain('25.0 % mid and side')
  expect(left!.marks.map(({ label }) => label)).toEqual(['100', '500', '1k', '2k'])
})

test.each([1, 2, 5000])('%i frames', async (count) => {
  const about = facts(count, [0], () => 3)
  for (const sheet of [blocksSheet(about, sound(1)), stereoSheet(about), bandBitsSheet(about)]) {
    expect(sheet.map.width).toBeLessThanOrEqual(1400)
    expect((await readPng(await drawSheet(sheet))).width).toBeGreaterThan(sheet.map.width)
    expect(sheet.subtitle.includes('each column')).toBe(count > 1400)
  }
})
