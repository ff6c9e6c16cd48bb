/** The lossless decoder in plain TypeScript, written from FORMAT.md, reads what the kernel writes, bit for bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeLosslessSegment } from '../../codecs/audio/lossless/segment.js'
import '../seed.js'
import { type Block, floatBlocks, integerBlocks } from './losslesssignals.js'
import { decodeByTwin } from './losslesstwin.js'

async function check({ format, length, samples }: Block, effort: number): Promise<void> {
  const { payload } = await encodeLosslessSegment({ format, effort, samples: samples.slice() })
  expect(decodeByTwin(format, length, payload)).toEqual(samples)
}

test('the twin reads blocks of every kind', async () => {
  const drawn = fc.tuple(fc.oneof(integerBlocks, floatBlocks), fc.constantFrom(1, 5, 9))
  await fc.assert(
    fc.asyncProperty(drawn, async ([block, effort]) => {
      // prefixes suffice: the twin is slow
      const length = Math.min(block.length, 80)
      const channels = Math.min(block.format.channels, 3)
      const samples = new Int32Array(channels * length)
      for (let c = 0; c < channels; c++) samples.set(block.samples.subarray(c * block.length, c * block.length + length), c * length)
      await check({ ...block, format: { ...block.format, channels }, length, samples }, effort)
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('the twin reads what sounds, longer than the longest filter', async () => {
  const length = 2500
  for (const effort of [1, 5, 9]) {
    const format = { channels: 2, bits: 16, float: false }
    const samples = Int32Array.from({ length: 2 * length }, (_, i) => {
      const t = i % length
      const noise = Math.imul(i, 0x9e3779b1) >> 26
      return Math.round(8000 * Math.sin(t / 11) * Math.exp(-(t % 900) / 300) + 900 * Math.sin(t / (3 + (i < length ? 0 : 0.01)))) + noise
    })
    await check({ format, length, samples, kind: '' }, effort)
  }
}, 60_000)
