/** Points of about the same rate, for what shows codecs beside each other. */
import { type OperatingPoint, rateOf } from '../run.js'
import { codecsOf } from './order.js'

/** Where between the lowest and the highest common rate, on a logarithmic scale. */
const PLACES = { low: 0.12, middle: 0.5, high: 0.88 } as const
export type RateName = keyof typeof PLACES
export const RATE_NAMES = Object.keys(PLACES) as RateName[]

/** Ranges of rates share this at least, or they are not of the same kind: a lossless codec's are far above all others. */
const LEAST_SHARED = Math.log(1.3)
/** By what factor a point may miss a rate and still stand for it. */
export const FARTHEST = 3

/**
 * Rates that can be compared, of one item's points: within the range of the reference, as far as the other codecs reach in it.
 * Codecs that share next to nothing with it, such as lossless ones, do not count.
 *
 * @param reference codec that has a point
 * @returns the middle rate alone if there is no range
 */
export function commonRates(points: readonly OperatingPoint[], reference: string): Map<RateName, number> {
  const rangeOf = (codec: string) => {
    const rates = points.filter((point) => point.codec === codec).map((point) => Math.log(rateOf(point)))
    return [Math.min(...rates), Math.max(...rates)]
  }
  let [low, high] = rangeOf(reference)
  for (const codec of codecsOf(points)) {
    const [least, most] = rangeOf(codec)
    const [from, to] = [Math.max(low, least), Math.min(high, most)]
    if (to - from >= LEAST_SHARED) [low, high] = [from, to]
  }
  if (high - low < LEAST_SHARED) return new Map([['middle', Math.exp((low + high) / 2)]])
  return new Map(RATE_NAMES.map((name) => [name, Math.exp(low + (high - low) * PLACES[name])]))
}

/** Each codec's point whose rate is nearest by ratio, of the codecs that have one within {@link FARTHEST} times. */
export function nearestPoints(points: readonly OperatingPoint[], rate: number): OperatingPoint[] {
  const distance = (point: OperatingPoint) => Math.abs(Math.log(rateOf(point) / rate))
  return codecsOf(points)
    .map((codec) =>
      points.filter((point) => point.codec === codec).reduce((best, point) => (distance(point) < distance(best) ? point : best)),
    )
    .filter((point) => distance(point) <= Math.log(FARTHEST))
}
