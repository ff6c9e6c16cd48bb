import { readdirSync, readFileSync } from 'node:fs'
import { deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../src/image.js'
import { parseImage } from '../../../src/io/image/image.js'
import { readPng, writePng } from '../../../src/io/image/png.js'
import { pngChunk } from '../../../src/io/image/pngchunks.js'
import { describeCorpus } from '../../corpus.js'
import { REFUSED } from '../refused.js'

/** libpng's reading, through sharp: RGBA of 8 or 16 bits. */
async function reference(bytes: Uint8Array, deep: boolean): Promise<ArrayLike<number>> {
  const pixels = sharp(bytes, { ignoreIcc: true } as object)
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .ensureAlpha()
  const { buffer, byteOffset, length } = await pixels.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer()
  return deep ? new Uint16Array(buffer, byteOffset, length / 2) : new Uint8Array(buffer, byteOffset, length)
}

function asRgba({ channels, bitDepth, data }: ImageData): number[] {
  const rgba: number[] = []
  for (let i = 0; i < data.length; i += channels) {
    const grey = channels < 3
    rgba.push(data[i], data[grey ? i : i + 1], data[grey ? i : i + 2], channels % 2 ? 2 ** bitDepth - 1 : data[i + channels - 1])
  }
  return rgba
}

for (const [name, refused] of Object.entries(REFUSED)) {
  describeCorpus(`images/${name}`, (folder) => {
    test('every file is read exactly or refused for its listed reason', async () => {
      const reasons = new Map(Object.entries(refused).flatMap(([reason, files]) => files.map((file) => [file, reason])))
      const files = readdirSync(folder).filter((file) => !/^(MANIFEST\.md|LICENSE|README)$/.test(file))
      for (const file of files) {
        const bytes = readFileSync(`${folder}/${file}`)
        const image = await parseImage(bytes).catch((error) => {
          expect(error, file).toBeInstanceOf(LaqError)
          expect(error.message, file).not.toContain('\n')
          return `${error.code}: ${error.message.replace(/^(not a picture or sound that laq reads): .*$/, '$1')}`
        })
        if (typeof image === 'string') expect(image, file).toBe(reasons.get(file))
        else {
          expect(reasons.get(file), file).toBeUndefined()
          const wanted = await reference(bytes, image.bitDepth > 8)
          expect(
            Buffer.compare(Buffer.from(Uint16Array.from(asRgba(image)).buffer), Buffer.from(Uint16Array.from(wanted).buffer)),
            file,
          ).toBe(0)
        }
      }
      expect(files).toEqual(expect.arrayContaining([...reasons.keys()]))
    })
  })
}

describeCorpus('images/pngsuite', (folder) => {
  test('channels and depth are the file’s own', async () => {
    const shape = async (file: string) => {
      const { width, height, channels, bitDepth } = await readPng(readFileSync(`${folder}/${file}.png`))
      return [width, height, channels, bitDepth]
    }
    expect(await shape('basn0g01')).toEqual([32, 32, 1, 8])
    expect(await shape('basn0g16')).toEqual([32, 32, 1, 16])
    expect(await shape('basi4a16')).toEqual([32, 32, 2, 16])
    expect(await shape('basn3p02')).toEqual([32, 32, 3, 8])
    expect(await shape('tbwn3p08')).toEqual([32, 32, 4, 8])
    expect(await shape('tbbn0g04')).toEqual([32, 32, 2, 8])
    expect(await shape('tbrn2c08')).toEqual([32, 32, 4, 8])
    expect(await shape('s01i3p01')).toEqual([1, 1, 3, 8])
  })
})

const image = fc
  .record({
    width: fc.integer({ min: 1, max: 17 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 2, 3, 4),
    bitDepth: fc.constantFrom(8, 16),
    seed: fc.integer(),
  })
  .map(({ seed, ...shape }): ImageData => {
    const length = shape.width * shape.height * shape.channels
    const samples = Array.from({ length }, (_, i) => Math.imul(i + 1, seed | 1) >>> (32 - shape.bitDepth))
    return {
      ...shape,
      channels: shape.channels as ImageData['channels'],
      data: shape.bitDepth > 8 ? Uint16Array.from(samples) : Uint8Array.from(samples),
      metadata: [
        { type: 'icc', bytes: Uint8Array.of(1, 2, 3, seed & 255) },
        { type: 'exif', bytes: Uint8Array.of(9, 8, 7) },
        { type: 'xmp', bytes: Uint8Array.from(Buffer.from('<x:xmpmeta>ü</x:xmpmeta>')) },
      ],
    }
  })

test('what is written is read back, samples and metadata', async () => {
  await fc.assert(
    fc.asyncProperty(image, async (image) => {
      expect(await readPng(await writePng(image))).toEqual(image)
    }),
    { numRuns: 60 },
  )
})

test('9 to 15 bits are scaled to 16', async () => {
  const data = Uint16Array.of(0, 1, 511, 1023)
  const back = await readPng(await writePng({ width: 4, height: 1, channels: 1, bitDepth: 10, data }))
  expect(back.bitDepth).toBe(16)
  expect([...back.data]).toEqual([0, 64, 32735, 65535])
})

/** A grey PNG of 8 bits out of raw parts. */
function png(width: number, height: number, stream: Uint8Array, extra: Buffer[] = [], interlace = 0): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, interlace], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, pngChunk('IHDR', header), ...extra, pngChunk('IDAT', stream), pngChunk('IEND')])
}

describe('what pngjs alone would take or choke on', () => {
  const rows = Buffer.from([0, 10, 20, 0, 30, 40])
  const cases: Record<string, [Buffer, string]> = {
    'a stream that ends early': [
      png(2, 2, deflateSync(rows.subarray(0, 5))),
      'truncated: PNG: the pixels end before the 6 bytes they should have',
    ],
    'a stream cut in its bytes': [png(2, 2, deflateSync(rows).subarray(0, -6)), 'truncated: PNG: the pixels end before'],
    'a wrong checksum behind the last row': [
      png(2, 2, Buffer.concat([deflateSync(rows).subarray(0, -1), Buffer.from([99])])),
      'malformed: PNG: the pixels do not inflate: incorrect data check',
    ],
    'a bomb': [png(2, 2, deflateSync(Buffer.alloc(50e6))), 'malformed: PNG: the pixels inflate to more than the 6 bytes they should have'],
    'an interlaced bomb': [png(2, 2, deflateSync(Buffer.alloc(50e6)), [], 1), 'malformed: PNG: the pixels inflate to more than'],
    'an unknown filter': [png(2, 1, deflateSync(Buffer.from([7, 1, 2]))), 'malformed: PNG: Unrecognised filter type - 7'],
    'an unknown critical chunk': [
      png(2, 2, deflateSync(rows), [pngChunk('ABCD')]),
      'unsupported: PNG: unknown critical chunk ABCD at byte 33',
    ],
    'more pixels than the limit': [png(60000, 60000, deflateSync(rows)), 'limit: 3600000000 pixels are more than the limit of 100000000'],
    'an ICC bomb': [
      png(2, 2, deflateSync(rows), [pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(70e6))]))]),
      'limit: PNG: iCCP inflates to more than the limit of 67108864 metadataBytes',
    ],
  }
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    test(name, async () => {
      const error = await readPng(bytes).catch((error) => error)
      expect(error).toBeInstanceOf(LaqError)
      expect(`${error.code}: ${error.message}`).toContain(message)
    })
  }

  test('cut anywhere, it says so', async () => {
    const whole = png(2, 2, deflateSync(rows), [pngChunk('gAMA', Buffer.alloc(4))])
    for (let length = 0; length < whole.length; length++) {
      await expect(readPng(whole.subarray(0, length))).rejects.toThrow(/signature|ends at byte/)
    }
    expect([...(await readPng(Buffer.concat([whole, Buffer.from('and more')]))).data]).toEqual([10, 20, 30, 40])
  })

  test('mutated, it is refused or read, and nothing else', async () => {
    const whole = png(2, 2, deflateSync(rows), [
      pngChunk('tRNS', Buffer.alloc(2)),
      pngChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0x')),
    ])
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole)
        bytes[at] ^= flip
        const result = await readPng(bytes, { pixels: 1e6 }).catch((error) => error)
        expect(result instanceof LaqError || result.data.length > 0).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('the colour that tRNS makes transparent is kept', async () => {
    const image = await readPng(png(2, 2, deflateSync(rows), [pngChunk('tRNS', Buffer.from([0, 20]))]))
    expect([...image.data]).toEqual([10, 255, 20, 0, 30, 255, 40, 255])
  })

  test('a damaged ancillary chunk is passed over', async () => {
    const chunk = pngChunk('eXIf', Buffer.from('MM'))
    chunk[9] ^= 1
    expect((await readPng(png(2, 2, deflateSync(rows), [chunk]))).metadata).toEqual([])
  })
})

test('an ICC profile is stored compressed, behind the header', async () => {
  const icc = new Uint8Array(3000).fill(7)
  const bytes = await writePng({
    width: 1,
    height: 1,
    channels: 3,
    bitDepth: 8,
    data: Uint8Array.of(1, 2, 3),
    metadata: [{ type: 'icc', bytes: icc }],
  })
  expect(bytes.toString('latin1', 37, 41)).toBe('iCCP')
  expect(bytes.length).toBeLessThan(300)
  expect(new Uint8Array(inflateSync(bytes.subarray(41 + 13)))).toEqual(icc)
})
