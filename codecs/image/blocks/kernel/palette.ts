/**
 * Palette blocks: what is drawn rather than photographed. FORMAT.md, "Palette blocks".
 *
 *     tile    used     1 plain bit; if 1:
 *             count    8 plain bits: 1..255 colours, less 1
 *             colours  each as the difference to the one before: green, then red and blue against green
 *     block   palette  1 bit, contexts: whether the blocks above and on the left are palette blocks, and the shape
 *             indices  {@link ./indices}
 *
 * A palette block holds its samples as they are.
 */

import { freshStates } from '../../../entropy/kernel/fresh'
import { codeExpGolomb, codeSigned, EXP_GOLOMB_STATES } from '../../../entropy/kernel/integers'
import { codeAdaptive, stateAt } from '../../../entropy/kernel/model'
import { bitsCoded, codeBypass, encoding } from '../../../entropy/kernel/rangecoder'
import { loadPlanes } from '../../../transform/kernel/colour'
import { allocate } from '../../../wasm/kernel/arena'
import { allocateRow, Row, rowAt } from '../../../wasm/kernel/row'
import { codeIndices, createIndexModels, createIndices, IndexModels, indexStride } from './indices'
import { skipLevels } from './neighbours'
import { cellAt, countBits, PART_PLANE, sampleAt, Tile } from './tile'

/** Stands for the luma mode of a palette block. */
export const PALETTE: i32 = 66
export const MOST_COLOURS: i32 = 255

const COLOUR_STATES: i32 = 3 * EXP_GOLOMB_STATES
const BLOCK_STATES: i32 = 75 // neighbours (3) x shape (25)

@unmanaged
export class Palette {
  /** 1..255 */
  count: i32
  /** Colour planes: 3, or 1 of grey. */
  planeCount: i32
  /** Four per colour: its sample in each colour plane, and 0. */
  colours: Row<i32>
  /** `planeCount` per colour: as samples of the picture, in ascending order of green. */
  samples: Row<u16>
  /** Of each sample, rows `stride` apart: {@link createIndices}. */
  indices: Row<u8>
  stride: i32
  /** What the encoder wants the indices to be; laid out like them. */
  wanted: Row<u8>
  states: usize
  models: IndexModels
}

export function createPalette(tile: Tile): Palette {
  const palette = changetype<Palette>(allocate(offsetof<Palette>()))
  palette.count = 0
  palette.planeCount = tile.channels >= 3 ? 3 : 1
  palette.colours = allocateRow<i32>(256 * 4)
  palette.samples = allocateRow<u16>(256 * 4)
  palette.indices = createIndices(tile.paddedWidth, tile.paddedHeight)
  palette.stride = indexStride(tile.paddedWidth)
  palette.wanted = rowAt<u8>(0)
  palette.states = freshStates(COLOUR_STATES + BLOCK_STATES)
  palette.models = createIndexModels()
  tile.palette = changetype<usize>(palette)
  return palette
}

/** The palette of a tile that has one. */
// @inline
export function paletteOf(tile: Tile): Palette {
  return changetype<Palette>(tile.palette)
}

/** The colour of an index: an i32 x 4. */
// @inline
export function colourOf(palette: Palette, index: i32): usize {
  return changetype<usize>(palette.colours.from(index << 2))
}

/** Codes whether the tile has a palette, and its colours. A reader gets its palette here. */
export function codePalette(tile: Tile): void {
  if (tile.subsampled) return
  if (!codeBypass(tile.palette ? 1 : 0, 1)) return
  const palette = encoding ? paletteOf(tile) : createPalette(tile)
  palette.count = min(codeBypass(palette.count - 1, 8) + 1, MOST_COLOURS)
  const most = (1 << tile.bitDepth) - 1
  const states = palette.states
  let green = 0
  let red = 0
  let blue = 0
  for (let i = 0; i < palette.count; i++) {
    const samples = palette.samples.from(i * palette.planeCount)
    const greenAt = palette.planeCount > 1 ? 1 : 0
    const before = green
    green = min(most, before + codeExpGolomb(encoding ? <i32>samples[greenAt] - before : 0, states))
    samples[greenAt] = <u16>green
    if (palette.planeCount == 1) continue
    red = codeComponent(samples, red - before + green, most, stateAt(states, EXP_GOLOMB_STATES))
    blue = codeComponent(samples.from(2), blue - before + green, most, stateAt(states, 2 * EXP_GOLOMB_STATES))
  }
  fillColours(tile, palette)
}

function codeComponent(sample: Row<u16>, predicted: i32, most: i32, states: usize): i32 {
  predicted = max(0, min(most, predicted))
  const value = max(0, min(most, predicted + codeSigned(encoding ? <i32>sample[0] - predicted : 0, states)))
  sample[0] = <u16>value
  return value
}

const pixel: usize = memory.data(8, 8)

/** The colours' samples in the tile's planes. */
export function fillColours(tile: Tile, palette: Palette): void {
  const channels = palette.planeCount
  for (let i = 0; i < palette.count; i++) {
    const samples = palette.samples.from(i * channels)
    const to = colourOf(palette, i)
    v128.store(to, i32x4.splat(0))
    for (let c = 0; c < channels; c++) {
      if (tile.bitDepth == 8) rowAt<u8>(pixel)[c] = <u8>samples[c]
      else rowAt<u16>(pixel)[c] = samples[c]
    }
    loadPlanes(pixel, 1, 1, channels, tile.bitDepth, to, 4, 1, 1)
  }
}

/** State of whether the block at (x, y) is a palette block. */
// @inline
export function paletteState(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): usize {
  const above = y > 0 && tile.modes[cellAt(tile, x, y - 1)] == PALETTE + 1 ? 1 : 0
  const left = x > 0 && tile.modes[cellAt(tile, x - 1, y)] == PALETTE + 1 ? 1 : 0
  return stateAt(paletteOf(tile).states, COLOUR_STATES + (above + left) * 25 + (log2Width - 2) * 5 + log2Height - 2)
}

/** Codes whether the block at (x, y) is a palette block; 0 in a tile without palette. */
export function codePaletteBlock(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32, isPalette: i32): i32 {
  return tile.palette ? codeAdaptive(isPalette, paletteState(tile, x, y, log2Width, log2Height)) : 0
}

/** Index of the colour nearest to a sample of the colour planes, by the sum of distances; the first of equals. */
export function nearestColour(palette: Palette, sample: v128): i32 {
  let best = 0
  let least = i32.MAX_VALUE
  for (let i = 0; i < palette.count; i++) {
    const apart = i32x4.abs(i32x4.sub(v128.load(colourOf(palette, i)), sample))
    const distance = i32x4.extract_lane(apart, 0) + i32x4.extract_lane(apart, 1) + i32x4.extract_lane(apart, 2)
    if (distance >= least) continue
    least = distance
    best = i
    if (distance == 0) break
  }
  return best
}

let seen: v128 = i32x4.splat(0)
let seenIndex = 0

/** Gives samples of blocks without indices those of the nearest colours: a row of `width` from (x, y) on. */
function fillBorder(tile: Tile, palette: Palette, x: i32, y: i32, width: i32): void {
  if (y < 0) return
  for (let column = max(0, x); column < x + width; column++) {
    if (tile.modes[cellAt(tile, column, y)] == PALETTE + 1) continue
    const at = sampleAt(tile, tile.planes, 0, column, y)
    let sample = i32x4.replace_lane(i32x4.splat(0), 0, load<i32>(at))
    if (palette.planeCount > 1) {
      sample = i32x4.replace_lane(sample, 1, load<i32>(at + <usize>tile.planeBytes))
      sample = i32x4.replace_lane(sample, 2, load<i32>(at + 2 * <usize>tile.planeBytes))
    }
    if (v128.any_true(v128.xor(sample, seen))) {
      seen = sample
      seenIndex = nearestColour(palette, sample)
    }
    palette.indices[y * palette.stride + column] = <u8>seenIndex
  }
}

/** Codes the indices of a palette block and reconstructs its colour planes. */
export function codePaletteSamples(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const palette = paletteOf(tile)
  const width = 1 << log2Width
  // what was seen may be of another tile
  seenIndex = nearestColour(palette, seen)
  fillBorder(tile, palette, x - 3, y - 2, width + 3)
  fillBorder(tile, palette, x - 3, y - 1, width + 3)
  for (let row = y; row < y + (1 << log2Height); row++) {
    fillBorder(tile, palette, x - 3, row, 3)
    const at = row * palette.stride + x
    const indices = palette.indices.from(at)
    codeIndices(palette.models, indices, palette.stride, palette.wanted.from(at), 0, width, width, palette.count)
    for (let column = 0; column < width; column++) {
      const colour = palette.colours.from((<i32>indices[column]) << 2)
      const to = sampleAt(tile, tile.planes, 0, x + column, row)
      store<i32>(to, colour[0])
      if (palette.planeCount == 1) continue
      store<i32>(to + <usize>tile.planeBytes, colour[1])
      store<i32>(to + 2 * <usize>tile.planeBytes, colour[2])
    }
  }
  for (let p = 0; p < palette.planeCount; p++) skipLevels(tile.models, p, log2Width, log2Height, x >> 2, y >> 2)
  countBits(tile, PART_PLANE, bitsCoded())
}
