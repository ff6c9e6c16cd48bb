import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readPng, writePng } from '../../src/io/image/png.js'
import { writeWav } from '../../src/io/wav/wav.js'
import { PAIRS } from '../metrics/pairs.js'
import { coarse, melody, RATE } from '../metrics/sounds.js'
import { pattern } from '../pictures.js'
import { folder, laq, laqProcess } from './laq.js'

let original: Buffer
let decoded: Buffer
beforeAll(async () => {
  const pair = PAIRS.coarse()
  ;[original, decoded] = [await writePng(pair[0]), await writePng(pair[1])]
})

function pictures(): string {
  const cwd = folder()
  writeFileSync(join(cwd, 'a.png'), original)
  writeFileSync(join(cwd, 'b.png'), decoded)
  return cwd
}

test('a pair of pictures, as a table and as JSON', async () => {
  const cwd = pictures()
  const table = await laq(['compare', 'a.png', 'b.png'], { cwd })
  expect(table).toMatchObject({ code: 0, stderr: '' })
  expect(table.stdout.toString()).toMatch(/^PSNR-RGB +\d+\.\d\d dB +higher is better$/m)
  expect(table.stdout.toString()).toMatch(/^SSIMULACRA2 +84\.49 +higher is better$/m)
  const values = JSON.parse((await laq(['compare', '--json', 'a.png', 'b.png'], { cwd })).stdout.toString())
  expect(Object.keys(values)).toEqual([
    'reference',
    'distorted',
    'kind',
    'psnrRgbDb',
    'psnrYDb',
    'ssim',
    'msSsim',
    'ssimulacra2',
    'butteraugli3Norm',
    'butteraugliMax',
  ])
  expect(values.ssimulacra2).toBeCloseTo(84.48667, 4)
  const same = JSON.parse((await laq(['compare', '--json', '--metrics', 'psnrYDb,ssim', 'a.png', 'a.png'], { cwd })).stdout.toString())
  expect(same).toEqual({ reference: 'a.png', distorted: 'a.png', kind: 'image', psnrYDb: null, ssim: 1 })
})

test('.laq files are decoded', async () => {
  const cwd = pictures()
  await laq(['encode', '-q', '90', 'a.png', '--quiet'], { cwd })
  const { stdout } = await laq(['compare', '--json', '--metrics', 'psnrYDb', 'a.png', 'a.laq'], { cwd })
  expect(JSON.parse(stdout.toString()).psnrYDb).toBeGreaterThan(35)
})

test('a pair of sounds, the delay taken out', async () => {
  const cwd = folder()
  const [a, b] = [melody(1), coarse(melody(1), 1 / 64)]
  writeFileSync(join(cwd, 'a.wav'), writeWav({ sampleRateHz: RATE, sampleFormat: 's16', channels: [a] }))
  const late = Float32Array.of(...new Float32Array(480), ...b)
  writeFileSync(join(cwd, 'b.wav'), writeWav({ sampleRateHz: RATE, sampleFormat: 's16', channels: [late] }))
  const values = JSON.parse((await laq(['compare', '--json', 'a.wav', 'b.wav'], { cwd })).stdout.toString())
  const names = ['snrDb', 'segmentalSnrDb', 'nmrDb', 'odgBasic', 'diBasic', 'odgAdvanced', 'diAdvanced']
  expect(Object.keys(values)).toEqual(['reference', 'distorted', 'kind', ...names, 'movs', 'lagSamples'])
  expect(Object.keys(values.movs.basic)).toHaveLength(11)
  expect((await laq(['compare', 'a.wav', 'b.wav', '--metrics', 'odgBasic', '-v'], { cwd })).stdout.toString()).toMatch(/^WinModDiff1B +\d/m)
  expect(values).toMatchObject({ kind: 'audio', lagSamples: 480 })
  expect(values.odgBasic).toBeLessThan(-1)
  const table = (await laq(['compare', 'a.wav', 'b.wav', '--metrics', 'snrDb'], { cwd })).stdout.toString()
  expect(table).toMatch(/^SNR +\d+\.\d\d dB +higher is better\ndelay taken out +480 samples\n$/)
  expect(
    (
      await laqProcess(['compare', 'a.wav', 'a.wav', '--metrics', 'snrDb,visqol'], { cwd, env: { LAQ_VISQOL: '/nowhere/visqol' } })
    ).stdout.toString(),
  ).toMatch(/^SNR +infinite dB/)
})

test('the map has the size of the picture', async () => {
  const cwd = pictures()
  const drawn = await laq(['compare', 'a.png', 'b.png', '--map', '-', '--map-metric', 'ssim'], { cwd })
  expect(await readPng(drawn.stdout)).toMatchObject({ width: 93, height: 70, channels: 3 })
  expect((await laq(['compare', 'a.png', 'b.png', '--map', 'map.png', '--json'], { cwd })).code).toBe(0)
  expect(await laq(['compare', 'a.png', 'b.png', '--map', 'map.png'], { cwd })).toMatchObject({
    code: 1,
    stderr: 'laq: map.png: exists; -f replaces it\n',
  })
})

test.each([
  [['compare', 'a.png', 'small.png'], 1, 'laq: small.png: 20 x 10 pixels against 93 x 70 of the original\n'],
  [['compare', 'a.png', 'tone.wav'], 1, 'laq: tone.wav: is audio, but a.png is image\n'],
  [['compare', 'a.png', 'none.png'], 1, 'laq: none.png: no such file or folder\n'],
  [['compare', 'a.png', 'a.png', '--metrics', 'odgBasic'], 2, /^laq: --metrics odgBasic: not one of psnrRgbDb, .*\n$/],
  [['compare', 'a.png', 'a.png', '--background', 'red'], 2, 'laq: --background red: not a colour such as #ffffff\n'],
  [['compare', 'a.png', 'a.png', '--map', 'map.jpg'], 2, 'laq: --map map.jpg: the drawing must be a .png\n'],
  [['compare', 'a.png', 'a.png', '--map', 'map.png', '--map-metric', 'eye'], 2, /^laq: --map-metric eye: not one of psnrRgbDb/],
  [['compare', 'a.png'], 2, /^laq: .*2/],
])('%j', async (words, code, message) => {
  const cwd = pictures()
  writeFileSync(join(cwd, 'small.png'), await writePng(pattern(20, 10)))
  writeFileSync(join(cwd, 'tone.wav'), writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [new Float32Array(800)] }))
  const ended = await laq(words, { cwd })
  expect([ended.code, ended.stderr]).toEqual([code, message instanceof RegExp ? expect.stringMatching(message) : message])
})
