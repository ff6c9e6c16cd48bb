/**
 * Fits the perceptual tune to a picture by trial: what suits photographs in general is up to a tenth of the bytes away from what suits one
 * of them. Codings of one step differ in bytes and in SSIMULACRA2; two steps tell how many bytes a point of it is worth.
 */
import type { ImageHeader } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { SearchSettings } from '../../../codecs/image/settings.js'
import { cut } from '../picture.js'

/** What trials may change, and how far. */
export interface Tuning {
  /** Slopes of the step over frequency, in 1/32. */
  luma: number
  chroma: number
  /** Strength of the step field, in 1/64. */
  strength: number
  chromaStep: number
  chromaBalance: number
  /** Price of a bit, in percent of the settings'. */
  price: number
}

const LIMITS: Record<keyof Tuning, [least: number, most: number]> = {
  luma: [24, 200],
  chroma: [24, 240],
  strength: [3, 18],
  chromaStep: [-8, 24],
  chromaBalance: [-16, 16],
  price: [30, 250],
}

/** First moves, each tried up and down: slopes by a factor, the others by an addend. */
const MOVES: [name: keyof Tuning, move: (value: number, size: number) => number][] = [
  ['luma', (value, size) => value * 1.4 ** size],
  ['strength', (value, size) => value + 4 * size],
  ['chroma', (value, size) => value * 1.5 ** size],
  ['chromaStep', (value, size) => value + 7 * size],
  ['chromaBalance', (value, size) => value - 6 * size],
  ['price', (value, size) => value / 1.5 ** size],
]

/** Side of the middle of the picture that trials code. */
const PART = 768

/** The middle of a picture, up to PART x PART pixels; the picture itself if that is all of it. */
export function middleOf(image: ImageData): ImageData {
  const width = Math.min(image.width, PART)
  const height = Math.min(image.height, PART)
  if (width === image.width && height === image.height) return image
  const { channels, bitDepth } = image
  const area = { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height }
  return { width, height, channels, bitDepth, data: cut(image, area) }
}

export function tuningOf(header: ImageHeader, { strength }: SearchSettings): Tuning {
  const { weighting, chromaStep, chromaBalance } = header
  return { luma: weighting[0], chroma: weighting[1], strength, chromaStep, chromaBalance, price: 100 }
}

/** Codes the part with a tuning at a step. */
export type Trial = (tuning: Tuning, step: number) => Promise<{ file: Uint8Array<ArrayBuffer>; score: number }>

interface Tuned {
  tuning: Tuning
  /** File of the best trial, which is at the step asked for. */
  file: Uint8Array<ArrayBuffer>
}

/**
 * Tunes by coordinate descent, with moves that become smaller each time around.
 *
 * @param trials codings at most, 3 or more
 * @param isGrey there is no chroma to try
 */
export async function tune(first: Tuning, step: number, trials: number, trial: Trial, isGrey = false): Promise<Tuned> {
  const base = await trial(first, step)
  const finer = await trial(first, step - 8)
  let left = trials - 2
  const perLog = Math.max(1, (finer.score - base.score) / Math.max(0.01, Math.log(finer.file.length / base.file.length)))
  // coded anew by the least change, a picture may come out 0.5 % better or worse: small gains of the file itself are as real as large ones
  let best = { tuning: first, file: base.file, gain: 0 }
  for (let round = 1; left > 0; round++) {
    let moves = 0
    for (const [name, move] of MOVES) {
      for (const direction of [1, -1]) {
        // a flat field stays flat
        if (left === 0 || (name === 'strength' && first.strength === 0) || (isGrey && name.startsWith('chroma'))) continue
        const [least, most] = LIMITS[name]
        const value = Math.max(least, Math.min(most, Math.round(move(best.tuning[name], direction / round))))
        if (value === best.tuning[name]) continue
        const tuning = { ...best.tuning, [name]: value }
        const { file, score } = await trial(tuning, step)
        left--
        moves++
        const gain = (score - base.score) / perLog - Math.log(file.length / base.file.length)
        if (gain <= best.gain) continue
        best = { tuning, file, gain }
        break
      }
    }
    if (moves === 0) break
  }
  return best
}
