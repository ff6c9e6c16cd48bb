import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readContainer } from '../../codecs/container/container.js'
import type { AudioData } from '../../src/audio.js'
import { readPng, writePng } from '../../src/io/image/png.js'
import { readWav, writeWav } from '../../src/io/wav/wav.js'
import { pattern } from '../pictures.js'
import { folder, laq, laqProcess, MAIN } from './laq.js'

let png: Buffer
beforeAll(async () => {
  png = await writePng(pattern(96, 64))
})

/** A folder with a.png, b.png in it. */
function pictures(): string {
  const cwd = folder()
  for (const name of ['a.png', 'b.png']) writeFileSync(join(cwd, name), png)
  return cwd
}

describe('encode and decode', () => {
  test('beside the input by default, with one closing line on stderr', async () => {
    const cwd = pictures()
    const encoded = await laqProcess(['encode', 'a.png'], { cwd })
    expect(encoded).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
    expect(encoded.stderr).toMatch(/^a\.png -> a\.laq {2}96 x 64, [\d,]+ bytes, \d\.\d{3} bpp, [\d.]+ MP\/s\n$/)
    const decoded = await laqProcess(['decode', 'a.laq', '-o', 'back.png'], { cwd })
    expect(decoded.code).toBe(0)
    const back = await readPng(readFileSync(join(cwd, 'back.png')))
    expect([back.width, back.height, back.channels, back.bitDepth]).toEqual([96, 64, 3, 8])
  })

  test('through pipes, with the same bytes', async () => {
    const cwd = pictures()
    await laqProcess(['encode', 'a.png'], { cwd })
    const piped = await laqProcess(['encode', '-'], { input: png })
    expect(piped.code).toBe(0)
    expect(piped.stdout.equals(readFileSync(join(cwd, 'a.laq')))).toBe(true)
    await laqProcess(['decode', 'a.laq', '-f'], { cwd })
    const out = await laqProcess(['decode', '-', '-o', '-', '--quiet'], { input: piped.stdout })
    expect(out.stderr).toBe('')
    expect(out.stdout.equals(readFileSync(join(cwd, 'a.png')))).toBe(true)
  })

  test('many inputs, by pattern, into a folder, and beside themselves', async () => {
    const cwd = pictures()
    mkdirSync(join(cwd, 'into'))
    expect((await laq(['encode', 'a.png', 'b.png', '-o', 'x-{name}.laq', '--quiet'], { cwd })).code).toBe(0)
    expect((await laq(['encode', 'a.png', 'b.png', '-o', 'into', '--quiet'], { cwd })).code).toBe(0)
    expect((await laq(['decode', 'x-a.laq', 'x-b.laq', '-o', '{name}.webp', '--quiet'], { cwd })).code).toBe(0)
    expect(readdirSync(cwd).sort()).toEqual(['a.png', 'b.png', 'into', 'x-a.laq', 'x-a.webp', 'x-b.laq', 'x-b.webp'])
    expect(readdirSync(join(cwd, 'into')).sort()).toEqual(['a.laq', 'b.laq'])
    expect(readFileSync(join(cwd, 'x-a.webp')).toString('latin1', 8, 12)).toBe('WEBP')
  })

  test('--json tells sizes and the time of each stage', async () => {
    const cwd = pictures()
    const encoded = await laq(['encode', '--json', 'a.png', 'b.png'], { cwd })
    expect(encoded.stderr).toBe('')
    const lines = encoded.stdout.toString().trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    const figures = JSON.parse(lines[0])
    const { length } = readFileSync(join(cwd, 'a.laq'))
    expect(figures).toMatchObject({
      input: 'a.png',
      output: 'a.laq',
      kind: 'image',
      bytes: length,
      width: 96,
      height: 64,
      channels: 3,
      bitDepth: 8,
    })
    expect(figures.bpp).toBeCloseTo((length * 8) / (96 * 64), 3)
    for (const stage of ['reading', 'coding', 'writing']) {
      expect(figures[stage].wallSeconds).toBeGreaterThan(0)
      expect(figures[stage].cpuSeconds).toBeGreaterThanOrEqual(0)
    }
    const decoded = await laq(['decode', '--json', 'a.laq', '-f'], { cwd })
    expect(JSON.parse(decoded.stdout.toString())).toMatchObject({ bytes: length, width: 96, coding: expect.any(Object) })
  })

  test('a wavelet file decodes at a part of its size, also from a part of its bytes', async () => {
    const cwd = folder()
    const { stdout: file } = await laq(['encode', '-', '--transform', 'wavelet'], { input: png })
    writeFileSync(join(cwd, 'whole.laq'), file)
    const { dataOffsets } = readContainer(file)
    writeFileSync(join(cwd, 'part.laq'), file.subarray(0, dataOffsets[2]))
    for (const name of ['whole', 'part']) {
      const { code, stdout } = await laq(['decode', '--scale', '1/4', '--json', `${name}.laq`], { cwd })
      expect(code).toBe(0)
      expect(JSON.parse(stdout.toString())).toMatchObject({ width: 24, height: 16 })
    }
    expect(readFileSync(join(cwd, 'part.png'))).toEqual(readFileSync(join(cwd, 'whole.png')))
    const { code, stderr } = await laq(['decode', 'part.laq', '-f'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^laq: part\.laq: .+\n$/)
  })

  test('a part of a picture is the part of the whole, and a preview decodes from the front of the file', async () => {
    const cwd = pictures()
    const { stdout: file } = await laq(['encode', '--preview', 'a.png', '-o', '-'], { cwd })
    const whole = await readPng((await laq(['decode', '-'], { input: file })).stdout)
    const part = await readPng((await laq(['decode', '--region', '10,20,30,40', '-'], { input: file })).stdout)
    expect(part).toMatchObject({ width: 30, height: 40 })
    for (let y = 0; y < 40; y++) {
      const start = ((20 + y) * 96 + 10) * 3
      expect(part.data.subarray(y * 90, (y + 1) * 90)).toEqual(whole.data.subarray(start, start + 90))
    }
    const { stdout } = await laq(['decode', '--region', '8,16,24,24', '--scale', '1/8', '-'], { input: file })
    expect(await readPng(stdout)).toMatchObject({ width: 3, height: 3 })
    const front = file.subarray(0, readContainer(file).dataOffsets[0])
    const small = await laq(['decode', '--scale', '1/8', '-'], { input: front })
    expect(await readPng(small.stdout)).toMatchObject({ width: 12, height: 8 })
    expect((await laq(['info', '-'], { input: file })).stdout.toString()).toMatch(/\n {2}preview +\d+ bytes/)
    const outside = await laq(['decode', '--region', '90,0,7,7', '-'], { input: file })
    expect(outside).toMatchObject({
      code: 1,
      stderr: "laq: standard input: region: x 90 and width 7 are not within the 96 pixels of the picture's width\n",
    })
  })

  test('any number of threads gives the same bytes and pixels', async () => {
    const input = await writePng(pattern(1100, 960)) // more than a megapixel goes to threads
    const [one, two] = await Promise.all(['1', '2'].map((jobs) => laq(['encode', '-', '-e', '1', '-j', jobs], { input })))
    expect(two.stdout.equals(one.stdout)).toBe(true)
    const [first, second] = await Promise.all(['1', '2'].map((jobs) => laq(['decode', '-', '-j', jobs], { input: one.stdout })))
    expect(second.stdout.equals(first.stdout)).toBe(true)
    expect(await readPng(first.stdout)).toMatchObject({ width: 1100, height: 960 })
  })

  test('-v measures what was lost, and tells the time of each stage', async () => {
    const { stderr, stdout } = await laq(['encode', '-v', '-'], { input: png })
    expect(stderr).toMatch(/^- -> - .* (3\d|4\d)\.\d\d dB\n {2}reading .*\n {2}coding .*\n {2}checking .*\n {2}writing .*\n$/)
    const again = await laq(['encode', '-'], { input: stdout })
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is already a .laq file') })
  })

  test('options reach the codec', async () => {
    const size = async (...options: string[]) => (await laq(['encode', '-', ...options], { input: png })).stdout.length
    const usual = await size()
    expect(await size('-q', '20')).toBeLessThan(usual)
    expect(await size('-q', '99', '-q', '20')).toBe(await size('--quality=20'))
    const bpp = ((await size('--target-bpp', '1.5')) * 8) / (96 * 64)
    expect(bpp).toBeGreaterThan(1.2)
    expect(bpp).toBeLessThanOrEqual(1.5)
    expect(await size('--tune', 'psnr')).not.toBe(usual)
    const transparent = await writePng(pattern(40, 30, 4))
    const [plain, coarse] = await Promise.all(
      [[], ['--alpha-quality', '10']].map((more) => laq(['encode', '-', ...more], { input: transparent })),
    )
    expect(coarse.stdout.length).toBeLessThan(plain.stdout.length)
    const fitting = await size('--target-size', '1500')
    expect(fitting).toBeGreaterThanOrEqual(1485)
    expect(fitting).toBeLessThanOrEqual(1500)
    const rising = [await size('--target-ssimulacra2', '40'), await size('--target-psnr', '30'), await size('--target-butteraugli', '0.8')]
    expect(new Set([usual, ...rising]).size).toBe(4)
  })

  test('grey, alpha and 16 bits come back as what they were', async () => {
    for (const [channels, bitDepth] of [
      [1, 8],
      [2, 16],
      [4, 8],
      [3, 16],
    ] as const) {
      const input = await writePng(pattern(40, 30, channels, bitDepth))
      const encoded = await laq(['encode', '-'], { input })
      const decoded = await laq(['decode', '-'], { input: encoded.stdout })
      expect(await readPng(decoded.stdout)).toMatchObject({ width: 40, height: 30, channels, bitDepth })
    }
  })
})

describe('sounds', () => {
  const audio: AudioData = {
    sampleRateHz: 8000,
    sampleFormat: 's16',
    channels: [0, 1].map((c) => Float32Array.from({ length: 20_001 }, (_, i) => Math.round(9000 * Math.sin(i * (0.1 + c * 0.07))) / 32768)),
  }
  const wav = writeWav(audio)

  test('are told from images by their content, and come back at their length, rate, channels and format', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'sound.wav'), wav)
    const encoded = await laq(['encode', 'sound.wav'], { cwd })
    expect(encoded.stderr).toMatch(/^sound\.wav -> sound\.laq {2}2\.5 s, [\d,]+ bytes, [\d.]+ kb\/s, [\d.]+ x realtime\n$/)
    const decoded = await laq(['decode', '--json', 'sound.laq', '-f'], { cwd })
    const facts = { kind: 'audio', sampleRateHz: 8000, channels: 2, sampleFormat: 's16', samples: 20_001 }
    expect(JSON.parse(decoded.stdout.toString())).toMatchObject(facts)
    const back = await readWav(readFileSync(join(cwd, 'sound.wav')))
    expect(back).toMatchObject({ sampleRateHz: 8000, sampleFormat: 's16' })
    expect(back.channels.map(({ length }) => length)).toEqual([20_001, 20_001])
    const error = back.channels[1].reduce((sum, sample, i) => sum + (sample - audio.channels[1][i]) ** 2, 0) / 20_001
    expect(10 * Math.log10((0.5 * (9000 / 32768) ** 2) / error)).toBeGreaterThan(15)
  })

  test('a part is the part of the whole', async () => {
    const { stdout: file } = await laq(['encode', '-'], { input: wav })
    const whole = await readWav((await laq(['decode', '-'], { input: file })).stdout)
    const part = await readWav((await laq(['decode', '--from', '0.5', '--to', '1.25', '-'], { input: file })).stdout)
    expect(part.channels).toEqual(whole.channels.map((channel) => channel.slice(4000, 10_000)))
  })

  test('of no samples too', async () => {
    const empty = writeWav({ ...audio, channels: [new Float32Array(0)] })
    const { stdout, stderr } = await laq(['encode', '-'], { input: empty })
    expect(stderr).toMatch(/^- -> - {2}0 s, \d+ bytes\n$/)
    // a pipe does not know its length, so the file says that it is open
    const back = await readWav((await laq(['decode', '-'], { input: stdout })).stdout)
    expect(back).toMatchObject({ sampleRateHz: 8000, sampleFormat: 's16', channels: [new Float32Array(0)] })
    const cwd = folder()
    writeFileSync(join(cwd, 'empty.wav'), empty)
    await laq(['encode', 'empty.wav'], { cwd })
    expect(new Uint8Array((await laq(['decode', 'empty.laq', '-o', '-'], { cwd })).stdout)).toEqual(empty)
  })

  test('lossless ones come back to the byte, from files and through pipes', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'sound.wav'), wav)
    const encoded = await laqProcess(['encode', '--lossless', '--json', 'sound.wav'], { cwd })
    expect(JSON.parse(encoded.stdout.toString())).toMatchObject({ kind: 'audio', mode: 'lossless', samples: 20_001 })
    await laqProcess(['decode', 'sound.laq', '-o', 'back.wav'], { cwd })
    expect(readFileSync(join(cwd, 'back.wav')).equals(wav)).toBe(true)
    const piped = await laqProcess(['encode', '--lossless', '-'], { input: wav })
    expect(piped.stderr).toMatch(/^- -> - {2}2\.5 s, [\d,]+ bytes, [\d.]+ kb\/s, [\d.]+ x realtime\n$/)
    await laqProcess(['decode', '-', '-o', 'piped.wav'], { cwd, input: piped.stdout })
    const back = await readWav(readFileSync(join(cwd, 'piped.wav')), undefined, { exact: true })
    expect(back.channels).toEqual((await readWav(wav, undefined, { exact: true })).channels)
  })

  test('hybrid ones give either, and strip leaves the lossy layer', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'sound.wav'), wav)
    await laq(['encode', '--lossless', '--with-lossy', '24', 'sound.wav'], { cwd })
    await laq(['decode', 'sound.laq', '-o', 'back.wav'], { cwd })
    expect(readFileSync(join(cwd, 'back.wav')).equals(wav)).toBe(true)
    const stripped = await laq(['strip', 'sound.laq', '-o', 'lossy.laq'], { cwd })
    expect(stripped.stderr).toMatch(/^sound\.laq -> lossy\.laq {2}2\.5 s, [\d,]+ bytes, 2[345]\.\d kb\/s/)
    await laq(['decode', 'lossy.laq'], { cwd })
    await laq(['decode', '--lossy-layer', 'sound.laq', '-o', 'layer.wav'], { cwd })
    expect(readFileSync(join(cwd, 'layer.wav')).equals(readFileSync(join(cwd, 'lossy.wav')))).toBe(true)
    const again = await laq(['strip', 'lossy.laq', '-o', 'x.laq'], { cwd })
    expect(again).toMatchObject({ code: 1, stderr: 'laq: lossy.laq: a lossy sound has no corrections to drop\n' })
    const info = await laq(['info', 'sound.laq', 'lossy.laq'], { cwd })
    expect(info.stdout.toString()).toMatch(/hybrid[\s\S]*MD5 [0-9a-f]{32}[\s\S]*corrections[\s\S]*lossy/)
  })

  test('of a damaged one --tolerant decodes the rest, and tells what is lost', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'sound.wav'), wav)
    await laq(['encode', 'sound.wav'], { cwd })
    const file = readFileSync(join(cwd, 'sound.laq'))
    // in the second of two segments
    file[Math.floor(file.length * 0.85)] ^= 1
    writeFileSync(join(cwd, 'bad.laq'), file)
    const refused = await laq(['decode', 'bad.laq'], { cwd })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('do not match their CRC') })
    const { code, stderr } = await laq(['decode', '--tolerant', 'bad.laq'], { cwd })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^laq: bad\.laq: segment 1 at byte \d+ is lost, samples \d+ to \d+ are silent: .*CRC\nbad\.laq -> /)
    expect((await readWav(readFileSync(join(cwd, 'bad.wav')))).channels[0].length).toBe(20_001)
  })

  test('a size is a limit, and nearly met', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'sound.wav'), wav)
    await laq(['encode', '--target-size', '9000', 'sound.wav'], { cwd })
    const { length } = readFileSync(join(cwd, 'sound.laq'))
    expect(length).toBeGreaterThanOrEqual(8910)
    expect(length).toBeLessThanOrEqual(9000)
    const { code, stderr } = await laq(['encode', '-f', '--target-size', '50', 'sound.wav'], { cwd })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^laq: sound\.wav: the sound takes \d+ bytes at least, more than 50\n$/),
    })
  })

  test('info tells of them, and draws time and frequency', async () => {
    const cwd = folder()
    const { stdout: input } = await laq(['encode', '-', '--bitrate', '32'], { input: wav })
    const told = JSON.parse((await laq(['info', '--json', '-'], { input })).stdout.toString())
    expect(told).toMatchObject({ kind: 'audio', bytes: input.length, audio: { sampleRateHz: 8000, channels: 2, length: 20_001 } })
    expect((await laq(['info', '--steps', 'map.png', '-'], { cwd, input })).stdout.toString()).toContain(
      '2.500 s of 2 channels, 8000 Hz, s16',
    )
    expect((await readPng(readFileSync(join(cwd, 'map.png')))).width).toBeGreaterThan(400)
  })

  test.each([
    [['encode', '-', '--target-bpp', '1'], 2, '--target-bpp is for images'],
    [['encode', '-', '--with-lossy', '64'], 2, '--with-lossy needs --lossless'],
    [['encode', '-', '--lossless', '--bitrate', '64'], 2, '--lossless and --bitrate exclude each other'],
    [['encode', '-', '--transform', 'wavelet'], 2, '--transform is for images'],
    [['encode', '-', '--max-samples', '40001'], 1, 'standard input: 40002 samples are more than the limit of 40001'],
  ] as const)('%j is refused', async (words, code, message) => {
    expect(await laq([...words], { input: wav })).toMatchObject({ code, stderr: `laq: ${message}\n` })
  })

  test('of formats that are not read are refused by name', async () => {
    const { code, stderr } = await laq(['encode', '-'], { input: Buffer.from('fLaC and more of it') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^laq: standard input: .*FLAC.*\n$/)
  })
})

describe('info', () => {
  test('accounts for every byte', async () => {
    const { stdout } = await laq(['encode', '-'], { input: png })
    const info = await laq(['info', '--json', '-'], { input: stdout })
    const found = JSON.parse(info.stdout.toString())
    expect(found).toMatchObject({ kind: 'image', bytes: stdout.length, image: { width: 96, height: 64, channels: 3, transform: 'dct' } })
    const bits = Object.values(found.image.bits as Record<string, number>).reduce((sum, count) => sum + count)
    expect(Math.abs(found.headerBytes + bits / 8 - stdout.length)).toBeLessThan(24)
    expect((await laq(['info', '-'], { input: stdout })).stdout.toString()).toContain('96 x 64 RGB, 8 bits, dct')
  })

  test('--steps draws a map as wide as the picture, and a legend', async () => {
    const cwd = folder()
    const { stdout } = await laq(['encode', '-'], { input: png })
    expect((await laq(['info', '--steps', 'map.png', '-'], { cwd, input: stdout })).code).toBe(0)
    const map = await readPng(readFileSync(join(cwd, 'map.png')))
    expect(map.width).toBeGreaterThan(96 + 30)
    expect(map.height).toBeGreaterThanOrEqual(64)
    const colours = new Set<string>()
    for (let i = 0; i < map.data.length; i += 3) colours.add(map.data.subarray(i, i + 3).join())
    expect(colours.size).toBeGreaterThan(100)
  })
})

describe('a wrong command line is told in one line, with exit code 2', () => {
  const cases: [string[], string][] = [
    [[], 'no command: name encode, decode, info, inspect, strip, compare, rd or demo; laq --help says more'],
    [['encod', 'a.png'], 'Did you mean encode?'],
    [['encode'], 'no input: name a file, or - for standard input'],
    [['encode', '--bogus', 'a.png'], 'Unknown argument: bogus'],
    [['encode', 'a.png', '-q', '101'], '--quality 101: not in 0..100'],
    [['encode', 'a.png', '-q', 'high'], '--quality high: not a number'],
    [['encode', 'a.png', '-q'], 'Not enough arguments following: q'],
    [['encode', 'a.png', '-e', '2.5'], '--effort 2.5: not an integer in 1..9'],
    [['encode', 'a.png', '--tune', 'ssim'], '--tune ssim: not perceptual or psnr'],
    [['encode', 'a.png', '-q', '5', '--target-bpp', '1'], '--quality and --target-bpp exclude each other'],
    [['encode', 'a.png', '--target-psnr', '40', '--target-size', '900'], '--target-size and --target-psnr exclude each other'],
    [['encode', 'a.png', '--bitrate', '64'], '--bitrate is for sounds; --target-bpp sets the rate of an image'],
    [['encode', '-', '-'], 'standard input can be read only once'],
    [
      ['encode', 'a.png', 'b.png', '-o', 'c.laq'],
      "a.png and b.png would both become c.laq; a pattern such as -o '{name}.laq' keeps them apart",
    ],
    [['encode', 'a.png', '--json', '-o', '-'], '--json and the file both need standard output; name a file with -o'],
    [['decode', 'a.laq', '--region', '1,2,3'], '--region 1,2,3: not x,y,width,height in pixels'],
    [['decode', 'a.laq', '--from', '3', '--to', '2'], '--from 3 --to 2: the end is not after the start'],
    [['encode', 'a.png', '-o', 'x.jpg'], '-o x.jpg: the output is a .laq file, not .jpg'],
    [['encode', 'a.png', '-o', '{name}.WAV'], '-o a.WAV: the output is a .laq file, not .WAV'],
    [['strip', 'a.laq', '-o', 'x.flac'], '-o x.flac: the output is a .laq file, not .flac'],
    [['encode', 'a.png', '-o', 'x.laq', '-o', 'y.laq'], '--output was given 2 times: x.laq, y.laq'],
    [['decode', 'a.laq', '-o', '-', '--output', 'y.png'], '--output was given 2 times: -, y.png'],
    [['decode', 'a.laq', '--output-quality', '0'], '--output-quality 0: not in 1..100'],
    [['info', 'a.laq', '--steps', 'map.svg'], '--steps map.svg: the drawing must be a .png'],
  ]
  test.each(cases)('%j', async (words, message) => {
    const cwd = pictures()
    expect(await laq(words, { cwd })).toEqual({ code: 2, signal: null, stdout: Buffer.alloc(0), stderr: `laq: ${message}\n` })
  })
})

describe('what fails is told in one line, with exit code 1', () => {
  const cases: [string[], string | RegExp][] = [
    [['encode', 'none.png'], 'none.png: no such file or folder'],
    [['encode', 'sub'], 'sub: is a folder'],
    [['encode', 'text.png'], 'text.png: not a picture or sound that laq reads: it begins with 6e 6f 20 70 69 63 74 75 72 65 "no picture"'],
    [['encode', 'empty.png'], 'empty.png: the file is empty'],
    [['encode', 'a.png', '-o', 'no/where.laq'], 'no/where.laq: no such file or folder'],
    [['encode', 'a.png', '--max-pixels', '6143'], 'a.png: 6144 pixels are more than the limit of 6143'],
    [['decode', 'a.png', '-o', 'x.png'], 'a.png: not a .laq file: the signature 8C 4C 41 51 is missing'],
    [['info', 'a.png'], 'a.png: not a .laq file: the signature 8C 4C 41 51 is missing'],
  ]
  test.each(cases)('%j', async (words, message) => {
    const cwd = pictures()
    mkdirSync(join(cwd, 'sub'))
    writeFileSync(join(cwd, 'text.png'), 'no picture')
    writeFileSync(join(cwd, 'empty.png'), '')
    expect(await laq(words, { cwd })).toMatchObject({ code: 1, stdout: Buffer.alloc(0), stderr: `laq: ${message}\n` })
  })

  test('of many inputs one, the others being done', async () => {
    const cwd = pictures()
    writeFileSync(join(cwd, 'bad.png'), 'no picture')
    const { code, stderr } = await laqProcess(['encode', 'a.png', 'bad.png', 'b.png'], { cwd })
    expect(code).toBe(1)
    expect(stderr.split('\n').filter((line) => line.startsWith('laq: '))).toEqual([
      expect.stringMatching(/^laq: bad\.png: not a picture or sound that laq reads: /),
    ])
    expect(readdirSync(cwd).sort()).toEqual(['a.laq', 'a.png', 'b.laq', 'b.png', 'bad.png'])
  })

  test('an output has the quality that is asked for, if it has one', async () => {
    const cwd = pictures()
    await laq(['encode', 'a.png'], { cwd })
    for (const quality of ['20', '80']) await laq(['decode', 'a.laq', '--output-quality', quality, '-o', `${quality}.jpg`], { cwd })
    expect(readFileSync(join(cwd, '20.jpg')).length).toBeLessThan(readFileSync(join(cwd, '80.jpg')).length / 2)
    expect(await laq(['decode', 'a.laq', '--output-quality', '50', '-o', 'b.tif'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'laq: --output-quality 50: .tif files have no quality\n',
    })
  })

  test('decoding to a format that is not written', async () => {
    const cwd = pictures()
    await laq(['encode', 'a.png'], { cwd })
    expect(await laq(['decode', 'a.laq', '-o', 'a.bmp'], { cwd })).toMatchObject({
      code: 1,
      stderr: 'laq: a.bmp: images are not written as .bmp\n',
    })
    expect(existsSync(join(cwd, 'a.bmp'))).toBe(false)
  })
})

test('--version and --help answer on stdout', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await laqProcess(['--version'])).toMatchObject({ code: 0, stdout: Buffer.from(`${version}\n`), stderr: '' })
  for (const command of [[], ['encode'], ['decode'], ['info']]) {
    const { code, stdout } = await laq([...command, '--help'])
    expect(code).toBe(0)
    const lines = stdout.toString().split('\n')
    expect(lines.length).toBeLessThan(50)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  }
})

test('a reader that leaves early is no error', async () => {
  const cwd = pictures()
  await laq(['encode', 'a.png'], { cwd })
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" decode --quiet -o - a.laq | true`], { cwd })
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
})

test('a named pipe is read like a file', async () => {
  const cwd = pictures()
  await laq(['encode', 'a.png'], { cwd })
  const script = `mkfifo pipe && (cat a.laq > pipe &) && "${process.execPath}" "${MAIN}" decode --quiet -o out.png pipe`
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd, timeout: 20_000 })
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
  expect(existsSync(join(cwd, 'out.png'))).toBe(true)
})
