/** Lossless segments: every bit of every kind of sample comes back, and damage ends well. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLosslessSegment, encodeLosslessSegment, type LosslessFormat } from '../../codecs/audio/lossless/segment.js'
import '../seed.js'
import { type Block, floatBlocks, integerBlocks } from './losslesssignals.js'

const RUNS = Number(process.env.LAQ_LOSSLESS_BLOCKS ?? 150)

async function roundTrip({ format, length, samples }: Block, effort: number): Promise<Uint8Array<ArrayBuffer>> {
  const { payload } = await encodeLosslessSegment({ task: 'encodeLosslessSegment', format, effort, samples: samples.slice() })
  const decoded = await decodeLosslessSegment({ task: 'decodeLosslessSegment', format, length, payload })
  expect(decoded.samples).toEqual(samples)
  return payload
}

const stereo16: LosslessFormat = { channels: 2, bits: 16, float: false }

function block(format: LosslessFormat, length: number, sample: (t: number, c: number) => number): Block {
  const samples = Int32Array.from({ length: format.channels * length }, (_, i) => sample(i % length, Math.floor(i / length)))
  return { format, length, samples, kind: '' }
}

describe('round trips', () => {
  it(`gives integers of 1 to 32 bits back (${RUNS} blocks)`, async () => {
    await fc.assert(
      fc.asyncProperty(integerBlocks, fc.constantFrom(1, 5, 9), async (drawn, effort) => {
        const payload = await roundTrip(drawn, effort)
        expect(payload.length).toBeLessThanOrEqual(Math.ceil((drawn.samples.length * drawn.format.bits) / 8) + 2)
      }),
      { numRuns: RUNS },
    )
  }, 3_600_000)

  it(`gives float32 back bit for bit (${RUNS} blocks)`, async () => {
    await fc.assert(
      fc.asyncProperty(floatBlocks, fc.constantFrom(1, 5, 9), async (drawn, effort) => {
        await roundTrip(drawn, effort)
      }),
      { numRuns: RUNS },
    )
  }, 3_600_000)

  it('lasts longer than its histories', async () => {
    const drawn = block(stereo16, 9000, (t, c) => Math.round(9000 * Math.sin(t / (7 + c)) + 50 * Math.sin(t * t)))
    for (const effort of [1, 5, 9]) await roundTrip(drawn, effort)
  })

  it('passes from full-scale noise to silence and back', async () => {
    const drawn = block({ ...stereo16, bits: 32 }, 6000, (t) => (t % 4000 < 2000 ? Math.imul(t * t, 0x9e3779b1) : 0))
    for (const effort of [1, 5, 9]) await roundTrip(drawn, effort)
  })
})

describe('sizes', () => {
  const bytesOf = async (drawn: Block) => (await roundTrip(drawn, 5)).length

  it('takes next to nothing for silence, copies and negatives', async () => {
    const noise = Int32Array.from({ length: 2000 }, (_, t) => (Math.imul(t * t + t, 0x9e3779b1) >> 18) + (t % 7))
    const alone = await bytesOf(block({ ...stereo16, channels: 1 }, 2000, (t) => noise[t]))
    expect(await bytesOf(block(stereo16, 2000, () => -5))).toBeLessThan(8)
    expect(await bytesOf(block(stereo16, 2000, (t) => noise[t]))).toBeLessThan(alone + 4)
    expect(await bytesOf(block(stereo16, 2000, (t, c) => (c ? -noise[t] : noise[t])))).toBeLessThan(alone + 4)
  })

  it('does not pay for wasted bits, a common factor and floats that were integers', async () => {
    const value = (t: number) => Math.round(300 * Math.sin(t / 9)) + (Math.imul(t, 0x9e3779b1) >>> 29)
    const mono = { channels: 1, bits: 24, float: false }
    const plain = await bytesOf(block(mono, 4000, value))
    expect(await bytesOf(block(mono, 4000, (t) => 256 * value(t)))).toBeLessThan(plain + 8)
    expect(await bytesOf(block(mono, 4000, (t) => 7 * value(t) + 3))).toBeLessThan(plain + 8)
    const float = block({ channels: 1, bits: 32, float: true }, 4000, () => 0)
    new Float32Array(float.samples.buffer).set(
      float.samples.map((_, t) => value(t)).map((v) => v),
      0,
    )
    for (let t = 0; t < 4000; t++) new Float32Array(float.samples.buffer)[t] = value(t) / 32768
    expect(await bytesOf(float)).toBeLessThan(plain + 8)
  })

  it('leaves out values that are not used', async () => {
    const value = (t: number) => Math.round(60 * Math.sin(t / 9)) + (Math.imul(t, 0x9e3779b1) >>> 27)
    const mono = { channels: 1, bits: 16, float: false }
    const dense = await bytesOf(block(mono, 20_000, value))
    const sparse = await bytesOf(block(mono, 20_000, (t) => Math.floor((value(t) * 3) / 2)))
    expect(sparse).toBeLessThan(dense * 1.03)
  })
})

describe('damage', () => {
  it('ends, inside its buffers, with samples of the length asked for', async () => {
    const mutated = fc.tuple(
      fc.oneof(integerBlocks, floatBlocks),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
    )
    await fc.assert(
      fc.asyncProperty(mutated, async ([{ format, length, samples }, numbers, count, cut]) => {
        const { payload } = await encodeLosslessSegment({ task: 'encodeLosslessSegment', format, effort: 1 + (length % 9), samples })
        const next = () => numbers.next().value as number
        for (let i = 0; i < count && payload.length > 0; i++)
          payload[next() % Math.min(payload.length, i % 2 ? 40 : 1e9)] ^= 1 << (next() % 8)
        const damaged = cut ? payload.slice(0, next() % (payload.length + 1)) : payload
        const decoded = await decodeLosslessSegment({ task: 'decodeLosslessSegment', format, length, payload: damaged })
        expect(decoded.samples.length).toBe(format.channels * length)
      }),
      { numRuns: RUNS },
    )
  }, 3_600_000)

  it('takes any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 8 }), fc.boolean(), async (bytes, channels, float) => {
        const format = { channels, bits: float ? 32 : 16, float }
        const { samples } = await decodeLosslessSegment({ task: 'decodeLosslessSegment', format, length: 100, payload: bytes.slice() })
        expect(samples.length).toBe(channels * 100)
      }),
      { numRuns: RUNS },
    )
  })

  it('refuses samples that do not divide into the channels', async () => {
    const odd = encodeLosslessSegment({ task: 'encodeLosslessSegment', format: stereo16, effort: 5, samples: new Int32Array(3) })
    await expect(odd).rejects.toThrow(RangeError)
  })
})
