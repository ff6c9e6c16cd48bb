/** Which threads a command's coding runs on. */
import { inThisThread, type Runner } from '../threads/runner.js'

/** Work above this (pixels, or samples of a sound) goes to threads: a start costs some 40 ms each. */
const SMALL = 2 ** 20

/** A pool for as long as a command runs, started when the first work is worth it. */
export class Threads {
  private pool: (Runner & { close(): Promise<void> }) | undefined

  /** @param areMany works go on at once, and in other threads, however small each is */
  constructor(
    private readonly jobs: number,
    private readonly areMany = false,
  ) {}

  /**
   * The runner for work of `size` pixels or samples. Large work goes to the pool even with one job, so that this thread
   * stays free for signals and the progress bar.
   */
  async runner(size: number): Promise<Runner> {
    if (size <= SMALL && !this.areMany) return inThisThread
    if (!this.pool) {
      const { createPool } = await import('../node/pool.js')
      this.pool = createPool(this.jobs)
    }
    return this.pool
  }

  async close(): Promise<void> {
    await this.pool?.close()
  }
}
