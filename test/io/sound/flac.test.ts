import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Warning } from '../../../src/calls/warnings.js'
import { flacFrames } from '../../../src/io/sound/flacframes.js'
import { parseSound } from '../../../src/io/sound/sound.js'
import { id3Bytes, writeId3 } from '../../../src/io/tags/id3.js'
import { readTags } from '../../../src/io/tags/tags.js'
import { joined } from '../joined.js'
import { bitsOf } from '../wav/kinds.js'
import { writeFlac } from './flacs.js'

// what is read, is read by the package alone
beforeEach(() => {
  vi.stubEnv('PATH', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const exactly = (bytes: Uint8Array, warnings: Warning[] = []) =>
  parseSound(bytes, undefined, { exact: true, onWarning: (warning) => warnings.push(warning) })

/** Something loud, then `silence` samples of silence. */
const ending = (loud: number, silence: number, channels: number, bits: number) =>
  Array.from({ length: channels }, (_, c) =>
    Int32Array.from({ length: loud + silence }, (_, i) => (i < loud ? Math.round(2 ** (bits - 2) * Math.sin(i * (c + 1) * 0.37)) : 0)),
  )

test('files that end in silence, or in a block of a few samples, are whole', async () => {
  for (const bits of [8, 16, 24] as const)
    for (const channels of [1, 2])
      for (const [loud, silence] of [
        [256, 300],
        [300, 1],
        [257, 0],
        [258, 0],
        [1, 0],
        [0, 40],
        [512, 1000],
        [40, 6],
      ]) {
        const planes = ending(loud, silence, channels, bits)
        const found = await exactly(writeFlac(planes, bits, 256))
        expect(bitsOf(found.channels), `${bits} bits, ${channels} channels, ${loud} + ${silence}`).toEqual(bitsOf(planes))
      }
})

test('frames are those that were written, whatever their samples and what stands behind them', () => {
  const sound = fc.record({
    samples: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 200 }),
    block: fc.integer({ min: 16, max: 64 }),
    behind: fc.uint8Array({ maxLength: 8 }),
  })
  fc.assert(
    fc.property(sound, ({ samples, block, behind }) => {
      const planes = [Int32Array.from(samples)]
      const file = writeFlac(planes, 8, block)
      const frames = [...flacFrames(joined(file, behind), 4 + 38)]
      expect(frames.map((frame) => frame.samples)).toEqual(
        Array.from({ length: Math.ceil(samples.length / block) }, (_, i) => Math.min(block, samples.length - i * block)),
      )
      const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 42)
      // zeros go on a checksum of 0
      expect(bytes).toBe(
        file.length + (behind.findIndex((byte) => byte !== 0) < 0 ? behind.length : behind.findIndex((byte) => byte !== 0)),
      )
    }),
    { numRuns: 50 },
  )
})

test('a tag behind the samples is no sound, and is told; tags in front are tags', async () => {
  const planes = ending(300, 100, 1, 16)
  const file = writeFlac(planes, 16, 256)
  const old = new Uint8Array(128)
  old.set([...'TAGAn old title'].map((letter) => letter.charCodeAt(0)))
  const id3 = writeId3({ fields: [['TITLE', 'In front']], pictures: [] })
  const warnings: Warning[] = []
  const found = await exactly(joined(id3, id3, new Uint8Array(20), file, old), warnings)
  expect(bitsOf(found.channels)).toEqual(bitsOf(planes))
  expect(found.metadata?.map(({ bytes }) => id3Bytes(bytes.subarray(4)))).toEqual([id3.length, id3.length])
  expect(readTags(found.metadata ?? []).fields.title).toBe('In front')
  expect(warnings.map(({ code }) => code)).toEqual(['tags'])
})

test('a file without its last bytes is told as cut', async () => {
  const file = writeFlac(ending(300, 300, 1, 16), 16, 256)
  for (const cut of [1, 5, 11, 12, 400])
    await expect(exactly(file.subarray(0, file.length - cut))).rejects.toMatchObject({ code: 'truncated' })
})
