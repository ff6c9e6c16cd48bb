/**
 * Writes the samples as files, and their hashes: `npm run samples [folder]`, by default into samples/out.
 * With --manifest, writes manifest.json anew.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeAudio, writeImage } from '../src/node.js'
import { SAMPLE_IMAGES, SAMPLE_SOUNDS } from './index.js'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { manifest: { type: 'boolean', default: false } } })
const here = fileURLToPath(new URL('.', import.meta.url))
const [folder = join(here, 'out')] = positionals
mkdirSync(folder, { recursive: true })

const manifest: Record<string, object> = {}
/** Of the samples themselves: how a PNG is packed depends on the version of zlib. */
const hash = (parts: ArrayBufferView[]) => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return sum.digest('hex')
}
for (const [name, make] of Object.entries(SAMPLE_IMAGES)) {
  const image = make()
  await writeImage(join(folder, name), image, { force: true })
  const { width, height, channels, bitDepth, data } = image
  manifest[name] = { width, height, channels, bitDepth, sha256: hash([data]) }
}
for (const [name, make] of Object.entries(SAMPLE_SOUNDS)) {
  const audio = make()
  await writeAudio(join(folder, name), audio, { force: true })
  const { sampleRateHz, sampleFormat, channels } = audio
  manifest[name] = { sampleRateHz, sampleFormat, channels: channels.length, length: channels[0].length, sha256: hash(channels) }
}
if (values.manifest) writeFileSync(join(here, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
console.log(`${Object.keys(manifest).join(', ')} -> ${folder}`)
