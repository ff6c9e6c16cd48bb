/**
 * Options of every call, checked by rules: a wrong kind of value is a TypeError, a wrong value a RangeError, and both name what may stand
 * there. A name that a call does not know is a TypeError: what is misspelt would be ignored otherwise.
 */
import type { Limits } from '../../codecs/limits.js'
import { nameOf } from './input.js'
import type { Warned } from './warnings.js'

/** @throws TypeError or RangeError unless `value` may be that of the option `name` */
export type Rule = (name: string, value: unknown) => void

/** A rule for each option; one that is undefined is not given. */
export type Rules<O> = { [Name in keyof O]-?: Rule }

const shown = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))

/** Any number from `least` to `most`. */
export const number =
  (least: number, most: number): Rule =>
  (name, value) => {
    if (typeof value !== 'number') throw new TypeError(`${name} is ${nameOf(value)}, not a number`)
    if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}, not in ${least}..${most}`)
  }

/** A multiple of `unit` from `least` to `most`. */
export const integer =
  (least: number, most: number, unit = 1): Rule =>
  (name, value) => {
    number(least, most)(name, value)
    if ((value as number) % unit !== 0) {
      throw new RangeError(`${name} is ${value}, not ${unit === 1 ? 'an integer' : `a multiple of ${unit}`} in ${least}..${most}`)
    }
  }

/** One of some strings or numbers. */
export const choice =
  (...choices: readonly (string | number)[]): Rule =>
  (name, value) => {
    const all = choices.map(shown)
    const wanted = all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${all[all.length - 1]}` : all[0]
    if (typeof value !== typeof choices[0]) throw new TypeError(`${name} is ${nameOf(value)}, not ${wanted}`)
    if (!choices.includes(value as string)) throw new RangeError(`${name} is ${shown(value)}, not ${wanted}`)
  }

export const flag: Rule = (name, value) => {
  if (typeof value !== 'boolean') throw new TypeError(`${name} is ${nameOf(value)}, not true or false`)
}

export const callback: Rule = (name, value) => {
  if (typeof value !== 'function') throw new TypeError(`${name} is ${nameOf(value)}, not a function`)
}

/** Options within an option; those of a part of a picture, of limits, and the like. */
export const group =
  <O>(rules: Rules<O>): Rule =>
  (name, value) =>
    checkRules(name, value, rules)

/** Anything: for what is checked where it is used. */
export const any: Rule = () => undefined

const signal: Rule = (name, value) => {
  if (typeof (value as AbortSignal | null)?.aborted !== 'boolean' || typeof (value as AbortSignal).addEventListener !== 'function')
    throw new TypeError(`${name} is ${nameOf(value)}, not an AbortSignal`)
}

const runner: Rule = (name, value) => {
  const { run, concurrency } = (value ?? {}) as { run?: unknown; concurrency?: unknown }
  if (typeof run !== 'function' || typeof concurrency !== 'number')
    throw new TypeError(`${name} is ${nameOf(value)}, not a runner such as createPool() of laq/node gives`)
}

const bound = number(0, Number.POSITIVE_INFINITY)

const limits = group<Limits>({ pixels: bound, samples: bound, metadataBytes: bound, seconds: bound })

/** Options that many calls have. */
export const SHARED = { signal, runner, limits, onProgress: callback }

export const WARNED: Rules<Warned> = { onWarning: callback }

/**
 * Checks options; `what` they are of is for messages.
 *
 * @throws TypeError or RangeError
 */
export function checkRules<O>(what: string, options: unknown, rules: Rules<O>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options))
    throw new TypeError(`${what}: ${nameOf(options)}, not an object of options`)
  for (const [name, value] of Object.entries(options)) {
    const rule: Rule | undefined = Object.hasOwn(rules, name) ? rules[name as keyof O] : undefined
    if (!rule) throw new TypeError(`${what}: no option is named '${name}'; there are ${Object.keys(rules).join(', ')}`)
    if (value !== undefined) rule(name, value)
  }
}

/** Those of the options that another call takes. */
export function only<O extends object>(options: O, rules: object): Partial<O> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(rules, name))) as Partial<O>
}
