/**
 * The adaptive models of an image tile, and what the last blocks above and on the left tell about the next one.
 */
import { allocate, allocateZeroed } from '../../wasm/kernel/arena'
import { APM_BYTES, initModel, resetApms, resetStates, resetWeights, WEIGHT_SET_BYTES } from '../../entropy/kernel/model'
import { FIELD_STATES } from '../../laq/kernel/stepfield'

/** Plane classes: luma (or grey), Cb, Cr, alpha. */
export const CLASSES: i32 = 4
/** Block sizes: 8, 16, 32, 64. */
export const SIZES: i32 = 4

// Each context of a coefficient owns four states, one per kind of bin: non-zero, above 1, above 2, above 3 and on.
export const TEMPLATE_CLASSES: i32 = 10
export const DIAGONAL_BANDS: i32 = 6
export const NEAR_CLASSES: i32 = 8
const TEMPLATE_CONTEXTS: i32 = CLASSES * SIZES * DIAGONAL_BANDS * TEMPLATE_CLASSES
const POSITION_CONTEXTS: i32 = CLASSES * SIZES * 64 * 3
const NEAR_CONTEXTS: i32 = CLASSES * SIZES * NEAR_CLASSES * 6
/** 64 of neighbours or other planes, then those of the border predictions: 32 for all but the lowest coefficient, 16 for that. */
export const SHAPE_CLASSES: i32 = 144
const SHAPE_CONTEXTS: i32 = CLASSES * SIZES * SHAPE_CLASSES
export const WEIGHT_SETS: i32 = 2 * 4 * TEMPLATE_CLASSES

/** Sizes of border predictions, in half steps: 0..15. */
export const BORDER_CLASSES: i32 = 16

// Each context of a group flag owns one state.
export const GROUP_WEIGHT_SETS: i32 = 8
export const BLOCK_WEIGHT_SETS: i32 = 24

/** Bands of the frequency plane, 5 x 5, whose magnitudes blocks hand on to their neighbours. */
export const BANDS: i32 = 25
/** Bytes that describe a block to its neighbours: the mean magnitude of each band in 1/16, then {@link NEIGHBOUR_EXTENT}. */
export const NEIGHBOUR_BYTES: i32 = 32
/** Extent of the block's coefficients (0..15 on the scale of a block with 8 x 8 groups), 0 if it has none. */
export const NEIGHBOUR_EXTENT: i32 = 25
/** 1 if the block has coefficients. */
export const NEIGHBOUR_CODED: i32 = 26

@unmanaged
export class Models {
  template: usize
  position: usize
  near: usize
  shape: usize
  /** Signs against the border prediction: plane class x place (4) x level above 1 x size of the prediction (16). */
  sign: usize
  weights: usize
  apms: usize
  group: usize
  groupWeights: usize
  groupApms: usize
  block: usize
  blockWeights: usize
  blockApms: usize
  partition: usize
  field: usize
  /** Neighbour description of each cell of 8 x 8 in the row above, per plane; and of the 8 cells on the left. */
  above: usize
  left: usize
  columns: i32
}

export const GROUP_STATES: i32 = 4096
export const BLOCK_STATES: i32 = 8192
/** Split flags: 3 block sizes x 3 contexts. */
const PARTITION_STATES: i32 = 16

/** How many updates a state counts: later bits move it by 1/UPDATE_LIMIT. */
const UPDATE_LIMIT: i32 = 255
const INITIAL_WEIGHT: i32 = 20000

function statesFor(contexts: i32): usize {
  const states = allocate(<usize>contexts << 2)
  resetStates(states, contexts)
  return states
}

export function createModels(columns: i32, planes: i32): Models {
  initModel(UPDATE_LIMIT)
  const models = changetype<Models>(allocateZeroed(offsetof<Models>()))
  models.template = statesFor(TEMPLATE_CONTEXTS * 4)
  models.position = statesFor(POSITION_CONTEXTS * 4)
  models.near = statesFor(NEAR_CONTEXTS * 4)
  models.shape = statesFor(SHAPE_CONTEXTS * 4)
  models.sign = statesFor(CLASSES * 4 * 2 * BORDER_CLASSES)
  models.weights = allocate(<usize>WEIGHT_SETS * WEIGHT_SET_BYTES)
  resetWeights(models.weights, WEIGHT_SETS, INITIAL_WEIGHT)
  models.apms = allocate(<usize>WEIGHT_SETS * APM_BYTES)
  resetApms(models.apms, WEIGHT_SETS)
  models.group = statesFor(GROUP_STATES)
  models.groupWeights = allocate(<usize>GROUP_WEIGHT_SETS * WEIGHT_SET_BYTES)
  resetWeights(models.groupWeights, GROUP_WEIGHT_SETS, INITIAL_WEIGHT)
  models.groupApms = allocate(<usize>GROUP_WEIGHT_SETS * APM_BYTES)
  resetApms(models.groupApms, GROUP_WEIGHT_SETS)
  models.block = statesFor(BLOCK_STATES)
  models.blockWeights = allocate(<usize>BLOCK_WEIGHT_SETS * WEIGHT_SET_BYTES)
  resetWeights(models.blockWeights, BLOCK_WEIGHT_SETS, INITIAL_WEIGHT)
  models.blockApms = allocate(<usize>BLOCK_WEIGHT_SETS * APM_BYTES)
  resetApms(models.blockApms, BLOCK_WEIGHT_SETS)
  models.partition = statesFor(PARTITION_STATES)
  models.field = allocate(<usize>FIELD_STATES << 2)
  models.columns = columns
  models.above = allocateZeroed(<usize>(columns * planes * NEIGHBOUR_BYTES))
  models.left = allocateZeroed(<usize>(8 * planes * NEIGHBOUR_BYTES))
  return models
}
