import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loudness } from '../../src/audio/loudness.js'
import type { AudioData } from '../../src/audio.js'
import { writePicture } from '../../src/io/tags/picture.js'
import { fieldsTag, pictureTag, tagOf } from '../../src/io/tags/tags.js'
import { readWav, writeWav } from '../../src/io/wav/wav.js'
import { describeCorpus } from '../corpus.js'
import { testWith } from '../io/programs.js'
import { HELD } from '../io/wav/odd.js'
import { folder, laq } from './laq.js'

const channels = [0, 1].map((c) => Int32Array.from({ length: 6001 }, (_, i) => Math.round(6000 * Math.sin(i * (0.1 + c * 0.07)))))
const audio: AudioData = { sampleRateHz: 8000, sampleFormat: 's16', channels }
const RAW = ['--raw', 's16le,2,8000']

describe('raw samples', () => {
  test('go through pipes, bit for bit if lossless, in any encoding', async () => {
    const samples = writeWav(audio).subarray(44)
    const encoded = await laq(['encode', '--lossless', ...RAW, '-'], { input: samples })
    expect(encoded.code).toBe(0)
    const back = await laq(['decode', ...RAW, '-'], { input: encoded.stdout })
    expect(new Uint8Array(back.stdout)).toEqual(Uint8Array.from(samples))
    const wider = await laq(['decode', '--raw', 's24be,2,8000', '-'], { input: encoded.stdout })
    expect(wider.stdout.length).toBe((samples.length / 2) * 3)
    expect(wider.stdout.readInt16BE(0)).toBe(channels[0][0])
    expect(wider.stdout.readInt16BE(6)).toBe(channels[0][1])
    // the sound knows its format without being told
    expect((await readWav((await laq(['decode', '-'], { input: encoded.stdout })).stdout, undefined, { exact: true })).channels).toEqual(
      channels,
    )
  })

  test.each([
    [['encode', '--raw', 's16,2,8000', '-'], 2, '--raw s16,2,8000: s16 is no encoding of samples'],
    [['encode', ...RAW, '--keep-chunks', '-'], 2, '--keep-chunks does not go with --raw, which has no chunks'],
    [['encode', ...RAW, '-'], 1, 'truncated|bytes are left of a frame'],
  ] as const)('%j is refused', async (words, code, message) => {
    const ended = await laq([...words], { input: Uint8Array.of(1, 2, 3) })
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(new RegExp(message))
  })

  test('nothing is resampled', async () => {
    const { stdout } = await laq(['encode', '-'], { input: writeWav(audio) })
    const { code, stderr } = await laq(['decode', '--raw', 's16le,1,8000', '-'], { input: stdout })
    expect([code, stderr]).toEqual([1, 'laq: standard input: the sound has 2 channels at 8000 Hz, not 1 at 8000; nothing is resampled\n'])
  })
})

testWith('ffmpeg')('WAV of other codecs comes through a pipe, too', async () => {
  const alaw = execFileSync('ffmpeg', ['-v', 'error', '-i', '-', '-c:a', 'pcm_alaw', '-f', 'wav', '-'], { input: writeWav(audio) })
  const { code, stdout } = await laq(['encode', '-'], { input: alaw })
  expect(code).toBe(0)
  const info = JSON.parse((await laq(['info', '--json', '-'], { input: stdout })).stdout.toString())
  expect(info.audio).toMatchObject({ channels: 2, length: 6001, sampleFormat: 's16' })
  expect((await laq(['encode', '--keep-chunks', '-'], { input: alaw })).stderr).toContain(
    '--keep-chunks keeps those of WAV files with plain samples only',
  )
})

test('chunks that are kept come back in place, in lossy files too; a part has them as tags', async () => {
  const tag = tagOf('abcd', Uint8Array.of(1, 2, 3))
  const cwd = folder()
  const wav = Buffer.concat([writeWav({ ...audio, metadata: [tag] }), Buffer.from('LIST\x04\0\0\0INFOodd bytes at the end')])
  writeFileSync(join(cwd, 'a.wav'), wav)
  await laq(['encode', '--keep-chunks', 'a.wav'], { cwd })
  await laq(['decode', '-o', 'b.wav', 'a.laq'], { cwd })
  const back = readFileSync(join(cwd, 'b.wav'))
  const dataAt = wav.indexOf('data') + 8
  expect(back.subarray(0, dataAt)).toEqual(wav.subarray(0, dataAt))
  expect(back.length).toBe(wav.length)
  const tailAt = dataAt + 6001 * 4
  expect(back.subarray(tailAt)).toEqual(wav.subarray(tailAt))
  await laq(['decode', '--to', '0.5', '-o', 'c.wav', 'a.laq'], { cwd })
  const part = await readWav(readFileSync(join(cwd, 'c.wav')))
  expect(part.channels[0].length).toBe(4000)
  expect(part.metadata).toEqual([tag, tagOf('LIST', Buffer.from('INFO'))])
  await laq(['decode', '-o', 'd.w64', 'a.laq'], { cwd })
  expect(readFileSync(join(cwd, 'd.w64')).toString('latin1', 0, 4)).toBe('riff')
})

test('tags and pictures are told, and the loudness that they tell is applied', async () => {
  const metadata = [
    fieldsTag([['TITLE', 'A title\x1b[2J']]),
    pictureTag(writePicture({ type: 3, mediaType: 'image/png', description: 'cover', bytes: new Uint8Array(9) })),
  ]
  const { stdout: file } = await laq(['encode', '--lossless', '--replaygain', '-'], { input: writeWav({ ...audio, metadata }) })
  const lines = (await laq(['info', '-'], { input: file })).stdout.toString()
  expect(lines).toMatch(/^ {2}title {14}A title \[2J$/m)
  expect(lines).toMatch(/^ {2}picture {12}image\/png, 9 bytes, cover$/m)
  const told = JSON.parse((await laq(['info', '--json', '-'], { input: file })).stdout.toString())
  expect(told.pictures).toEqual([{ type: 3, mediaType: 'image/png', description: 'cover', bytes: 9 }])
  expect(told.tags.replaygain_track_gain).toBe(`${(-18 - loudness(audio).integratedLufs).toFixed(2)} dB`)
  const quiet = await readWav((await laq(['decode', '--replaygain', '-'], { input: file })).stdout)
  expect(loudness(quiet).integratedLufs).toBeCloseTo(-18, 1)
})

test.each([
  ['keep-chunks', '--keep-chunks is for sounds'],
  ['replaygain', '--replaygain is for sounds'],
])('--%s is refused of images', async (option, message) => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')
  expect(await laq(['encode', `--${option}`, '-'], { input: png })).toMatchObject({ code: 2, stderr: `laq: ${message}\n` })
})

describeCorpus('audio/odd_wav', (corpus) => {
  test('every valid WAV file comes back to the byte: encode --lossless --keep-chunks, decode', { timeout: 240_000 }, async () => {
    const cwd = folder()
    const files = Object.keys(HELD)
    const encoded = await laq([
      'encode',
      '--lossless',
      '--keep-chunks',
      '-e',
      '1',
      '-o',
      `${cwd}/{name}.laq`,
      ...files.map((file) => join(corpus, file)),
    ])
    expect(encoded.code, encoded.stderr).toBe(0)
    const laqs = readdirSync(cwd).map((file) => join(cwd, file))
    const decoded = await laq(['decode', '-o', `${cwd}/{name}.wav`, ...laqs])
    expect(decoded.code, decoded.stderr).toBe(0)
    const wrong = files.filter((file) => Buffer.compare(readFileSync(join(cwd, file)), readFileSync(join(corpus, file))) !== 0)
    expect(wrong).toEqual([])
  })
})
