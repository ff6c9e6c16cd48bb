import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLog, readPoints } from '../../src/rd/results.js'
import type { OperatingPoint } from '../../src/rd/run.js'
import { runOf } from '../../src/rd/run.js'
import { folder } from '../cli/laq.js'

const point = (setting: number): OperatingPoint => ({
  codec: 'laq',
  item: 'ä "b".png',
  setting,
  bytes: 100 + setting,
  bpp: 1,
  psnrYDb: null,
})

test('a run that was ended anywhere in a line goes on behind the last whole one', async () => {
  const at = join(folder(), 'results.jsonl')
  const first = await openLog(join(at, '..'))
  for (const setting of [1, 2, 3]) await first.append(point(setting))
  await first.close()
  const whole = readFileSync(at)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (cut) => {
      writeFileSync(at, whole.subarray(0, cut))
      const kept = whole.subarray(0, cut).toString().split('\n').length - 1
      expect(await readPoints(join(at, '..'))).toEqual([1, 2, 3].slice(0, kept).map(point))
      const log = await openLog(join(at, '..'))
      await log.append(point(9))
      await log.close()
      expect(await readPoints(join(at, '..'))).toEqual([...[1, 2, 3].slice(0, kept), 9].map(point))
    }),
  )
})

test('lines that are no points are named', async () => {
  const at = folder()
  writeFileSync(join(at, 'results.jsonl'), `${JSON.stringify(point(1))}\n\n{"codec":"laq"}\n`)
  await expect(readPoints(at)).rejects.toThrow(`${join(at, 'results.jsonl')}: line 3 is no operating point`)
  appendFileSync(join(at, 'results.jsonl'), 'half')
  writeFileSync(join(at, 'results.jsonl'), 'not JSON\n')
  await expect(readPoints(at)).rejects.toThrow('line 1')
  expect(await readPoints(folder())).toEqual([])
})

test('of points alone, a run is told: published ones name images', async () => {
  const at = folder()
  const rows = [
    { codec: 'jxl7', image: 'a.png', setting: 1.1, bytes: 5, bpp: 1, ssimulacra2: 70 },
    { codec: 'avif_iq', image: 'a.png', setting: 50, bytes: 5, bpp: 1, ssimulacra2: 71 },
  ]
  writeFileSync(join(at, 'results.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  expect(runOf(await readPoints(at))).toMatchObject({ kind: 'image', anchor: 'avif_iq', metrics: ['ssimulacra2'], items: { 'a.png': {} } })
})
