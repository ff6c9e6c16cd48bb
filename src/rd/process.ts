/** Processes that code and measure: one job each at a time, replaced when they die. */
import { type ChildProcess, fork } from 'node:child_process'
import type { MetricName } from './metricnames.js'
import type { OperatingPoint } from './run.js'

/** A point to be measured. */
export interface Job {
  /** What the item is. */
  kind: 'image' | 'audio'
  /** Name of the codec in the run. */
  codec: string
  /** Name of the item in the run. */
  item: string
  /** Where the item is read. */
  path: string
  /** What the codec is asked for. */
  setting: number
  /** What is measured. */
  metrics: MetricName[]
  /** Where the encoded file is kept, without its suffix; not if undefined. */
  keep?: string | undefined
}

export interface Setup {
  /** Modules of peers. */
  peers: string[]
}

export type Answer = { point: OperatingPoint } | { failed: string }

/** A process at work. */
export class Worker {
  private child: ChildProcess | undefined

  constructor(private readonly setup: Setup) {}

  /** Does a job; a process that dies of it fails that job alone. */
  do(job: Job): Promise<Answer> {
    this.child ??= fork(new URL('./worker.js', import.meta.url), [JSON.stringify(this.setup)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const { child } = this
    return new Promise((resolve) => {
      const said: Buffer[] = []
      const listen = (part: Buffer) => said.push(part)
      const end = (answer: Answer) => {
        child.off('message', answered).off('exit', died).stderr?.off('data', listen)
        resolve(answer)
      }
      const answered = (answer: Answer) => end(answer)
      const died = (code: number | null, signal: string | null) => {
        this.child = undefined
        const last = Buffer.concat(said).toString().trim().split('\n').at(-1)
        end({ failed: `the process ended with ${signal ?? code}${last ? `: ${last}` : ''}` })
      }
      child.on('message', answered).on('exit', died).stderr?.on('data', listen)
      child.send(job, (error) => error && end({ failed: error.message }))
    })
  }

  close(): void {
    this.child?.kill('SIGKILL')
  }
}
