import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readWav } from '../../src/io/wav/wav.js'
import { audioMetrics, peaq } from '../../src/metrics/audiopair.js'
import { withKernel } from '../../src/metrics/kernels.js'
import { KINDS } from '../../src/metrics/peaq/average.js'
import { frameStarts } from '../../src/metrics/peaq/frames.js'
import type { AudioExports } from '../../src/metrics/peaq/kernel.js'
import { referenceFolder } from './pairs.js'
import { coarse, dulled, melody, noise, RATE } from './sounds.js'

const stereo = { sampleRateHz: RATE, channels: [melody(2), melody(2, 1)] }
const with_ = (change: (channel: Float32Array) => Float32Array) => ({ ...stereo, channels: stereo.channels.map(change) })

const COARSE = {
  odgBasic: -1.46468,
  diBasic: 0.40083,
  odgAdvanced: -2.09122,
  diAdvanced: -0.20184,
  BandwidthRefB: 904.95,
  BandwidthTestB: 589.175,
  TotalNMRB: 3.91771,
  WinModDiff1B: 152.60708,
  ADBB: 2.53987,
  EHSB: 0.22299,
  AvgModDiff1B: 72.53873,
  AvgModDiff2B: 259.33717,
  RmsNoiseLoudB: 2.0323,
  MFPDB: 0.99824,
  RelDistFramesB: 0.95161,
  RmsModDiffA: 414.36298,
  RmsNoiseLoudAsymA: 17.56555,
  SegmentalNMRB: 2.45979,
  AvgLinDistA: 4.57233,
}
const DULLED = {
  odgBasic: -1.81416,
  diBasic: 0.06273,
  odgAdvanced: -3.60345,
  diAdvanced: -2.31785,
  BandwidthRefB: 920.37097,
  BandwidthTestB: 353.31183,
  TotalNMRB: -1.24553,
  WinModDiff1B: 7.60057,
  ADBB: 2.53369,
  EHSB: 0.00002,
  AvgModDiff1B: 8.63205,
  AvgModDiff2B: 4.55713,
  RmsNoiseLoudB: 0.26348,
  MFPDB: 0.99994,
  RelDistFramesB: 1,
  RmsModDiffA: 105.51817,
  RmsNoiseLoudAsymA: 0.77277,
  SegmentalNMRB: -1.73182,
  AvgLinDistA: 30.1086,
}
const NOISY = {
  odgBasic: -3.29485,
  diBasic: -1.63511,
  odgAdvanced: -2.62301,
  diAdvanced: -0.73959,
  BandwidthRefB: 346,
  BandwidthTestB: 346,
  TotalNMRB: -0.42123,
  WinModDiff1B: 16.66327,
  ADBB: 2.23241,
  EHSB: 0.18588,
  AvgModDiff1B: 13.21276,
  AvgModDiff2B: 24.44815,
  RmsNoiseLoudB: 0.44177,
  MFPDB: 0.9997,
  RelDistFramesB: 0.95161,
  RmsModDiffA: 185.31456,
  RmsNoiseLoudAsymA: 3.79905,
  SegmentalNMRB: -1.45933,
  AvgLinDistA: 0.0212,
}

describe('known values', () => {
  // of this implementation, when it agreed with GstPEAQ 0.6.1 (0b9315e) on all figures that ../shared has, to their last digit
  test.each([
    ['coarse', with_((channel) => coarse(channel, 1 / 64)), COARSE],
    ['dulled', with_((channel) => dulled(channel, 9)), DULLED],
    ['noisy', with_((channel) => channel.map((value, i) => value + 0.004 * noise(3 * i))), NOISY],
  ])('%s', async (_, degraded, expected) => {
    const basic = await peaq(stereo, degraded)
    const advanced = await peaq(stereo, degraded, { model: 'advanced' })
    const found = {
      odgBasic: basic.odg,
      diBasic: basic.di,
      odgAdvanced: advanced.odg,
      diAdvanced: advanced.di,
      ...basic.movs,
      ...advanced.movs,
    }
    for (const [name, value] of Object.entries(expected)) expect(found[name as keyof typeof found], name).toBeCloseTo(value, 3)
  })

  test('equal sounds have the grade of no difference', async () => {
    const { odg, di, movs } = await peaq(stereo, stereo)
    expect(odg).toBeGreaterThan(0.15)
    expect(di).toBeGreaterThan(4)
    expect(movs).toMatchObject({ WinModDiff1B: 0, ADBB: 0, EHSB: 0, AvgModDiff1B: 0, RmsNoiseLoudB: 0, MFPDB: 0, RelDistFramesB: 0 })
    const advanced = await peaq(stereo, stereo, { model: 'advanced' })
    expect(advanced.odg).toBeGreaterThan(0.15)
    expect(advanced.movs).toMatchObject({ RmsModDiffA: 0, RmsNoiseLoudAsymA: 0, EHSB: 0 })
  })
})

describe('what sounds may be', () => {
  test('a delay is taken out, and what is left is graded', async () => {
    const late = { ...stereo, channels: stereo.channels.map((channel) => Float32Array.of(...new Array(1105).fill(0), ...channel)) }
    const { values, lagSamples } = await audioMetrics(stereo, late)
    expect(lagSamples).toBe(1105)
    expect(values.snrDb).toBe(Infinity)
    expect(values.odgBasic).toBeGreaterThan(0.15)
    expect((await audioMetrics(late, stereo, ['snrDb'])).lagSamples).toBe(-1105)
  })

  test('of other rates: graded at 48 kHz', async () => {
    const low = { sampleRateHz: 32000, channels: [melody(1.5, 0, 32000)] }
    const { odg } = await peaq(low, low)
    expect(odg).toBeGreaterThan(0.15)
    // a reference without high frequencies has none to lose
    const hum = Float32Array.from(
      { length: RATE },
      (_, i) => Math.sin((Math.PI * i) / RATE) ** 2 * (0.5 * Math.sin(i / 8) + 0.002 * noise(i)),
    )
    expect((await peaq({ sampleRateHz: RATE, channels: [hum] }, { sampleRateHz: RATE, channels: [hum] })).movs).toMatchObject({
      BandwidthRefB: 346,
      BandwidthTestB: 346,
    })
  })

  test('of many channels: graded in pairs, but for silent ones', async () => {
    const silence = new Float32Array(2 * RATE)
    const degraded = with_((channel) => coarse(channel, 1 / 64))
    const two = await peaq(stereo, degraded)
    const four = await peaq(
      { ...stereo, channels: [...stereo.channels, silence, silence] },
      { ...stereo, channels: [...degraded.channels, silence, silence] },
    )
    expect(four).toEqual(two)
    const five = await peaq(
      { ...stereo, channels: [...stereo.channels, ...stereo.channels, melody(2)] },
      { ...stereo, channels: [...degraded.channels, ...degraded.channels, melody(2)] },
    )
    expect(five.odg).toBeGreaterThan(two.odg)
  })

  test('a channel without a bandwidth to lose does not lower that of the other', async () => {
    const silent = new Float32Array(2 * RATE)
    const change = (channel: Float32Array) => coarse(channel, 1 / 64)
    const one = await peaq({ ...stereo, channels: [melody(2)] }, { ...stereo, channels: [change(melody(2))] })
    const half = await peaq({ ...stereo, channels: [melody(2), silent] }, { ...stereo, channels: [change(melody(2)), silent] })
    for (const name of ['BandwidthRefB', 'BandwidthTestB']) expect(half.movs[name]).toBe(one.movs[name])
  })

  test.each([
    [
      'silence',
      { ...stereo, channels: [new Float32Array(RATE), new Float32Array(RATE)] },
      'the reference is silent: PEAQ has nothing to judge',
    ],
    ['less than a frame', { ...stereo, channels: [melody(0.02), melody(0.02)] }, '0.020 s are too short to be graded: PEAQ wants 0.55 s'],
    ['one sample', { ...stereo, channels: [Float32Array.of(1), Float32Array.of(1)] }, '0.000 s are too short to be graded'],
    ['nothing', { ...stereo, channels: [new Float32Array(0), new Float32Array(0)] }, 'the reference has no samples'],
    [
      'not a number',
      { ...stereo, channels: [Float32Array.of(0, Number.NaN), new Float32Array(2)] },
      'the reference has NaN at sample 1 of channel 0',
    ],
    ['channels of two lengths', { ...stereo, channels: [melody(1), melody(2)] }, 'the reference has channels of 48000 and 96000 samples'],
  ])('%s', async (_, sound, message) => {
    await expect(peaq(sound, sound)).rejects.toThrow(message)
    await expect(peaq(sound, sound)).rejects.toThrow(RangeError)
  })

  test('another number of channels', async () => {
    await expect(peaq(stereo, { ...stereo, channels: [melody(2)] })).rejects.toThrow('1 channels against 2 of the original')
    await expect(peaq({ ...stereo, channels: [] }, { ...stereo, channels: [] })).rejects.toThrow('0 channels against 0')
  })
})

describe('parts', () => {
  test('the Fourier transform is its definition', async () => {
    for (const n of [2, 8, 256]) {
      const [re, im] = [0, 5].map((seed) => Float64Array.from({ length: n }, (_, i) => noise(i + seed * n)))
      const found = await withKernel<AudioExports, Float64Array[]>('audio-metrics', ({ exports, memory }) => {
        const table = exports.createFft(n)
        const places = [re, im].map((values) => {
          const at = exports.allocate(n * 8)
          new Float64Array(memory.buffer, at, n).set(values)
          return at
        })
        exports.fft(places[0], places[1], n, table)
        return places.map((at) => new Float64Array(memory.buffer, at, n).slice())
      })
      for (let k = 0; k < n; k++) {
        let [sumRe, sumIm] = [0, 0]
        for (let t = 0; t < n; t++) {
          const [cos, sin] = [Math.cos((2 * Math.PI * t * k) / n), Math.sin((2 * Math.PI * t * k) / n)]
          sumRe += re[t] * cos + im[t] * sin
          sumIm += im[t] * cos - re[t] * sin
        }
        expect(found[0][k]).toBeCloseTo(sumRe, 10)
        expect(found[1][k]).toBeCloseTo(sumIm, 10)
      }
    }
  })

  test('frames cover all samples: whole ones, and one with what is left', () => {
    expect(frameStarts(0, 8, 4)).toEqual([])
    expect(frameStarts(3, 8, 4)).toEqual([0])
    expect(frameStarts(8, 8, 4)).toEqual([0, 4])
    expect(frameStarts(11, 8, 4)).toEqual([0, 4])
    expect(frameStarts(12, 8, 4)).toEqual([0, 4, 8])
    expect(frameStarts(8, 4, 4)).toEqual([0, 4])
    expect(frameStarts(9, 4, 4)).toEqual([0, 4, 8])
  })

  test('averages', () => {
    const run = (kind: keyof typeof KINDS, values: [number, number?][]) => {
      const sums = new Float64Array(KINDS[kind].sums)
      for (const [value, second = 1] of values) KINDS[kind].add(sums, value, second)
      return KINDS[kind].result(sums)
    }
    expect(
      run('mean', [
        [1, 1],
        [4, 2],
      ]),
    ).toBe(3)
    expect(run('meanDb', [[5], [15]])).toBeCloseTo(10, 12)
    expect(
      run('rootMeanSquare', [
        [3, 1],
        [1, 2],
      ]),
    ).toBeCloseTo(Math.sqrt(13 / 5), 12)
    expect(
      run('asymmetric', [
        [3, 4],
        [3, 4],
      ]),
    ).toBe(5)
    expect(run('windowed', [[16], [16], [16]])).toBe(0)
    expect(run('windowed', [[16], [16], [16], [16], [16]])).toBe(16)
    expect(run('filteredMaximum', [[10], [0], [0]])).toBeCloseTo(1, 12)
    expect(run('logarithm', [[100], [0], [200]])).toBe(2)
    expect(run('logarithm', [[0]])).toBe(-0.5)
    expect(run('logarithm', [])).toBe(0)
  })
})

const folder = referenceFolder('audio-metrics')
describe.skipIf(!folder)(`as GstPEAQ has it${folder ? '' : ' (skipped: ../shared/reference/audio-metrics is absent)'}`, () => {
  interface Pair {
    reference: string
    degraded: string
    peaqBasicOdg: number
    peaqBasicDi: number
    peaqAdvancedOdg: number
    peaqAdvancedDi: number
    basicMovs: Record<string, number>
  }
  const pairs: Pair[] = folder ? JSON.parse(readFileSync(`${folder}/values.json`, 'utf8')).pairs : []
  test.each(pairs)('$degraded', async (pair) => {
    const [reference, degraded] = await Promise.all(
      [pair.reference, pair.degraded].map((name) => readWav(readFileSync(`${folder}/${name}`))),
    )
    const { values, lagSamples } = await audioMetrics(reference, degraded)
    expect(lagSamples).toBe(0)
    // three decimals are known
    for (const [name, expected] of [
      ['odgBasic', pair.peaqBasicOdg],
      ['diBasic', pair.peaqBasicDi],
      ['odgAdvanced', pair.peaqAdvancedOdg],
      ['diAdvanced', pair.peaqAdvancedDi],
    ] as const) {
      expect(Math.abs(values[name]! - expected), name).toBeLessThan(6e-4)
    }
    const { movs } = await peaq(reference, degraded)
    const known: Record<string, number> = { ...movs, NMRB: movs.TotalNMRB }
    for (const [name, expected] of Object.entries(pair.basicMovs)) if (name !== 'Grade') expect(known[name], name).toBeCloseTo(expected, 5)
  })
})
