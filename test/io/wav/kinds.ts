/** Sounds and WAV files for tests: of every kind and sample format, with every oddity that is valid. */
import fc from 'fast-check'
import type { AudioData } from '../../../src/audio.js'
import { BYTES_OF } from '../../../src/io/sound/pcm.js'
import { chunkHead, chunkOf, fileHead, paddingOf, WAV_KINDS, type WavKind } from '../../../src/io/wav/chunks.js'

const FORMATS = ['u8', 's16', 's24', 's32', 'f32'] as const

/** Sounds of exact samples: integers of every format, and any bits as f32. */
export const exactSounds = fc
  .record({
    sampleFormat: fc.constantFrom(...FORMATS),
    count: fc.integer({ min: 1, max: 4 }),
    values: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 20 }),
    sampleRateHz: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
    channelMask: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
    tags: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 3 }),
  })
  .map(({ sampleFormat, count, values, sampleRateHz, channelMask, tags }): AudioData => {
    const channels = Array.from({ length: count }, (_, c) => {
      const bits = Int32Array.from(values, (value) => value ^ (c * 0x01010101))
      // the upper bits of any integer are an integer of fewer
      return sampleFormat === 'f32' ? bits : bits.map((value) => value >> (32 - 8 * BYTES_OF[sampleFormat]))
    })
    const held = sampleFormat === 'f32' ? channels.map(({ buffer }) => new Float32Array(buffer)) : channels
    const metadata = tags.map((bytes, i) => ({ type: 'tag' as const, bytes: Uint8Array.from([0x74, 0x61, 0x67, 0x30 + i, ...bytes]) }))
    return { sampleFormat, sampleRateHz, ...(channelMask && { channelMask }), channels: held as AudioData['channels'], metadata }
  })

export const bitsOf = (channels: AudioData['channels']): number[][] =>
  channels.map(({ buffer, byteOffset, length }) => [...new Int32Array(buffer, byteOffset, length)])

/** WAV files put together by hand: chunks in any order and of any size, sizes left open or wrong, data cut short, bytes at the end. */
export const oddFiles = fc
  .record({
    kind: fc.constantFrom(...WAV_KINDS),
    bytes: fc.integer({ min: 1, max: 4 }),
    lostBits: fc.nat(7),
    channels: fc.integer({ min: 1, max: 3 }),
    extensible: fc.boolean(),
    extra: fc.nat(5),
    before: fc.array(fc.tuple(fc.constantFrom('LIST', 'bext', 'JUNK', 'PAD ', 'iXML', 'fact', 'odd '), fc.uint8Array({ maxLength: 9 })), {
      maxLength: 3,
    }),
    behind: fc.array(fc.tuple(fc.constantFrom('LIST', 'id3 ', 'cue ', 'smpl'), fc.uint8Array({ maxLength: 9 })), { maxLength: 3 }),
    data: fc.uint8Array({ maxLength: 60 }),
    size: fc.constantFrom('right', 'open', 'zero', 'long'),
    last: fc.uint8Array({ maxLength: 5 }),
  })
  .map((file) => oddFile(file))

interface OddFile {
  kind: WavKind
  bytes: number
  lostBits: number
  channels: number
  extensible: boolean
  extra: number
  before: [string, Uint8Array][]
  behind: [string, Uint8Array][]
  data: Uint8Array
  size: 'right' | 'open' | 'zero' | 'long'
  last: Uint8Array
}

function oddFile({
  kind,
  bytes,
  lostBits,
  channels,
  extensible,
  extra,
  before,
  behind,
  data,
  size,
  last,
}: OddFile): Uint8Array<ArrayBuffer> {
  const little = kind !== 'RIFX'
  const format = new Uint8Array((extensible ? 40 : 16) + extra)
  const view = new DataView(format.buffer)
  view.setUint16(0, extensible ? 0xfffe : 1, little)
  view.setUint16(2, channels, little)
  view.setUint32(4, 8000, little)
  view.setUint16(12, channels * bytes, little)
  view.setUint16(14, 8 * bytes - (extensible ? 0 : lostBits), little)
  if (extensible) {
    view.setUint16(16, 22, little)
    view.setUint16(18, 8 * bytes - lostBits, little)
    view.setUint16(24, 1, little)
    format.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 26)
  }
  const chunks = before.map(([id, body]) => chunkOf(id, body, kind))
  chunks.splice(before.length >> 1, 0, chunkOf('fmt ', format, kind))
  const isOpen = size === 'open' || size === 'zero'
  const said = size === 'open' ? Infinity : size === 'zero' ? 0 : size === 'long' ? data.length + 100 : data.length
  const tail =
    size === 'right' ? [new Uint8Array(paddingOf(data.length, kind)), ...behind.map(([id, body]) => chunkOf(id, body, kind)), last] : []
  if (kind === 'RF64') {
    const ds64 = new Uint8Array(28)
    const sizes = new DataView(ds64.buffer)
    sizes.setBigUint64(0, isOpen ? 0n : 1000n, true)
    sizes.setBigUint64(8, said === Infinity ? 2n ** 64n - 1n : BigInt(said), true)
    chunks.unshift(chunkOf('ds64', ds64, kind))
  }
  const dataHead = chunkHead('data', kind === 'RF64' ? 0xffffffff : said, kind)
  return Uint8Array.from(Buffer.concat([fileHead(isOpen ? Infinity : 1000, kind), ...chunks, dataHead, data, ...tail]))
}

/** A file in pieces of the sizes given, over and over. */
export function pieces(file: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0, i = 0; at < file.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? file.length)
    found.push(file.subarray(at, at + size))
    at += size
  }
  return found
}
