/** Programs that read formats which laq does not: run without a shell, within bounds. */
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LaqError } from '../../codecs/errors.js'

/** How long a program may take: ten minutes of sound at any speed worth waiting for. */
const MOST_SECONDS = 300
/** Bytes that are kept of what a program says about its troubles. */
const MOST_SAID = 4096

/** A program is not installed. */
export class MissingProgram extends Error {
  override name = 'MissingProgram'
}

export interface Running {
  /** Called with each piece of standard output; what it throws ends the program. */
  onOutput: (part: Uint8Array) => void
  seconds?: number
}

/**
 * Runs a program to its end.
 *
 * @returns the last of what it said on standard error
 * @throws MissingProgram; LaqError 'malformed' with what it said if it fails, 'limit' if it takes too long; what `onOutput` throws
 */
export async function runProgram(
  command: string,
  words: readonly string[],
  { onOutput, seconds = MOST_SECONDS }: Running,
): Promise<string> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], shell: false })
  let said = ''
  let thrown: unknown
  const end = (error: unknown) => {
    thrown ??= error
    child.kill('SIGKILL')
  }
  const settled = atExit(() => child.kill('SIGKILL'))
  const timer = setTimeout(() => end(new LaqError('limit', `${command} took more than ${seconds} s`)), seconds * 1000)
  child.stdout.on('data', (part: Uint8Array) => {
    if (thrown) return
    try {
      onOutput(part)
    } catch (error) {
      end(error)
    }
  })
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (part: string) => {
    said = (said + part).slice(-MOST_SAID)
  })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (thrown) throw thrown
    if (code !== 0) throw new LaqError('malformed', `${command} ended with ${code}: ${lastLine(said)}`)
    return said
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingProgram(`${command} is not installed`)
    throw error
  } finally {
    clearTimeout(timer)
    settled()
  }
}

/** The last line that says something, in printable letters. */
export const lastLine = (said: string): string =>
  (said.trim().split('\n').at(-1) ?? '').replaceAll(/[^ -~]/g, '?').slice(0, 300) || 'without a word'

/**
 * Does something with a file of these bytes, whose path no other program can guess. It is gone afterwards, also if the process exits
 * meanwhile.
 *
 * @throws Error that names the folder for temporary files, if that takes none; what `work` throws
 */
export async function withFile<T>(bytes: Uint8Array, work: (path: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder()
  const settled = atExit(() => rmSync(folder, { recursive: true, force: true }))
  try {
    const path = join(folder, 'input')
    await writeFile(path, bytes).catch((error) => {
      throw refused(folder, error)
    })
    return await work(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
    settled()
  }
}

/** Where TMPDIR points, or, if that is no folder that can be written, where such files are by custom. */
function temporaryFolder(): string {
  const place = [tmpdir(), '/tmp', '/var/tmp'].find(isWritable) ?? tmpdir()
  try {
    return mkdtempSync(join(place, 'laq-'))
  } catch (error) {
    throw refused(place, error)
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const refused = (folder: string, error: unknown) =>
  new Error(`a temporary file in ${folder}, where TMPDIR may point elsewhere: ${(error as NodeJS.ErrnoException).code ?? error}`)

/** What is to be done if the process exits while programs run. */
const undoings = new Set<() => void>()
let isListening = false

/** @returns what calls it off */
function atExit(undo: () => void): () => void {
  if (!isListening) {
    process.on('exit', () => {
      for (const each of undoings) each()
    })
  }
  isListening = true
  undoings.add(undo)
  return () => undoings.delete(undo)
}
