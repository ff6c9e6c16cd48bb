/** The decoder of lossy sound in plain TypeScript, written from FORMAT.md, reads what the kernel writes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AudioHeader } from '../../codecs/audio/header.js'
import { FRAMES_BEFORE, FRAMES_BEHIND } from '../../codecs/audio/lossy/kernel/parameters.js'
import { decodeAudioSegment, encodeAudioSegment } from '../../codecs/audio/lossy/segment.js'
import { audioHeader } from '../../codecs/audio/settings.js'
import '../seed.js'
import { sound } from './sounds.js'
import { decodeByTwin } from './soundtwin.js'

const shapes = fc.record({
  channels: fc.constantFrom(1, 2, 3, 6, 8),
  sampleRateHz: fc.constantFrom(4000, 8000, 12345),
  frames: fc.integer({ min: 1, max: 4 }),
  gain: fc.integer({ min: 300, max: 1400 }),
  laq: fc.constantFrom(0, 1, 2),
  tilt: fc.integer({ min: -32, max: 32 }),
  noise: fc.integer({ min: 0, max: 16 }),
})

test('the twin decodes segments of every kind', async () => {
  const classes = new Set<number>()
  await fc.assert(
    fc.asyncProperty(shapes, async ({ channels, sampleRateHz, frames, gain, laq, tilt, noise }) => {
      const facts = { mode: 'lossy', sampleRateHz, channels, sampleFormat: 's16', channelMask: 0, length: undefined } as const
      const header: AudioHeader = { ...audioHeader(facts, laq), tilt, noise }
      const length = (FRAMES_BEFORE + frames + 1 + FRAMES_BEHIND) * header.lines
      const planes = sound(length, channels, sampleRateHz).channels as Float32Array[]
      const samples = new Float32Array(channels * length)
      for (const [c, plane] of planes.entries()) samples.set(plane, c * length)
      const { payloads } = await encodeAudioSegment({ header, frames, samples, gains: [gain], rounding: 0.37 })
      const decoded = await decodeAudioSegment({ header, frames, payload: payloads[0] })
      const stride = (frames + 1) * header.lines
      for (const smallest of decoded.smallest) classes.add(smallest)
      for (const [c, twin] of decodeByTwin(header, frames, payloads[0]).entries()) {
        const furthest = twin.reduce((most, x, i) => Math.max(most, Math.abs(x - decoded.samples[c * stride + i])), 0)
        expect(furthest).toBeLessThan(1e-6)
      }
    }),
    { numRuns: 40 },
  )
  expect(classes.size, 'sizes of blocks').toBe(5)
}, 60_000)
