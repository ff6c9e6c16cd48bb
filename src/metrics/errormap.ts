/** Where in a picture a metric sees its errors. */
import { nameOf } from '../calls/input.js'
import { choice, flag, number, type Rules, SHARED } from '../calls/options.js'
import type { Background } from './colour.js'

/** Where errors are: a value for each pixel. */
export interface ErrorMap {
  /** Width in pixels, that of the picture. */
  width: number
  /** Height in pixels, that of the picture. */
  height: number
  /** width * height values, row-major; 0 where nothing is seen, in the unit of its metric. */
  data: Float32Array
}

const channel = (name: string, value: unknown) => number(0, 1)(`${name} of the background`, value)

/** Rules of {@link MapOptions}. */
export const MAP_RULES: Rules<MapOptions> = {
  map: flag,
  background: (name, value) => {
    if (!Array.isArray(value) || value.length !== 3) throw new TypeError(`${name} is ${nameOf(value)}, not an array of red, green and blue`)
    for (const [i, colour] of ['red', 'green', 'blue'].entries()) channel(colour, value[i])
  },
  signal: SHARED.signal,
}

/** @throws TypeError or RangeError unless they are names of metrics */
export function checkNames(names: readonly string[], metrics: readonly string[]): void {
  if (!Array.isArray(names)) throw new TypeError(`names of metrics is ${nameOf(names)}, not an array`)
  for (const name of names) choice(...metrics)('a metric', name)
}

/** What metrics of images take. */
export interface MapOptions {
  /** Also draw where the errors are. Default: false. */
  map?: boolean
  /** Shows through where a picture has alpha: red, green, blue, each 0..1. Default: white. */
  background?: Background
  /** Ends the measuring, which then fails with the signal's reason. */
  signal?: AbortSignal | undefined
}
