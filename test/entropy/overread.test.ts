/** Payloads that end before what they code: refused after the work of a few bytes, and the kernel is whole afterwards. */
import { describe, expect, test } from 'vitest'
import { writeAudioHeader } from '../../codecs/audio/header.js'
import { joined, readChunk, SIGNATURE_BYTES, writeContainer, writeFront } from '../../codecs/container/container.js'
import { writeCorrection, writeEnd, writeSegment } from '../../codecs/container/sequence.js'
import { type ImageHeader, writeImageHeader } from '../../codecs/image/header.js'
import { decodeAudio, decodeImage, encodeAudio, encodeImage } from '../../src/index.js'
import { whole } from '../audio/stream/sounds.js'
import { pattern } from '../pictures.js'

const picture: ImageHeader = {
  width: 1024,
  height: 1024,
  channels: 3,
  bitDepth: 16,
  transform: 'dct',
  hasStepField: true,
  tileSize: 1024,
  step: 100,
  chromaStep: 0,
  weighting: [0, 0],
  chroma: '4:4:4',
  chromaBalance: 0,
  reconstruction: [0, 0],
  alphaStep: 0,
}
const image = (header: Partial<ImageHeader>, ...data: Uint8Array[]) =>
  writeContainer('image', writeImageHeader({ ...picture, ...header }), [], data)

const facts = { sampleRateHz: 48_000, channels: 2, sampleFormat: 's16' as const, channelMask: 0 }
const length = 2 ** 21
const lossy = { ...facts, mode: 'lossy' as const, length, lines: 4096, segmentFrames: 4096, alpha: 32, tilt: 0, noise: 8 }
const lossless = { ...facts, mode: 'lossless' as const, length, firstSamples: length, segmentSamples: length }

function audio(header: Parameters<typeof writeAudioHeader>[0], data: Uint8Array, correction?: Uint8Array) {
  const chunks = [writeSegment({ number: 0, length, bytes: data })]
  if (correction) chunks.push(writeCorrection({ number: 0, bytes: correction }))
  const chunkLengths = chunks.map((chunk) => chunk.length)
  return joined([writeFront('audio', writeAudioHeader(header)), ...chunks, writeEnd({ length, chunkLengths })])
}

const none = new Uint8Array(0)
const ones = new Uint8Array(20).fill(255)
const noise = Uint8Array.from(ones, (_, i) => ((i + 3) ** 3 * 89) & 255)
/** Profile 2, haste 1, two coded channels of all levels. */
const profile2 = Uint8Array.of(0x9d, 0xff, 0x40, 0x3f, 0xd0, 0x0f, 0xf4, 0x03)

const hollow: [name: string, file: Uint8Array, like: () => Promise<unknown>][] = [
  ['blocks, nothing', image({}, none), () => blocks()],
  ['blocks, noise', image({ hasStepField: false }, noise), () => blocks()],
  ['blocks, 4:2:0', image({ channels: 3, bitDepth: 8, chroma: '4:2:0' }, Uint8Array.of(1, 2, 3)), () => blocks()],
  ['alpha, noise', image({ channels: 4 }, Uint8Array.of(22, 1, 0, ...noise, ...ones)), () => blocks()],
  ['alpha as blocks, nothing', image({ channels: 2 }, Uint8Array.of(10, 3, 3, 255, 0, 0, 0, 0, 0, 0, 0, ...ones)), () => blocks()],
  ['wavelets, nothing', image({ transform: 'wavelet' }, none, none, none, none), () => wavelets()],
  ['wavelets, ones', image({ transform: 'wavelet' }, ones, ones, ones, ones), () => wavelets()],
  ['sound, ones', audio(lossy, ones), () => sounds({ quality: 50 })],
  ['sound, noise', audio({ ...lossy, channels: 1 }, noise), () => sounds({ quality: 50 })],
  ['lossless sound, ones', audio(lossless, ones), () => sounds({ lossless: true })],
  ['lossless sound, coded channels', audio(lossless, profile2), () => sounds({ lossless: true })],
  [
    'hybrid sound, noise',
    audio({ ...lossy, mode: 'hybrid' }, noise, Uint8Array.of(0, ...noise)),
    () => sounds({ lossless: true, lossyQuality: 30 }),
  ],
]
const blocks = async () => decodeImage(await encodeImage(pattern(100, 70, 4)))
const wavelets = async () => decodeImage(await encodeImage(pattern(100, 70), { transform: 'wavelet' }))
const sounds = async (options: object) => decodeAudio(await encodeAudio(whole(3000), options), { exact: true })

const decode = (file: Uint8Array) => (readChunk(file, SIGNATURE_BYTES).payload[0] === 0 ? decodeImage(file) : decodeAudio(file))

describe('a payload of a few bytes for much', () => {
  test.each(hollow)('%s: is refused at once, and the next file decodes as before', async (_name, file, like) => {
    const before = await like()
    await decode(file).catch(() => undefined)
    const start = process.cpuUsage()
    await expect(decode(file)).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining('end before what they code') })
    const { user, system } = process.cpuUsage(start)
    // what is left is memory: the planes of a large tile, the samples of a segment
    expect((user + system) / 1e6).toBeLessThan(1)
    expect(await like()).toEqual(before)
  })
})

describe('what codes in no bytes', () => {
  test('flat pictures and silence come back', async () => {
    for (const transform of ['dct', 'wavelet'] as const) {
      const flat = { width: 330, height: 300, channels: 3 as const, bitDepth: 8, data: new Uint8Array(330 * 300 * 3).fill(128) }
      const { data } = await decodeImage(await encodeImage(flat, { transform, effort: 1 }))
      expect(data.every((value) => Math.abs(value - 128) <= 1)).toBe(true)
    }
    const silence = { sampleRateHz: 44_100, sampleFormat: 's16' as const, channels: [new Float32Array(100_000), new Float32Array(100_000)] }
    for (const options of [{ quality: 50 }, { lossless: true }, { lossless: true, lossyQuality: 20 }]) {
      const { channels } = await decodeAudio(await encodeAudio(silence, options))
      expect(channels.flatMap((samples) => [samples.length, samples.every((value) => value === 0)])).toEqual([100_000, true, 100_000, true])
    }
  })

  test('an encoder leaves out 8 zero bytes and no more', async () => {
    // plain samples of 16 bits, all of them alike but the first, are zero bytes to the end
    const { encodeLosslessSegment, decodeLosslessSegment } = await import('../../codecs/audio/lossless/segment.js')
    const format = { channels: 1, bits: 32, float: false }
    for (let zeros = 0; zeros < 12; zeros++) {
      const samples = Int32Array.from({ length: 3 + zeros }, (_, i) => (i < 3 ? Math.imul(i + 1, 0x6b43a9b5) : 0))
      const { payload } = await encodeLosslessSegment({ format, effort: 1, samples })
      const segment = { format, length: samples.length }
      expect((await decodeLosslessSegment({ ...segment, payload })).samples).toEqual(samples)
      const padded = new Uint8Array(payload.length + 30)
      padded.set(payload)
      expect((await decodeLosslessSegment({ ...segment, payload: padded })).samples).toEqual(samples)
    }
  })
})
