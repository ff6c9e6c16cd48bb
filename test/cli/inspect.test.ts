import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeAudio, encodeImage } from '../../src/index.js'
import { readPng } from '../../src/io/image/png.js'
import { sound } from '../audio/sounds.js'
import { whole } from '../audio/stream/sounds.js'
import { pattern } from '../pictures.js'
import { folder, laq } from './laq.js'

test.each([
  ['blocks', pattern(93, 70), {}, ['bits.png', 'partition.png', 'steps.png', 'summary.txt']],
  [
    'many tiles of 16 bits with alpha',
    pattern(150, 70, 4, 16),
    { tileSize: 64 },
    ['bits.png', 'partition.png', 'steps.png', 'summary.txt'],
  ],
  ['one step for all', pattern(20, 9, 1), { laq: 0 }, ['bits.png', 'partition.png', 'summary.txt']],
  ['wavelets', pattern(93, 70, 2), { transform: 'wavelet' }, ['bits.png', 'steps.png', 'summary.txt']],
] as const)('a picture of %s', async (_, image, options, files) => {
  const cwd = folder()
  writeFileSync(join(cwd, 'a.laq'), await encodeImage(image, options))
  const ended = await laq(['inspect', 'a.laq', '--out', 'new/folder', '--json'], { cwd })
  expect(ended.code).toBe(0)
  const told = JSON.parse(ended.stdout.toString())
  expect(told).toMatchObject({ input: 'a.laq', out: 'new/folder' })
  expect([...told.files].sort()).toEqual(files)
  expect(readdirSync(join(cwd, 'new/folder')).sort()).toEqual(files)
  expect(ended.stderr).toBe(told.files.map((name: string) => `${join('new/folder', name)}\n`).join(''))
  for (const name of files.filter((name) => name.endsWith('.png'))) {
    const { width, height } = await readPng(readFileSync(join(cwd, 'new/folder', name)))
    expect(Math.min(width, height), name).toBeGreaterThan(30)
  }
  const info = await laq(['info', 'a.laq'], { cwd })
  expect(readFileSync(join(cwd, 'new/folder/summary.txt'), 'utf8')).toBe(info.stdout.toString())
})

test('a sound', async () => {
  const cwd = folder()
  const ended = await laq(['inspect', '-', '--out', '.'], { cwd, input: await encodeAudio(sound(44100, 2)) })
  expect(ended).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
  const files = ['bits.png', 'blocks.png', 'rate.png', 'steps.png', 'stereo.png', 'summary.txt']
  expect(readdirSync(cwd).sort()).toEqual(files)
  for (const name of files.slice(0, 5)) expect((await readPng(readFileSync(join(cwd, name)))).height, name).toBeGreaterThan(300)
})

test('of a lossless sound there is its rate to draw', async () => {
  const cwd = folder()
  const ended = await laq(['inspect', '-', '--out', '.'], { cwd, input: await encodeAudio(whole(20_000), { lossless: true }) })
  expect(ended).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
  expect(readdirSync(cwd).sort()).toEqual(['rate.png', 'summary.txt'])
  expect(readFileSync(join(cwd, 'summary.txt'), 'utf8')).toMatch(/lossless[\s\S]*MD5 [0-9a-f]{32}/)
})

test('a sound without samples has nothing to draw', async () => {
  const cwd = folder()
  const nothing = await encodeAudio({ sampleRateHz: 8000, sampleFormat: 's16', channels: [new Float32Array(0)] })
  expect((await laq(['inspect', '-', '--out', '.'], { cwd, input: nothing })).code).toBe(0)
  expect(readdirSync(cwd)).toEqual(['summary.txt'])
})

test('files are replaced only with -f, and nothing is written when one is in the way', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'a.laq'), await encodeImage(pattern(30, 20)))
  mkdirSync(join(cwd, 'out'))
  writeFileSync(join(cwd, 'out/bits.png'), 'mine')
  const words = ['inspect', 'a.laq', '--out', 'out']
  expect(await laq(words, { cwd })).toMatchObject({ code: 1, stderr: `laq: ${join('out', 'bits.png')}: exists; -f replaces it\n` })
  expect(readdirSync(join(cwd, 'out'))).toEqual(['bits.png'])
  expect((await laq([...words, '-f'], { cwd })).code).toBe(0)
  expect(readFileSync(join(cwd, 'out/bits.png')).subarray(1, 4).toString()).toBe('PNG')
})

test.each([
  [['inspect', 'a.laq'], 2, 'laq: no output: name a folder for the pictures with --out\n'],
  [['inspect', 'a.laq', '--out', '-'], 2, 'laq: --out -: several files need a folder\n'],
  [['inspect', '--out', 'out'], 2, /^laq: .+\n$/],
  [['inspect', 'none.laq', '--out', 'out'], 1, 'laq: none.laq: no such file or folder\n'],
  [['inspect', 'text.laq', '--out', 'out'], 1, /^laq: text\.laq: .+\n$/],
  [['inspect', 'cut.laq', '--out', 'out'], 1, /^laq: cut\.laq: .+\n$/],
  [['inspect', 'a.laq', '--out', 'text.laq'], 1, /^laq: text\.laq: .+\n$/],
  [['inspect', 'a.laq', '--out', 'out', '--max-pixels', '100'], 1, /^laq: a\.laq: .*100.*\n$/],
])('%j', async (words, code, message) => {
  const cwd = folder()
  const file = await encodeImage(pattern(30, 20))
  writeFileSync(join(cwd, 'a.laq'), file)
  writeFileSync(join(cwd, 'cut.laq'), file.subarray(0, file.length - 9))
  writeFileSync(join(cwd, 'text.laq'), 'nothing that anybody would decode')
  const ended = await laq(words, { cwd })
  expect([ended.code, ended.stderr]).toEqual([code, message instanceof RegExp ? expect.stringMatching(message) : message])
  const left = readdirSync(cwd, { recursive: true }).map(String)
  expect(left.filter((name) => !name.endsWith('.laq') && name !== 'out')).toEqual([])
})
