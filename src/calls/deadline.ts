/** A limit of time on a call: after so many seconds it ends as by a signal, with LaqError 'limit'. */
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'

interface Timed {
  limits?: Partial<Limits> | undefined
  signal?: AbortSignal | undefined
}

/** The most that a timer takes, 24 days; what is longer is no limit. */
const MOST_MS = 2 ** 31 - 1

/** A clock that runs while work goes on, and the signal that fires when the time is up, or when the caller's own does. */
class Deadline {
  private readonly controller = new AbortController()
  private readonly leave = () => this.controller.abort(this.outer?.reason)
  private timer: ReturnType<typeof setTimeout> | undefined
  private begun = 0

  constructor(
    private readonly seconds: number,
    private leftMs: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    if (outer?.aborted) this.leave()
    outer?.addEventListener('abort', this.leave, { once: true })
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  run(): void {
    this.begun = performance.now()
    const up = () => this.controller.abort(new LaqError('limit', `it takes more than the limit of ${this.seconds} seconds`))
    this.timer = setTimeout(up, this.leftMs)
  }

  pause(): void {
    clearTimeout(this.timer)
    this.leftMs = Math.max(0, this.leftMs - (performance.now() - this.begun))
  }

  end(): void {
    this.pause()
    this.outer?.removeEventListener('abort', this.leave)
  }
}

/** @returns nothing where there is no limit. @throws RangeError on a number of seconds that is none, or not above 0 */
function deadlineOf({ limits, signal }: Timed): Deadline | undefined {
  const { seconds = Number.POSITIVE_INFINITY } = limits ?? {}
  if (!(seconds > 0)) throw new RangeError(`limits.seconds is ${seconds}, not above 0`)
  return seconds * 1000 > MOST_MS ? undefined : new Deadline(seconds, seconds * 1000, signal)
}

/** Options for what a call does within its time, which calls inside have no clock of their own for. */
function timed<O extends Timed>(options: O, { signal }: Deadline): O {
  return { ...options, limits: { ...options.limits, seconds: Number.POSITIVE_INFINITY }, signal }
}

/** Runs `work` with a signal that fires when the limit of time is up. @throws what `work` throws, LaqError 'limit' */
export async function within<O extends Timed, T>(options: O, work: (options: O & Timed) => Promise<T>): Promise<T> {
  const deadline = deadlineOf(options)
  if (!deadline) return work(options)
  deadline.run()
  try {
    return await work(timed(options, deadline))
  } finally {
    deadline.end()
  }
}

/** The same for work that gives one thing after another: the clock stands while they are looked at. */
export async function* withinEach<O extends Timed, T>(options: O, work: (options: O) => AsyncGenerator<T>): AsyncGenerator<T> {
  const deadline = deadlineOf(options)
  if (!deadline) {
    yield* work(options)
    return
  }
  deadline.run()
  try {
    for await (const item of work(timed(options, deadline))) {
      deadline.pause()
      yield item
      deadline.run()
    }
  } finally {
    deadline.end()
  }
}
