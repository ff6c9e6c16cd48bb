import { expect, test } from 'vitest'
import { bdTable } from '../../../src/rd/report/bdtable.js'
import { type Batch, codecCompare } from '../../../src/rd/report/codeccompare.js'
import { textTable } from '../../../src/rd/report/texttable.js'
import type { OperatingPoint, Run } from '../../../src/rd/run.js'
import { NASTY, stubPoints, stubRun } from './stub.js'

const points = stubPoints()

test('table.txt has a row per codec and setting, with totals and means', () => {
  const lines = textTable(stubRun, points).split('\n')
  const at = points.filter(({ codec, setting }) => codec === 'laq' && setting === 40)
  const row = lines.find((line) => /^laq +40 /.test(line))!.split(/ {2,}/)
  const bytes = at.reduce((sum, point) => sum + point.bytes, 0)
  const bpp = at.reduce((sum, { bpp = 0 }) => sum + bpp, 0) / 3
  // 2 million pixels a second, a tenth of that in encoding, by what the codec takes
  expect(row).toEqual([
    'laq',
    '40',
    '3',
    String(bytes),
    bpp.toFixed(4),
    (0.2 / 0.9).toFixed(3),
    (2 / 0.9).toFixed(3),
    '35.00',
    '50.00',
    '2.240',
  ])
  expect(lines.filter((line) => /^(avif|laq|mozjpeg) +(all|\d+) /.test(line))).toHaveLength(3 * 5)
  expect(lines.filter((line) => line.includes('street.png'))).toHaveLength(12)
  expect(lines).toContain('laq: laq 0.1.0, effort 5, tune perceptual (setting: quality)')
  // names stay on their line
  expect(lines.filter((line) => line.includes('</script>') && line.includes('&.png'))).toHaveLength(12)
})

test('columns are as wide in every row', () => {
  const block = textTable(stubRun, points).split('\n\n')[3].split('\n')
  expect(block).toHaveLength(2 + 3 * 5)
  expect(new Set(block.map((line) => line.length)).size).toBe(1)
})

test('unknown times and values are dashes, infinite ones inf', () => {
  const [first] = points
  const bare: OperatingPoint = { codec: 'avif', item: first.item, setting: 100, bytes: 9, bpp: 1, psnrYDb: null }
  expect(textTable(stubRun, [first, bare])).toMatch(/\navif +100 +1 +9 +1\.0000 +- +- +inf +- +-\n/)
})

test('sounds have kb/s and multiples of realtime', () => {
  const run: Run = {
    kind: 'audio',
    anchor: 'opus',
    codecs: { opus: { label: 'Opus', peer: 'opus', options: {}, setting: 'kb/s', settings: [] } },
    items: { 'a.wav': { path: 'a.wav', seconds: 10, sampleRateHz: 48000, channels: 2 } },
    metrics: ['odgBasic'],
  }
  const text = textTable(run, [
    { codec: 'opus', item: 'a.wav', setting: 64, bytes: 80000, kbps: 64, odgBasic: -1.5, encodeCpuSeconds: 0.5, decodeCpuSeconds: 0.02 },
  ])
  expect(text).toContain('enc x realtime')
  expect(text).toMatch(/opus +64 +1 +80000 +64\.00 +20\.000 +500\.0 +-1\.500/)
})

test('bd.md has the figures of each metric and names what is missing', () => {
  const text = bdTable(
    stubRun,
    points.filter(({ codec, item }) => !(codec === 'laq' && item === NASTY)),
  )
  expect(text).toContain('# BD-rates against avif')
  expect(text).toMatch(/\| mozjpeg +\| +\+50\.00 % \| +\+50\.00 % \|/)
  expect(text).toMatch(/\| laq +\| -10\.00 % \| +0\.00 \| -10\.00 % \| -10\.00 % \| .* \| +2 \| +1 \|/)
  for (const metric of ['PSNR-Y', 'SSIMULACRA2', 'Butteraugli 3-norm']) expect(text).toContain(`## ${metric}\n`)
  expect(text).toContain(`- laq: no points of laq (1): \\</script\\>\\<b\\>"it's" \\| \\\`x\\\` \\&.png\n`)
})

test('the order of the points changes nothing', () => {
  const shuffled = points.map((point, i) => [(i * 7919) % points.length, point] as const).sort(([a], [b]) => a - b)
  const other = shuffled.map(([, point]) => point)
  expect(textTable(stubRun, other)).toBe(textTable(stubRun, points))
  expect(bdTable(stubRun, other)).toBe(bdTable(stubRun, points))
  expect(codecCompare(stubRun, other)).toEqual(codecCompare(stubRun, points))
})

test('a run without anchor, codecs or points is said to be so', () => {
  expect(bdTable(stubRun, [])).toContain('no points of the anchor')
  expect(bdTable({ ...stubRun, anchor: 'gone' }, points)).toContain('no points of the anchor')
  expect(textTable(stubRun, [])).toContain('0 images, 0 codecs')
})

/** What the viewer's loader asks of a batch. */
function checkBatch(text: string): { constants: Record<string, string>; rows: Record<string, string | number>[] } {
  const json: Batch = JSON.parse(text)
  const names = (descriptions: Record<string, string>[]) =>
    descriptions.map((description) => {
      const entries = Object.entries(description)
      expect(entries).toHaveLength(1)
      expect(typeof entries[0][1]).toBe('string')
      return entries[0][0]
    })
  const [constants, fields] = [names(json.constant_descriptions), names(json.field_descriptions)]
  expect(json.constant_values).toHaveLength(constants.length)
  for (const value of json.constant_values) expect(typeof value).toBe('string')
  expect(fields.length).toBeGreaterThan(0)
  const rows = json.field_values.map((row) => {
    expect(row).toHaveLength(fields.length)
    for (const value of row) expect(['string', 'number']).toContain(typeof value)
    return Object.fromEntries(fields.map((name, i) => [name, row[i]]))
  })
  return { constants: Object.fromEntries(constants.map((name, i) => [name, json.constant_values[i]])), rows }
}

test('codec-compare: a batch of all points, and one for each codec', () => {
  const files = codecCompare(stubRun, points)
  const all = checkBatch(files.get('codec-compare.json')!)
  expect(all.rows).toHaveLength(points.length)
  expect(all.rows[0]).toMatchObject({
    codec: 'avif',
    original_name: 'street.png',
    width: 540,
    quality: 20,
    psnr: 30,
    'p3-norm': expect.closeTo(3.16, 9),
  })
  const paths: string[] = JSON.parse(files.get('codec-compare/batches.json')!)
  const batches = paths.map((path) => checkBatch(files.get(`codec-compare/${path}`)!))
  expect(batches.map(({ constants }) => constants.name)).toEqual(['avif', 'laq', 'mozjpeg'])
  expect(batches.map(({ rows }) => rows.length)).toEqual([12, 12, 12])
  expect(files.size).toBe(5)
})

test('codec-compare: infinite values are 99, rows without a value are counted', () => {
  const some = points.slice(0, 4).map((point, i) => ({ ...point, ...(i === 3 ? { psnrYDb: null } : {}) }))
  const { ssimulacra2: _, ...without } = some[0]
  const { constants, rows } = checkBatch(codecCompare(stubRun, [without, ...some.slice(1)]).get('codec-compare.json')!)
  expect(rows.map(({ psnr }) => psnr)).toEqual([35, 40, 99])
  expect(constants.left_out).toBe('1 of 4')
})
