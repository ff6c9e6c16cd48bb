/** Commands on many inputs: what fails holds up no other, and what is told comes in the order of the inputs. */
import { stat } from 'node:fs/promises'
import { STDIO_WORD, UsageError } from './arguments.js'
import { EXIT, errorLine, FileError } from './errors.js'
import { stoppedBy } from './signals.js'
import { jsonLine } from './terminal.js'

/** Files up to this size are worked on several at once, one a thread: as a rule they are one tile, or one segment. */
const SMALL_BYTES = 2 ** 18
/** From so many inputs on threads are worth their start: the work takes longer. */
const MANY = 4

export interface EachOptions {
  /** How many at once. */
  jobs?: number
  /** Failures have a line of JSON too. */
  json?: boolean | undefined
}

/** Whether there may be several inputs at once: work on each is then best given to other threads, and has no bar. */
export const areMany = (inputs: readonly string[], jobs: number): boolean => jobs > 1 && inputs.length >= MANY

/**
 * Does every input, also after one has failed: each failure is told, and the exit code says that there was one.
 *
 * @param work gives what tells how it went, which is called when all inputs before have been told of
 * @throws what failed of a single input; UsageError, after which no other input is begun
 */
export async function eachInput(
  inputs: readonly string[],
  work: (input: string, index: number) => Promise<() => void>,
  { jobs = 1, json = false }: EachOptions = {},
): Promise<void> {
  const tellings: (() => void)[] = []
  let told = 0
  let wrong: UsageError | undefined
  const one = async (index: number) => {
    const input = inputs[index]
    tellings[index] = await work(input, index).catch((error) => () => {
      if (error instanceof UsageError) {
        wrong ??= error
        return
      }
      if (json) process.stdout.write(jsonLine(failureOf(input, error)))
      if (inputs.length === 1) throw error
      process.stderr.write(`${errorLine(error, false)}\n`)
      process.exitCode = EXIT.failed
    })
    while (tellings[told]) tellings[told++]()
  }
  const groups = areMany(inputs, jobs) ? await groupsOf(inputs) : inputs.map((_, index) => [index])
  for (const group of groups) {
    const left = group.values()
    const lane = async () => {
      for (const index of left) {
        // a recording that was stopped is the last work
        if (stoppedBy() !== undefined) process.exitCode = stoppedBy()
        else if (!wrong) await one(index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(jobs, group.length) }, lane))
  }
  if (wrong) throw wrong
}

/** Indices of inputs: those of small files that follow each other together, each other one alone. */
async function groupsOf(inputs: readonly string[]): Promise<number[][]> {
  const groups: number[][] = []
  let small: number[] | undefined
  for (const [index, input] of inputs.entries()) {
    const found = input === STDIO_WORD ? undefined : await stat(input).catch(() => undefined)
    const isSmall = found?.isFile() && found.size <= SMALL_BYTES
    if (isSmall && small) small.push(index)
    else groups.push([index])
    small = isSmall ? groups[groups.length - 1] : undefined
  }
  return groups
}

function failureOf(input: string, error: unknown): { input: string; error: string; code?: string } {
  const cause = error instanceof FileError ? error.cause : error
  const { code } = cause as { code?: unknown }
  return { input, error: error instanceof Error ? error.message : String(error), ...(typeof code === 'string' && { code }) }
}
