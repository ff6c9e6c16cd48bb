/**
 * Quantized lines of one band: FORMAT.md, "Lines".
 *
 *     magnitude >> k   bins: > 0, > 1, > 2, ..., > 14, then exp-Golomb of the rest
 *     k low bits       plain          k = octaves by which the band's level exceeds 4 steps
 *     sign             plain, if the magnitude is not 0
 *
 * Contexts, mixed: what the envelope expects with the two lines below; the three lines around in the spectrum before; the same line
 * of the other channel of a pair; the band.
 */
import { codeExpGolombBypass } from '../../entropy/kernel/integers'
import { APM_BYTES, codeMixed, WEIGHT_SET_BYTES } from '../../entropy/kernel/model'
import { codeBypass, encoding } from '../../entropy/kernel/rangecoder'
import { MAX_BANDS } from './bands'
import { EXPECTED_CLASSES, Models } from './models'

const UNARY_LIMIT: i32 = 14
/** A band whose level is below an eighth of its step has no lines: all are zero. In 1/64 octave. */
export const SILENT_RATIO: i32 = -192

/** Octaves of a band's magnitudes that are coded plain. `ratio` = level - step in 1/64 octave. */
// @ts-ignore: decorator
@inline
export function plainBits(ratio: i32): i32 {
  return min(16, max(0, (ratio >> 6) - 2))
}

/** Class 0..7 of a sum of magnitudes. */
// @ts-ignore: decorator
@inline
function sumClass(sum: i32): i32 {
  return sum < 3 ? sum : sum < 5 ? 3 : sum < 8 ? 4 : sum < 13 ? 5 : sum < 21 ? 6 : 7
}

/**
 * Codes lines first..last-1 (i32 at `values`).
 *
 * @param magnitudes u8 per line, of this spectrum: written; what lies below `first` is read
 * @param before u8 per line, magnitudes of the spectrum before on this spectrum's resolution, one more on each side
 * @param other u8 per line, magnitudes of the pair's other channel, or 0
 */
export function codeLines(models: Models, values: usize, first: i32, last: i32, band: i32, short: i32, ratio: i32, magnitudes: usize, before: usize, older: usize, other: usize): void {
  const k = plainBits(ratio)
  const expected = max(0, min(EXPECTED_CLASSES - 1, (ratio + 192) >> 4))
  const expectedRow = models.expected + ((<usize>(expected * 8)) << 4)
  const otherRow = models.other + ((<usize>(expected * 15)) << 4)
  const bandRow = models.band + ((<usize>((band + short * MAX_BANDS) * 8)) << 4)
  const coarse = expected >> 2
  const sets = models.lineWeights + <usize>(expected >> 1) * WEIGHT_SET_BYTES
  const apms = models.lineApms + <usize>(expected >> 1) * APM_BYTES
  let below = first > 0 ? <i32>load<u8>(magnitudes + <usize>first - 1) : 0
  let further = first > 1 ? <i32>load<u8>(magnitudes + <usize>first - 2) : 0
  for (let i = first; i < last; i++) {
    const at = <usize>i
    const near = sumClass(2 * below + further)
    const past = before + at
    const around = sumClass(<i32>load<u8>(past - 1) + 2 * <i32>load<u8>(past) + <i32>load<u8>(past, 1))
    const beside = other ? 1 + min(3, <i32>load<u8>(other + at)) : 0
    const s0 = expectedRow + ((<usize>near) << 4)
    const s1 = models.previous + ((<usize>((coarse * 8 + around) * 8 + near)) << 4)
    const s2 = otherRow + ((<usize>(beside * 3 + min(2, around))) << 4)
    const s3 = bandRow + ((<usize>sumClass(below + further + <i32>load<u8>(past))) << 4)
    const value = encoding ? load<i32>(values + (at << 2)) : 0
    const wanted = abs(value)
    const high = wanted >> k
    let coded = 0
    for (let kind: usize = 0; coded <= UNARY_LIMIT; coded++) {
      const offset = kind << 2
      const set = sets + kind * 16 * WEIGHT_SET_BYTES
      const apm = apms + kind * 16 * APM_BYTES
      if (!codeMixed(high > coded ? 1 : 0, s0 + offset, s1 + offset, s2 + offset, s3 + offset, set, apm)) break
      if (kind < 3) kind++
    }
    if (coded > UNARY_LIMIT) coded += codeExpGolombBypass(high - coded, 0)
    further = below
    below = min(15, coded)
    store<u8>(magnitudes + at, <u8>below)
    const magnitude = (coded << k) | codeBypass(wanted & ((1 << k) - 1), k)
    if (magnitude != 0) {
      const negative = codeBypass(value < 0 ? 1 : 0, 1)
      if (!encoding) store<i32>(values + (at << 2), negative ? -magnitude : magnitude)
    }
  }
}
