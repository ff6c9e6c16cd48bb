import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { missingForCharts } from '../../../src/rd/charts/packages.js'
import { openLog, writeRun } from '../../../src/rd/results.js'
import { folder, laqProcess } from '../../cli/laq.js'
import { stubPoints, stubRun } from '../report/stub.js'

const WITHOUT = pathToFileURL(join(import.meta.dirname, '../nocharts.mjs')).href

test('here charts can be drawn', async () => {
  expect(await missingForCharts()).toBeUndefined()
})

test('where the packages are not installed, a report has all else, and one line says what to install', async () => {
  const cwd = folder()
  mkdirSync(join(cwd, 'run'))
  await writeRun(join(cwd, 'run'), stubRun)
  const log = await openLog(join(cwd, 'run'))
  for (const point of stubPoints()) await log.append(point)
  await log.close()
  const { code, stdout, stderr } = await laqProcess(['rd', '--plot-only', 'run'], { cwd, env: { NODE_OPTIONS: `--import ${WITHOUT}` } })
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'laq: no charts were drawn: they need packages that are not installed (npm install @observablehq/plot linkedom)\n' +
      '36 points in run: table.txt, bd.md, codec-compare.json, worst.md, report.html\n',
  })
  expect(stdout.toString()).toContain('mozjpeg')
  expect(readFileSync(join(cwd, 'run/report.html'), 'utf8')).toContain('id="curves"')
  expect(existsSync(join(cwd, 'run/curves.svg'))).toBe(false)
})
