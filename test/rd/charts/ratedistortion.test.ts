import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { drawRateDistortion, logTicks } from '../../../src/rd/charts/ratedistortion.js'

const points = [
  { bitsPerPixel: 0.25, quality: 30 },
  { bitsPerPixel: 1, quality: 36 },
  { bitsPerPixel: 4, quality: 45 },
]
const worse = points.map(({ bitsPerPixel, quality }) => ({ bitsPerPixel, quality: quality - 2 }))

test('ticks are round and inside', () => {
  expect(logTicks(0.09, 6)).toEqual([0.1, 0.2, 0.5, 1, 2, 5])
  expect(logTicks(0.3, 4)).toEqual([0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 4])
})

test('title, labels, a legend line and a path per codec; places on a log axis', async () => {
  const { svg } = await drawRateDistortion(
    [
      { name: 'laq <DCT> & co', points, colour: '#123456' },
      { name: 'WebP', points: worse.toReversed(), peer: true },
    ],
    { title: 'Still life', subtitle: 'tune psnr', qualityLabel: 'PSNR (dB)', width: 640, height: 400 },
  )
  const { document } = parseHTML(svg)
  const texts = [...document.querySelectorAll('text')].map((text) => text.textContent)
  for (const text of ['Still life', 'tune psnr', 'PSNR (dB)', 'laq <DCT> & co', 'WebP', 'bits per pixel (whole file)', '0.5', '2']) {
    expect(texts).toContain(text)
  }
  const lines = [...document.querySelectorAll('g[aria-label="line"]')]
  expect(lines.map((line) => line.getAttribute('stroke'))).toEqual(['#123456', expect.stringMatching(/^#/)])
  expect(lines.map((line) => line.getAttribute('stroke-dasharray'))).toEqual([null, '6 4'])
  const [first, second] = [...document.querySelectorAll('g[aria-label="dot"]')].map((group) =>
    [...group.querySelectorAll('circle')].map((dot) => ['cx', 'cy'].map((key) => Number(dot.getAttribute(key)))),
  )
  // two octaves are as wide as two others; less quality is lower on the page
  expect(first[1][0] - first[0][0]).toBeCloseTo(first[2][0] - first[1][0], 6)
  for (const i of [0, 1, 2]) {
    expect(second[i][0]).toBeCloseTo(first[i][0], 6)
    expect(second[i][1]).toBeGreaterThan(first[i][1])
  }
})

test('the PNG is white with the colours of the curves in it, and twice the size', async () => {
  const { png } = await drawRateDistortion([{ name: 'laq', points, colour: '#ff0000' }], { width: 300, height: 200 })
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([600, 400, 3])
  expect([...data.subarray(0, 3)]).toEqual([255, 255, 255])
  let red = 0
  for (let i = 0; i < data.length; i += 3) if (data[i] === 255 && data[i + 1] === 0 && data[i + 2] === 0) red++
  expect(red).toBeGreaterThan(500)
})

test('nothing to draw is refused', async () => {
  await expect(drawRateDistortion([])).rejects.toThrow(RangeError)
  await expect(drawRateDistortion([{ name: 'a', points: [{ bitsPerPixel: 0, quality: 3 }] }])).rejects.toThrow(RangeError)
  await expect(drawRateDistortion([{ name: 'a', points: [{ bitsPerPixel: 1, quality: Infinity }] }])).rejects.toThrow(RangeError)
})
