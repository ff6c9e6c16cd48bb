/**
 * Files taken apart by nothing but the steps that FORMAT.md states for the container layer: signature, chunks, header. This
 * reader shares no code with the program's own. Where the text and the program part, a test fails.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import PRIORS from '../codecs/image/blocks/priors.js'
import { type AudioData, type EncodeAudioOptions, encodeAudio, encodeImage, type ImageData } from '../src/index.js'
import { sha256 } from './hash.js'
import { pattern } from './pictures.js'

interface Chunk {
  type: string
  payload: Uint8Array
  /** From type to CRC. */
  length: number
}

/** "A varint holds 7 bits per byte, least significant first; the upper bit of a byte says that another follows." */
function varint(bytes: Uint8Array, at: { offset: number }): number {
  let value = 0
  for (let place = 1; ; place *= 128) {
    const byte = bytes[at.offset++]
    value += (byte % 128) * place
    if (byte < 128) return value
  }
}

/** "Polynomial 0x1EDC6F41, bits reflected, start value and final XOR 0xFFFFFFFF", bit by bit. */
function crc(bytes: Uint8Array): number {
  const reflected = [...(0x1edc6f41).toString(2).padStart(32, '0')].reverse().join('')
  const polynomial = Number.parseInt(reflected, 2)
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

/** Signature and chunks, to the last byte. */
function chunksOf(file: Uint8Array): Chunk[] {
  expect([...file.subarray(0, 5)]).toEqual([0x8c, 0x4c, 0x41, 0x51, 4])
  const chunks: Chunk[] = []
  const at = { offset: 5 }
  while (at.offset < file.length) {
    const start = at.offset
    const type = String.fromCharCode(file[at.offset++])
    const size = varint(file, at)
    const payload = file.subarray(at.offset, at.offset + size)
    const end = at.offset + size
    const [a, b, c, d] = file.subarray(end, end + 4)
    expect(crc(file.subarray(start, end)), `CRC of ${type}`).toBe(a + 256 * b + 65536 * c + 16777216 * d)
    at.offset = end + 4
    chunks.push({ type, payload, length: at.offset - start })
  }
  expect(at.offset).toBe(file.length)
  return chunks
}

/** Order of an image's chunks, and the index against the data's lengths. @returns chunk types, and the header's payload */
function layoutOf(file: Uint8Array): { types: string; header: Uint8Array } {
  const chunks = chunksOf(file)
  const types = chunks.map(({ type }) => type).join('')
  expect(types).toMatch(/^Hp?[iextI]*D+$/)
  const data = chunks.filter(({ type }) => type === 'D')
  const [index] = chunks.filter(({ type }) => type === 'I')
  expect(Boolean(index)).toBe(data.length > 1)
  if (index) {
    const at = { offset: 0 }
    expect(data.map(() => varint(index.payload, at))).toEqual(data.map(({ length }) => length))
    expect(at.offset).toBe(index.payload.length)
  }
  return { types, header: chunks[0].payload }
}

function imageHeader(payload: Uint8Array) {
  const at = { offset: 1 }
  const [width, height] = [varint(payload, at), varint(payload, at)]
  const format = payload[at.offset++]
  const tileSize = payload[at.offset++] * 64
  const step = varint(payload, at)
  const chromaStep = payload[at.offset++] - 48
  const weighting = [...payload.subarray(at.offset, at.offset + 2)]
  const offsets = payload[at.offset + 2]
  const channels = (format % 4) + 1
  const hasAlpha = channels === 2 || channels === 4
  expect(payload.length, 'nothing follows').toBe(at.offset + 3 + (hasAlpha ? 1 : 0))
  expect([step >= 0 && step <= 383, chromaStep >= -48 && chromaStep <= 48, tileSize <= 2048]).toEqual([true, true, true])
  return {
    kind: payload[0],
    width,
    height,
    channels,
    step,
    alphaStep: hasAlpha ? payload[at.offset + 3] - 128 : undefined,
    bitDepth: ((format >> 2) & 15) + 8,
    transform: (format >> 6) & 1,
    stepField: format >> 7,
    tileSize,
    weighting,
    offsets,
  }
}

test('the file that FORMAT.md takes apart is the one of test/conformance, to the byte, and its header says so', () => {
  const text = readFileSync(new URL('../FORMAT.md', import.meta.url), 'utf8')
  const [, dump] = /^## A file, byte by byte\n([\s\S]*?)^## /m.exec(text)!
  const lines = [...dump.matchAll(/^ {4}([\dA-F]{2}) {2}((?:[\dA-F]{2} )*[\dA-F]{2})(?: {2,}|$)/gm)]
  const bytes: number[] = []
  for (const [, offset, row] of lines) {
    expect(Number.parseInt(offset, 16), `bytes before ${offset}`).toBe(bytes.length)
    bytes.push(...row.split(' ').map((byte) => Number.parseInt(byte, 16)))
  }
  const file = new Uint8Array(readFileSync(new URL('conformance/grey.laq', import.meta.url)))
  expect(bytes).toEqual([...file])
  const { types, header } = layoutOf(file)
  expect(types).toBe('HD')
  const facts = {
    width: 21,
    height: 13,
    channels: 1,
    bitDepth: 8,
    transform: 0,
    stepField: 0,
    tileSize: 0,
    step: 250,
    weighting: [88, 132],
  }
  expect(imageHeader(header)).toMatchObject(facts)
})

const icc = { type: 'icc' as const, bytes: Uint8Array.of(1, 2, 3) }
const exif = { type: 'exif' as const, bytes: new Uint8Array(200).fill(7) }

test.each<[string, ImageData, object, string, object]>([
  ['RGB', pattern(150, 100), {}, 'HD', { channels: 3, bitDepth: 8, transform: 0, tileSize: 0 }],
  ['RGBA of 16 bits in tiles', pattern(150, 100, 4, 16), { tileSize: 64 }, 'HIDDDDDD', { channels: 4, bitDepth: 16, tileSize: 64 }],
  [
    'RGBA, another quality of alpha',
    pattern(30, 30, 4),
    { quality: 75, alphaQuality: 90, tune: 'psnr' },
    'HD',
    { step: 203, alphaStep: -46 },
  ],
  ['grey, 12 bits, flat field', pattern(40, 30, 1, 12), { laq: 0 }, 'HD', { channels: 1, bitDepth: 12, stepField: 0 }],
  ['wavelet', pattern(150, 100), { transform: 'wavelet' }, 'HIDDDD', { transform: 1 }],
])('the container of an image: %s', async (_, image, options, types, facts) => {
  const found = layoutOf(await encodeImage(image, options))
  expect(found.types).toBe(types)
  const { width, height } = image
  expect(imageHeader(found.header)).toMatchObject({ kind: 0, width, height, ...facts })
})

test('metadata stand between header and data, byte for byte', async () => {
  const file = await encodeImage({ ...pattern(20, 20), metadata: [icc, exif] })
  expect(layoutOf(file).types.replace('I', '')).toBe('HieD')
  const carried = chunksOf(file).filter(({ type }) => type === 'i' || type === 'e')
  expect(carried.map(({ payload }) => payload)).toEqual([icc.bytes, exif.bytes])
})

test('a preview follows the header, and is a file of its own', async () => {
  const file = await encodeImage({ ...pattern(200, 90, 4, 12), metadata: [icc] }, { preview: true, tileSize: 64 })
  expect(layoutOf(file).types).toMatch(/^Hp[iI]+D{8}$/)
  const [header, preview] = chunksOf(file)
  const found = imageHeader(layoutOf(preview.payload).header)
  expect(found).toMatchObject({ width: 25, height: 12, channels: 4, bitDepth: 12 })
  expect(imageHeader(header.payload)).toMatchObject({ width: 200, height: 90, channels: 4, bitDepth: 12 })
})

test('the fixed cost of a colour image is at most 40 bytes', async () => {
  const file = await encodeImage(pattern(64, 64))
  const data = chunksOf(file).find(({ type }) => type === 'D')!
  expect(file.length - data.payload.length).toBeLessThanOrEqual(40)
})

test('the trained states are those that FORMAT.md names by their hash', () => {
  const trained = Buffer.from(PRIORS, 'base64')
  const text = readFileSync(new URL('../FORMAT.md', import.meta.url), 'utf8')
  expect(text).toContain(`${trained.length} bytes, in base64 in codecs/image/blocks/priors.ts, SHA-256 ${sha256(trained)}`)
})

/** Kernels by the heading of FORMAT.md under which their states are. */
const KERNELS = {
  'Image tiles': 'codecs/image/blocks/kernel',
  Alpha: 'codecs/image/alpha/kernel',
  Audio: 'codecs/audio/lossy/kernel',
  'Lossless segments': 'codecs/audio/lossless/kernel',
}

/** Text of FORMAT.md under a heading, up to the next one of its rank. */
function sectionOf(heading: string): string {
  const text = readFileSync(new URL('../FORMAT.md', import.meta.url), 'utf8')
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`))!
}

/** From the one that binds least. */
const OPERATORS: [string, (a: number, b: number) => number][] = [
  [' << ', (a, b) => a << b],
  [' + ', (a, b) => a + b],
  [' * ', (a, b) => a * b],
]

/** Integer constants of a kernel, and how many states, or APMs, each of its tables has: as the source has them, sums of products. */
function numbersOf(folder: string) {
  const sources = new URL(`../${folder}/`, import.meta.url)
  const source = readdirSync(sources)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, sources), 'utf8'))
    .join('\n')
  const constants = new Map<string, string>()
  for (const [, name, sum] of source.matchAll(/^(?:export )?const ([A-Z]\w*): i32 = (.+?)(?: \/\/.*)?$/gm)) constants.set(name, sum)
  const numberOf = (term: string): number => {
    for (const [operator, combine] of OPERATORS) if (term.includes(operator)) return term.split(operator).map(numberOf).reduce(combine)
    return constants.has(term) ? numberOf(constants.get(term)!) : Number(term)
  }
  const tables = source.matchAll(/^ +(?:const |\w+\.)(\w+) = fresh(?:States|Apms)\((.+)\)$/gm)
  return { constants, numberOf, tables: new Map([...tables].map(([, name, count]) => [name, numberOf(count)])) }
}

test.each(Object.entries(KERNELS))(
  'contexts that FORMAT.md names under %s are those of the kernel, and begin where it says',
  (heading, folder) => {
    const { constants, numberOf } = numbersOf(folder)
    const told = [...sectionOf(heading).matchAll(/`([A-Z][A-Z_]+)` *\| *(\d+) \|/g)].map(
      ([, name, first]) => [name, Number(first)] as const,
    )
    expect(told.map(([name]) => [name, numberOf(name)])).toEqual(told)
    const contexts = [...constants.keys()].filter((name) => /(^|_)BY_/.test(name))
    expect(told.map(([name]) => name)).toEqual(expect.arrayContaining(contexts))
  },
)

test.each(Object.entries(KERNELS).slice(1))(
  'tables that FORMAT.md names under %s are those of the kernel, and as large',
  (heading, folder) => {
    const told = sectionOf(heading).matchAll(/`([a-z]\w*)` (?: *\| *(\d+) \||\((\d+) states\))/g)
    const sizes = new Map<string, number>()
    for (const [, name, inTable, inText] of told) {
      const size = Number(inTable ?? inText)
      expect(sizes.get(name) ?? size, `${name}, told twice`).toBe(size)
      sizes.set(name, size)
    }
    expect(Object.fromEntries(sizes)).toEqual(Object.fromEntries(numbersOf(folder).tables))
  },
)

test.each([
  ['Audio', 8192 / 16],
  ['Lossless segments', 280],
])('contexts under %s have room for as many states as FORMAT.md says', (heading, size) => {
  const told = [...sectionOf(heading).matchAll(/`[A-Z][A-Z_]+` *\| *(\d+) \| *(\d+) \|/g)].map((row) => row.slice(1).map(Number))
  expect(told.length).toBeGreaterThan(2)
  for (const [i, [first, count]] of told.entries()) expect(first + count).toBeLessThanOrEqual(told[i + 1]?.[0] ?? size)
})

const MODES = ['lossy', 'lossless', 'hybrid']

function audioHeader(payload: Uint8Array) {
  const at = { offset: 1 }
  const mode = MODES[payload[at.offset++]]
  const sampleRateHz = varint(payload, at)
  const channels = payload[at.offset++]
  const sampleFormat = ['u8', 's16', 's24', 's32', 'f32', 'f64'][payload[at.offset++]]
  const channelMask = varint(payload, at)
  const told = varint(payload, at)
  const length = told === 0 ? undefined : told - 1
  const facts = { kind: payload[0], mode, sampleRateHz, channels, sampleFormat, channelMask, length }
  if (mode === 'lossless') {
    const [first, others] = [varint(payload, at), varint(payload, at)]
    expect(payload.length, 'nothing follows').toBe(at.offset)
    return { ...facts, segments: (samples: number) => (samples === 0 ? 0 : 1 + Math.max(0, Math.ceil((samples - first) / others))) }
  }
  const log2 = payload[at.offset++]
  const lines = 2 ** (log2 & 15)
  const segmentFrames = varint(payload, at)
  const firstFrames = log2 & 16 ? varint(payload, at) : segmentFrames
  expect([log2 >> 5, log2 & 16 ? firstFrames < segmentFrames : true]).toEqual([0, true])
  const [alpha, tilt, noise] = payload.subarray(at.offset)
  expect(payload.length, 'nothing follows').toBe(at.offset + 3)
  expect([alpha <= 96, tilt <= 64, noise <= 16]).toEqual([true, true, true])
  const others = (samples: number) => Math.max(0, Math.ceil((Math.ceil(samples / lines) + 1 - firstFrames) / segmentFrames))
  return { ...facts, segments: (samples: number) => (samples === 0 ? 0 : 1 + others(samples)) }
}

/** Order of a sound's chunks, numbers of its segments, and the end. @returns chunk types, the header's payload, and what the end says */
function soundLayoutOf(file: Uint8Array) {
  const chunks = chunksOf(file)
  const types = chunks.map(({ type }) => type).join('')
  expect(types).toMatch(/^H[iext]*(Dc?)*[iext]*E$/)
  const data = chunks.filter(({ type }) => type === 'D')
  const corrections = chunks.filter(({ type }) => type === 'c')
  const end = chunks[chunks.length - 1]
  const at = { offset: 0 }
  const length = varint(end.payload, at)
  const md5 = end.payload.subarray(at.offset + 1, at.offset + 1 + end.payload[at.offset])
  at.offset += 1 + md5.length
  const index: number[] = []
  while (at.offset < end.payload.length - 4) index.push(varint(end.payload, at))
  expect(index).toEqual(chunks.filter(({ type }) => type === 'D' || type === 'c').map((chunk) => chunk.length))
  const [a, b, c, d] = end.payload.subarray(-4)
  expect(a + 256 * b + 65536 * c + 16777216 * d, 'distance').toBe(end.length)
  for (const [i, { payload }] of data.entries()) {
    const head = { offset: 0 }
    const isLast = i === data.length - 1
    expect(varint(payload, head)).toBe(2 * i + (isLast ? 1 : 0))
    if (isLast) expect(varint(payload, head)).toBe(length)
  }
  for (const [i, { payload }] of corrections.entries()) expect(varint(payload, { offset: 0 })).toBe(i)
  return { types, header: chunks[0].payload, length, md5, segments: data.length, corrections: corrections.length }
}

const tone = (length: number) => Float32Array.from({ length }, (_, i) => Math.round((2 ** 14 * Math.sin(i / 20)) / 2) / 2 ** 15)

const stereo: AudioData = { sampleRateHz: 44100, sampleFormat: 's16', channels: [tone(110250), tone(110250)] }

test.each<[string, AudioData, EncodeAudioOptions]>([
  ['stereo, 2.5 s', stereo, {}],
  ['5.1', { sampleRateHz: 8000, sampleFormat: 'f32', channelMask: 0x3f, channels: [1, 2, 3, 4, 5, 6].map(() => tone(1000)) }, {}],
  ['nothing', { sampleRateHz: 96000, sampleFormat: 's24', channels: [tone(0)] }, {}],
  ['stereo, lossless', stereo, { lossless: true }],
  ['stereo, hybrid', stereo, { lossless: true, lossyBitrate: 64 }],
  ['nothing, lossless', { sampleRateHz: 8000, sampleFormat: 'u8', channels: [tone(0)] }, { lossless: true }],
])('the container of a sound: %s', async (_, sound, options) => {
  const found = soundLayoutOf(await encodeAudio(sound, options))
  const { sampleRateHz, sampleFormat, channelMask = 0, channels } = sound
  const header = audioHeader(found.header)
  const { length } = channels[0]
  expect(header).toMatchObject({ kind: 1, sampleRateHz, sampleFormat, channelMask, channels: channels.length, length })
  expect(header.mode).toBe(options.lossless ? (options.lossyBitrate ? 'hybrid' : 'lossless') : 'lossy')
  expect(found.length).toBe(length)
  expect(found.segments).toBe(header.segments(length))
  expect(found.corrections).toBe(header.mode === 'hybrid' ? found.segments : 0)
  expect(found.md5.length).toBe(options.lossless ? 16 : 0)
})

test('metadata of a sound that are large stand behind it, so that it begins early', async () => {
  const metadata = [1000, 20_000, 10].map((size) => ({ type: 'tag' as const, bytes: new Uint8Array(size).fill(65) }))
  const file = await encodeAudio({ ...stereo, metadata })
  expect(soundLayoutOf(file).types).toMatch(/^HtD+ttE$/)
  const carried = chunksOf(file).filter(({ type }) => type === 't')
  expect(carried.map(({ payload }) => payload.length)).toEqual([1000, 20_000, 10])
})
