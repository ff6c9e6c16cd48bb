import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { errorGrid, type Rgb, rgbOf, worstWindow } from '../../../src/rd/report/pixels.js'
import { costliestPoints, worstReport } from '../../../src/rd/report/worst.js'
import { pattern } from '../../pictures.js'
import { NASTY, stubPictures, stubPoints, stubRun } from './stub.js'

const points = stubPoints()

test('the worst window is the worst of all that begin at multiples of 16', () => {
  const spot = fc.record({ x: fc.nat(199), y: fc.nat(99), error: fc.integer({ min: 1, max: 255 }) })
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 12 }), (spots) => {
      const black: Rgb = { width: 200, height: 100, data: new Uint8Array(200 * 100 * 3) }
      const other = { ...black, data: black.data.slice() }
      for (const { x, y, error } of spots) other.data[(y * 200 + x) * 3 + 1] = error
      const window = worstWindow(errorGrid(black, other), black, 64)
      const sum = (left: number, top: number) => {
        let sum = 0
        for (let y = top; y < Math.min(100, top + 64); y++) {
          for (let x = left; x < Math.min(200, left + 64); x++) sum += other.data[(y * 200 + x) * 3 + 1] ** 2
        }
        return sum
      }
      let most = 0
      for (let top = 0; top < 100 - 48; top += 16) for (let left = 0; left < 200 - 48; left += 16) most = Math.max(most, sum(left, top))
      expect(window.width * window.height).toBe(64 * 64)
      expect(window.left + 64).toBeLessThanOrEqual(200)
      expect(window.top + 64).toBeLessThanOrEqual(100)
      // windows at the lower right end are moved in
      expect(sum(window.left, window.top)).toBeGreaterThanOrEqual(most)
    }),
    { numRuns: 60 },
  )
})

test('small pictures are a window as a whole', () => {
  const image = rgbOf(pattern(30, 7))
  expect(worstWindow(errorGrid(image, image), image, 128)).toEqual({ left: 0, top: 0, width: 30, height: 7 })
  expect(() => errorGrid(image, rgbOf(pattern(7, 30)))).toThrow(RangeError)
})

test('any channels and depth become 8-bit RGB, transparent parts white', () => {
  const grey = { width: 2, height: 1, channels: 2 as const, bitDepth: 16, data: new Uint16Array([0x8080, 0xffff, 0, 0]) }
  expect([...rgbOf(grey).data]).toEqual([128, 128, 128, 255, 255, 255])
  const rgb = pattern(5, 4)
  expect(rgbOf(rgb).data).toEqual(rgb.data)
})

test('points cost what the curves differ by', () => {
  for (const metric of ['ssimulacra2', 'butteraugli3Norm'] as const) {
    const costly = costliestPoints(points, 'avif', 'mozjpeg', metric)
    expect(costly).toHaveLength(12)
    for (const { percent } of costly) expect(percent).toBeCloseTo(50, 6)
  }
  const better = points.map((point) => (point.codec === 'laq' ? { ...point, ssimulacra2: (point.ssimulacra2 as number) + 10 } : point))
  // beyond the anchor's best there is nothing to compare with
  expect(costliestPoints(better, 'avif', 'laq', 'ssimulacra2').map(({ point }) => point.setting)).not.toContain(80)
})

test('worst.md names the items and shows crops of original and decoded picture', async () => {
  const { text, files } = await worstReport(stubRun, points, stubPictures)
  expect(text).toMatch(/\| SSIMULACRA2 +\| +BD-rate \| +street\.png \| +\| +\+50\.00 % \|/)
  expect(text).toContain('## avif: AVIF, libaom 3.15.1, effort 4, tune iq, 4:4:4 (anchor)')
  expect(text).not.toContain('<b>')
  expect(files.size).toBeGreaterThanOrEqual(3)
  for (const [path, png] of files) {
    expect(text).toContain(`](${path})`)
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 128 + 8 + 128, height: 128 })
  }
})

test('a picture that cannot be had is said, and spoils nothing else', async () => {
  const pictures = { ...stubPictures, decoded: () => Promise.reject(new Error('files/laq/a|b is gone')) }
  const { text, files } = await worstReport(stubRun, points, pictures)
  expect(files.size).toBe(0)
  expect(text).toContain('no crop, files/laq/a\\|b is gone')
  expect((await worstReport(stubRun, points)).text).not.toContain('crop')
  expect(text.split('\n').filter((line) => line.includes(NASTY.slice(-5))).length).toBeGreaterThan(0)
})
