/** Files that ask for more than they hold: refused from their first bytes, with the limits that hold for everybody. */
import { describe, expect, test } from 'vitest'
import { type LosslessHeader, writeAudioHeader } from '../codecs/audio/header.js'
import { encodeLosslessSegment } from '../codecs/audio/lossless/segment.js'
import { joined, readContainer, readData, writeChunk, writeFront } from '../codecs/container/container.js'
import { writeEnd, writeSegment } from '../codecs/container/sequence.js'
import { readImageHeader, writeImageHeader } from '../codecs/image/header.js'
import { type DecodeStreamOptions, decodeAudio, decodeBlocks, decodeImage, encodeImage, inspect } from '../src/index.js'
import { drawing, pattern } from './pictures.js'

/** A picture of `columns` x `rows` tiles of 64, of which only the first is there. */
async function manyTiles(columns: number, rows: number): Promise<Uint8Array> {
  const file = await encodeImage(pattern(64, 64), { tileSize: 64 })
  const container = readContainer(file)
  const header = { ...readImageHeader(container.header), width: columns * 64, height: rows * 64, tileSize: 64 }
  const data = writeChunk('D', readData(file, container, 0))
  const index = new Uint8Array(columns * rows - 1).fill(6)
  const lengths = Uint8Array.of((data.length % 128) + 128, Math.floor(data.length / 128))
  return joined([writeFront('image', writeImageHeader(header)), writeChunk('I', joined([lengths, index])), data])
}

describe('a picture of very many tiles', () => {
  test('is read where a region wants it', async () => {
    const first = await decodeImage(await encodeImage(pattern(64, 64), { tileSize: 64 }))
    const file = await manyTiles(512, 512)
    const part = await decodeImage(file, { region: { x: 0, y: 0, width: 64, height: 20 } })
    expect(part.data).toEqual(first.data.subarray(0, part.data.length))
    await expect(decodeImage(file)).rejects.toMatchObject({ code: 'limit' })
    await expect(decodeImage(file, { region: { x: 0, y: 0, width: 32_768, height: 32_768 } })).rejects.toMatchObject({ code: 'limit' })
    // its own pixels are few, those of the tiles that it touches are not
    const line = { x: 0, y: 70, width: 32_768, height: 1 }
    await expect(decodeImage(file, { region: line, limits: { pixels: 1e6 } })).rejects.toMatchObject({ code: 'limit' })
    await expect(decodeImage(file, { region: line })).rejects.toMatchObject({ code: 'truncated' })
  })

  test('is refused where its index would fill memory', async () => {
    const region = { x: 0, y: 0, width: 1, height: 1 }
    const file = await manyTiles(512, 512)
    await expect(decodeImage(file, { region, limits: { metadataBytes: 2e6 } })).rejects.toMatchObject({ code: 'limit' })
    await expect(decodeImage(file, { region, limits: { metadataBytes: 3e6 } })).resolves.toMatchObject({ width: 1 })
  })
})

test('nothing may follow the data of a picture', async () => {
  for (const options of [{}, { tileSize: 64 }, { transform: 'wavelet' as const }, { preview: true }]) {
    const file = await encodeImage(drawing(100, 80), options)
    for (const garbage of [Uint8Array.of(0), new Uint8Array(50).fill(65), writeChunk('x', Uint8Array.of(1)), file]) {
      const longer = joined([file, garbage])
      for (const read of [decodeImage(longer), decodeImage(longer, { region: { x: 0, y: 0, width: 9, height: 9 } }), inspect(longer)]) {
        await expect(read).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining('behind the data') })
      }
    }
  }
})

describe('silence of a few bytes', () => {
  const header: LosslessHeader = {
    mode: 'lossless',
    sampleRateHz: 48_000,
    channels: 2,
    sampleFormat: 's16',
    channelMask: 0,
    length: undefined,
    firstSamples: 2 ** 20,
    segmentSamples: 2 ** 20,
  }
  const format = { channels: 2, bits: 16, float: false }
  /** Segments with these numbers, all silent; the last one ends the sound. */
  async function silence(numbers: number[], told: Partial<LosslessHeader> = {}): Promise<Uint8Array> {
    const samples = new Int32Array(2 ** 11)
    const { payload } = await encodeLosslessSegment({ format, effort: 1, samples })
    const length = 2 ** 20 * (numbers[numbers.length - 1] + 1)
    const chunks = numbers.map((number, i) => writeSegment({ number, bytes: payload, ...(i === numbers.length - 1 && { length }) }))
    const end = writeEnd({ length, chunkLengths: chunks.map((chunk) => chunk.length) })
    return joined([writeFront('audio', writeAudioHeader({ ...header, ...told })), ...chunks, end])
  }
  async function counted(file: Uint8Array, options: DecodeStreamOptions = {}): Promise<number> {
    let samples = 0
    for await (const { channels } of decodeBlocks([file], options)) samples += channels[0].length
    return samples
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

  test('streams have the limit of samples that files have', async () => {
    await expect(counted(await silence([0], { length: 300e6 }))).rejects.toMatchObject({ code: 'limit' })
    const short = await silence(upTo(3))
    expect(await counted(short)).toBe(3 * 2 ** 20)
    await expect(counted(short, { limits: { samples: 3 * 2 ** 21 - 1 } })).rejects.toMatchObject({ code: 'limit' })
    expect(await counted(short, { limits: { samples: Number.POSITIVE_INFINITY } })).toBe(3 * 2 ** 20)
  })

  test('and so has what is passed over', async () => {
    const file = await silence([0, 3000])
    await expect(counted(file, { tolerant: true })).rejects.toMatchObject({ code: 'limit' })
    await expect(decodeAudio(file, { tolerant: true, limits: { samples: 2 ** 22 } })).rejects.toMatchObject({ code: 'limit' })
    const part = { tolerant: true, from: 60_000, limits: { samples: 2 ** 22 } }
    await expect(decodeAudio(file, part)).rejects.toMatchObject({ code: 'limit' })
    // a part in front is there at once
    expect((await decodeAudio(file, { tolerant: true, to: 1 })).channels[0]).toHaveLength(48_000)
    const missing = await silence([0, 2])
    expect((await decodeAudio(missing, { tolerant: true, from: 2.5 * 2 ** 20, unit: 'samples' })).channels[0]).toHaveLength(2 ** 19)
    await expect(decodeAudio(missing, { tolerant: true, limits: { samples: 2 ** 21 } })).rejects.toMatchObject({ code: 'limit' })
  })
})
