import { expect, test } from 'vitest'
import { kernel } from '../stages.js'

const { squashOf, stretchOf, costOf } = kernel.exports

test('squash is the logistic function, rounded', () => {
  for (let x = -2047; x <= 2047; x++) expect(squashOf(x)).toBe(Math.round(65536 / (1 + Math.exp(-x / 256))))
})

test('stretch is its inverse, to within the width of a cell', () => {
  for (let cell = 0; cell < 4096; cell++) {
    const p = (cell + 0.5) / 4096
    const exact = Math.max(-2047, Math.min(2047, 256 * Math.log(p / (1 - p))))
    expect(Math.abs(stretchOf(cell << 4) - exact)).toBeLessThanOrEqual(Math.max(1, 1 / (p * (1 - p)) / 512))
  }
})

test('cost is -log2, rounded', () => {
  for (let cell = 0; cell < 4096; cell++) expect(costOf(cell << 4)).toBe(Math.round(-Math.log2((cell + 0.5) / 4096) * 256))
})
