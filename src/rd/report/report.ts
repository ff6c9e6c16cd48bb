/** Everything that is written from a run's points: the same files for the same points, whatever order they come in. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ImageData } from '../../image.js'
import { writeWhole } from '../../io/output.js'
import type { OperatingPoint, Run } from '../run.js'
import { bdTable } from './bdtable.js'
import { codecCompare } from './codeccompare.js'
import { inOrder } from './order.js'
import { textTable } from './texttable.js'

/** The pictures of a run, for what compares them. They are asked for one at a time, some of them more than once. */
export interface ReportPictures {
  original(item: string): Promise<ImageData>
  decoded(point: OperatingPoint): Promise<ImageData>
}

/**
 * Writes the tables, charts and pages of a run into its folder, replacing those of an earlier time.
 *
 * @param pictures absent: no pictures are compared
 * @returns names of the files within the folder
 * @throws Error of the file system
 */
export async function writeReport(
  folder: string,
  run: Run,
  allPoints: readonly OperatingPoint[],
  _pictures?: ReportPictures,
): Promise<string[]> {
  const points = inOrder(run, allPoints)
  const written: string[] = []
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, typeof content === 'string' ? new TextEncoder().encode(content) : content, { force: true })
    written.push(name)
  }

  await write('table.txt', textTable(run, points))
  await write('bd.md', bdTable(run, points))
  for (const [name, text] of codecCompare(run, points)) await write(name, text)
  return written
}
