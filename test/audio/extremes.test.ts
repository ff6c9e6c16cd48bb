import { expect, test } from 'vitest'
import { type AudioData, decodeAudio, encodeAudio } from '../../src/index.js'

const mono = (samples: Float32Array): AudioData => ({ sampleRateHz: 44100, sampleFormat: 's16', channels: [samples] })

test('a bitrate that cannot be met ends in the nearest file', async () => {
  for (const samples of [
    new Float32Array(0),
    new Float32Array(1),
    new Float32Array(100_000),
    Float32Array.from({ length: 60_000 }, (_, i) => Math.sin(i * i)),
  ]) {
    for (const bitrate of [0.1, 64, 1e6]) {
      const back = await decodeAudio(await encodeAudio(mono(samples), { bitrate }))
      expect(back.channels[0].length).toBe(samples.length)
    }
  }
})

test('samples far above full scale come back near what they were', async () => {
  const loud = Float32Array.from({ length: 20_000 }, (_, i) => 30 * Math.sin(i / 20))
  const { channels } = await decodeAudio(await encodeAudio(mono(loud), { quality: 90 }))
  const worst = loud.reduce((most, x, i) => Math.max(most, Math.abs(x - channels[0][i])), 0)
  expect(worst).toBeLessThan(1)
})

test('what is no number does not end the encoder', async () => {
  const samples = Float32Array.from({ length: 10_000 }, (_, i) => (i === 5000 ? Number.NaN : i === 7000 ? Number.POSITIVE_INFINITY : 0.1))
  const { channels } = await decodeAudio(await encodeAudio(mono(samples)))
  expect(channels[0].length).toBe(10_000)
})
