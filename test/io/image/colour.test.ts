/** What describes colours, on its way from file to file. */
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Metadata } from '../../../codecs/container/container.js'
import type { Warning } from '../../../src/calls/warnings.js'
import { profileOf } from '../../../src/image/colourspace.js'
import { decodeImage, encodeImage, type ImageData } from '../../../src/image.js'
import { heifFacts, withNclx } from '../../../src/io/image/heifboxes.js'
import { formatImage, parseImage } from '../../../src/io/image/image.js'
import { writePng } from '../../../src/io/image/png.js'
import { pngChunk, withChunks } from '../../../src/io/image/pngchunks.js'
import { isSrgbProfile } from '../../../src/io/image/srgb.js'
import { pattern } from '../../pictures.js'

/** A PNG with chunks behind its header. */
const png = async (chunks: [string, Uint8Array][], image: ImageData = pattern(24, 16, 3, 16)) =>
  withChunks(
    await writePng(image),
    chunks.map(([type, payload]) => pngChunk(type, payload)),
  )

const numbers = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i)
  return bytes
}

/** Through a .laq file. */
async function coded(file: Uint8Array): Promise<{ image: ImageData; warnings: Warning[] }> {
  const warnings: Warning[] = []
  const onWarning = (warning: Warning) => warnings.push(warning)
  const source = await parseImage(file, undefined, { onWarning })
  return { image: await decodeImage(await encodeImage(source, { onWarning, effort: 1 })), warnings }
}

async function written(image: ImageData, suffix: string): Promise<{ file: Buffer; codes: string[]; back: ImageData }> {
  const codes: string[] = []
  const file = await formatImage(image, suffix, { onWarning: ({ code }) => codes.push(code) })
  return { file, codes, back: await parseImage(file) }
}

const typesOf = ({ metadata = [] }: ImageData) => metadata.map(({ type }) => type)
const bytesOf = ({ metadata = [] }: ImageData, wanted: Metadata['type']) =>
  Buffer.from(metadata.find(({ type }) => type === wanted)?.bytes ?? [])

const PQ = Uint8Array.of(9, 16, 0, 1)
const P3 = Uint8Array.of(12, 13, 0, 1)
/** Display P3's primaries as cHRM: white, red, green, blue. */
const P3_CHROMA = numbers(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)

describe('PNG', () => {
  test.each([
    ['cICP of PQ', [['cICP', PQ]], 'cicp', PQ],
    ['cICP of P3', [['cICP', P3]], 'cicp', P3],
    ['cICP of narrow range', [['cICP', Uint8Array.of(1, 13, 0, 0)]], 'cicp', Uint8Array.of(1, 13, 0, 0)],
    ['gAMA of linear light', [['gAMA', numbers(100000)]], 'gamma', numbers(100000)],
    ['cHRM', [['cHRM', P3_CHROMA]], 'gamma', Buffer.concat([numbers(0), P3_CHROMA])],
    [
      'gAMA and cHRM',
      [
        ['gAMA', numbers(55000)],
        ['cHRM', P3_CHROMA],
      ],
      'gamma',
      Buffer.concat([numbers(55000), P3_CHROMA]),
    ],
  ] as const)('%s goes through a file, back to the byte', async (_, chunks, type, bytes) => {
    const { image } = await coded(await png(chunks as never))
    expect(typesOf(image)).toEqual([type])
    expect(bytesOf(image, type)).toEqual(Buffer.from(bytes))
    const { file, codes } = await written(image, 'png')
    for (const [name, payload] of chunks) expect(file.includes(pngChunk(name, payload)), name).toBe(true)
    expect(codes).toEqual([])
  })

  test.each([
    [
      'sRGB in gAMA and cHRM',
      [
        ['gAMA', numbers(45455)],
        ['cHRM', numbers(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)],
      ],
    ],
    [
      'gAMA beside sRGB',
      [
        ['sRGB', Uint8Array.of(0)],
        ['gAMA', numbers(100000)],
      ],
    ],
    ['cICP of sRGB', [['cICP', Uint8Array.of(1, 13, 0, 1)]]],
    ['cHRM that spans nothing', [['cHRM', numbers(31270, 32900, 64000, 33000, 64000, 33000, 64000, 33000)]]],
  ] as const)('%s says nothing', async (_, chunks) => {
    const { image, warnings } = await coded(await png(chunks as never))
    expect(typesOf(image)).toEqual([])
    expect(warnings).toEqual([])
  })

  test('what counts more stands in for what counts less, in older readers', async () => {
    const profile = profileOf([{ type: 'cicp', bytes: P3 }], false) as Uint8Array
    const iccp = Buffer.concat([Buffer.from('P3\0\0'), deflateSync(profile)])
    const { image } = await coded(
      await png([
        ['cICP', PQ],
        ['iCCP', iccp],
        ['gAMA', numbers(100000)],
      ]),
    )
    expect(typesOf(image).sort()).toEqual(['cicp', 'icc'])
    expect(bytesOf(image, 'icc')).toEqual(Buffer.from(profile))
  })

  test('a profile of another kind, a damaged one and a cICP without sense are dropped with a word', async () => {
    const grey = profileOf([{ type: 'gamma', bytes: numbers(100000) }], true) as Uint8Array
    const broken = [
      Buffer.concat([Buffer.from('grey\0\0'), deflateSync(grey)]),
      Buffer.concat([Buffer.from('cut\0\0'), deflateSync(grey.subarray(0, 200))]),
      Buffer.concat([Buffer.from('none\0\0'), Buffer.from('not a stream')]),
    ]
    for (const payload of broken) {
      const { image, warnings } = await coded(await png([['iCCP', payload]]))
      expect(typesOf(image)).toEqual([])
      expect(warnings.map(({ code }) => code)).toEqual(['colour'])
    }
    expect((await coded(await png([['cICP', Uint8Array.of(9, 16, 9, 1)]]))).warnings.map(({ code }) => code)).toEqual(['colour'])
    // of grey, the same profile is what it should be
    const iccp = Buffer.concat([Buffer.from('grey\0\0'), deflateSync(grey)])
    expect(typesOf((await coded(await png([['iCCP', iccp]], pattern(24, 16, 1)))).image)).toEqual(['icc'])
  })

  test('PQ and HLG are told to be coded as if they were not', async () => {
    for (const transfer of [16, 18]) {
      const { warnings } = await coded(await png([['cICP', Uint8Array.of(9, transfer, 0, 1)]]))
      expect(warnings.map(({ code }) => code)).toEqual(['hdr'])
    }
  })

  test('frames, texts and damaged chunks are told', async () => {
    const animated = await png([
      ['acTL', numbers(3, 0)],
      ['tEXt', Buffer.from('Comment\0a few words')],
    ])
    expect((await coded(animated)).warnings).toEqual([
      { code: 'comment', message: 'texts are dropped: Comment' },
      { code: 'frames', message: 'only the first of 3 frames is read' },
    ])
    const damaged = await png([['gAMA', numbers(100000)]])
    damaged[damaged.indexOf('gAMA') + 4] ^= 1
    expect((await coded(damaged)).warnings).toEqual([{ code: 'damaged', message: 'damaged chunks are passed over: gAMA' }])
  })
})

describe('AVIF', () => {
  test.each([
    [8, 3],
    [10, 3],
    [12, 3],
    [12, 4],
    [10, 1],
  ] as const)('of %i bits and %i channels keeps bits, and its colour in colr', async (bits, channels) => {
    for (const cicp of [PQ, Uint8Array.of(9, 18, 0, 1), P3]) {
      const image: ImageData = { ...pattern(40, 24, channels, bits), metadata: [{ type: 'cicp', bytes: cicp }] }
      const { file, codes, back } = await written(image, 'avif')
      expect(codes).toEqual([])
      expect(back.bitDepth).toBe(bits)
      expect(heifFacts(file)?.nclx).toEqual({ primaries: cicp[0], transfer: cicp[1], matrix: 6, fullRange: true })
      expect(bytesOf(back, 'cicp')).toEqual(Buffer.from(cicp))
      expect(typesOf(back)).toEqual(['cicp'])
    }
  })

  test('has the samples that it has without, beside EXIF, XMP and a profile', async () => {
    const plain = await sharp(Buffer.from(pattern(64, 48, 4).data), { raw: { width: 64, height: 48, channels: 4 } })
      .withMetadata({ icc: 'p3', exif: { IFD0: { Copyright: 'nobody' } } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>')
      .avif({ quality: 50 })
      .toBuffer()
    const told = withNclx(plain, 12, 16)
    expect((await sharp(told).raw().toBuffer()).equals(await sharp(plain).raw().toBuffer())).toBe(true)
    const [before, after] = [await sharp(plain).metadata(), await sharp(told).metadata()]
    for (const part of ['exif', 'xmp', 'icc'] as const) expect(after[part]?.equals(before[part] as Buffer), part).toBe(true)
    // a second time, in its place
    expect(heifFacts(withNclx(told, 1, 13))?.nclx).toMatchObject({ primaries: 1, transfer: 13 })
  })

  test('of 16 bits is 12, and says so', async () => {
    const { codes, back } = await written(pattern(24, 16, 3, 16), 'avif')
    expect(back.bitDepth).toBe(12)
    expect(codes).toEqual(['bits'])
  })
})

describe('formats without numbers', () => {
  test.each(['jpg', 'webp', 'tiff'])('%s gets a profile that says the same, and a word where none does', async (suffix) => {
    const of = (type: 'cicp' | 'gamma', bytes: Uint8Array): ImageData => ({ ...pattern(24, 16), metadata: [{ type, bytes }] })
    for (const image of [of('cicp', P3), of('gamma', numbers(100000)), of('gamma', Buffer.concat([numbers(0), P3_CHROMA]))]) {
      const { codes, back } = await written(image, suffix)
      expect(codes).toEqual([])
      expect(bytesOf(back, 'icc')).toEqual(Buffer.from(profileOf(image.metadata as Metadata[], false) as Uint8Array))
      if (suffix !== 'jpg') expect(back.data).toEqual(image.data)
    }
    const { codes, back } = await written(of('cicp', PQ), suffix)
    expect(codes).toEqual(['colour'])
    expect(typesOf(back)).toEqual([])
  })

  test('bits and alpha that are lost are told', async () => {
    for (const suffix of ['jpg', 'webp', 'gif']) expect((await written(pattern(8, 8, 3, 12), suffix)).codes, suffix).toContain('bits')
    expect((await written(pattern(8, 8, 4), 'jpg')).codes).toEqual(['alpha'])
    const opaque = pattern(8, 8, 4)
    for (let i = 3; i < opaque.data.length; i += 4) opaque.data[i] = 255
    expect((await written(opaque, 'jpg')).codes).toEqual([])
  })
})

describe('profiles made of numbers', () => {
  test('of sRGB are known as sRGB', () => {
    const srgb = Uint8Array.of(1, 13, 0, 1)
    expect(isSrgbProfile(profileOf([{ type: 'cicp', bytes: srgb }], false) as Uint8Array)).toBe(true)
    expect(isSrgbProfile(profileOf([{ type: 'cicp', bytes: P3 }], false) as Uint8Array)).toBe(false)
  })

  test('turn colours as a colour engine expects', async () => {
    // a strong red of P3 lies outside sRGB; half grey of linear light is 188 of 255
    const red = { width: 1, height: 1, channels: 3 } as const
    const inP3 = await formatImage(
      { ...red, bitDepth: 8, data: Uint8Array.of(230, 20, 20), metadata: [{ type: 'cicp', bytes: P3 }] },
      'tiff',
    )
    const made = await sharp(inP3).toColourspace('srgb').raw().toBuffer()
    expect(made[0]).toBeGreaterThan(240)
    const linear = await formatImage(
      { ...red, bitDepth: 8, data: Uint8Array.of(128, 128, 128), metadata: [{ type: 'gamma', bytes: numbers(100000) }] },
      'tiff',
    )
    for (const value of await sharp(linear).toColourspace('srgb').raw().toBuffer()) expect(Math.abs(value - 188)).toBeLessThanOrEqual(1)
  })
})

test('CMYK is converted with a word', async () => {
  const cmyk = await sharp(Buffer.alloc(64 * 3, 90), { raw: { width: 8, height: 8, channels: 3 } })
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer()
  const { image, warnings } = await coded(cmyk)
  expect(image.channels).toBe(3)
  expect(warnings.map(({ code }) => code)).toEqual(['colour'])
})
