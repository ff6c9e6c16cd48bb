import sharp from 'sharp'
import { expect, test } from 'vitest'
import { lettering, letteringWidth } from '../../src/plot/lettering.js'

/** Columns and rows, first and last, that hold ink when `text` is drawn at (20, 70) with an em of 50. */
async function inkBox(text: string) {
  const width = 40 + Math.ceil(50 * letteringWidth(text))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="110"><rect width="${width}" height="110" fill="#fff"/>${lettering(text, 20, 70, 50, '#000')}</svg>`
  const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const box = { left: Infinity, right: -1, top: Infinity, bottom: -1 }
  for (let i = 0; i < info.height; i++) {
    for (let j = 0; j < width; j++) {
      if (data[(i * width + j) * info.channels] > 127) continue
      box.left = Math.min(box.left, j)
      box.right = Math.max(box.right, j)
      box.top = Math.min(box.top, i)
      box.bottom = Math.max(box.bottom, i)
    }
  }
  return { ...box, width: 50 * letteringWidth(text) }
}

test('the ink of every letter lies where its width says, give or take the pen', async () => {
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-+=_/()%\'"!?<>&') {
    const { left, right, top, bottom, width } = await inkBox(letter)
    expect(Math.abs(left - 20), letter).toBeLessThan(6)
    expect(Math.abs(right - (20 + width)), letter).toBeLessThan(6)
    expect(top, letter).toBeGreaterThan(70 - 50 * 0.72 - 8)
    expect(bottom, letter).toBeLessThan(70 + 50 * 0.24 + 8)
  }
})

test('a line is as long as its letters and gaps; what has no letter is a question mark', async () => {
  const { left, right, width } = await inkBox('Hum 12')
  expect(right - left).toBeGreaterThan(width - 6)
  expect(right - left).toBeLessThan(width + 6)
  expect(lettering('\u00e9', 0, 0, 10, '#000')).toBe(lettering('?', 0, 0, 10, '#000'))
})
