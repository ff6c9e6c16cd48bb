/** How far a sweep is: a bar with the time left on a terminal, a line now and then elsewhere. */
import type { SingleBar } from 'cli-progress'
import type { Shared } from './arguments.js'

/** Seconds between two lines where there is no terminal. */
const EVERY = 60

export class Sweeping {
  private readonly started = performance.now()
  private done = 0
  private bar: SingleBar | undefined
  private stopped = false
  private told = 0

  constructor(
    private readonly total: number,
    private readonly options: Pick<Shared, 'quiet' | 'json'>,
  ) {
    if (total > 0 && !options.quiet && process.stderr.isTTY) void this.show()
  }

  private async show(): Promise<void> {
    const { default: cliProgress } = await import('cli-progress')
    if (this.stopped) return
    const format = '{bar} {value} of {total} points, {left} left'
    this.bar = new cliProgress.SingleBar({ format, clearOnComplete: true, gracefulExit: false })
    this.bar.start(this.total, this.done, { left: this.left() })
  }

  /** Time to the end at the speed so far. */
  private left(): string {
    if (this.done === 0) return 'some time'
    const seconds = Math.round((((performance.now() - this.started) / this.done) * (this.total - this.done)) / 1000)
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds} s`
  }

  /** One point more, measured or failed. */
  step(): void {
    this.done++
    this.bar?.update(this.done, { left: this.left() })
    const seconds = (performance.now() - this.started) / 1000
    if (this.options.quiet || process.stderr.isTTY || seconds < this.told + EVERY) return
    this.told = seconds
    process.stderr.write(`${this.done} of ${this.total} points, ${this.left()} left\n`)
  }

  stop(): void {
    this.stopped = true
    this.bar?.stop()
  }
}
