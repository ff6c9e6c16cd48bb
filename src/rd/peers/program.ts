/** Codecs that are programs: files in a folder of their own, and the CPU time of what was run. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MissingError, type Spent } from './peer.js'

/** What shells end with when there is no such program. */
const NOT_FOUND = 127

interface Ended {
  /** Standard output and error. */
  said: string
  spent: Spent
}

/** Runs a program to its end. @throws Error with what it said, if it fails */
async function run(command: string, words: string[], cwd: string): Promise<Ended> {
  const wall = performance.now()
  // the shell tells the CPU time of what it runs, which Node does not
  const script = 'exec 4>&2; TIMEFORMAT=\'%3U %3S\'; { time "$@" </dev/null 2>&4; } 2>&3'
  const child = spawn('/bin/bash', ['-c', script, 'bash', command, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  const times: Buffer[] = []
  child.stdout?.on('data', (part) => said.push(part))
  child.stderr?.on('data', (part) => said.push(part))
  child.stdio[3]?.on('data', (part) => times.push(part))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const text = Buffer.concat(said).toString()
  if (code === NOT_FOUND) throw Object.assign(new Error(text.trim()), { code: 'ENOENT' })
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text.trim().split('\n').slice(-2).join('; ')}`)
  const [user, system] = Buffer.concat(times).toString().trim().split(' ').map(Number)
  return { said: text, spent: { cpuSeconds: user + system, wallSeconds: (performance.now() - wall) / 1e3 } }
}

export interface Program {
  command: string
  /** Words that make it tell its version, and what of it to keep. */
  version: [words: string[], pattern: RegExp]
  /** What brings it. */
  package: string
}

/** The program's version. @throws MissingError if it is not there */
export async function versionOf(peer: string, { command, version: [words, pattern], package: from }: Program): Promise<string> {
  try {
    const { said } = await run(command, words, tmpdir())
    return pattern.exec(said)?.[1] ?? ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new MissingError(`${peer} needs ${command}, from the package ${from}`)
  }
}

/**
 * Hands `input` to a program as a file and returns the file that it writes.
 *
 * @param names of both files
 * @param words the program's arguments, from those names
 */
export async function throughFiles(
  command: string,
  input: Uint8Array,
  names: readonly [input: string, output: string],
  words: (input: string, output: string) => string[],
): Promise<{ bytes: Uint8Array } & Spent> {
  const folder = await mkdtemp(join(tmpdir(), 'laq-rd-'))
  try {
    await writeFile(join(folder, names[0]), input)
    const { spent } = await run(command, words(...names), folder)
    return { bytes: await readFile(join(folder, names[1])), ...spent }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
