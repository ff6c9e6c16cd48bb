import { expect, test } from 'vitest'
import type { Metadata } from '../../../codecs/container/container.js'
import { decodeAudio, encodeAudio } from '../../../src/audio.js'
import type { Warning } from '../../../src/calls/warnings.js'
import { tagsOfPart } from '../../../src/io/tags/part.js'
import { fieldsTag, readTags, tagOf } from '../../../src/io/tags/tags.js'
import { chunkOf } from '../../../src/io/wav/chunks.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { joined } from '../joined.js'

const letters = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0))
const u32 = (...values: number[]) => values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255])

const cue = (id: number, sample: number) => [...u32(id, sample), ...letters('data'), ...u32(0, 0, sample)]
const cues = (...points: [number, number][]) =>
  tagOf('cue ', Uint8Array.from([...u32(points.length), ...points.flatMap(([id, at]) => cue(id, at))]))
const label = (id: number, text: string) => chunkOf('labl', Uint8Array.from([...u32(id), ...letters(`${text}\0`)]), 'RIFF')
const region = (id: number, length: number) =>
  chunkOf('ltxt', Uint8Array.from([...u32(id, length), ...letters('rgn '), ...u32(0, 0)]), 'RIFF')
const adtl = (...labels: Uint8Array[]) => tagOf('LIST', joined(letters('adtl'), ...labels))
const smpl = (loops: [first: number, last: number][], data: number[] = []) =>
  tagOf(
    'smpl',
    Uint8Array.from([
      ...u32(0, 0, 45351, 60, 0, 0, 0, loops.length, data.length),
      ...loops.flatMap(([first, last], i) => u32(i, 0, first, last, 0, 0)),
      ...data,
    ]),
  )
function bext(reference: number): Metadata {
  const body = new Uint8Array(610)
  new DataView(body.buffer).setBigUint64(338, BigInt(reference), true)
  return tagOf('bext', body)
}
const iXml = (low: number, high: number) =>
  tagOf(
    'iXML',
    new TextEncoder().encode(
      `<BWFXML><BEXT><BWF_TIME_REFERENCE_LOW>${low}</BWF_TIME_REFERENCE_LOW><BWF_TIME_REFERENCE_HIGH>${high}</BWF_TIME_REFERENCE_HIGH></BEXT></BWFXML>`,
    ),
  )

const part = { start: 1000, end: 3000, sampleRateHz: 1000 }
function tagsIn(...metadata: Metadata[]) {
  const told: string[] = []
  return { tags: tagsOfPart(metadata, part, (_, message) => told.push(message)), told }
}

test('loops, points and their labels move with the beginning, and those outside are dropped', () => {
  const { tags, told } = tagsIn(
    smpl(
      [
        [1500, 2999],
        [900, 2000],
        [2000, 3000],
        [0, 999],
        [3000, 3001],
      ],
      [7, 8],
    ),
    cues([1, 999], [2, 1000], [5, 2999], [6, 3000]),
    adtl(label(1, 'one'), label(2, 'two'), label(6, 'six'), region(5, 500), region(2, 500), region(6, 1)),
    tagOf('plst', Uint8Array.from([...u32(2), ...u32(6, 10, 1), ...u32(2, 20, 3)])),
  )
  expect(tags).toEqual([
    smpl(
      [
        [500, 1999],
        [0, 1000],
        [1000, 1999],
      ],
      [7, 8],
    ),
    cues([2, 0], [5, 1999]),
    adtl(label(2, 'two'), region(5, 1), region(2, 500)),
    tagOf('plst', Uint8Array.from([...u32(1), ...u32(2, 20, 3)])),
  ])
  expect(told).toEqual([
    'cue points outside the part are dropped: 2',
    'loops outside the part are dropped: 2',
    'loops that reach beyond the part end with it: 2',
  ])
})

test('time references are those of the part, beyond 32 bits, too', () => {
  expect(tagsIn(bext(2 ** 32 - 10), iXml(4_294_967_286, 0)).tags).toEqual([bext(2 ** 32 + 990), iXml(990, 1)])
  expect(tagsIn(tagOf('bext', new Uint8Array(100))).tags).toEqual([tagOf('bext', new Uint8Array(100))])
})

test('what is about all samples is dropped, and what is about none is as it was', () => {
  const others = [
    tagOf('inst', Uint8Array.of(60, 0, 0, 0, 127, 0, 127)),
    fieldsTag([['TITLE', 'A']]),
    { type: 'exif' as const, bytes: Uint8Array.of(1) },
  ]
  expect(
    tagsIn(tagOf('PEAK', new Uint8Array(16)), tagOf('MD5 ', new Uint8Array(16)), cues([1, 5]), adtl(label(1, 'a')), ...others).tags,
  ).toEqual(others)
})

test('loops and chapters of Vorbis comments move, too', () => {
  const { tags } = tagsIn(
    fieldsTag([
      ['TITLE', 'A'],
      ['LOOPSTART', '1200'],
      ['LOOPLENGTH', '1800'],
      ['CHAPTER000', '00:00:00.500'],
      ['CHAPTER000NAME', 'before'],
      ['CHAPTER001', '00:00:02.250'],
      ['CHAPTER001NAME', 'within'],
    ]),
  )
  expect({ ...readTags(tags).fields }).toEqual({
    title: 'A',
    loopstart: '200',
    looplength: '1800',
    chapter001: '00:00:01.250',
    chapter001name: 'within',
  })
  expect({
    ...readTags(
      tagsIn(
        fieldsTag([
          ['LOOPSTART', '1200'],
          ['LOOPLENGTH', '1801'],
        ]),
      ).tags,
    ).fields,
  }).toEqual({ loopstart: '200', looplength: '1800' })
})

test('damaged tags are handed on, or cut short, without an error', () => {
  for (const id of ['smpl', 'cue ', 'plst', 'LIST', 'bext', 'cart', 'iXML', 'vorb'])
    for (const length of [0, 3, 4, 20, 40, 700, 800]) {
      const body = new Uint8Array(length).fill(255)
      if (id === 'LIST') body.set(letters('adtl').slice(0, length))
      expect(tagsIn(tagOf(id, body)).tags.length).toBeLessThanOrEqual(1)
    }
})

test('parts of files have them: read, coded, decoded and written', async () => {
  const samples = Int32Array.from({ length: 8000 }, (_, i) => i % 100)
  const metadata = [smpl([[3000, 5999]]), bext(48_000)]
  const file = await encodeAudio(await readWav(writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [samples], metadata })))
  expect((await decodeAudio(file)).metadata).toEqual(metadata)
  const warnings: Warning[] = []
  const onWarning = (warning: Warning) => warnings.push(warning)
  const within = await decodeAudio(file, { from: 2000, to: 7000, unit: 'samples', onWarning })
  expect((await readWav(writeWav(within))).metadata).toEqual([smpl([[1000, 3999]]), bext(50_000)])
  expect((await decodeAudio(file, { from: 0.25, tolerant: true })).metadata).toEqual([smpl([[1000, 3999]]), bext(50_000)])
  expect(warnings).toEqual([])
  expect((await decodeAudio(file, { from: 0.5, onWarning })).metadata).toEqual([smpl([[0, 1999]]), bext(52_000)])
  expect(warnings.map(({ code }) => code)).toEqual(['tags'])
})
