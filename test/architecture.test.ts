/** The house's rules on its own sources: which way imports point, and how long a file may be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Sources by path from the root, kernels included, built files not. */
const sources = new Map(
  ['codecs', 'src', 'samples', 'bench', 'test']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
        .filter((item) => item.isFile() && /\.(ts|mjs)$/.test(item.name) && !item.parentPath.endsWith('built'))
        .map((item) => relative(root, join(item.parentPath, item.name)))
        .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const),
    ),
)

interface Import {
  to: string
  typeOnly: boolean
}

/** What a file imports or re-exports: paths from the root without suffix, or names of packages and Node modules. */
function importsOf(path: string): Import[] {
  // comments hold examples
  const code = sources.get(path)!.replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const found: Import[] = []
  for (const [, type, from] of code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm))
    found.push({ to: from, typeOnly: Boolean(type) })
  for (const [, from] of code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) found.push({ to: from, typeOnly: false })
  return found.map(({ to, typeOnly }) => ({ typeOnly, to: to.startsWith('.') ? join(dirname(path), to).replace(/\.(js|ts)$/, '') : to }))
}

/** Floors of the house from the top down: a file may import from its own floor's room and from floors below. */
const FLOORS: [name: string, room: RegExp][] = [
  ['tests and benches', /^(test|bench)\//],
  ['command line', /^src\/cli\//],
  ['samples', /^samples\//],
  ['library', /^src\//],
  ['domains', /^codecs\/(image|audio)\//],
  ['stages', /^codecs\/(transform|laq|entropy|container)\//],
  ['loader', /^codecs\/wasm\//],
  ['errors, limits and turns', /^codecs\/(errors|limits|turns)$/],
]
const floorOf = (path: string) => FLOORS.findIndex(([, room]) => room.test(path.replace(/\.(ts|mjs)$/, '')))

describe('imports', () => {
  test('point down the house', () => {
    const wrong: string[] = []
    for (const path of sources.keys()) {
      expect(floorOf(path), `${path} has a floor`).toBeGreaterThanOrEqual(0)
      for (const { to, typeOnly } of importsOf(path)) {
        if (!/^(codecs|src|samples|bench|test)\//.test(to) || floorOf(path) === 0) continue
        const [from, target] = [floorOf(path), floorOf(to)]
        if (target < from && !typeOnly) wrong.push(`${path} -> ${to}`)
        const domain = (place: string) => /^codecs\/(image|audio)\//.exec(place)?.[1]
        if (domain(path) && domain(to) && domain(path) !== domain(to)) wrong.push(`${path} -> ${to}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('of the codec reach nothing outside it', () => {
    const wrong = [...sources.keys()]
      .filter((path) => path.startsWith('codecs/') && path !== 'codecs/wasm/build.mjs')
      .flatMap((path) =>
        importsOf(path)
          .filter(({ to }) => !to.startsWith('codecs/'))
          .map(({ to }) => `${path} -> ${to}`),
      )
    expect(wrong).toEqual([])
  })

  test.each(['src/index.ts', 'src/metrics.ts'])('of %s reach no dependency and no Node module, however far', (entry) => {
    const seen = new Set<string>()
    const outside: string[] = []
    const visit = (path: string) => {
      if (seen.has(path)) return
      seen.add(path)
      for (const { to, typeOnly } of importsOf(path)) {
        if (sources.has(`${to}.ts`)) visit(`${to}.ts`)
        else if (!to.includes('/built/') && !typeOnly) outside.push(`${path} -> ${to}`)
      }
    }
    visit(entry)
    expect(outside).toEqual([])
    expect(seen.size).toBeGreaterThan(10)
  })

  test('of packages are lazy in src, but for the parser of the command line', () => {
    const eager = [...sources.keys()]
      .filter((path) => path.startsWith('src/'))
      .flatMap((path) =>
        [...sources.get(path)!.matchAll(/^import\s+(?!type\s)[^'"`;]*?\sfrom\s+'([^'.][^']*)'/gm)]
          .filter(([, from]) => !isBuiltin(from))
          .map(([, from]) => `${path} -> ${from}`),
      )
    expect(eager.sort()).toEqual(['src/cli/report.ts -> picocolors', 'src/cli/run.ts -> yargs'])
  })
})

test('no source is longer than 500 lines without a reason in its head', () => {
  const long = [...sources]
    .filter(([, text]) => text.split('\n').length > 501)
    .filter(([, text]) => !/\blong\b|\blines\b/.test(text.split('\n').slice(0, 20).join(' ')))
  expect(long.map(([path]) => path)).toEqual([])
})

test('no file is named for nothing in particular', () => {
  expect([...sources.keys()].filter((path) => /(^|\/)(utils?|misc|helpers?|common)(\/|\.)/.test(path))).toEqual([])
})
