/** A thread of the pool: takes one task at a time and sends back its result, or the error as plain facts. */
import '../calls/platform.js'
import { parentPort } from 'node:worker_threads'
import { LaqError, type LaqErrorCode } from '../../codecs/errors.js'
import { type AnyKernelName, setKernel } from '../threads/kernels.js'
import { runTask, type Task, type TaskResult } from '../threads/task.js'
import { buffersOf } from '../threads/transfer.js'

export interface Order {
  task: Task
  /** Each given with the first task that needs it. */
  kernels: { name: AnyKernelName; module: WebAssembly.Module }[]
}

/** 'stop' ends the task under way, which answers all the same: with an error, or with a result that came first. */
export type Message = Order | 'stop'

/** An error as plain facts: cloning keeps neither our class nor its code. */
export interface Thrown {
  name: string
  code: LaqErrorCode | undefined
  message: string
  stack: string | undefined
}

export type Answer = { result: TaskResult } | { error: Thrown }

let stopper = new AbortController()

parentPort?.on('message', async (message: Message) => {
  // a task lets messages come in between its steps
  if (message === 'stop') return stopper.abort()
  const { task, kernels } = message
  stopper = new AbortController()
  let answer: Answer
  try {
    for (const { name, module } of kernels) setKernel(name, module)
    answer = { result: await runTask(task, { signal: stopper.signal }) }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const code = error instanceof LaqError ? error.code : undefined
    answer = { error: { name: error.name, code, message: error.message, stack: error.stack } }
  }
  parentPort?.postMessage(answer, buffersOf(answer))
})
