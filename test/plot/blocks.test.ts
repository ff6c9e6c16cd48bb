import { expect, test } from 'vitest'
import type { ImageBlocks } from '../../src/image/inspect.js'
import type { ImageData } from '../../src/image.js'
import { readPng } from '../../src/io/image/png.js'
import { blockBitsSheet, partitionSheet } from '../../src/plot/blocks.js'
import { HEAT } from '../../src/plot/ramp.js'
import { drawSheet, layOut } from '../../src/plot/sheet.js'

/** Grey of one brightness. */
const grey = (width: number, height: number, value = 128): ImageData => {
  return { width, height, channels: 1, bitDepth: 8, data: new Uint8Array(width * height).fill(value) }
}

/** Cells of blocks, of which each has 64 bits. */
function blocksOf(columns: number, rows: number, size: (x: number, y: number) => [number, number]): ImageBlocks {
  const sizes = Array.from({ length: columns * rows }, (_, i) => size(i % columns, Math.floor(i / columns)))
  const [widths, heights] = [0, 1].map((side) => Uint8Array.from(sizes, (both) => both[side]))
  return { columns, rows, widths, heights, bits: Float32Array.from(sizes, ([width, height]) => 64 ** 2 / (width * height)) }
}

const pixel = ({ width, data }: ImageData, x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]

/** Two blocks of 32 x 64; beside them one of 16 with two of 8, one cell of 4 x 4 and one of 8 x 4 below it, twice. */
const mixed = blocksOf(10, 8, (x, y) => {
  if (x < 8) return [32, 64]
  if (y % 4 < 2) return [16, 16]
  return y % 4 === 2 ? [8, 8] : x === 8 ? [4, 4] : [8, 4]
})

test('each size has a colour of its own, and a line in the legend that counts it', () => {
  const { map, legend } = partitionSheet(grey(80, 64), mixed)
  const zoom = map.width / 80
  expect(zoom).toBeGreaterThan(4)
  const inside = ([x, y]: number[]) => pixel(map, (x + 0.5) * zoom, (y + 0.5) * zoom).join()
  const [large, middle, small, smallest] = [
    [30, 30],
    [72, 4],
    [67, 20],
    [66, 26],
  ].map(inside)
  expect(new Set([large, middle, small, smallest]).size).toBe(4)
  expect(inside([60, 60])).toBe(large)
  expect(inside([75, 50])).toBe(small)
  expect(inside([78, 62])).toBe(small)
  if (!('swatches' in legend)) throw new TypeError('the sizes have names')
  expect(legend.swatches.map(({ label }) => label)).toEqual([
    '4 x 4: 8, 2.5 % of the area',
    '8 x 8 and halves: 8, 7.5 % of the area',
    '16 x 16 and halves: 2, 10.0 % of the area',
    '32 x 32 and halves: none',
    '64 x 64 and halves: 2, 80.0 % of the area',
  ])
})

test('edges lie around blocks and nowhere else', () => {
  const { map } = partitionSheet(grey(80, 64), mixed)
  const zoom = map.width / 80
  const row = Math.round(20.5 * zoom)
  const changes = new Set<number>()
  for (let x = 1; x < map.width; x++) {
    if (pixel(map, x, row).join() !== pixel(map, x - 1, row).join()) changes.add(Math.floor(x / zoom))
  }
  expect([...changes]).toEqual([32, 64, 72])
})

test('the picture shows through', () => {
  const [dark, light] = [0, 255].map((value) => partitionSheet(grey(80, 64, value), mixed).map)
  const sum = (map: ImageData) => pixel(map, 100, 100).reduce((a, b) => a + b)
  expect(sum(light)).toBeGreaterThan(sum(dark) + 200)
})

test('bits: the dearest cells are the darkest, and pixels are counted, not cells', () => {
  const { map, subtitle } = blockBitsSheet({ width: 80, height: 64 }, mixed)
  const zoom = map.width / 80
  const at = (x: number, y: number) => pixel(map, x * zoom + 1, y * zoom + 1)
  // a block of 4 x 4 has 4 bits per pixel, which is the scale's end
  expect(at(66, 25)).toEqual([...HEAT[HEAT.length - 1]])
  const sum = (colour: number[]) => colour.reduce((a, b) => a + b)
  expect(sum(at(30, 30))).toBeGreaterThan(sum(at(72, 4)))
  expect(sum(at(72, 4))).toBeGreaterThan(sum(at(67, 20)))
  expect(subtitle).toContain(`${((64 * 20) / (80 * 64)).toFixed(3)} bits per pixel in all, 4.00 in the dearest`)
})

test.each([
  [1, 1],
  [9, 3],
  [5000, 17],
])('a sheet of %i x %i pixels holds its map whole', async (width, height) => {
  const blocks = blocksOf(Math.ceil(width / 8), Math.ceil(height / 8), () => [8, 8])
  const sheet = partitionSheet(grey(width, height, 200), blocks)
  expect(sheet.map.width).toBeLessThanOrEqual(1536)
  const { mapX, mapY, ...size } = layOut(sheet)
  const drawn = await readPng(await drawSheet(sheet))
  expect(drawn).toMatchObject({ width: size.width, height: size.height, channels: 3 })
  for (const [x, y] of [
    [0, 0],
    [sheet.map.width - 1, sheet.map.height - 1],
  ]) {
    expect(pixel(drawn, mapX + x, mapY + y)).toEqual(pixel(sheet.map, x, y))
  }
  expect(pixel(drawn, 0, 0)).toEqual([255, 255, 255])
})
