import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readData } from '../../codecs/container/container.js'
import { CHROMA, type ImageHeader } from '../../codecs/image/header.js'
import { decodeImageTile } from '../../codecs/image/tilecoder.js'
import { openImage } from '../../src/image/decode.js'
import { decodeImage, type EncodeImageOptions, encodeImage, type ImageData } from '../../src/index.js'
import { pattern } from '../pictures.js'
import { withAlphaTwin } from './alphatwin.js'
import { decodeBlockTwin } from './blocktwin.js'

/** So smooth that large blocks pay. */
const slope = (side: number): ImageData => {
  const data = Uint8Array.from({ length: side * side }, (_, i) => 40 + ((i % side) ** 2 + 3 * Math.floor(i / side) * (i % side)) / side / 4)
  return { width: side, height: side, channels: 1, bitDepth: 8, data }
}

const cases: [string, ImageData, EncodeImageOptions][] = [
  ['RGB', pattern(150, 75), {}],
  ['RGB, tune psnr, coarse', pattern(130, 140), { tune: 'psnr', quality: 20 }],
  ['RGBA, fine', pattern(37, 50, 4), { quality: 95 }],
  ['RGBA of 12 bits', pattern(70, 64, 4, 12), { tune: 'psnr' }],
  ['grey with alpha', pattern(90, 33, 2), { laq: 3, alphaQuality: 30 }],
  ['a slope', slope(150), { quality: 90 }],
  ['grey of 16 bits, best', pattern(67, 90, 1, 16), { quality: 100 }],
]

test.each(cases)('%s: the decoder as FORMAT.md tells it gives the same samples', async (_, image, options) => {
  const file = await encodeImage(image, options)
  const { container, header } = openImage(file)
  const { data } = await decodeImage(file)
  const { width, height } = image
  const payload = readData(file, container, 0)
  const twin = withAlphaTwin(header, width, height, payload, 1, (colour, rest) => decodeBlockTwin(colour, width, height, rest))
  expect(twin).toEqual([...data])
})

const headers = fc.record({
  width: fc.integer({ min: 1, max: 130 }),
  height: fc.integer({ min: 1, max: 130 }),
  channels: fc.constantFrom(1, 3),
  bitDepth: fc.integer({ min: 8, max: 16 }),
  hasStepField: fc.boolean(),
  step: fc.integer({ min: 0, max: 383 }),
  chromaStep: fc.integer({ min: -48, max: 48 }),
  chromaBalance: fc.integer({ min: -32, max: 31 }),
  weighting: fc.tuple(fc.nat(255), fc.nat(255)),
  alphaStep: fc.integer({ min: -128, max: 127 }),
  chroma: fc.constantFrom(...CHROMA),
})

test('twin and kernel make the same of any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(headers, fc.uint8Array({ maxLength: 600 }), async (some, payload) => {
      const chroma = some.channels > 2 ? some.chroma : '4:4:4'
      const header: ImageHeader = { ...some, chroma, tileSize: 0, transform: 'dct', reconstruction: [0, 0] }
      const { width, height } = header
      const task = { header, width, height, scale: 1 as const }
      const byTwin = (bytes: Uint8Array) => decodeBlockTwin(header, width, height, bytes)
      // few bytes are seldom enough: what ends too early both refuse, and with zeros behind it all of it is read
      const padded = new Uint8Array(payload.length + 2 ** 16)
      padded.set(payload)
      const { samples } = await decodeImageTile({ ...task, parts: [padded] })
      expect(byTwin(padded)).toEqual([...samples])
      const alone = await decodeImageTile({ ...task, parts: [payload.slice()] }).catch((error) => error)
      if (alone instanceof Error) expect(() => byTwin(payload)).toThrow(RangeError)
      else expect(byTwin(payload)).toEqual([...alone.samples])
    }),
    { numRuns: 50 },
  )
})
