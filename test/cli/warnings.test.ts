/** What commands say of things that are dropped or changed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { inspect } from '../../src/kinds/inspect.js'
import { pattern } from '../pictures.js'
import { folder, laq } from './laq.js'

/** An animation of two frames. */
async function animation(): Promise<Buffer> {
  const { width, height, data } = pattern(16, 12)
  const pages = Buffer.concat([data as Uint8Array, Buffer.from(data).reverse()])
  return sharp(pages, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } })
    .webp()
    .toBuffer()
}

test('a line for each file on standard error, an array in --json, nothing under --quiet', async () => {
  const cwd = folder()
  for (const name of ['a.webp', 'b.webp']) writeFileSync(join(cwd, name), await animation())
  const said = await laq(['encode', 'a.webp', 'b.webp'], { cwd })
  expect(said.code).toBe(0)
  const message = 'only the first of 2 frames or pages is read'
  const lines = said.stderr.split('\n').filter((line) => line.includes('warning'))
  expect(lines).toEqual(['a.webp', 'b.webp'].map((name) => `laq: warning: ${name}: ${message}`))
  const quiet = await laq(['encode', '-f', '--quiet', '--json', 'a.webp'], { cwd })
  expect(quiet.stderr).toBe('')
  expect(JSON.parse(quiet.stdout.toString()).warnings).toEqual([{ code: 'frames', message }])
})

test('--strip alone takes no input for its word, and --keep and --strip gps what they say', async () => {
  const cwd = folder()
  const picture = pattern(24, 16)
  const photo = sharp(Buffer.from(picture.data), { raw: { width: 24, height: 16, channels: 3 } })
    .withMetadata({ icc: 'p3', exif: { IFD3: { GPSLatitude: '48/1 51/1 3/1' } } })
    .jpeg()
  writeFileSync(join(cwd, 'a.jpg'), await photo.toBuffer())
  const kept = async (...words: string[]) => {
    const { code, stderr } = await laq(['encode', '-f', ...words], { cwd })
    expect(code, stderr).toBe(0)
    const { metadata } = await inspect(new Uint8Array(readFileSync(join(cwd, 'a.laq'))))
    return { types: metadata.map(({ type }) => type), warned: stderr.includes('warning') }
  }
  expect(await kept('a.jpg')).toEqual({ types: ['icc', 'exif'], warned: false })
  expect(await kept('--strip', 'a.jpg')).toEqual({ types: [], warned: true })
  expect(await kept('--keep', 'icc', 'a.jpg')).toEqual({ types: ['icc'], warned: false })
  expect(await kept('--strip', 'gps', 'a.jpg')).toEqual({ types: ['icc', 'exif'], warned: false })
  const wrong = await laq(['encode', '-f', '--keep', 'icc,places', 'a.jpg'], { cwd })
  expect(wrong).toMatchObject({ code: 2, stderr: 'laq: --keep places: not one of icc, exif, xmp, iptc, density, gain-map, tags\n' })
})
