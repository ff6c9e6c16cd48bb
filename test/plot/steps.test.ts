import { expect, test } from 'vitest'
import { drawImageSteps, drawSoundSteps, drawSteps } from '../../src/plot/steps.js'
import { pattern } from '../pictures.js'

/** Colour of a pixel. */
const at = ({ width, data }: ReturnType<typeof drawSteps>, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
]
const MARGIN = 16

test('finer steps are blue, coarser ones red, the base step is nearly white', () => {
  const map = drawSteps({ field: { columns: 3, rows: 1, values: [-6, 0, 6] }, width: 30, height: 10, cell: { width: 10, height: 10 } })
  const [fine, base, coarse] = [5, 15, 25].map((x) => at(map, MARGIN + x, MARGIN + 5))
  expect(fine[2]).toBeGreaterThan(fine[0] + 100)
  expect(coarse[0]).toBeGreaterThan(coarse[2] + 100)
  expect(Math.min(...base)).toBeGreaterThan(230)
})

test('values of any fraction and sign have a colour', () => {
  const values = Float64Array.from({ length: 4000 }, (_, i) => Math.sin(i) * 41.37)
  const map = drawSteps({ field: { columns: 4000, rows: 1, values }, width: 4000, height: 2, cell: { width: 1, height: 2 } })
  expect(map.data.length).toBe(map.width * map.height * 3)
})

test('the map of an image has its shape, a large one in little', () => {
  const field = { columns: 3, rows: 2, values: new Int8Array(6) }
  const small = drawImageSteps(pattern(90, 50), field, 32)
  expect(at(small, MARGIN + 89, MARGIN + 49)).not.toEqual([255, 255, 255])
  expect(at(small, MARGIN + 90, MARGIN + 50)).toEqual([255, 255, 255])
  const large = drawImageSteps(pattern(2200, 40, 1, 16), { columns: 69, rows: 2, values: new Int8Array(138) }, 32)
  expect(large.width).toBeLessThan(1024 + 200)
})

test('in the map of a sound the lowest band is at the bottom', () => {
  const bandHz = [0, 100, 1000, 4000]
  // the lowest band has the coarsest steps
  const map = drawSoundSteps(
    Array.from({ length: 4 * 50 }, (_, i) => (i % 4 === 0 ? 640 : 0)),
    bandHz,
    64,
    2,
  )
  const column = Array.from({ length: map.height }, (_, y) => at(map, 200, y))
  const red = column.map(([r, , b]) => r - b)
  expect(red.indexOf(Math.max(...red))).toBeGreaterThan(0.6 * map.height)
})

test('a little silence does not stretch the scale of a sound', () => {
  const steps = (silent: number) => Array.from({ length: 4 * 100 }, (_, i) => (i < 4 * silent ? -640 : [-64, 0, 0, 64][i % 4]))
  const [without, some] = [0, 5].map((silent) => drawSoundSteps(steps(silent), [0, 100, 1000, 4000], 64, 2))
  const right = without.width - 100
  for (const y of [40, 200, 440]) expect(at(some, right, y)).toEqual(at(without, right, y))
  expect(at(some, 80, 200)[2]).toBeGreaterThan(at(some, 80, 200)[0] + 50)
})
