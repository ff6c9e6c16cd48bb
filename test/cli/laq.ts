/** Runs the built command as a user would. */
import { spawn } from 'node:child_process'
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

export interface RunOptions {
  cwd?: string
  input?: Uint8Array
  env?: Record<string, string>
  /** Sent after `afterMs`. */
  kill?: { signal: NodeJS.Signals; afterMs: number }
}

export function laq(words: string[], { cwd, input, env, kill }: RunOptions = {}): Promise<Ended> {
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

/** A folder of the test's own, deleted when it ends. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'laq-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
