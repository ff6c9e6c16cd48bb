/** Pictures to .laq bytes: what is asked for is checked, planned, coded and written. */
import type { ImageSource } from '../calls/picture.js'
import { check, type EncodeImageOptions } from './encode/check.js'
import { codingAt, plan } from './encode/plan.js'
import { searchTarget } from './encode/target.js'
import { decoded } from './encode/trial.js'
import { fileOf } from './encode/write.js'

/** Part of the time that trials take, where the tune is fitted to the picture; for progress. */
const TRIALS_SHARE = 0.7

/**
 * Encodes an image.
 *
 * A target takes the place of a quality and several codings, 3 to 8 as a rule.
 *
 * @param source pixels, or what a canvas gives (`getImageData`)
 * @returns a whole .laq file
 * @throws TypeError or RangeError on wrong arguments, RangeError on a target out of reach, the reason of `signal`
 *   (LaqError 'aborted', named AbortError, if it has none)
 */
export async function encodeImage(source: ImageSource, options: EncodeImageOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const request = check(source, options)
  const { image, choices, target, work, onProgress } = request
  const planned = await plan(request, (done) => onProgress(TRIALS_SHARE * done))
  if (planned.file && !target) {
    onProgress(1)
    return planned.file
  }
  const begun = planned.tuning ? TRIALS_SHARE : 0
  const progress = (done: number) => onProgress(begun + (1 - begun) * done)
  if (!target) return fileOf(codingAt(planned, planned.step), work, progress)

  let codings = 0
  const codeAt = (step: number, price: number, slope?: number) => {
    const before = codings++
    // how many there will be is not known: each takes two fifths of what is left
    return fileOf(codingAt(planned, step, price, slope), work, (done) => progress(1 - 0.6 ** (before + done)))
  }
  const search = { image, transform: choices.transform, work }
  const file = await searchTarget(target, search, codeAt, (file) => decoded(file, work))
  onProgress(1)
  return file
}
