/** Many inputs at once: the same files, told in their order, and no failure that stops another. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePng } from '../../src/io/image/png.js'
import { writeWav } from '../../src/io/wav/wav.js'
import { whole } from '../audio/stream/sounds.js'
import { pattern } from '../pictures.js'
import { folder, laq } from './laq.js'

const NAMES = ['a.png', 'b.png', 'bad.png', 'c.wav', 'none.png', 'large.png', 'd.png', 'e.png']

test('any number of files at once gives the same files, and a line for each in the order of the inputs', async () => {
  const cwd = folder()
  const sizes = { 'a.png': 150, 'b.png': 30, 'd.png': 60, 'e.png': 8, 'large.png': 420 }
  for (const [name, side] of Object.entries(sizes)) writeFileSync(join(cwd, name), await writePng(pattern(side, side)))
  // noise takes more bytes than small files have
  const noise = Uint8Array.from({ length: 420 * 420 * 3 }, (_, i) => Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 24)
  writeFileSync(join(cwd, 'large.png'), await writePng({ ...pattern(420, 420), data: noise }))
  writeFileSync(join(cwd, 'c.wav'), writeWav(whole(9000)))
  writeFileSync(join(cwd, 'bad.png'), 'no picture')
  const made = NAMES.filter((name) => name !== 'bad.png' && name !== 'none.png').map((name) => name.replace(/\.\w+$/, '.laq'))
  const files: Buffer[][] = []
  for (const jobs of ['1', '3']) {
    const { code, stdout, stderr } = await laq(['encode', '-f', '-e', '1', '--json', '-j', jobs, ...NAMES], { cwd })
    expect(code).toBe(1)
    expect(stderr.split('\n').filter((line) => line.startsWith('laq: '))).toEqual([
      expect.stringMatching(/^laq: bad\.png: /),
      'laq: none.png: no such file or folder',
    ])
    const lines = stdout.toString().trimEnd().split('\n')
    const told = lines.map((line) => JSON.parse(line))
    expect(told.map(({ input }) => input)).toEqual(NAMES)
    expect(told[2]).toEqual({ input: 'bad.png', error: expect.any(String), code: 'unsupported' })
    expect(told[4]).toEqual({ input: 'none.png', error: 'no such file or folder', code: 'ENOENT' })
    files.push(made.map((name) => readFileSync(join(cwd, name))))
    const info = (await laq(['info', '--json', '-j', jobs, ...made], { cwd })).stdout.toString().trimEnd().split('\n')
    expect(info.map((line) => JSON.parse(line).input)).toEqual(made)
  }
  expect(files[1].map((file, i) => file.equals(files[0][i]))).toEqual(made.map(() => true))
  const wrong = await laq(['encode', '-f', '-e', '1', '--tune', 'psnr', '-j', '3', ...NAMES], { cwd })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('laq: --tune is for images\n')
})

test('a single failure has its line of JSON', async () => {
  const { code, stdout, stderr } = await laq(['decode', '--json', '-', '-o', 'x.png'], { cwd: folder(), input: Buffer.from('nothing') })
  expect(code).toBe(1)
  expect(JSON.parse(stdout.toString())).toEqual({ input: '-', error: expect.any(String), code: expect.any(String) })
  expect(stderr).toMatch(/^laq: standard input: /)
})
