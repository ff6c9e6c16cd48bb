import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LaqError } from '../../../codecs/errors.js'
import { readAiff } from '../../../src/io/sound/aiff.js'
import { type PcmEncoding, packPcm } from '../../../src/io/sound/pcm.js'
import { parseSound } from '../../../src/io/sound/sound.js'
import { readTags } from '../../../src/io/tags/tags.js'
import { readWav } from '../../../src/io/wav/wav.js'
import { describeCorpus } from '../../corpus.js'
import { mutate } from '../../fuzz/mutate.js'
import { bitsOf, exactSounds } from '../wav/kinds.js'

const letters = (id: string) => [...Buffer.from(id, 'latin1')]
const u32 = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]
const chunk = (id: string, body: number[]) => [...letters(id), ...u32(body.length), ...body, ...(body.length & 1 ? [0] : [])]

/** A rate below 2^31 as an 80-bit float. */
function extended(rate: number): number[] {
  const exponent = Math.floor(Math.log2(rate))
  return [(16383 + exponent) >> 8, (16383 + exponent) & 255, ...u32((rate * 2 ** (31 - exponent)) >>> 0), 0, 0, 0, 0]
}

function aiffOf(
  compression: string | undefined,
  bits: number,
  rate: number,
  channels: number,
  data: Uint8Array,
  frames: number,
  offset = 0,
): Uint8Array {
  const common = [0, channels, ...u32(frames), 0, bits, ...extended(rate), ...(compression ? [...letters(compression), 0, 0] : [])]
  const sound = [...u32(offset), 0, 0, 0, 0, ...new Array(offset).fill(0xee), ...data]
  const body = [...chunk('NAME', letters('a name')), ...chunk('COMM', common), ...chunk('SSND', sound), ...chunk('AUTH', letters('odd'))]
  return Uint8Array.from([...letters('FORM'), ...u32(4 + body.length), ...letters(compression ? 'AIFC' : 'AIFF'), ...body])
}

const COMPRESSIONS: Record<string, (string | undefined)[]> = {
  u8: [undefined, 'NONE', 'raw '],
  s16: [undefined, 'twos', 'sowt'],
  s24: [undefined, 'in24', 'sowt'],
  s32: [undefined, 'in32', 'sowt'],
  f32: ['fl32', 'FL32'],
}

test('samples of every kind are read exactly', () => {
  fc.assert(
    fc.property(exactSounds, fc.nat(2), fc.nat(3), (sound, kind, offset) => {
      const { channels, sampleFormat, sampleRateHz } = sound
      const choices = COMPRESSIONS[sampleFormat]
      const compression = choices[kind % choices.length]
      const encoding = (sampleFormat === 'u8' && compression !== 'raw ' ? 's8' : sampleFormat) as PcmEncoding
      const data = packPcm(channels, { encoding, bigEndian: compression !== 'sowt', channels: channels.length })
      const { length } = channels[0]
      if (length === 0) return
      const bits = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 32, f64: 64 }[sampleFormat]
      const back = readAiff(aiffOf(compression, bits, sampleRateHz, channels.length, data, length, offset))
      expect(back).toMatchObject({ sampleFormat, sampleRateHz })
      expect(bitsOf(back.channels)).toEqual(bitsOf(channels))
      expect(readTags(back.metadata ?? []).fields).toEqual({ title: 'a name', artist: 'odd' })
    }),
    { numRuns: 300 },
  )
})

test('what is cut or damaged is read as far as it goes, or refused by the one error', () => {
  const file = aiffOf(
    'sowt',
    16,
    44100,
    2,
    new Uint8Array(40).map((_, i) => i * 7),
    10,
  )
  const outcomes = { read: 0, refused: 0 }
  for (let seed = 0; seed < 5000; seed++) {
    const damaged = seed < file.length ? file.subarray(0, seed) : mutate(file, seed * 4)
    try {
      expect(readAiff(damaged, { samples: 1000 }).channels.length).toBeGreaterThan(0)
      outcomes.read++
    } catch (error) {
      expect(error).toBeInstanceOf(LaqError)
      outcomes.refused++
    }
  }
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(500)
})

test('other compressions are named', () => {
  const file = aiffOf('ulaw', 8, 8000, 1, new Uint8Array(4), 4)
  expect(() => readAiff(file)).toThrow("AIFF: samples of compression 'ulaw'")
  expect(() => readAiff(aiffOf(undefined, 16, 8000, 1, new Uint8Array(4), 2), { samples: 1 })).toThrow(
    expect.objectContaining({ code: 'limit' }),
  )
})

describeCorpus('audio/odd_wav', (folder) => {
  test('an AIFF is the WAV of the same samples', async () => {
    // ffmpeg made that one of the 16-bit AIFF
    const aiff = await parseSound(readFileSync(`${folder}/teragon__a440-16bit-stereo.aiff`), undefined, { exact: true })
    const wav = await readWav(readFileSync(`${folder}/teragon__a440-stereo-ffmpeg.wav`), undefined, { exact: true })
    expect(bitsOf(aiff.channels)).toEqual(bitsOf(wav.channels))
  })
})
