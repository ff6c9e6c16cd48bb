import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../src/image.js'
import { densityMetadata } from '../../../src/io/image/density.js'
import { orientationOf } from '../../../src/io/image/exif.js'
import { formatImage, parseImage } from '../../../src/io/image/image.js'

const width = 6
const height = 4
const noise = (length: number, seed = 1) => Buffer.from(Uint8Array.from({ length }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24))
const rgb = () => sharp(noise(width * height * 3), { raw: { width, height, channels: 3 } })

test('lossless formats give back the samples', async () => {
  const samples = [...noise(width * height * 3)]
  for (const bytes of [await rgb().webp({ lossless: true }).toBuffer(), await rgb().tiff({ compression: 'lzw' }).toBuffer()]) {
    const image = await parseImage(bytes)
    expect([image.width, image.height, image.channels, image.bitDepth]).toEqual([width, height, 3, 8])
    expect([...image.data]).toEqual(samples)
  }
})

test('JPEG is what sharp decodes', async () => {
  const bytes = await rgb().jpeg({ quality: 80 }).toBuffer()
  expect(Buffer.from((await parseImage(bytes)).data)).toEqual(await sharp(bytes).raw().toBuffer())
})

test('grey stays one channel, grey with alpha two', async () => {
  const grey = await sharp(noise(24), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .tiff({ compression: 'lzw' })
    .toBuffer()
  expect(await parseImage(grey)).toMatchObject({ channels: 1, bitDepth: 8, data: new Uint8Array(noise(24)) })
  const jpeg = await sharp(noise(24), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .jpeg()
    .toBuffer()
  expect((await parseImage(jpeg)).channels).toBe(1)
})

test('16-bit TIFF and 10-bit AVIF keep their depth', async () => {
  const deep = Uint16Array.from({ length: 72 }, (_, i) => i * 900)
  const raw = () => sharp(deep, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
  const tiff = await parseImage(await raw().tiff({ compression: 'lzw' }).toBuffer())
  expect(tiff.bitDepth).toBe(16)
  expect(tiff.data).toEqual(deep)
  const avif = await parseImage(await raw().avif({ lossless: true, bitdepth: 10 }).toBuffer())
  expect(avif.bitDepth).toBe(10)
  expect(Math.max(...avif.data)).toBeLessThan(1024)
  expect(avif.data[70]).toBeGreaterThan(900)
})

test('of an animation, the first frame', async () => {
  const frames = Buffer.concat([Buffer.alloc(48, 255), Buffer.alloc(48, 0)])
  const gif = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } as never })
    .gif()
    .toBuffer()
  const image = await parseImage(gif)
  expect([image.width, image.height, image.channels]).toEqual([4, 4, 3])
  expect([...image.data.subarray(0, 3)]).toEqual([255, 255, 255])
})

describe('orientation', () => {
  test('is applied and the tag reset, in every format alike', async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const tagged = () => rgb().withMetadata({ orientation })
      const files = [
        await tagged().png().toBuffer(),
        await tagged().webp({ lossless: true }).toBuffer(),
        await tagged().tiff({ compression: 'lzw' }).toBuffer(),
      ]
      const wanted = await sharp(files[1]).autoOrient().raw().toBuffer({ resolveWithObject: true })
      for (const bytes of files) {
        const image = await parseImage(bytes)
        expect([image.width, image.height]).toEqual([wanted.info.width, wanted.info.height])
        expect(Buffer.from(image.data).equals(wanted.data), `orientation ${orientation}`).toBe(true)
        expect(orientationOf(image.metadata)).toBe(1)
      }
    }
  })
})

test('ICC, EXIF and XMP survive a way through every format that has room for them', async () => {
  const source = await parseImage(
    await rgb().withMetadata({ orientation: 6, icc: 'p3' }).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>').jpeg().toBuffer(),
  )
  expect(source.metadata?.map(({ type }) => type)).toEqual(['icc', 'exif', 'xmp'])
  for (const suffix of ['png', 'jpg', 'webp', 'avif', 'tiff']) {
    const back = await parseImage(await formatImage(source, suffix))
    expect([back.width, back.height], suffix).toEqual([source.width, source.height])
    for (const { type, bytes } of source.metadata!) {
      if (suffix === 'tiff' && type === 'exif') continue // libvips writes none there
      const found = back.metadata?.find((other) => other.type === type)
      expect(found, `${suffix}: ${type}`).toBeDefined()
      // libexif writes EXIF anew: its bytes are its own
      if (type !== 'exif') expect(Buffer.from(found!.bytes).equals(bytes), `${suffix}: ${type}`).toBe(true)
    }
  }
})

test('lossless outputs hold the exact samples, 8 and 16 bits', async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    const data = new Uint8Array(noise(width * height * channels, 5))
    const image: ImageData = { width, height, channels, bitDepth: 8, data }
    expect((await parseImage(await formatImage(image, 'tiff'))).data, `tiff ${channels}`).toEqual(data)
    const deep: ImageData = { ...image, bitDepth: 16, data: Uint16Array.from(data, (v) => v * 257 + 1 - (v >> 7)) }
    expect((await parseImage(await formatImage(deep, 'tif'))).data, `16-bit tiff ${channels}`).toEqual(deep.data)
  }
})

/** Every kind of sample, and colours below alpha 0. */
function patchwork(width: number, height: number, channels: ImageData['channels'], bitDepth: number): ImageData {
  const most = 2 ** bitDepth - 1
  const all = new (bitDepth > 8 ? Uint16Array : Uint8Array)(width * height * channels + 8)
  for (let i = 0; i < all.length; i++) {
    const isFlat = (i >> 12) % 3 === 0
    const value = isFlat ? (i >> 12) * 37 : Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 12
    all[i] = channels % 2 === 0 && i % channels === channels - 1 ? [0, most, value % (most + 1)][(i >> 9) % 3] : value % (most + 1)
  }
  // a view on a larger buffer
  return { width, height, channels, bitDepth, data: all.subarray(8 - (8 % channels), 8 - (8 % channels) + width * height * channels) }
}

test('large pictures are written exactly, too: PNG of any depth and channels, WebP with colours below alpha 0', async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    const [width, height] = [1031, Math.ceil(2 ** 20 / 1031 / channels)]
    for (const bitDepth of [8, 10, 16]) {
      const image = patchwork(width, height, channels, bitDepth)
      const file = await formatImage({ ...image, metadata: densityMetadata({ unit: 1, x: [300, 1], y: [300, 1] }) }, 'png')
      expect(file.toString('latin1').split('pHYs').length).toBe(2)
      const back = await parseImage(file)
      expect(back).toMatchObject({ width, height, channels, bitDepth: bitDepth > 8 ? 16 : 8 })
      const scale = bitDepth === 10 ? 65535 / 1023 : 1
      expect(
        back.data.every((value, i) => value === Math.round(image.data[i] * scale)),
        `${channels} of ${bitDepth} bits`,
      ).toBe(true)
    }
    for (const side of [40, 1200]) {
      const image = patchwork(side, side, channels, 8)
      const back = await parseImage(await formatImage(image, 'webp'))
      // WebP has no grey, and drops alpha that says nothing
      const kept = (i: number) => (channels < 3 ? [0, 0, 0, 1] : [0, 1, 2, 3])[i % back.channels]
      const same = back.data.every((value, i) => value === image.data[Math.floor(i / back.channels) * channels + kept(i)])
      expect([back.channels, same], `WebP ${channels}, ${side}`).toEqual([channels % 2 === 0 ? 4 : 3, true])
    }
  }
})

test('a quality is that of formats that are lossy', async () => {
  const image = patchwork(64, 64, 3, 8)
  for (const suffix of ['jpg', 'webp', 'avif', 'JPEG']) {
    const sizes = []
    for (const quality of [10, 50, 90]) sizes.push((await formatImage(image, suffix, { quality })).length)
    expect(
      [...sizes].sort((a, b) => a - b),
      suffix,
    ).toEqual(sizes)
  }
  for (const suffix of ['png', 'tiff', 'gif']) await expect(formatImage(image, suffix, { quality: 50 })).rejects.toThrow(RangeError)
})

describe('refused', () => {
  test('an unknown suffix', async () => {
    const image: ImageData = { width: 1, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(1) }
    await expect(formatImage(image, 'bmp')).rejects.toThrow('images are not written as .bmp')
  })
  test('too many pixels, from the header', async () => {
    const error = await parseImage(await rgb().jpeg().toBuffer(), { pixels: 23 }).catch((error) => error)
    expect(`${error.code}: ${error.message}`).toBe('limit: 24 pixels are more than the limit of 23')
  })
  test('nothing, text, SVG, and half a JPEG', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    const jpeg = await sharp(noise(30000), { raw: { width: 100, height: 100, channels: 3 } })
      .jpeg()
      .toBuffer()
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello, world'), svg, jpeg.subarray(0, jpeg.length >> 1)]) {
      const error = await parseImage(bytes).catch((error) => error)
      expect(error).toBeInstanceOf(LaqError)
      expect(error.message).not.toContain('\n')
    }
  })
})
