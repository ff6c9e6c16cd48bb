/** Pictures of formats that sharp does not read by itself, damaged ones, and files that are no pictures. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Warning } from '../../../src/calls/warnings.js'
import { parseImage } from '../../../src/io/image/image.js'
import { writePng } from '../../../src/io/image/png.js'
import { openTiff, readDirectory, withEntries } from '../../../src/io/image/tiffdirectory.js'
import { folder } from '../../cli/laq.js'
import { pattern } from '../../pictures.js'

const { width, height, data } = pattern(64, 48)
const raw = () => sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })

async function read(file: Uint8Array, tolerant = false) {
  const warnings: Warning[] = []
  const result = await parseImage(file, undefined, { tolerant, onWarning: (warning) => warnings.push(warning) }).catch((error) => error)
  return { result, codes: warnings.map(({ code }) => code), warnings }
}

function box(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

test('of an AVIF animation, the picture that stands beside it', async () => {
  const still = await raw().avif({ quality: 60 }).toBuffer()
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32BE(6, 8)
  const movie = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz'].reduceRight<Buffer>((inner, type) => box(type, inner), sizes)
  const animated = Buffer.concat([still, movie])
  // the brand that comes first, and one of those that it is compatible with
  for (const at of [8, 16]) animated.write('avis', at, 'latin1')
  const { result, warnings } = await read(animated)
  expect(warnings).toEqual([{ code: 'frames', message: 'only the first of 6 frames or pages is read' }])
  expect(Buffer.from(result.data).equals(await sharp(still).raw().toBuffer())).toBe(true)
})

describe('pages and frames of', () => {
  const pages = Buffer.concat([Buffer.from(data), Buffer.from(data).reverse()])
  const stack = () => sharp(pages, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } as never })
  test.each([
    ['GIF', () => stack().gif()],
    ['WebP', () => stack().webp()],
    ['TIFF', () => stack().tiff()],
  ])('%s are told', async (_, make) => {
    expect((await read(await make().toBuffer())).codes).toEqual(['frames'])
  })
})

describe('TIFF', () => {
  const tagged = async (tag: number, value: number) => {
    const tiff = openTiff(Uint8Array.from(await raw().tiff({ compression: 'none' }).toBuffer()))!
    const entry = readDirectory(tiff, tiff.first).entries.find((found) => found.tag === tag)!
    tiff.view.setUint16(entry.valueAt, value, tiff.littleEndian)
    return tiff.bytes
  }

  test('of a compression that decodes to nothing is refused', async () => {
    for (const compression of [6, 9, 32809]) {
      const { result } = await read(await tagged(259, compression))
      expect(result, String(compression)).toBeInstanceOf(Error)
      expect(['malformed', 'unsupported']).toContain(result.code)
    }
  })

  test('with fields that nobody knows is read', async () => {
    const tiff = openTiff(Uint8Array.from(await raw().tiff({ compression: 'lzw' }).toBuffer()))!
    const { result } = await read(withEntries(tiff, [{ tag: 65000, bytes: Uint8Array.of(1, 2, 3, 4, 5) }]))
    expect(Buffer.from(result.data).equals(Buffer.from(data))).toBe(true)
  })

  test('whose own fields go is told', async () => {
    const tiff = openTiff(Uint8Array.from(await raw().tiff({ compression: 'lzw' }).toBuffer()))!
    const { warnings } = await read(withEntries(tiff, [{ tag: 315, bytes: Buffer.from('somebody\0') }]))
    expect(warnings).toEqual([{ code: 'exif', message: 'fields of TIFF are dropped: Artist' }])
  })
})

describe('damaged pictures', () => {
  const half = (file: Uint8Array) => file.subarray(0, Math.floor(file.length * 0.6))
  test.each([
    ['JPEG', () => raw().jpeg().toBuffer()],
    ['WebP', () => raw().webp({ lossless: true }).toBuffer()],
    ['GIF', () => raw().gif().toBuffer()],
    ['PNG', () => writePng(pattern(64, 48))],
  ])('%s: refused, or with tolerance read as far as it goes', async (_, make) => {
    const cut = half(await make())
    const refused = await read(cut)
    expect(refused.result).toBeInstanceOf(Error)
    expect(['malformed', 'truncated']).toContain(refused.result.code)
    const { result, codes } = await read(cut, true)
    // libwebp gives up on some
    if (result instanceof Error) expect(_).toBe('WebP')
    else {
      expect([result.width, result.height]).toEqual([64, 48])
      expect(codes).toContain('damaged')
    }
  })

  test('whole ones are read alike', async () => {
    const file = await raw().jpeg().toBuffer()
    expect(await read(file, true)).toEqual(await read(file))
  })
})

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A file that a program makes of a PNG. */
async function madeBy(program: string, suffix: string, words: (input: string, output: string) => string[]): Promise<Buffer> {
  const cwd = folder()
  const [input, output] = [join(cwd, 'a.png'), join(cwd, `a.${suffix}`)]
  writeFileSync(input, await writePng(pattern(64, 48)))
  execFileSync(program, words(input, output), { stdio: 'ignore' })
  return readFileSync(output)
}

async function withoutPrograms<T>(work: () => Promise<T>): Promise<T> {
  const { PATH } = process.env
  process.env.PATH = '/nowhere'
  try {
    return await work()
  } finally {
    process.env.PATH = PATH
  }
}

describe('HEIC and JPEG XL', () => {
  test.runIf(has('heif-enc'))('HEIC is read by heif-convert, or told by name', async () => {
    const file = await madeBy('heif-enc', 'heic', (input, output) => [input, '-o', output, '-q', '90'])
    const { result, codes } = await read(file)
    expect([result.width, result.height, result.channels]).toEqual([64, 48, 3])
    expect(codes).toEqual([])
    const without = await withoutPrograms(() => read(file))
    expect(without.result.code).toBe('unsupported')
    expect(without.result.message).toBe('HEIC is read by heif-convert, which is not installed (package libheif-examples)')
  })

  test.runIf(has('cjxl') && has('djxl'))('JPEG XL is read by djxl', async () => {
    const file = await madeBy('cjxl', 'jxl', (input, output) => [input, output, '-d', '0'])
    const { result } = await read(file)
    expect(Buffer.from(result.data).equals(Buffer.from(data))).toBe(true)
  })

  test('JPEG XL is told by name, bare and in boxes', async () => {
    for (const file of [Buffer.of(0xff, 0x0a, 1, 2, 3), Buffer.from('0000000c4a584c200d0a870a00000000', 'hex')]) {
      const { result } = await withoutPrograms(() => read(file))
      expect(result.message).toBe('JPEG XL is read by djxl, which is not installed (package libjxl-tools)')
    }
  })
})

test('what is not known is called so, with the bytes that it begins with', async () => {
  const cases: [Uint8Array, string][] = [
    [Buffer.from('hello, world, here I am'), 'it begins with 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 2c 20 68 65 "hello, world, he"'],
    [Buffer.of(1, 2, 3), 'it begins with 01 02 03 "..."'],
    [Buffer.from('%PDF-1.7\n'), 'PDF, which begins with 25 50 44 46 2d 31 2e 37 0a "%PDF-1.7."'],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'SVG, which begins'],
    [Buffer.from('8BPS\0\x01'), 'Photoshop, which begins'],
  ]
  for (const [bytes, message] of cases) {
    const { result } = await read(bytes)
    expect(result.code).toBe('unsupported')
    expect(result.message).toContain(`not a picture or sound that laq reads: ${message}`)
  }
})
