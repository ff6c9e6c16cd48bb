/**
 * The files that the published figures were measured on: which are there, which are missing and where those come from.
 *
 *   npx tsx bench/corpus.ts ../shared/corpus [--list bench/corpus.json]
 *
 * Files are known by their SHA-256. Exit code 1 if one differs; a missing one is no error, since each bench wants some sets only.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

interface Corpus {
  origins: Record<string, { url: string; licence: string; note?: string }>
  /** A folder may have several: one for each origin. */
  sets: { folder: string; origin: string; usedBy: string[]; files: Record<string, string> }[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'string', default: fileURLToPath(new URL('corpus.json', import.meta.url)) } },
})
const [folder] = positionals
if (!folder) {
  console.error('npx tsx bench/corpus.ts FOLDER: the folder that holds images/ and audio/')
  process.exit(2)
}
const { origins, sets } = JSON.parse(readFileSync(values.list, 'utf8')) as Corpus

type State = 'there' | 'missing' | 'different'

function stateOf(path: string, sha256: string): State {
  if (!existsSync(path)) return 'missing'
  return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256 ? 'there' : 'different'
}

const counts = { there: 0, missing: 0, different: 0 }
for (const set of sets) {
  const states = Object.entries(set.files).map(([name, sha256]) => [name, stateOf(join(folder, set.folder, name), sha256)] as const)
  const named = (state: State) => states.filter(([, its]) => its === state).map(([name]) => name)
  const [missing, different] = [named('missing'), named('different')]
  counts.there += named('there').length
  counts.missing += missing.length
  counts.different += different.length
  console.log(`${set.folder}: ${named('there').length} of ${states.length} there`)
  if (missing.length + different.length === 0) continue
  const { url, licence, note } = origins[set.origin]
  if (missing.length > 0) console.log(`  missing: ${missing.join(', ')}`)
  if (different.length > 0) console.log(`  different: ${different.join(', ')}`)
  console.log(`  from ${url}${note ? ` (${note})` : ''}; licence: ${licence}; for ${set.usedBy.join(', ')}`)
}
console.log(`${counts.there} there, ${counts.missing} missing, ${counts.different} different`)
process.exitCode = counts.different > 0 ? 1 : 0
