/** The list of the files that figures were measured on, and the command that compares a folder with it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import corpus from '../../bench/corpus.json' with { type: 'json' }
import { sha256 } from '../hash.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

const run = (...words: string[]) => {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/corpus.ts', ...words], { cwd: root, encoding: 'utf8' })
  return { status, lines: stdout.trimEnd().split('\n') }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'laq-corpus-'))
  const files = { 'a.png': sha256(Buffer.from('a')), 'b.png': sha256(Buffer.from('b')) }
  const origins = { here: { url: 'https://example.org/', licence: 'CC0', note: 'cut' } }
  const sets = [{ folder: 'images/set', origin: 'here', usedBy: ['bench/results/rd.md'], files }]
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ origins, sets }))
  mkdirSync(join(folder, 'images/set'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const compare = (contents: Record<string, string>) => {
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, 'images/set', name), text)
  return run(folder, '--list', join(folder, 'list.json'))
}

test('what is missing is told with where it comes from, and is no error', () => {
  expect(compare({ 'a.png': 'a' })).toEqual({
    status: 0,
    lines: [
      'images/set: 1 of 2 there',
      '  missing: b.png',
      '  from https://example.org/ (cut); licence: CC0; for bench/results/rd.md',
      '1 there, 1 missing, 0 different',
    ],
  })
})

test('a file that differs is an error', () => {
  const { status, lines } = compare({ 'a.png': 'a', 'b.png': 'B' })
  expect(status).toBe(1)
  expect(lines).toContain('  different: b.png')
})

test('a whole folder', () => {
  expect(compare({ 'a.png': 'a', 'b.png': 'b' })).toEqual({
    status: 0,
    lines: ['images/set: 2 of 2 there', '2 there, 0 missing, 0 different'],
  })
})

test('a folder has to be named', () => expect(run().status).toBe(2))

test('the list names each file once, with an origin, a licence and tables that are there', () => {
  const { origins, sets } = corpus
  const paths = sets.flatMap((set) => Object.keys(set.files).map((name) => `${set.folder}/${name}`))
  expect(new Set(paths).size).toBe(paths.length)
  expect(sets.flatMap((set) => Object.values(set.files)).filter((hash) => !/^[0-9a-f]{64}$/.test(hash))).toEqual([])
  expect([...new Set(sets.map(({ origin }) => origin))].sort()).toEqual(Object.keys(origins).sort())
  for (const { url, licence } of Object.values(origins))
    expect([url, licence]).toEqual([expect.stringMatching(/^https:/), expect.any(String)])
  expect(sets.flatMap(({ usedBy }) => usedBy).filter((table) => !existsSync(join(root, table)))).toEqual([])
})

test('every set that a table names is in the list', () => {
  const known = new Set(corpus.sets.map(({ folder }) => folder.split('/').at(-1)!))
  const SETS =
    /\b(kodak|cid22|clic2025|gb82|gb82_screen|screens_doc|illustrations|art_rgba|clipart_rgba|textures|(?:music|loops|speech)\d+|hires|multichannel)\b/g
  for (const table of ['rd', 'quality', 'sets', 'alpha', 'sound', 'soundquality', 'lossless', 'README']) {
    const text = readFileSync(join(root, `bench/results/${table}.md`), 'utf8')
    expect([...text.matchAll(SETS)].map(([set]) => set).filter((set) => !known.has(set))).toEqual([])
  }
})
