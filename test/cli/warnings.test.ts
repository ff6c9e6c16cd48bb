/** What commands say of things that are dropped or changed. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
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
  const message = 'of 2 frames or pages the first is read'
  const lines = said.stderr.split('\n').filter((line) => line.includes('warning'))
  expect(lines).toEqual(['a.webp', 'b.webp'].map((name) => `laq: warning: ${name}: ${message}`))
  const quiet = await laq(['encode', '-f', '--quiet', '--json', 'a.webp'], { cwd })
  expect(quiet.stderr).toBe('')
  expect(JSON.parse(quiet.stdout.toString()).warnings).toEqual([{ code: 'frames', message }])
})
