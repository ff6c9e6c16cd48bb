/**
 * Builds the AssemblyScript kernels to WebAssembly and inlines each as base64 in a `built/<name>.ts`, so that Node,
 * bundlers and browsers load it with a plain import. A kernel whose sources and flags have not changed is left alone.
 *
 * AssemblyScript's decorator for functions is no TypeScript: kernels have it as a comment, `// @inline` in a line of its own, which becomes
 * the decorator here. So TypeScript and the formatter read what is compiled.
 *
 *     node codecs/wasm/build.mjs [--force] [name ...]
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Name of each kernel: its entry source and the folder that receives it. The last one is for tests alone. */
const kernels = {
  'image-decoder': { entry: 'codecs/image/blocks/kernel/decoder.ts', out: 'codecs/wasm/built' },
  'image-encoder': { entry: 'codecs/image/blocks/search/kernel/encoder.ts', out: 'codecs/wasm/built' },
  alpha: { entry: 'codecs/image/alpha/kernel/plane.ts', out: 'codecs/wasm/built' },
  'wavelet-decoder': { entry: 'codecs/image/wavelet/kernel/decoder.ts', out: 'codecs/wasm/built' },
  'wavelet-encoder': { entry: 'codecs/image/wavelet/kernel/encoder.ts', out: 'codecs/wasm/built' },
  'audio-decoder': { entry: 'codecs/audio/lossy/kernel/decoder.ts', out: 'codecs/wasm/built' },
  'audio-encoder': { entry: 'codecs/audio/lossy/kernel/encoder.ts', out: 'codecs/wasm/built' },
  'lossless-decoder': { entry: 'codecs/audio/lossless/kernel/decoder.ts', out: 'codecs/wasm/built' },
  'lossless-encoder': { entry: 'codecs/audio/lossless/kernel/encoder.ts', out: 'codecs/wasm/built' },
  'image-metrics': { entry: 'src/metrics/kernel/image.ts', out: 'src/metrics/built' },
  butteraugli: { entry: 'src/metrics/kernel/butteraugli.ts', out: 'src/metrics/built' },
  'audio-metrics': { entry: 'src/metrics/kernel/audio.ts', out: 'src/metrics/built' },
  stages: { entry: 'test/kernel/stages.ts', out: 'test/built' },
}

const flags = [
  ...['-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort=', '--enable', 'simd'],
  ...['--importMemory', '--initialMemory', '16', '--noExportMemory', '--zeroFilledMemory'],
]

/** Kernel sources by path from the root: everything below a folder named `kernel`. */
function kernelSources(folder, found = new Map()) {
  for (const item of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${item.name}`
    if (item.isDirectory()) kernelSources(path, found)
    else if (path.includes('/kernel/') && path.endsWith('.ts')) found.set(path, readFileSync(join(root, path), 'utf8'))
  }
  return found
}

/** The sources that `entry` reaches through its imports, in a fixed order, with their text: what decides whether to build. */
function reached(entry, sources, seen = new Set()) {
  if (seen.has(entry)) return seen
  const text = sources.get(entry)
  if (text === undefined) throw new Error(`${entry}: no such kernel source`)
  seen.add(entry)
  for (const [, from] of text.matchAll(/from '(\.[^']+)'/g))
    reached(`${relative(root, join(root, dirname(entry), from))}.ts`, sources, seen)
  return seen
}

async function build(name, { entry, out }, sources, force) {
  const inputs = [...reached(entry, sources)].sort().map((path) => path + sources.get(path))
  const hash = createHash('sha256')
    .update(flags.join(' ') + inputs.join('\0'))
    .digest('hex')
    .slice(0, 16)
  const target = join(root, out, `${name}.ts`)
  if (!force && existsSync(target) && readFileSync(target, 'utf8').startsWith(`// ${hash}\n`)) return
  const { default: asc } = await import('assemblyscript/asc')
  const files = new Map()
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernel.wasm', '--baseDir', root, ...flags], {
    readFile: (path, baseDir) => {
      const file = join(baseDir, path)
      return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('// @inline\n', '@inline\n') : null
    },
    writeFile: (path, data) => files.set(path, data),
  })
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${name}: ${error.message}\n`)
    process.exit(1)
  }
  const wasm = files.get('kernel.wasm')
  const text = `// ${hash}\n/** WebAssembly of ${entry}, in base64. Made by codecs/wasm/build.mjs. */\nexport default '${Buffer.from(wasm).toString('base64')}' as string\n`
  mkdirSync(join(root, out), { recursive: true })
  const temporary = `${target}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, target)
  console.error(`${name}: ${wasm.length} bytes, ${gzipSync(wasm).length} gzipped`)
}

const force = process.argv.includes('--force')
const names = process.argv.slice(2).filter((name) => name !== '--force')
const sources = new Map(['codecs', 'src', 'test'].flatMap((folder) => [...kernelSources(folder)]))
for (const [name, kernel] of Object.entries(kernels)) {
  if (names.length === 0 || names.includes(name)) await build(name, kernel, sources, force)
}
