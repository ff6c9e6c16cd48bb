/**
 * Which colours the encoder puts into a tile's palette, and which of them stands for each sample. Nothing here is normative.
 */
import { stepSize } from '../../../../laq/kernel/stepsize'
import { storePlanes } from '../../../../transform/kernel/colour'
import { allocateZeroed } from '../../../../wasm/kernel/arena'
import { Row } from '../../../../wasm/kernel/row'
import { colourOf, fillColours, MOST_COLOURS, nearestColour, Palette } from '../../kernel/palette'
import { sampleAt, Tile } from '../../kernel/tile'
import { NEVER, Search } from './state'

/** A colour is taken in if that lessens the error of its samples by more than this, in squared steps. */
const LEAST_GAIN: f32 = 12
/** Weights of squared errors in luma and in chroma, against those of a transform: these fall on high frequencies too. */
const LUMA_WEIGHT: f32 = 0.25
const CHROMA_WEIGHT: f32 = 0.1
/** What the mean error of a cell counts besides: steps in a gradient are seen. */
const LOW_WEIGHT: f32 = 6

/** Histogram: a hash table of 16 bytes per colour: u64 key, u32 count, u32 index in the palette. */
const SLOTS: i32 = 1 << 16
const MOST_SLOTS: i32 = 40000
const NO_INDEX: u32 = 0xffffffff

/** Number of the square of 8 at (x, y). */
// @inline
export function squareAt(tile: Tile, x: i32, y: i32): i32 {
  return (y >> 3) * (tile.paddedWidth >> 3) + (x >> 3)
}

// @inline
function colourAt(tile: Tile, source: usize, x: i32, y: i32): v128 {
  const at = sampleAt(tile, source, 0, x, y)
  let sample = i32x4.replace_lane(i32x4.splat(0), 0, load<i32>(at))
  if (tile.channels >= 3) {
    sample = i32x4.replace_lane(sample, 1, load<i32>(at + <usize>tile.planeBytes))
    sample = i32x4.replace_lane(sample, 2, load<i32>(at + 2 * <usize>tile.planeBytes))
  }
  return sample
}

// @inline
function keyOf(sample: v128): u64 {
  return (
    <u64>(i32x4.extract_lane(sample, 0) + 32768) |
    ((<u64>(i32x4.extract_lane(sample, 1) + 32768)) << 16) |
    ((<u64>(i32x4.extract_lane(sample, 2) + 32768)) << 32)
  )
}

// @inline
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

/** Counts the colours of the squares that have a price, up to MOST_SLOTS of them; returns the table. */
export function countColours(tile: Tile, source: usize, prices: Row<f32>): usize {
  const table = allocateZeroed((<usize>SLOTS) << 4)
  let used = 0
  let last: u64 = 0
  let slot: usize = 0
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      if (!(x & 7) && prices[squareAt(tile, x, y)] == 0) {
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

export function setErrorWeights(tile: Tile): void {
  const step = <f32>stepSize(tile.baseStep) / 16
  const chromaStep = <f32>stepSize(tile.baseStep + tile.chromaStep) / 16
  const chroma = CHROMA_WEIGHT / (chromaStep * chromaStep)
  errorWeights = f32x4(LUMA_WEIGHT / (step * step), chroma, chroma, 0)
}

// @inline
function errorOf(a: v128, b: v128): f32 {
  const apart = f32x4.convert_i32x4_s(i32x4.sub(a, b))
  const squares = f32x4.mul(f32x4.mul(apart, apart), errorWeights)
  return f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2)
}

/** Takes the most frequent colour, then each time the one whose samples have the largest error without it. */
export function chooseColours(palette: Palette, table: usize): void {
  let next: usize = 0
  let most: f32 = 0
  for (let slot = table; slot < table + ((<usize>SLOTS) << 4); slot += 16) {
    const count = <f32>load<u32>(slot, 8)
    store<f32>(slot, NEVER, 12)
    if (count <= most) continue
    most = count
    next = slot
  }
  most = NEVER
  while (palette.count < MOST_COLOURS && most > LEAST_GAIN) {
    const colour = sampleOfKey(load<u64>(next))
    v128.store(colourOf(palette, palette.count), colour)
    palette.count++
    most = 0
    for (let slot = table; slot < table + ((<usize>SLOTS) << 4); slot += 16) {
      const count = load<u32>(slot, 8)
      if (count == 0) continue
      const error = min(load<f32>(slot, 12), errorOf(sampleOfKey(load<u64>(slot)), colour))
      store<f32>(slot, error, 12)
      if (error * <f32>count <= most) continue
      most = error * <f32>count
      next = slot
    }
  }
  forgetIndices(table)
}

export function forgetIndices(table: usize): void {
  for (let slot = table; slot < table + ((<usize>SLOTS) << 4); slot += 16) store<u32>(slot, NO_INDEX, 12)
}

const scratch: usize = memory.data(16, 16)

/** Turns the colours into samples of the picture, in ascending order of green, and back. */
export function sortColours(tile: Tile, palette: Palette): void {
  const channels = palette.planeCount
  for (let i = 0; i < palette.count; i++) {
    storePlanes(colourOf(palette, i), 4, 1, 1, 1, channels, tile.bitDepth, scratch)
    const wide = tile.bitDepth > 8
    let key: u64 = 0
    for (let c: usize = 0; c < <usize>channels; c++) {
      const sample = wide ? <u64>load<u16>(scratch + 2 * c) : <u64>load<u8>(scratch + c)
      const lane: u64 = channels == 1 || c == 1 ? 2 : c == 0 ? 1 : 0
      key |= sample << (16 * lane)
    }
    // keys are green, red, blue; insertion keeps them in order
    let j = i
    for (; j > 0 && sorted[j - 1] > key; j--) sorted[j] = sorted[j - 1]
    sorted[j] = key
  }
  for (let i = 0; i < palette.count; i++) {
    const key = sorted[i]
    const samples = palette.samples.from(i * channels)
    if (channels == 1) samples[0] = <u16>(key >> 32)
    else {
      samples[0] = <u16>(key >> 16)
      samples[1] = <u16>(key >> 32)
      samples[2] = <u16>key
    }
  }
  fillColours(tile, palette)
}

const sorted = changetype<Row<u64>>(memory.data(256 * 8, 16))

/** Chooses an index for every sample, and notes each cell's error. */
export function chooseIndices(tile: Tile, search: Search, palette: Palette, table: usize): void {
  let last: u64 = 0
  let index = 0
  let apart = f32x4.splat(0)
  let cell = 0
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
            apart = f32x4.convert_i32x4_s(i32x4.sub(v128.load(colourOf(palette, index)), sample))
          }
          sum = f32x4.add(sum, apart)
          squares = f32x4.add(squares, f32x4.mul(apart, apart))
          palette.wanted[row * palette.stride + column] = <u8>index
        }
      }
      const low = f32x4.mul(f32x4.mul(sum, sum), f32x4.splat(LOW_WEIGHT / 16))
      const error = f32x4.mul(f32x4.add(squares, low), errorWeights)
      search.paletteErrors[cell++] = f32x4.extract_lane(error, 0) + f32x4.extract_lane(error, 1) + f32x4.extract_lane(error, 2)
    }
  }
}
