/** The coarsest step at which a metric of the decoded picture is good enough. */
import { MAX_STEP } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { Work } from '../../threads/runner.js'
import { type Code, Crossing, clip } from './search.js'
import type { Steps } from './sizesearch.js'

type Measure = (original: ImageData, decoded: ImageData, work: Work) => Promise<number>

export interface Metric {
  /** Unit for messages. */
  unit: string
  /** Range of a target. */
  least: number
  most: number
  measure: Measure
  /** A number that grows with quality, some `perStep` per step. */
  rising: (value: number) => number
  perStep: number
  /** Quality to begin with. */
  quality: (target: number) => number
}

/** Metrics by the names of their targets. */
export const METRICS = {
  targetSsimulacra2: {
    unit: '',
    least: 0,
    most: 100,
    measure: (original, decoded, { runner, signal }) =>
      runner.run({ domain: 'metrics', task: 'measureImage', metric: 'ssimulacra2', original, decoded }, { signal }),
    rising: (score) => score,
    perStep: 0.5,
    quality: (target) => target,
  },
  targetPsnr: {
    unit: ' dB',
    least: 0,
    most: 200,
    measure: async (original, decoded) => {
      const [{ psnr }, { groundsOf }] = await Promise.all([import('../../metrics/psnr.js'), import('../../metrics/grounds.js')])
      return Math.min(...groundsOf(original, decoded).map((background) => psnr(original, decoded, { background }).colourDb))
    },
    rising: (decibels) => Math.min(decibels, 200),
    perStep: 0.15,
    quality: (target) => clip(5 * target - 115, 0, 100),
  },
  targetButteraugli: {
    unit: '',
    least: 0.001,
    most: 1000,
    measure: (original, decoded, { runner, signal }) =>
      runner.run({ domain: 'metrics', task: 'measureImage', metric: 'butteraugli', original, decoded }, { signal }),
    rising: (norm) => -Math.log2(Math.max(norm, 1e-6)),
    perStep: 0.03,
    quality: (target) => clip(75 - 30 * Math.log2(target), 0, 100),
  },
} satisfies Record<string, Metric>

/**
 * The file of the coarsest step that reaches a metric's target.
 *
 * @param measured measures a file
 * @param name of the option, for the error
 * @throws RangeError if the finest step does not reach it
 */
export async function searchMetric(
  code: Code,
  measured: (file: Uint8Array) => Promise<number>,
  { rising, perStep, unit }: Metric,
  target: number,
  { first, finest }: Steps,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  // fineness, the negative of the step, makes it grow
  const crossing = new Crossing(perStep, 1)
  let best: Uint8Array<ArrayBuffer> | undefined
  let highest = { rank: Number.NEGATIVE_INFINITY, value: 0 }
  for (let step = clip(first, finest, MAX_STEP); crossing.high - crossing.low > 1; ) {
    const file = await code(step, 1)
    const value = await measured(file)
    const rank = rising(value)
    if (rank > highest.rank) highest = { rank, value }
    crossing.add(-step, rank - rising(target))
    if (crossing.high === -step) best = file
    if (step === finest && !best) break
    if (step === MAX_STEP && best) break
    // no further at once, since metrics flatten towards both ends
    const next = clip(-Math.ceil(crossing.root()), step - 64, step + 64)
    step = clip(next, Math.max(-crossing.high + 1, finest), Math.min(-crossing.low - 1, MAX_STEP))
  }
  if (!best) {
    const found = Number(highest.value.toFixed(3))
    throw new RangeError(`${name} ${target}${unit}: the best that this picture comes to is ${found}${unit}`)
  }
  return best
}
