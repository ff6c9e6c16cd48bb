/**
 * The folder of a run on disk. Each operating point is one write to the end of results.jsonl, which the system does whole or,
 * when it is ended in the middle, in part: a part is cut off before the run goes on.
 */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../io/output.js'
import type { OperatingPoint, Run } from './run.js'

const RESULTS = 'results.jsonl'
const RUN = 'run.json'

/** What tells points apart. */
export const keyOf = ({ codec, item, setting }: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>): string =>
  JSON.stringify([codec, item, setting])

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** The points of a folder, in the order of their measurement. @throws Error naming the line that is no point */
export async function readPoints(folder: string, name = RESULTS): Promise<OperatingPoint[]> {
  const text = (await textOf(join(folder, name))) ?? ''
  // behind the last line feed there is nothing, or a part of a line
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const points = new Map<string, OperatingPoint>()
  for (const [i, line] of lines.entries()) {
    if (!line.trim()) continue
    const point = parsePoint(line)
    if (!point) throw new Error(`${join(folder, name)}: line ${i + 1} is no operating point`)
    points.set(keyOf(point), point)
  }
  return [...points.values()]
}

function parsePoint(line: string): OperatingPoint | undefined {
  try {
    const point = JSON.parse(line)
    // points published elsewhere call the item an image
    const item = point.item ?? point.image
    if (typeof point.codec !== 'string' || typeof item !== 'string' || !(point.bytes > 0)) return undefined
    return { ...point, item }
  } catch {
    return undefined
  }
}

/** What a run measures, or undefined if the folder does not say. */
export async function readRun(folder: string): Promise<Run | undefined> {
  const text = await textOf(join(folder, RUN))
  return text === undefined ? undefined : (JSON.parse(text) as Run)
}

export async function writeRun(folder: string, run: Run): Promise<void> {
  await writeWhole(join(folder, RUN), Buffer.from(`${JSON.stringify(run, undefined, 1)}\n`), { force: true })
}

/** results.jsonl, open for more. */
export interface PointLog {
  append(point: OperatingPoint): Promise<void>
  close(): Promise<void>
}

/** Opens results.jsonl, or another such file, behind its last whole line. */
export async function openLog(folder: string, name = RESULTS): Promise<PointLog> {
  const path = join(folder, name)
  const before = Buffer.from((await textOf(path)) ?? '')
  const file = await open(path, 'a')
  await file.truncate(before.lastIndexOf(10) + 1)
  return {
    append: async (point) => {
      await file.appendFile(`${JSON.stringify(point)}\n`)
    },
    close: () => file.close(),
  }
}
