/** Everything that is written from a run's points: the same files for the same points, whatever order they come in. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from '../../io/output.js'
import type { OperatingPoint, Run } from '../run.js'
import { bdTable } from './bdtable.js'
import { curvesChart, speedChart } from './charts.js'
import { codecCompare } from './codeccompare.js'
import { comparisonOf } from './comparison.js'
import type { ReportPictures, ReportSounds } from './media.js'
import { inOrder, mainMetric, metricsOf } from './order.js'
import { reportPage } from './page.js'
import { textTable } from './texttable.js'
import { worstReport } from './worst.js'

/** What pictures may take of the page: browsers and mail take such files, larger ones they take unwillingly. */
const PAGE_BYTES = 38e6

export interface ReportOptions {
  /** Absent: no pictures are compared. */
  pictures?: ReportPictures
  /** Absent: there are no excerpts. */
  sounds?: ReportSounds
  /** Draw the charts that are files of their own (default true), which needs packages: see {@link missingForCharts}. The page needs none. */
  charts?: boolean
}

type Write = (name: string, content: string | Uint8Array) => Promise<void>

/**
 * Writes the tables, charts and pages of a run into its folder, replacing those of an earlier time.
 *
 * @returns names of the files within the folder
 * @throws Error of the file system
 */
export async function writeReport(
  folder: string,
  run: Run,
  allPoints: readonly OperatingPoint[],
  { pictures, sounds, charts = true }: ReportOptions = {},
): Promise<string[]> {
  const points = inOrder(run, allPoints)
  const written: string[] = []
  const write: Write = async (name, content) => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, typeof content === 'string' ? new TextEncoder().encode(content) : content, { force: true })
    written.push(name)
  }

  await write('table.txt', textTable(run, points))
  await write('bd.md', bdTable(run, points))
  for (const [name, text] of codecCompare(run, points)) await write(name, text)

  if (charts) await drawCharts(run, points, write)

  const { text, files } = await worstReport(run, points, pictures, sounds)
  await write('worst.md', text)
  for (const [name, png] of files) await write(name, png)

  const comparison = pictures && run.kind === 'image' ? await comparisonOf(run, points, pictures, PAGE_BYTES) : undefined
  await write('report.html', await reportPage(run, points, comparison))
  return written
}

async function drawCharts(run: Run, points: readonly OperatingPoint[], write: Write): Promise<void> {
  const metrics = metricsOf(run, points)
  const main = mainMetric(metrics)
  for (const metric of metrics) {
    const chart = await curvesChart(run, points, metric)
    if (!chart) continue
    await write(`curves-${metric}.svg`, chart.svg)
    if (metric !== main) continue
    await write('curves.svg', chart.svg)
    await write('curves.png', chart.png)
  }
  const speed = main && (await speedChart(run, points, main))
  if (!speed) return
  await write('speed.svg', speed.svg)
  await write('speed.png', speed.png)
}
