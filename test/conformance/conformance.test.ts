/** The conformance files decode to what their manifest says: by this program, and by the decoders that were written from FORMAT.md alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { tileAreas } from '../../codecs/image/header.js'
import { openImage } from '../../src/image/decode.js'
import { decodeAudio, decodeImage } from '../../src/index.js'
import { sha256 } from '../hash.js'
import { withAlphaTwin } from '../image/alphatwin.js'
import { decodeBlockTwin } from '../image/blocktwin.js'
import { decodeWaveletTwin } from '../image/wavelettwin.js'
import manifest from './manifest.json' with { type: 'json' }

interface Entry {
  bytes: number
  sha256: string
  kind: string
  samples: { layout: string; sha256: string; smaller?: Record<string, string>; some?: number[][] }
}

const entries = Object.entries(manifest as unknown as Record<string, Entry & Record<string, unknown>>)
const fileOf = (name: string) => new Uint8Array(readFileSync(new URL(name, import.meta.url)))
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)

test('the manifest tells of every file, and each is small', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.laq'))
  expect(entries.map(([name]) => name).sort()).toEqual(files.sort())
  for (const [name, { bytes, sha256: hash }] of entries) {
    const file = fileOf(name)
    expect([file.length, sha256(file)]).toEqual([bytes, hash])
    expect(file.length).toBeLessThan(4096)
  }
})

describe.each(entries.filter(([, { kind }]) => kind === 'image'))('%s', (name, { samples, width, height, channels, bitDepth }) => {
  test('decodes to these samples', async () => {
    const image = await decodeImage(fileOf(name))
    expect(image).toMatchObject({ width, height, channels, bitDepth })
    expect(sha256(bytesOf(image.data))).toBe(samples.sha256)
  })

  test.each(Object.entries(samples.smaller ?? {}))('decodes at %s to these samples', async (ratio, hash) => {
    const { data } = await decodeImage(fileOf(name), { scale: Number(ratio.slice(2)) as 2 })
    expect(sha256(bytesOf(data))).toBe(hash)
  })

  test('decodes to the same by the text of FORMAT.md', () => {
    const file = fileOf(name)
    const { container, header } = openImage(file)
    const data =
      header.bitDepth > 8
        ? new Uint16Array(header.width * header.height * header.channels)
        : new Uint8Array(header.width * header.height * header.channels)
    const tiles = tileAreas(header)
    for (const area of tiles) {
      const [first, ...others] = Array.from({ length: header.transform === 'dct' ? 1 : 4 }, (_, part) =>
        readData(file, container, part * tiles.length + area.index),
      )
      const twin = withAlphaTwin(header, area.width, area.height, first, 1, (colour, rest) =>
        colour.transform === 'dct'
          ? decodeBlockTwin(colour, area.width, area.height, rest)
          : decodeWaveletTwin(colour, area.width, area.height, [rest, ...others], 0),
      )
      const row = area.width * header.channels
      for (let y = 0; y < area.height; y++)
        data.set(twin.slice(y * row, (y + 1) * row), ((area.y + y) * header.width + area.x) * header.channels)
    }
    expect(sha256(bytesOf(data))).toBe(samples.sha256)
  })
})

test.each(entries.filter(([, { kind }]) => kind === 'audio'))('%s decodes to these samples', async (name, entry) => {
  const { samples, sampleRateHz, sampleFormat, length } = entry
  const isExact = samples.layout === 's16'
  const sound = await decodeAudio(fileOf(name), { exact: isExact })
  expect(sound).toMatchObject({ sampleRateHz, sampleFormat })
  expect(sound.channels.map((channel) => channel.length)).toEqual(Array(entry.channels as number).fill(length))
  const out = isExact
    ? new Int16Array(sound.channels.length * (length as number))
    : new Float32Array(sound.channels.length * (length as number))
  for (const [c, channel] of sound.channels.entries())
    for (const [i, value] of channel.entries()) out[i * sound.channels.length + c] = value
  expect(sha256(bytesOf(out))).toBe(samples.sha256)
  for (const [c, at, value] of samples.some ?? []) expect(sound.channels[c][at]).toBeCloseTo(value, 6)
})
