/** What comes back from a thread: a result, or an error as plain facts. */
import { LaqError, type LaqErrorCode } from '../../codecs/errors.js'
import type { RunOptions } from '../../codecs/turns.js'
import { provideModule } from '../../codecs/wasm/loader.js'
import type { Order } from './order.js'
import { runTask, type TaskResult } from './task.js'

/** An error as plain facts: cloning keeps neither our class nor its code. */
export interface Thrown {
  name: string
  code: LaqErrorCode | undefined
  message: string
  stack: string | undefined
}

export type Answer = { result: TaskResult } | { error: Thrown }

/** Does what a thread is ordered to. Nothing is thrown. */
export async function answerTo({ task, kernels }: Order, options: RunOptions): Promise<Answer> {
  try {
    for (const { name, module } of kernels) provideModule(name, module)
    return { result: await runTask(task, options) }
  } catch (error) {
    return { error: factsOf(error) }
  }
}

function factsOf(thrown: unknown): Thrown {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { name, message, stack } = error
  return { name, code: error instanceof LaqError ? error.code : undefined, message, stack }
}

/** The error as it was thrown in the thread: mirror of {@link factsOf}. */
export function revived({ name, code, message, stack }: Thrown): Error {
  const known = { TypeError, RangeError, RuntimeError: WebAssembly.RuntimeError } as Record<string, new (message: string) => Error>
  const error = code ? new LaqError(code, message) : new (known[name] ?? Error)(message)
  if (stack) error.stack = stack
  return error
}
