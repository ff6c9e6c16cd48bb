/** Threads for tasks: a runner for the `runner` option of the codecs, on Node's worker threads. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { LaqError } from '../../codecs/errors.js'
import { heeding, type RunOptions, throwIfAborted } from '../../codecs/turns.js'
import { nameOf } from '../calls/input.js'
import { checkRules, integer, type Rules } from '../calls/options.js'
import { type AnyKernelName, moduleOf } from '../threads/kernels.js'
import { kernelsOf, type Runner, type Task, type TaskResult } from '../threads/task.js'
import { buffersOf } from '../threads/transfer.js'
import type { Answer, Message, Order, Thrown } from './worker.js'

export interface Pool extends Runner {
  /** Ends the threads; tasks that are under way or wait, and later ones, fail with 'aborted'. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

interface Job {
  task: Task
  signal: AbortSignal | undefined
  resolve(result: TaskResult): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  /** Kernels it has been given: each is compiled once for all threads. */
  kernels: Set<AnyKernelName>
  job?: Job | undefined
}

export interface PoolOptions {
  /**
   * Where threads find their program, which is `laq/worker`: for programs in a bundle, whose files are not where laq's are. A URL (file: or
   * data:), or an absolute path; it may be that of the program itself, if that imports `laq/worker`.
   */
  workerUrl?: string | URL
}

const RULES: Rules<PoolOptions> = {
  workerUrl: (name, value) => {
    if (typeof value !== 'string' && !(value instanceof URL)) throw new TypeError(`${name} is ${nameOf(value)}, not a string or a URL`)
  },
}

/** What a thread runs. */
function programOf(workerUrl: string | URL | undefined): string | URL {
  if (workerUrl === undefined) {
    // bundles of CommonJS have no such place
    if (!import.meta.url) throw new LaqError('crashed', `no thread can start: ${BUNDLED}`)
    return new URL('./worker.js', import.meta.url)
  }
  return typeof workerUrl === 'string' && /^(file|data):/.test(workerUrl) ? new URL(workerUrl) : workerUrl
}

const BUNDLED = 'the program of threads is not there; in a bundle, give createPool the workerUrl of laq/worker'

/**
 * Creates a pool of threads, each started when there is a task for it. Idle threads do not keep the process alive.
 *
 * @param threads 1..256; by default as many as there are cores for this process
 */
export function createPool(threads: number = availableParallelism(), options: PoolOptions = {}): Pool {
  integer(1, 256)('threads', threads)
  checkRules('createPool', options, RULES)
  const running = new Set<Thread>()
  const waiting: Job[] = []
  let closed = false

  function start(): Thread {
    // flags such as --input-type are for the caller's own module
    const worker = new Worker(programOf(options.workerUrl), { execArgv: [] })
    const thread: Thread = { worker, kernels: new Set() }
    running.add(thread)
    worker.unref()
    worker.on('message', (answer: Answer) => {
      const { job } = thread
      rest(thread)
      if ('error' in answer) job?.reject(revive(answer.error))
      else job?.resolve(answer.result)
      dispatch()
    })
    const died = (reason: string, cause?: unknown) => {
      if (!running.delete(thread)) return
      const gone = closed ? new LaqError('aborted', 'the pool was closed') : new LaqError('crashed', `a thread died: ${reason}`, { cause })
      thread.job?.reject(gone)
      dispatch()
    }
    worker.on('error', (error) => {
      const isMissing = /MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException)?.code))
      died(isMissing ? BUNDLED : error instanceof Error ? error.message : String(error), error)
    })
    worker.on('exit', (code) => died(`exit code ${code}`))
    return thread
  }

  /** An idle thread does not keep the process alive, but one that is being ended does: somebody waits for it. */
  function rest(thread: Thread): void {
    thread.job = undefined
    if (!closed) thread.worker.unref()
  }

  function dispatch(): void {
    while (waiting.length > 0 && !closed) {
      let thread = [...running].find(({ job }) => !job)
      if (!thread && running.size >= threads) return
      const job = waiting.shift()!
      try {
        thread ??= start()
      } catch (error) {
        job.reject(error as Error)
        continue
      }
      void hand(thread, job)
    }
  }

  async function hand(thread: Thread, job: Job): Promise<void> {
    thread.job = job
    thread.worker.ref()
    try {
      const names = kernelsOf(job.task).filter((name) => !thread.kernels.has(name))
      const kernels = await Promise.all(names.map(async (name) => ({ name, module: await moduleOf(name) })))
      const order: Order = { task: job.task, kernels }
      throwIfAborted(job.signal)
      for (const name of names) thread.kernels.add(name)
      // what is measured stays with the caller
      thread.worker.postMessage(order, job.task.task === 'measureImage' ? [] : buffersOf(job.task))
    } catch (error) {
      rest(thread)
      job.reject(error as Error)
      dispatch()
    }
  }

  /** Frees the place of a job whose caller has gone. */
  function withdraw(job: Job): void {
    const place = waiting.indexOf(job)
    if (place >= 0) waiting.splice(place, 1)
    const stop: Message = 'stop'
    for (const thread of running) if (thread.job === job) thread.worker.postMessage(stop)
  }

  async function close(): Promise<void> {
    closed = true
    for (const { reject } of waiting.splice(0)) reject(new LaqError('aborted', 'the pool was closed'))
    await Promise.all([...running].map(({ worker }) => worker.terminate()))
  }

  return {
    concurrency: threads,
    async run<T extends Task>(task: T, { signal }: RunOptions = {}): Promise<TaskResult<T>> {
      throwIfAborted(signal)
      if (closed) throw new LaqError('aborted', 'the pool was closed')
      let job: Job | undefined
      const done = new Promise<TaskResult<T>>((resolve, reject) => {
        job = { task, signal, resolve: resolve as (result: TaskResult) => void, reject }
        waiting.push(job)
        dispatch()
      })
      return heeding(done, signal, () => withdraw(job!))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The error as it was thrown in the thread. */
function revive({ name, code, message, stack }: Thrown): Error {
  const known = { TypeError, RangeError, RuntimeError: WebAssembly.RuntimeError } as Record<string, new (message: string) => Error>
  const error = code ? new LaqError(code, message) : new (known[name] ?? Error)(message)
  if (stack) error.stack = stack
  return error
}
