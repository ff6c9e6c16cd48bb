/** Work on segments, several at once where there are threads, with the results in order. */

import { throwIfAborted } from '../../codecs/turns.js'
import type { Runner } from '../threads/runner.js'

/** How many segments are under way: with threads a few more than those, so that one that takes long holds up none. */
export const segmentsAhead = ({ concurrency }: Runner): number => (concurrency > 1 ? 2 * concurrency : 1)

/** Results of `work` on 0..count-1, in order; at most `ahead` are under way or wait to be taken. */
export async function* inOrder<T>(
  count: number,
  ahead: number,
  work: (index: number) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const queue: Promise<T>[] = []
  for (let next = 0; next < count || queue.length > 0; ) {
    throwIfAborted(signal)
    while (next < count && queue.length < ahead) queue.push(handled(work(next++)))
    yield await queue.shift()!
  }
}

/** A promise that may fail before it is looked at. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

/** Work under way, of which the results are taken in its order. */
export class UnderWay<T> {
  private readonly queue: { work: Promise<T>; isDone: boolean }[] = []
  private wake: () => void = () => undefined

  get length(): number {
    return this.queue.length
  }

  push(work: Promise<T>): void {
    const item = { work, isDone: false }
    const done = () => {
      item.isDone = true
      this.wake()
    }
    work.then(done, done)
    this.queue.push(item)
  }

  /** Whether the oldest work is done. */
  get isReady(): boolean {
    return this.queue[0]?.isDone ?? false
  }

  /** The result of the oldest work, when there is one. */
  shift(): Promise<T> {
    return this.queue.shift()!.work
  }

  /** Values as they come, and undefined whenever the oldest work is done before the next value is there. */
  async *between<V>(values: AsyncIterable<V> | Iterable<V>): AsyncGenerator<V | undefined> {
    const iterator = Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]()
    let state: 'waits' | 'came' | 'ended' = 'came'
    try {
      for (;;) {
        state = 'waits'
        const next = Promise.resolve(iterator.next())
        const arrived = () => {
          state = 'came'
          this.wake()
        }
        next.then(arrived, arrived)
        while (await this.isReadyBefore(() => state === 'came')) yield undefined
        state = 'ended'
        const { done, value } = await next
        if (done) return
        state = 'came'
        yield value
      }
    } finally {
      // values that are waited for may never come, and a generator would end no sooner
      if (state === 'came') await iterator.return?.()
      else if (state === 'waits') void Promise.resolve(iterator.return?.()).catch(() => undefined)
    }
  }

  private async isReadyBefore(isOver: () => boolean): Promise<boolean> {
    while (!this.isReady && !isOver()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return !isOver()
  }
}
