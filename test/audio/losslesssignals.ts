/** Sample blocks that a lossless coder may meet: drawn by fast-check, all of them a function of a few numbers. */
import fc from 'fast-check'
import type { LosslessFormat } from '../../codecs/audio/lossless/segment.js'

export interface Block {
  format: LosslessFormat
  length: number
  samples: Int32Array<ArrayBuffer>
  kind: string
}

/** A generator of 32-bit words: xorshift. */
function words(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

type Signal = (t: number, word: () => number, bits: number) => number

const full = (bits: number) => 2 ** (bits - 1)

/** One sample of each kind of signal; callers cut it to `bits` bits. */
const signals: Record<string, Signal> = {
  silence: () => 0,
  lowest: (_t, _word, bits) => -full(bits),
  noise: (_t, word) => word(),
  quiet: (_t, word) => word() % 5,
  square: (t, _word, bits) => (t % 50 < 25 ? full(bits) - 1 : -full(bits)),
  sine: (t, word, bits) => Math.round(0.7 * full(bits) * Math.sin(t / 9)) + (word() % 3),
  beats: (t, word, bits) => Math.round((t % 100 < 10 ? 0.9 : 0.01) * full(bits) * Math.sin(t * t)) + (word() % 9),
  wasted: (t, word, bits) => 8 * Math.floor((full(bits) / 16) * Math.sin(t / 5)) + 8 * (word() % 2),
  thirds: (t, word) => 3 * Math.round(20 * Math.sin(t / 7)) + 3 * (word() % 2) + 1,
  holes: (t, word) => {
    const value = Math.round(30 * Math.sin(t / 11)) + (word() % 4)
    return value % 3 === 0 ? value + 1 : value
  },
  ramp: (t, _word, bits) => Math.imul(t, 2 ** Math.max(0, bits - 12)),
}

/** How channels after the first are made from it. */
const relations: Record<string, (first: number, own: number) => number> = {
  own: (_first, own) => own,
  same: (first) => first,
  inverted: (first) => -first,
  close: (first, own) => first + (own % 4),
  mixed: (first, own) => (first >> 1) - (own >> 2),
}

export const integerBlocks: fc.Arbitrary<Block> = fc
  .record({
    bits: fc.integer({ min: 1, max: 32 }),
    channels: fc.integer({ min: 1, max: 8 }),
    length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 41, max: 700 })),
    kind: fc.constantFrom(...Object.keys(signals)),
    relation: fc.constantFrom(...Object.keys(relations)),
    seed: fc.integer(),
  })
  .map(({ bits, channels, length, kind, relation, seed }) => {
    const samples = new Int32Array(channels * length)
    const word = words(seed)
    const cut = 32 - bits
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < length; t++) {
        const own = signals[kind](t, word, bits)
        samples[c * length + t] = ((c === 0 ? own : relations[relation](samples[t], own)) << cut) >> cut
      }
    }
    return { format: { channels, bits, float: false }, length, samples, kind: `${kind} ${relation}` }
  })

const SPECIALS = [0x7fc00000, 0x7f800001, 0xffc12345, 0x7f800000, 0xff800000, 0x80000000, 0, 1, 0x807fffff, 0x7f7fffff, 0x3f800000]

const floats: Record<string, (t: number, word: () => number) => number> = {
  pcm16: (t, word) => (Math.round(20000 * Math.sin(t / 9)) + (word() % 5)) / 32768,
  pcm24: (t, word) => (Math.round(8e6 * Math.sin(t / 9)) + (word() % 100)) / 2 ** 23,
  mixed: (t, word) => 0.3 * Math.sin(t / 9) + word() * 1e-14,
  fading: (t) => Math.sin(t / 9) * Math.exp(-t / 5),
  huge: (t, word) => (word() % 50 === 0 ? 1e38 : 1) * Math.sin(t / 5),
  denormal: (t) => Math.sin(t) * 1e-41,
}

export const floatBlocks: fc.Arbitrary<Block> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    length: fc.integer({ min: 0, max: 500 }),
    kind: fc.constantFrom(...Object.keys(floats), 'bits'),
    specials: fc.constantFrom(0, 0, 3, 20),
    relation: fc.constantFrom('own', 'same', 'inverted'),
    seed: fc.integer(),
  })
  .map(({ channels, length, kind, specials, relation, seed }) => {
    const samples = new Int32Array(channels * length)
    const values = new Float32Array(samples.buffer)
    const word = words(seed)
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < length; t++) {
        const i = c * length + t
        if (c > 0 && relation !== 'own') samples[i] = relation === 'same' ? samples[t] : samples[t] ^ 0x80000000
        else if (specials && word() % specials === 0) samples[i] = SPECIALS[Math.abs(word() % SPECIALS.length)]
        else if (kind === 'bits') samples[i] = word()
        else values[i] = floats[kind](t, word)
      }
    }
    return { format: { channels, bits: 32, float: true }, length, samples, kind: `float ${kind}` }
  })
