import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LoudnessMeter, loudness } from '../../src/audio/loudness.js'
import type { AudioData } from '../../src/index.js'
import { gainFactor, replayGainOf, withGainApplied, withReplayGain } from '../../src/io/tags/replaygain.js'
import { readTags } from '../../src/io/tags/tags.js'
import { writeWav } from '../../src/io/wav/wav.js'
import { testWith } from '../io/programs.js'
import { sound } from './sounds.js'

/** A tone of so many dBFS (peak), on each of the channels whose level is not -Infinity. */
function tone(levels: number[], seconds: number, sampleRateHz = 48000, hz = 997): AudioData {
  const channels = levels.map((level) =>
    Float32Array.from(
      { length: Math.round(seconds * sampleRateHz) },
      (_, i) => 10 ** (level / 20) * Math.sin((2 * Math.PI * hz * i) / sampleRateHz),
    ),
  )
  return { sampleRateHz, sampleFormat: 'f32', channels }
}

/** One sound behind another. */
function joined(...parts: AudioData[]): AudioData {
  const channels = parts[0].channels.map((_, c) => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part.channels[c].length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part.channels[c], at)
      at += part.channels[c].length
    }
    return whole
  })
  return { ...parts[0], channels }
}

const lufsOf = (audio: AudioData) => loudness(audio).integratedLufs

describe('loudness', () => {
  // EBU Tech 3341, table 1, cases 1 to 6
  test('of the sounds that EBU Tech 3341 gives is what it says, within 0.1 LU', () => {
    const off = (lufs: number, audio: AudioData) => Math.abs(lufsOf(audio) - lufs)
    expect(off(-23, tone([-23, -23], 20, 48000, 1000))).toBeLessThan(0.1)
    expect(off(-33, tone([-33, -33], 20, 48000, 1000))).toBeLessThan(0.1)
    const levels = (...steps: [number, number][]) => joined(...steps.map(([level, seconds]) => tone([level, level], seconds, 16000, 1000)))
    expect(off(-23, levels([-36, 10], [-23, 60], [-36, 10]))).toBeLessThan(0.1)
    expect(off(-23, levels([-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]))).toBeLessThan(0.1)
    expect(off(-23, levels([-26, 20], [-20, 20.1], [-26, 20]))).toBeLessThan(0.1)
    // left, right, centre, no LFE, surrounds
    expect(off(-23, tone([-28, -28, -24, -Infinity, -30, -30], 20, 16000, 1000))).toBeLessThan(0.1)
  })

  test('of 997 Hz is its level at any rate; one channel is 3 LU less', () => {
    for (const rate of [8000, 22050, 44100, 48000, 96000, 192000]) {
      expect(lufsOf(tone([-23, -23], 3, rate)), `${rate}`).toBeCloseTo(-23, 1)
      expect(lufsOf(tone([-23], 3, rate)), `${rate}`).toBeCloseTo(-26.01, 1)
    }
  })

  test('of silence and of nothing is none; of less than a block, that of what there is', () => {
    expect(loudness(tone([-Infinity], 1))).toEqual({ integratedLufs: -Infinity, peak: 0 })
    expect(loudness({ sampleRateHz: 8000, channels: [new Float32Array(0)] })).toEqual({ integratedLufs: -Infinity, peak: 0 })
    expect(lufsOf(tone([-23, -23], 0.25))).toBeCloseTo(-23, 0)
    expect(lufsOf(tone([-80, -80], 1))).toBe(-Infinity)
  })

  test('does not depend on how the sound is cut', () => {
    const audio = sound(30_000, 2, 44100)
    const whole = loudness(audio)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        const meter = new LoudnessMeter({ sampleRateHz: 44100, channels: 2 })
        for (let at = 0, i = 0; at < 30_000; at += sizes[i++ % sizes.length]) {
          meter.push((audio.channels as Float32Array[]).map((plane) => plane.subarray(at, at + sizes[i % sizes.length])))
        }
        expect(meter.result().integratedLufs).toBeCloseTo(whole.integratedLufs, 9)
      }),
      { numRuns: 20 },
    )
  })

  testWith('ffmpeg')('is that of ffmpeg, within 0.1 LU', () => {
    const folder = mkdtempSync(join(tmpdir(), 'laq-test-'))
    try {
      const six = sound(150_000, 6, 44100)
      for (const audio of [sound(200_000, 2, 44100), sound(100_000, 1, 32000), { ...six, channelMask: 0x3f }]) {
        const path = join(folder, 'a.wav')
        writeFileSync(path, writeWav({ ...audio, sampleFormat: 'f32' }))
        const words = ['-nostdin', '-nostats', '-i', path, '-af', 'ebur128=peak=sample:framelog=verbose', '-f', 'null', '-']
        const said = execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', 'ffmpeg', ...words], { encoding: 'utf8' })
        const [, theirs] = /I:\s+(-?[\d.]+) LUFS/.exec(said.slice(said.indexOf('Summary'))) ?? []
        expect(Math.abs(lufsOf(audio) - Number(theirs))).toBeLessThanOrEqual(0.1)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('ReplayGain', () => {
  test('is told in tags, and brings the sound to -18 LUFS', () => {
    const audio = tone([-30, -30], 2)
    const tagged = { ...audio, metadata: withReplayGain([], loudness(audio)) }
    expect({ ...readTags(tagged.metadata).fields }).toEqual({ replaygain_track_gain: '12.00 dB', replaygain_track_peak: '0.031623' })
    const louder = withGainApplied(tagged)
    expect(lufsOf(louder)).toBeCloseTo(-18, 1)
    expect(replayGainOf(louder.metadata ?? [])).toBeUndefined()
    // without tags it is measured
    expect(lufsOf(withGainApplied(audio))).toBeCloseTo(-18, 1)
    expect(withReplayGain(tagged.metadata, loudness(tone([-Infinity], 1)))).toEqual([])
  })

  test('never clips: where the gain is too much, the largest sample is full scale', () => {
    const spiky = tone([-40], 2)
    spiky.channels[0][1000] = 0.5
    const loud = withGainApplied(spiky)
    expect(loudness(loud).peak).toBeCloseTo(1, 6)
    const integers: AudioData = {
      ...spiky,
      sampleFormat: 's16',
      channels: [Int32Array.from(spiky.channels[0], (x) => Math.round(x * 32767))],
    }
    const whole = withGainApplied(integers)
    expect(whole.channels[0]).toBeInstanceOf(Int32Array)
    expect(whole.channels[0][1000]).toBe(32767)
    expect(gainFactor(20, 0.05)).toBeCloseTo(10, 12)
    expect(gainFactor(20, 0.5)).toBe(2)
    const silent = tone([-Infinity], 1)
    expect(withGainApplied(silent)).toBe(silent)
  })
})
