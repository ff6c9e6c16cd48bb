import fc from 'fast-check'
import { expect, test } from 'vitest'
import { floatChannels } from '../../codecs/audio/floats.js'
import { type AudioData, decodeAudio, encodeAudio } from '../../src/index.js'
import { snr, sound } from './sounds.js'

test('a rate that no gain is coarse enough for gets the coarsest', async () => {
  for (const [length, sampleRateHz] of [
    [21, 8000],
    [21, 44_100],
    [400, 16_000],
  ]) {
    const audio = sound(length, 1, sampleRateHz)
    const { channels } = await decodeAudio(await encodeAudio(audio, { bitrate: 6 }))
    // silence at worst, and not noise of another gain
    expect(snr(audio.channels, channels)).toBeGreaterThan(-3)
  }
})

test('any length, rate and number of channels comes back, to the sample', async () => {
  const shape = fc.record({
    length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 900, max: 5000 })),
    channels: fc.integer({ min: 1, max: 8 }),
    sampleRateHz: fc.constantFrom(8000, 11025, 16000, 22050, 44100, 48000, 96000, 192000, 12345),
    sampleFormat: fc.constantFrom('u8', 's16', 's24', 's32', 'f32', 'f64') as fc.Arbitrary<AudioData['sampleFormat']>,
  })
  await fc.assert(
    fc.asyncProperty(shape, async ({ length, channels, sampleRateHz, sampleFormat }) => {
      const audio = { ...sound(length, channels, sampleRateHz), sampleFormat }
      const back = await decodeAudio(await encodeAudio(audio, { quality: 100 }))
      expect(back).toMatchObject({ sampleRateHz, sampleFormat })
      expect(back.channels.map((c) => c.length)).toEqual(audio.channels.map(() => length))
      if (length > 0) expect(snr(audio.channels, back.channels)).toBeGreaterThan(45)
    }),
    { numRuns: 30 },
  )
})

test('a part is that part of the whole', async () => {
  const audio = sound(110_000, 2, 48000)
  const file = await encodeAudio(audio, { quality: 60 })
  const whole = await decodeAudio(file)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 120_000 }), async (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)]
      const part = await decodeAudio(file, { from: start / 48000, to: end / 48000 })
      expect(part.channels).toEqual(whole.channels.map((channel) => channel.subarray(start, end)))
    }),
    { numRuns: 10 },
  )
})

test('no seam where segments meet: the error there is like that elsewhere', async () => {
  const audio = sound(44100 * 3, 1)
  const { channels } = await decodeAudio(await encodeAudio(audio, { quality: 70 }))
  const power = (start: number, end: number) => {
    let sum = 0
    for (let i = start; i < end; i++) sum += (channels[0][i] - audio.channels[0][i]) ** 2
    return sum / (end - start)
  }
  const seam = 42 * 1024 // one segment of 43 frames ends with the frame that is centred here
  expect(power(seam - 1024, seam + 1024)).toBeLessThan(3 * power(8 * 1024, 40 * 1024))
})

test('silence costs almost nothing and stays silent', async () => {
  const silent = { ...sound(0), channels: [new Float32Array(200_000), new Float32Array(200_000)] }
  const file = await encodeAudio(silent)
  expect(file.length).toBeLessThan(200)
  const back = await decodeAudio(file)
  expect(back.channels.every((channel) => channel.every((x) => x === 0))).toBe(true)
})

test('a bitrate is met', async () => {
  const audio = sound(44100 * 6)
  for (const bitrate of [32, 64, 128]) {
    const file = await encodeAudio(audio, { bitrate })
    expect(Math.abs((file.length * 8) / 6 / 1000 / bitrate - 1)).toBeLessThan(0.02)
  }
})

test('an attack does not spread backwards', async () => {
  const channels = [
    Float32Array.from({ length: 20000 }, (_, i) => (i < 12000 ? 0 : 0.8 * Math.sin(i * i * 0.001) * Math.exp((12000 - i) / 2000))),
  ]
  const back = await decodeAudio(await encodeAudio({ sampleRateHz: 44100, sampleFormat: 's16', channels }, { bitrate: 64 }))
  // 256 samples before the attack, half the span of a long frame away from it
  const early = floatChannels(back)[0]
    .subarray(11000, 11744)
    .reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  expect(early).toBeLessThan(0.004)
})

test('more quality is more bytes and less error', async () => {
  const audio = sound(44100)
  let bytes = 0
  let ratio = 0
  for (const quality of [0, 25, 50, 75, 100]) {
    const file = await encodeAudio(audio, { quality })
    const heard = snr(audio.channels, (await decodeAudio(file)).channels)
    expect(file.length).toBeGreaterThan(bytes)
    expect(heard).toBeGreaterThan(ratio)
    bytes = file.length
    ratio = heard
  }
})

test('metadata and channel mask are carried', async () => {
  const metadata = [{ type: 'tag' as const, bytes: Uint8Array.of(76, 73, 83, 84, 1) }]
  const back = await decodeAudio(await encodeAudio({ ...sound(100, 6), channelMask: 0x3f, metadata }))
  expect(back).toMatchObject({ channelMask: 0x3f, metadata })
})

test('wrong arguments are told', async () => {
  const audio = sound(100)
  await expect(encodeAudio({ ...audio, sampleRateHz: 0 })).rejects.toThrow('sampleRateHz is 0')
  await expect(encodeAudio({ ...audio, channels: [new Float32Array(1), new Float32Array(2)] })).rejects.toThrow(
    'channels of 1 and of 2 samples',
  )
  await expect(encodeAudio(audio, { bitrate: -1 })).rejects.toThrow(RangeError)
  const file = await encodeAudio(audio)
  await expect(decodeAudio(file, { from: 2, to: 1 })).rejects.toThrow('no interval')
  await expect(decodeAudio(file, { limits: { samples: 100 } })).rejects.toThrow(expect.objectContaining({ code: 'limit' }))
})
