import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readContainer } from '../../codecs/container/container.js'
import { decodeImage, encodeImage } from '../../src/index.js'
import { readNeeded } from '../../src/io/needed.js'
import { decodeImageFile } from '../../src/node.js'
import { pattern } from '../pictures.js'

const folder = mkdtempSync(join(tmpdir(), 'laq-needed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function saved(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)
/** Larger than what is read at once. */
const metadata = [{ type: 'icc' as const, bytes: new Uint8Array(20_000).fill(9) }]

test.each(['dct', 'wavelet'] as const)('of %s files only the chunks of touched tiles are read, after the headers', async (transform) => {
  const file = await encodeImage({ ...pattern(256, 192), metadata }, { transform, tileSize: 64, quality: 98 })
  const path = saved(`${transform}.laq`, file)
  const region = { x: 70, y: 130, width: 50, height: 60 } // tile 9 of 12
  const { dataOffsets } = readContainer(file)
  expect(file.length).toBeGreaterThan(70_000)
  for (const scale of [1, 4] as const) {
    const read = await readNeeded(path, { region, scale })
    expect(read.length).toBe(file.length)
    const found = dataOffsets.slice(1).flatMap((end, i) => {
      const start = dataOffsets[i]
      const same = Buffer.compare(read.subarray(start, end), file.subarray(start, end)) === 0
      // headers are read in blocks that reach into the data
      if (!same && start > 65_536) expect(isZero(read.subarray(start, end))).toBe(true)
      return same && end > 65_536 ? [i] : []
    })
    const needed = transform === 'dct' ? [9] : scale === 1 ? [9, 21, 33, 45] : [9, 21]
    const beyond = needed.filter((chunk) => dataOffsets[chunk + 1] > 65_536)
    expect(found).toEqual(expect.arrayContaining(beyond))
    expect(found.length).toBeLessThanOrEqual(beyond.length + 1)
    expect(await decodeImageFile(path, { region, scale })).toEqual(await decodeImage(file, { region, scale }))
  }
  expect(await decodeImageFile(path)).toEqual(await decodeImage(file))
})

test('a preview takes the front alone, also of a file that ends there', async () => {
  const file = await encodeImage({ ...pattern(400, 300), metadata }, { preview: true, quality: 95 })
  const small = await decodeImage(file, { scale: 8 })
  const read = await readNeeded(saved('preview.laq', file), { scale: 8 })
  expect(isZero(read.subarray(65_536))).toBe(true)
  expect(file.length).toBeGreaterThan(70_000)
  expect(await decodeImage(read, { scale: 8 })).toEqual(small)
  const front = saved('front.laq', file.subarray(0, 6000))
  expect(await decodeImageFile(front, { scale: 8 })).toEqual({ ...small, metadata: [] })
})

test('errors are those of decoding, and of files', async () => {
  const file = await encodeImage(pattern(100, 100), { quality: 98, tileSize: 64 })
  const path = saved('whole.laq', file)
  const region = { x: 90, y: 90, width: 11, height: 1 }
  await expect(decodeImageFile(path, { region })).rejects.toThrow(RangeError)
  await expect(decodeImageFile(saved('cut.laq', file.subarray(0, -1)), { region: { ...region, width: 5 } })).rejects.toMatchObject({
    code: 'truncated',
  })
  await expect(decodeImageFile(saved('text.laq', Buffer.from('words')))).rejects.toMatchObject({ code: 'malformed' })
  await expect(decodeImageFile(saved('empty.laq', new Uint8Array(0)))).rejects.toMatchObject({ code: 'truncated' })
  await expect(decodeImageFile(join(folder, 'none.laq'))).rejects.toMatchObject({ code: 'ENOENT' })
})
