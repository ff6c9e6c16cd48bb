/** What writers of WAV files do that the format does not have, and that readers live with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { type AudioData, decodeAudio } from '../../../src/audio.js'
import type { Warning } from '../../../src/calls/warnings.js'
import { isSound, parseSound } from '../../../src/io/sound/sound.js'
import { encodeAudioStream } from '../../../src/io/sound/stream.js'
import { writeId3 } from '../../../src/io/tags/id3.js'
import { readTags } from '../../../src/io/tags/tags.js'
import { chunkOf, WAV_KINDS, type WavKind } from '../../../src/io/wav/chunks.js'
import { WavReader } from '../../../src/io/wav/reader.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { joined } from '../joined.js'
import { bitsOf, pieces } from './kinds.js'

const samples = Int32Array.from({ length: 200 }, (_, i) => ((i * 7919) % 60_000) - 30_000)
const sound: AudioData = { sampleRateHz: 8000, sampleFormat: 's16', channels: [samples] }
/** Letters: as a chunk's id might be. */
const letters: AudioData = { sampleRateHz: 8000, sampleFormat: 'u8', channels: [new Int32Array(99).fill(0x41 - 128)] }
const info = chunkOf(
  'LIST',
  Uint8Array.from('INFOINAM\x02\0\0\0A\0', (letter) => letter.charCodeAt(0)),
  'RIFF',
)

/** The file in one piece and in pieces of some bytes, which must be the same. */
async function read(file: Uint8Array) {
  const warnings: Warning[] = []
  const found = await readWav(file, undefined, { exact: true, onWarning: (warning) => warnings.push(warning) })
  for (const size of [1, 7, 60]) {
    const reader = new WavReader()
    const blocks = [...pieces(file, [size])].map((piece) => reader.push(piece))
    reader.finish()
    expect(blocks.flatMap((block) => [...(block[0] ?? [])])).toEqual([...found.channels[0]])
    expect(reader.metadata).toEqual(found.metadata)
  }
  return { ...found, warnings: warnings.map(({ code }) => code) }
}

/** With the size of the data chunk, which is the last, and its bytes. */
function withSize(file: Uint8Array, kind: WavKind, dataBytes: number, size: number): Uint8Array {
  const bytes = file.slice()
  const view = new DataView(bytes.buffer)
  const at = file.length - dataBytes
  if (kind === 'W64') view.setBigUint64(at - 8, BigInt(size + 24), true)
  else if (kind === 'RF64') view.setBigUint64(12 + 8 + 8, BigInt(size), true)
  else view.setUint32(at - 4, size, kind !== 'RIFX')
  return bytes
}

test('a data size of 0 where samples follow is that of a writer that never came back', async () => {
  for (const kind of WAV_KINDS) {
    const file = withSize(writeWav(sound, { kind }), kind, 400, 0)
    const found = await read(file)
    expect(bitsOf(found.channels), kind).toEqual(bitsOf([samples]))
    expect(found.warnings, kind).toEqual(['length'])
    const kept = await readWav(file, undefined, { exact: true, keepChunks: true })
    expect(writeWav(kept), kind).toEqual(Uint8Array.from(file))
  }
  // of odd length, with padding
  const file = withSize(writeWav(letters), 'RIFF', 100, 0)
  expect((await read(file)).channels[0].subarray(0, 99)).toEqual(letters.channels[0])
  // the size of the whole left at that of the head, as well
  new DataView(file.buffer).setUint32(4, 36, true)
  expect((await read(file)).channels[0].subarray(0, 99)).toEqual(letters.channels[0])
  const quiet = writeWav({ ...sound, channels: [new Int32Array(50)] })
  expect((await read(withSize(quiet, 'RIFF', 100, 0))).channels[0].length).toBe(50)
})

test('a data size of 0 before other chunks, or the end, is meant', async () => {
  const empty = writeWav({ ...sound, channels: [new Int32Array(0)] })
  expect(await read(empty)).toMatchObject({ channels: [new Int32Array(0)], warnings: [] })
  const found = await read(joined(empty, info))
  expect(found).toMatchObject({ channels: [new Int32Array(0)], warnings: [] })
  expect(readTags(found.metadata ?? []).fields.title).toBe('A')
})

test('several data chunks are one sound, and that is told', async () => {
  for (const kind of WAV_KINDS.filter((other) => other !== 'RF64')) {
    const sampleBytes = (from: number, to: number) => {
      const file = writeWav({ ...sound, channels: [samples.slice(from, to)] }, { kind })
      return file.subarray(file.length - 2 * (to - from))
    }
    const behind = [
      chunkOf('bext', Uint8Array.of(1, 2, 3), kind),
      chunkOf('data', sampleBytes(120, 180), kind),
      chunkOf('data', sampleBytes(180, 200), kind),
    ]
    const file = joined(writeWav({ ...sound, channels: [samples.slice(0, 120)] }, { kind }), ...behind)
    const found = await read(file)
    expect(bitsOf(found.channels), kind).toEqual(bitsOf([samples]))
    expect(found.warnings, kind).toEqual(['length'])
    expect(found.metadata?.length, kind).toBe(1)
    await expect(readWav(file, undefined, { keepChunks: true })).rejects.toThrow('a second data chunk')
  }
  // the first without any samples, the second of open size
  const empty = writeWav({ ...sound, channels: [new Int32Array(0)] })
  const second = chunkOf('data', writeWav(sound).subarray(44), 'RIFF')
  expect(bitsOf((await read(joined(empty, second))).channels)).toEqual(bitsOf([samples]))
  new DataView(second.buffer).setUint32(4, 0xffffffff, true)
  expect(bitsOf((await read(joined(empty, second))).channels)).toEqual(bitsOf([samples]))
})

test('files of such sizes are encoded whole as they are read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'laq-test-'))
  try {
    const twice = joined(writeWav(sound), info, chunkOf('data', writeWav(sound).subarray(44), 'RIFF'))
    for (const [bytes, length] of [
      [twice, 400],
      [withSize(writeWav(sound), 'RIFF', 400, 0), 200],
      [joined(writeWav(sound), info), 200],
    ] as const) {
      writeFileSync(join(folder, 'a.wav'), bytes)
      const parts: Uint8Array[] = []
      const target = new Writable({
        write(part, _, done) {
          parts.push(part)
          done()
        },
      })
      expect((await encodeAudioStream(join(folder, 'a.wav'), target, { lossless: true })).length).toBe(length)
      expect((await decodeAudio(Buffer.concat(parts))).channels[0].length).toBe(length)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an ID3 tag before the file is a tag, and is kept in its place', async () => {
  const id3 = writeId3({ fields: [['TITLE', 'In front']], pictures: [] })
  for (const kind of WAV_KINDS) {
    const file = joined(id3, writeWav(sound, { kind }))
    expect(isSound(file)).toBe(true)
    const found = await parseSound(file, undefined, { exact: true })
    expect(bitsOf(found.channels), kind).toEqual(bitsOf([samples]))
    expect(readTags(found.metadata ?? []).fields.title).toBe('In front')
    await read(file)
    expect(writeWav(await parseSound(file, undefined, { exact: true, keepChunks: true })), kind).toEqual(file)
  }
})

test('padding that is missing, too much, or no zero, does not hide the next chunk', async () => {
  const head = writeWav(sound).subarray(0, 36)
  const data = writeWav(sound).subarray(36)
  const odd = Uint8Array.from('LIST\x0d\0\0\0INFOINAM\x01\0\0\0A', (letter) => letter.charCodeAt(0))
  for (const [name, chunk] of Object.entries({
    missing: odd,
    zero: joined(odd, [0]),
    'a space': joined(odd, [0x20]),
    'behind an even size': joined(info, [0]),
    'to four bytes': joined(info, [0, 0]),
    'of an odd size to four bytes': joined(odd, [0, 0, 0]),
  })) {
    const found = await read(joined(head, chunk, data))
    expect(bitsOf(found.channels), name).toEqual(bitsOf([samples]))
    expect(readTags(found.metadata ?? []).fields.title, name).toBe('A')
    const behind = await read(joined(head, data, chunk, info))
    expect(bitsOf(behind.channels), name).toEqual(bitsOf([samples]))
    expect(behind.metadata?.length, name).toBe(2)
  }
})

test('samples that are missing at the end are told', async () => {
  const found = await read(writeWav(sound).subarray(0, 44 + 100))
  expect(found.channels[0].length).toBe(50)
  expect(found.warnings).toEqual(['damaged'])
})
