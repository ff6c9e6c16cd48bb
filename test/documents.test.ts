/** What the documents name is there: files and folders of this repository, and what links lead to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Made by a build or a run, and not committed. */
const MADE = /^(dist|docs\/api|bench\/\.cache|samples\/out)(\/|$)|\/built(\/|$)/

const FOLDERS = ['.', 'codecs', 'src', 'test', 'bench', 'samples', 'docs']
const documents = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: folder !== '.' }).map((name) => join(folder, String(name))))
  .filter((path) => path.endsWith('.md') && !MADE.test(path))
const textOf = (document: string) => readFileSync(join(root, document), 'utf8')

test('there are documents', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'FORMAT.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md']))
})

test.each(documents)('%s names files and folders that are there', (document) => {
  const named = [...textOf(document).matchAll(/(?<![\w./@:-])(?:codecs|src|test|bench|samples|docs)\/[\w./-]*\w/g)].map(([path]) => path)
  const missing = named.filter((path) => !MADE.test(path) && !existsSync(join(root, path)))
  expect([...new Set(missing)]).toEqual([])
})

/** As forges make them of headings. */
const anchorsOf = (document: string) =>
  [...textOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each(documents)('links of %s lead somewhere', (document) => {
  const targets = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
  const broken = targets
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path, anchor] = target.split('#')
      const file = path === '' ? document : normalize(join(dirname(document), path))
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })
  expect(broken).toEqual([])
})
