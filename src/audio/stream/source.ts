/** What streams take in. */
import { heeding } from '../../../codecs/turns.js'

/**
 * The values of a source as the codec takes them. Waiting for one ends with the reason of `signal` when that fires, and then the source is
 * closed.
 */
export function sourceOf<V, W>(
  values: AsyncIterable<V> | Iterable<V>,
  take: (value: V) => W | Promise<W>,
  signal: AbortSignal | undefined,
): AsyncIterable<W> {
  const iterator = Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]()
  // not a generator: one that waits would be closed no sooner than its source gives something
  const close = async () => {
    await iterator.return?.()
    return { done: true as const, value: undefined }
  }
  const next = async (): Promise<IteratorResult<W>> => {
    const found = await heeding(Promise.resolve(iterator.next()), signal, () => void close().catch(() => undefined))
    return found.done ? found : { done: false, value: await take(found.value) }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: close }) }
}
