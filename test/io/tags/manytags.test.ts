/** Files with very many small things in them: none is slow, and none is more than a call takes. */
import { expect, test } from 'vitest'
import type { Metadata } from '../../../codecs/container/container.js'
import { decodeAudio, encodeAudio, LaqError } from '../../../src/index.js'
import { readId3, writeId3 } from '../../../src/io/tags/id3.js'
import { writePicture } from '../../../src/io/tags/picture.js'
import { fieldsTag, pictureTag, readTags, tagsForWav } from '../../../src/io/tags/tags.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { whole } from '../../audio/stream/sounds.js'

/** A call takes some 120,000 values. */
const MANY = 130_000

/** CPU seconds of some work. */
function seconds(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

const picture = { type: 3, mediaType: 'image/png', description: '', bytes: new Uint8Array(1) }
const chunk = (id: string): Metadata => ({ type: 'tag', bytes: Uint8Array.from(`${id}x`, (letter) => letter.charCodeAt(0)) })
const cases: [name: string, metadata: Metadata[]][] = [
  ['values of one name', [fieldsTag(Array.from({ length: MANY }, (_, i): [string, string] => ['ARTIST', String(i)]))]],
  ['names', [fieldsTag(Array.from({ length: MANY }, (_, i): [string, string] => [`NAME${i}`, 'x']))]],
  ['comments', Array.from({ length: MANY }, (_, i) => fieldsTag([['TITLE', String(i)]]))],
  ['pictures in one tag', [{ type: 'tag', bytes: id3Of(MANY) }]],
  ['pictures', Array.from({ length: MANY }, () => pictureTag(writePicture(picture)))],
  ['chunks', Array.from({ length: MANY }, () => chunk('junk'))],
]

function id3Of(count: number): Uint8Array {
  const tag = writeId3({ fields: [], pictures: Array.from({ length: count }, () => picture) })
  const bytes = new Uint8Array(4 + tag.length)
  bytes.set(Uint8Array.from('id3 ', (letter) => letter.charCodeAt(0)))
  bytes.set(tag, 4)
  return bytes
}

test.each(cases)('%s: %#', (_name, metadata) => {
  // 0.1 to 0.6 s alone; what grows with the square took 8 and more
  expect(seconds(() => readTags(metadata))).toBeLessThan(4)
  expect(seconds(() => tagsForWav(metadata))).toBeLessThan(4)
})

test('go through files', async () => {
  const limits = { metadataBytes: 2 ** 28 }
  const metadata = cases[5][1]
  const sound = await decodeAudio(await encodeAudio({ ...whole(10), metadata }, { lossless: true }), { limits })
  expect(sound.metadata).toHaveLength(MANY)
  expect((await readWav(writeWav(sound), limits)).metadata).toHaveLength(MANY)
})

test('a tag keeps the texts that it was made of', () => {
  const fields: [string, string][] = [
    ['ARTIST', 'one'],
    ['ARTIST', 'twö'],
    ['COMMENT', 'a\0b'],
    ['MOOD', '平和'],
  ]
  expect(readId3(writeId3({ fields, pictures: [] })).fields).toEqual([...fields.slice(0, 2), ['COMMENT', 'a b'], ['MOOD', '平和']])
})

test('an index of more numbers than memory should hold is refused', async () => {
  const file = await encodeAudio(whole(3000), { lossless: true })
  await expect(decodeAudio(file, { limits: { metadataBytes: 7 } })).rejects.toThrow(LaqError)
  await expect(decodeAudio(file, { limits: { metadataBytes: 2000 } })).resolves.toMatchObject({ sampleRateHz: 8000 })
})
