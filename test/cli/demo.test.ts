import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SAMPLE_IMAGES, SAMPLE_SOUNDS } from '../../samples/index.js'
import { inspect } from '../../src/index.js'
import { readPng } from '../../src/io/image/png.js'
import { readWav } from '../../src/io/wav/wav.js'
import { folder, laq, laqProcess } from './laq.js'

test('the demo tells figures of every sample and leaves files that can be looked at and listened to', async () => {
  const cwd = folder()
  const { code, stdout, stderr } = await laqProcess(['demo', 'out'], { cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.toString().split('\n')
  const file = (name: string) => readFileSync(join(cwd, 'out', name))
  for (const [name, make] of Object.entries(SAMPLE_IMAGES).filter(([name]) => name !== 'stilllife.png')) {
    const { width, height, channels, bitDepth } = make()
    for (const transform of ['dct', 'wavelet']) {
      const stem = `${name.replace('.png', '')}-${transform}`
      const row = lines.find((line) => line.startsWith(`${stem} `))!
      const [, bytes, bpp, luma] = row.split(/\s+/)
      const coded = file(`${stem}.laq`)
      expect(Number(bytes.replaceAll(',', ''))).toBe(coded.length)
      expect(Number(bpp)).toBeCloseTo((coded.length * 8) / (width * height), 3)
      expect(Number(luma)).toBeGreaterThan(30)
      expect(await readPng(file(`${stem}.png`))).toMatchObject({ width, height, channels, bitDepth })
      expect(await inspect(coded)).toMatchObject({ kind: 'image', image: { transform, width, height } })
    }
  }
  expect((await readPng(file('stilllife-wavelet-quarter.png'))).width).toBe(192)
  for (const [name, make] of Object.entries(SAMPLE_SOUNDS)) {
    const { sampleRateHz, channels } = make()
    const decoded = await readWav(file(name.replace('.wav', '-decoded.wav')))
    expect(decoded.sampleRateHz).toBe(sampleRateHz)
    expect(decoded.channels.map(({ length }) => length)).toEqual(channels.map(({ length }) => length))
  }
  const steps = readdirSync(join(cwd, 'out')).filter((name) => name.endsWith('-steps.png'))
  expect(steps).toEqual(expect.arrayContaining(['music-steps.png', 'stilllife-dct-steps.png', 'voice-steps.png']))
  expect(file('rate-distortion.svg').toString()).toContain('<svg')
  expect((await readPng(file('rate-distortion.png'))).width).toBeGreaterThan(800)
})

test('a folder with something in it is left alone', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'mine.txt'), 'mine')
  const { code, stderr } = await laq(['demo', '.'], { cwd })
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'laq: . is not empty; -f replaces files in it\n' })
  const onFile = await laq(['demo', 'mine.txt'], { cwd })
  expect({ code: onFile.code, stderr: onFile.stderr.split('\n').length }).toEqual({ code: 1, stderr: 2 })
})
