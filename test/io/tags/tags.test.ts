import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { id3Bytes, readId3, writeId3 } from '../../../src/io/tags/id3.js'
import { readPicture, writePicture } from '../../../src/io/tags/picture.js'
import { readInfo, writeInfo } from '../../../src/io/tags/riffinfo.js'
import { commentTag, fieldsTag, id3Tag, pictureTag, readTags, tagOf, tagsForWav, withFields } from '../../../src/io/tags/tags.js'
import { readVorbisComment, writeVorbisComment } from '../../../src/io/tags/vorbiscomment.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { mutate } from '../../fuzz/mutate.js'

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const names = fc.constantFrom('TITLE', 'ARTIST', 'ALBUM', 'ALBUMARTIST', 'DATE', 'TRACKNUMBER', 'GENRE', 'COMMENT', 'COMPOSER', 'MOOD')
const values = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((value) => !/[\0\ufeff]/.test(value))
const fields = fc.uniqueArray(fc.tuple(names, values), { maxLength: 6, selector: ([name]) => name })
const picture = fc.record({
  type: fc.integer({ min: 0, max: 20 }),
  mediaType: fc.constantFrom('image/png', 'image/jpeg'),
  description: values,
  bytes: fc.uint8Array({ maxLength: 30 }),
})

const inSmall = (pairs: [string, string][]) => Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]))

describe('tags', () => {
  test('of each format come back', () => {
    fc.assert(
      fc.property(fields, fc.array(picture, { maxLength: 2 }), (pairs, pictures) => {
        const comment = { vendor: 'somebody', fields: pairs }
        expect(readVorbisComment(writeVorbisComment(comment))).toEqual(comment)
        const id3 = readId3(writeId3({ fields: pairs, pictures }))
        expect(inSmall(id3.fields)).toEqual(inSmall(pairs))
        expect(id3.pictures).toEqual(pictures)
        expect(id3Bytes(writeId3(id3))).toBe(writeId3(id3).length)
        for (const one of pictures) expect(readPicture(writePicture(one))).toEqual(one)
        const held = pairs.filter(([name]) => name !== 'ALBUMARTIST' && name !== 'MOOD')
        const info = writeInfo(pairs)
        expect(inSmall(info ? readInfo(info) : [])).toEqual(inSmall(held))
      }),
      { numRuns: 300 },
    )
  })

  test('of Vorbis comments are written into WAV, where others read them, and are the same from there', async () => {
    await fc.assert(
      fc.asyncProperty(fields, fc.array(picture, { maxLength: 2 }), async (pairs, pictures) => {
        const metadata = [
          commentTag(writeVorbisComment({ vendor: 'x', fields: pairs })),
          ...pictures.map((one) => pictureTag(writePicture(one))),
        ]
        const sound = { sampleRateHz: 8000, sampleFormat: 's16' as const, channels: [new Int32Array(1)], metadata }
        const back = (await readWav(writeWav(sound))).metadata as Metadata[]
        expect({ ...readTags(back).fields }).toEqual(inSmall(pairs))
        expect(readTags(back).pictures).toEqual(pictures)
        // an empty comment is carried as it is
        if (pairs.length + pictures.length > 0)
          for (const { bytes } of back) expect(['LIST', 'id3 ']).toContain(String.fromCharCode(...bytes.subarray(0, 4)))
      }),
      { numRuns: 200 },
    )
  })

  test('of versions of ID3 and encodings of old', () => {
    const frame3 = (id: string, ...body: number[]) => [...latin1(id), 0, 0, 0, body.length, 0, 0, ...body]
    const tag = (version: number, flags: number, ...body: number[]) =>
      Uint8Array.from([0x49, 0x44, 0x33, version, 0, flags, 0, 0, body.length >> 7, body.length & 127, ...body])
    const utf16 = [1, 0xff, 0xfe, 0xe9, 0, 0x42, 0x30]
    expect(readId3(tag(3, 0, ...frame3('TIT2', ...utf16), ...frame3('TPE1', 0, 0xe9, 0x41), 0, 0)).fields).toEqual([
      ['TITLE', 'é\u3042'],
      ['ARTIST', 'éA'],
    ])
    expect(readId3(tag(2, 0, ...latin1('TT2'), 0, 0, 3, 0, 0x61, 0x62)).fields).toEqual([['TITLE', 'ab']])
    expect(readId3(tag(2, 0, ...latin1('PIC'), 0, 0, 8, 0, ...latin1('JPG'), 3, 0, 1, 2)).pictures).toEqual([
      { type: 3, mediaType: 'image/jpeg', description: '', bytes: Uint8Array.of(1, 2) },
    ])
    // 255, 0 stands for 255
    expect(readId3(tag(3, 0x80, ...frame3('TIT2', 0, 0xff), 0)).fields).toEqual([['TITLE', 'ÿ']])
    expect(readId3(tag(4, 0, ...frame3('TPE1', 3, ...latin1('a\0b')))).fields).toEqual([
      ['ARTIST', 'a'],
      ['ARTIST', 'b'],
    ])
    expect(readId3(tag(3, 0, ...frame3('COMM', 0, ...latin1('eng\0hello')))).fields).toEqual([['COMMENT', 'hello']])
    const extension = Uint8Array.from([...latin1('INFOINAM'), 3, 0, 0, 0, 0xe9, 0x41, 0, 0])
    expect(readInfo(extension)).toEqual([['TITLE', 'éA']])
  })

  test('of several kinds: the comment counts before ID3, ID3 before RIFF', () => {
    const info = tagOf(
      'LIST',
      writeInfo([
        ['TITLE', 'info'],
        ['GENRE', 'info'],
      ]) as Uint8Array,
    )
    const id3 = id3Tag(
      writeId3({
        fields: [
          ['TITLE', 'id3'],
          ['DATE', '1999'],
        ],
        pictures: [],
      }),
    )
    const found = readTags([
      info,
      id3,
      fieldsTag([
        ['TITLE', 'comment'],
        ['ARTIST', 'a'],
        ['ARTIST', 'b'],
      ]),
    ])
    expect({ ...found.fields }).toEqual({ title: 'comment', artist: 'a; b', date: '1999', genre: 'info' })
    // an ID3 tag is not touched: a comment beside it stays one
    expect(tagsForWav([id3, fieldsTag([['MOOD', 'x']])]).map(({ bytes }) => String.fromCharCode(...bytes.subarray(0, 4)))).toEqual([
      'id3 ',
      'vorb',
    ])
  })

  test('of a broadcast extension, and pictures in a comment', () => {
    const bext = new Uint8Array(602)
    bext.set(latin1('a take'), 0)
    bext.set(latin1('a desk'), 256)
    bext.set(latin1('2020-02-03'), 320)
    expect({ ...readTags([tagOf('bext', bext)]).fields }).toEqual({ description: 'a take', originator: 'a desk', date: '2020-02-03' })
    const one = { type: 3, mediaType: 'image/png', description: 'c', bytes: Uint8Array.of(1, 2, 3) }
    const base64 = Buffer.from(writePicture(one)).toString('base64')
    const found = readTags([
      fieldsTag([
        ['METADATA_BLOCK_PICTURE', base64],
        ['METADATA_BLOCK_PICTURE', '!!'],
      ]),
    ])
    expect(found.pictures).toEqual([one])
    expect({ ...found.fields }).toEqual({})
  })

  test('are changed field by field', () => {
    const before = [
      fieldsTag([
        ['TITLE', 'a'],
        ['MOOD', 'b'],
      ]),
    ]
    expect({ ...readTags(withFields(before, { MOOD: undefined, DATE: '1' })).fields }).toEqual({ title: 'a', date: '1' })
    expect(withFields([fieldsTag([['MOOD', 'b']])], { MOOD: undefined })).toEqual([])
    expect(withFields([], { MOOD: undefined })).toEqual([])
  })

  test('that are damaged say less, and do no harm', () => {
    const pictures = [{ type: 3, mediaType: 'image/png', description: 'cover', bytes: new Uint8Array(20) }]
    const pairs: [string, string][] = [
      ['TITLE', 'title'],
      ['COMMENT', 'words'],
      ['MOOD', 'odd'],
    ]
    const whole: [string, Uint8Array][] = [
      ['vorb', writeVorbisComment({ vendor: 'v', fields: pairs })],
      ['flpc', writePicture(pictures[0])],
      ['id3 ', writeId3({ fields: pairs, pictures })],
      ['LIST', writeInfo(pairs) as Uint8Array],
      ['bext', new Uint8Array(340).fill(0x61)],
    ]
    for (let seed = 0; seed < 5000; seed++) {
      const [id, body] = whole[seed % whole.length]
      const damaged = seed % 7 === 0 ? body.subarray(0, seed % body.length) : mutate(body, seed * 4)
      const found = readTags([tagOf(id, damaged)])
      expect(found.pictures.length).toBeLessThan(4)
      tagsForWav([tagOf(id, damaged)])
    }
    expect(() => readVorbisComment(Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255))).toThrow(LaqError)
  })
})

test('tags that cannot be chunks are told', () => {
  const told: string[] = []
  const metadata = [tagOf('a\0b ', Uint8Array.of(1)), tagOf('good', Uint8Array.of(2))]
  writeWav(
    { sampleRateHz: 8000, sampleFormat: 's16', channels: [new Int32Array(2)], metadata },
    { onWarning: ({ message }) => told.push(message) },
  )
  expect(told).toEqual(["a tag 'a?b ' cannot be a chunk and is left out"])
})
