/** How fast codecs are: by CPU time of all threads. */
import type { OperatingPoint, Run } from '../run.js'

export type TimeName = 'encodeCpuSeconds' | 'decodeCpuSeconds'

/** What of an item is coded: megapixels of an image, seconds of a sound; NaN if the run does not say. */
export function amountOf(run: Run, item: string): number {
  const { width = Number.NaN, height = Number.NaN, seconds = Number.NaN } = run.items[item] ?? {}
  return run.kind === 'image' ? (width * height) / 1e6 : seconds
}

/** CPU seconds for a megapixel or a second of sound, of all points together; NaN if a time or an amount is unknown. */
export function secondsPerAmount(run: Run, points: readonly OperatingPoint[], time: TimeName): number {
  const seconds = points.reduce((sum, point) => sum + (point[time] ?? Number.NaN), 0)
  return seconds / points.reduce((sum, { item }) => sum + amountOf(run, item), 0)
}
