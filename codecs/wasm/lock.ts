/** One at a time, in the order of their coming: a kernel has a state of its own, and a task that waits for a turn is in the middle of it. */
import { heeding, type RunOptions } from '../turns.js'

export class Lock {
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `work` when all that came before has ended. @throws what `work` throws, and abortReason also while it waits */
  async hold<T>(work: () => Promise<T>, { signal }: RunOptions = {}): Promise<T> {
    const before = this.last
    let leave: () => void = () => undefined
    this.last = new Promise<void>((resolve) => {
      leave = resolve
    })
    try {
      await heeding(before, signal)
    } catch (error) {
      // those behind still wait for those before
      void before.then(leave)
      throw error
    }
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
