/**
 * The unit of work that threads share: a tile of a picture, a segment of a sound, a picture to be measured. A task is a plain object that
 * can be cloned to another thread. It tells its domain, its name in that domain's table, and what to work on.
 */
import type { Job } from '../../codecs/job.js'
import { type RunOptions, throwIfAborted } from '../../codecs/turns.js'
import type { KernelSource } from '../../codecs/wasm/loader.js'

/** The tables, each loaded with its code when its first task comes: who decodes sounds has nothing of pictures. */
const TABLES = {
  image: () => import('../../codecs/image/tasks.js'),
  audio: () => import('../../codecs/audio/tasks.js'),
  metrics: () => import('../metrics/tasks.js'),
}

type Domain = keyof typeof TABLES
type TableOf<D extends Domain> = Awaited<ReturnType<(typeof TABLES)[D]>>['TASKS']

/** A task of any domain; {@link TaskResult} is what it comes to. */
export type Task = {
  [D in Domain]: {
    [N in keyof TableOf<D>]: TableOf<D>[N] extends Job<infer Input, unknown> ? { domain: D; task: N } & Input : never
  }[keyof TableOf<D>]
}[Domain]

export type TaskResult<T extends Task = Task> = T extends { domain: infer D extends Domain; task: infer N }
  ? N extends keyof TableOf<D>
    ? TableOf<D>[N] extends Job<never, infer Output>
      ? Output
      : never
    : never
  : never

/** The row of a task in its table, and where the kernels of its domain are from. */
export async function jobOf<T extends Task>({ domain, task }: T) {
  const { TASKS, KERNELS } = await TABLES[domain]()
  return { job: (TASKS as Record<string, unknown>)[task] as Job<T, TaskResult<T>>, kernels: KERNELS as Record<string, KernelSource> }
}

/** Does a task in this thread, where others have their turns meanwhile. @throws what the task throws, abortReason */
export async function runTask<T extends Task>(task: T, options: RunOptions = {}): Promise<TaskResult<T>> {
  throwIfAborted(options.signal)
  const { job } = await jobOf(task)
  return job.run(task, options)
}
