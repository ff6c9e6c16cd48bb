/**
 * Why something failed, for programs:
 * - `truncated`: the bytes end before what they announce
 * - `malformed`: the bytes contradict the format
 * - `unsupported`: valid, but not something this version reads
 * - `limit`: more pixels, samples or memory than the caller allows
 * - `aborted`: the caller's signal, which gave no reason of its own, or a pool that was closed
 * - `crashed`: a thread died, as a rule because memory ran out
 */
export type LaqErrorCode = 'truncated' | 'malformed' | 'unsupported' | 'limit' | 'aborted' | 'crashed'

/**
 * The one error that decoding and reading throw on bad input. Wrong arguments are TypeError or RangeError. Its name is LaqError, but
 * AbortError where the code is 'aborted', as with all that can be aborted.
 */
export class LaqError extends Error {
  /** Why, for programs; the message is for people. */
  readonly code: LaqErrorCode

  constructor(code: LaqErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = code === 'aborted' ? 'AbortError' : 'LaqError'
    this.code = code
  }
}
