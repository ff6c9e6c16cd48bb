/** The house's rules on its own sources: which way imports point, what stands at the top, and how long a file and a function may be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))

/** Sources by path from the root, kernels included, built files not. */
const sources = new Map(
  ['codecs', 'src', 'samples', 'bench', 'test']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
        .filter((item) => item.isFile() && /\.(ts|mjs|js)$/.test(item.name) && !item.parentPath.endsWith('built'))
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

/**
 * Floors of the house from the top down: a file may import from its own floor and from floors below, types and what is loaded later
 * included.
 */
const FLOORS: [name: string, room: RegExp][] = [
  ['tests and benches', /^(test|bench)\//],
  ['command line', /^src\/cli\//],
  ['samples', /^samples\//],
  ['entries', /^src\/[^/]+$/],
  ['rates and distortions', /^src\/rd\//],
  ['charts, files, facts of any kind', /^src\/(plot|node|kinds)\//],
  ['pictures and sounds, coded and as other formats', /^src\/(image|audio|io)\//],
  ['threads', /^src\/threads\//],
  ['metrics', /^src\/metrics\//],
  ['what calls take', /^src\/calls\//],
  ['domains', /^codecs\/(image|audio)\//],
  ['stages', /^codecs\/(transform|laq|entropy|container)\//],
  ['loader', /^codecs\/wasm\//],
  ['errors, limits, turns and jobs', /^codecs\/(errors|limits|turns|job)$/],
]

/** Rooms of one floor that know nothing of each other. */
const APART = [/^codecs\/(image|audio)\//, /^src\/(image|audio)\//]

const floorOf = (path: string) => FLOORS.findIndex(([, room]) => room.test(path.replace(/\.(ts|mjs|js)$/, '')))

describe('imports', () => {
  test('point down the house', () => {
    const wrong: string[] = []
    for (const path of sources.keys()) {
      expect(floorOf(path), `${path} has a floor`).toBeGreaterThanOrEqual(0)
      for (const { to } of importsOf(path)) {
        if (!/^(codecs|src|samples|bench|test)\//.test(to) || floorOf(path) === 0) continue
        if (floorOf(to) < floorOf(path)) wrong.push(`${path} -> ${to}`)
        for (const rooms of APART) {
          const [here, there] = [path, to].map((place) => rooms.exec(place)?.[1])
          if (here && there && here !== there) wrong.push(`${path} -> ${to}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('go around in no circle, types and what is loaded later included', () => {
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (path: string, way: string[]) => {
      if (state.get(path) === 'open') circles.push([...way.slice(way.indexOf(path)), path].join(' -> '))
      if (state.has(path)) return
      state.set(path, 'open')
      for (const { to } of importsOf(path)) if (sources.has(`${to}.ts`)) visit(`${to}.ts`, [...way, path])
      state.set(path, 'done')
    }
    for (const path of sources.keys()) visit(path, [])
    expect(circles).toEqual([])
  })

  test('of what blocks are never reach how an encoder searches for them', () => {
    const wrong = [...sources.keys()]
      .filter((path) => path.startsWith('codecs/image/blocks/kernel/'))
      .flatMap((path) =>
        importsOf(path)
          .filter(({ to }) => to.includes('/search/'))
          .map(({ to }) => `${path} -> ${to}`),
      )
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

  test.each(['src/index.ts', 'src/image.ts', 'src/audio.ts', 'src/metrics.ts'])(
    'of %s reach no dependency and no Node module, however far',
    (entry) => {
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
    },
  )

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

describe('at the top of src', () => {
  const entries = [...sources.keys()].filter((path) => /^src\/[^/]+$/.test(path))

  test('are entries only, and each is a subpath that the package exports', () => {
    const exported = Object.values(packageFile.exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]))
    expect(entries.map((path) => `./dist/${path.replace(/\.ts$/, '.js')}`).sort()).toEqual(exported.sort())
  })

  test.each(entries)('%s is a list of what it exports', (path) => {
    const code = sources.get(path)!.replaceAll(/\/\*[\s\S]*?\*\//g, '')
    expect(code.replaceAll(/^(export [^'"]*? from|import) '[^']+'$/gm, '').trim()).toBe('')
  })
})

describe('a source is short enough to be read', () => {
  const MOST_LINES = 350
  const MOST_LINES_OF_FUNCTION = 90
  const ours = [...sources].filter(([path]) => /^(codecs|src)\//.test(path))

  /**
   * Functions and their lines. The formatter puts the end of what a line opens at that line's own indentation, so that no parser is
   * needed: a line that ends in `{` after parameters opens a function, unless a word that takes a condition begins it.
   */
  function functionsOf(text: string): { name: string; length: number }[] {
    const lines = text.split('\n')
    return lines.flatMap((line, first) => {
      const [, indent, rest] = /^( *)(.*)$/.exec(line)!
      const isBlock =
        /\{$/.test(rest) && !/^(\} )?(if|else|for|while|do|switch|try|catch|finally|return \{|case|default|class|interface)\b/.test(rest)
      const opens = isBlock && (/=> \{$/.test(rest) || /\)(: .*)? \{$/.test(rest))
      if (!opens) return []
      const last = lines.findIndex((other, i) => i > first && other.startsWith(`${indent}}`))
      // of parameters on lines of their own the function begins above
      let start = first
      if (/^\)/.test(rest)) while (start > 0 && (lines[start].startsWith(`${indent} `) || start === first)) start--
      return [{ name: `${start + 1}: ${lines[start].trim()}`, length: last - start + 1 }]
    })
  }

  test(`files have up to ${MOST_LINES} lines`, () => {
    const long = ours.map(([path, text]) => [path, text.trimEnd().split('\n').length] as const)
    expect(long.filter(([, length]) => length > MOST_LINES)).toEqual([])
  })

  test(`functions have up to ${MOST_LINES_OF_FUNCTION} lines`, () => {
    const all = ours.flatMap(([path, text]) => functionsOf(text).map((found) => ({ path, ...found })))
    expect(all.length).toBeGreaterThan(1500)
    const long = all.filter(({ length }) => length > MOST_LINES_OF_FUNCTION)
    expect(long.map(({ path, name, length }) => `${path}:${name} has ${length}`)).toEqual([])
  })
})

test('every kernel that is built is in the list of its domain, and no other is', () => {
  const listed = ['codecs/image/kernels.ts', 'codecs/audio/kernels.ts', 'src/metrics/kernels.ts'].flatMap((path) =>
    [...sources.get(path)!.matchAll(/^ {2}'?([\w-]+)'?: \(\) => import\('[./]+(?:wasm\/)?built\/([\w-]+)\.js'\)/gm)].map(
      ([, name, file]) => {
        expect(file).toBe(name)
        return name
      },
    ),
  )
  const built = [...sources.get('codecs/wasm/build.mjs')!.matchAll(/^ {2}'?([\w-]+)'?: \{ entry/gm)].map(([, name]) => name)
  expect([...listed, 'stages'].sort()).toEqual(built.sort())
})

test('no file is named for nothing in particular', () => {
  expect([...sources.keys()].filter((path) => /(^|\/)(utils?|misc|helpers?|common)(\/|\.)/.test(path))).toEqual([])
})
