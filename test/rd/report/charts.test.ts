import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { markerPath, seriesStyle } from '../../../src/plot/styles.js'
import { curvesChart, speedChart, speedPoints } from '../../../src/rd/report/charts.js'
import { curvesOf, meanOf } from '../../../src/rd/report/curves.js'
import { NASTY, stubPoints, stubRun } from './stub.js'

const points = stubPoints()
const textsOf = (svg: string) => [...parseHTML(svg).document.querySelectorAll('text')].map((text) => text.textContent)

test('mean curves are means at equal settings, over items that all codecs have', () => {
  const { items, codecs } = curvesOf(points, 'ssimulacra2')
  expect(items).toEqual(Object.keys(stubRun.items))
  const at = points.filter(({ codec, setting }) => codec === 'laq' && setting === 40)
  const rate = at.reduce((sum, { bpp = 0 }) => sum + bpp, 0) / 3
  expect(codecs[1].mean[1]).toEqual({ setting: 40, rate: expect.closeTo(rate, 12), value: 50 })
  expect(codecs.map(({ items }) => items.length)).toEqual([3, 3, 3])

  const fewer = points.filter(
    ({ codec, item, setting }) => !(codec === 'laq' && (item === NASTY || (item === 'beach.png' && setting === 60))),
  )
  const partly = curvesOf(fewer, 'ssimulacra2')
  expect(partly.items).toEqual(['street.png', 'beach.png'])
  expect(partly.codecs[1].mean.map(({ setting }) => setting)).toEqual([20, 40, 80])
  expect(meanOf(stubRun, partly)).toBe('mean of the 2 of 3 images that all codecs have')
  const none = points.filter(({ codec, item }) => (codec === 'laq') === (item === NASTY))
  expect(curvesOf(none, 'ssimulacra2')).toMatchObject({ items: [], codecs: [{ mean: { length: 4 } }, { mean: { length: 4 } }, {}] })
})

test('styles differ in hue and marker, and repeat only far away', () => {
  const seen = new Set(Array.from({ length: 280 }, (_, i) => JSON.stringify(seriesStyle(i))))
  expect(seen.size).toBe(280)
  for (let i = 0; i < 8; i++) {
    expect(seriesStyle(i).marker).not.toBe(seriesStyle(i + 1).marker)
    expect(seriesStyle(i).dash).not.toBe(seriesStyle(i + 1).dash)
    expect(markerPath(seriesStyle(i).marker, 4)).toMatch(/^M[-\d.,LA ]+Z$/)
  }
})

test('curves have units, full names, markers and dashes; less is up where less is better', async () => {
  const chart = (await curvesChart(stubRun, points, 'psnrYDb'))!
  const texts = textsOf(chart.svg)
  for (const text of [
    'bits per pixel (whole file)',
    'PSNR-Y (dB)',
    'mozjpeg: mozjpeg 4.1.5 <4:2:0>',
    'mean of 3 images; faint: each image',
  ]) {
    expect(texts).toContain(text)
  }
  const { document } = parseHTML(chart.svg)
  const thick = [...document.querySelectorAll('g[aria-label="line"]')].filter((line) => line.getAttribute('stroke-width') === '2.4')
  expect(thick.map((line) => line.getAttribute('stroke-dasharray'))).toEqual([null, '7 3', '2 2.5'])
  expect(document.querySelectorAll('g[aria-label="line"]')).toHaveLength(3 + 9)
  expect((await sharp(chart.png).metadata()).width).toBe(1600)

  const below = parseHTML((await curvesChart(stubRun, points, 'butteraugli3Norm'))!.svg).document
  const dots = below.querySelector('g[aria-label="dot"]')!
  const heights = [...dots.querySelectorAll('path')].map((dot) =>
    Number(/translate\([\d.]+,([\d.]+)\)/.exec(dot.getAttribute('transform')!)![1]),
  )
  expect(heights).toHaveLength(4)
  expect(heights).toEqual(heights.toSorted((a, b) => b - a))
})

test('the speed chart has both panels, and codecs at their CPU time and BD-rate', async () => {
  const found = speedPoints(stubRun, points, 'ssimulacra2')
  expect(found.map(({ codec, percent }) => [codec, Math.round(percent)])).toEqual([
    ['avif', 0],
    ['laq', -10],
    ['mozjpeg', 50],
  ])
  expect(found[2].seconds).toEqual([expect.closeTo(7.5, 9), expect.closeTo(0.75, 9)])
  const texts = textsOf((await speedChart(stubRun, points, 'ssimulacra2'))!.svg)
  for (const text of ['encoding, CPU seconds per megapixel', 'decoding, CPU seconds per megapixel', 'laq', '5'])
    expect(texts).toContain(text)
  expect(texts.filter((text) => text === 'BD-rate against avif (%)')).toHaveLength(2)
})

test('where there is nothing to draw there is no chart, and unknown times are said', async () => {
  expect(await curvesChart(stubRun, points, 'msSsim')).toBeUndefined()
  expect(await speedChart({ ...stubRun, anchor: 'gone' }, points, 'ssimulacra2')).toBeUndefined()
  const untimed = points.map(({ decodeCpuSeconds: _, ...point }) => point)
  expect(textsOf((await speedChart(stubRun, untimed, 'ssimulacra2'))!.svg)).toContain(
    'No times are known: decoding, CPU seconds per megapixel',
  )
})
