import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floatChannels } from '../../../codecs/audio/floats.js'
import { LaqError } from '../../../codecs/errors.js'
import type { AudioData } from '../../../src/audio.js'
import { parseSound } from '../../../src/io/sound/sound.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { describeCorpus } from '../../corpus.js'
import { testWith } from '../programs.js'
import { BY_FFMPEG, FOREIGN, HELD, REFUSED } from './odd.js'

/** Full scale and the least step of each integer format. */
const BITS = { u8: 8, s16: 16, s24: 24, s32: 32 } as const
const FORMATS = ['u8', 's16', 's24', 's32', 'f32', 'f64'] as const

/** Sounds of which the samples are values of their format: the ends of its range and anything between. */
const sounds = fc
  .record({
    sampleFormat: fc.constantFrom(...FORMATS),
    sampleRateHz: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
    count: fc.integer({ min: 1, max: 8 }),
    length: fc.nat(9),
    channelMask: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
    tags: fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 3 }),
    seed: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 72, maxLength: 72 }),
  })
  .map(({ sampleFormat, sampleRateHz, count, length, channelMask, tags, seed }): AudioData => {
    const value = (x: number) => {
      if (sampleFormat === 'f32' || sampleFormat === 'f64') return x
      const scale = 2 ** (BITS[sampleFormat] - 1)
      // f32 holds 24 bits
      const grain = sampleFormat === 's32' ? 256 : 1
      return (Math.min(Math.round((x * scale) / grain), scale / grain - 1) * grain) / scale
    }
    const channels = Array.from({ length: count }, (_, c) => Float32Array.from({ length }, (_, i) => value(seed[i * 8 + c])))
    const metadata = tags.map((bytes, i) => ({ type: 'tag' as const, bytes: Uint8Array.from([0x74, 0x61, 0x67, 0x30 + i, ...bytes]) }))
    return { sampleFormat, sampleRateHz, channels, metadata, ...(channelMask !== undefined && { channelMask }) }
  })

describe('WAV', () => {
  test('what is written is read back: samples, format, mask and tags', async () => {
    await fc.assert(
      fc.asyncProperty(sounds, async (sound) => {
        const plain = ({ channels, ...rest }: AudioData) => ({ ...rest, channels: channels.map((c) => [...c].map((x) => x + 0)) })
        expect(plain(await readWav(writeWav(sound)))).toEqual(plain(sound))
      }),
      { numRuns: 300 },
    )
  })

  test('integers are rounded half up and clamped', async () => {
    const samples = Float32Array.of(1.5, -1.5, 0.5 / 32768, -0.5 / 32768, -1.5 / 32768, Number.NaN, 1, -1)
    const { channels } = await readWav(writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [samples] }))
    expect([...channels[0]].map((x) => x * 32768)).toEqual([32767, -32768, 1, 0, -1, 0, 32767, -32768])
  })

  test('every value of 8 and 16 bits is exact', async () => {
    for (const [sampleFormat, bits] of [
      ['u8', 8],
      ['s16', 16],
    ] as const) {
      const scale = 2 ** (bits - 1)
      const all = Float32Array.from({ length: 2 * scale }, (_, i) => (i - scale) / scale)
      const bytes = writeWav({ sampleRateHz: 44100, sampleFormat, channels: [all] })
      const { channels } = await readWav(bytes)
      expect(channels[0]).toEqual(all)
    }
  })

  /** A stereo sound of 16 bits with a tag of odd length: RIFF 12, fmt 24, tag 8 + 4, data 8 + 12. */
  const small = writeWav({
    sampleRateHz: 8000,
    sampleFormat: 's16',
    channels: [Float32Array.of(0.25, 0.5, -0.5), Float32Array.of(-1, 0, 0.75)],
    metadata: [{ type: 'tag', bytes: Uint8Array.from([0x4c, 0x49, 0x53, 0x54, 1, 2, 3]) }],
  })
  const dataSizeAt = small.length - 12 - 4

  test('data of open size reaches to the end of the file', async () => {
    for (const [riffSize, dataSize] of [
      [0xffffffff, 0xffffffff],
      [0, 0],
      [0x7ffff024, 0x7ffff000],
      [36, 0xffffffff],
    ]) {
      const bytes = small.slice()
      new DataView(bytes.buffer).setUint32(4, riffSize, true)
      new DataView(bytes.buffer).setUint32(dataSizeAt, dataSize, true)
      expect((await readWav(bytes)).channels[0]).toEqual(Float32Array.of(0.25, 0.5, -0.5))
    }
  })

  test('data of size 0 in a file that knows its size is an empty sound', async () => {
    const bytes = small.slice()
    new DataView(bytes.buffer).setUint32(dataSizeAt, 0, true)
    expect((await readWav(bytes.subarray(0, dataSizeAt + 4))).channels[0].length).toBe(0)
  })

  test('cut anywhere, it is refused, or read as far as it goes', async () => {
    for (let end = 0; end < small.length; end++) {
      const sound = await readWav(small.subarray(0, end)).catch((error) => error)
      if (end < dataSizeAt + 5) expect(sound, `${end}`).toBeInstanceOf(LaqError)
      else expect(sound.channels[0].length).toBe(Math.floor((end - dataSizeAt - 4) / 4))
    }
  })

  test('mutated, it is refused or read, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = small.slice()
        for (const [at, value] of changes) bytes[at] = value
        const sound = await readWav(bytes, { samples: 1000 }).catch((error) => error)
        expect(sound instanceof LaqError || sound.channels.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('limits are refused by the header', async () => {
    await expect(readWav(small, { samples: 5 })).rejects.toMatchObject({ code: 'limit' })
    await expect(readWav(small, { metadataBytes: 4 })).rejects.toMatchObject({ code: 'limit' })
  })

  test('a view into a larger buffer is read like a file of its own', async () => {
    const wide = new Uint8Array(small.length + 7)
    wide.set(small, 3)
    expect((await readWav(wide.subarray(3, 3 + small.length))).channels).toEqual((await readWav(small)).channels)
  })

  test('samples that are no numbers are refused', async () => {
    const bytes = writeWav({ sampleRateHz: 8000, sampleFormat: 'f32', channels: [Float32Array.of(0, Number.NaN)] })
    await expect(readWav(bytes)).rejects.toThrow('WAV: sample 1 of channel 0 is NaN')
  })

  test('empty fillers are dropped, other tags kept', async () => {
    const tag = (id: string, ...bytes: number[]) => ({ type: 'tag' as const, bytes: Uint8Array.from([...Buffer.from(id), ...bytes]) })
    const kept = [tag('JUNK', 0, 1), tag('bext', 0, 0)]
    const sound = { sampleRateHz: 8000, sampleFormat: 'u8', channels: [new Float32Array(1)] } as const
    const bytes = writeWav({ ...sound, channels: [...sound.channels], metadata: [tag('JUNK', 0, 0), ...kept, tag('PAD ', 0)] })
    expect((await readWav(bytes)).metadata).toEqual(kept)
  })
})

describeCorpus('audio/odd_wav', (folder) => {
  test('every file is read or refused for its listed reason', async () => {
    const files = readdirSync(folder).filter((file) => file !== 'MANIFEST.md')
    expect(files.sort()).toEqual([...Object.keys(HELD), ...Object.keys(REFUSED)].sort())
    const found: Record<string, unknown> = {}
    for (const file of files) {
      found[file] = await readWav(readFileSync(`${folder}/${file}`)).then(
        ({ sampleFormat, sampleRateHz, channels }) => [sampleFormat, sampleRateHz, channels.length, channels[0].length],
        (error) => {
          expect(error, file).toBeInstanceOf(LaqError)
          return `${error.code}: ${error.message}`
        },
      )
    }
    expect(found).toEqual({ ...HELD, ...REFUSED })
  })

  test('what is no WAV file of plain samples is read by others, as listed', async () => {
    for (const [file, facts] of Object.entries(FOREIGN)) {
      const { sampleFormat, sampleRateHz, channels } = await parseSound(readFileSync(`${folder}/${file}`), undefined, { exact: true })
      expect([sampleFormat, sampleRateHz, channels.length, channels[0].length], file).toEqual(facts)
    }
    const others = Object.keys(REFUSED).filter((file) => !(file in FOREIGN) && !(file in BY_FFMPEG))
    for (const file of others) {
      const error = await parseSound(readFileSync(`${folder}/${file}`)).catch((found) => found)
      expect(`${error.code}: ${error.message}`, file).toBe(REFUSED[file])
    }
  })

  testWith('ffmpeg')('and what else ffmpeg reads', async () => {
    for (const [file, facts] of Object.entries(BY_FFMPEG)) {
      const { sampleFormat, sampleRateHz, channels } = await parseSound(readFileSync(`${folder}/${file}`), undefined, { exact: true })
      expect([sampleFormat, sampleRateHz, channels.length], file).toEqual(facts)
      expect(channels[0].length, file).toBeGreaterThan(40_000)
    }
  })

  const read = (file: string) => readWav(readFileSync(`${folder}/${file}`))

  test('the same sound in several formats is the same sound', async () => {
    const float = await read('teragon__a440-32bit-stereo.wav')
    for (const [file, step] of [
      ['8bit', 2 ** -7],
      ['16bit', 2 ** -15],
      ['24bit', 2 ** -23],
    ] as const) {
      const { channels } = await read(`teragon__a440-${file}-stereo.wav`)
      const error = Math.max(...channels.flatMap((c, i) => [...c].map((x, j) => Math.abs(x - float.channels[i][j]))))
      expect(error, file).toBeLessThan(2 * step)
    }
    const [big, rf64] = [await read('scipy__test-8000Hz-be-3ch-5S-24bit.wav'), await read('scipy__test-8000Hz-le-3ch-5S-24bit-rf64.wav')]
    expect(big.channels).toEqual(rf64.channels)
  })

  test('samples of odd widths stand at the top of their container', async () => {
    const { channels } = await read('scipy__test-1234Hz-le-1ch-10S-20bit-extra.wav')
    expect([...channels[0].subarray(0, 3)].map((x) => x * 2 ** 23)).toEqual([0x7ffff0, -0x7ffff0, 0x3ffff8])
  })

  test('tags survive', async () => {
    const sound = await read('wav_stereo_8bit_44100.wav')
    expect(sound.metadata?.map(({ bytes }) => String.fromCharCode(...bytes.subarray(0, 4)))).toEqual(['JUNK', 'cue ', 'LIST', 'bext'])
    expect((await readWav(writeWav(sound))).metadata).toEqual(sound.metadata)
  })
})

/** A WAV file of one 16-bit channel made of the chunks given, each id and bytes. */
function wavOf(kind: 'RIFF' | 'RF64', ...chunks: [string, number[]][]): Uint8Array {
  const u32 = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24]
  const letters = (id: string) => [...id].map((letter) => letter.charCodeAt(0))
  const body = chunks.flatMap(([id, bytes]) => [...letters(id), ...u32(bytes.length), ...bytes])
  return Uint8Array.from([...letters(kind), ...u32(kind === 'RF64' ? 0xffffffff : 4 + body.length), ...letters('WAVE'), ...body])
}

const PCM_FORMAT = [1, 0, 1, 0, 0x44, 0xac, 0, 0, 0x88, 0x58, 1, 0, 2, 0, 16, 0]

test('an RF64 file without samples has none, whatever follows its data', async () => {
  const ds64 = [100, 0, 0, 0, 0, 0, 0, 0, ...new Array(16).fill(0)]
  const sound = await readWav(wavOf('RF64', ['ds64', ds64], ['fmt ', PCM_FORMAT], ['data', []], ['LIST', [73, 78, 70, 79]]))
  expect(sound.channels).toEqual([new Float32Array(0)])
  expect(sound.metadata).toHaveLength(1)
})

test('an extensible format of somebody else is refused', async () => {
  const guid = [1, 0, 0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0, 0, 0]
  const format = [0xfe, 0xff, ...PCM_FORMAT.slice(2), 22, 0, 16, 0, 0, 0, 0, 0, ...guid]
  await expect(readWav(wavOf('RIFF', ['fmt ', format], ['data', [0, 0]]))).rejects.toThrow(expect.objectContaining({ code: 'unsupported' }))
})

test('a sound that is none cannot be written', () => {
  const rest = { sampleRateHz: 8000, sampleFormat: 's16' as const }
  expect(() => writeWav({ ...rest, channels: [] })).toThrow('without channels')
  expect(() => writeWav({ ...rest, channels: [new Float32Array(3), new Float32Array(2)] })).toThrow('channels of 3 and of 2 samples')
})

test('many small chunks are limited together', async () => {
  const chunks = Array.from({ length: 100 }, (): [string, number[]] => ['note', []])
  await expect(readWav(wavOf('RIFF', ['fmt ', PCM_FORMAT], ...chunks, ['data', []]), { metadataBytes: 5000 })).rejects.toThrow(
    expect.objectContaining({ code: 'limit' }),
  )
})

/** Sounds of integers of every format, and of any bits as f32. */
const exactSounds = fc
  .record({
    sampleFormat: fc.constantFrom('u8', 's16', 's24', 's32', 'f32'),
    count: fc.integer({ min: 1, max: 4 }),
    values: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 20 }),
  })
  .map(({ sampleFormat, count, values }): AudioData => {
    const channels = Array.from({ length: count }, (_, c) => {
      const bits = Int32Array.from(values, (value) => value ^ (c * 0x01010101))
      // the upper bits of any integer are an integer of fewer
      return sampleFormat === 'f32' ? bits : bits.map((value) => value >> (32 - BITS[sampleFormat as keyof typeof BITS]))
    })
    const held = sampleFormat === 'f32' ? channels.map(({ buffer }) => new Float32Array(buffer)) : channels
    return {
      sampleFormat: sampleFormat as AudioData['sampleFormat'],
      sampleRateHz: 8000,
      channels: held as AudioData['channels'],
      metadata: [],
    }
  })

const bitsOf = ({ channels }: AudioData) => channels.map(({ buffer }) => [...new Int32Array(buffer)])

describe('exact samples', () => {
  test('of every format come back bit for bit: integers as integers, floats with NaNs and infinities', async () => {
    await fc.assert(
      fc.asyncProperty(exactSounds, async (sound) => {
        const back = await readWav(writeWav(sound), undefined, { exact: true })
        expect(bitsOf(back)).toEqual(bitsOf(sound))
        expect(back.channels[0].constructor).toBe(sound.channels[0].constructor)
      }),
      { numRuns: 300 },
    )
  })

  test('are the same sound as floats', async () => {
    await fc.assert(
      fc.asyncProperty(exactSounds, async (sound) => {
        if (sound.sampleFormat === 'f32') return
        const bytes = writeWav(sound)
        const floats = (await readWav(bytes)).channels
        expect(floatChannels(await readWav(bytes, undefined, { exact: true })).map((c) => c.map((x) => x + 0))).toEqual(
          floats.map((c) => c.map((x) => x + 0)),
        )
      }),
      { numRuns: 100 },
    )
  })

  test('of doubles are refused where 32 bits do not hold them', async () => {
    const bytes = writeWav({ sampleRateHz: 8000, sampleFormat: 'f64', channels: [Float32Array.of(0.5, -0)] })
    const held = await readWav(bytes, undefined, { exact: true, keepChunks: true })
    expect(held).toMatchObject({ sampleFormat: 'f32', channels: [Float32Array.of(0.5, -0)] })
    expect(writeWav(held)).toEqual(bytes)
    new DataView(bytes.buffer).setFloat64(bytes.length - 8, 0.1, true)
    await expect(readWav(bytes, undefined, { exact: true })).rejects.toThrow('a double that 32 bits do not hold')
  })

  test('that are too large are clamped, and integers are no floats', async () => {
    const rest = { sampleRateHz: 8000, channels: [Int32Array.of(40000, -40000)] }
    const { channels } = await readWav(writeWav({ ...rest, sampleFormat: 's16' }), undefined, { exact: true })
    expect(channels[0]).toEqual(Int32Array.of(32767, -32768))
    expect(() => writeWav({ ...rest, sampleFormat: 'f32' })).toThrow(TypeError)
    expect(() => floatChannels({ ...rest, sampleFormat: 'f32' })).toThrow(TypeError)
  })
})
