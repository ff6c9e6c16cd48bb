/** The entropy decoder in plain TypeScript reads what the kernel writes, bit for bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, scoped } from '../../codecs/wasm/loader.js'
import { kernel } from '../stages.js'
import { Decoder, fresh, Mixer } from './twin.js'

/** The elements of test/kernel/entropy.ts. */
function decode(bytes: Uint8Array, kinds: number[]): number[] {
  const decoder = new Decoder(bytes)
  const states = Array.from({ length: 1024 }, fresh)
  const mixer = new Mixer()
  let history = 0
  return kinds.map((kind) => {
    if (kind === 1) return decoder.adaptive(states[128])
    if (kind === 2) return decoder.bypass(5)
    if (kind === 3) return decoder.expGolomb(states.slice(256))
    if (kind === 4) return decoder.expGolombBypass(2)
    if (kind === 5) return decoder.signed(states.slice(512))
    const contexts = [0, 1 + (history & 1), 4 + (history & 7), 16 + (history & 63)]
    const bit = decoder.mixed(
      contexts.map((i) => states[i]),
      mixer,
    )
    history = ((history << 1) | bit) & 63
    return bit
  })
}

function kernelDecode(bytes: Uint8Array, kinds: number[]): number[] {
  return scoped(kernel, () => {
    const kindsAt = place(kernel, Uint8Array.from(kinds))
    const values = kernel.exports.allocate(kinds.length * 4)
    const input = place(kernel, bytes)
    kernel.exports.codeElements(kindsAt, values, kinds.length, input, bytes.length)
    return [...new Int32Array(kernel.memory.buffer, values, kinds.length)]
  })
}

function kernelEncode(kinds: number[], values: number[]): Uint8Array {
  return scoped(kernel, () => {
    const kindsAt = place(kernel, Uint8Array.from(kinds))
    const valuesAt = place(kernel, new Uint8Array(Int32Array.from(values).buffer))
    const room = kernel.exports.allocate(kinds.length * 16 + 16)
    const length = kernel.exports.codeElements(kindsAt, valuesAt, kinds.length, room, -1)
    return new Uint8Array(kernel.memory.buffer, room, length).slice()
  })
}

test('the twin reads what the kernel writes', () => {
  let seed = 1
  const random = (below: number) => {
    seed = Math.imul(seed, 1664525) + 1013904223
    return Math.floor(((seed >>> 8) / 2 ** 24) * below)
  }
  const kinds = Array.from({ length: 20000 }, () => (random(3) > 0 ? 0 : random(6)))
  const values = kinds.map((kind, i) =>
    kind < 2 ? (random(8) < (i >> 11) % 8 ? 1 : 0) : kind === 2 ? random(32) : random(2 ** random(20)),
  )
  expect(decode(kernelEncode(kinds, values), kinds)).toEqual(values)
})

test('twin and kernel read any bytes alike', () => {
  const kinds = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 })), { maxLength: 400 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), kinds, (bytes, kindsOf) => {
      expect(decode(bytes, kindsOf)).toEqual(kernelDecode(bytes, kindsOf))
    }),
  )
})
