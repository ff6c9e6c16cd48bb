import { expect, test } from 'vitest'
import type { ImageBlocks, ImageData } from '../../src/image.js'
import { readPng } from '../../src/io/png.js'
import { blockBitsSheet, partitionSheet } from '../../src/plot/blocks.js'
import { HEAT } from '../../src/plot/ramp.js'
import { drawSheet, layOut } from '../../src/plot/sheet.js'

/** Grey of one brightness. */
const grey = (width: number, height: number, value = 128): ImageData => {
  return { width, height, channels: 1, bitDepth: 8, data: new Uint8Array(width * height).fill(value) }
}

/** Cells of `sides`, of which each block has 64 bits. */
function blocksOf(columns: number, rows: number, side: (x: number, y: number) => number): ImageBlocks {
  const sides = Uint8Array.from({ length: columns * rows }, (_, i) => side(i % columns, Math.floor(i / columns)))
  return { columns, rows, sides, bits: Float32Array.from(sides, (value) => 64 / (value / 8) ** 2) }
}

const pixel = ({ width, data }: ImageData, x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]

/** A block of 64, one of 16 with four of 8 below it, and nothing else. */
const mixed = blocksOf(10, 8, (x, y) => (x < 8 ? 64 : y % 4 < 2 ? 16 : 8))

test('each size has a colour of its own, and a line in the legend that counts it', () => {
  const { map, legend } = partitionSheet(grey(80, 64), mixed)
  const zoom = map.width / 80
  expect(zoom).toBeGreaterThan(4)
  const inside = ([x, y]: number[]) => pixel(map, (x + 0.5) * zoom, (y + 0.5) * zoom).join()
  const [large, middle, small] = [
    [30, 30],
    [72, 4],
    [67, 20],
  ].map(inside)
  expect(new Set([large, middle, small]).size).toBe(3)
  expect(inside([60, 60])).toBe(large)
  expect(inside([75, 52])).toBe(small)
  if (!('swatches' in legend)) throw new TypeError('the sizes have names')
  expect(legend.swatches.map(({ label }) => label)).toEqual([
    '8 x 8: 8, 10.0 % of the area',
    '16 x 16: 2, 10.0 % of the area',
    '32 x 32: none',
    '64 x 64: 1, 80.0 % of the area',
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
  expect([...changes]).toEqual([64, 72])
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
  // a block of 8 has 1 bit per pixel, which is the scale's end
  expect(at(67, 20)).toEqual([...HEAT[HEAT.length - 1]])
  const sum = (colour: number[]) => colour.reduce((a, b) => a + b)
  expect(sum(at(30, 30))).toBeGreaterThan(sum(at(72, 4)))
  expect(sum(at(72, 4))).toBeGreaterThan(sum(at(67, 20)))
  expect(subtitle).toContain(`${((64 * 11) / (80 * 64)).toFixed(3)} bits per pixel in all, 1.00 in the dearest`)
})

test.each([
  [1, 1],
  [9, 3],
  [5000, 17],
])('a sheet of %i x %i pixels holds its map whole', async (width, height) => {
  const blocks = blocksOf(Math.ceil(width / 8), Math.ceil(height / 8), () => 8)
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
