/** What goes to a thread: a task, and the kernels that the thread has not been given yet. */
import { compiled } from '../../codecs/wasm/loader.js'
import { jobOf, type Task } from './task.js'
import { buffersOf } from './transfer.js'

export interface Order {
  task: Task
  /** Each is compiled once for all threads, and given with the first task that needs it. */
  kernels: { name: string; module: WebAssembly.Module }[]
}

/** 'stop' ends the task under way, which answers all the same: with an error, or with a result that came first. */
export type Message = Order | 'stop'

/**
 * The order for a task.
 *
 * @param given names of the kernels that the thread has
 * @returns also the buffers that are moved to the thread
 */
export async function orderOf(task: Task, given: ReadonlySet<string>): Promise<{ order: Order; moved: ArrayBuffer[] }> {
  const { job, kernels: sources } = await jobOf(task)
  const names = job.kernels(task).filter((name) => !given.has(name))
  const kernels = await Promise.all(names.map(async (name) => ({ name, module: await compiled(name, sources[name]) })))
  return { order: { task, kernels }, moved: job.moves ? buffersOf(task) : [] }
}
