/** Runs the built command as a user would. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

export interface Ended {
  code: number | null
  signal: string | null
  stdout: Buffer
  stderr: string
}

interface RunOptions {
  cwd?: string
  input?: Uint8Array
}

export interface ProcessOptions extends RunOptions {
  env?: Record<string, string>
  /** Sent after `afterMs`. */
  kill?: { signal: NodeJS.Signals; afterMs: number }
}

/** In a process of its own: for signals, environments, exits, and a test or two of whatever else a command does. */
export function laqProcess(words: string[], { cwd, input, env, kill }: ProcessOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...words], { cwd, env: { ...process.env, ...env } })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (part) => stdout.push(part))
    child.stderr.on('data', (part) => stderr.push(part))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }))
    child.stdin.on('error', () => undefined) // it may end before it has read all
    child.stdin.end(input)
    if (kill) setTimeout(() => child.kill(kill.signal), kill.afterMs)
  })
}

/** The process that {@link laq} uses, one for each file of tests, and who waits for it. */
let warm: ChildProcess | undefined
const waiting = new Map<number, { resolve: (ended: Ended) => void; reject: (error: Error) => void }>()
let requests = 0

function warmProcess(): ChildProcess {
  const child = fork(new URL('warm.mjs', import.meta.url), { execArgv: [], serialization: 'advanced' })
  child.on('message', ({ id, stdout, ...ended }: Omit<Ended, 'signal'> & { id: number }) => {
    waiting.get(id)?.resolve({ ...ended, signal: null, stdout: Buffer.from(stdout) })
    waiting.delete(id)
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`the process of the commands ended with ${signal ?? code}`))
    waiting.clear()
    warm = undefined
  })
  // it ends with the tests
  child.unref()
  child.channel?.unref()
  return child
}

/** In a process that stays for the next command, see warm.mjs. Several at a time wait for each other. */
export function laq(words: string[], { cwd, input = new Uint8Array(0) }: RunOptions = {}): Promise<Ended> {
  warm ??= warmProcess()
  const child = warm
  return new Promise((resolve, reject) => {
    const id = requests++
    waiting.set(id, { resolve, reject })
    child.send({ id, words, cwd, input })
  })
}

/** A folder of the test's own, deleted when it ends. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'laq-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
