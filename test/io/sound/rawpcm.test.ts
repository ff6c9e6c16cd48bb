import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AudioData } from '../../../src/audio.js'
import { parseRawFormat, RAW_ENCODINGS, RawReader, readRaw, writeRaw } from '../../../src/io/sound/rawpcm.js'
import { bitsOf, pieces } from '../wav/kinds.js'

const words = fc.record({
  encoding: fc.constantFrom(...RAW_ENCODINGS),
  channels: fc.integer({ min: 1, max: 4 }),
  bytes: fc.uint8Array({ maxLength: 80 }),
})

describe('raw samples', () => {
  test('of every encoding come back to the byte', () => {
    fc.assert(
      fc.property(words, ({ encoding, channels, bytes }) => {
        const format = parseRawFormat(`${encoding},${channels},8000`)
        const frame = (Number(/\d+/.exec(encoding)?.[0]) / 8) * channels
        const whole = bytes.subarray(0, bytes.length - (bytes.length % frame))
        expect(writeRaw(readRaw(whole, format), format)).toEqual(Uint8Array.from(whole))
        const cut = bytes.length % frame > 0
        if (cut) expect(() => readRaw(bytes, format)).toThrow(expect.objectContaining({ code: 'truncated' }))
      }),
      { numRuns: 300 },
    )
  })

  test('in pieces are those of the whole', () => {
    fc.assert(
      fc.property(
        words,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        ({ encoding, channels, bytes }, sizes) => {
          const format = parseRawFormat(`${encoding},${channels},8000`)
          const reader = new RawReader(format)
          const found: number[][] = Array.from({ length: channels }, () => [])
          for (const part of pieces(bytes, sizes)) for (const [c, block] of bitsOf(reader.push(part)).entries()) found[c].push(...block)
          expect(found).toEqual(bitsOf(new RawReader(format).push(bytes)))
        },
      ),
    )
  })

  test('of another width are shifted, and rounded on the way down', () => {
    const sound = { sampleRateHz: 8000, sampleFormat: 's16' as const, channels: [Int32Array.of(0x7fff, -0x8000, 0x180, 0x17f)] }
    expect([...new Int8Array(writeRaw(sound, parseRawFormat('s8,1,8000')).buffer)]).toEqual([127, -128, 2, 1])
    expect([...new Int32Array(writeRaw(sound, parseRawFormat('s32le,1,8000')).buffer)]).toEqual([
      0x7fff0000,
      -(2 ** 31),
      0x1800000,
      0x17f0000,
    ])
    expect([...new Float32Array(writeRaw(sound, parseRawFormat('f32le,1,8000')).buffer)]).toEqual([
      32767 / 32768,
      -1,
      0x180 / 32768,
      0x17f / 32768,
    ])
  })

  test('want words that say what they are', () => {
    expect(parseRawFormat('s24be,6,96000')).toEqual({ encoding: 's24', bigEndian: true, channels: 6, sampleRateHz: 96000 })
    for (const wrong of ['s16,2,44100', 's16le,2', 's16le,0,44100', 's16le,2,0', 's16le,2,44100,1', 's16le,256,8000', 's16le,2,4e4', '']) {
      expect(() => parseRawFormat(wrong), wrong).toThrow(RangeError)
    }
    const sound = { sampleRateHz: 8000, sampleFormat: 's16' as const, channels: [new Int32Array(2)] }
    expect(() => writeRaw(sound, parseRawFormat('s16le,2,8000'))).toThrow('nothing is resampled')
    expect(() => readRaw(new Uint8Array(8), parseRawFormat('s16le,1,8000'), { samples: 3 })).toThrow(
      expect.objectContaining({ code: 'limit' }),
    )
  })
})

test('what samples without a header cannot have is told', () => {
  const told = (audio: AudioData, words: string) => {
    const codes: string[] = []
    writeRaw(audio, parseRawFormat(words), { onWarning: ({ code }) => codes.push(code) })
    return codes
  }
  const hot: AudioData = { sampleRateHz: 8000, sampleFormat: 'f32', channels: [Float32Array.of(0.5, -1.2)] }
  expect(told(hot, 's16le,1,8000')).toEqual(['bits', 'clipped'])
  expect(told(hot, 'f32le,1,8000')).toEqual([])
  const tagged: AudioData = {
    sampleRateHz: 8000,
    sampleFormat: 's24',
    channels: [Int32Array.of(1)],
    metadata: [{ type: 'tag', bytes: Uint8Array.of(65, 66, 67, 68) }],
  }
  expect(told(tagged, 's24le,1,8000')).toEqual(['tags'])
  expect(told(tagged, 's16le,1,8000')).toEqual(['tags', 'bits'])
})
