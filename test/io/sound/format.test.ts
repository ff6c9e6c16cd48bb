import { describe, expect, test } from 'vitest'
import { foreignSound } from '../../../src/io/sound/format.js'
import { isSound } from '../../../src/io/sound/sound.js'
import { writeId3 } from '../../../src/io/tags/id3.js'
import { joined } from '../joined.js'

/** Bytes that repeat after 2^32: no frame, as far as headers go. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

const frames = (count: number, head: number[], bytes: number | ((i: number) => number)) =>
  joined(
    ...Array.from({ length: count }, (_, i) => {
      const size = typeof bytes === 'number' ? bytes : bytes(i)
      const frame = noise(size, i + 1)
      frame.set(head)
      return frame
    }),
  )

/** Of 44.1 kHz where nothing else is said. */
const STREAMS: Record<string, [demuxer: string, Uint8Array]> = {
  'MPEG-1 layer 3, 128 kb/s': ['mp3', frames(20, [0xff, 0xfb, 0x90, 0x64], 417)],
  'MPEG-1 layer 2, 192 kb/s, 48 kHz': ['mp3', frames(20, [0xff, 0xfd, 0xa4, 0x04], 576)],
  'MPEG-2 layer 3, 64 kb/s, 22.05 kHz': ['mp3', frames(20, [0xff, 0xf3, 0x80, 0xc4], 208)],
  'MPEG-2.5 layer 3, 16 kb/s, 8 kHz': ['mp3', frames(20, [0xff, 0xe3, 0x28, 0xc4], 144)],
  ADTS: ['aac', frames(20, [0xff, 0xf1, 0x50, 0x80, 400 >> 3, ((400 & 7) << 5) | 0x1f, 0xfc], 400)],
  'AC-3, 192 kb/s, 48 kHz': ['ac3', frames(20, [0x0b, 0x77, 1, 2, 20, 0x40], 768)],
  'AC-3, 192 kb/s': ['ac3', frames(20, [0x0b, 0x77, 1, 2, 0x40 | 20, 0x40], 834)],
  'E-AC-3': ['eac3', frames(20, [0x0b, 0x77, 0x01, 0x7f, 0x3f, 0x80], 768)],
}

describe('frames', () => {
  for (const [name, [demuxer, stream]] of Object.entries(STREAMS)) {
    test(`of ${name} are found wherever the file was cut`, () => {
      for (let cut = 0; cut < 900; cut++) expect(foreignSound(stream.subarray(cut)), `${cut}`).toMatchObject({ demuxer })
      const { offset } = foreignSound(stream.subarray(1)) as { offset: number }
      expect(foreignSound(stream.subarray(1 + offset))?.offset).toBe(0)
    })

    test(`of ${name} are found behind tags, answers of a server, and junk`, () => {
      const id3 = writeId3({ fields: [['TITLE', 'A']], pictures: [] })
      const icy = new TextEncoder().encode('ICY 200 OK\r\nicy-name: Radio\r\nContent-Type: audio/mpeg\r\n\r\n')
      for (const front of [id3, joined(id3, id3), joined(id3, new Uint8Array(1000)), icy, noise(5000, 77)]) {
        const found = foreignSound(joined(front, stream))
        expect(found).toMatchObject({ demuxer, offset: front.length })
        expect(isSound(joined(front, stream))).toBe(true)
      }
    })
  }

  test('that stand alone, or in pictures, are none', () => {
    const [, stream] = STREAMS['MPEG-1 layer 3, 128 kb/s']
    expect(foreignSound(joined(noise(100, 5), stream.subarray(0, 417), noise(3000, 6)))).toBe(undefined)
    for (const magic of [
      '\x89PNG\r\n\x1a\n',
      '\xff\xd8\xff\xe0',
      'GIF89a',
      'II*\0',
      'MM\0*',
      'BM....\0\0\0\0',
      '....ftypavif',
      'P6\n9 9\n255\n',
    ]) {
      const head = Array.from(magic, (letter) => letter.charCodeAt(0))
      expect(foreignSound(joined(head, stream)), magic).toBe(undefined)
    }
    for (let seed = 1; seed < 20; seed++) expect(foreignSound(noise(20_000, seed)), `${seed}`).toBe(undefined)
  })
})

test('formats are known by their bytes', () => {
  const named = (text: string) => foreignSound(Uint8Array.from(text.padEnd(40, '\0'), (letter) => letter.charCodeAt(0)))?.demuxer
  expect(
    [
      'fLaC',
      'OggS',
      'FORM1234AIFC',
      'caff',
      'wvpk',
      '\xff\xfb',
      '\xff\xf1',
      '\x0bw',
      'ID3\x03\0\0\0\0\0\x02..fLaC',
      'ID3\x03\0\0\0\0\0\0',
    ].map(named),
  ).toEqual(['flac', 'ogg', 'aiff', 'caf', 'wv', 'mp3', 'aac', 'ac3', 'flac', 'mp3'])
  expect(['....ftypM4A ', '....ftypqt  ', '....ftyp3gp4'].map(named)).toEqual(new Array(3).fill('mov'))
  expect(['\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF1234WEBP', '....ftypavif', '....ftypheic', ''].map(named)).toEqual(
    new Array(7).fill(undefined),
  )
})
