/** In a browser: what Node encodes and decodes, bit for bit. */
import { expect, test } from 'vitest'
import { GOLDEN_CASES } from '../golden/cases.js'
import golden from '../golden/golden.json' with { type: 'json' }

test.each(Object.entries(GOLDEN_CASES))('%s: bytes and samples are those of Node', async (name, make) => {
  expect(await make()).toEqual((golden as Record<string, unknown>)[name])
})

test('this is a browser', () => {
  expect(typeof document).toBe('object')
})
