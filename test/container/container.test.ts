import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../codecs/container/bytes.js'
import { readContainer, readData, writeContainer } from '../../codecs/container/container.js'
import { crc32c } from '../../codecs/container/crc32c.js'
import { LaqError } from '../../codecs/errors.js'

test('CRC-32C of the examples in RFC 3720, B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
})

test('CRC-32C continues over any split', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(crc32c(b, crc32c(a))).toBe(crc32c(Uint8Array.of(...a, ...b)))
    }),
  )
})

test('varints are read back, and what is not one is refused', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const out = new ByteWriter()
      out.varint(value)
      expect(new ByteReader(out.finish()).varint()).toBe(value)
    }),
  )
  expect(() => new ByteReader(new Uint8Array(9).fill(255)).varint()).toThrow('the varint at byte 0 is above 2^53 - 1')
  expect(() => new ByteReader(Uint8Array.of(128)).varint()).toThrow('the bytes end at 1')
})

const bytes = fc.uint8Array({ maxLength: 40 })
const file = fc.record({
  header: bytes,
  icc: fc.option(bytes),
  tags: fc.array(bytes, { maxLength: 3 }),
  data: fc.array(bytes, { minLength: 1, maxLength: 5 }),
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(file, ({ header, icc, tags, data }) => {
      const metadata = [...(icc ? [{ type: 'icc' as const, bytes: icc }] : []), ...tags.map((bytes) => ({ type: 'tag' as const, bytes }))]
      const written = writeContainer('audio', header, metadata, data)
      const container = readContainer(written)
      expect(container.kind).toBe('audio')
      expect(container.header).toEqual(header)
      expect(container.metadata).toEqual(metadata)
      expect(container.dataOffsets).toHaveLength(data.length + 1)
      expect(data.map((_, i) => readData(written, container, i))).toEqual(data)
      expect(container.dataOffsets.at(-1)).toBe(written.length)
    }),
  )
})

const sample = writeContainer(
  'image',
  Uint8Array.of(1, 2, 3),
  [{ type: 'xmp', bytes: Uint8Array.of(60) }],
  [Uint8Array.of(7), Uint8Array.of(8, 9)],
)

test('cut anywhere, it says so', () => {
  for (let length = 0; length < sample.length; length++) {
    const cut = sample.subarray(0, length)
    expect(() => {
      const container = readContainer(cut)
      readData(cut, container, 0)
      readData(cut, container, 1)
    }).toThrow(expect.objectContaining({ code: 'truncated' }))
  }
})

test('any changed byte is noticed', () => {
  for (let i = 0; i < sample.length; i++) {
    const damaged = sample.slice()
    damaged[i] ^= 0x10
    expect(() => {
      const container = readContainer(damaged)
      readData(damaged, container, 0)
      readData(damaged, container, 1)
    }).toThrow(LaqError)
  }
})

test('unknown small letters are skipped, unknown capitals refused', () => {
  const at = 5 + 1 + 1 + 4 + 4
  const insert = (type: string) => {
    const body = Uint8Array.of(type.charCodeAt(0), 0)
    const crc = new Uint8Array(4)
    new DataView(crc.buffer).setUint32(0, crc32c(body), true)
    return Uint8Array.of(...sample.subarray(0, at), ...body, ...crc, ...sample.subarray(at))
  }
  expect(readContainer(insert('q')).metadata).toHaveLength(1)
  expect(() => readContainer(insert('Q'))).toThrow(`critical chunk Q at byte ${at}`)
})

test('metadata above the limit is refused', () => {
  expect(() => readContainer(sample, { metadataBytes: 0 })).toThrow(expect.objectContaining({ code: 'limit' }))
})
