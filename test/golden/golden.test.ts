import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GOLDEN_CASES, type Hashes } from './cases.js'

const FILE = new URL('./golden.json', import.meta.url)

if (process.env.LAQ_GOLDEN === 'write') {
  test('golden.json is written anew', async () => {
    const hashes: Record<string, Hashes> = {}
    for (const [name, make] of Object.entries(GOLDEN_CASES)) hashes[name] = await make()
    writeFileSync(FILE, `${JSON.stringify(hashes, null, 2)}\n`)
  })
} else {
  const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Hashes>

  test.each(Object.entries(GOLDEN_CASES))(
    '%s: bytes and samples are the known ones (if they should not be: npm run golden)',
    async (name, make) => {
      expect(await make()).toEqual(golden[name])
    },
  )

  test('golden.json holds these cases and no others', () => {
    expect(Object.keys(golden).sort()).toEqual(Object.keys(GOLDEN_CASES).sort())
  })
}
