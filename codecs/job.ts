/** A kind of work that can be done in any thread: a row in the table of tasks of its domain. */
import type { RunOptions } from './turns.js'

/** @typeParam N names of the domain's kernels */
export interface Job<Input, Output, N extends string = string> {
  /** Does the work. It heeds `options.signal`. */
  run(input: Input, options: RunOptions): Promise<Output>
  /** Kernels that the work needs: a pool compiles each once and shares it. */
  kernels(input: Input): readonly N[]
  /** Whether the input's buffers may be moved to another thread, which takes them from the caller. Otherwise they are copied. */
  moves: boolean
}
