/**
 * What the encoder decides for a superblock: the partition tree, by the cost of each block as it would be coded. Nothing here is
 * normative.
 *
 * Each block size that the effort allows is transformed and quantized in full; a node keeps its block if that costs less than its
 * four children. A block that needs no levels is not divided further. Luma decides for all planes: asking chroma too gained 0.1 %
 * for nearly twice the time.
 */
import { forwardDct } from '../../transform/kernel/dct'
import { costAdaptive } from '../../entropy/kernel/model'
import { allocate } from '../../wasm/kernel/arena'
import { forcedSplit, splitState } from './partition'
import { initQuantizer } from '../../laq/kernel/quantize'
import { chosenExtent, quantizeBlock, refreshPrices } from './quantize'
import { blockStep, keptLog2, LOG2_SMALLEST, LOG2_SUPERBLOCK, planeClassOf, predictMean, sampleAt, Tile, weightsOf } from './tile'

@unmanaged
export class Search {
  /** Source samples, laid out like the tile's planes. */
  source: usize
  /** Bit log2 set: blocks of that side are tried. */
  sizes: i32
  /** 1 in a second pass: bits are priced by the models that the first pass ended with. */
  keepsPrices: i32
  lambda: f32
  /** f32 256 / weight, laid out like the tile's weights. */
  inverseWeights: usize
  /** i32 coefficients of the superblock's luma at each size: 4096 each, blocks row by row. */
  coefficients: usize
  levels: usize
  /** u8 per node of the tree: 1 split; nodes of 64 at 0, 32 at 1, 16 at 5. */
  splits: usize
}

/** More than any block costs. */
const NEVER: f32 = 1e30

const TABLE_BYTES: usize = 4 * 4096

export function createSearch(tile: Tile): Search {
  const search = changetype<Search>(allocate(offsetof<Search>()))
  search.source = allocate(<usize>tile.planeBytes * <usize>tile.planeCount)
  search.inverseWeights = allocate(TABLE_BYTES * 8)
  search.coefficients = allocate(4096 * 4 * 4)
  search.levels = allocate(1024 * 4)
  search.splits = allocate(21)
  for (let i: usize = 0; i < 1024 * 8; i++) {
    const weight = load<i32>(tile.weights + TABLE_BYTES * (i >> 10) + ((i & 1023) << 2))
    store<f32>(search.inverseWeights + TABLE_BYTES * (i >> 10) + ((i & 1023) << 2), <f32>256 / <f32>weight)
  }
  tile.search = changetype<usize>(search)
  return search
}

export function startSearch(tile: Tile, effort: i32, lambda: f32, keepsPrices: i32): void {
  const search = changetype<Search>(tile.search)
  // on Kodak, one size of 16 costs 6 % more bytes than all four, 8 and 16 4.6 %, 8 to 32 1.7 %
  search.sizes = effort == 1 ? 1 << 4 : effort == 2 ? 0b11000 : effort == 3 ? 0b111000 : 0b1111000
  search.keepsPrices = keepsPrices
  search.lambda = lambda
  initQuantizer(lambda, tile.offset1, tile.offset2)
}

// @ts-ignore: decorator
@inline
export function inverseWeightsOf(search: Search, log2: i32, chroma: i32): usize {
  return search.inverseWeights + <usize>(chroma * 4 + log2 - LOG2_SMALLEST) * TABLE_BYTES
}

/** Luma coefficients of the block of side 2^log2 at (x, y) inside the superblock. */
// @ts-ignore: decorator
@inline
export function lumaCoefficients(search: Search, log2: i32, x: i32, y: i32): usize {
  const block = ((y & 63) >> log2) * (64 >> log2) + ((x & 63) >> log2)
  return search.coefficients + <usize>(log2 - LOG2_SMALLEST) * 16384 + ((<usize>block) << (2 * keptLog2(log2) + 2))
}

/** Decides the tree of the superblock at (x, y). */
export function searchSuperblock(tile: Tile, x: i32, y: i32): void {
  const search = changetype<Search>(tile.search)
  if (!search.keepsPrices) refreshPrices(tile.models)
  searchNode(tile, search, x, y, LOG2_SUPERBLOCK, 0, 0)
}

/** Sum of squares that a block of 64 loses by keeping 32 x 32 coefficients, in squared steps. */
function lostEnergy(source: usize, stride: i32, coefficients: usize, step: i32): f32 {
  let total = f32x4.splat(0)
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x += 4) {
      const s = f32x4.convert_i32x4_s(v128.load(source + ((<usize>(y * stride + x)) << 2)))
      total = f32x4.add(total, f32x4.mul(s, s))
    }
  }
  for (let i: usize = 0; i < 1024; i += 4) {
    const c = f32x4.convert_i32x4_s(v128.load(coefficients + (i << 2)))
    total = f32x4.sub(total, f32x4.mul(c, c))
  }
  const sum = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3)
  const scale: f32 = <f32>16 / <f32>step
  return max<f32>(0, sum) * scale * scale
}

/** Cost of coding luma at (x, y) as one block, for comparison: its mean is predicted from the source. */
function blockCost(tile: Tile, search: Search, x: i32, y: i32, log2: i32): f32 {
  const source = sampleAt(tile, search.source, 0, x, y)
  const coefficients = lumaCoefficients(search, log2, x, y)
  const step = blockStep(tile, x, y, log2, 0)
  forwardDct(source, tile.paddedWidth, log2, log2, coefficients)
  const lost: f32 = log2 == 6 ? lostEnergy(source, tile.paddedWidth, coefficients, step) : 0
  const dc = load<i32>(coefficients)
  store<i32>(coefficients, dc - (predictMean(tile, search.source, 0, x, y, log2) << log2))
  const cost = quantizeBlock(tile.models, coefficients, inverseWeightsOf(search, log2, 0), search.levels, planeClassOf(tile, 0), log2, step, lost)
  store<i32>(coefficients, dc)
  return cost
}

function searchNode(tile: Tile, search: Search, x: i32, y: i32, log2: i32, node: i32, base: i32): f32 {
  if (x >= tile.paddedWidth || y >= tile.paddedHeight) return 0
  const forced = forcedSplit(tile, x, y, log2)
  const tried = forced == 0 || (forced < 0 && (search.sizes >> log2) & 1)
  const whole: f32 = tried ? blockCost(tile, search, x, y, log2) : NEVER
  if (log2 == LOG2_SMALLEST) return whole
  if (tried && (!(search.sizes & ((1 << log2) - 1)) || chosenExtent == 0)) {
    store<u8>(search.splits + <usize>(base + node), 0)
    return whole
  }
  const half = 1 << (log2 - 1)
  const nextBase = base * 4 + 1
  const child = node * 4
  let parts = searchNode(tile, search, x, y, log2 - 1, child, nextBase)
  parts += searchNode(tile, search, x + half, y, log2 - 1, child + 1, nextBase)
  parts += searchNode(tile, search, x, y + half, log2 - 1, child + 2, nextBase)
  parts += searchNode(tile, search, x + half, y + half, log2 - 1, child + 3, nextBase)
  let one = whole
  if (forced < 0) {
    const state = splitState(tile, x, y, log2)
    const unit = search.lambda / 256
    parts += <f32>costAdaptive(1, state) * unit
    one += <f32>costAdaptive(0, state) * unit
  }
  const split = parts < one
  store<u8>(search.splits + <usize>(base + node), split ? 1 : 0)
  return split ? parts : one
}
