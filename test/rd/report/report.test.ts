import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparisonOf } from '../../../src/rd/report/comparison.js'
import { commonRates, nearestPoints } from '../../../src/rd/report/matched.js'
import { reportPage } from '../../../src/rd/report/page.js'
import { cut, rgbOf } from '../../../src/rd/report/pixels.js'
import { writeReport } from '../../../src/rd/report/report.js'
import type { OperatingPoint, Run } from '../../../src/rd/run.js'
import { NASTY, stubPictures, stubPoints, stubRun } from './stub.js'

const points = stubPoints()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'laq-report-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bytesOf = (place: string, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(place, name), 'base64')]))

test('the same points give the same files, in whatever order they come', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const names = await writeReport(first, stubRun, points, { pictures: stubPictures })
  for (const name of ['table.txt', 'bd.md', 'codec-compare.json', 'curves.svg', 'curves.png', 'speed.svg', 'worst.md', 'report.html']) {
    expect(names).toContain(name)
  }
  expect(names).toContain('curves-butteraugli3Norm.svg')
  expect(new Set(names).size).toBe(names.length)
  const found = readdirSync(first, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(found).toHaveLength(names.length)
  expect(await writeReport(second, stubRun, points.toReversed(), { pictures: stubPictures })).toEqual(names)
  expect(bytesOf(second, names)).toEqual(bytesOf(first, names))
})

test('without pictures, points or times there still is a report', async () => {
  const html = async (run: Run, from: OperatingPoint[]) => {
    const place = join(folder, 'bare')
    await writeReport(place, run, from)
    return readFileSync(join(place, 'report.html'), 'utf8')
  }
  expect(await html(stubRun, points)).toContain('No pictures were available')
  expect(await html(stubRun, [])).toContain('No metric was measured')
  const [first] = points
  expect(await html(stubRun, [{ codec: 'avif', item: first.item, setting: 1, bytes: 10, bpp: 0.1, psnrYDb: null }])).toContain(
    '1 image, 1 codec',
  )
  const sounds: Run = { ...stubRun, kind: 'audio', items: { 'a.wav': { path: 'a.wav', seconds: 3, channels: 2 } } }
  const audio = [30, 60].map(
    (kbps): OperatingPoint => ({ codec: 'avif', item: 'a.wav', setting: kbps, bytes: kbps, kbps, odgBasic: -90 / kbps }),
  )
  const page = await html(sounds, audio)
  expect(page).toContain('kb/s (whole file)')
  expect(page).not.toContain('id="pictures-title"')
})

describe('report.html', () => {
  let html: string
  beforeAll(async () => {
    html = await reportPage(stubRun, points, await comparisonOf(stubRun, points, stubPictures, 4e5))
  })

  test('asks for nothing from outside', () => {
    const { document } = parseHTML(html)
    for (const element of document.querySelectorAll('[src], [href]')) {
      expect(element.getAttribute('src') ?? element.getAttribute('href')).toMatch(/^data:|^$/)
    }
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/@import|url\(/)
    // the one address is a name of SVG
    expect(
      [...html.matchAll(/https?:[^'"\s]+/g)].map(([address]) => address).filter((address) => address !== 'http://www.w3.org/2000/svg'),
    ).toEqual([])
  })

  test('names of files are text wherever they are', () => {
    const { document } = parseHTML(html)
    expect(document.querySelectorAll('script')).toHaveLength(3)
    expect(document.querySelector('b')).toBeNull()
    const options = [...document.querySelectorAll('#curves-item option')].map((option) => option.textContent)
    expect(options[3]).toBe(NASTY.replace('\n', ' '))
    const data = JSON.parse(document.getElementById('data')!.textContent!)
    expect(data.items).toEqual(['street.png', 'beach.png', NASTY.replace('\n', ' ')])
    expect(data.codecs[2].label).toBe('mozjpeg 4.1.5 <4:2:0>')
  })

  test('the BD table reads without the script', () => {
    const { document } = parseHTML(html)
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent)
    expect(rows).toHaveLength(2)
    expect(rows[1]).toContain('mozjpeg+50.00 % ± 0.00')
  })

  test('no script is left with an import of its own', () => {
    expect(html).not.toMatch(/^(import|export) /m)
  })
})

describe('rates to compare at', () => {
  const own = points.filter(({ item }) => item === 'street.png')
  const png = [1, 9].map((setting): OperatingPoint => ({ codec: 'png', item: 'street.png', setting, bytes: 1, bpp: 14 - setting / 10 }))
  const rates = commonRates(own, 'avif')

  test('are within what the codecs share', () => {
    const range = (codec: string) => own.filter((point) => point.codec === codec).map(({ bpp = 0 }) => bpp)
    const low = Math.max(...['avif', 'laq', 'mozjpeg'].map((codec) => Math.min(...range(codec))))
    const high = Math.min(...['avif', 'laq', 'mozjpeg'].map((codec) => Math.max(...range(codec))))
    const values = [...rates.values()]
    expect(values).toHaveLength(3)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    expect(values[0]).toBeGreaterThan(low)
    expect(values[2]).toBeLessThan(high)
    expect(rates.get('middle')).toBeCloseTo(Math.sqrt(low * high), 9)
  })

  test('are not those of lossless codecs, whose files stand for none', () => {
    expect(commonRates([...own, ...png], 'avif')).toEqual(rates)
    expect(nearestPoints([...own, ...png], rates.get('middle') as number).map(({ codec }) => codec)).toEqual(['avif', 'laq', 'mozjpeg'])
    expect([...commonRates(png, 'png').keys()]).toEqual(['middle'])
  })
})

describe('pictures', () => {
  test('are exact windows at about the same rate', async () => {
    const { items, pictures, leftOut } = await comparisonOf(stubRun, points, stubPictures, 40e6)
    expect(leftOut).toEqual([])
    expect(items.map(({ item }) => item)).toEqual(Object.keys(stubRun.items))
    const [street] = items
    expect(street.whole).toBe(false)
    expect(street.window).toMatchObject({ width: 512, height: 160 })
    expect(street.rates.map(({ name }) => name)).toEqual(['low', 'middle', 'high'])
    for (const { rate, codecs } of street.rates) {
      expect(codecs.map(({ codec }) => codec)).toEqual(['avif', 'laq', 'mozjpeg'])
      for (const { rate: own } of codecs) expect(Math.abs(Math.log2(own / rate))).toBeLessThan(1)
    }
    const shown = street.rates[1].codecs[1]
    const point = points.find(({ codec, item, setting }) => codec === 'laq' && item === 'street.png' && setting === shown.setting)!
    expect(shown.bytes).toBe(point.bytes)
    const { data, info } = await sharp(pictures[shown.picture]).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([512, 160, 3])
    expect(new Uint8Array(data)).toEqual(cut(rgbOf(await stubPictures.decoded(point)), street.window).data)
  })

  test('stay within the budget, and what is left out is said', async () => {
    const { items, pictures, leftOut } = await comparisonOf(stubRun, points, stubPictures, 4e5)
    expect(items.length).toBeGreaterThan(0)
    expect(pictures.reduce((sum, { length }) => sum + (length * 4) / 3, 0)).toBeLessThan(12e5)
    expect(leftOut.join(' ')).toMatch(/page would be too large/)
  })

  test('that cannot be had are named, the others are there', async () => {
    const some = {
      original: (item: string) => (item === 'beach.png' ? Promise.reject(new Error('gone')) : stubPictures.original(item)),
      decoded: (point: OperatingPoint) => (point.codec === 'laq' ? Promise.reject(new Error('no file')) : stubPictures.decoded(point)),
    }
    const { items, leftOut } = await comparisonOf(stubRun, points, some, 40e6)
    expect(items.map(({ item }) => item)).toEqual(['street.png', NASTY])
    expect(items[0].rates[0].codecs.map(({ codec }) => codec)).toEqual(['avif', 'mozjpeg'])
    expect(leftOut).toContain('beach.png: gone')
    expect(leftOut.filter((line) => line.includes('by laq at') && line.endsWith('no file')).length).toBeGreaterThan(0)

    // without the anchor's pictures another codec's choose the window
    const anchorless = {
      ...stubPictures,
      decoded: (point: OperatingPoint) => (point.codec === 'avif' ? Promise.reject(new Error('no file')) : stubPictures.decoded(point)),
    }
    const others = await comparisonOf(stubRun, points, anchorless, 40e6)
    expect(others.items).toHaveLength(3)
    expect(others.items[2].rates[1].codecs.map(({ codec }) => codec)).toEqual(['laq', 'mozjpeg'])
  })
})
