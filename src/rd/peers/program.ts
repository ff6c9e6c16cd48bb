/** Codecs that are programs: files in a folder of their own, and the CPU time of what was run. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MissingError, type Spent } from './peer.js'

interface Ended {
  /** Standard output and error. */
  said: string
  spent: Spent
}

/** Runs a program to its end. @throws Error with what it said, if it fails */
async function run(command: string, words: string[], cwd: string): Promise<Ended> {
  const wall = performance.now()
  // the shell's `times` tells the CPU time of its children, which Node does not
  const script = '"$@" </dev/null; status=$?; times >&3; exit $status'
  const child = spawn('/bin/sh', ['-c', script, 'sh', command, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
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
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text.trim().split('\n').slice(-2).join('; ')}`)
  return { said: text, spent: { cpuSeconds: cpuSeconds(Buffer.concat(times).toString()), wallSeconds: (performance.now() - wall) / 1e3 } }
}

/** The second line of `times`: user and system time of the children, '0m1.250000s 0m0.010000s'. */
function cpuSeconds(times: string): number {
  const children = times.trim().split('\n')[1] ?? ''
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0)
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
    // some programs tell their version and call it a failure
    const told = pattern.exec((error as Error).message)?.[1]
    if (told) return told
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
