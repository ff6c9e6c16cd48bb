/**
 * How work shares its thread. Kernels and long loops go by steps of a few milliseconds, and between steps ask for a turn: when enough time
 * has passed, timers, input and other work go first. Whoever waits for a turn gets it in order, one at a time.
 */
import { LaqError } from './errors.js'

/** What a task heeds while it works. */
export interface RunOptions {
  /** Ends the task, which fails with {@link abortReason}. */
  signal?: AbortSignal | undefined
}

/** Work goes on for so long, and then to the end of its step. */
const WORK_MS = 15

/** What the platform has to run something after all else that is due; kept from here on, before tests put clocks of their own in its place. */
const later = macrotask()
const now = performance.now.bind(performance)
const waiting: (() => void)[] = []
/** When the thread last came from its event loop to work of ours. */
let begun = Number.NEGATIVE_INFINITY

/** Whether others should have a turn at the thread; to be asked between steps, as in `if (isDue()) await turn(options)`. */
export const isDue = (): boolean => now() - begun >= WORK_MS

/** Lets all others that are due have their turns. @throws abortReason */
export async function turn({ signal }: RunOptions): Promise<void> {
  const mine = new Promise<void>((resolve) => {
    if (waiting.push(resolve) === 1) later(next)
  })
  await heeding(mine, signal)
  throwIfAborted(signal)
}

/** Does `count` steps, where others have their turns in between. @throws abortReason */
export async function inSteps(count: number, options: RunOptions, step: (index: number) => void): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (isDue()) await turn(options)
    step(i)
  }
}

function next(): void {
  const go = waiting.shift()
  // one for each time around the event loop, so that their times do not add up
  if (waiting.length > 0) later(next)
  begun = now()
  go?.()
}

/**
 * Node's setImmediate, else a message to oneself: browsers make timers wait for 4 ms and more. An open port would keep a process alive, but
 * what has ports and no setImmediate is no process.
 */
function macrotask(): (work: () => void) => void {
  const { setImmediate } = globalThis as { setImmediate?: (work: () => void) => void }
  if (setImmediate) return setImmediate
  if (typeof MessageChannel === 'undefined') return (work) => setTimeout(work)
  const { port1, port2 } = new MessageChannel()
  const due: (() => void)[] = []
  port1.onmessage = () => due.shift()?.()
  return (work) => {
    due.push(work)
    port2.postMessage(0)
  }
}

/** What aborting without a reason gives as one, by its message: platforms have their own. */
let unnamed: string | undefined

/** What work ended by a signal fails with: the caller's own reason, or, if there is none, LaqError 'aborted', whose name is AbortError. */
export function abortReason(signal: AbortSignal): unknown {
  const { reason } = signal
  unnamed ??= String(AbortSignal.abort().reason)
  if (reason !== undefined && String(reason) !== unnamed) return reason
  return new LaqError('aborted', 'aborted by the caller', { cause: reason })
}

/** @throws abortReason */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal)
}

/** Who leaves when a signal fires: one listener does for all, since platforms warn of many. */
const leavers = new WeakMap<AbortSignal, Set<() => void>>()

function leaversOf(signal: AbortSignal): Set<() => void> {
  const known = leavers.get(signal)
  if (known) return known
  const all = new Set<() => void>()
  leavers.set(signal, all)
  signal.addEventListener('abort', () => all.forEach((leave) => void leave()), { once: true })
  return all
}

/** `promise`, or a failure with {@link abortReason} as soon as the signal fires, which `onLeave` is told. */
export function heeding<T>(promise: Promise<T>, signal: AbortSignal | undefined, onLeave?: () => void): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const all = leaversOf(signal)
    const leave = () => {
      reject(abortReason(signal))
      onLeave?.()
    }
    if (signal.aborted) leave()
    else all.add(leave)
    promise.then(resolve, reject).finally(() => all.delete(leave))
  })
}
