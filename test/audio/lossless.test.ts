import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Md5 } from '../../codecs/container/md5.js'
import { type AudioData, decodeAudio, encodeAudio, inspect, stripAudio } from '../../src/index.js'
import { whole } from './stream/sounds.js'

const BITS = { u8: 8, s16: 16, s24: 24, s32: 32 } as const
const facts = {
  channels: fc.integer({ min: 1, max: 6 }),
  length: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 21, max: 5000 })),
}
const modes = fc.constantFrom<object>(
  { lossless: true },
  { lossless: true, effort: 1 },
  { lossless: true, lossyQuality: 20, effort: 1 },
  { lossless: true, lossyBitrate: 24, laq: 0, effort: 1 },
)

/** Samples of a kind: loud noise, few values, a slope, or silence. */
function samplesOf(kind: number, length: number, least: number, most: number, seed: number): Int32Array {
  let state = seed | 1
  const noise = () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0
    return (state >>> 0) / 2 ** 32
  }
  return Int32Array.from({ length }, (_, i) => {
    if (kind === 0) return Math.floor(least + noise() * (most - least + 1))
    if (kind === 1) return noise() < 0.1 ? (noise() < 0.5 ? least : most) : 0
    if (kind === 2) return Math.floor(least + ((i * 977) % 5003) * ((most - least) / 5003))
    return 0
  })
}

test('integers of every format come back bit for bit, by lossless and by hybrid files', async () => {
  const shape = fc.record({
    ...facts,
    format: fc.constantFrom('u8', 's16', 's24', 's32'),
    kind: fc.nat({ max: 3 }),
    seed: fc.nat(),
    mode: modes,
  })
  await fc.assert(
    fc.asyncProperty(shape, async ({ channels, length, format, kind, seed, mode }) => {
      const most = 2 ** (BITS[format as keyof typeof BITS] - 1) - 1
      const planes = Array.from({ length: channels }, (_, c) => samplesOf(kind, length, -most - 1, most, seed + c))
      const audio = { sampleRateHz: 8000, sampleFormat: format, channels: planes } as AudioData
      const back = await decodeAudio(await encodeAudio(audio, mode), { exact: true })
      expect(back.channels).toEqual(planes)
    }),
    { numRuns: 60 },
  )
})

test('f32 comes back bit for bit, whatever the bits say', async () => {
  const shape = fc.record({ ...facts, kind: fc.nat({ max: 2 }), seed: fc.nat(), mode: modes })
  const odd = [0x7fc00001, 0xffc12345, 0x7f800000, 0xff800000, 0x80000000, 1, 0x7f7fffff]
  await fc.assert(
    fc.asyncProperty(shape, async ({ channels, length, kind, seed, mode }) => {
      const planes = Array.from({ length: channels }, (_, c) => {
        const bits = samplesOf(0, length, -(2 ** 31), 2 ** 31 - 1, seed + c)
        if (kind === 1) for (let i = 0; i < length; i++) bits[i] = odd[(bits[i] >>> 9) % odd.length]
        const floats = new Float32Array(bits.buffer as ArrayBuffer)
        if (kind === 2) for (let i = 0; i < length; i++) floats[i] = Math.sin(i / 10) / 3
        return floats
      })
      const audio: AudioData = { sampleRateHz: 8000, sampleFormat: 'f32', channels: planes }
      const back = await decodeAudio(await encodeAudio(audio, mode), { exact: true })
      expect(back.channels.map((samples) => new Uint32Array(samples.buffer as ArrayBuffer))).toEqual(
        planes.map((samples) => new Uint32Array(samples.buffer)),
      )
    }),
    { numRuns: 30 },
  )
})

test('floats that hold integers are as good as these, other floats are refused', async () => {
  const audio = whole(3000)
  const floats = audio.channels.map((samples) => Float32Array.from(samples, (x) => x / 32768))
  const file = await encodeAudio({ ...audio, channels: floats }, { lossless: true })
  expect(Buffer.compare(file, await encodeAudio(audio, { lossless: true }))).toBe(0)
  expect((await decodeAudio(file)).channels).toEqual(floats)
  floats[1][7] = 0.3
  await expect(encodeAudio({ ...audio, channels: floats }, { lossless: true })).rejects.toThrow('sample 7 is 0.3')
  floats[1][7] = 1
  await expect(encodeAudio({ ...audio, channels: floats }, { lossless: true })).rejects.toThrow('sample 7 is 1, which is no value of s16')
  await expect(encodeAudio({ ...audio, sampleFormat: 's32', channels: floats }, { lossless: true })).rejects.toThrow('an Int32Array does')
  await expect(encodeAudio({ ...audio, sampleFormat: 'f64', channels: floats }, { lossless: true })).rejects.toThrow('f64')
  await expect(encodeAudio(audio, { lossless: true, quality: 50 })).rejects.toThrow('quality is not for lossless sounds')
  await expect(encodeAudio(audio, { lossyBitrate: 50 })).rejects.toThrow('lossyBitrate is for lossless sounds')
})

test('the MD5 is of the bytes of the format, and checked', async () => {
  const audio = whole(9000)
  const bytes = new Uint8Array(9000 * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 9000; i++) for (const c of [0, 1]) view.setInt16(4 * i + 2 * c, audio.channels[c][i], true)
  const sum = Buffer.from(new Md5().update(bytes).digest()).toString('hex')
  for (const more of [{}, { lossyQuality: 60 }]) {
    const file = await encodeAudio(audio, { lossless: true, ...more })
    const found = await inspect(file)
    expect(found.kind === 'audio' && found.audio.md5).toBe(sum)
  }
})

describe('hybrid files', () => {
  test('have the lossy file inside, which is what is left without corrections', async () => {
    const audio = whole(30_000)
    for (const [hybrid, lossy] of [
      [{ lossyQuality: 35 }, { quality: 35 }],
      [{ lossyBitrate: 24 }, undefined],
    ] as const) {
      const file = await encodeAudio(
        { ...audio, metadata: [{ type: 'tag', bytes: new Uint8Array(30_000) }] },
        { lossless: true, ...hybrid },
      )
      const stripped = stripAudio(file)
      expect(stripped.length).toBeLessThan(file.length)
      const layer = await decodeAudio(file, { correction: false })
      expect(await decodeAudio(stripped)).toEqual(layer)
      if (lossy) {
        const alone = await encodeAudio({ ...audio, metadata: [{ type: 'tag', bytes: new Uint8Array(30_000) }] }, lossy)
        expect(Buffer.compare(stripped, alone)).toBe(0)
      } else expect((((stripped.length - 30_000) * 8 * 8000) / 30_000 / 24_000 - 1) ** 2).toBeLessThan(0.03 ** 2)
      expect(() => stripAudio(stripped)).toThrow(expect.objectContaining({ code: 'unsupported' }))
    }
  })
})

test('any part is that part of the whole, to the sample', async () => {
  const audio = whole(30_000)
  for (const options of [{}, { lossless: true, effort: 1 }, { lossless: true, lossyQuality: 30, effort: 1 }]) {
    const file = await encodeAudio(audio, options)
    const { channels } = await decodeAudio(file, { exact: true })
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 31_000 }), fc.nat({ max: 31_000 }), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const part = await decodeAudio(file, { from, to, unit: 'samples', exact: true })
        expect(part.channels).toEqual(channels.map((samples) => samples.subarray(from, to)))
      }),
      { numRuns: 12 },
    )
  }
})
