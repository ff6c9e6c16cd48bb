/**
 * The adaptive models of an image tile, and what the last blocks above and on the left tell about the next one.
 */

import {
  APM_BYTES,
  initModel,
  resetApms,
  resetStates,
  resetWeights,
  startStates,
  startWeights,
  WEIGHT_SET_BYTES,
} from '../../../entropy/kernel/model'
import { FIELD_STATES } from '../../../laq/kernel/stepfield'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'

/** Planes: luma (or grey), Cb, Cr; the fourth is not used, but has its place in what training left. */
const CLASSES: i32 = 4
/** Block sizes, by area: 4 x 4, 8 x 8, 16 x 16, 32 x 32, 64 x 64; oblong ones count as the larger. */
export const SIZES: i32 = 5

/** Size class of a block shape: {@link SIZES}. */
// @inline
export function sizeOf(log2Width: i32, log2Height: i32): i32 {
  return (log2Width + log2Height - 3) >> 1
}

/**
 * Each context of a coefficient owns six states, by kind of bin: non-zero for either quantizer, above 1 for either quantizer,
 * above 2, above 3 and on.
 */
export const CONTEXT_BYTES: usize = 24
export const KINDS: i32 = 6
export const TEMPLATE_CLASSES: i32 = 10
export const DIAGONAL_BANDS: i32 = 6
export const NEAR_CLASSES: i32 = 8
/** Classes of the template that contexts of neighbours, and of positions, tell apart. */
export const NEAR_TEMPLATES: i32 = 6
export const POSITION_TEMPLATES: i32 = 3
/** Places in a block, 8 x 8. */
export const POSITIONS: i32 = 64
export const SHAPE_CLASSES: i32 = 64
/** Classes of position contexts: luma by direction of prediction (3), Cb, Cr, one not used. */
const POSITION_CLASSES: i32 = 6
export const TEMPLATE_CONTEXTS: i32 = CLASSES * SIZES * DIAGONAL_BANDS * TEMPLATE_CLASSES
const POSITION_CONTEXTS: i32 = POSITION_CLASSES * SIZES * POSITIONS * POSITION_TEMPLATES
const NEAR_CONTEXTS: i32 = CLASSES * SIZES * NEAR_CLASSES * NEAR_TEMPLATES
const SHAPE_CONTEXTS: i32 = CLASSES * SIZES * SHAPE_CLASSES
const WEIGHT_SETS: i32 = 2 * KINDS * TEMPLATE_CLASSES

// Each context of a group flag owns one state.
const GROUP_STATES: i32 = 2160
const GROUP_WEIGHT_SETS: i32 = 10
const BLOCK_STATES: i32 = 4352
const BLOCK_WEIGHT_SETS: i32 = 32
const MODE_STATES: i32 = 4096
const MODE_WEIGHT_SETS: i32 = 32

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
  weights: usize
  apms: usize
  group: usize
  groupWeights: usize
  groupApms: usize
  block: usize
  blockWeights: usize
  blockApms: usize
  /** Partition and modes. */
  mode: usize
  modeWeights: usize
  modeApms: usize
  field: usize
  /** Neighbour description of each cell of 4 x 4 in the row above, per plane; and of the 16 cells on the left. */
  above: usize
  left: usize
  columns: i32
}

/** How many updates a state counts: later bits move it by 1/UPDATE_LIMIT. */
const UPDATE_LIMIT: i32 = 255
const INITIAL_WEIGHT: i32 = 20000

/** All states in one row, in the order of {@link Models}, and so all weight sets: what training looks at. */
export const STATES: i32 =
  (TEMPLATE_CONTEXTS + POSITION_CONTEXTS + NEAR_CONTEXTS + SHAPE_CONTEXTS) * KINDS + GROUP_STATES + BLOCK_STATES + MODE_STATES
export const ALL_WEIGHT_SETS: i32 = WEIGHT_SETS + GROUP_WEIGHT_SETS + BLOCK_WEIGHT_SETS + MODE_WEIGHT_SETS

/**
 * Models of a tile with `columns` cells of 4 x 4 across, as training left them: `priors` is a byte per state
 * ({@link startStates}), then a signed byte per input of a weight set, in 1/64; 0 for none.
 */
export function createModels(columns: i32, planes: i32, priors: usize): Models {
  initModel(UPDATE_LIMIT)
  const models = changetype<Models>(allocateZeroed(offsetof<Models>()))
  const states = allocate((<usize>STATES) << 2)
  resetStates(states, STATES)
  if (priors) startStates(states, STATES, priors)
  models.template = states
  models.position = models.template + <usize>TEMPLATE_CONTEXTS * CONTEXT_BYTES
  models.near = models.position + <usize>POSITION_CONTEXTS * CONTEXT_BYTES
  models.shape = models.near + <usize>NEAR_CONTEXTS * CONTEXT_BYTES
  models.group = models.shape + <usize>SHAPE_CONTEXTS * CONTEXT_BYTES
  models.block = models.group + ((<usize>GROUP_STATES) << 2)
  models.mode = models.block + ((<usize>BLOCK_STATES) << 2)
  const weights = allocate(<usize>ALL_WEIGHT_SETS * WEIGHT_SET_BYTES)
  resetWeights(weights, ALL_WEIGHT_SETS, INITIAL_WEIGHT)
  if (priors) startWeights(weights, ALL_WEIGHT_SETS, priors + <usize>STATES)
  models.weights = weights
  models.groupWeights = models.weights + <usize>WEIGHT_SETS * WEIGHT_SET_BYTES
  models.blockWeights = models.groupWeights + <usize>GROUP_WEIGHT_SETS * WEIGHT_SET_BYTES
  models.modeWeights = models.blockWeights + <usize>BLOCK_WEIGHT_SETS * WEIGHT_SET_BYTES
  const apms = allocate(<usize>ALL_WEIGHT_SETS * APM_BYTES)
  resetApms(apms, ALL_WEIGHT_SETS)
  models.apms = apms
  models.groupApms = models.apms + <usize>WEIGHT_SETS * APM_BYTES
  models.blockApms = models.groupApms + <usize>GROUP_WEIGHT_SETS * APM_BYTES
  models.modeApms = models.blockApms + <usize>BLOCK_WEIGHT_SETS * APM_BYTES
  models.field = allocate((<usize>FIELD_STATES) << 2)
  models.columns = columns
  models.above = allocateZeroed(<usize>(columns * planes * NEIGHBOUR_BYTES))
  models.left = allocateZeroed(<usize>(16 * planes * NEIGHBOUR_BYTES))
  return models
}
