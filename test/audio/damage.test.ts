import { describe, expect, test } from 'vitest'
import { readHeader } from '../../codecs/container/container.js'
import { type AudioDamage, decodeAudio, decodeBlocks, encodeAudio, LaqError, stripAudio } from '../../src/index.js'
import { randomFrom } from '../fuzz/mutate.js'
import { gathered, MODES, piecesOf, streamed, whole } from './stream/sounds.js'

const audio = whole(25_000)

interface ChunkPlace {
  type: string
  offset: number
  end: number
}

function chunksOf(file: Uint8Array): ChunkPlace[] {
  const chunks: ChunkPlace[] = []
  for (let at = readHeader(file).end; at < file.length; ) {
    let [size, i] = [0, 1]
    for (let place = 1; ; place *= 128) {
      const byte = file[at + i++]
      size += (byte % 128) * place
      if (byte < 128) break
    }
    chunks.push({ type: String.fromCharCode(file[at]), offset: at, end: at + i + size + 4 })
    at += i + size + 4
  }
  return chunks
}

/** Decodes with damage, whole and in pieces, which must agree. */
async function salvage(file: Uint8Array): Promise<{ channels: Int32Array[] | Float32Array[]; damages: AudioDamage[] }> {
  const damages: AudioDamage[] = []
  const { channels } = await decodeAudio(file, { exact: true, onDamage: (damage) => damages.push(damage) })
  const streamDamages: AudioDamage[] = []
  const blocks = decodeBlocks(piecesOf(file, [999, 1, 5000]), { exact: true, onDamage: (damage) => streamDamages.push(damage) })
  const streamChannels = await gathered(blocks, 2)
  const { length } = streamChannels[0]
  // a whole file is filled up to the length in its header, a stream ends where its bytes do
  expect(streamChannels).toEqual(channels.map((samples) => samples.slice(0, length)))
  expect(streamDamages.filter(({ to }) => to <= length).map(({ what, segment, offset }) => ({ what, segment, offset }))).toEqual(
    damages.filter(({ to }) => to <= length).map(({ what, segment, offset }) => ({ what, segment, offset })),
  )
  return { channels, damages }
}

describe.each(MODES)('%s', (mode, options) => {
  const overlap = mode === 'lossless' ? 0 : 256

  test.each(['told', 'open'])('a damaged segment costs that segment, and is told (length %s)', async (length) => {
    const file = length === 'told' ? await encodeAudio(audio, options) : await streamed(audio, options)
    const { channels: sound } = await decodeAudio(file, { exact: true })
    const data = chunksOf(file).filter(({ type }) => type === 'D')
    for (const [index, { offset, end }] of data.entries()) {
      const damaged = file.slice()
      damaged[Math.floor((offset + end) / 2)] ^= 1
      await expect(decodeAudio(damaged)).rejects.toMatchObject({ code: 'malformed' })
      const { channels, damages } = await salvage(damaged)
      expect(damages).toHaveLength(1)
      const [damage] = damages
      expect(damage).toMatchObject({ what: 'segment', segment: index, offset })
      expect(damage.reason).toBeInstanceOf(LaqError)
      for (const [c, samples] of channels.entries()) {
        expect(samples.length).toBe(25_000)
        expect(samples.subarray(0, damage.from)).toEqual(sound[c].subarray(0, damage.from))
        // those behind overlap with the lost ones
        expect(samples.subarray(damage.to + overlap)).toEqual(sound[c].subarray(damage.to + overlap))
        if (overlap === 0) expect(samples.subarray(damage.from, damage.to).some((sample) => sample !== 0)).toBe(false)
      }
      expect(damage.to - damage.from).toBeLessThanOrEqual(mode === 'lossless' ? 80_000 : 17_000)
    }
  })

  test('bytes that are taken out, put in, or a whole segment that is gone, cost no more', async () => {
    const file = await encodeAudio(audio, options)
    const { channels: sound } = await decodeAudio(file, { exact: true })
    const chunks = chunksOf(file)
    const from = chunks.findIndex(({ type }) => type === 'D') + (mode === 'hybrid' ? 2 : 1)
    const { offset, end } = chunks[from]
    const middle = Math.floor((offset + end) / 2)
    const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * i * 7) & 255)
    for (const damaged of [
      [...file.subarray(0, middle), ...file.subarray(middle + 20)],
      [...file.subarray(0, middle), ...noise, ...file.subarray(middle)],
      [...file.subarray(0, offset), ...file.subarray(mode === 'hybrid' ? chunks[from + 1].end : end)],
    ]) {
      const { channels, damages } = await salvage(Uint8Array.from(damaged))
      expect(damages.map(({ what, segment }) => ({ what, segment }))).toEqual([{ what: 'segment', segment: 1 }])
      const { to } = damages[0]
      expect(channels[1].subarray(to + overlap)).toEqual(sound[1].subarray(to + overlap))
    }
  })

  test('a file that is cut off plays as far as it goes, and says so', async () => {
    for (const file of [await encodeAudio(audio, options), await streamed(audio, options)]) {
      const { channels: sound } = await decodeAudio(file, { exact: true })
      const chunks = chunksOf(file)
      for (const cut of [chunks[1].end, chunks[2].offset + 7, file.length - 3]) {
        await expect(decodeAudio(file.subarray(0, cut))).rejects.toMatchObject({ code: 'truncated' })
        const { channels, damages } = await salvage(file.subarray(0, cut))
        expect(damages[damages.length - 1]).toMatchObject({ what: 'end' })
        const good = damages[0].what === 'end' ? Math.min(channels[0].length, damages[0].from) : damages[0].from
        expect(channels[0].subarray(0, good)).toEqual(sound[0].subarray(0, good))
        expect(good).toBeGreaterThan(mode === 'lossless' ? 0 : 7000)
      }
    }
  })

  test('damage in many places, at random, never ends the decoder', async () => {
    const file = await streamed(audio, options)
    const data = chunksOf(file).find(({ type }) => type === 'D') as ChunkPlace
    for (let seed = 0; seed < 20; seed++) {
      const random = randomFrom(seed)
      const damaged = file.slice()
      for (let i = 0; i < 5; i++) damaged[data.offset + random(file.length - data.offset)] = random(256)
      const { damages } = await salvage(damaged)
      for (const { from, to } of damages) expect(to).toBeGreaterThanOrEqual(from)
    }
  })
})

test('a damaged correction leaves the lossy layer', async () => {
  const file = await encodeAudio(audio, { lossless: true, lossyQuality: 50 })
  const { channels: lossy } = await decodeAudio(file, { correction: false })
  const corrections = chunksOf(file).filter(({ type }) => type === 'c')
  const damaged = file.slice()
  damaged[corrections[1].end - 9] ^= 4
  const { channels, damages } = await salvage(damaged)
  expect(damages).toHaveLength(1)
  const { what, segment, from, to } = damages[0]
  expect({ what, segment }).toEqual({ what: 'correction', segment: 1 })
  for (const [c, samples] of channels.entries()) {
    expect(samples.subarray(0, from)).toEqual(audio.channels[c].subarray(0, from))
    expect(samples.subarray(to)).toEqual(audio.channels[c].subarray(to))
    // the layer has no noise where it is to be corrected
    const off = [...samples.subarray(from, to)].reduce((sum, x, i) => sum + (x - 32768 * lossy[c][from + i]) ** 2, 0)
    const power = lossy[c].subarray(from, to).reduce((sum, x) => sum + (32768 * x) ** 2, 0)
    expect(off).toBeLessThan(power / 30)
  }
})

test('corrections that nobody wants may be damaged', async () => {
  const file = await encodeAudio(audio, { lossless: true, lossyQuality: 50 })
  const layer = await decodeAudio(file, { correction: false })
  const damaged = file.slice()
  for (const { type, end } of chunksOf(file)) if (type === 'c') damaged[end - 9] ^= 4
  await expect(decodeAudio(damaged)).rejects.toMatchObject({ code: 'malformed' })
  expect(await decodeAudio(damaged, { correction: false })).toEqual(layer)
  const part = await decodeAudio(damaged, { correction: false, from: 9000, to: 20_000, unit: 'samples' })
  expect(part.channels).toEqual(layer.channels.map((samples) => samples.slice(9000, 20_000)))
  expect(stripAudio(damaged)).toEqual(stripAudio(file))
})

test('bytes behind the end are none of the sound', async () => {
  const file = await encodeAudio(audio, {})
  const longer = Uint8Array.of(...file, ...new Uint8Array(128).fill(68))
  expect(await decodeAudio(longer)).toEqual(await decodeAudio(file))
  expect(await gathered(decodeBlocks(piecesOf(longer, [1000])), 2)).toEqual((await decodeAudio(file)).channels)
  const part = { from: 1, to: 2 }
  expect(await decodeAudio(longer, part)).toEqual(await decodeAudio(file, part))
  const hybrid = await encodeAudio(audio, { lossless: true, lossyQuality: 50 })
  expect(stripAudio(Uint8Array.of(...hybrid, 1, 2, 3))).toEqual(stripAudio(hybrid))
})
