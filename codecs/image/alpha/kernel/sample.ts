/**
 * A sample of alpha: FORMAT.md, "Alpha".
 *
 *     like the one on the left    mixed bit
 *     like the one above          mixed bit, if the two differ
 *     0, most                     mixed bits, if neither of the two is that
 *     residual                    else: q = (sample - prediction) / (2 bound + 1), rounded
 *       size                      bits of |q|, 0..17: that many ones and a zero, mixed bits
 *       sign                      mixed bit
 *       bits below the leading    the first mixed, the others plain
 *
 * Most of an alpha plane is nothing or everything: the flags see the shapes of masks; residuals are for their soft edges and for
 * what is half transparent.
 */
import { apmAt, codeMixed, stateAt, weightSetAt } from '../../../entropy/kernel/model'
import { codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { Row } from '../../../wasm/kernel/row'
import {
  COARSE_ENERGIES,
  clampToRange,
  ENERGIES,
  FLAG_SETS,
  HASH_BITS,
  KIND_PAIRS,
  NEARBY,
  PATTERNS,
  PREDICTIONS,
  SECOND,
  SHAPES,
  SIGN,
  SIZES,
  State,
} from './state'
import { lookAround, lookAroundResidual, noteErrors } from './surroundings'

/** The flags of a sample, in their order. */
const LIKE_LEFT: i32 = 0
const LIKE_ABOVE: i32 = 1
const NOTHING: i32 = 2
const EVERYTHING: i32 = 3

// @inline
function hash(key: u32, kind: i32): i32 {
  return ((key ^ (<u32>kind * 0x2545f491)) * 0x9e3779b1) >>> (32 - HASH_BITS)
}

/** The upper six of the prediction's 8 bits. */
// @inline
function predicted(s: State): i32 {
  return (s.prediction >> s.scale) >> 2
}

function codeFlag(s: State, flag: i32, bit: bool): bool {
  const kinds = s.kinds
  const set = flag * KIND_PAIRS + kinds
  return (
    codeMixed(
      bit ? 1 : 0,
      stateAt(s.corners, hash(s.cornerKey, flag)),
      stateAt(s.shapes, flag * SHAPES + s.shape),
      stateAt(s.smooth, (flag * PREDICTIONS + predicted(s)) * ENERGIES + s.energy),
      stateAt(s.patterns, (flag * PATTERNS + s.pattern) * KIND_PAIRS + kinds),
      weightSetAt(s.weights, set),
      apmAt(s.apms, set),
    ) != 0
  )
}

function codeResidualBit(s: State, bit: i32, number: i32): i32 {
  const energy = s.energy
  const set = FLAG_SETS + number * COARSE_ENERGIES + (energy >> 2)
  return codeMixed(
    bit,
    stateAt(s.energies, number * ENERGIES + energy),
    stateAt(s.surroundings, hash(s.surroundingKey, number)),
    stateAt(s.levels, (number * PREDICTIONS + predicted(s)) * COARSE_ENERGIES + (energy >> 2)),
    stateAt(s.near, number * NEARBY + s.nearby),
    weightSetAt(s.weights, set),
    apmAt(s.apms, set),
  )
}

/** Codes -2^17 < q < 2^17. */
function codeResidual(s: State, q: i32): i32 {
  const wanted = 32 - clz(abs(q))
  let size = 0
  while (size < SIZES && codeResidualBit(s, size < wanted ? 1 : 0, size)) size++
  if (size == 0) return 0
  const negative = codeResidualBit(s, q < 0 ? 1 : 0, SIGN)
  let magnitude = 1
  if (size > 1) {
    const rest = size - 2
    const value = abs(q)
    magnitude = 2 | codeResidualBit(s, (value >> rest) & 1, SECOND + size)
    magnitude = (magnitude << rest) | codeBypass(value & ((1 << rest) - 1), rest)
  }
  return negative ? -magnitude : magnitude
}

/** Codes sample `here`, number x of its row. */
export function codeSample(s: State, here: Row<u16>, x: i32): void {
  const wanted: i32 = encoding ? <i32>here[0] : 0
  const left: i32 = here[-1]
  const above: i32 = here[-s.stride]
  lookAround(s, here, x)
  const most = s.most
  const bound = s.bound
  // what is nothing or everything stays so; what is neither may become what is next to it
  const tolerance = wanted == 0 || wanted == most ? 0 : bound
  let sample = left
  let q = 0
  if (!codeFlag(s, LIKE_LEFT, abs(wanted - left) <= tolerance)) {
    sample = above
    if (left == above || !codeFlag(s, LIKE_ABOVE, abs(wanted - above) <= tolerance)) {
      sample = 0
      if (left == 0 || above == 0 || !codeFlag(s, NOTHING, wanted == 0)) {
        sample = most
        if (left == most || above == most || !codeFlag(s, EVERYTHING, wanted == most)) {
          lookAroundResidual(s, x)
          const step = 2 * bound + 1
          const difference = wanted - s.prediction
          q = codeResidual(s, difference < 0 ? -((bound - difference) / step) : (difference + bound) / step)
          sample = clampToRange(s.prediction + q * step, most)
        }
      }
    }
  }
  here[0] = <u16>sample
  noteErrors(s, x, sample, q)
}
