/** Density, IPTC, gain maps and the places where pictures were taken, from file to file and left out. */
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Warning } from '../../../src/calls/warnings.js'
import { decodeImage, encodeImage, type ImageData } from '../../../src/image.js'
import { densityMetadata, densityOf, dpiOf } from '../../../src/io/image/density.js'
import { formatImage, parseImage } from '../../../src/io/image/image.js'
import { withJpegMetadata } from '../../../src/io/image/jpegsegments.js'
import { iptcBlock, iptcIn } from '../../../src/io/image/photoshop.js'
import { openTiff, withEntries } from '../../../src/io/image/tiffdirectory.js'
import { strippedMetadata } from '../../../src/io/stripping.js'
import { pattern } from '../../pictures.js'

const { width, height, data } = pattern(24, 16)
const raw = () => sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })

async function read(file: Uint8Array): Promise<{ image: ImageData; warnings: Warning[] }> {
  const warnings: Warning[] = []
  const image = await parseImage(file, undefined, { onWarning: (warning) => warnings.push(warning) })
  return { image: await decodeImage(await encodeImage(image, { effort: 1 })), warnings }
}

const written = async (image: ImageData, suffix: string) => {
  const codes: string[] = []
  const file = await formatImage(image, suffix, { onWarning: ({ code }) => codes.push(code) })
  return { file, codes }
}

const bytesOf = ({ metadata = [] }: ImageData, wanted: string) => metadata.find(({ type }) => type === wanted)?.bytes

describe('density', () => {
  const sources: [string, () => Promise<Buffer>, number][] = [
    [
      'TIFF',
      () =>
        raw()
          .tiff({ xres: 300 / 25.4, yres: 300 / 25.4, resolutionUnit: 'inch' })
          .toBuffer(),
      300,
    ],
    ['TIFF in centimetres', () => raw().tiff({ xres: 12, yres: 12, resolutionUnit: 'cm' }).toBuffer(), 304.8],
    ['JPEG', async () => withJpegMetadata(await raw().jpeg().toBuffer(), densityMetadata({ unit: 1, x: [240, 1], y: [240, 1] })), 240],
    ['PNG', () => raw().withMetadata({ density: 600 }).png().toBuffer(), 600],
  ]
  test.each(sources)('of %s is kept where formats can, else told', async (_, source, dpi) => {
    const { image } = await read(await source())
    const of = (metadata: ImageData['metadata']) => dpiOf(densityOf(metadata) as never)[0]
    expect(of(image.metadata)).toBeCloseTo(dpi, 1)
    for (const suffix of ['png', 'jpg', 'tiff']) {
      const { file, codes } = await written({ ...image, metadata: (image.metadata ?? []).filter(({ type }) => type === 'density') }, suffix)
      expect(codes, suffix).toEqual([])
      const back = await parseImage(file)
      expect(Math.abs(of(back.metadata) - dpi), suffix).toBeLessThan(suffix === 'jpg' ? 0.21 : 0.03)
    }
    for (const suffix of ['webp', 'avif', 'gif']) {
      const { codes } = await written(
        { ...pattern(8, 8, 1), metadata: densityMetadata({ unit: 1, x: [dpi * 10, 10], y: [dpi * 10, 10] }) },
        suffix,
      )
      expect(codes, suffix).toEqual(['density'])
    }
  })

  test('says nothing at 72 per inch, or of square pixels without a size; other shapes are kept', async () => {
    expect(densityMetadata({ unit: 1, x: [72, 1], y: [72, 1] })).toEqual([])
    expect(densityMetadata({ unit: 3, x: [2835, 1], y: [2835, 1] })).toEqual([])
    expect(densityMetadata({ unit: 0, x: [1, 1], y: [1, 1] })).toEqual([])
    const metadata = densityMetadata({ unit: 0, x: [8, 1], y: [9, 1] })
    for (const suffix of ['png', 'jpg']) {
      const back = await parseImage((await written({ ...pattern(8, 8), metadata }, suffix)).file)
      expect(densityOf(back.metadata), suffix).toEqual({ unit: 0, x: [8, 1], y: [9, 1] })
    }
    // a picture without any is one of 72 per inch as a TIFF
    expect((await sharp((await written(pattern(8, 8), 'tiff')).file).metadata()).density).toBe(72)
  })

  test('turns with its picture', async () => {
    const wide = densityMetadata({ unit: 1, x: [200, 1], y: [100, 1] })
    const turned = withJpegMetadata(await raw().withMetadata({ orientation: 6 }).jpeg().toBuffer(), wide)
    expect(densityOf((await parseImage(turned)).metadata)).toEqual({ unit: 1, x: [100, 1], y: [200, 1] })
  })
})

describe('IPTC', () => {
  const records = Uint8Array.from(Buffer.from('\x1c\x02\x19\0\x03sea\x1c\x02\x74\0\x05mine!', 'latin1'))

  test('of JPEG and TIFF is carried to the byte, and told where there is no place', async () => {
    const block = iptcBlock(records)
    const jpeg = withJpegMetadata(await raw().jpeg().toBuffer(), [{ type: 'iptc', bytes: block }])
    const tiff = withEntries(openTiff(await raw().tiff().toBuffer()) as never, [{ tag: 33723, bytes: records }])
    for (const file of [jpeg, tiff]) {
      const { image } = await read(file)
      expect(bytesOf(image, 'iptc')).toEqual(block)
      for (const suffix of ['jpg', 'tiff']) {
        const { file, codes } = await written(image, suffix)
        expect(codes).toEqual([])
        expect(iptcIn(bytesOf(await parseImage(file), 'iptc') as Uint8Array), suffix).toEqual(records)
        expect((await sharp(file).metadata()).iptc?.includes(Buffer.from(records)), suffix).toBe(true)
      }
      for (const suffix of ['png', 'webp']) expect((await written(image, suffix)).codes, suffix).toEqual(['iptc'])
    }
  })

  test('of more than a segment is carried in several', async () => {
    const block = iptcBlock(Uint8Array.from({ length: 150_001 }, (_, i) => i))
    const { file } = await written({ ...pattern(8, 8), metadata: [{ type: 'iptc', bytes: block }] }, 'jpg')
    expect(bytesOf(await parseImage(file), 'iptc')).toEqual(block)
  })
})

describe('gain maps', () => {
  const segment = (marker: number, payload: string) =>
    Buffer.concat([Buffer.of(0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 255), Buffer.from(payload, 'latin1')])

  /** A JPEG that is one, by Adobe's XMP or by ISO's segment. */
  async function gainMap(how: 'adobe' | 'iso'): Promise<Uint8Array> {
    const jpeg = await raw().resize(12, 8).greyscale().jpeg().toBuffer()
    const mark =
      how === 'adobe'
        ? segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description hdrgm:Version="1.0"/></x:xmpmeta>')
        : segment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0\0\0\0\0')
    return Uint8Array.from(Buffer.concat([jpeg.subarray(0, 2), mark, jpeg.subarray(2)]))
  }

  test.each(['adobe', 'iso'] as const)('of a JPEG (%s) come back as they were', async (how) => {
    const map = await gainMap(how)
    const source = withJpegMetadata(await raw().jpeg().toBuffer(), [{ type: 'gain-map', bytes: map }])
    const { image, warnings } = await read(source)
    expect(warnings).toEqual([])
    expect(bytesOf(image, 'gain-map')).toEqual(map)
    const { file, codes } = await written(image, 'jpg')
    expect(codes).toEqual([])
    expect(bytesOf(await parseImage(file), 'gain-map')).toEqual(map)
    for (const suffix of ['png', 'webp', 'tiff']) expect((await written(image, suffix)).codes, suffix).toEqual(['gain-map'])
    const part = await decodeImage(await encodeImage(image, { effort: 1 }), { region: { x: 0, y: 0, width: 8, height: 8 } })
    expect(bytesOf(part, 'gain-map')).toBeUndefined()
  })

  test('of a picture that is turned, other pictures, and what stands behind are dropped with a word', async () => {
    const map = await gainMap('adobe')
    const turned = withJpegMetadata(await raw().withMetadata({ orientation: 6 }).jpeg().toBuffer(), [{ type: 'gain-map', bytes: map }])
    expect((await read(turned)).warnings.map(({ code }) => code)).toEqual(['gain-map'])
    const other = Uint8Array.from(await raw().jpeg().toBuffer())
    const pair = withJpegMetadata(await raw().jpeg().toBuffer(), [{ type: 'gain-map', bytes: other }])
    expect((await read(pair)).warnings.map(({ code }) => code)).toEqual(['frames'])
    const film = Buffer.concat([await raw().jpeg().toBuffer(), Buffer.from('....ftypmp42 and so on')])
    expect((await read(film)).warnings).toEqual([{ code: 'frames', message: '22 bytes behind the picture are dropped' }])
    const padded = Buffer.concat([await raw().jpeg().toBuffer(), Buffer.alloc(100)])
    expect((await read(padded)).warnings).toEqual([])
  })

  test('comments and extended XMP are told', async () => {
    const jpeg = await raw().jpeg().toBuffer()
    const more = `http://ns.adobe.com/xmp/extension/\0${'0'.repeat(32)}\0\0\0\x05\0\0\0\0extra`
    const file = Buffer.concat([jpeg.subarray(0, 2), segment(0xfe, 'a word'), segment(0xe1, more), jpeg.subarray(2)])
    expect((await read(file)).warnings).toEqual([
      { code: 'comment', message: 'a comment of 6 bytes is dropped' },
      { code: 'xmp', message: 'extended XMP of 5 bytes is dropped' },
    ])
  })
})

describe('left out', () => {
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="48,51N" exif:Make="A">' +
    '<exif:GPSLongitude>2,21E</exif:GPSLongitude><exif:GPSStatus/><dc:title>sea</dc:title></rdf:Description></x:xmpmeta>'
  const photo = async () => {
    const file = await raw()
      .withMetadata({ exif: { IFD0: { Copyright: 'nobody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 3/1' } } })
      .withXmp(xmp)
      .jpeg()
      .toBuffer()
    return (await parseImage(file)).metadata ?? []
  }

  test('the place alone: EXIF stays readable, and the rest of it and of XMP as it was', async () => {
    const before = await photo()
    const metadata = strippedMetadata(before, { strip: 'gps' })
    const [exif, packet] = ['exif', 'xmp'].map((wanted) => metadata.find(({ type }) => type === wanted)?.bytes as Uint8Array)
    const text = new TextDecoder().decode(packet)
    expect(text).not.toContain('GPS')
    expect(text).toContain('exif:Make="A"')
    expect(text).toContain('<dc:title>sea</dc:title>')
    // 48/1 as two numbers, in either order of bytes
    for (const value of ['30000000' + '01000000', '00000030' + '00000001']) {
      expect(Buffer.from(before[0].bytes).toString('hex').includes(value) && Buffer.from(exif).toString('hex').includes(value)).toBe(false)
    }
    const tags = (bytes: Uint8Array) =>
      Buffer.from(bytes)
        .toString('latin1')
        .match(/nobody/g)?.length
    expect(tags(exif)).toBe(tags(before.find(({ type }) => type === 'exif')?.bytes as Uint8Array))
    const file = await formatImage({ ...pattern(8, 8), metadata }, 'jpg')
    expect((await sharp(file).metadata()).exif?.includes('nobody')).toBe(true)
    expect(strippedMetadata(metadata, { strip: 'gps' })).toEqual(metadata)
  })

  test('all, or all but some kinds', async () => {
    const metadata = [
      ...(await photo()),
      { type: 'cicp' as const, bytes: Uint8Array.of(9, 16, 0, 1) },
      ...densityMetadata({ unit: 1, x: [300, 1], y: [300, 1] }),
    ]
    const kinds = (options: Parameters<typeof strippedMetadata>[1]) => strippedMetadata(metadata, options).map(({ type }) => type)
    expect(kinds({ strip: 'all' })).toEqual([])
    expect(kinds({ keep: ['icc', 'density'] })).toEqual(['cicp', 'density'])
    expect(kinds({ strip: 'all', keep: ['xmp'] })).toEqual(['xmp'])
    expect(kinds({})).toHaveLength(metadata.length)
  })

  test('damaged EXIF is left as it is', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3), Uint8Array.from(Buffer.from('II*\0\x08\0\0\0\xff\xff', 'latin1'))]) {
      expect(strippedMetadata([{ type: 'exif', bytes }], { strip: 'gps' })).toEqual([{ type: 'exif', bytes }])
    }
  })
})
