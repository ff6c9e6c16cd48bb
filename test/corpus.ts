/** The shared corpus beside the repository. Tests that need it are skipped, and say so, where it is absent. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

const root = fileURLToPath(new URL('../../shared/corpus/', import.meta.url))

/** Path of a folder of the corpus, or nothing where it is absent. */
export function corpusFolder(name: string): string | undefined {
  const folder = `${process.env.LAQ_CORPUS ?? root}/${name}`
  return existsSync(folder) ? folder : undefined
}

/** A group of tests on a folder of the corpus. Where it is absent `tests` still runs, to name what is skipped: files are for the tests themselves to open. */
export function describeCorpus(name: string, tests: (folder: string) => void): void {
  const folder = corpusFolder(name)
  if (folder) describe(name, () => tests(folder))
  else describe.skip(`${name} (skipped: ../shared/corpus/${name} is absent)`, () => tests(''))
}
