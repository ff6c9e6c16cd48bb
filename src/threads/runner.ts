/** Who does tasks: this thread, or others; and how many tasks are done by whoever does them. */
import { type RunOptions, throwIfAborted } from '../../codecs/turns.js'
import { runTask, type Task, type TaskResult } from './task.js'

/** Runs tasks: in this thread, or in others. */
export interface Runner {
  /** How many tasks it works on at once: callers keep a few more than that under way. */
  readonly concurrency: number
  /** @throws what the task throws, and the reason of `signal` soon after it fires, whether the task is under way or waits */
  run<T extends Task>(task: T, options?: RunOptions): Promise<TaskResult<T>>
}

/** Where work is done, and until when. */
export interface Work {
  runner: Runner
  signal: AbortSignal | undefined
}

/** One task at a time, here. */
export const inThisThread: Runner = { concurrency: 1, run: runTask }

/** The runner, all of whose tasks heed `options`. */
export const heedful = (runner: Runner, options: RunOptions): Runner => ({
  concurrency: runner.concurrency,
  run: (task) => runner.run(task, options),
})

/**
 * Runs `count` tasks, each made when its turn comes (so that memory holds only those under way), and hands each result to
 * `take` as it arrives, in any order.
 *
 * @throws whatever a task throws, and the reason of `signal`
 */
export async function runAll<T extends Task>(
  runner: Runner,
  count: number,
  make: (index: number) => T,
  take: (result: TaskResult<T>, index: number) => void,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: ((done: number) => void) | undefined } = {},
): Promise<void> {
  let started = 0
  let finished = 0
  let failed = false
  const lane = async () => {
    while (started < count && !failed) {
      throwIfAborted(signal)
      const index = started++
      take(await runner.run(make(index), { signal }), index)
      onProgress?.(++finished / count)
    }
  }
  // one lane more than threads: the next task is ready when a thread is done
  const lanes = Array.from({ length: runner.concurrency > 1 ? runner.concurrency + 1 : 1 }, () =>
    lane().catch((error) => {
      failed = true
      throw error
    }),
  )
  await Promise.all(lanes)
}
