import { expect, test } from 'vitest'
import { encodeImage, inspect } from '../../src/index.js'

/** Left half flat, right half noise. */
function halves(width: number, height: number) {
  const data = new Uint8Array(width * height * 3)
  let noise = 1
  for (let i = 0; i < data.length; i++) {
    noise = (Math.imul(noise, 1103515245) + 12345) >>> 0
    data[i] = Math.floor(i / 3) % width < width / 2 ? 120 : noise >>> 24
  }
  return { width, height, channels: 3 as const, bitDepth: 8, data }
}

async function inspected(file: Uint8Array) {
  const found = await inspect(file, { detail: true })
  if (found.kind !== 'image') throw new TypeError(`an image became ${found.kind}`)
  return found
}

test('the step field is finer where the image is flat, and the same whatever the tiles', async () => {
  const image = halves(256, 128)
  for (const tileSize of [0, 64]) {
    const { image: facts } = await inspected(await encodeImage(image, { tileSize }))
    expect(facts.stepField).toMatchObject({ columns: 8, rows: 4 })
    const values = [...(facts.stepField?.values ?? [])]
    const flat = values.filter((_, i) => i % 8 < 4)
    expect(new Set(flat).size).toBe(1)
    expect(flat[0]).toBeLessThan(-2)
    expect(Math.min(...values.filter((_, i) => i % 8 >= 4))).toBeGreaterThan(2)
  }
})

test('strength 0 writes no field', async () => {
  const { image: facts } = await inspected(await encodeImage(halves(64, 64), { laq: 0 }))
  expect(facts.stepField).toBeUndefined()
  expect(facts.bits?.['step field']).toBeLessThan(1)
})

test('the bits of the parts add up to the file', async () => {
  const file = await encodeImage(halves(200, 100), { tileSize: 128 })
  const facts = await inspected(file)
  const bits = Object.values(facts.image.bits ?? {}).reduce((a, b) => a + b)
  // each of the two data chunks has a type, a length of 2 or 3 bytes and a CRC; a tile ends within 4 bytes of its last bit
  const rest = file.length - facts.headerBytes - bits / 8
  expect(rest).toBeGreaterThan(2 * 7 - 8)
  expect(rest).toBeLessThan(2 * 8 + 8)
})

test('a colour image without metadata has at most 40 bytes around its data', async () => {
  const file = await encodeImage(halves(64, 64))
  const facts = await inspected(file)
  const bits = Object.values(facts.image.bits ?? {}).reduce((a, b) => a + b)
  expect(file.length - bits / 8).toBeLessThanOrEqual(40)
})

test('blocks tile the picture, small ones where it is busy, and their bits are all but those of the step field', async () => {
  const image = halves(250, 130)
  for (const tileSize of [0, 64]) {
    const { image: facts } = await inspected(await encodeImage(image, { tileSize }))
    const { columns, rows, widths, heights, bits } = facts.blocks!
    expect([columns, rows, widths.length, heights.length, bits.length]).toEqual([32, 17, 32 * 17, 32 * 17, 32 * 17])
    for (let i = 0; i < widths.length; i++) {
      const [across, down] = [widths[i], heights[i]].map((side) => Math.max(1, side / 8))
      expect([0.5, 1, 2]).toContain(widths[i] / heights[i])
      // every cell of a block agrees with its first one
      const [x, y] = [i % columns, Math.floor(i / columns)]
      const first = (y - (y % down)) * columns + x - (x % across)
      expect([widths[i], heights[i], bits[i]]).toEqual([widths[first], heights[first], bits[first]])
    }
    const mean = (from: number, to: number) => {
      const inside = [...bits].filter((_, i) => i % columns >= from && i % columns < to)
      return inside.reduce((a, b) => a + b, 0) / inside.length
    }
    expect(mean(17, 32)).toBeGreaterThan(20 * mean(0, 8))
    const { 'step field': field, ...others } = facts.bits!
    const [all, counted] = [Object.values(others), [...bits]].map((values) => values.reduce((a, b) => a + b, 0))
    expect(counted / all).toBeCloseTo(1, 5)
    expect(facts.subbands).toBeUndefined()
    expect(field).toBeGreaterThan(0)
  }
})

test('the bands of a wavelet file have together the bits of its planes', async () => {
  for (const tileSize of [0, 64]) {
    const { image: facts } = await inspected(await encodeImage(halves(200, 100), { transform: 'wavelet', tileSize }))
    expect(facts.blocks).toBeUndefined()
    expect(facts.subbands).toHaveLength(3 * 16)
    for (const plane of [0, 1, 2]) {
      const sum = facts.subbands!.filter((band) => band.plane === plane).reduce((total, { bits }) => total + bits, 0)
      expect(sum).toBeCloseTo(facts.bits![`plane ${plane as 0 | 1 | 2}`], 6)
    }
    const finest = facts.subbands!.filter(({ plane, level }) => plane === 0 && level === 1)
    expect(finest.map(({ kind }) => kind)).toEqual(['across', 'down', 'both'])
    for (const { bits } of finest) expect(bits).toBeGreaterThan(1000)
  }
})
