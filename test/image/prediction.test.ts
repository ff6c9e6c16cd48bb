import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'
import { bordersOf, predict, reachOf } from './twin/prediction.js'
import { Raster } from './twinparts.js'

const { exports, memory } = kernel

/** A block in a plane, and how many cells of 4 beyond its own sides are decoded above and on the left. */
interface Spot {
  log2Width: number
  log2Height: number
  x: number
  y: number
  plane: Raster
  decoded: Raster
}

const sides = [2, 3, 4, 5, 6].flatMap((w) => [w - 1, w, w + 1].filter((h) => h >= 2 && h <= 6).map((h) => [w, h] as const))
const spots = fc
  .record({
    sides: fc.constantFrom(...sides),
    hasAbove: fc.boolean(),
    hasLeft: fc.boolean(),
    beyond: fc.tuple(fc.nat(16), fc.nat(16)),
    room: fc.tuple(fc.nat(16), fc.nat(16)),
    seed: fc.nat(),
    range: fc.constantFrom(1, 100, 8192),
  })
  .map(({ sides: [log2Width, log2Height], hasAbove, hasLeft, beyond, room, seed, range }): Spot => {
    const [w, h] = [2 ** (log2Width - 2), 2 ** (log2Height - 2)]
    const [x, y] = [hasLeft ? 8 : 0, hasAbove ? 8 : 0]
    const padded = (cells: number) => 2 * Math.ceil(cells / 2)
    const [columns, rows] = [padded(x / 4 + w + Math.min(h, room[0])), padded(y / 4 + h + Math.min(w, room[1]))]
    const decoded = new Raster(columns, rows)
    if (hasAbove) for (let i = 0; i < Math.min(columns - x / 4, w + beyond[0]); i++) decoded.set(x / 4 + i, y / 4 - 1, 1)
    if (hasLeft) for (let i = 0; i < Math.min(rows - y / 4, h + beyond[1]); i++) decoded.set(x / 4 - 1, y / 4 + i, 1)
    const plane = new Raster(4 * columns, 4 * rows)
    let state = seed | 1
    for (let i = 0; i < plane.values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      plane.values[i] = ((state >> 8) % (2 * range)) - (state < 0 ? -range : range)
    }
    return { log2Width, log2Height, x, y, plane, decoded }
  })

function predicted({ log2Width, log2Height, x, y, plane, decoded }: Spot, mode: number): number[] {
  return scoped(kernel, () => {
    const samples = place(kernel, plane.values)
    const cells = place(kernel, Uint8Array.from(decoded.values))
    const count = 2 ** (log2Width + log2Height)
    const out = exports.allocate(count * 4)
    exports.predictOnce(plane.width, plane.height, samples, cells, x, y, log2Width, log2Height, mode, out)
    return [...new Int32Array(memory.buffer, out, count)]
  })
}

const modes = fc.integer({ min: 0, max: 65 })

test('every mode predicts what FORMAT.md says, whatever borders there are', () => {
  fc.assert(
    fc.property(spots, modes, (spot, mode) => {
      const borders = bordersOf(spot.plane, spot, reachOf(spot.decoded, spot))
      const definition = predict(mode, borders, spot.log2Width, spot.log2Height)
      const width = 2 ** spot.log2Width
      const expected = Array.from({ length: 2 ** (spot.log2Width + spot.log2Height) }, (_, i) =>
        definition(i % width, Math.floor(i / width)),
      )
      expect(predicted(spot, mode)).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})

/** The same spot with its samples changed. */
const changed = (spot: Spot, change: (value: number) => number): Spot => {
  const plane = new Raster(spot.plane.width, spot.plane.height)
  plane.values.set(spot.plane.values.map(change))
  return { ...spot, plane }
}

test('brighter borders make a prediction as much brighter; flat ones make it flat', () => {
  fc.assert(
    fc.property(
      spots.filter(({ x, y }) => x + y > 0),
      modes,
      fc.integer({ min: -500, max: 500 }),
      (spot, mode, addend) => {
        expect(
          predicted(
            changed(spot, (value) => value + addend),
            mode,
          ),
        ).toEqual(predicted(spot, mode).map((value) => value + addend))
        const flat = predicted(
          changed(spot, () => addend),
          mode,
        )
        expect(new Set(flat)).toEqual(new Set([addend]))
      },
    ),
  )
})

test('without borders every mode predicts 0', () => {
  for (let mode = 0; mode <= 65; mode++) {
    const spot = { log2Width: 3, log2Height: 2, x: 0, y: 0, plane: new Raster(8, 8), decoded: new Raster(2, 2) }
    expect(new Set(predicted(spot, mode))).toEqual(new Set([0]))
  }
})

test('with above and left exchanged, the mirrored mode predicts the mirror image', () => {
  const mirror = ({ width, height, values }: Raster) => {
    const out = new Raster(height, width)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out.set(y, x, values[y * width + x])
    return out
  }
  fc.assert(
    fc.property(
      spots,
      modes.filter((mode) => mode !== 2),
      (spot, mode) => {
        const turned = {
          ...{ log2Width: spot.log2Height, log2Height: spot.log2Width, x: spot.y, y: spot.x },
          ...{ plane: mirror(spot.plane), decoded: mirror(spot.decoded) },
        }
        const image = new Raster(2 ** spot.log2Width, 2 ** spot.log2Height)
        image.values.set(predicted(spot, mode))
        expect(predicted(turned, mode < 2 ? mode : 68 - mode)).toEqual([...mirror(image).values])
      },
    ),
  )
})
