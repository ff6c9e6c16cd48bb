/** The package in other people's builds: in bundles, and under compilers that know less of the platform. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'

import packageFile from '../../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'laq-bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))

const external = Object.keys({ ...packageFile.dependencies, ...packageFile.peerDependencies })

/** A program that uses a pool, as one file. */
async function bundle(name: string, code: string, format: 'esm' | 'cjs'): Promise<string> {
  const outfile = join(folder, name)
  const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'error', external } as const
  // packages resolve as for those who installed the package
  await build({ ...shared, stdin: { contents: code, resolveDir: root }, outfile, format, logOverride: { 'empty-import-meta': 'silent' } })
  return outfile
}

function run(file: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { timeout: 60_000, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : `exit code ${status}: ${stderr}`
}

const program = (pool: string) => `
  import { decodeImage, encodeImage } from 'laq'
  import { createPool } from 'laq/node'
  const data = Uint8Array.from({ length: 128 * 96 }, (_, i) => (i * i) % 251)
  const image = { width: 128, height: 96, channels: 1, bitDepth: 8, data }
  const here = await encodeImage(image, { tileSize: 64 })
  const pool = ${pool}
  const there = await encodeImage(image, { tileSize: 64, runner: pool }).catch((error) => error)
  await pool.close()
  console.log(there instanceof Error ? there.code + ': ' + there.message : Buffer.compare(here, there) + ' ' + (await decodeImage(there)).data.length)
`

describe('in a bundle a pool', () => {
  test('has the program of its threads as a file of its own', async () => {
    await bundle('worker.mjs', `import 'laq/worker'`, 'esm')
    const file = await bundle('main.mjs', program(`createPool(2, { workerUrl: new URL('./worker.mjs', import.meta.url) })`), 'esm')
    expect(run(file)).toBe('0 12288')
  })

  test('has it in the same file, or as text', async () => {
    const main = program('createPool(2, { workerUrl: __filename })').replaceAll(/^ {2}import .*$/gm, '')
    const single = `
      import { isMainThread } from 'node:worker_threads'
      import { decodeImage, encodeImage } from 'laq'
      import { createPool } from 'laq/node'
      import 'laq/worker'
      async function main() {${main}}
      if (isMainThread) main()
    `
    expect(run(await bundle('single.cjs', single, 'cjs'))).toBe('0 12288')
    const worker = await bundle('text.mjs', `import 'laq/worker'`, 'esm')
    const text = `createPool(2, { workerUrl: 'data:text/javascript;base64,' + (await import('node:fs')).readFileSync(${JSON.stringify(worker)}, 'base64') })`
    expect(run(await bundle('astext.mjs', program(text), 'esm'))).toBe('0 12288')
  })

  test('says what it misses', async () => {
    for (const format of ['esm', 'cjs'] as const) {
      const code = program('createPool(2)')
      const main = format === 'cjs' ? code.replace(/const data[\s\S]*/, (body) => `void (async () => {${body}})()`) : code
      const found = run(await bundle(`without.${format === 'cjs' ? 'cjs' : 'mjs'}`, main, format))
      expect(found, format).toMatch(/^crashed: .*give createPool the workerUrl of laq\/worker/)
    }
  })
})

/** What a page that imports `code` loads: sources from the root, and bytes, with what the names in `later` load when they are called for. */
async function loadedBy(code: string, later: string[] = []): Promise<{ sources: string[]; gzipped: number }> {
  const shared = { bundle: true, splitting: true, minify: true, write: false, metafile: true, format: 'esm', logLevel: 'error' } as const
  const { metafile, outputFiles } = await build({
    ...shared,
    stdin: { contents: code, resolveDir: root },
    outdir: folder,
    absWorkingDir: root,
  })
  const sources = new Set<string>()
  const seen = new Set<string>()
  let gzipped = 0
  const visit = (chunk: string) => {
    if (seen.has(chunk)) return
    seen.add(chunk)
    const { inputs, imports } = metafile.outputs[chunk]
    for (const source of Object.keys(inputs)) sources.add(source)
    gzipped += gzipSync(outputFiles.find(({ path }) => path.endsWith(basename(chunk)))!.contents).length
    for (const { path, kind } of imports) if (kind === 'import-statement') visit(path)
  }
  for (const [chunk, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === '<stdin>' || later.some((name) => entryPoint?.endsWith(name))) visit(chunk)
  }
  return { sources: [...sources], gzipped }
}

describe('a page', () => {
  const decodesSound = `import { decodeAudio } from 'laq/audio'\nglobalThis.decode = decodeAudio`
  const soundTasks = ['codecs/audio/tasks.js', 'built/audio-decoder.js', 'built/lossless-decoder.js']

  test('for sound loads nothing of pictures, and no kernel before there is a sound', async () => {
    const { sources } = await loadedBy(`import * as laq from 'laq/audio'\nglobalThis.laq = laq`)
    expect(sources).toContain('dist/src/audio/decode.js')
    expect(sources.filter((path) => /\/image\/|\/metrics\/|\/built\//.test(path))).toEqual([])
    const decoding = await loadedBy(decodesSound, soundTasks)
    expect(decoding.sources.filter((path) => path.includes('/image'))).toEqual([])
    expect(decoding.gzipped).toBeLessThan(55_000)
  })

  test('for pictures loads nothing of sounds, and neither kernels nor priors before there is a picture', async () => {
    const { sources } = await loadedBy(`import * as laq from 'laq/image'\nglobalThis.laq = laq`)
    expect(sources).toContain('dist/src/image/decode.js')
    expect(sources.filter((path) => /\/audio\/|\/metrics\/|\/built\/|priors/.test(path))).toEqual([])
  })
})

describe('types', () => {
  const uses = {
    'any.ts': `
      import { AudioEncoderStream, decodeImage, encodeAudio, encodeImage, inspect, setKernel } from 'laq'
      import { ssimulacra2 } from 'laq/metrics'
      const image = { width: 1, height: 1, channels: 1 as const, bitDepth: 8, data: new Uint8Array(1) }
      export async function work() {
        const decoded = await decodeImage(await encodeImage(image, { quality: 3 }))
        return [decoded.data.length, (await ssimulacra2(decoded, image)).score, AudioEncoderStream, encodeAudio, inspect, setKernel]
      }
    `,
    'node.ts': `
      import { createPool, encodeAudioStream, readImage } from 'laq/node'
      export const found = [createPool(2, { workerUrl: new URL('file:///worker.js') }), encodeAudioStream, readImage]
      export const aborted = readImage('a.png', { limits: { pixels: 3 } })
    `,
    'page.ts': `
      import { AudioDecoderStream, decodeImage, encodeImage } from 'laq'
      export const sound = (response: Response) => response.body!.pipeThrough(new AudioDecoderStream())
      export const image = async (url: string, signal: AbortSignal) => decodeImage(await fetch(url), { signal })
      export const drawn = (canvas: CanvasRenderingContext2D) => encodeImage(canvas.getImageData(0, 0, 9, 9))
    `,
  }

  test.each<[string, string[], string[], (keyof typeof uses)[]]>([
    ['nothing of a platform', ['ES2022'], [], ['any.ts']],
    ['Node', ['ES2022'], ['node'], ['any.ts', 'node.ts']],
    ['browsers', ['ES2022', 'DOM'], [], ['any.ts', 'page.ts']],
  ])('compile where the compiler knows %s', (name, lib, types, files) => {
    const place = join(folder, name.replaceAll(' ', '-'))
    mkdirSync(join(place, 'node_modules'), { recursive: true })
    symlinkSync(root, join(place, 'node_modules/laq'))
    for (const part of ['@types', 'undici-types']) symlinkSync(join(root, 'node_modules', part), join(place, 'node_modules', part))
    for (const file of files) writeFileSync(join(place, file), uses[file])
    const compilerOptions = { target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, noEmit: true, lib, types }
    // what others declare is checked by none of ours
    const options = { ...compilerOptions, preserveSymlinks: true, skipLibCheck: false }
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }))
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', place], { encoding: 'utf8' })
    expect(stdout.split('\n').filter((line) => line && !line.includes('node_modules/@types') && !line.startsWith(' '))).toEqual([])
  })
})
