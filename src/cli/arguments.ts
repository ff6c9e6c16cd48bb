/** Options that commands share, and the checks that yargs leaves to us: numbers, ranges, repeated flags, a bare `-`. */
import { availableParallelism } from 'node:os'
import type { Options } from 'yargs'
import { DEFAULT_LIMITS, type Limits } from '../../codecs/limits.js'

/** A wrong command line: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Standard input or output on the command line. */
export const STDIO_WORD = '-'
/** Stands before words that yargs is not to look at: no argument can hold a zero. */
const PROTECTED = '\0'

/** Words that --strip may have. */
const STRIPPED = ['all', 'gps']

/** Words for yargs, which drops a bare `-` and names no place for what stands behind `--`: those are taken as they are. */
export function protectedWords(words: readonly string[]): string[] {
  const end = words.indexOf('--')
  const options = (end < 0 ? words : words.slice(0, end)).map((word, i) =>
    // alone it means all, and what follows is an input
    word === '--strip' && !STRIPPED.includes(words[i + 1]) ? '--strip=all' : word,
  )
  const others = end < 0 ? [] : words.slice(end + 1)
  return [...options.map((word) => (word === STDIO_WORD ? PROTECTED + word : word)), ...others.map((word) => PROTECTED + word)]
}

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'string' && value.startsWith(PROTECTED) ? value.slice(PROTECTED.length) : value
}

/** What yargs made of {@link protectedWords}, as it was typed. */
export const spelled = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, plain(value)])) as T

/** The last of a repeated flag. */
const last = (value: unknown): unknown => (Array.isArray(value) ? value[value.length - 1] : value)

/** An option for a number in a range, checked. */
export function number(name: string, describe: string, least: number, most: number, more: Options & { integer?: boolean } = {}): Options {
  const { integer = false, ...options } = more
  return {
    ...options,
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (given: unknown) => {
      const value = last(given)
      if (value === undefined || typeof value === 'number') return value
      const parsed = String(value).trim() === '' ? Number.NaN : Number(value)
      if (!Number.isFinite(parsed)) throw new UsageError(`--${name} ${value}: not a number`)
      if (parsed < least || parsed > most || (integer && !Number.isInteger(parsed))) {
        throw new UsageError(`--${name} ${value}: not ${integer ? 'an integer ' : ''}in ${least}..${most}`)
      }
      return parsed
    },
  }
}

/** An option for one of some words. */
export function word<T extends string>(name: string, describe: string, choices: readonly T[], more: Options = {}): Options {
  return {
    ...more,
    type: 'string',
    requiresArg: true,
    describe: `${describe}: ${choices.join(' or ')}`,
    coerce: (given: unknown) => {
      const value = last(given)
      if (value !== undefined && !choices.includes(value as T)) throw new UsageError(`--${name} ${value}: not ${choices.join(' or ')}`)
      return value
    },
  }
}

/** An option for words with commas between them; of a repeated flag, all. */
export function words(name: string, describe: string, more: Options = {}): Options {
  return {
    ...more,
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (given: unknown) => {
      if (given === undefined) return given
      const found = [given].flat().flatMap((value) => String(value).split(','))
      if (found.some((value) => value.trim() === '')) throw new UsageError(`--${name} ${given}: an empty word`)
      return found.map((value) => value.trim())
    },
  }
}

const AREA = ['x', 'y', 'width', 'height'] as const

/** An option for a part of a picture, in pixels: x,y,width,height. */
export function area(name: string, describe: string, more: Options = {}): Options {
  return {
    ...more,
    type: 'string',
    requiresArg: true,
    describe: `${describe}: ${AREA.join(',')}`,
    coerce: (given: unknown) => {
      const value = last(given)
      if (value === undefined || typeof value === 'object') return value
      const numbers = /^\d+(,\d+){3}$/.test(String(value)) ? String(value).split(',').map(Number) : []
      if (!numbers.length || !numbers.every(Number.isSafeInteger))
        throw new UsageError(`--${name} ${value}: not ${AREA.join(',')} in pixels`)
      return Object.fromEntries(AREA.map((side, i) => [side, numbers[i]]))
    },
  }
}

/** An option for a path, which is given once: of two outputs one would be missing. `-` is standard input or output. */
export function path(name: string, describe: string, more: Options = {}): Options {
  return {
    ...more,
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (given: unknown) => {
      if (Array.isArray(given)) throw new UsageError(`--${name} was given ${given.length} times: ${given.map(plain).join(', ')}`)
      return given
    },
  }
}

export function flag(describe: string, more: Options = {}): Options {
  return { ...more, type: 'boolean', describe, coerce: last }
}

/** An option as it is typed: `targetBpp` is --target-bpp. */
export const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The options among `names` that were given, for the library, whose names are the same. */
export function pick<T, K extends keyof T>(given: T, names: readonly K[]): { [N in K]?: NonNullable<T[N]> } {
  const found = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])
  return Object.fromEntries(found) as { [N in K]?: NonNullable<T[N]> }
}

/** @throws UsageError if two of the options were given */
export function oneOf<T>(given: T, names: readonly (keyof T & string)[]): void {
  const found = names.filter((name) => given[name] !== undefined).map(flagOf)
  if (found.length > 1) throw new UsageError(`${found.join(' and ')} exclude each other`)
}

/** Inputs as they were given, `-` for standard input. @throws UsageError if there is none */
export function inputPaths(given: unknown): string[] {
  const paths = (given as string[] | undefined) ?? []
  if (paths.length === 0) throw new UsageError('no input: name a file, or - for standard input')
  if (paths.filter((value) => value === STDIO_WORD).length > 1) throw new UsageError('standard input can be read only once')
  return paths
}

export const OUTPUT = { output: path('output', 'file, folder/, pattern with {name}, or - for standard output', { alias: 'o' }) }

export const JOBS = { jobs: number('jobs', 'number of threads (default: one per core)', 1, 256, { alias: 'j', integer: true }) }

export const TALK = {
  force: flag('replace existing files', { alias: 'f' }),
  json: flag('print figures as JSON, one line per file'),
  quiet: flag('print errors only'),
  verbose: flag('print more: quality in dB, times, where an error arose', { alias: 'v' }),
  color: flag('use colour on a terminal (--no-color: never)'),
}

export const LIMITS = {
  'max-pixels': number('max-pixels', `refuse larger images (default ${DEFAULT_LIMITS.pixels / 1e6} million)`, 1, Number.MAX_SAFE_INTEGER),
  'max-samples': number(
    'max-samples',
    `refuse longer sounds (default ${DEFAULT_LIMITS.samples / 1e6} million)`,
    1,
    Number.MAX_SAFE_INTEGER,
  ),
  'max-seconds': number('max-seconds', 'stop coding a file after this time (default: no limit)', 0.001, 1e9),
}

/** Values of {@link OUTPUT}, {@link JOBS}, {@link TALK} and {@link LIMITS}. */
export interface Shared {
  output?: string
  jobs?: number
  force?: boolean
  json?: boolean
  quiet?: boolean
  verbose?: boolean
  color?: boolean
  maxPixels?: number
  maxSamples?: number
  maxSeconds?: number
}

export function limitsOf({ maxPixels, maxSamples, maxSeconds }: Shared): Partial<Limits> {
  return {
    ...(maxPixels !== undefined && { pixels: maxPixels }),
    ...(maxSamples !== undefined && { samples: maxSamples }),
    ...(maxSeconds !== undefined && { seconds: maxSeconds }),
  }
}

export const jobsOf = ({ jobs }: Shared): number => jobs ?? availableParallelism()
