import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'

const { exports, memory } = kernel

interface Picture {
  width: number
  height: number
  channels: number
  bitDepth: number
  samples: number[]
}

const padded = (n: number) => (n + 7) & ~7
const pixel = ({ samples, channels, width }: Picture, x: number, y: number) =>
  samples.slice((y * width + x) * channels, (y * width + x + 1) * channels)

function toPlanes(picture: Picture): { planes: Int32Array; back: number[] } {
  const { width, height, channels, bitDepth, samples } = picture
  return scoped(kernel, () => {
    const typed = bitDepth > 8 ? Uint16Array.from(samples) : Uint8Array.from(samples)
    const source = place(kernel, new Uint8Array(typed.buffer))
    const [paddedWidth, paddedHeight] = [padded(width), padded(height)]
    const planeBytes = paddedWidth * paddedHeight * 4
    const planes = exports.allocate(planeBytes * channels)
    const out = exports.allocate(typed.byteLength)
    exports.loadPlanes(source, width, height, channels, bitDepth, planes, planeBytes, paddedWidth, paddedHeight)
    exports.storePlanes(planes, planeBytes, paddedWidth, width, height, channels, bitDepth, out)
    const Type = bitDepth > 8 ? Uint16Array : Uint8Array
    return {
      planes: new Int32Array(memory.buffer, planes, paddedWidth * paddedHeight * channels).slice(),
      back: [...new Type(memory.buffer, out, samples.length)],
    }
  })
}

const picture = (least: number, most: number) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 21 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1, 3),
      bitDepth: fc.integer({ min: least, max: most }),
    })
    .chain((shape) => {
      const top = 2 ** shape.bitDepth - 1
      const count = shape.width * shape.height * shape.channels
      const sample = fc.oneof(fc.integer({ min: 0, max: top }), fc.constantFrom(0, top))
      return fc.array(sample, { minLength: count, maxLength: count }).map((samples): Picture => ({ ...shape, samples }))
    })

test('planes hold Y, Cb, Cr of BT.601 at full scale 2^14, padded by their last column and row', () => {
  fc.assert(
    fc.property(picture(8, 16), (input) => {
      const { width, height, channels, bitDepth } = input
      const { planes } = toPlanes(input)
      const [columns, rows] = [padded(width), padded(height)]
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const values = pixel(input, Math.min(x, width - 1), Math.min(y, height - 1)).map(
            (s) => (s - 2 ** (bitDepth - 1)) * 2 ** (14 - bitDepth),
          )
          if (channels === 3) {
            const [red, green, blue] = values
            const luma = 0.299 * red + 0.587 * green + 0.114 * blue
            values.splice(0, 3, luma, (blue - luma) / 1.772, (red - luma) / 1.402)
          }
          values.forEach((value, plane) => {
            expect(Math.abs(planes[(plane * rows + y) * columns + x] - value)).toBeLessThanOrEqual(1)
          })
        }
      }
    }),
  )
})

test('samples come back: exactly up to 11 bits, within 2 (grey) and 8 (RGB) at 16', () => {
  fc.assert(
    fc.property(picture(8, 11), (input) => {
      expect(toPlanes(input).back).toEqual(input.samples)
    }),
  )
  fc.assert(
    fc.property(picture(12, 16), (input) => {
      const { back } = toPlanes(input)
      const bound = input.channels >= 3 ? Math.max(1, 2 ** (input.bitDepth - 13)) : 2 ** (input.bitDepth - 15)
      input.samples.forEach((sample, i) => {
        expect(Math.abs(sample - back[i])).toBeLessThanOrEqual(bound)
      })
    }),
  )
})

test('every 8-bit grey and a grid of colours come back exactly, four pixels at a time or one', () => {
  const grey = Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))
  const steps = Array.from({ length: 52 }, (_, i) => i * 5)
  const colours = steps.flatMap((red) => steps.flatMap((green) => steps.flatMap((blue) => [red, green, blue])))
  for (const samples of [grey, colours]) {
    for (const width of [samples.length / 3, 2]) {
      const shape = { width, height: samples.length / 3 / width, channels: 3, bitDepth: 8, samples }
      expect(toPlanes(shape).back.every((sample, i) => sample === samples[i])).toBe(true)
    }
  }
})
