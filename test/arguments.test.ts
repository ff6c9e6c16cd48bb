/** What calls take: options by name and kind, bytes and samples in whatever callers hold them, and words for what is neither. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AudioDecoderStream,
  decodeAudio,
  decodeBlocks,
  decodeImage,
  encodeAudio,
  encodeBlocks,
  encodeImage,
  inspect,
  setKernel,
  stripAudio,
} from '../src/index.js'
import { audioMetrics, butteraugli, imageMetrics, peaq, psnr, ssim, ssimulacra2 } from '../src/metrics.js'
import {
  createPool,
  decodeAudioFile,
  decodeAudioStream,
  decodeImageFile,
  encodeAudioStream,
  readAudio,
  readImage,
  writeAudio,
  writeImage,
} from '../src/node.js'
import { pattern } from './pictures.js'

const image = pattern(40, 30)
const sound = {
  sampleRateHz: 8000,
  sampleFormat: 's16' as const,
  channels: [Float32Array.from({ length: 4000 }, (_, i) => Math.round(9000 * Math.sin(i / 9)) / 32768)],
}
let picture: Uint8Array<ArrayBuffer>
let recording: Uint8Array<ArrayBuffer>
const folder = mkdtempSync(join(tmpdir(), 'laq-arguments-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(async () => {
  picture = await encodeImage(image)
  recording = await encodeAudio(sound, { lossless: true, lossyQuality: 50 })
  writeFileSync(join(folder, 'a.laq'), picture)
  writeFileSync(join(folder, 'b.laq'), recording)
}, 120_000)

/** Options that are wrong, whatever their type says. */
const loose = (options: unknown) => options as never
const first = async (blocks: AsyncIterable<unknown>) => {
  for await (const block of blocks) return block
}
const failureOf = async (call: () => unknown): Promise<Error> => {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
const name = (file: string) => join(folder, file)

describe('options', () => {
  test.each<[string, () => unknown, ErrorConstructor, RegExp]>([
    ['tune', () => encodeImage(image, loose({ tune: 'PSNR' })), RangeError, /tune is 'PSNR', not 'perceptual' or 'psnr'/],
    ['chroma', () => encodeImage(image, loose({ chroma: '420' })), RangeError, /chroma is '420', not '4:4:4' or '4:2:0'/],
    ['transform', () => encodeImage(image, loose({ transform: 'foo' })), RangeError, /transform is 'foo', not 'dct' or 'wavelet'/],
    ['effort', () => encodeImage(image, { effort: 5.5 }), RangeError, /effort is 5.5, not an integer in 1..9/],
    ['effort', () => encodeAudio(sound, { effort: 5.5 }), RangeError, /effort is 5.5, not an integer in 1..9/],
    ['tile size', () => encodeImage(image, { tileSize: 100 }), RangeError, /tileSize is 100, not a multiple of 64/],
    ['quality', () => encodeImage(image, loose({ quality: '75' })), TypeError, /quality is a string, not a number/],
    ['quality', () => encodeImage(image, { quality: Number.NaN }), RangeError, /quality is NaN, not in 0..100/],
    ['quality', () => encodeAudio(sound, loose({ quality: null })), TypeError, /quality is null, not a number/],
    ['preview', () => encodeImage(image, loose({ preview: 1 })), TypeError, /preview is 1, not true or false/],
    ['a name', () => encodeImage(image, loose({ qualtiy: 3 })), TypeError, /no option is named 'qualtiy'; there are quality, alphaQuality/],
    ['a name', () => encodeAudio(sound, loose({ bitRate: 3 })), TypeError, /no option is named 'bitRate'; there are quality, bitrate/],
    ['no options', () => encodeImage(image, loose(75)), TypeError, /encodeImage: 75, not an object of options/],
    ['no options', () => decodeImage(picture, loose(null)), TypeError, /decodeImage: null, not an object of options/],
    ['scale', () => decodeImage(picture, loose({ scale: 3 })), RangeError, /scale is 3, not 1, 2, 4 or 8/],
    ['region', () => decodeImage(picture, loose({ region: '1,2,3,4' })), TypeError, /region is a string/],
    ['limits', () => decodeImage(picture, loose({ limits: { pixel: 3 } })), TypeError, /limits: no option is named 'pixel'/],
    ['limits', () => decodeAudio(recording, loose({ limits: { samples: '3' } })), TypeError, /samples is a string/],
    ['unit', () => decodeAudio(recording, loose({ unit: 'ms' })), RangeError, /unit is 'ms', not 'seconds' or 'samples'/],
    ['from', () => decodeAudio(recording, loose({ from: '1' })), TypeError, /from is a string/],
    ['signal', () => encodeImage(image, loose({ signal: {} })), TypeError, /signal is an object, not an AbortSignal/],
    ['runner', () => encodeImage(image, loose({ runner: 4 })), TypeError, /runner is 4, not a runner/],
    ['progress', () => encodeAudio(sound, loose({ onProgress: true })), TypeError, /onProgress is true, not a function/],
    ['a stream', () => first(encodeBlocks([], { ...sound, channels: 1 }, loose({ effort: 0 }))), RangeError, /effort is 0/],
    ['a stream', () => first(decodeBlocks([recording], loose({ from: 1 }))), TypeError, /no option is named 'from'/],
    ['inspect', () => inspect(picture, loose({ details: true })), TypeError, /no option is named 'details'; there are limits, detail/],
    ['strip', () => stripAudio(recording, loose({ limit: 1 })), TypeError, /no option is named 'limit'/],
    ['a metric', () => ssimulacra2(image, image, loose({ maps: true })), TypeError, /no option is named 'maps'/],
    ['a metric', () => butteraugli(image, image, loose({ intensityTarget: '80' })), TypeError, /intensityTarget is a string/],
    ['a metric', () => psnr(image, image, loose({ background: 'white' })), TypeError, /background is a string/],
    ['a metric', () => ssim(image, image, loose({ background: [1, 1, 255] })), RangeError, /blue of the background is 255, not in 0..1/],
    ['metrics', () => imageMetrics(image, image, loose(['vmaf'])), RangeError, /a metric is 'vmaf', not 'psnrRgbDb', 'psnrYDb'/],
    ['metrics', () => audioMetrics(sound, sound, loose('odgBasic')), TypeError, /names of metrics is a string, not an array/],
    ['metrics', () => peaq(sound, sound, loose({ model: 'Basic' })), RangeError, /model is 'Basic', not 'basic' or 'advanced'/],
    ['a pool', () => createPool(loose('2')), TypeError, /threads is a string, not a number/],
    ['a pool', () => createPool(2, loose({ worker: 1 })), TypeError, /no option is named 'worker'; there are workerUrl/],
    ['a kernel', () => setKernel(loose('image'), {} as never), RangeError, /kernel 'image' is not .*image-decoder, .*butteraugli/],
    ['a kernel', () => setKernel('butteraugli', {} as never), TypeError, /butteraugli: not a WebAssembly.Module/],
    ['reading', () => readImage(picture, loose({ limit: 3 })), TypeError, /no option is named 'limit'/],
    ['reading', () => readAudio(recording, loose({ exactly: true })), TypeError, /no option is named 'exactly'/],
    ['a file', () => decodeImageFile(name('a.laq'), loose({ scale: 16 })), RangeError, /scale is 16/],
    ['a file', () => decodeAudioFile(name('b.laq'), loose({ form: 1 })), TypeError, /no option is named 'form'/],
    ['writing', () => writeImage(name('x.png'), image, loose({ overwrite: true })), TypeError, /there are force/],
    ['writing', () => writeAudio(name('x.wav'), sound, loose({ force: 'yes' })), TypeError, /force is a string/],
    ['to a file', () => encodeAudioStream(name('x'), name('y'), loose({ Raw: 1 })), TypeError, /no option is named 'Raw'/],
    ['to a file', () => decodeAudioStream(name('b.laq'), name('y.wav'), loose({ from: 1 })), TypeError, /no option is named 'from'/],
  ])('that are wrong are refused by name: %s', async (_, call, kind, words) => {
    const error = await failureOf(call)
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toMatch(words)
  })

  test('that are undefined are not given', async () => {
    expect(await encodeImage(image, loose({ quality: undefined, tune: undefined, signal: undefined }))).toEqual(picture)
  })
})

describe('bytes', () => {
  /** The same bytes in everything that holds bytes; a part of a larger buffer where that can be. */
  const held = (bytes: Uint8Array<ArrayBuffer>): [string, unknown][] => {
    const larger = new Uint8Array(bytes.length + 20)
    larger.set(bytes, 10)
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    return [
      ['Buffer', Buffer.from(bytes)],
      ['ArrayBuffer', bytes.slice().buffer],
      ['SharedArrayBuffer', shared.buffer],
      ['DataView', new DataView(larger.buffer, 10, bytes.length)],
      ['Uint8ClampedArray', new Uint8ClampedArray(larger.buffer, 10, bytes.length)],
      ['Blob', new Blob([bytes])],
      ['Response', new Response(bytes)],
    ]
  }

  test('of files come in whatever holds them', async () => {
    const { data } = await decodeImage(picture)
    const { channels } = await decodeAudio(recording)
    for (const [kind, source] of held(picture)) expect((await decodeImage(loose(source))).data, kind).toEqual(data)
    for (const [kind, source] of held(picture)) if (kind !== 'Response') expect((await inspect(loose(source))).kind, kind).toBe('image')
    for (const [kind, source] of held(recording)) {
      expect((await decodeAudio(loose(source))).channels, kind).toEqual(channels)
      if (kind === 'Response') continue
      let length = 0
      for await (const block of decodeBlocks(loose([source]))) length += block.channels[0].length
      expect(length, kind).toBe(4000)
      if (kind === 'Blob') expect(() => stripAudio(loose(source)), kind).toThrow('the file is a Blob, not a Uint8Array')
      else expect(stripAudio(loose(source)).length, kind).toBeLessThan(recording.length)
    }
  })

  test('of pictures and sounds to be read, too, and paths may be URLs', async () => {
    const png = pathToFileURL(name('p.png'))
    await writeImage(png, image)
    expect((await readImage(png)).data).toEqual(image.data)
    const { readFile } = await import('node:fs/promises')
    for (const [kind, source] of held(new Uint8Array(await readFile(png))))
      expect((await readImage(loose(source))).data, kind).toEqual(image.data)
    const wav = pathToFileURL(name('s.wav'))
    await writeAudio(wav, sound)
    const { channels } = await readAudio(wav)
    for (const [kind, source] of held(new Uint8Array(await readFile(wav))))
      expect((await readAudio(loose(source))).channels, kind).toEqual(channels)
  })

  test.each<[string, () => unknown, string]>([
    ['Float32Array', () => decodeImage(loose(new Float32Array(8))), 'the file is a Float32Array, not a Uint8Array, ArrayBuffer'],
    ['Uint16Array', () => decodeAudio(loose(new Uint16Array(8))), 'the file is a Uint16Array, not a Uint8Array, ArrayBuffer'],
    ['path', () => decodeImage(loose('a.laq')), 'the file is a string, not'],
    ['nothing', () => inspect(loose(undefined)), 'the file is undefined, not'],
    ['array', () => decodeAudio(loose([1, 2])), 'the file is an array, not'],
    ['page that is missing', () => decodeImage(new Response('no', { status: 404 })), 'the file is a Response of status 404'],
    ['piece', () => first(decodeBlocks(loose(['laq']))), 'a piece of the file is a string, not'],
    ['number for a path', () => decodeImageFile(loose(3)), 'the path is 3, not a string or a URL'],
    ['buffer for a path', () => writeImage(loose(Buffer.from('a')), image), 'the path is a Buffer, not a string or a URL'],
    ['map as a source', () => readImage(loose(new Map())), 'the source is a Map, not'],
  ])('in a %s are refused by its name', async (_, call, words) => {
    const error = await failureOf(call)
    expect([TypeError, RangeError].some((kind) => error instanceof kind)).toBe(true)
    expect(error.message).toContain(words)
  })
})

describe('samples', () => {
  test('of pictures may be clamped, or what a canvas gives', async () => {
    const rgba = pattern(20, 10, 4)
    const wanted = await encodeImage(rgba)
    const data = new Uint8ClampedArray(rgba.data)
    expect(await encodeImage({ ...rgba, data: data as never })).toEqual(wanted)
    // a canvas's ImageData has its properties from its class
    class Canvas {
      get width() {
        return 20
      }
      get height() {
        return 10
      }
      get data() {
        return data
      }
    }
    expect(await encodeImage(new Canvas())).toEqual(wanted)
    expect((await ssimulacra2(new Canvas(), rgba)).score).toBe(100)
    expect(psnr(rgba, new Canvas()).lumaDb).toBe(Number.POSITIVE_INFINITY)
  })

  test('of sounds may be of 16 bits', async () => {
    /** What newer platforms have: values of f32 that few bits hold. */
    class Float16Array extends Array<number> {
      get [Symbol.toStringTag]() {
        return 'Float16Array'
      }
    }
    const halves = Float32Array.from({ length: 3000 }, (_, i) => Math.round(100 * Math.sin(i / 20)) / 128)
    const half = Float16Array.from(halves)
    const wanted = await encodeAudio({ ...sound, channels: [halves] }, { lossless: true })
    expect(await encodeAudio({ ...sound, channels: loose([half]) }, { lossless: true })).toEqual(wanted)
  })

  test.each<[string, () => unknown, string]>([
    [
      'Float64Array',
      () => encodeAudio({ ...sound, channels: loose([new Float64Array(9)]) }),
      'a channel is a Float64Array, not a Float32Array',
    ],
    ['Int16Array', () => encodeAudio({ ...sound, channels: loose([new Int16Array(9)]) }), 'a channel is an Int16Array, not a Float32Array'],
    ['Float32Array', () => encodeAudio({ ...sound, channels: loose(new Float32Array(9)) }), 'channels is a Float32Array, not an array'],
    ['nothing', () => encodeAudio(loose(undefined)), 'the sound is undefined'],
    [
      'ArrayBuffer',
      () => encodeImage({ ...image, data: loose(new ArrayBuffer(3600)) }),
      'data of 8 bits is an ArrayBuffer, not a Uint8Array',
    ],
    [
      'Float32Array',
      () => encodeImage({ ...image, data: loose(new Float32Array(3600)) }),
      'data of 8 bits is a Float32Array, not a Uint8Array',
    ],
    ['string', () => encodeImage(loose('photo.png')), 'the image is a string'],
    ['nothing', () => writeImage(name('y.png'), loose(undefined)), 'the image is undefined'],
    ['metadata', () => encodeImage({ ...image, metadata: loose([{ type: 'icc', bytes: 'x' }]) }), 'metadata 0 has bytes of a string'],
  ])('in a %s are refused by its name', async (_, call, words) => {
    const error = await failureOf(call)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain(words)
  })
})

test('a decoder tells its info before anybody reads', async () => {
  const decoder = new AudioDecoderStream()
  const writer = decoder.writable.getWriter()
  void writer.write(recording).then(() => writer.close())
  expect(await decoder.info).toMatchObject({ mode: 'hybrid', channels: 1, sampleRateHz: 8000 })
  let length = 0
  for await (const { channels } of decoder.readable) length += channels[0].length
  expect(length).toBe(4000)
})
