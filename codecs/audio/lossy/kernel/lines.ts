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
import { codeExpGolombBypass } from '../../../entropy/kernel/integers'
import { APM_BYTES, apmAt, stateAt } from '../../../entropy/kernel/model'
import { codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { codeLineBit, inputs, LINE_SET_BYTES } from '../../../entropy/kernel/widemixer'
import { Row } from '../../../wasm/kernel/row'
import { MAX_BANDS } from './bands'
import { EXPECTED_CLASSES, Models } from './models'

const UNARY_LIMIT: i32 = 14
/** A band whose level is below an eighth of its step has no lines: all are zero. In 1/64 octave. */
export const SILENT_RATIO: i32 = -192

/** Octaves of a band's magnitudes that are coded plain. `ratio` = level - step in 1/64 octave. */
// @inline
function plainBits(ratio: i32): i32 {
  return min(16, max(0, (ratio >> 6) - 2))
}

/** Class 0..7 of a sum of magnitudes. */
// @inline
function sumClass(sum: i32): i32 {
  return sum < 3 ? sum : sum < 5 ? 3 : sum < 8 ? 4 : sum < 13 ? 5 : sum < 21 ? 6 : 7
}

/** Class 0..15 of a sum of more of them. */
// @inline
function wideClass(sum: i32): i32 {
  return sum < 8
    ? sum
    : sum < 12
      ? 8 + ((sum - 8) >> 1)
      : sum < 20
        ? 10 + ((sum - 12) >> 2)
        : sum < 32
          ? 12
          : sum < 48
            ? 13
            : sum < 80
              ? 14
              : 15
}

/** The four states of a context of a line. */
// @inline
function contextAt(states: usize, context: i32): usize {
  return stateAt(states, context * 4)
}

/**
 * Codes lines first..last-1.
 *
 * @param magnitudes per line, of this spectrum: written; what lies below `first` is read
 * @param before per line, magnitudes of the spectrum before on this spectrum's resolution, one more on each side
 * @param older the same, of the spectrum before that
 * @param other per line, magnitudes of the pair's other channel, if it comes first
 */
export function codeLines(
  models: Models,
  values: Row<i32>,
  first: i32,
  last: i32,
  band: i32,
  short: i32,
  ratio: i32,
  magnitudes: Row<u8>,
  before: Row<u8>,
  older: Row<u8>,
  other: Row<u8> | null,
): void {
  // the contexts of a line, which its bits are mixed from
  const contexts = changetype<Row<usize>>(inputs)
  const k = plainBits(ratio)
  const expected = max(0, min(EXPECTED_CLASSES - 1, (ratio + 192) >> 4))
  const expectedRow = contextAt(models.expected, expected * 8)
  const otherRow = contextAt(models.other, expected * 15)
  const bandRow = contextAt(models.band, (band + short * MAX_BANDS) * 8)
  const coarse = expected >> 2
  const sets = models.lineWeights + <usize>(expected >> 1) * LINE_SET_BYTES
  const apms = apmAt(models.lineApms, expected >> 1)
  // magnitudes of the four lines below, nearest first
  let m1: i32 = first > 0 ? <i32>magnitudes[first - 1] : 0
  let m2: i32 = first > 1 ? <i32>magnitudes[first - 2] : 0
  let m3: i32 = first > 2 ? <i32>magnitudes[first - 3] : 0
  let m4: i32 = first > 3 ? <i32>magnitudes[first - 4] : 0
  for (let i = first; i < last; i++) {
    const past = before.from(i)
    const p0: i32 = past[-1]
    const p1: i32 = past[0]
    const p2: i32 = past[1]
    const aged = older.from(i)
    const o1: i32 = aged[0]
    const near = sumClass(2 * m1 + m2)
    const around = sumClass(p0 + 2 * p1 + p2)
    const beside = other ? 1 + min(3, <i32>other[i]) : 0
    const pastWide = wideClass(p0 + p1 + p2 + <i32>past[-2] + <i32>past[2] + <i32>past[3] + o1)
    const nearWide = wideClass(2 * (m1 + m2) + m3 + m4)
    const aging = (((short * 4 + min(3, o1)) * 4 + min(3, p1)) * 3 + min(2, m1)) * 3 + min(2, p2)
    contexts[0] = contextAt(expectedRow, near)
    contexts[1] = contextAt(models.previous, (coarse * 8 + around) * 8 + near)
    contexts[2] = contextAt(otherRow, beside * 3 + min(2, around))
    contexts[3] = contextAt(bandRow, sumClass(m1 + m2 + p1))
    contexts[4] = contextAt(models.wide, (short * 16 + pastWide) * 16 + nearWide)
    contexts[5] = contextAt(models.older, aging)
    let sides: i32
    if (other) sides = (4 + min(3, <i32>other[i])) * 4 + min(3, <i32>other[i - 1] + <i32>other[i + 1])
    else sides = min(3, <i32>aged[-1] + <i32>aged[1]) * 4 + min(3, o1)
    contexts[6] = contextAt(models.beside, sides * 4 + min(3, (m1 + p1 + 1) >> 1))
    const value = encoding ? values[i] : 0
    const wanted = abs(value)
    const high = wanted >> k
    let coded = 0
    for (let kind: usize = 0; coded <= UNARY_LIMIT; coded++) {
      if (!codeLineBit(high > coded ? 1 : 0, kind << 2, sets + kind * 16 * LINE_SET_BYTES, apms + kind * 16 * APM_BYTES)) break
      if (kind < 3) kind++
    }
    if (coded > UNARY_LIMIT) coded += codeExpGolombBypass(high - coded, 0)
    m4 = m3
    m3 = m2
    m2 = m1
    m1 = min(15, coded)
    magnitudes[i] = <u8>m1
    const magnitude = (coded << k) | codeBypass(wanted & ((1 << k) - 1), k)
    if (magnitude != 0) {
      const negative = codeBypass(value < 0 ? 1 : 0, 1)
      if (!encoding) values[i] = negative ? -magnitude : magnitude
    }
  }
}
