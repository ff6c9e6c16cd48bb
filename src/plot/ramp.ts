/** Colours for amounts: linear between a few stops whose brightness falls all the way, so that they tell without hue. */

export type Colour = readonly [red: number, green: number, blue: number]

/** Nothing, some, much, most: as error maps have it. */
export const HEAT: readonly Colour[] = [
  [255, 255, 255],
  [255, 214, 70],
  [226, 88, 34],
  [150, 20, 76],
  [36, 4, 40],
]

/** Colour at `position`, 0 for the first stop to 1 for the last; cut to that. */
export function onRamp(stops: readonly Colour[], position: number): Colour {
  const place = Math.max(0, Math.min(1, position)) * (stops.length - 1)
  const below = Math.min(stops.length - 2, Math.floor(place))
  const part = place - below
  const mixed = (i: number) => Math.round(stops[below][i] + (stops[below + 1][i] - stops[below][i]) * part)
  return [mixed(0), mixed(1), mixed(2)]
}

/** A logarithmic scale of some octaves; what is below its least takes the first colour. */
export interface OctaveScale {
  /** Power of 2 at which the darkest colour begins; the palest is `octaves` below. */
  most: number
  octaves: number
}

/** Part of the amounts that may lie beyond the darkest colour: a few extremes would leave all else pale. */
const BEYOND = 0.001

/** The scale for `amounts` of at least 0. */
export function octaveScale(amounts: ArrayLike<number>, octaves = 7): OctaveScale {
  const sorted = Float64Array.from(amounts).sort()
  const high = sorted[Math.floor((sorted.length - 1) * (1 - BEYOND))]
  return { most: high > 0 ? 2 ** Math.ceil(Math.log2(high)) : 1, octaves }
}

/** 0..1 on a scale. */
export const onScale = ({ most, octaves }: OctaveScale, amount: number): number =>
  Math.max(0, Math.min(1, 1 + Math.log2(Math.max(amount, Number.MIN_VALUE) / most) / octaves))

/** Marks of a scale from its least to its most, each octave one: '1/4', '1', '16'. */
export function scaleTicks({ most, octaves }: OctaveScale): { at: number; label: string }[] {
  return Array.from({ length: octaves + 1 }, (_, i) => {
    const value = most * 2 ** (i - octaves)
    return { at: i / octaves, label: value < 1 ? `1/${1 / value}` : String(value) }
  })
}
