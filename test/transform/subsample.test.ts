import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel

const plane = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([columns, rows]) =>
  fc.record({
    width: fc.constant(2 * columns),
    height: fc.constant(2 * rows),
    samples: fc.array(fc.integer({ min: -8192, max: 8191 }), { minLength: 4 * columns * rows, maxLength: 4 * columns * rows }),
  }),
)

function run(step: 'halve' | 'double', samples: number[], width: number, height: number): number[] {
  return scoped(kernel, () => {
    const at = place(kernel, Int32Array.from(samples))
    exports[step](at, width, height)
    return [...new Int32Array(memory.buffer, at, samples.length)]
  })
}

test('halving takes means of 2 x 2, doubling goes between the nearest four by their distance, both in place', () => {
  fc.assert(
    fc.property(plane, ({ width, height, samples }) => {
      const [columns, rows] = [width / 2, height / 2]
      const means = Array.from({ length: columns * rows }, (_, i) => {
        const at = 2 * Math.floor(i / columns) * width + 2 * (i % columns)
        return (samples[at] + samples[at + 1] + samples[at + width] + samples[at + width + 1] + 2) >> 2
      })
      expect(run('halve', samples, width, height).slice(0, columns * rows)).toEqual(means)
      const inside = (i: number, n: number) => Math.max(0, Math.min(n - 1, i))
      const doubled = Array.from({ length: width * height }, (_, i) => {
        const [x, y] = [(i % width) / 2 - 0.25, Math.floor(i / width) / 2 - 0.25]
        let sum = 0
        for (const v of [Math.floor(y), Math.floor(y) + 1]) {
          for (const u of [Math.floor(x), Math.floor(x) + 1]) {
            sum += 16 * (1 - Math.abs(x - u)) * (1 - Math.abs(y - v)) * means[inside(v, rows) * columns + inside(u, columns)]
          }
        }
        return (sum + 8) >> 4
      })
      expect(run('double', [...means, ...samples.slice(means.length)], width, height)).toEqual(doubled)
    }),
  )
})
