import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { isSrgbProfile } from '../../../src/io/image/srgb.js'
import { readImage } from '../../../src/node.js'

const SRGB = { r: [0.43607, 0.22249, 0.01392], g: [0.38515, 0.71687, 0.09708], b: [0.14307, 0.06061, 0.7141] }
const P3 = { r: [0.51512, 0.2412, -0.00105], g: [0.29198, 0.69225, 0.04189], b: [0.1571, 0.06657, 0.78407] }
const light = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
const table = (count: number, curve: (x: number) => number) => {
  const tag = Buffer.alloc(12 + 2 * count)
  tag.write('curv')
  tag.writeUInt32BE(count, 8)
  for (let i = 0; i < count; i++) tag.writeUInt16BE(Math.round(65535 * curve(i / (count - 1))), 12 + 2 * i)
  return tag
}
const parametric = (values: number[]) => {
  const tag = Buffer.alloc(12 + 4 * values.length)
  tag.write('para')
  tag.writeUInt16BE(3, 8)
  for (const [i, value] of values.entries()) tag.writeInt32BE(Math.round(65536 * value), 12 + 4 * i)
  return tag
}

/** A profile of three primaries and one curve, as ICC.1 lays it out. */
function profile(primaries: typeof SRGB, curve: Buffer, more: Record<string, Buffer> = {}): Buffer {
  const tags: Record<string, Buffer> = { ...more }
  for (const [name, xyz] of Object.entries(primaries)) {
    const tag = Buffer.alloc(20)
    tag.write('XYZ ')
    for (const [i, value] of xyz.entries()) tag.writeInt32BE(Math.round(65536 * value), 8 + 4 * i)
    tags[`${name}XYZ`] = tag
    tags[`${name}TRC`] = curve
  }
  const names = Object.keys(tags)
  const front = Buffer.alloc(132 + 12 * names.length)
  front.write('RGB XYZ ', 16)
  front.write('acsp', 36)
  front.writeUInt32BE(names.length, 128)
  let offset = front.length
  for (const [i, name] of names.entries()) {
    front.write(name, 132 + 12 * i)
    front.writeUInt32BE(offset, 136 + 12 * i)
    front.writeUInt32BE(tags[name].length, 140 + 12 * i)
    offset += tags[name].length
  }
  return Buffer.concat([front, ...names.map((name) => tags[name])])
}

const srgb = profile(SRGB, table(1024, light))

describe('a profile of sRGB', () => {
  test('is known by its primaries and its curve, however that is told', () => {
    expect(isSrgbProfile(srgb)).toBe(true)
    expect(isSrgbProfile(profile(SRGB, parametric([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])))).toBe(true)
  })

  test('is not another', () => {
    const others = {
      'other primaries': profile(P3, table(1024, light)),
      'another curve': profile(
        SRGB,
        table(1024, (x) => x ** 2.2),
      ),
      'a power': profile(SRGB, table(2, (x) => x).subarray(0, 14)),
      'other parameters': profile(SRGB, parametric([2.2, 1, 0, 0.07, 0.04])),
      'a table besides': profile(SRGB, table(1024, light), { A2B0: Buffer.alloc(40) }),
    }
    for (const [name, bytes] of Object.entries(others)) expect(isSrgbProfile(bytes), name).toBe(false)
  })

  test('is not any bytes, nor a part of one', () => {
    for (let length = 0; length < srgb.length; length += 7) expect(isSrgbProfile(srgb.subarray(0, length))).toBe(false)
    expect(isSrgbProfile(new Uint8Array(5000).fill(255))).toBe(false)
  })

  test('is left out where pictures are read, another is kept', async () => {
    const plain = sharp({ create: { width: 20, height: 10, channels: 3, background: '#a04010' } })
    for (const format of ['png', 'jpeg'] as const) {
      for (const [icc, kept] of [
        ['srgb', 0],
        ['p3', 1],
      ] as const) {
        const bytes = await plain.clone().withIccProfile(icc).toFormat(format).toBuffer()
        const { metadata = [] } = await readImage(new Uint8Array(bytes))
        expect(metadata.filter(({ type }) => type === 'icc').length, `${format} ${icc}`).toBe(kept)
      }
    }
  })
})
