import { expect, test } from 'vitest'
import { readHeader } from '../../codecs/container/container.js'
import { LaqError } from '../../src/index.js'
import { fuzzCases } from './files.js'
import { mutate } from './mutate.js'

/** As many more as there is time for: bench/fuzz.ts. */
const MUTATIONS = 1500
const cases = await fuzzCases()

/** Decodes to a result, or to the one error: anything else is a finding. */
async function settles(decode: () => Promise<unknown>): Promise<'result' | LaqError['code']> {
  try {
    await decode()
    return 'result'
  } catch (error) {
    if (error instanceof LaqError) return error.code
    throw error
  }
}

test.each(cases)('$name: cut at every byte', async ({ file, decode, isTolerant, isPart }) => {
  for (let length = 0; length < file.length; length++) {
    const outcome = await settles(() => decode(file.subarray(0, length)))
    if (isPart && outcome === 'result') continue
    // what has a header can be passed over
    expect(outcome).toBe(isTolerant && length >= readHeader(file).end ? 'result' : 'truncated')
  }
  expect(await settles(() => decode(file))).toBe('result')
})

test.each(cases)('$name: mutated', { timeout: 240_000 }, async ({ file, decode, isTolerant }) => {
  const outcomes: Record<string, number> = {}
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const outcome = await settles(() => decode(mutate(file, seed))).catch((error) => {
      throw new Error(`mutation ${seed}`, { cause: error })
    })
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  // the damage reaches the decoder proper, and is noticed where it can be
  expect(outcomes.result).toBeGreaterThan(MUTATIONS / 25)
  expect(outcomes.malformed).toBeGreaterThan(isTolerant ? 0 : MUTATIONS / 10)
})
