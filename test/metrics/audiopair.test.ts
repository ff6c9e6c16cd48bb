import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { delayOf } from '../../src/metrics/align.js'
import { resample } from '../../src/metrics/resample.js'
import { segmentalSnr } from '../../src/metrics/segmentalsnr.js'
import { melody, noise } from './sounds.js'

describe('delays', () => {
  test('are found, in noise and with noise over them', async () => {
    const [lengths, distances] = [fc.integer({ min: 3000, max: 6000 }), fc.integer({ min: 30, max: 900 })]
    const levels = fc.double({ min: 0, max: 0.5, noNaN: true })
    await fc.assert(
      fc.asyncProperty(lengths, distances, fc.constantFrom(-1, 1), levels, async (length, distance, sign, level) => {
        const lag = sign * distance
        const channels = [0, 1].map((c) => Float32Array.from({ length }, (_, i) => noise(i + c * 99991)))
        const test = channels.map((channel) => channel.map((_, i) => (channel[i - lag] ?? 0) + level * noise(7 * i + 13)))
        expect(await delayOf(channels, test, 1000)).toBe(lag)
      }),
      { numRuns: 20 },
    )
  })

  test('are not made up: of tones, of silence, of what is no copy', async () => {
    const tone = Float32Array.from({ length: 9600 }, (_, i) => Math.sin(i / 5))
    expect(await delayOf([tone], [tone.map((value) => 0.9 * value)], 2000)).toBe(0)
    expect(await delayOf([tone], [new Float32Array(9600)], 2000)).toBe(0)
    // what a filter does to a sound is no delay
    const click = melody(1)
    const filtered = click.map((_, i) => (click[i] + (click[i - 1] ?? 0) + (click[i - 2] ?? 0)) / 3)
    expect(await delayOf([click], [filtered], 2000)).toBe(0)
    expect(await delayOf([click], [click.map((_, i) => click[i - 1] ?? 0)], 2000)).toBe(1)
    expect(await delayOf([new Float32Array(100)], [new Float32Array(100)], 2000)).toBe(0)
    expect(await delayOf([Float32Array.of(1)], [Float32Array.of(1)], 2000)).toBe(0)
  })

  test('are not made up of what filters do, and a sound upside down is in its place', async () => {
    const rate = 48000
    const sound = melody(2)
    // two poles in series each: the low pass lags, the high pass leads where most of the energy is
    const lowPass = (signal: Float32Array, hertz: number) => {
      const share = 1 - Math.exp((-2 * Math.PI * hertz) / rate)
      let [first, second] = [0, 0]
      return signal.map((value) => {
        first += share * (value - first)
        second += share * (first - second)
        return second
      })
    }
    const highPass = (signal: Float32Array, hertz: number) => {
      const low = lowPass(signal, hertz)
      return signal.map((value, i) => value - low[i])
    }
    const bass = sound.map((value, i) => 0.05 * value + 0.5 * Math.sin((2 * Math.PI * 60 * i) / rate))
    for (const hertz of [300, 1000, 4000, 12000]) expect(await delayOf([sound], [lowPass(sound, hertz)], 24000), `${hertz} Hz`).toBe(0)
    for (const hertz of [40, 120]) expect(await delayOf([bass], [highPass(bass, hertz)], 24000), `${hertz} Hz`).toBe(0)
    expect(await delayOf([sound], [sound.map((value) => -value)], 24000)).toBe(0)
    const late = sound.map((_, i) => -(sound[i - 1105] ?? 0))
    expect(await delayOf([sound], [late], 24000)).toBe(1105)
    // sounds that begin and end hard
    const cut = sound.subarray(10001, 60007)
    expect(await delayOf([cut], [lowPass(cut, 8000).map((_, i, low) => low[i - 312] ?? 0)], 24000)).toBeCloseTo(315, -1)
  })
})

describe('resampling', () => {
  test('keeps tones below the pass band, at their place', () => {
    const rates = fc.constantFrom(8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000)
    fc.assert(
      fc.property(rates, rates, fc.double({ min: 0.01, max: 0.42, noNaN: true }), (from, to, part) => {
        const frequency = part * Math.min(from, to)
        const tone = (rate: number) => Float32Array.from({ length: rate / 20 }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate))
        const [got, wanted] = [resample(tone(from), from, to), tone(to)]
        expect(got.length).toBe(Math.ceil((tone(from).length * to) / from))
        // the ends feel the silence beyond
        const edge = Math.ceil((40 * to) / Math.min(from, to))
        for (let i = edge; i < Math.min(got.length, wanted.length) - edge; i++) expect(Math.abs(got[i] - wanted[i])).toBeLessThan(2e-3)
      }),
    )
  })

  test('takes out what the lower rate has no room for', () => {
    const tone = Float32Array.from({ length: 4800 }, (_, i) => Math.sin((2 * Math.PI * 9000 * i) / 48000))
    for (const value of resample(tone, 48000, 16000).slice(50, -50)) expect(Math.abs(value)).toBeLessThan(1e-3)
  })

  test('of constants gives constants, of the same rate the signal, of no rate an error', () => {
    const ones = new Float32Array(1000).fill(0.5)
    for (const value of resample(ones, 44099, 48000).slice(60, -60)) expect(value).toBeCloseTo(0.5, 6)
    expect(resample(ones, 44100, 44100)).toBe(ones)
    expect(resample(new Float32Array(0), 44100, 48000).length).toBe(0)
    expect(() => resample(ones, 0, 48000)).toThrow('0 Hz is no sample rate')
    expect(() => resample(ones, 44100.5, 48000)).toThrow(RangeError)
  })
})

test('segmental SNR: a mean over segments, held to -10..35 dB, silence left out', () => {
  const rate = 1000
  const loud = new Float32Array(20).fill(0.5)
  const silent = new Float32Array(20)
  const join = (...parts: Float32Array[]) => [Float32Array.from(parts.flatMap((part) => [...part]))]
  const tenth = loud.map((value) => 1.1 * value)
  expect(segmentalSnr(join(loud, loud), join(tenth, tenth), rate)).toBeCloseTo(20, 4)
  // equal, 20 dB, far off, and silence that does not count
  const wild = loud.map((value) => -9 * value)
  expect(segmentalSnr(join(loud, loud, loud, silent), join(loud, tenth, wild, loud), rate)).toBeCloseTo((35 + 20 - 10) / 3, 4)
  expect(segmentalSnr(join(silent), join(loud), rate)).toBeNaN()
  const channels = [melody(0.5), melody(0.5, 1)]
  expect(segmentalSnr(channels, channels, 48000)).toBe(35)
})
