import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LaqError } from '../../../codecs/errors.js'
import type { AudioData } from '../../../src/audio.js'
import { WAV_KINDS } from '../../../src/io/wav/chunks.js'
import { WavReader, type WavReaderOptions } from '../../../src/io/wav/reader.js'
import { withoutKept } from '../../../src/io/wav/restore.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { WavWriter } from '../../../src/io/wav/writer.js'
import { describeCorpus } from '../../corpus.js'
import { mutate } from '../../fuzz/mutate.js'
import { bitsOf, exactSounds, oddFiles, pieces } from './kinds.js'
import { HELD } from './odd.js'

interface Read {
  header: unknown
  channels: number[][]
  metadata: AudioData['metadata']
}

/** What pieces of a file give: everything, or the error. */
function readPieces(parts: Iterable<Uint8Array>, options: WavReaderOptions = {}): Read | string {
  const reader = new WavReader(options)
  const channels: number[][] = []
  try {
    for (const part of parts) {
      // the caller's buffer is its own again after each call
      const lent = part.slice()
      for (const [c, block] of bitsOf(reader.push(lent)).entries()) channels[c] = [...(channels[c] ?? []), ...block]
      lent.fill(0xaa)
    }
    reader.finish()
    return { header: reader.header, channels, metadata: reader.metadata }
  } catch (error) {
    if (!(error instanceof LaqError)) throw error
    return `${error.code}: ${error.message}`
  }
}

const kinds = fc.constantFrom(...WAV_KINDS)
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('WAV in pieces', () => {
  test('of every kind is written and read: samples, format, mask and tags', () => {
    fc.assert(
      fc.property(exactSounds, kinds, sizes, (sound, kind, parts) => {
        const found = readPieces(pieces(writeWav(sound, { kind }), parts)) as Read
        const { sampleFormat, sampleRateHz, channelMask } = sound
        expect(found.channels).toEqual(bitsOf(sound.channels))
        expect(found.metadata).toEqual(sound.metadata)
        expect(found.header).toMatchObject({
          kind,
          sampleFormat,
          sampleRateHz,
          length: sound.channels[0].length,
          ...(channelMask && { channelMask }),
        })
      }),
      { numRuns: 300 },
    )
  })

  test('of any size is the file in one piece, also of odd files', () => {
    fc.assert(
      fc.property(oddFiles, sizes, fc.boolean(), (file, parts, keepChunks) => {
        expect(readPieces(pieces(file, parts), { keepChunks })).toEqual(readPieces([file], { keepChunks }))
      }),
      { numRuns: 500 },
    )
  })

  test('that ends early, or is damaged, gives what it has or one error, whatever the pieces', () => {
    fc.assert(
      fc.property(oddFiles, sizes, fc.nat(), fc.boolean(), (file, parts, seed, keepChunks) => {
        const damaged = mutateWav(file, seed)
        expect(readPieces(pieces(damaged, parts), { keepChunks })).toEqual(readPieces([damaged], { keepChunks }))
      }),
      { numRuns: 2000 },
    )
  })

  test('is written in blocks: of known length as in one, of unknown length with sizes left open until the end', async () => {
    await fc.assert(
      fc.asyncProperty(exactSounds, kinds, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (sound, kind, block, isKnown) => {
        const { channels } = sound
        const { length } = channels[0]
        const writer = new WavWriter({ ...sound, channels: channels.length }, { kind, ...(isKnown && { length }) })
        const parts: Uint8Array[] = [writer.head]
        for (let at = 0; at < length; at += block) {
          parts.push(writer.block(channels.map((channel) => channel.slice(at, at + block)) as AudioData['channels']))
        }
        const open = Buffer.concat([...parts, writer.tail(length)])
        const patches = writer.patches(length)
        if (isKnown) {
          expect(Uint8Array.from(open)).toEqual(writeWav(sound, { kind }))
          expect(patches).toEqual([])
        }
        const closed = Uint8Array.from(open)
        for (const { offset, bytes } of patches) closed.set(bytes, offset)
        const found = readPieces([closed]) as Read
        expect(found).toMatchObject({ channels: bitsOf(channels), metadata: sound.metadata, header: { length } })
        // what was never closed reads to its end; padding counts as samples only if it makes a whole frame
        const beforeClose = readPieces([Buffer.concat(parts)]) as Read
        expect(beforeClose).toMatchObject({ channels: bitsOf(channels), metadata: sound.metadata })
      }),
      { numRuns: 300 },
    )
  })

  test('becomes RF64 where it is too large for RIFF, at once or in the end', () => {
    const sound = { sampleRateHz: 48000, sampleFormat: 's16', channels: 2 } as const
    const length = 2 ** 30
    const header = (head: Uint8Array) => {
      const reader = new WavReader()
      reader.push(head)
      return reader.header
    }
    expect(header(new WavWriter(sound, { length: length - 2 ** 15 }).head)).toMatchObject({ kind: 'RIFF', length: length - 2 ** 15 })
    expect(header(new WavWriter(sound, { length }).head)).toMatchObject({ kind: 'RF64', length })
    const writer = new WavWriter(sound)
    expect(header(writer.head)).toMatchObject({ kind: 'RIFF' })
    expect(header(writer.head)).not.toHaveProperty('length')
    const [{ offset, bytes }] = writer.patches(length)
    expect([offset, bytes.length]).toEqual([0, writer.head.length])
    expect(header(bytes)).toMatchObject({ kind: 'RF64', length })
    expect(header(writer.patches(1000)[0].bytes)).toMatchObject({ kind: 'RIFF', length: 1000 })
    expect(() => new WavWriter(sound, { kind: 'RIFX', length })).toThrow(expect.objectContaining({ code: 'limit' }))
  })

  test('bounds what it gathers', () => {
    const file = writeWav({ sampleRateHz: 8000, sampleFormat: 'u8', channels: [new Int32Array(100)] })
    const limited = { limits: { samples: 50, metadataBytes: 1000 } }
    expect(readPieces([file], limited)).toBe('limit: 100 samples are more than the limit of 50')
    const endless = function* () {
      yield file.subarray(0, 12)
      yield Uint8Array.from([0x4c, 0x49, 0x53, 0x54, 0xff, 0xff, 0xff, 0x7f])
      for (;;) yield new Uint8Array(10_000)
    }
    expect(readPieces(endless(), limited)).toMatch(/^limit: \d+ metadataBytes/)
    const behind = function* () {
      yield file
      for (;;) yield new Uint8Array(10_000)
    }
    expect(readPieces(behind(), { limits: { metadataBytes: 1000 } })).toMatch(/^limit: \d+ metadataBytes/)
  })
})

/** Damage that leaves chunk ids alone as often as not. */
function mutateWav(file: Uint8Array, seed: number): Uint8Array {
  return seed % 5 === 0 ? file.subarray(0, seed % (file.length + 1)) : mutate(file, seed * 4)
}

test('padding that a Wave64 file counts as data is none where it tells its length', async () => {
  const file = writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [Int32Array.of(1, 2, 3)] }, { kind: 'W64' })
  const view = new DataView(file.buffer)
  const sizeAt = file.length - 8 - 8
  expect(view.getBigUint64(sizeAt, true)).toBe(30n)
  view.setBigUint64(sizeAt, 32n, true)
  const sound = await readWav(file, undefined, { exact: true, keepChunks: true })
  expect(sound.channels[0]).toEqual(Int32Array.of(1, 2, 3))
  expect(writeWav(sound)).toEqual(file)
})

test('for lossy coding, doubles are rounded and what is not finite refused', () => {
  const file = writeWav({ sampleRateHz: 8000, sampleFormat: 'f64', channels: [Float32Array.of(0.5, 0.25)] })
  const view = new DataView(file.buffer)
  view.setFloat64(file.length - 8, 0.1, true)
  const read = (lossy: boolean) => {
    const reader = new WavReader({ lossy })
    return [reader.push(file), reader.header?.sampleFormat]
  }
  expect(read(true)).toEqual([[Float32Array.of(0.5, 0.1)], 'f64'])
  expect(() => read(false)).toThrow('WAV: sample 1 is 0.1, a double that 32 bits do not hold')
  view.setFloat64(file.length - 8, Number.POSITIVE_INFINITY, true)
  expect(() => read(true)).toThrow('WAV: sample 1 of channel 0 is Infinity')
  expect(read(false)).toEqual([[Float32Array.of(0.5, Number.POSITIVE_INFINITY)], 'f32'])
})

describe('kept chunks', () => {
  test('make the same file again, of any family and with any oddity', async () => {
    let kept = 0
    await fc.assert(
      fc.asyncProperty(oddFiles, async (file) => {
        const sound = await readWav(file, undefined, { exact: true, keepChunks: true }).catch((error) => {
          if (!(error instanceof LaqError)) throw error
        })
        if (!sound) return
        kept++
        expect(Buffer.from(writeWav(sound)).toString('hex')).toBe(Buffer.from(file).toString('hex'))
      }),
      { numRuns: 1000 },
    )
    expect(kept).toBeGreaterThan(700)
  })

  test('give way to a new head where length or format changed, and stay as chunks', async () => {
    await fc.assert(
      fc.asyncProperty(oddFiles, async (file) => {
        const sound = await readWav(file, undefined, { exact: true, keepChunks: true }).catch(() => undefined)
        if (!sound || sound.channels[0].length === 0) return
        const part = { ...sound, channels: sound.channels.map((channel) => channel.slice(1)) as AudioData['channels'] }
        const back = await readWav(writeWav(part), undefined, { exact: true })
        expect(bitsOf(back.channels)).toEqual(bitsOf(part.channels))
        const loose = (await readWav(file, undefined, { exact: true })).metadata
        expect(back.metadata).toEqual(loose)
        expect(withoutKept(sound.metadata ?? [])).toEqual(loose)
      }),
      { numRuns: 300 },
    )
  })

  test('are damaged without harm', async () => {
    const file = writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [Int32Array.of(1, 2, 3)] })
    const sound = await readWav(file, undefined, { exact: true, keepChunks: true })
    const [head, tail] = sound.metadata as { type: 'tag'; bytes: Uint8Array }[]
    for (let seed = 0; seed < 2000; seed++) {
      const metadata = [
        { type: 'tag' as const, bytes: mutateWav(head.bytes, seed) },
        { type: 'tag' as const, bytes: seed % 2 ? mutateWav(tail.bytes, seed) : tail.bytes },
      ]
      writeWav({ ...sound, metadata })
    }
  })

  test('of fewer valid bits: floats are rounded to those', async () => {
    const fmt = [0xfe, 0xff, 1, 0, 0x40, 0x1f, 0, 0, 0xc0, 0x5d, 0, 0, 3, 0, 24, 0, 22, 0, 20, 0, 0, 0, 0, 0, 1, 0]
    const guid = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
    const letters = (id: string) => [...id].map((letter) => letter.charCodeAt(0))
    const file = Uint8Array.from([
      ...letters('RIFF'),
      66,
      0,
      0,
      0,
      ...letters('WAVEfmt '),
      40,
      0,
      0,
      0,
      ...fmt,
      ...guid,
      ...letters('data'),
      6,
      0,
      0,
      0,
      0x10,
      0,
      0,
      0xf0,
      0xff,
      0xff,
    ])
    const sound = await readWav(file, undefined, { exact: true, keepChunks: true })
    expect(sound.channels[0]).toEqual(Int32Array.of(16, -16))
    const near = { ...sound, channels: [Float32Array.of(18 / 2 ** 23, -13 / 2 ** 23)] }
    expect(writeWav(near)).toEqual(file)
  })
})

describeCorpus('audio/odd_wav', (folder) => {
  test('every file that is read comes back to the byte', async () => {
    const wrong: string[] = []
    for (const file of Object.keys(HELD)) {
      const bytes = new Uint8Array(readFileSync(`${folder}/${file}`))
      const sound = await readWav(bytes, undefined, { exact: true, keepChunks: true })
      if (Buffer.compare(writeWav(sound), bytes) !== 0) wrong.push(file)
    }
    expect(wrong).toEqual([])
  })
})
