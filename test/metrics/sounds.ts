/** Sounds made by formula for tests of metrics: the same everywhere to the last bits of sines. */

export const RATE = 48000

/** White noise in -1..1: a hash of the place. */
export function noise(i: number): number {
  let x = Math.imul((i + 1) ^ ((i + 1) >>> 16), 0x45d9f3b)
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1
}

/** Chords that begin every quarter of a second, with a breath of noise. */
export function melody(seconds: number, channel = 0, rate = RATE): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const t = i / rate
    const beat = Math.floor(t * 4)
    const fade = Math.exp(-6 * (t * 4 - beat))
    const root = 220 * 2 ** (((beat * 5 + channel * 4) % 12) / 12)
    let sum = 0
    for (let h = 1; h <= 12; h++) sum += Math.sin(2 * Math.PI * root * h * t) / h
    return 0.25 * fade * sum + 0.003 * noise(i + 7919 * channel)
  })
}

/** Rounds to a step. */
export const coarse = (channel: Float32Array, step: number): Float32Array => channel.map((value) => step * Math.round(value / step))

/** Only what is slow: a mean over `count` samples around each. */
export function dulled(channel: Float32Array, count: number): Float32Array {
  const half = count >> 1
  return channel.map((_, i) => {
    let sum = 0
    for (let j = i - half; j <= i + half; j++) sum += channel[j] ?? 0
    return sum / (2 * half + 1)
  })
}
