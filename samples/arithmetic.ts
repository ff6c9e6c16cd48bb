/**
 * Functions that give the same bits on every machine. ECMAScript leaves the last digits of Math.sin, exp, pow and their like
 * to the engine; + - * / and the square root are exact to the last bit everywhere (IEEE 754), so here are polynomials made
 * of them. Truncated series, errors below 1e-9: far finer than any sample that is rounded from them.
 */

/** sin(2 pi turns), by its Taylor series of degree 17 on a quarter turn either side. */
export function sinTurns(turns: number): number {
  let t = turns - Math.floor(turns + 0.5)
  if (t > 0.25) t = 0.5 - t
  else if (t < -0.25) t = -0.5 - t
  const x = t * 6.283185307179586
  const s = x * x
  let sum = 1
  for (let n = 16; n > 0; n -= 2) sum = 1 - (s / (n * (n + 1))) * sum
  return x * sum
}

/** cos(2 pi turns). */
export const cosTurns = (turns: number): number => sinTurns(turns + 0.25)

/** 2^x for |x| < 1000: the fraction by the series of exp on half an octave either side, the octave by doubling. */
export function exp2(x: number): number {
  const octave = Math.floor(x + 0.5)
  const y = (x - octave) * Math.LN2
  let sum = 1
  for (let n = 12; n > 0; n--) sum = 1 + (y / n) * sum
  let scale = 1
  for (let i = octave; i > 0; i--) scale *= 2
  for (let i = octave; i < 0; i++) scale /= 2
  return sum * scale
}

/** e^x. */
export const exp = (x: number): number => exp2(x * Math.LOG2E)

/** log2(x) for x > 0: the octave by halving, then the series of artanh. */
export function log2(x: number): number {
  let octave = 0
  for (; x >= Math.SQRT2; x /= 2) octave++
  for (; x < Math.SQRT1_2; x *= 2) octave--
  const z = (x - 1) / (x + 1)
  const s = z * z
  let sum = 0
  for (let n = 19; n > 0; n -= 2) sum = sum * s + 1 / n
  return octave + 2 * z * sum * Math.LOG2E
}

/** x^y for x >= 0. */
export const power = (x: number, y: number): number => (x <= 0 ? 0 : exp2(y * log2(x)))

export const clamp = (x: number, least = 0, most = 1): number => (x < least ? least : Math.min(x, most))

export const mix = (a: number, b: number, part: number): number => a + (b - a) * part

/** 0 below `from`, 1 above `to`, and a cubic without corners between. */
export function ramp(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from))
  return t * t * (3 - 2 * t)
}

/** A number in [0, 1) for a point of a lattice: integer mixing in the manner of MurmurHash3's last step. */
export function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x2545f491)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

/** A row of numbers in [0, 1): a linear congruential generator whose low bits are left out. */
export function randomRow(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    let h = Math.imul(state ^ (state >>> 16), 0x45d9f3b)
    h ^= h >>> 15
    return (h >>> 0) / 4294967296
  }
}

/** Nearly normal, mean 0 and variance 1: four uniform numbers added. */
export const normal = (random: () => number): number => (random() + random() + random() + random() - 2) * 1.7320508075688772

/** Value noise in -1..1, smooth, with a feature per unit. */
export function noise(x: number, y: number, seed: number): number {
  const column = Math.floor(x)
  const row = Math.floor(y)
  const u = x - column
  const v = y - row
  const su = u * u * (3 - 2 * u)
  const sv = v * v * (3 - 2 * v)
  const top = mix(hash(column, row, seed), hash(column + 1, row, seed), su)
  const bottom = mix(hash(column, row + 1, seed), hash(column + 1, row + 1, seed), su)
  return 2 * mix(top, bottom, sv) - 1
}

/** Noise of several octaves, each finer by 2 and weaker by `persistence`: about -1..1. */
export function turbulence(x: number, y: number, octaves: number, seed: number, persistence = 0.5): number {
  let sum = 0
  let weight = 1
  let total = 0
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise(x, y, seed + i)
    total += weight
    weight *= persistence
    // turned a little at each octave (3-4-5 triangle), so that the lattices do not show
    const turned = (x * 0.8 - y * 0.6) * 2
    y = (x * 0.6 + y * 0.8) * 2 + 7.3
    x = turned + 3.1
  }
  return sum / total
}

/** Angle of (x, y) in turns, -1/2..1/2: the series of arctangent on an eighth of a turn, from half the angle. */
export function angleTurns(x: number, y: number): number {
  const size = Math.sqrt(x * x + y * y)
  if (size === 0) return 0
  // tan of half the angle between the direction and the nearer of the x axis's ends
  const t = y / (Math.abs(x) + size)
  const q = t / (1 + Math.sqrt(1 + t * t))
  const s = q * q
  let sum = 0
  for (let n = 21; n > 0; n -= 2) sum = 1 / n - s * sum
  const turns = (4 * q * sum) / 6.283185307179586
  return x >= 0 ? turns : (y >= 0 ? 0.5 : -0.5) - turns
}
