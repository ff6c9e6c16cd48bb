/** Signals end the program at once and leave no unfinished file; but what is being recorded is finished first. */
import { LaqError } from '../../codecs/errors.js'
import { removeUnfinished } from '../io/output.js'
import { EXIT } from './errors.js'

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const
/** A terminal and a program in between may both send the same signal: what comes so soon after the first is taken for it. */
const ECHO_MS = 50

let recording: AbortController | undefined
/** The first signal, while something was recorded. */
let stopped: { code: number; at: number } | undefined

export function listenToSignals(): void {
  for (const [signal, code] of Object.entries(CODES)) {
    process.on(signal, () => {
      if (stopped && performance.now() - stopped.at < ECHO_MS) return
      if (!recording || stopped) {
        removeUnfinished()
        process.exit(code)
      }
      stopped = { code, at: performance.now() }
      recording.abort()
    })
  }
}

/** The exit code of the signal that has stopped a recording, if one has: what comes behind it is not to be begun. */
export const stoppedBy = (): number | undefined => stopped?.code

/**
 * Work on a source that ends when somebody stops it: the first signal aborts `stop`, a second one ends the program.
 *
 * @param onStop tells that the work is being finished
 */
export async function recorded<T>(work: (stop: AbortSignal) => Promise<T>, onStop: () => void): Promise<T> {
  const controller = new AbortController()
  controller.signal.addEventListener('abort', onStop)
  recording = controller
  try {
    return await work(controller.signal)
  } catch (error) {
    // there was nothing yet to be finished
    if (stopped && error instanceof LaqError && error.code === 'aborted') {
      removeUnfinished()
      process.exit(stopped.code)
    }
    throw error
  } finally {
    recording = undefined
  }
}
