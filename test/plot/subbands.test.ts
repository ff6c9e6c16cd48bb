import { expect, test } from 'vitest'
import type { Subband } from '../../src/image/inspect.js'
import { readPng } from '../../src/io/image/png.js'
import { drawSubbands, subbandRows } from '../../src/plot/subbands.js'

const subbands: Subband[] = [0, 1, 2].flatMap((plane) => [
  { plane, level: 5, kind: 'low-pass', bits: 100 * (plane + 1) },
  ...[1, 2, 3, 4, 5].flatMap((level) => (['across', 'down', 'both'] as const).map((kind) => ({ plane, level, kind, bits: level }))),
])

test('a row for each band from the coarsest, with what each plane takes', () => {
  const rows = subbandRows(subbands)
  expect(rows.map(({ name }) => name)).toEqual([
    'low-pass, 1/32',
    ...[32, 16, 8, 4, 2].flatMap((part) => [`1/${part}, across`, `1/${part}, down`, `1/${part}, both`]),
  ])
  expect(rows[0].bits).toEqual([100, 200, 300])
  expect(rows[15].bits).toEqual([1, 1, 1])
})

test('a bar is as long as its bits; nothing at all is a chart too', async () => {
  const cb = async (bits: Subband[]) => {
    const { data } = await readPng(await drawSubbands(bits, { width: 64, height: 64 }))
    let count = 0
    for (let i = 0; i < data.length; i += 3) if (data[i] === 0x56 && data[i + 1] === 0xb4 && data[i + 2] === 0xe9) count++
    return count
  }
  const [all, none] = [await cb(subbands), await cb(subbands.map((band) => ({ ...band, bits: 0 })))]
  // the legend's square alone
  expect(none).toBeGreaterThan(200)
  expect(all).toBeGreaterThan(10 * none)
})
