/**
 * What the encoder decides about palettes: whether a tile has one, its colours, and what a palette block would cost. Nothing here is
 * normative.
 *
 * What indices cost hardly depends on the partition, so the whole tile is coded once as palette blocks before the search, and
 * the search looks at what each cell of 4 x 4 took.
 */
import { bitsCoded, encodedEnd, startEncoding } from '../../entropy/kernel/rangecoder'
import { stepSize } from '../../laq/kernel/stepsize'
import { forwardDct } from '../../transform/kernel/dct'
import { storePlanes } from '../../transform/kernel/colour'
import { allocate, allocateZeroed, extend, mark, release } from '../../wasm/kernel/arena'
import { codeIndices, createIndices, resetIndexModels } from './indices'
import { createPalette, fillColours, MOST_COLOURS, nearestColour, Palette, PALETTE, paletteBlockCost, paletteOf } from './palette'
import { guess } from './leaf'
import { priceOf } from './prices'
import { NEVER, Search } from './search'
import { blockStep, isChroma, sampleAt, Tile, weightsOf } from './tile'

/** A square of 8 may be drawn if this many of 64 samples are like one of the two on their right. */
const LEAST_REPEATED: i32 = 20
/** Squares that span more than this (32 of 255 grey levels) have hard edges. */
const HARD_EDGE: i32 = 32 * 64
/** A tile may have a palette if it has at least this share of them: of 49 photographs all but one have below 0.03, screens 0.037 to 0.63. */
const LEAST_DRAWN: f32 = 0.03
/** Squares with a lower price are as good as flat. */
const LEAST_PRICE: f32 = 1.5
/** What a colour must gain for its place in the palette: about 20 bits. */
const COLOUR_PRICE: f32 = 6
/** A colour that is met less often has no place in the palette. */
const LEAST_COUNT: u32 = 6
/** A colour is taken in if that lessens the error of its samples by more than this, in squared steps. */
const LEAST_GAIN: f32 = 12
/** Weights of squared errors in luma and in chroma, against those of a transform: these fall on high frequencies too. */
const LUMA_WEIGHT: f32 = 0.25
const CHROMA_WEIGHT: f32 = 0.1
/** What the mean error of a cell counts besides: steps in a gradient are seen. */
const LOW_WEIGHT: f32 = 6
/** Weight of a palette block's bits: what is coded now teaches the models for what comes. */
const BITS_WEIGHT: f32 = 0.8
/** Squares in which more than half of the cells have an error above this, in squared steps, are no palette's. */
const MOST_ERROR: f32 = 16
/** Bits after which the expected number of bits is corrected by half of what was found. */
const EXPERIENCE: f32 = 1000

/** Histogram: a hash table of 16 bytes per colour: u64 key, u32 count, u32 index in the palette. */
const SLOTS: i32 = 1 << 16
const MOST_SLOTS: i32 = 40000
const NO_INDEX: u32 = 0xffffffff

/** Marks the squares of 8 that may be drawn; returns how many have hard edges besides. */
function markSquares(tile: Tile, search: Search, marks: usize): i32 {
  let count = 0
  for (let y = 0; y < tile.paddedHeight; y += 8) {
    for (let x = 0; x < tile.paddedWidth; x += 8) {
      let equal = 0
      let least = i32x4.splat(i32.MAX_VALUE)
      let most = i32x4.splat(i32.MIN_VALUE)
      for (let row = y; row < y + 8; row++) {
        const at = sampleAt(tile, search.source, 0, x, row)
        for (let i: usize = 0; i < 16; i += 8) {
          const here = v128.load(at + i)
          const after = v128.load(at + i, 8)
          equal += popcnt(i32x4.bitmask(v128.or(i32x4.eq(here, v128.load(at + i, 4)), i32x4.eq(here, after))))
          least = i32x4.min_s(least, i32x4.min_s(here, after))
          most = i32x4.max_s(most, i32x4.max_s(here, after))
        }
      }
      if (equal < LEAST_REPEATED) continue
      store<f32>(markOf(tile, marks, x, y), 1)
      if (i32x4.bitmask(i32x4.gt_s(i32x4.sub(greatestOf(most), leastOf(least)), i32x4.splat(HARD_EDGE)))) count++
    }
  }
  return count
}

// @ts-ignore: decorator
@inline
function greatestOf(a: v128): v128 {
  const two = i32x4.max_s(a, i32x4.shuffle(a, a, 2, 3, 0, 1))
  return i32x4.max_s(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

// @ts-ignore: decorator
@inline
function leastOf(a: v128): v128 {
  const two = i32x4.min_s(a, i32x4.shuffle(a, a, 2, 3, 0, 1))
  return i32x4.min_s(two, i32x4.shuffle(two, two, 1, 0, 3, 2))
}

/** Notes for each marked square what it would cost with transforms, about; those that are as good as flat lose their mark. */
function priceSquares(tile: Tile, search: Search, marks: usize): void {
  for (let y = 0; y < tile.paddedHeight; y += 8) {
    for (let x = 0; x < tile.paddedWidth; x += 8) {
      const mark = markOf(tile, marks, x, y)
      if (load<f32>(mark) == 0) continue
      let price: f32 = 0
      for (let p = 0; p < tile.channels - tile.alphaPlanes; p++) {
        const weights = weightsOf(search.inverseWeights, 3, 3, isChroma(tile, p))
        forwardDct(sampleAt(tile, search.source, p, x, y), tile.paddedWidth, 3, 3, coefficients)
        store<i32>(coefficients, 0)
        price += (p > 0 ? search.chroma : 1) * guess(coefficients, 3, 3, weights, blockStep(tile, p, x, y, 3, 3))
      }
      store<f32>(mark, price < LEAST_PRICE ? 0 : price)
    }
  }
}

/** Leaves out the colours that no square uses which is cheaper with them; returns whether the others are worth their bits. */
function dropColours(tile: Tile, search: Search, palette: Palette, marks: usize): bool {
  let gain: f32 = 0
  memory.fill(used, 0, 256)
  for (let y = 0; y < tile.paddedHeight; y += 8) {
    for (let x = 0; x < tile.paddedWidth; x += 8) {
      const price = load<f32>(markOf(tile, marks, x, y))
      const cost = paletteCost(tile, search, x, y, 3, 3)
      if (price == 0 || cost > price) continue
      gain += price - cost
      for (let row = y; row < y + 8; row++) {
        const from = palette.wanted + <usize>(row * palette.stride + x)
        for (let i: usize = 0; i < 8; i++) store<u8>(used + load<u8>(from + i), 1)
      }
    }
  }
  let count = 0
  const bytes = <usize>(2 * palette.planeCount)
  for (let i: usize = 0; i < <usize>palette.count; i++) {
    if (!load<u8>(used + i)) continue
    memory.copy(palette.samples + <usize>count * bytes, palette.samples + i * bytes, bytes)
    count++
  }
  palette.count = count
  fillColours(tile, palette)
  return gain > COLOUR_PRICE * <f32>count
}

const used: usize = memory.data(256, 16)

const coefficients: usize = memory.data(64 * 4, 64)

// @ts-ignore: decorator
@inline
function markOf(tile: Tile, marks: usize, x: i32, y: i32): usize {
  return marks + ((<usize>((y >> 3) * (tile.paddedWidth >> 3) + (x >> 3))) << 2)
}

// @ts-ignore: decorator
@inline
function colourAt(tile: Tile, source: usize, x: i32, y: i32): v128 {
  const at = sampleAt(tile, source, 0, x, y)
  let sample = i32x4.replace_lane(i32x4.splat(0), 0, load<i32>(at))
  if (tile.channels >= 3) {
    sample = i32x4.replace_lane(sample, 1, load<i32>(at + <usize>tile.planeBytes))
    sample = i32x4.replace_lane(sample, 2, load<i32>(at + 2 * <usize>tile.planeBytes))
  }
  return sample
}

// @ts-ignore: decorator
@inline
function keyOf(sample: v128): u64 {
  return (
    <u64>(i32x4.extract_lane(sample, 0) + 32768) |
    (<u64>(i32x4.extract_lane(sample, 1) + 32768) << 16) |
    (<u64>(i32x4.extract_lane(sample, 2) + 32768) << 32)
  )
}

// @ts-ignore: decorator
@inline
function sampleOfKey(key: u64): v128 {
  let sample = i32x4.replace_lane(i32x4.splat(0), 0, <i32>(key & 0xffff) - 32768)
  sample = i32x4.replace_lane(sample, 1, <i32>((key >> 16) & 0xffff) - 32768)
  return i32x4.replace_lane(sample, 2, <i32>((key >> 32) & 0xffff) - 32768)
}

/** Slot of a colour, or the empty one where it would be. */
function slotOf(table: usize, key: u64): usize {
  let number = <usize>((key * 0x9e3779b97f4a7c15) >> 48)
  while (load<u64>(table + (number << 4)) != key && load<u64>(table + (number << 4)) != 0) number = (number + 1) & <usize>(SLOTS - 1)
  return table + (number << 4)
}

/** Counts the colours of the marked squares, up to MOST_SLOTS of them; returns the table. */
function countColours(tile: Tile, source: usize, marks: usize): usize {
  const table = allocateZeroed(<usize>SLOTS << 4)
  let used = 0
  let last: u64 = 0
  let slot: usize = 0
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      if (!(x & 7) && load<f32>(markOf(tile, marks, x, y)) == 0) {
        x += 7
        continue
      }
      const key = keyOf(colourAt(tile, source, x, y))
      if (key != last) {
        last = key
        slot = slotOf(table, key)
        if (load<u64>(slot) == 0) {
          if (used == MOST_SLOTS) {
            last = 0
            continue
          }
          used++
          store<u64>(slot, key)
          store<u32>(slot, NO_INDEX, 12)
        }
      }
      store<u32>(slot, load<u32>(slot, 8) + 1, 8)
    }
  }
  return table
}

/** Weights of squared errors in the colour planes, so that they are in squared steps. */
let errorWeights: v128 = f32x4.splat(0)

function setErrorWeights(tile: Tile): void {
  const step = <f32>stepSize(tile.baseStep) / 16
  const chromaStep = <f32>stepSize(tile.baseStep + tile.chromaStep) / 16
  const chroma = CHROMA_WEIGHT / (chromaStep * chromaStep)
  errorWeights = f32x4(LUMA_WEIGHT / (step * step), chroma, chroma, 0)
}

// @ts-ignore: decorator
@inline
function errorOf(a: v128, b: v128): f32 {
  const apart = f32x4.convert_i32x4_s(i32x4.sub(a, b))
  const squares = f32x4.mul(f32x4.mul(apart, apart), errorWeights)
  return f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2)
}

/** Takes the most frequent colour, then each time the one whose samples have the largest error without it. */
function chooseColours(tile: Tile, palette: Palette, table: usize): void {
  let next: usize = 0
  let most: f32 = 0
  for (let slot = table; slot < table + (<usize>SLOTS << 4); slot += 16) {
    const count = <f32>load<u32>(slot, 8)
    store<f32>(slot, NEVER, 12)
    if (count <= most) continue
    most = count
    next = slot
  }
  most = NEVER
  while (palette.count < MOST_COLOURS && most > LEAST_GAIN) {
    const colour = sampleOfKey(load<u64>(next))
    v128.store(palette.colours + ((<usize>palette.count) << 4), colour)
    palette.count++
    most = 0
    for (let slot = table; slot < table + (<usize>SLOTS << 4); slot += 16) {
      const count = load<u32>(slot, 8)
      if (count < LEAST_COUNT) continue
      const error = min(load<f32>(slot, 12), errorOf(sampleOfKey(load<u64>(slot)), colour))
      store<f32>(slot, error, 12)
      if (error * <f32>count <= most) continue
      most = error * <f32>count
      next = slot
    }
  }
  forgetIndices(table)
}

function forgetIndices(table: usize): void {
  for (let slot = table; slot < table + (<usize>SLOTS << 4); slot += 16) store<u32>(slot, NO_INDEX, 12)
}

const scratch: usize = memory.data(16, 16)

/** Turns the colours into samples of the picture, in ascending order of green, and back. */
function sortColours(tile: Tile, palette: Palette): void {
  const channels = palette.planeCount
  const bytes = <usize>(2 * channels)
  for (let i = 0; i < palette.count; i++) {
    storePlanes(palette.colours + ((<usize>i) << 4), 4, 1, 1, 1, channels, tile.bitDepth, scratch)
    const wide = tile.bitDepth > 8
    let key: u64 = 0
    for (let c: usize = 0; c < <usize>channels; c++) {
      const sample = wide ? <u64>load<u16>(scratch + 2 * c) : <u64>load<u8>(scratch + c)
      key |= sample << (16 * <u64>(channels == 1 ? 2 : c == 1 ? 2 : c == 0 ? 1 : 0))
    }
    // keys are green, red, blue; insertion keeps them in order
    let j = i
    while (j > 0 && load<u64>(sorted + ((<usize>(j - 1)) << 3)) > key) {
      store<u64>(sorted + ((<usize>j) << 3), load<u64>(sorted + ((<usize>(j - 1)) << 3)))
      j--
    }
    store<u64>(sorted + ((<usize>j) << 3), key)
  }
  for (let i: usize = 0; i < <usize>palette.count; i++) {
    const key = load<u64>(sorted + (i << 3))
    const to = palette.samples + i * bytes
    if (channels == 1) store<u16>(to, <u16>(key >> 32))
    else {
      store<u16>(to, <u16>(key >> 16))
      store<u16>(to, <u16>(key >> 32), 2)
      store<u16>(to, <u16>key, 4)
    }
  }
  fillColours(tile, palette)
}

const sorted: usize = memory.data(256 * 8, 16)

/** Chooses an index for every sample, and notes each cell's error. */
function chooseIndices(tile: Tile, search: Search, palette: Palette, table: usize): void {
  let last: u64 = 0
  let index = 0
  let apart = f32x4.splat(0)
  let cell = search.paletteErrors
  for (let y = 0; y < tile.paddedHeight; y += 4) {
    for (let x = 0; x < tile.paddedWidth; x += 4) {
      let sum = f32x4.splat(0)
      let squares = f32x4.splat(0)
      for (let row = y; row < y + 4; row++) {
        for (let column = x; column < x + 4; column++) {
          const sample = colourAt(tile, search.source, column, row)
          const key = keyOf(sample)
          if (key != last) {
            last = key
            const slot = slotOf(table, key)
            const known = load<u64>(slot) != 0
            if (known && load<u32>(slot, 12) != NO_INDEX) index = load<u32>(slot, 12)
            else {
              index = nearestColour(palette, sample)
              if (known) store<u32>(slot, <u32>index, 12)
            }
            apart = f32x4.convert_i32x4_s(i32x4.sub(v128.load(palette.colours + ((<usize>index) << 4)), sample))
          }
          sum = f32x4.add(sum, apart)
          squares = f32x4.add(squares, f32x4.mul(apart, apart))
          store<u8>(palette.wanted + <usize>(row * palette.stride + column), <u8>index)
        }
      }
      const low = f32x4.mul(f32x4.mul(sum, sum), f32x4.splat(LOW_WEIGHT / 16))
      const error = f32x4.mul(f32x4.add(squares, low), errorWeights)
      store<f32>(cell, f32x4.extract_lane(error, 0) + f32x4.extract_lane(error, 1) + f32x4.extract_lane(error, 2))
      cell += 4
    }
  }
}

/** Codes the square of side 2^log2 at (x, y) on trial, and notes what each cell takes. */
function priceSquare(tile: Tile, search: Search, palette: Palette, marks: usize, x: i32, y: i32, side: i32): void {
  const width = min(side, tile.paddedWidth - x)
  const height = min(side, tile.paddedHeight - y)
  if (width <= 0 || height <= 0) return
  let marked: u32 = 0
  for (let row = 0; row < height; row += 8) for (let column = 0; column < width; column += 8) marked |= load<u32>(markOf(tile, marks, x + column, y + row))
  let bad = 0
  for (let row = 0; row < height; row += 4) {
    for (let column = 0; column < width; column += 4) if (load<f32>(cellOf(tile, search.paletteErrors, x + column, y + row)) > MOST_ERROR) bad++
  }
  if (!marked || bad << 5 > width * height) {
    for (let row = 0; row < height; row += 4) {
      for (let column = 0; column < width; column += 4) store<f32>(cellOf(tile, search.paletteBits, x + column, y + row), NEVER)
    }
    return
  }
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 4) {
      const at = <usize>((y + row) * palette.stride + x + column)
      const before = bitsCoded()
      codeIndices(palette.models, palette.indices + at, palette.stride, palette.wanted + at, column, 4, width, palette.count)
      const cell = cellOf(tile, search.paletteBits, x + column, y + row)
      store<f32>(cell, load<f32>(cell) + <f32>(bitsCoded() - before))
    }
  }
}

// @ts-ignore: decorator
@inline
function cellOf(tile: Tile, map: usize, x: i32, y: i32): usize {
  return map + ((<usize>((y >> 2) * tile.cellColumns + (x >> 2))) << 2)
}

/** Gives the tile a palette if it looks drawn. Codes on trial, before the stream starts. */
export function startPalette(tile: Tile, search: Search): void {
  tile.palette = 0
  search.paletteTook = EXPERIENCE
  search.paletteExpected = EXPERIENCE
  if (tile.subsampled) return
  const marks = allocateZeroed((<usize>((tile.paddedWidth >> 3) * (tile.paddedHeight >> 3))) << 2)
  if (<f32>(markSquares(tile, search, marks) << 6) < LEAST_DRAWN * <f32>(tile.paddedWidth * tile.paddedHeight)) {
    release(marks)
    return
  }
  priceSquares(tile, search, marks)
  const palette = createPalette(tile)
  palette.wanted = createIndices(tile.paddedWidth, tile.paddedHeight)
  const cells = <usize>(tile.cellColumns * (tile.paddedHeight >> 2))
  search.paletteBits = allocateZeroed(cells << 2)
  search.paletteErrors = allocateZeroed(cells << 2)
  const top = mark()
  const table = countColours(tile, search.source, marks)
  setErrorWeights(tile)
  chooseColours(tile, palette, table)
  if (palette.count == 0) {
    tile.palette = 0
    release(top)
    return
  }
  sortColours(tile, palette)
  chooseIndices(tile, search, palette, table)
  memory.copy(palette.indices, palette.wanted, <usize>(palette.stride * (tile.paddedHeight - 1) + tile.paddedWidth))
  startEncoding(allocate(65536))
  for (let y = 0; y < tile.paddedHeight; y += 64) {
    for (let x = 0; x < tile.paddedWidth; x += 64) {
      extend(encodedEnd() + 65536)
      for (let part = 0; part < 4; part++) priceSquare(tile, search, palette, marks, x + 32 * (part & 1), y + 32 * (part >> 1), 32)
    }
  }
  resetIndexModels(palette.models)
  if (dropColours(tile, search, palette, marks)) {
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
      bits += load<f32>(cellOf(tile, search.paletteBits, column, row))
      error += load<f32>(cellOf(tile, search.paletteErrors, column, row))
    }
  }
  if (bits >= NEVER) return NEVER
  bits *= search.paletteTook / search.paletteExpected
  return error + BITS_WEIGHT * search.lambda * bits + priceOf(paletteBlockCost(tile, x, y, log2Width, log2Height, 1))
}

/** Learns from what a palette block took. */
export function learnPaletteBits(tile: Tile, search: Search, x: i32, y: i32, log2Width: i32, log2Height: i32, bits: f64): void {
  search.paletteTook += <f32>bits
  for (let row = y; row < y + (1 << log2Height); row += 4) {
    for (let column = x; column < x + (1 << log2Width); column += 4) search.paletteExpected += load<f32>(cellOf(tile, search.paletteBits, column, row))
  }
}

/** Writes the luma that a palette block would have into the tile. */
export function paletteLuma(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const palette = paletteOf(tile)
  for (let row = y; row < y + (1 << log2Height); row++) {
    const to = sampleAt(tile, tile.planes, 0, x, row)
    const from = palette.wanted + <usize>(row * palette.stride + x)
    for (let column: usize = 0; column < <usize>1 << log2Width; column++) {
      store<i32>(to + (column << 2), load<i32>(palette.colours + ((<usize>load<u8>(from + column)) << 4)))
    }
  }
}
