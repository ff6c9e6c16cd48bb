/**
 * One tile of the wavelet profile: its planes, and the subbands that 9/7 parts them into.
 *
 * Planes: i32 samples with full scale 2^14, 1 (grey) or 3 (luma, Cb, Cr); rows of `stride`. After
 * the transform they hold coefficients in the layout of transform/kernel/wavelet.
 */
import { initModel } from '../../../entropy/kernel/model'
import { stepSize } from '../../../laq/kernel/stepsize'
import { waveletStride } from '../../../transform/kernel/wavelet'
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row } from '../../../wasm/kernel/row'
import { TileParameter } from '../../kernel/parameters'
import { LEVELS, ORIENTATIONS, placeSubband, Subband } from './subband'
import { createSubbandModels, giveStates, inheritStates, SubbandModels } from './subbandmodels'

/** Steps of the grid: exponents 0..479. */
export const GRID: i32 = 480

/** Parts of the bit count, in order: step field, (partition), plane 0, 1, 2; of alpha, which is coded apart, none. */
const PART_FIELD: i32 = 0
const PART_PLANE: i32 = 2
const PARTS: i32 = 6

@unmanaged
export class Pyramid {
  width: i32
  height: i32
  stride: i32
  channels: i32
  bitDepth: i32
  planeCount: i32
  hasField: i32
  baseStep: i32
  chromaStep: i32
  slopeLuma: i32
  slopeChroma: i32
  offset1: i32
  offset2: i32
  regionColumns: i32
  regionRows: i32
  planes: usize
  planeBytes: usize
  /** Height up to which planes are filled: a multiple of 8. */
  paddedHeight: i32
  /** Per region of 32 x 32. */
  field: Row<i8>
  /** Step in 1/16 of each grid exponent. */
  steps: Row<i32>
  bits: Row<f64>
  counted: f64
  /** What only the decoder keeps, for inspection: bits of each band: see decoder.ts. */
  bandBits: Row<f64>
  bands: usize
  models: SubbandModels
  /** The band that is coded, by stripes of four rows. */
  band: Subband
  /** Levels of a stripe, rows of `stride`; and the steps of one row. */
  levels: Row<i32>
  stepLine: Row<i32>
  /** 1 / step of one row. */
  inverseLine: Row<f32>
  /** Which row the two are of; 0 if of none. */
  stepLineKey: i32
}

/** `parameters`: a row of {@link TileParameter}. */
export function createPyramid(width: i32, height: i32, parameters: Row<i32>): Pyramid {
  initModel(255)
  const p = changetype<Pyramid>(allocateZeroed(offsetof<Pyramid>()))
  p.width = width
  p.height = height
  p.stride = waveletStride((width + 7) & ~7)
  p.paddedHeight = (height + 7) & ~7
  p.channels = parameters[TileParameter.Channels]
  p.bitDepth = parameters[TileParameter.BitDepth]
  p.planeCount = p.channels
  p.hasField = parameters[TileParameter.HasStepField]
  p.baseStep = parameters[TileParameter.Step]
  p.chromaStep = parameters[TileParameter.ChromaStep]
  p.slopeLuma = parameters[TileParameter.LumaWeighting]
  p.slopeChroma = parameters[TileParameter.ChromaWeighting]
  p.offset1 = parameters[TileParameter.Reconstruction1]
  p.offset2 = parameters[TileParameter.Reconstruction2]
  p.regionColumns = (width + 31) >> 5
  p.regionRows = (height + 31) >> 5
  p.planeBytes = ((<usize>(p.stride * p.paddedHeight)) << 2) + 64
  p.planes = allocateZeroed(p.planeBytes * <usize>p.planeCount)
  p.field = allocateZeroedRow<i8>(p.regionColumns * p.regionRows)
  p.steps = allocateRow<i32>(GRID)
  for (let e = 0; e < GRID; e++) p.steps[e] = stepSize(e)
  p.bits = allocateZeroedRow<f64>(PARTS)
  p.levels = allocateRow<i32>(4 * p.stride)
  p.stepLine = allocateRow<i32>(p.stride + 4)
  p.inverseLine = allocateRow<f32>(p.stride + 4)
  p.models = createSubbandModels()
  p.bands = allocateZeroed(<usize>(p.planeCount * LEVELS * ORIENTATIONS) * offsetof<Subband>())
  for (let plane = 0; plane < p.planeCount; plane++) {
    for (let level = 1; level <= LEVELS; level++) {
      for (let orientation = 0; orientation < ORIENTATIONS; orientation++) createSubband(p, plane, level, orientation)
    }
  }
  return p
}

// @inline
function subbandOf(p: Pyramid, plane: i32, level: i32, orientation: i32): Subband {
  return changetype<Subband>(p.bands + <usize>((plane * LEVELS + level - 1) * ORIENTATIONS + orientation) * offsetof<Subband>())
}

function createSubband(p: Pyramid, plane: i32, level: i32, orientation: i32): void {
  const band = subbandOf(p, plane, level, orientation)
  placeSubband(band, p.width, p.height, plane, level, orientation)
  giveStates(band, p.models)
  if (level < LEVELS) band.parent = subbandOf(p, plane, level + 1, orientation)
  if (orientation > 0) band.sister = subbandOf(p, plane, level, 0)
  if (orientation > 1) band.otherSister = subbandOf(p, plane, level, 1)
  if (plane > 0) band.luma = subbandOf(p, 0, level, orientation)
  if (plane > 1) band.cb = subbandOf(p, 1, level, orientation)
}

/** Starts a band, whose relatives are complete: bands come by level from the coarsest, orientation, then plane. Returns how many rows it has. */
export function enterBand(p: Pyramid, plane: i32, level: i32, orientation: i32): i32 {
  const band = subbandOf(p, plane, level, orientation)
  p.band = band
  if (level < LEVELS) inheritStates(p.models, band)
  return band.height
}

/** Adds the bits coded since the last call to the step field's part (plane -1) or a plane's. `now` is the coder's position. */
export function countBits(p: Pyramid, plane: i32, now: f64): void {
  const part = plane < 0 ? PART_FIELD : PART_PLANE + plane
  p.bits[part] = p.bits[part] + now - p.counted
  p.counted = now
}

// @inline
export function planeAt(p: Pyramid, plane: i32): usize {
  return p.planes + <usize>plane * p.planeBytes
}

/** The coefficients of a plane's layout from (x, y) on. */
// @inline
export function coefficientsAt(p: Pyramid, plane: i32, x: i32, y: i32): Row<i32> {
  return changetype<Row<i32>>(planeAt(p, plane)).from(y * p.stride + x)
}
