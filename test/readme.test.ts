/** Every example of the README runs as it stands there. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphic } from '../samples/graphic.js'
import { music } from '../samples/music.js'
import type { AudioData } from '../src/audio.js'
import type { ImageData } from '../src/image.js'
import { writePng } from '../src/io/image/png.js'
import { readWav, writeWav } from '../src/io/wav/wav.js'
import { readImage } from '../src/node.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code]) => code)
let folder: string

/** The middle of an RGBA picture, without alpha: photos have none, and for WebP's it takes 2 s of CPU at every setting. */
function opaqueMiddle(image: ImageData, width: number, height: number): ImageData {
  const [left, top] = [(image.width - width) >> 1, (image.height - height) >> 1]
  const data = new Uint8Array(width * height * 3)
  for (let to = 0, pixel = 0; to < data.length; to += 3, pixel++) {
    const from = ((top + Math.floor(pixel / width)) * image.width + left + (pixel % width)) * 4
    data.set(image.data.subarray(from, from + 3), to)
  }
  return { width, height, channels: 3, bitDepth: 8, data }
}

/** A folder with the README's inputs, `laq` on its path, and the package installed as a link. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'laq-readme-'))
  writeFileSync(join(folder, 'photo.png'), await writePng(opaqueMiddle(graphic(), 240, 192)))
  const sound = music()
  const channels = sound.channels.map((channel) => channel.slice(0, 5 * 44100)) as AudioData['channels']
  writeFileSync(join(folder, 'sound.wav'), writeWav({ ...sound, channels }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/laq'), 'junction')
  writeFileSync(join(folder, 'laq'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/src/cli/main.js')}" "$@"\n`)
  chmodSync(join(folder, 'laq'), 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('command lines', async () => {
  const [commands] = blocks('sh')
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  execFileSync('/bin/sh', ['-e', '-c', commands], { cwd: folder, env, stdio: 'pipe' })
  const quarter = await readImage(join(folder, 'quarter.png'))
  expect([quarter.width, quarter.height]).toEqual([60, 48])
  expect((await readWav(readFileSync(join(folder, 'part.wav')))).channels[0]).toHaveLength(2.5 * 44100)
  expect(readFileSync(join(folder, 'half-a-bit.laq')).length).toBeLessThanOrEqual((0.5 * 240 * 192) / 8)
  for (const name of ['photo.laq', 'small.laq', 'back.png', 'map.png', 'curves/report.html', 'curves/bd.md'])
    expect(existsSync(join(folder, name)), name).toBe(true)
}, 300_000)

test('library', () => {
  const [portable, streamed, files, measured] = blocks('js').map((code, i) => {
    writeFileSync(join(folder, `${i}.mjs`), code)
    return execFileSync(process.execPath, [`${i}.mjs`], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  })
  expect(portable).toMatch(/^196608 samples of 256 x 256 pixels from \d+ bytes\n$/)
  expect(streamed).toBe('144000 samples came back\n')
  expect(files).toMatch(/100 %\n2 channels, 5 s, \d+ bytes\n10 integers of the left channel\ntruncated /)
  expect(existsSync(join(folder, 'decoded.webp'))).toBe(true)
  expect(measured).toMatch(/^true true\nlaq against WebP: -?\d+ %\n$/)
})

test('links and pictures lead to what the package holds, or to a page', () => {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] }
  const packed = [...files, 'README.md', 'LICENSE', 'package.json']
  const targets = [...readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target)
  expect(targets.length).toBeGreaterThan(2)
  expect(targets.filter((target) => !/^https:/.test(target) && !packed.includes(target))).toEqual([])
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('the two commands are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(blocks('bash')[0]).toMatch(/^npm ci && npm run demo .*\nnpm ci && npm test\n$/)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']))
})
