/** Sources that have no end of their own: they end when they are stopped. */
import { handled } from '../inorder.js'

/** When it is stopped, what is on its way is waited for: until nothing comes for this long, */
const SILENCE_MS = 50
/** for this long at most, */
const MOST_MS = 250
/** or until so much has come, which is what pipes hold. */
const MOST_BYTES = 2 ** 20

/** Pieces until there are no more, or `stop` is aborted; then those that were on their way. */
export async function* untilStopped(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  stop: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!stop) {
    yield* pieces
    return
  }
  const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  let coming: Promise<Next> | undefined
  try {
    while (!stop.aborted) {
      coming = handled(Promise.resolve(iterator.next()))
      const found = await unlessStopped(coming, stop)
      if (!found) break
      coming = undefined
      if (found.done) return
      yield found.value
    }
    const late: Uint8Array[] = []
    const end = performance.now() + MOST_MS
    for (let bytes = 0; bytes < MOST_BYTES; ) {
      coming ??= handled(Promise.resolve(iterator.next()))
      const found = await within(coming, Math.min(SILENCE_MS, end - performance.now()))
      if (!found) break
      coming = undefined
      if (found.done) break
      late.push(found.value)
      bytes += found.value.length
    }
    yield* late
  } finally {
    const closing = Promise.resolve(iterator.return?.()).catch(() => undefined)
    // what is waited for may never come, and a generator would close no sooner
    if (!coming) await closing
  }
}

type Next = IteratorResult<Uint8Array>

function unlessStopped(next: Promise<Next>, stop: AbortSignal): Promise<Next | undefined> {
  return new Promise((resolve, reject) => {
    const stopped = () => resolve(undefined)
    stop.addEventListener('abort', stopped)
    next.then(resolve, reject).finally(() => stop.removeEventListener('abort', stopped))
  })
}

function within(next: Promise<Next>, ms: number): Promise<Next | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, ms))
    next.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
