import fc from 'fast-check'
import { expect, test } from 'vitest'
import PRIORS from '../../codecs/image/blocks/priors.js'
import { fromBase64, place, scoped } from '../../codecs/wasm/loader.js'
import { Decoder } from '../entropy/twin.js'
import { kernel } from '../stages.js'
import { Models } from './twin/models.js'
import { readChromaMode, readLumaMode, readTransformType } from './twin/modes.js'
import { type Cells, readSquare } from './twin/partition.js'
import { Raster } from './twinparts.js'

const { exports, memory } = kernel
const priors = fromBase64(PRIORS)

/** x, y, log2 of width and height, luma mode, chroma mode, transform type. */
type Block = [number, number, number, number, number, number, number]

/** Most decisions that a tile of 136 x 136 takes. */
const DECISIONS = 8 * 34 * 34

function code(width: number, height: number, subsampled: boolean, wanted: Uint8Array, payload?: Uint8Array) {
  return scoped(kernel, () => {
    const out = exports.allocate(28 * 34 * 34)
    const bytes = payload ? place(kernel, payload) : exports.allocate(64 * 1024)
    const decisions = place(kernel, wanted)
    const words = place(kernel, priors)
    const length = exports.codeTree(words, width, height, subsampled ? 1 : 0, decisions, out, bytes, payload?.length ?? -1)
    const count = exports.codedBlocks()
    const numbers = [...new Int32Array(memory.buffer, out, 7 * count)]
    const blocks = Array.from({ length: count }, (_, i) => numbers.slice(7 * i, 7 * i + 7) as Block)
    return { blocks, bytes: new Uint8Array(memory.buffer, bytes, length).slice() }
  })
}

function readByTwin(width: number, height: number, subsampled: boolean, payload: Uint8Array): Block[] {
  const models = new Models(new Decoder(payload))
  const [columns, rows] = [2 * Math.ceil(width / 8), 2 * Math.ceil(height / 8)]
  const cells: Cells = { shapes: new Raster(columns, rows), modes: new Raster(columns, rows), chromaModes: new Raster(columns, rows) }
  const blocks: Block[] = []
  for (let top = 0; top < height; top += 64) {
    for (let left = 0; left < width; left += 64) {
      readSquare(models, cells, left, top, 6, subsampled ? 3 : 2, (shape) => {
        const { x, y, log2Width, log2Height } = shape
        const mode = readLumaMode(models, cells, shape)
        const type = readTransformType(models, shape, mode)
        const chromaMode = readChromaMode(models, cells, shape, mode)
        blocks.push([x, y, log2Width, log2Height, mode, chromaMode, type])
        for (let row = y / 4; row < (y + 2 ** log2Height) / 4; row++) {
          for (let column = x / 4; column < (x + 2 ** log2Width) / 4; column++) {
            cells.shapes.set(column, row, log2Width | (log2Height << 4))
            cells.modes.set(column, row, mode + 1)
            cells.chromaModes.set(column, row, chromaMode)
          }
        }
      })
    }
  }
  return blocks
}

/** Each cell of 4 x 4 of the padded tile is in one block, in no other, and no block reaches beyond. */
function expectTiling(blocks: Block[], width: number, height: number, least: number): void {
  const [columns, rows] = [2 * Math.ceil(width / 8), 2 * Math.ceil(height / 8)]
  const covered = new Uint8Array(columns * rows)
  for (const [x, y, log2Width, log2Height] of blocks) {
    expect(Math.abs(log2Width - log2Height)).toBeLessThanOrEqual(1)
    expect(Math.max(log2Width, log2Height)).toBeGreaterThanOrEqual(least)
    expect([x % 2 ** log2Width, y % 2 ** log2Height]).toEqual([0, 0])
    expect(x + 2 ** log2Width <= 4 * columns && y + 2 ** log2Height <= 4 * rows).toBe(true)
    for (let row = y / 4; row < (y + 2 ** log2Height) / 4; row++) {
      for (let column = x / 4; column < (x + 2 ** log2Width) / 4; column++) covered[row * columns + column]++
    }
  }
  expect(covered.every((count) => count === 1)).toBe(true)
}

const side = fc.integer({ min: 1, max: 130 })

test('partition and modes come back, and the blocks tile the picture, whatever its size', () => {
  fc.assert(
    fc.property(side, side, fc.boolean(), fc.nat(), (width, height, subsampled, seed) => {
      let state = seed | 1
      const wanted = Uint8Array.from({ length: DECISIONS }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0
        return state >>> 24
      })
      const { bytes, blocks } = code(width, height, subsampled, wanted)
      expectTiling(blocks, width, height, subsampled ? 3 : 2)
      expect(code(width, height, subsampled, new Uint8Array(DECISIONS), bytes).blocks).toEqual(blocks)
      expect(readByTwin(width, height, subsampled, bytes)).toEqual(blocks)
    }),
    { numRuns: 60 },
  )
})

test('any bytes are some partition of the picture', () => {
  fc.assert(
    fc.property(side, side, fc.boolean(), fc.uint8Array({ maxLength: 300 }), (width, height, subsampled, bytes) => {
      const { blocks } = code(width, height, subsampled, new Uint8Array(DECISIONS), bytes)
      expectTiling(blocks, width, height, subsampled ? 3 : 2)
      expect(readByTwin(width, height, subsampled, bytes)).toEqual(blocks)
    }),
    { numRuns: 60 },
  )
})
