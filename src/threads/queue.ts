/** Who waits and who works: a pool of threads, whatever a platform's threads are. */
import { LaqError } from '../../codecs/errors.js'
import { heeding, type RunOptions, throwIfAborted } from '../../codecs/turns.js'
import { type Answer, revived } from './answer.js'
import { type Message, orderOf } from './order.js'
import type { Runner } from './runner.js'
import type { Task, TaskResult } from './task.js'

/** A thread of the platform. */
export interface Thread {
  /** Sends a message. The buffers in `moved` leave this thread. */
  post(message: Message, moved: ArrayBuffer[]): void
  /** A thread that works keeps the process alive, an idle one does not. */
  keepAlive(isKept: boolean): void
  end(): Promise<unknown>
}

/** Whom a thread tells what becomes of it. */
export interface Listener {
  answered(answer: Answer): void
  /** The thread is gone, and its task with it. Only the first call counts. */
  died(reason: string, cause?: unknown): void
}

/** A task, and who waits for it. */
interface Job {
  task: Task
  signal: AbortSignal | undefined
  resolve(result: TaskResult): void
  reject(error: Error): void
}

interface Worker {
  thread: Thread
  /** Names of the kernels that it has been given. */
  kernels: Set<string>
  job?: Job | undefined
}

export class Queue implements Runner {
  private readonly workers = new Set<Worker>()
  private readonly waiting: Job[] = []
  private closed = false

  /**
   * @param concurrency threads at most
   * @param start starts a thread; called when there is a task and nobody idle
   */
  constructor(
    readonly concurrency: number,
    private readonly start: (listener: Listener) => Thread,
  ) {}

  async run<T extends Task>(task: T, { signal }: RunOptions = {}): Promise<TaskResult<T>> {
    throwIfAborted(signal)
    if (this.closed) throw closedError()
    let job: Job | undefined
    const done = new Promise<TaskResult<T>>((resolve, reject) => {
      job = { task, signal, resolve: resolve as (result: TaskResult) => void, reject }
      this.waiting.push(job)
      this.dispatch()
    })
    return heeding(done, signal, () => this.withdraw(job!))
  }

  /** Ends the threads. Tasks that are under way or wait, and later ones, fail with LaqError 'aborted'. */
  async close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.waiting.splice(0)) reject(closedError())
    await Promise.all([...this.workers].map(({ thread }) => thread.end()))
  }

  /** Gives waiting tasks to idle threads, and starts threads as far as they may be. */
  private dispatch(): void {
    while (this.waiting.length > 0 && !this.closed) {
      let worker = [...this.workers].find(({ job }) => !job)
      if (!worker && this.workers.size >= this.concurrency) return
      const job = this.waiting.shift()!
      try {
        worker ??= this.hire()
      } catch (error) {
        job.reject(error as Error)
        continue
      }
      void this.hand(worker, job)
    }
  }

  private hire(): Worker {
    const answered = (answer: Answer) => {
      const { job } = worker
      this.rest(worker)
      if ('error' in answer) job?.reject(revived(answer.error))
      else job?.resolve(answer.result)
      this.dispatch()
    }
    const died = (reason: string, cause?: unknown) => {
      if (!this.workers.delete(worker)) return
      worker.job?.reject(this.closed ? closedError() : new LaqError('crashed', `a thread died: ${reason}`, { cause }))
      this.dispatch()
    }
    const worker: Worker = { thread: this.start({ answered, died }), kernels: new Set() }
    this.workers.add(worker)
    worker.thread.keepAlive(false)
    return worker
  }

  private async hand(worker: Worker, job: Job): Promise<void> {
    worker.job = job
    worker.thread.keepAlive(true)
    try {
      const { order, moved } = await orderOf(job.task, worker.kernels)
      throwIfAborted(job.signal)
      for (const { name } of order.kernels) worker.kernels.add(name)
      worker.thread.post(order, moved)
    } catch (error) {
      this.rest(worker)
      job.reject(error as Error)
      this.dispatch()
    }
  }

  /** A thread that is being ended still keeps the process alive: somebody waits for its end. */
  private rest(worker: Worker): void {
    worker.job = undefined
    if (!this.closed) worker.thread.keepAlive(false)
  }

  /** Frees the place of a job whose caller has gone. */
  private withdraw(job: Job): void {
    const place = this.waiting.indexOf(job)
    if (place >= 0) this.waiting.splice(place, 1)
    for (const worker of this.workers) if (worker.job === job) worker.thread.post('stop', [])
  }
}

const closedError = () => new LaqError('aborted', 'the pool was closed')
