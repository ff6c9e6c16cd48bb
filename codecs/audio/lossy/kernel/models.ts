/** The adaptive models of a segment. Every segment starts afresh, so that it decodes alone. */
import { freshApms, freshStates, freshWeights } from '../../../entropy/kernel/fresh'
import { apmAt, codeMixed, initModel, stateAt, weightSetAt } from '../../../entropy/kernel/model'
import { initMixer, LINE_SET_BYTES, resetLineSets } from '../../../entropy/kernel/widemixer'
import { allocate } from '../../../wasm/kernel/arena'
import { MAX_BANDS } from './bands'

/** Classes of a line's expected magnitude: from 1/8 of a step to 32 steps, in quarter octaves. */
export const EXPECTED_CLASSES: i32 = 32

// Contexts of a line own four states each: non-zero, above 1, above 2, above 3 and on.
const EXPECTED_CONTEXTS: i32 = EXPECTED_CLASSES * 8
const PREVIOUS_CONTEXTS: i32 = 8 * 8 * 8
const OTHER_CONTEXTS: i32 = EXPECTED_CLASSES * 5 * 3
const BAND_CONTEXTS: i32 = 2 * MAX_BANDS * 8
const WIDE_CONTEXTS: i32 = 2 * 16 * 16
const OLDER_CONTEXTS: i32 = 4 * 4 * 3 * 3 * 2
const BESIDE_CONTEXTS: i32 = 8 * 4 * 4 * 4
const LINE_SETS: i32 = 4 * 16

/** Contexts of the envelope: rows of states, one for each bin of a residual. */
const RESIDUAL_BINS: i32 = 16
const ENVELOPE_CONTEXTS: i32 = 512
const ENVELOPE_SETS: i32 = RESIDUAL_BINS

@unmanaged
export class Models {
  expected: usize
  previous: usize
  other: usize
  band: usize
  wide: usize
  older: usize
  beside: usize
  lineWeights: usize
  lineApms: usize
  envelope: usize
  envelopeWeights: usize
  envelopeApms: usize
  /** Splits of the tiling: 3 states per depth. */
  tiling: usize
  /** Whether a block repeats the envelope before it: a state per class. */
  repeat: usize
  /** Mid/side: 4 states. */
  stereo: usize
}

const UPDATE_LIMIT: i32 = 160
const LINE_UPDATE_LIMIT: i32 = 250
const INITIAL_WEIGHT: i32 = 20000
const INITIAL_LINE_WEIGHT: i32 = 11000

export function createModels(): Models {
  initModel(UPDATE_LIMIT)
  initMixer(LINE_UPDATE_LIMIT)
  const models = changetype<Models>(allocate(offsetof<Models>()))
  models.expected = freshStates(EXPECTED_CONTEXTS * 4)
  models.previous = freshStates(PREVIOUS_CONTEXTS * 4)
  models.other = freshStates(OTHER_CONTEXTS * 4)
  models.band = freshStates(BAND_CONTEXTS * 4)
  models.wide = freshStates(WIDE_CONTEXTS * 4)
  models.older = freshStates(OLDER_CONTEXTS * 4)
  models.beside = freshStates(BESIDE_CONTEXTS * 4)
  models.lineWeights = allocate(<usize>LINE_SETS * LINE_SET_BYTES)
  resetLineSets(models.lineWeights, LINE_SETS, INITIAL_LINE_WEIGHT)
  models.lineApms = freshApms(LINE_SETS)
  models.envelope = freshStates(ENVELOPE_CONTEXTS * RESIDUAL_BINS)
  models.envelopeWeights = freshWeights(ENVELOPE_SETS, INITIAL_WEIGHT)
  models.envelopeApms = freshApms(ENVELOPE_SETS)
  models.tiling = freshStates(4 * 3)
  models.repeat = freshStates(5)
  models.stereo = freshStates(4)
  return models
}

/** Codes one bin of an envelope residual; each context is a row of {@link RESIDUAL_BINS} states. */
// @inline
export function mixEnvelope(bit: i32, models: Models, bin: i32, c0: i32, c1: i32, c2: i32, c3: i32): i32 {
  const states = stateAt(models.envelope, bin)
  return codeMixed(
    bit,
    stateAt(states, c0 * RESIDUAL_BINS),
    stateAt(states, c1 * RESIDUAL_BINS),
    stateAt(states, c2 * RESIDUAL_BINS),
    stateAt(states, c3 * RESIDUAL_BINS),
    weightSetAt(models.envelopeWeights, bin),
    apmAt(models.envelopeApms, bin),
  )
}
