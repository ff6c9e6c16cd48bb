import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FRAMES_BEFORE, FRAMES_BEHIND } from '../../codecs/audio/lossy/kernel/parameters.js'
import { decodeAudioSegment, encodeAudioSegment } from '../../codecs/audio/lossy/segment.js'
import { audioHeader, gainForQuality, ODG_AT_QUALITY } from '../../codecs/audio/settings.js'
import { frameCount } from '../../codecs/audio/spans.js'
import { LaqError } from '../../codecs/errors.js'

const RATE = 48000

/** One segment of a sound of `length` samples, whose channels are `at(channel, sample)`. */
function segmentOf(channels: number, length: number, at: (c: number, i: number) => number) {
  const header = {
    ...audioHeader({ mode: 'lossy', sampleRateHz: RATE, channels, sampleFormat: 's16', channelMask: 0, length }, 1),
    segmentFrames: 4096,
  }
  const frames = frameCount(length, header.lines)
  const stride = (FRAMES_BEFORE + frames + 1 + FRAMES_BEHIND) * header.lines
  const samples = new Float32Array(stride * channels)
  const start = (FRAMES_BEFORE + 1) * header.lines
  for (let c = 0; c < channels; c++) for (let i = 0; i < length; i++) samples[c * stride + start + i] = at(c, i)
  const encode = async (gain: number) =>
    (await encodeAudioSegment({ header, frames, samples: samples.slice(), gains: [gain], rounding: 0.36 })).payloads[0]
  const decode = (payload: Uint8Array<ArrayBuffer>) => decodeAudioSegment({ header, frames, payload })
  return { header, frames, encode, decode }
}

/** Bursts of noise at random places over a tone: makes tilings of every kind. */
const bursts = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  places: fc.array(fc.integer({ min: 0, max: 29_000 }), { maxLength: 6 }),
  width: fc.integer({ min: 20, max: 4000 }),
  tone: fc.integer({ min: 50, max: 9000 }),
})

const noise = (i: number) => ((Math.imul(i + 12345, 2654435761) >>> 8) / 2 ** 23 - 1) * 0.5

test('whatever the tiling, fine steps give the samples back, and decoding twice gives the same bits', async () => {
  await fc.assert(
    fc.asyncProperty(bursts, async ({ channels, places, width, tone }) => {
      const at = (c: number, i: number) =>
        0.2 * Math.sin((2 * Math.PI * tone * (c + 1) * i) / RATE) +
        (places.some((place) => i >= place && i < place + width) ? noise(i * 3 + c) : 0)
      const { header, frames, encode, decode } = segmentOf(channels, 30_000, at)
      const payload = await encode(300)
      const { samples } = await decode(payload)
      expect((await decode(payload)).samples).toEqual(samples)
      const stride = (frames + 1) * header.lines
      let worst = 0
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < 30_000; i++) worst = Math.max(worst, Math.abs(samples[c * stride + header.lines + i] - at(c, i)))
      expect(worst).toBeLessThan(0.002)
    }),
    { numRuns: 12 },
  )
})

test('a click is cut out of steady sound', async () => {
  const click = 5.5 * 2048 // in the middle of what frame 6 owns alone: frame t has samples (t - 1/2) M on
  const tone = (_: number, i: number) => 0.1 * Math.sin(i / 15) + (i >= click && i < click + 100 ? noise(i) : 0)
  const { frames, encode, decode } = segmentOf(1, 30_000, tone)
  const { smallest } = await decode(await encode(1050))
  // frames at the sound's ends see it begin and stop
  const cut = [...smallest.keys()].filter((t) => t >= 2 && t < frames - 3 && smallest[t] > 1)
  expect(cut.filter((t) => t !== 5 && t !== 6)).toEqual([])
  expect(cut.length).toBeGreaterThan(0)
})

test('damaged payloads decode to the right number of samples, or end before what they code', async () => {
  const { header, frames, encode, decode } = segmentOf(2, 12_000, (c, i) => (i % 3000 < 200 ? noise(i + c) : 0.1 * Math.sin(i / (9 + c))))
  const payload = await encode(1000)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(payload.length),
      async (edits, end) => {
        const damaged = payload.slice(0, end)
        for (const [at, byte] of edits) if (at < end) damaged[at] = byte
        const decoded = await decode(damaged).catch((error) => error)
        if (decoded instanceof LaqError)
          expect(decoded).toMatchObject({ code: 'malformed', message: expect.stringContaining('end before') })
        else expect(decoded.samples.length).toBe((frames + 1) * header.lines * 2)
      },
    ),
    { numRuns: 60 },
  )
})

test('more quality is a finer step at every step of one', () => {
  for (let quality = 0; quality < 100; quality++) expect(gainForQuality(quality + 1)).toBeLessThan(gainForQuality(quality))
  const grades = ODG_AT_QUALITY.map(([, odg]) => odg)
  expect(grades).toEqual([...grades].sort((a, b) => a - b))
})
