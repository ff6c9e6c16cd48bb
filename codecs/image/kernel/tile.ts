/**
 * One tile and everything its coding needs, on the arena. Encoder and decoder make it alike; what only the encoder needs is in
 * search.ts.
 *
 * Planes: i32 samples, signed, full scale 2^14; 1 (grey), 3 (luma, Cb, Cr), and alpha last if there is one. Both sides are
 * padded to multiples of 8 samples.
 */
import { allocate, allocateZeroed } from '../../wasm/kernel/arena'
import { stepSize, STEPS_PER_FIELD_UNIT } from '../../laq/kernel/stepsize'
import { fillWeights } from '../../laq/kernel/weighting'
import { createModels, Models } from './models'

/** Superblock side and the sides of its blocks, 2^6 to 2^3. */
export const LOG2_SUPERBLOCK: i32 = 6
export const LOG2_SMALLEST: i32 = 3
/** log2 of a region's side: one step multiplier each. */
export const LOG2_REGION: i32 = 5

/** Parts of the bit count, in order: step field, partition, plane 0, 1, 2, alpha. */
export const PART_FIELD: i32 = 0
export const PART_PARTITION: i32 = 1
export const PART_PLANE: i32 = 2
export const PART_ALPHA: i32 = 5
const PARTS: i32 = 6

@unmanaged
export class Tile {
  width: i32
  height: i32
  /** In samples, multiples of 8. */
  paddedWidth: i32
  paddedHeight: i32
  channels: i32
  bitDepth: i32
  planeCount: i32
  /** 1 if the last plane is alpha, else 0. */
  alphaPlanes: i32
  hasField: i32
  baseStep: i32
  chromaStep: i32
  alphaStep: i32
  /** Reconstruction offsets in 1/32. */
  offset1: i32
  offset2: i32
  regionColumns: i32
  regionRows: i32
  /** Reconstructed samples (i32) of plane 0; the others follow, `planeBytes` apart. */
  planes: usize
  planeBytes: i32
  /** i8 per region. */
  field: usize
  /** i32 weight (1/256) of each coefficient, for luma (and alpha) then chroma, for each block size: see {@link weightsOf}. */
  weights: usize
  /** u8 per cell of 8 x 8: log2 size of its block, for the partition contexts; one row of cells above and one column left. */
  sizeAbove: usize
  sizeLeft: usize
  /** f64 per part. */
  bits: usize
  /** Bits counted so far. */
  counted: f64
  models: Models
  /** What only the decoder keeps, for inspection, per cell of 8 x 8: u8 log2 size of its block, f32 its share of the block's bits. */
  cellSizes: usize
  cellBits: usize
  /** What only the encoder has: its Search. */
  search: usize
}

/** Coefficients kept of a block of side 2^log2: the 32 x 32 lowest at most. */
// @ts-ignore: decorator
@inline
export function keptLog2(log2: i32): i32 {
  return min(log2, 5)
}

const WEIGHT_TABLE_BYTES: usize = 4 * 4096

/** Weights of blocks of side 2^log2, kept x kept of i32. Luma and alpha: chroma = 0. */
// @ts-ignore: decorator
@inline
export function weightsOf(tile: Tile, log2: i32, chroma: i32): usize {
  return tile.weights + <usize>(chroma * 4 + log2 - LOG2_SMALLEST) * WEIGHT_TABLE_BYTES
}

/** `parameters`: i32 channels, bit depth, has field, step, chroma step, weighting x 2, reconstruction x 2, alpha step. */
export function createTile(width: i32, height: i32, parameters: usize): Tile {
  const tile = changetype<Tile>(allocateZeroed(offsetof<Tile>()))
  tile.width = width
  tile.height = height
  tile.paddedWidth = (width + 7) & ~7
  tile.paddedHeight = (height + 7) & ~7
  tile.channels = load<i32>(parameters)
  tile.bitDepth = load<i32>(parameters, 4)
  tile.alphaPlanes = tile.channels & 1 ? 0 : 1
  tile.planeCount = tile.channels
  tile.hasField = load<i32>(parameters, 8)
  tile.baseStep = load<i32>(parameters, 12)
  tile.chromaStep = load<i32>(parameters, 16)
  tile.offset1 = load<i32>(parameters, 28)
  tile.offset2 = load<i32>(parameters, 32)
  tile.alphaStep = load<i32>(parameters, 36)
  tile.regionColumns = (width + 31) >> LOG2_REGION
  tile.regionRows = (height + 31) >> LOG2_REGION
  tile.planeBytes = tile.paddedWidth * tile.paddedHeight * 4
  tile.planes = allocate(<usize>tile.planeBytes * <usize>tile.planeCount)
  tile.field = allocateZeroed(<usize>(tile.regionColumns * tile.regionRows))
  tile.weights = allocate(WEIGHT_TABLE_BYTES * 8)
  for (let chroma = 0; chroma < 2; chroma++) {
    for (let log2 = LOG2_SMALLEST; log2 <= LOG2_SUPERBLOCK; log2++) {
      const kept = 1 << keptLog2(log2)
      fillWeights(weightsOf(tile, log2, chroma), kept, kept, 1 << log2, 1 << log2, load<i32>(parameters + ((<usize>chroma) << 2), 20))
    }
  }
  const columns = tile.paddedWidth >> 3
  tile.sizeAbove = allocate(<usize>columns)
  memory.fill(tile.sizeAbove, <u8>LOG2_SUPERBLOCK, <usize>columns)
  tile.sizeLeft = allocate(8)
  tile.bits = allocateZeroed(PARTS * 8)
  tile.models = createModels(columns, tile.planeCount)
  return tile
}

/** Whether plane `p` is chroma. */
// @ts-ignore: decorator
@inline
export function isChroma(tile: Tile, p: i32): i32 {
  return tile.channels >= 3 && (p == 1 || p == 2) ? 1 : 0
}

/** Class of plane `p` for the models: 0 luma or grey, 1 Cb, 2 Cr, 3 alpha. */
// @ts-ignore: decorator
@inline
export function planeClassOf(tile: Tile, p: i32): i32 {
  return tile.alphaPlanes && p == tile.planeCount - 1 ? 3 : p
}

/** What is added to the base step in plane `p`, in 1/24 octave. */
// @ts-ignore: decorator
@inline
export function planeStep(tile: Tile, p: i32): i32 {
  if (isChroma(tile, p)) return tile.chromaStep
  return tile.alphaPlanes && p == tile.planeCount - 1 ? tile.alphaStep : 0
}

/** Which part of the bit count plane `p` belongs to. */
// @ts-ignore: decorator
@inline
export function partOf(tile: Tile, p: i32): i32 {
  return tile.alphaPlanes && p == tile.planeCount - 1 ? PART_ALPHA : PART_PLANE + p
}

/** Adds the bits coded since the last call to a part. `now` is the coder's position. */
// @ts-ignore: decorator
@inline
export function countBits(tile: Tile, part: i32, now: f64): void {
  const at = tile.bits + ((<usize>part) << 3)
  store<f64>(at, load<f64>(at) + now - tile.counted)
  tile.counted = now
}

/**
 * Step size in 1/16 of the block of side 2^log2 at (x, y): the base step and its plane's `addend` times the multiplier of its
 * region. A block of 64 takes the mean of its four regions, rounded down.
 */
export function blockStep(tile: Tile, x: i32, y: i32, log2: i32, addend: i32): i32 {
  const column = x >> LOG2_REGION
  const row = y >> LOG2_REGION
  const at = tile.field + <usize>(row * tile.regionColumns + column)
  let value: i32 = load<i8>(at)
  if (log2 > LOG2_REGION) {
    const below = at + <usize>tile.regionColumns
    value = (value + load<i8>(at, 1) + load<i8>(below) + load<i8>(below, 1)) >> 2
  }
  return stepSize(tile.baseStep + value * STEPS_PER_FIELD_UNIT + addend)
}

/** Address of sample (x, y) of plane `p` of `planes`: the reconstruction, or the source. */
// @ts-ignore: decorator
@inline
export function sampleAt(tile: Tile, planes: usize, p: i32, x: i32, y: i32): usize {
  return planes + <usize>p * <usize>tile.planeBytes + ((<usize>(y * tile.paddedWidth + x)) << 2)
}

/**
 * The constant that a block is predicted to have: the mean of the samples that touch it above and on the left, 0 where the
 * tile has neither.
 */
export function predictMean(tile: Tile, planes: usize, p: i32, x: i32, y: i32, log2: i32): i32 {
  const side = 1 << log2
  let sum: i32 = 0
  let count: i32 = 0
  if (y > 0) {
    const above = sampleAt(tile, planes, p, x, y - 1)
    let sums = i32x4.splat(0)
    for (let i = 0; i < side; i += 4) sums = i32x4.add(sums, v128.load(above + ((<usize>i) << 2)))
    sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
    count = side
  }
  if (x > 0) {
    let left = sampleAt(tile, planes, p, x - 1, y)
    for (let i = 0; i < side; i++) {
      sum += load<i32>(left)
      left += (<usize>tile.paddedWidth) << 2
    }
    count += side
  }
  return count == 0 ? 0 : (sum + (count >> 1)) >> (31 - clz(count))
}
