/** What can be measured in any thread. Pictures stay with their owners: a thread gets copies. */
import type { ImageData } from '../../codecs/image/picture.js'
import type { Job } from '../../codecs/job.js'
import type { RunOptions } from '../../codecs/turns.js'
import { butteraugli } from './butteraugli.js'
import { groundsOf } from './grounds.js'
import type { KernelName } from './kernels.js'
import { ssimulacra2 } from './ssimulacra2.js'

export { KERNELS } from './kernels.js'

/** A picture to be compared with its original. */
export interface MeasureImage {
  metric: 'ssimulacra2' | 'butteraugli'
  original: ImageData
  decoded: ImageData
  /** What pictures with alpha are laid on: white, or by default white and then black, of which the worse result counts. */
  ground?: 'white'
}

/** SSIMULACRA2, or Butteraugli's 3-norm. */
async function measure({ metric, original, decoded, ground }: MeasureImage, options: RunOptions): Promise<number> {
  const values: number[] = []
  for (const background of groundsOf(original, decoded).slice(0, ground === 'white' ? 1 : 2)) {
    const on = { ...options, background }
    if (metric === 'butteraugli') values.push((await butteraugli(original, decoded, on)).threeNorm)
    else values.push((await ssimulacra2(original, decoded, on)).score)
  }
  return metric === 'butteraugli' ? Math.max(...values) : Math.min(...values)
}

const measureImage: Job<MeasureImage, number, KernelName> = {
  run: measure,
  kernels: ({ metric }) => [metric === 'butteraugli' ? 'butteraugli' : 'image-metrics'],
  moves: false,
}

export const TASKS = { measureImage }
