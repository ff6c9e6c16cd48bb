/** Threads for tasks: a runner for the `runner` option of the codecs, on Node's worker threads. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { LaqError } from '../../codecs/errors.js'
import { nameOf } from '../calls/input.js'
import { checkRules, integer, type Rules } from '../calls/options.js'
import { type Listener, Queue, type Thread } from '../threads/queue.js'
import type { Runner } from '../threads/runner.js'

/** Threads that tasks can run in: give it as `runner`. */
export interface Pool extends Runner {
  /** Ends the threads. Tasks that are under way or wait, and later ones, fail with LaqError 'aborted'. */
  close(): Promise<void>
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Options of a pool. */
export interface PoolOptions {
  /**
   * Where threads find their program, which is `laq/worker`. Default: beside this file. A program in a bundle gives it, since its files are
   * not where laq's are. It is a URL (file: or data:) or an absolute path. It may be that of the program itself, if that imports
   * `laq/worker`.
   */
  workerUrl?: string | URL
}

const RULES: Rules<PoolOptions> = {
  workerUrl: (name, value) => {
    if (typeof value !== 'string' && !(value instanceof URL)) throw new TypeError(`${name} is ${nameOf(value)}, not a string or a URL`)
  },
}

/**
 * Creates a pool of threads, each started when there is a task for it. Idle threads do not keep the process alive.
 *
 * @param threads 1..256; by default as many as there are cores for this process
 */
export function createPool(threads: number = availableParallelism(), options: PoolOptions = {}): Pool {
  integer(1, 256)('threads', threads)
  checkRules('createPool', options, RULES)
  const queue = new Queue(threads, (listener) => startThread(options.workerUrl, listener))
  const close = () => queue.close()
  return { concurrency: threads, run: (task, options) => queue.run(task, options), close, [Symbol.asyncDispose]: close }
}

function startThread(workerUrl: PoolOptions['workerUrl'], { answered, died }: Listener): Thread {
  // flags such as --input-type are for the caller's own module
  const worker = new Worker(programOf(workerUrl), { execArgv: [] })
  worker.on('message', answered)
  worker.on('error', (error) => {
    const isMissing = /MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException)?.code))
    died(isMissing ? BUNDLED : error instanceof Error ? error.message : String(error), error)
  })
  worker.on('exit', (code) => died(`exit code ${code}`))
  return {
    post: (message, moved) => worker.postMessage(message, moved),
    keepAlive: (isKept) => (isKept ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  }
}

const BUNDLED = 'the program of threads is not there; in a bundle, give createPool the workerUrl of laq/worker'

/** What a thread runs. @throws LaqError 'crashed' where its place cannot be told */
function programOf(workerUrl: PoolOptions['workerUrl']): string | URL {
  if (workerUrl === undefined) {
    // bundles of CommonJS have no such place
    if (!import.meta.url) throw new LaqError('crashed', `no thread can start: ${BUNDLED}`)
    return new URL('./worker.js', import.meta.url)
  }
  return typeof workerUrl === 'string' && /^(file|data):/.test(workerUrl) ? new URL(workerUrl) : workerUrl
}
