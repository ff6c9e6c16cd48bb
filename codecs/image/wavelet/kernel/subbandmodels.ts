/** The adaptive models of the wavelet profile. One set serves all parts of a tile, from the coarsest on. */
import { APM_BYTES, resetApms, resetStates, resetWeights, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { FIELD_STATES } from '../../../laq/kernel/stepfield'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'

/** Kinds of subbands: 4 plane classes x 5 levels x 3 orientations. */
export const KINDS: i32 = 60
// Each context of a coefficient owns four states, one per kind of bin: not zero, above 1, above 2, above 3 and on.
export const EXPECTED_CLASSES: i32 = 16
export const LOCAL_CONTEXTS: i32 = 64 * 4 * 2 * 3
export const SCALE_CLASSES: i32 = 8 * 6
export const CROSS_CLASSES: i32 = 256
/** Weight sets and APMs: 4 kinds of bins x expected class x (luma, chroma). */
export const WEIGHT_SETS: i32 = 2 * 4 * EXPECTED_CLASSES
// Each context of a group flag owns one state.
export const GROUP_CONTEXTS: i32 = 64
export const GROUP_SETS: i32 = 8 * 2
/** Contexts of signs, per plane class and orientation, each one state. */
export const SIGN_CONTEXTS: i32 = 320
/** Low-pass band: exp-Golomb states of 4 plane classes x 3 contexts. */
export const LOW_CONTEXTS: i32 = 12

@unmanaged
export class SubbandModels {
  expected: usize
  local: usize
  scale: usize
  cross: usize
  weights: usize
  apms: usize
  group: usize
  groupWeights: usize
  groupApms: usize
  sign: usize
  signWeights: usize
  signApms: usize
  low: usize
  field: usize
}

const INITIAL_WEIGHT: i32 = 20000
/** A level starts from the states of the coarser one, as if they had seen no more than this. */
const INHERITED_UPDATES: u32 = 20

function statesFor(count: i32): usize {
  const states = allocate((<usize>count) << 2)
  resetStates(states, count)
  return states
}

function weightsFor(count: i32): usize {
  const weights = allocate(<usize>count * WEIGHT_SET_BYTES)
  resetWeights(weights, count, INITIAL_WEIGHT)
  return weights
}

function apmsFor(count: i32): usize {
  const apms = allocate(<usize>count * APM_BYTES)
  resetApms(apms, count)
  return apms
}

export function createSubbandModels(): SubbandModels {
  const models = changetype<SubbandModels>(allocateZeroed(offsetof<SubbandModels>()))
  models.expected = statesFor(KINDS * EXPECTED_CLASSES * 4)
  models.local = statesFor(LOCAL_CONTEXTS * 4)
  models.scale = statesFor(KINDS * SCALE_CLASSES * 4)
  models.cross = statesFor(KINDS * CROSS_CLASSES * 4)
  models.weights = weightsFor(WEIGHT_SETS)
  models.apms = apmsFor(WEIGHT_SETS)
  models.group = statesFor(KINDS * GROUP_CONTEXTS * 4)
  models.groupWeights = weightsFor(GROUP_SETS)
  models.groupApms = apmsFor(GROUP_SETS)
  models.sign = statesFor(12 * SIGN_CONTEXTS)
  models.signWeights = weightsFor(12)
  models.signApms = apmsFor(12)
  models.low = statesFor(LOW_CONTEXTS * 24)
  models.field = allocate((<usize>FIELD_STATES) << 2)
  return models
}

function inherit(states: usize, kind: i32, contexts: i32): void {
  const bytes = (<usize>contexts) << 2
  let to = states + <usize>kind * bytes
  // kinds of one plane class are ordered by level, then orientation
  let from = to + 3 * bytes
  for (const end = to + bytes; to < end; to += 4) {
    const state = load<u32>(from)
    store<u32>(to, (state & ~1023) | min(state & 1023, INHERITED_UPDATES))
    from += 4
  }
}

/** Gives subband `kind` what its parent, three kinds on, has learnt. */
export function inheritStates(models: SubbandModels, kind: i32): void {
  inherit(models.expected, kind, EXPECTED_CLASSES * 4)
  inherit(models.scale, kind, SCALE_CLASSES * 4)
  inherit(models.cross, kind, CROSS_CLASSES * 4)
  inherit(models.group, kind, GROUP_CONTEXTS * 4)
}
