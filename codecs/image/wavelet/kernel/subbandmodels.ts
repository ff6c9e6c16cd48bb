/** The adaptive models of the wavelet profile. One set serves all parts of a tile, from the coarsest on. */
import { freshApms, freshStates, freshWeights } from '../../../entropy/kernel/fresh'
import { stateAt } from '../../../entropy/kernel/model'
import { FIELD_STATES } from '../../../laq/kernel/stepfield'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { rowAt } from '../../../wasm/kernel/row'
import { HIGH_BOTH, LEVELS, ORIENTATIONS, Subband } from './subband'

/** Kinds of subbands: 4 plane classes x 5 levels x 3 orientations. */
const KINDS: i32 = 60
// Each context of a coefficient owns four states, one per kind of bin: not zero, above 1, above 2, above 3 and on.
export const EXPECTED_CLASSES: i32 = 16
const LOCAL_CONTEXTS: i32 = 64 * 4 * 2 * 3
const SCALE_CLASSES: i32 = 8 * 6
const CROSS_CLASSES: i32 = 256
/** Weight sets and APMs: 4 kinds of bins x expected class x (luma, chroma). */
const WEIGHT_SETS: i32 = 2 * 4 * EXPECTED_CLASSES
// Each context of a group flag owns one state.
const GROUP_CONTEXTS: i32 = 64
const GROUP_SETS: i32 = 8 * 2
/** Contexts of signs, per plane class and orientation, each one state. */
const SIGN_CONTEXTS: i32 = 320
/** Low-pass band: exp-Golomb states of 4 plane classes x 3 contexts. */
const LOW_CONTEXTS: i32 = 12

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

export function createSubbandModels(): SubbandModels {
  const models = changetype<SubbandModels>(allocateZeroed(offsetof<SubbandModels>()))
  models.expected = freshStates(KINDS * EXPECTED_CLASSES * 4)
  models.local = freshStates(LOCAL_CONTEXTS * 4)
  models.scale = freshStates(KINDS * SCALE_CLASSES * 4)
  models.cross = freshStates(KINDS * CROSS_CLASSES * 4)
  models.weights = freshWeights(WEIGHT_SETS, INITIAL_WEIGHT)
  models.apms = freshApms(WEIGHT_SETS)
  models.group = freshStates(KINDS * GROUP_CONTEXTS * 4)
  models.groupWeights = freshWeights(GROUP_SETS, INITIAL_WEIGHT)
  models.groupApms = freshApms(GROUP_SETS)
  models.sign = freshStates(12 * SIGN_CONTEXTS)
  models.signWeights = freshWeights(12, INITIAL_WEIGHT)
  models.signApms = freshApms(12)
  models.low = freshStates(LOW_CONTEXTS * 24)
  models.field = allocate((<usize>FIELD_STATES) << 2)
  return models
}

/** Tells a band which states are its own. */
export function giveStates(band: Subband, models: SubbandModels): void {
  const both = band.orientation == HIGH_BOTH ? 1 : 0
  const kind = (band.plane * LEVELS + band.level - 1) * ORIENTATIONS + band.orientation
  band.kind = kind
  band.signSet = band.plane * ORIENTATIONS + band.orientation
  band.expectedStates = stateAt(models.expected, kind * EXPECTED_CLASSES * 4)
  band.localStates = stateAt(models.local, ((band.plane * 2 + both) * 3 + min(band.level, 3) - 1) * 64 * 4)
  band.scaleStates = stateAt(models.scale, kind * SCALE_CLASSES * 4)
  band.crossStates = stateAt(models.cross, kind * CROSS_CLASSES * 4)
  band.groupStates = stateAt(models.group, kind * GROUP_CONTEXTS * 4)
  band.signStates = stateAt(models.sign, band.signSet * SIGN_CONTEXTS)
}

function inherit(states: usize, kind: i32, count: i32): void {
  const own = rowAt<u32>(stateAt(states, kind * count))
  // kinds of one plane class are ordered by level, then orientation
  const coarser = rowAt<u32>(stateAt(states, (kind + ORIENTATIONS) * count))
  for (let i = 0; i < count; i++) own[i] = (coarser[i] & ~1023) | min(coarser[i] & 1023, INHERITED_UPDATES)
}

/** Gives a band what its parent has learnt. */
export function inheritStates(models: SubbandModels, band: Subband): void {
  inherit(models.expected, band.kind, EXPECTED_CLASSES * 4)
  inherit(models.scale, band.kind, SCALE_CLASSES * 4)
  inherit(models.cross, band.kind, CROSS_CLASSES * 4)
  inherit(models.group, band.kind, GROUP_CONTEXTS * 4)
}
