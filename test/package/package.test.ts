/** The package as its users get it: packed, installed in an empty folder, run and imported there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPng, writePng } from '../../src/io/image/png.js'
import { pattern } from '../pictures.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

const run = (command: string, words: string[], cwd = folder) =>
  execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
/** Runs a module in the user's folder and returns what it prints. */
const script = (code: string, cwd = folder) => run(process.execPath, ['--input-type=module', '--eval', code], cwd)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'laq-package-'))
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root).replace(/^[^[]*/, ''))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0', type: 'module', private: true }))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', filename])
  writeFileSync(join(folder, 'in.png'), await writePng(pattern(200, 150)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('holds what is needed and nothing else', () => {
  const installed = readdirSync(join(folder, 'node_modules/laq'), { recursive: true }).map(String)
  // what kernels are told is laid out in files that are TypeScript, too
  expect(installed.filter((path) => /kernel\/(?!(parameters|settings)\.)|\.test\.|^test|^bench|\.wasm$/.test(path))).toEqual([])
  expect(installed).toEqual(
    expect.arrayContaining([
      'package.json',
      'LICENSE',
      'samples/usage/steps.jpg',
      'dist/src/index.js',
      'dist/src/node.d.ts',
      'dist/src/node/worker.js',
    ]),
  )
})

test('the command runs', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(run('npx', ['--no-install', 'laq', '--version']).trim()).toBe(version)
  run('npx', ['--no-install', 'laq', 'encode', 'in.png', '-o', 'out.laq'])
  run('npx', ['--no-install', 'laq', 'decode', 'out.laq', '-o', 'out.png'])
  expect(await readPng(readFileSync(join(folder, 'out.png')))).toMatchObject({ width: 200, height: 150, channels: 3 })
})

test('without the packages that draw charts, rd and demo give all else and say what to install', () => {
  const ended = (words: string[]) => spawnSync('npx', ['--no-install', 'laq', ...words], { cwd: folder, encoding: 'utf8' })
  const hint = 'laq: no charts were drawn: they need packages that are not installed (npm install @observablehq/plot linkedom)\n'
  expect(readdirSync(join(folder, 'node_modules'))).not.toContain('linkedom')
  const demo = ended(['demo', 'demo'])
  expect({ status: demo.status, stderr: demo.stderr }).toEqual({ status: 0, stderr: hint })
  const made = readdirSync(join(folder, 'demo'))
  expect(made).toEqual(expect.arrayContaining(['stilllife-dct.laq', 'stilllife-dct-steps.png', 'voice-decoded.wav']))
  expect(made).not.toContain('rate-distortion.svg')
  const rd = ended(['rd', 'in.png', '--codecs', 'laq,webp', '--settings', '30,60,90', '--metrics', 'psnrYDb', '--out', 'run'])
  expect(rd.status).toBe(0)
  expect(rd.stderr).toContain(hint)
  expect(readdirSync(join(folder, 'run'))).toEqual(expect.arrayContaining(['bd.md', 'table.txt', 'codec-compare.json', 'report.html']))
})

test('the library is imported, with threads', () => {
  const printed = script(`
    import { decodeImage, encodeImage, inspect, LaqError } from 'laq'
    import { createPool, readImage, writeImage } from 'laq/node'
    const pool = createPool(2)
    const bytes = await encodeImage(await readImage('in.png'), { quality: 60, runner: pool, tileSize: 64 })
    const image = await decodeImage(bytes, { runner: pool })
    await pool.close()
    await writeImage('library.webp', image)
    const error = await decodeImage(bytes.subarray(0, 20)).catch((error) => error)
    console.log(JSON.stringify([image.width, image.height, (await inspect(bytes)).kind, error instanceof LaqError, error.code]))
  `)
  expect(JSON.parse(printed)).toEqual([200, 150, 'image', true, 'truncated'])
})

test('the root entry needs no other package', () => {
  const bare = join(folder, 'bare')
  mkdirSync(join(bare, 'node_modules'), { recursive: true })
  cpSync(join(folder, 'node_modules/laq'), join(bare, 'node_modules/laq'), { recursive: true })
  const code = `
    import { decodeImage, encodeImage } from 'laq'
    const data = new Uint8Array(64 * 64 * 3).map((_, i) => i)
    console.log((await decodeImage(await encodeImage({ width: 64, height: 64, channels: 3, bitDepth: 8, data }))).data.length)
  `
  expect(script(code, bare).trim()).toBe(String(64 * 64 * 3))
})

test('the types hold in a strict TypeScript project, by Node’s and by bundlers’ resolution', () => {
  writeFileSync(
    join(folder, 'user.ts'),
    `import { decodeImage, encodeImage, type ImageData, LaqError, type Limits } from 'laq'
     import { createPool, readImage } from 'laq/node'
     const limits: Partial<Limits> = { pixels: 50e6 }
     const image: ImageData = await decodeImage(await encodeImage(await readImage('in.png', { limits }), { quality: 75, effort: 4 }))
     const file: Uint8Array<ArrayBuffer> = await encodeImage(image, { runner: createPool(1) })
     // @ts-expect-error a word, not a number
     await encodeImage(image, { quality: 'high' })
     export const why = (error: unknown): string => (error instanceof LaqError ? error.code : String(file.length))
    `,
  )
  const tsc = join(root, 'node_modules/.bin/tsc')
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', '--lib', 'ES2023,DOM']
  for (const [module, resolution] of [
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ]) {
    run(tsc, ['--noEmit', '--strict', '--target', 'ES2022', '--module', module, '--moduleResolution', resolution, ...types, 'user.ts'])
  }
})
