/** The largest file of at most so many bytes. */
import { MAX_STEP } from '../../../codecs/image/header.js'
import { type Code, Crossing, clip } from './search.js'

/** Bytes may be this part below a target. */
const SLACK = 0.01
/** After so many codings the largest file that fits must do: of files below a few hundred bytes one byte is much. */
const MOST_CODINGS = 64
/** Tried after one another: where no step and price come close enough, another slope makes other files. */
const SLOPES = [0, 3, -3, 6, -6, 9, -9]

/** Bytes fall by half about every 29 steps; octaves per step. */
export const OCTAVES_PER_STEP = 1 / 29
/** Octaves of bytes per octave of price: 0.1 at 2 bits per pixel, 0.25 at 1, 0.45 at 0.2. */
const OCTAVES_PER_PRICE = 0.25

/** Base steps: where a search begins, and where it ends at the latest. */
export interface Steps {
  first: number
  finest: number
}

/**
 * The largest file of at most `allowed` bytes that is found: first the step, in 1/24 octave or some 2.5 % of bytes, then the
 * price of a bit, which moves bytes by less, and at last the slope of steps over frequency.
 *
 * @param name of the option, for the error
 * @throws RangeError if the coarsest step takes more
 */
export async function searchSize(code: Code, allowed: number, { first, finest }: Steps, name: string): Promise<Uint8Array<ArrayBuffer>> {
  let best: Uint8Array<ArrayBuffer> | undefined
  let smallest = Number.POSITIVE_INFINITY
  let codings = 0
  /** How much there is to spare, in octaves, from the middle of what is good enough. */
  const spare = async (step: number, price: number, slope = 0) => {
    const file = await code(step, price, slope)
    codings++
    smallest = Math.min(smallest, file.length)
    if (file.length <= allowed && file.length > (best?.length ?? 0)) best = file
    return Math.log2((allowed * (1 - SLACK / 2)) / file.length)
  }
  const found = () => best !== undefined && best.length >= allowed * (1 - SLACK)

  const steps = new Crossing(OCTAVES_PER_STEP, 1)
  const margins = new Map<number, number>()
  const atStep = async (step: number) => {
    const margin = margins.get(step) ?? (await spare(step, 1))
    if (!margins.has(step)) steps.add(step, margin)
    margins.set(step, margin)
    return margin
  }
  let step = clip(first, finest, MAX_STEP)
  for (let next = step; !steps.has(next); next = clip(Math.round(steps.root()), finest, MAX_STEP)) {
    step = next
    await atStep(step)
    if (found()) return best!
  }
  const nearest = [...margins.keys()].sort((a, b) => Math.abs(margins.get(a)!) - Math.abs(margins.get(b)!))[0]
  const enough = () => found() || codings >= MOST_CODINGS
  for (const slope of SLOPES) {
    for (step of [nearest, nearest + 1, nearest - 1]) {
      if (enough() || (slope !== 0 && step !== nearest)) break
      if (step < finest || step > MAX_STEP || (nearest === finest && best)) continue
      const prices = new Crossing(OCTAVES_PER_PRICE, 1 / 32)
      prices.add(0, slope === 0 ? await atStep(step) : await spare(step, 1, slope))
      for (let octave = clip(prices.root(), -1, 1); !prices.has(octave); octave = clip(prices.root(), -1, 1)) {
        if (enough() || prices.high - prices.low < 0.005) break
        prices.add(octave, await spare(step, 2 ** octave, slope))
      }
    }
  }
  if (!best) throw new RangeError(`${name}: ${Math.floor(allowed)} bytes are less than the ${smallest} that this picture comes to at least`)
  return best
}
