import { expect, test } from 'vitest'
import { foreignTags } from '../../../src/io/tags/foreign.js'
import { type Field, readTags, tagsForWav } from '../../../src/io/tags/tags.js'
import { readVorbisComment } from '../../../src/io/tags/vorbiscomment.js'
import { joined } from '../joined.js'

const letters = (text: string) => [...Buffer.from(text, 'latin1')]
const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]
const atom = (id: string, ...parts: ArrayLike<number>[]) => {
  const body = joined(...parts)
  return joined(u32(body.length + 8), letters(id), body)
}
const data = (kind: number, value: ArrayLike<number>) => atom('data', u32(kind), u32(0), value)
const text = (value: string) => data(1, [...Buffer.from(value)])
const free = (name: string, ...values: string[]) =>
  atom('----', atom('mean', u32(0), letters('com.apple.iTunes')), atom('name', u32(0), letters(name)), ...values.map(text))

/** An MP4 file that has tags and no samples. */
function mp4(...items: Uint8Array[]): Uint8Array {
  const hdlr = atom('hdlr', u32(0), u32(0), letters('mdirappl'), u32(0), u32(0), [0])
  const meta = atom('meta', u32(0), hdlr, atom('ilst', ...items))
  const mvhd = atom('mvhd', u32(0), u32(0), u32(0), u32(1000), u32(0), new Uint8Array(80))
  return joined(atom('ftyp', letters('M4A \0\0\0\0M4A ')), atom('moov', mvhd, atom('udta', meta)))
}

async function read(file: Uint8Array, demuxer: string, probed: Field[] = []) {
  const metadata = await foreignTags(file, demuxer, probed, {})
  const comment = metadata.find(({ bytes }) => Buffer.from(bytes.subarray(0, 4)).toString() === 'vorb')
  return { metadata, fields: comment ? readVorbisComment(comment.bytes.subarray(4)).fields : [], pictures: readTags(metadata).pictures }
}

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3)
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 4, 5)
const file = mp4(
  atom('\xa9nam', text('Tönchen')),
  atom('\xa9ART', text('One'), text('Two')),
  atom('\xa9gen', text('Rock')),
  atom('\xa9gen', text('Pop')),
  atom('trkn', data(0, [0, 0, 0, 3, 0, 12, 0, 0])),
  free('MOOD', 'Calm'),
  free('Odd Name', 'a', 'b'),
  free('iTunSMPB', ' 00000000 00000840'),
  atom('covr', data(14, png), data(13, jpeg)),
)

test('every picture and every field of MP4, as often as it is there', async () => {
  const { fields, pictures, metadata } = await read(file, 'mov')
  expect(pictures.map(({ type, mediaType, bytes }) => [type, mediaType, [...bytes]])).toEqual([
    [3, 'image/png', [...png]],
    [3, 'image/jpeg', [...jpeg]],
  ])
  expect(fields).toEqual(
    expect.arrayContaining([
      ['TITLE', 'Tönchen'],
      ['ARTIST', 'One'],
      ['ARTIST', 'Two'],
      ['GENRE', 'Rock'],
      ['GENRE', 'Pop'],
      ['TRACKNUMBER', '3'],
      ['TRACKTOTAL', '12'],
      ['MOOD', 'Calm'],
      ['ODD NAME', 'a'],
      ['ODD NAME', 'b'],
    ]),
  )
  expect(fields.length).toBe(10)
  // a WAV file has them all
  const written = readTags(tagsForWav(metadata))
  expect(written.pictures.length).toBe(2)
  expect(written.fields).toMatchObject({ artist: 'One; Two', genre: 'Rock; Pop', 'odd name': 'a; b' })
})

test('what ffprobe found besides is added, once', async () => {
  const probed: Field[] = [
    ['title', 'Tönchen'],
    ['artist', 'One'],
    ['track', '3/12'],
    ['album_artist', 'Band'],
    ['Odd Name', 'a'],
    ['extra', 'e'],
    ['iTunSMPB', '0'],
  ]
  const before = (await read(file, 'mov')).fields
  expect((await read(file, 'mov', probed)).fields).toEqual([...before, ['ALBUMARTIST', 'Band'], ['EXTRA', 'e']])
  // all of it, of a format that is not known, and of a file that is damaged
  const all = [
    ['TITLE', 'Tönchen'],
    ['ARTIST', 'One'],
    ['TRACKNUMBER', '3/12'],
    ['ALBUMARTIST', 'Band'],
    ['ODD NAME', 'a'],
    ['EXTRA', 'e'],
  ]
  expect((await read(file, 'caf', probed)).fields).toEqual(all)
  expect((await read(new Uint8Array(100), 'mov', probed)).fields).toEqual(all)
  expect((await read(new Uint8Array(100), 'asf')).metadata).toEqual([])
})

test('tags have a limit', async () => {
  await expect(foreignTags(file, 'mov', [], { metadataBytes: 100 })).rejects.toMatchObject({ code: 'limit' })
})
