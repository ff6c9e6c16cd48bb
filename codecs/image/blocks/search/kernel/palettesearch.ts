/**
 * What the encoder decides about palettes: whether a tile has one, and what a palette block would cost; its colours are
 * chosen by {@link ./palettecolours}. Nothing here is normative.
 *
 * What indices cost hardly depends on the partition, so the whole tile is coded once as palette blocks before the search, and
 * the search looks at what each cell of 4 x 4 took.
 */
import { bitsCoded, encodedEnd, startEncoding } from '../../../../entropy/kernel/rangecoder'
import { forwardDct } from '../../../../transform/kernel/dct'
import { allocate, extend, mark, release } from '../../../../wasm/kernel/arena'
import { allocateRow, allocateZeroedRow, Row, rowAt } from '../../../../wasm/kernel/row'
import { codeIndices, createIndices, resetIndexModels } from '../../kernel/indices'
import { createPalette, fillColours, Palette, paletteOf } from '../../kernel/palette'
import { blockStep, cellAt, isChroma, sampleAt, Tile, weightsOf } from '../../kernel/tile'
import { guess } from './guess'
import { paletteFlagPrice } from './modeprices'
import { chooseColours, chooseIndices, countColours, forgetIndices, setErrorWeights, sortColours, squareAt } from './palettecolours'
import { NEVER, Search } from './state'

/** A square of 8 is drawn if this many of 64 samples are like one of the two on their right, and it spans more than 32 of 255 grey levels. */
const LEAST_REPEATED: i32 = 20
const HARD_EDGE: i32 = 32 * 64
/** A tile may have a palette if this share of its squares is drawn: of 57 photographs and the like all but three have less, screens 0.037 to 0.63. */
const LEAST_DRAWN: f32 = 0.03
/** Squares with a lower price are as good as flat. */
const LEAST_PRICE: f32 = 1.5
/** What the colours must gain for their places in the palette: about 20 bits each. */
const COLOUR_PRICE: f32 = 6
/** Weight of a palette block's bits: what is coded now teaches the models for what comes. */
const BITS_WEIGHT: f32 = 0.75
/** Squares in which more than half of the cells have an error above this, in squared steps, are no palette's. */
const MOST_ERROR: f32 = 16
/** Bits after which the expected number of bits is corrected by half of what was found. */
const EXPERIENCE: f32 = 1000

/** How many squares of 8 are flat in part and have hard edges besides; those beyond the picture's edges repeat it and prove nothing. */
function countDrawn(tile: Tile, source: usize): i32 {
  let count = 0
  for (let y = 0; y + 8 <= tile.height; y += 8) {
    for (let x = 0; x + 8 <= tile.width; x += 8) {
      let equal = 0
      let least = i32x4.splat(i32.MAX_VALUE)
      let most = i32x4.splat(i32.MIN_VALUE)
      for (let row = y; row < y + 8; row++) {
        const at = sampleAt(tile, source, 0, x, row)
        for (let i: usize = 0; i < 16; i += 8) {
          const here = v128.load(at + i)
          const after = v128.load(at + i, 8)
          equal += popcnt(i32x4.bitmask(v128.or(i32x4.eq(here, v128.load(at + i, 4)), i32x4.eq(here, after))))
          least = i32x4.min_s(least, i32x4.min_s(here, after))
          most = i32x4.max_s(most, i32x4.max_s(here, after))
        }
      }
      if (equal < LEAST_REPEATED) continue
      if (i32x4.bitmask(i32x4.gt_s(i32x4.sub(greatestOf(most), leastOf(least)), i32x4.splat(HARD_EDGE)))) count++
    }
  }
  return count
}

// @inline
function greatestOf(a: v128): v128 {
  const two = i32x4.max_s(a, i32x4.shuffle(a, a, 2, 3, 0, 1))
  return i32x4.max_s(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

// @inline
function leastOf(a: v128): v128 {
  const two = i32x4.min_s(a, i32x4.shuffle(a, a, 2, 3, 0, 1))
  return i32x4.min_s(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

/** Notes what each square of 8 would cost with transforms, about; 0 for those that are as good as flat. */
function priceSquares(tile: Tile, search: Search, prices: Row<f32>): void {
  for (let y = 0; y < tile.paddedHeight; y += 8) {
    for (let x = 0; x < tile.paddedWidth; x += 8) {
      let price: f32 = 0
      for (let p = 0; p < tile.channels; p++) {
        const weights = weightsOf(search.inverseWeights, 3, 3, isChroma(tile, p))
        forwardDct(sampleAt(tile, search.source, p, x, y), tile.paddedWidth, 3, 3, coefficients)
        store<i32>(coefficients, 0)
        price += (p > 0 ? search.chroma : 1) * guess(coefficients, 3, 3, weights, blockStep(tile, p, x, y, 3, 3))
      }
      prices[squareAt(tile, x, y)] = price < LEAST_PRICE ? 0 : price
    }
  }
}

/** Leaves out the colours that no square uses which is cheaper with them; returns whether the others are worth their bits. */
function dropColours(tile: Tile, search: Search, palette: Palette, prices: Row<f32>): bool {
  let gain: f32 = 0
  used.clear(256)
  for (let y = 0; y < tile.paddedHeight; y += 8) {
    for (let x = 0; x < tile.paddedWidth; x += 8) {
      const price = prices[squareAt(tile, x, y)]
      const cost = paletteCost(tile, search, x, y, 3, 3)
      if (price == 0 || cost > price) continue
      gain += price - cost
      for (let row = y; row < y + 8; row++) {
        const wanted = palette.wanted.from(row * palette.stride + x)
        for (let i = 0; i < 8; i++) used[wanted[i]] = 1
      }
    }
  }
  let count = 0
  const planes = palette.planeCount
  for (let i = 0; i < palette.count; i++) {
    if (!used[i]) continue
    palette.samples.from(count * planes).copy(palette.samples.from(i * planes), planes)
    count++
  }
  palette.count = count
  fillColours(tile, palette)
  return gain > COLOUR_PRICE * <f32>count
}

/** 1 for each colour that is used. */
const used = changetype<Row<u8>>(memory.data(256, 16))

const coefficients: usize = memory.data(64 * 4, 64)

/** Codes the square of side 2^log2 at (x, y) on trial, and notes what each cell takes. */
function priceSquare(tile: Tile, search: Search, palette: Palette, prices: Row<f32>, x: i32, y: i32, side: i32): void {
  const width = min(side, tile.paddedWidth - x)
  const height = min(side, tile.paddedHeight - y)
  if (width <= 0 || height <= 0) return
  let isPriced = false
  for (let row = 0; row < height; row += 8)
    for (let column = 0; column < width; column += 8) if (prices[squareAt(tile, x + column, y + row)] > 0) isPriced = true
  let bad = 0
  for (let row = 0; row < height; row += 4) {
    for (let column = 0; column < width; column += 4) if (search.paletteErrors[cellAt(tile, x + column, y + row)] > MOST_ERROR) bad++
  }
  if (!isPriced || bad << 5 > width * height) {
    for (let row = 0; row < height; row += 4) {
      for (let column = 0; column < width; column += 4) search.paletteBits[cellAt(tile, x + column, y + row)] = NEVER
    }
    return
  }
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 4) {
      const at = (y + row) * palette.stride + x + column
      const before = bitsCoded()
      codeIndices(palette.models, palette.indices.from(at), palette.stride, palette.wanted.from(at), column, 4, width, palette.count)
      search.paletteBits[cellAt(tile, x + column, y + row)] += <f32>(bitsCoded() - before)
    }
  }
}

/** Gives the tile a palette if it looks drawn. Codes on trial, before the stream starts. */
export function startPalette(tile: Tile, search: Search): void {
  tile.palette = 0
  search.paletteTook = EXPERIENCE
  search.paletteExpected = EXPERIENCE
  if (tile.subsampled) return
  if (<f32>(countDrawn(tile, search.source) << 6) < LEAST_DRAWN * <f32>(tile.paddedWidth * tile.paddedHeight)) return
  const palette = createPalette(tile)
  palette.wanted = createIndices(tile.paddedWidth, tile.paddedHeight)
  const cells = tile.cellColumns * (tile.paddedHeight >> 2)
  search.paletteBits = allocateZeroedRow<f32>(cells)
  search.paletteErrors = allocateZeroedRow<f32>(cells)
  const top = mark()
  const prices = allocateRow<f32>((tile.paddedWidth >> 3) * (tile.paddedHeight >> 3))
  priceSquares(tile, search, prices)
  const table = countColours(tile, search.source, prices)
  setErrorWeights(tile)
  chooseColours(palette, table)
  if (palette.count == 0) {
    tile.palette = 0
    release(top)
    return
  }
  sortColours(tile, palette)
  chooseIndices(tile, search, palette, table)
  palette.indices.copy(palette.wanted, palette.stride * (tile.paddedHeight - 1) + tile.paddedWidth)
  startEncoding(allocate(65536))
  for (let y = 0; y < tile.paddedHeight; y += 64) {
    for (let x = 0; x < tile.paddedWidth; x += 64) {
      extend(encodedEnd() + 65536)
      for (let part = 0; part < 4; part++) priceSquare(tile, search, palette, prices, x + 32 * (part & 1), y + 32 * (part >> 1), 32)
    }
  }
  resetIndexModels(palette.models)
  if (dropColours(tile, search, palette, prices)) {
    forgetIndices(table)
    chooseIndices(tile, search, palette, table)
  } else tile.palette = 0
  release(top)
}

/** Cost J of the block as a palette block; NEVER if it cannot be one. */
export function paletteCost(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32): f32 {
  if (!tile.palette) return NEVER
  let bits: f32 = 0
  let error: f32 = 0
  for (let row = y; row < y + (1 << log2Height); row += 4) {
    for (let column = x; column < x + (1 << log2Width); column += 4) {
      bits += search.paletteBits[cellAt(tile, column, row)]
      error += search.paletteErrors[cellAt(tile, column, row)]
    }
  }
  if (bits >= NEVER) return NEVER
  bits *= search.paletteTook / search.paletteExpected
  return error + BITS_WEIGHT * search.lambda * bits + paletteFlagPrice(tile, x, y, log2Width, log2Height, 1)
}

/** Learns from what a palette block took. */
export function learnPaletteBits(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32, bits: f64): void {
  search.paletteTook += <f32>bits
  for (let row = y; row < y + (1 << log2Height); row += 4) {
    for (let column = x; column < x + (1 << log2Width); column += 4) search.paletteExpected += search.paletteBits[cellAt(tile, column, row)]
  }
}

/** Writes the luma that a palette block would have into the tile. */
export function paletteLuma(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const palette = paletteOf(tile)
  for (let row = y; row < y + (1 << log2Height); row++) {
    const luma = rowAt<i32>(sampleAt(tile, tile.planes, 0, x, row))
    const wanted = palette.wanted.from(row * palette.stride + x)
    for (let column = 0; column < 1 << log2Width; column++) luma[column] = palette.colours[(<i32>wanted[column]) << 2]
  }
}
