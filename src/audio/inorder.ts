/** Work on segments, several at once where there are threads, with the results in order. */

import { throwIfAborted } from '../../codecs/turns.js'
import type { Runner } from '../task.js'

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
