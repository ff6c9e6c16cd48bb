/**
 * Levels of a group of 4 x 4 coefficients: FORMAT.md, "Coefficients".
 *
 *     for each of its 16 positions, highest first:
 *       |level|    bins: > 0, > 1, > 2, ..., > 14, then exp-Golomb of the rest
 *       sign       plain
 *
 * Each bin of |level| is a mixture of four contexts:
 *     template   magnitudes of the five neighbours towards higher frequencies, with the diagonal
 *     position   place in the block, in luma with the direction of prediction
 *     near       mean magnitude that the blocks above and on the left had around this frequency
 *     shape      the nearest neighbours one by one; in chroma, the same coefficient of the planes before
 * and the first two bins know which of the two quantizers the level is of: {@link ../../../laq/kernel/dependent}.
 */
import { codeExpGolombBypass } from '../../../entropy/kernel/integers'
import { APM_BYTES, codeMixed, WEIGHT_SET_BYTES } from '../../../entropy/kernel/model'
import { codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { nextState, stepsOf } from '../../../laq/kernel/dependent'
import { rowAt } from '../../../wasm/kernel/row'
import { MAGNITUDE_LIMIT, MAGNITUDE_STRIDE, magnitudesAt } from './magnitudes'
import {
  CONTEXT_BYTES,
  DIAGONAL_BANDS,
  KINDS,
  Models,
  NEAR_CLASSES,
  NEAR_TEMPLATES,
  POSITION_TEMPLATES,
  POSITIONS,
  SHAPE_CLASSES,
  SIZES,
  sizeOf,
  TEMPLATE_CLASSES,
} from './models'
import { bandSums, near } from './neighbours'
import { coefficientAt, placeAt, placesOf, templateClassOf } from './scan'
import { keptLog2 } from './tile'

/** Levels above this have an exp-Golomb tail. */
const UNARY_LIMIT: i32 = 14

/** Contexts of the template of a plane class and size: the ones that the encoder's estimates follow. */
// @inline
function templatesOf(models: Models, place: i32): usize {
  return models.template + <usize>(place * DIAGONAL_BANDS * TEMPLATE_CLASSES) * CONTEXT_BYTES
}

/**
 * Codes the levels of group (gx, gy), from the quantizer's `state` on, and returns the state after them; steps take the place of the
 * levels, as of {@link codeLevels}.
 */
// @inline
export function codeGroupLevels(
  models: Models,
  plane: i32,
  log2Width: i32,
  log2Height: i32,
  gx: i32,
  gy: i32,
  levels: usize,
  direction: i32,
  state: i32,
): i32 {
  const size = sizeOf(log2Width, log2Height)
  const block = plane * SIZES + size
  const log2KeptWidth = keptLog2(log2Width)
  const places = placesOf(log2Width, log2Height)
  const templates = templatesOf(models, block)
  const positionClass = plane == 0 ? direction : plane + 2
  const positions = models.position + <usize>((positionClass * SIZES + size) * POSITIONS * POSITION_TEMPLATES) * CONTEXT_BYTES
  const nears = models.near + <usize>(block * NEAR_CLASSES * NEAR_TEMPLATES) * CONTEXT_BYTES
  const shapes = models.shape + <usize>(block * SHAPE_CLASSES) * CONTEXT_BYTES
  const firstSet = plane > 0 ? KINDS * TEMPLATE_CLASSES : 0
  const weights = models.weights + <usize>firstSet * WEIGHT_SET_BYTES
  const apms = models.apms + <usize>firstSet * APM_BYTES
  const corner = (gy << (log2KeptWidth + 2)) + (gx << 2)
  const magnitudes = changetype<usize>(magnitudesAt(plane, gx << 2, gy << 2))
  const ofLuma = changetype<usize>(magnitudesAt(0, gx << 2, gy << 2))
  const ofCb = changetype<usize>(magnitudesAt(1, gx << 2, gy << 2))
  for (let n = 15; n >= 0; n--) {
    const inside = coefficientAt(n)
    const x = inside & 15
    const y = inside >> 4
    const index = corner + (y << log2KeptWidth) + x
    const at = <usize>(y * MAGNITUDE_STRIDE + x)
    const here = rowAt<u8>(magnitudes + at)
    const right = <i32>here[1]
    const below = <i32>here[MAGNITUDE_STRIDE]
    const beyond = <i32>here[MAGNITUDE_STRIDE + 1]
    const further = <i32>here[2] + <i32>here[2 * MAGNITUDE_STRIDE]
    const template = templateClassOf(3 * (right + below) + 2 * beyond + further)
    const place = placeAt(places, index)
    const band = <i32>place.band
    let shape: i32
    if (plane == 1) shape = min(3, <i32>load<u8>(ofLuma + at)) * 4 + min(3, template)
    else if (plane == 2) shape = min(2, <i32>load<u8>(ofLuma + at)) * 16 + min(3, <i32>load<u8>(ofCb + at)) * 4 + min(3, template)
    else shape = min(3, right) * 16 + min(3, below) * 4 + min(3, beyond + further)
    const level = encoding ? load<i32>(levels + ((<usize>index) << 2)) : 0
    const magnitude = codeMagnitude(
      abs(level),
      state & 1,
      templates + <usize>(<i32>place.diagonal * TEMPLATE_CLASSES + template) * CONTEXT_BYTES,
      positions + <usize>(<i32>place.position * POSITION_TEMPLATES + min(2, template)) * CONTEXT_BYTES,
      nears + <usize>(<i32>near[band] * NEAR_TEMPLATES + min(5, template)) * CONTEXT_BYTES,
      shapes + <usize>shape * CONTEXT_BYTES,
      weights + <usize>template * WEIGHT_SET_BYTES,
      apms + <usize>template * APM_BYTES,
    )
    if (magnitude == 0) {
      state = nextState(state, 0)
      continue
    }
    const negative = codeBypass(level < 0 ? 1 : 0, 1)
    store<i32>(levels + ((<usize>index) << 2), stepsOf(state, negative ? -magnitude : magnitude))
    state = nextState(state, magnitude)
    const clipped = min(magnitude, MAGNITUDE_LIMIT)
    here[0] = <u8>clipped
    bandSums[band] += clipped
  }
  return state
}

/**
 * Codes a magnitude with four contexts, each of a state per kind of bin. Weight sets and APMs of the kinds are a row of template
 * classes apart.
 */
// @inline
function codeMagnitude(wanted: i32, quantizer: i32, s0: usize, s1: usize, s2: usize, s3: usize, weights: usize, apms: usize): i32 {
  let kind = quantizer
  let size = 0
  for (;;) {
    const offset = (<usize>kind) << 2
    const sets = <usize>(kind * TEMPLATE_CLASSES)
    const isAbove = codeMixed(
      wanted > size ? 1 : 0,
      s0 + offset,
      s1 + offset,
      s2 + offset,
      s3 + offset,
      weights + sets * WEIGHT_SET_BYTES,
      apms + sets * APM_BYTES,
    )
    if (!isAbove) break
    size++
    if (size > UNARY_LIMIT) break
    if (kind < 4) kind = kind < 2 ? kind + 2 : 4
    else kind = 5
  }
  return size > UNARY_LIMIT ? size + codeExpGolombBypass(wanted - size, 0) : size
}
