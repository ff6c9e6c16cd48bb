/** Programs that some tests need: without them they are skipped, and say so. */
import { execFileSync } from 'node:child_process'
import { test } from 'vitest'

function has(program: string): boolean {
  try {
    execFileSync(program, [program === 'flac' ? '--version' : '-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A test that wants a program. */
export const testWith = (program: string) => test.runIf(has(program))

/** Makes a file of another: `words` are ffmpeg's for the output. */
export function byFfmpeg(input: string, output: string, ...words: string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', input, ...words, '-y', output])
}
