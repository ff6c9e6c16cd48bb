/**
 * One tile of the wavelet profile: its planes, and the subbands that 9/7 parts them into.
 *
 * Planes: i32 samples with full scale 2^14, 1 (grey) or 3 (luma, Cb, Cr); rows of `stride`. After
 * the transform they hold coefficients in the layout of transform/kernel/wavelet.
 *
 * Each subband keeps what contexts ask for: |level| clipped to 15, the same smoothed over 3 x 3 once the band is complete,
 * and the sum over each group of 4 x 4.
 */
import { initModel } from '../../../entropy/kernel/model'
import { stepSize } from '../../../laq/kernel/stepsize'
import { waveletStride } from '../../../transform/kernel/wavelet'
import { allocate, allocateZeroed } from '../../../wasm/kernel/arena'
import { Row } from '../../../wasm/kernel/row'
import { TileParameter } from '../../kernel/parameters'
import { createSubbandModels, SubbandModels } from './subbandmodels'

export const LEVELS: i32 = 5
/** Orientations of detail: high across (vertical edges), high down, both. */
export const ORIENTATIONS: i32 = 3
export const HIGH_ACROSS: i32 = 0
export const HIGH_DOWN: i32 = 1
export const HIGH_BOTH: i32 = 2
/** Magnitudes are clipped to this in contexts. */
export const MAGNITUDE_LIMIT: i32 = 15

/** Parts of the bit count, in order: step field, (partition), plane 0, 1, 2; of alpha, which is coded apart, none. */
const PART_FIELD: i32 = 0
const PART_PLANE: i32 = 2
const PARTS: i32 = 6

@unmanaged
export class Subband {
  /** Level 1 (finest) to 5; orientation. */
  level: i32
  orientation: i32
  /** Place in the plane, and size; either side may be 0. */
  x: i32
  y: i32
  width: i32
  height: i32
  /** u8 |level| of coefficient (0, 0), rows `rowBytes` apart; zeros around it: 2 rows above, 1 below, 8 columns on either side. */
  magnitudes: usize
  /** u8 16 * mean |level| over 3 x 3, laid out alike; filled by {@link smooth}. */
  smoothed: usize
  /** u8 sign of each level, 0 none, 1 positive, 2 negative; laid out alike. */
  signs: usize
  rowBytes: usize
  /** u8 sum of a group's magnitudes; zeros around. */
  groups: usize
  groupRowBytes: usize
  groupColumns: i32
}

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
  /** i8 per region of 32 x 32. */
  field: usize
  /** i32 step in 1/16 of each grid exponent, 0..479. */
  steps: usize
  bits: usize
  counted: f64
  /** What only the decoder keeps, for inspection: f64 bits of each band: see decoder.ts. */
  bandBits: usize
  bands: usize
  models: SubbandModels
  /** i32 levels of four rows of a band, rows of `stride`; and the i32 steps of one row. */
  levels: usize
  stepLine: usize
  /** f32 1 / step of one row. */
  inverseLine: usize
  /** Which row the two are of; 0 if of none. */
  stepLineKey: i32
}

const GRID: i32 = 480

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
  p.field = allocateZeroed(<usize>(p.regionColumns * p.regionRows))
  p.steps = allocate((<usize>GRID) << 2)
  for (let e = 0; e < GRID; e++) store<i32>(p.steps + ((<usize>e) << 2), stepSize(e))
  p.bits = allocateZeroed(PARTS * 8)
  p.levels = allocate((<usize>p.stride) << 4)
  p.stepLine = allocate(((<usize>p.stride) << 2) + 16)
  p.inverseLine = allocate(((<usize>p.stride) << 2) + 16)
  p.models = createSubbandModels()
  p.bands = allocate(<usize>(p.planeCount * LEVELS * ORIENTATIONS) * offsetof<Subband>())
  for (let plane = 0; plane < p.planeCount; plane++) {
    for (let level = 1; level <= LEVELS; level++) {
      for (let orientation = 0; orientation < ORIENTATIONS; orientation++) placeSubband(p, plane, level, orientation)
    }
  }
  return p
}

/** Side at 1:2^level. */
// @inline
export function scaledSide(side: i32, level: i32): i32 {
  return (side + (1 << level) - 1) >> level
}

// @inline
export function subbandOf(p: Pyramid, plane: i32, level: i32, orientation: i32): Subband {
  return changetype<Subband>(p.bands + <usize>((plane * LEVELS + level - 1) * ORIENTATIONS + orientation) * offsetof<Subband>())
}

function placeSubband(p: Pyramid, plane: i32, level: i32, orientation: i32): void {
  const band = subbandOf(p, plane, level, orientation)
  const lowWidth = scaledSide(p.width, level)
  const lowHeight = scaledSide(p.height, level)
  const across = orientation != HIGH_DOWN
  const down = orientation != HIGH_ACROSS
  band.level = level
  band.orientation = orientation
  band.x = across ? lowWidth : 0
  band.y = down ? lowHeight : 0
  band.width = across ? scaledSide(p.width, level - 1) - lowWidth : lowWidth
  band.height = down ? scaledSide(p.height, level - 1) - lowHeight : lowHeight
  band.rowBytes = <usize>(((band.width + 15) & ~15) + 16)
  const bytes = band.rowBytes * <usize>(band.height + 4) + 64
  band.magnitudes = allocateZeroed(bytes) + 2 * band.rowBytes + 8
  band.smoothed = allocateZeroed(bytes) + 2 * band.rowBytes + 8
  band.signs = allocateZeroed(bytes) + 2 * band.rowBytes + 8
  band.groupColumns = (band.width + 3) >> 2
  band.groupRowBytes = <usize>(band.groupColumns + 2)
  band.groups = allocateZeroed(band.groupRowBytes * <usize>(((band.height + 3) >> 2) + 2)) + band.groupRowBytes + 1
}

/** Fills `smoothed` of a complete band: (4 centre + 2 sides + corners) of |level|, at most 240; beyond the band it stays 0. */
export function smooth(band: Subband): void {
  const rowBytes = band.rowBytes
  for (let y = 0; y < band.height; y++) {
    for (let x: usize = 0; x < <usize>band.width; x += 16) {
      const at = band.magnitudes + <usize>y * rowBytes + x
      const above = rowSum(at - rowBytes)
      const here = rowSum(at)
      const below = rowSum(at + rowBytes)
      let sum = i8x16.add(i8x16.add(above, below), i8x16.add(here, here))
      const left = band.width - <i32>x
      if (left < 16) sum = v128.and(sum, i8x16.lt_s(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>left)))
      v128.store(band.smoothed + <usize>y * rowBytes + x, sum)
    }
  }
}

/** left + 2 centre + right. */
// @inline
function rowSum(at: usize): v128 {
  const centre = v128.load(at)
  return i8x16.add(i8x16.add(v128.load(at - 1), v128.load(at + 1)), i8x16.add(centre, centre))
}

/** Whether plane `plane` is chroma. */
// @inline
export function isChroma(p: Pyramid, plane: i32): bool {
  return p.channels >= 3 && (plane == 1 || plane == 2)
}

/** Adds the bits coded since the last call to the step field's part (plane -1) or a plane's. `now` is the coder's position. */
export function countBits(p: Pyramid, plane: i32, now: f64): void {
  const part = plane < 0 ? PART_FIELD : PART_PLANE + plane
  const at = p.bits + ((<usize>part) << 3)
  store<f64>(at, load<f64>(at) + now - p.counted)
  p.counted = now
}

/**
 * Weight of a subband's step in 1/256: the frequency weighting 1 + slope sqrt((u^2 + v^2) / 2) at its centre, over the norm of
 * its synthesis function. Level 0 stands for the low-pass band.
 */
function bandWeight(slope: i32, level: i32, orientation: i32): i32 {
  const depth = level == 0 ? LEVELS : level
  const unit: f64 = 0.25 / <f64>(1 << (depth - 1))
  const u = level != 0 && orientation != HIGH_DOWN ? 3.0 * unit : unit
  const v = level != 0 && orientation != HIGH_ACROSS ? 3.0 * unit : unit
  let norm: f64 = 1.06
  if (level != 0) norm = load<u8>(norms + <usize>(level - 1 + (orientation == HIGH_BOTH ? LEVELS : 0))) / 100.0
  return <i32>Math.floor((256.0 * (1.0 + (<f64>slope / 32.0) * Math.sqrt((u * u + v * v) * 0.5))) / norm + 0.5)
}

/** Norms of the synthesis functions of levels 1..5 in 1/100: high in one direction, then in both (transform/kernel/wavelet). */
const norms = memory.data<u8>([101, 100, 104, 107, 107, 104, 97, 104, 107, 108])

/**
 * Fills the step line (i32, 1/16) of the row `y` of a band (level 0: the low-pass band), and its inverse. Coefficients at
 * (x, y) of level k lie in region (x >> 5 - k, y >> 5 - k).
 */
export function fillStepLine(p: Pyramid, plane: i32, level: i32, orientation: i32, y: i32, width: i32): void {
  const shift = 5 - (level == 0 ? LEVELS : level)
  const key = ((((plane * 6 + level) * 3 + orientation) << 16) | (p.hasField ? y >> shift : 0)) + 1
  if (key == p.stepLineKey) return
  p.stepLineKey = key
  const chroma = isChroma(p, plane)
  const weight = bandWeight(chroma ? p.slopeChroma : p.slopeLuma, level, orientation)
  const row = p.field + <usize>(min(y >> shift, p.regionRows - 1) * p.regionColumns)
  const base = p.baseStep + (chroma ? p.chromaStep : 0)
  let before: i32 = -1
  let step: i32 = 0
  for (let x = 0; x < width; x++) {
    const region = min(x >> shift, p.regionColumns - 1)
    if (region != before) {
      const exponent = max(0, min(GRID - 1, base + <i32>load<i8>(row + <usize>region) * 4))
      step = max(1, <i32>((<i64>load<i32>(p.steps + ((<usize>exponent) << 2)) * <i64>weight) >> 8))
      before = region
    }
    store<i32>(p.stepLine + ((<usize>x) << 2), step)
    store<f32>(p.inverseLine + ((<usize>x) << 2), <f32>16 / <f32>step)
  }
  v128.store(p.inverseLine + ((<usize>width) << 2), f32x4.splat(0))
}

/** Address of the coefficient at (x, y) of a plane's layout. */
// @inline
export function coefficientAt(p: Pyramid, plane: i32, x: i32, y: i32): usize {
  return p.planes + <usize>plane * p.planeBytes + ((<usize>(y * p.stride + x)) << 2)
}
