import { expect, test } from 'vitest'
import { inspectAudio } from '../../src/audio/inspect.js'
import type { AudioData } from '../../src/audio.js'
import { encodeAudio } from '../../src/index.js'
import { sound } from './sounds.js'

test('steps follow the loudness of the bands with strength 1, and are one with strength 0', async () => {
  const audio = sound(44100, 1)
  const { audio: adaptive } = await inspectAudio(await encodeAudio(audio), { detail: true })
  const field = adaptive.stepField
  expect(field?.values.length).toBe((field?.frames ?? 0) * (field?.bandHz.length ?? 0))
  const row = [...(field?.values.subarray(10 * (field?.bandHz.length ?? 0), 11 * (field?.bandHz.length ?? 0)) ?? [])]
  const at = (hz: number) => row[(field?.bandHz.findIndex((start) => start > hz) ?? 0) - 1]
  expect(at(440)).toBeGreaterThan(at(8000) + 64)
  const { audio: flat } = await inspectAudio(await encodeAudio(audio, { laq: 0 }), { detail: true })
  expect(new Set(flat.stepField?.values)).toEqual(new Set([0]))
})

test('the bits of the parts add up to the file', async () => {
  const file = await encodeAudio(sound(44100 * 2))
  const { audio } = await inspectAudio(file, { detail: true })
  const { switching = 0, stereo = 0, envelope = 0, bands = [] } = audio.bits ?? {}
  const bytes = (switching + stereo + envelope + bands.reduce((a, b) => a + b, 0)) / 8
  expect(file.length - bytes).toBeGreaterThan(0)
  expect(file.length - bytes).toBeLessThan(40 + audio.segments * 14)
})

/** Silence with a click in each second. */
function clicks(seconds: number): AudioData {
  const samples = new Float32Array(48000 * seconds)
  for (let i = 0; i < samples.length; i++)
    samples[i] = 0.01 * Math.sin(i / 20) + (i % 48000 > 24000 && i % 48000 < 24200 ? 0.7 * Math.sin(i * i) : 0)
  return { sampleRateHz: 48000, sampleFormat: 's16', channels: [samples, samples.map((value) => value / 2)] }
}

test('frames: short ones at clicks, dearer than the rest, and their bits are all but those of the switches', async () => {
  const { audio } = await inspectAudio(await encodeAudio(clicks(12)), { detail: true })
  const { count, smallest, sideBits, midSide, bandHz, bandBits } = audio.frames!
  expect([smallest, sideBits, midSide, bandBits].map(({ length }) => length)).toEqual([
    count,
    count,
    count * bandHz.length,
    count * bandHz.length,
  ])
  expect(audio.segments).toBeGreaterThan(1)
  for (let second = 0; second < 12; second++) {
    const frame = Math.round(((second + 0.5) * 48000) / audio.frames!.lines)
    expect(Math.max(...smallest.subarray(frame - 1, frame + 2)), `second ${second}`).toBeGreaterThan(1)
    expect(smallest[frame + Math.round(14000 / audio.frames!.lines)], `after second ${second}`).toBeLessThan(2)
  }
  const add = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)
  const frameBits = (isShort: boolean) => {
    const rows = [...smallest.keys()].filter((t) => smallest[t] > 1 === isShort)
    return add(rows.map((t) => add(bandBits.subarray(t * bandHz.length, (t + 1) * bandHz.length)))) / rows.length
  }
  expect(frameBits(true)).toBeGreaterThan(2 * frameBits(false))
  const { stereo, envelope, bands } = audio.bits!
  expect(add(sideBits) / (stereo + envelope)).toBeCloseTo(1, 4)
  expect(add(bandBits) / add(bands)).toBeCloseTo(1, 4)
  expect(Math.min(...bandBits)).toBeGreaterThanOrEqual(0)
})

test('mid and side where channels are alike, left and right where one is almost silent', async () => {
  const left = sound(40_000, 1).channels[0] as Float32Array
  const right = left.map((x) => x / 100)
  for (const [channels, wanted] of [
    [[left, left], 1],
    [[left, right], 0],
  ] as [Float32Array[], number][]) {
    const file = await encodeAudio({ sampleRateHz: 44100, sampleFormat: 's16', channels })
    const { midSide } = (await inspectAudio(file, { detail: true })).audio.frames!
    expect(midSide.filter((flag) => flag === wanted).length / midSide.length).toBeGreaterThan(0.9)
  }
})

test('the bits of a band over all frames are those of the whole count', async () => {
  const fading = Float32Array.from({ length: 44100 }, (_, i) => 0.3 * Math.sin(i / 20) * Math.sin((Math.PI * i) / 44100))
  const file = await encodeAudio({ sampleRateHz: 44100, sampleFormat: 's16', channels: [fading] })
  const { audio } = await inspectAudio(file, { detail: true })
  const { count, bandHz, bandBits } = audio.frames!
  for (const b of bandHz.keys()) {
    let sum = 0
    for (let t = 0; t < count; t++) sum += bandBits[t * bandHz.length + b]
    expect(sum).toBeCloseTo(audio.bits!.bands[b], 2)
  }
})
