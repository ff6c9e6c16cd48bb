/** Damage to files: seeded, so that a finding can be named and repeated. */
import { crc32c } from '../../codecs/container/crc32c.js'
import { type Part, partsOf, wholeOf } from './parts.js'

/** Numbers in [0, n), the same for the same seed. */
export function randomFrom(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    // xorshift on 32 bits (G. Marsaglia, 2003); the seed is spread first so that small ones differ at once
    if (state === seed >>> 0) state = Math.imul(state + 1, 0x9e3779b1) >>> 0 || 1
    state ^= state << 13
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

type Random = (n: number) => number

/** One to eight bytes changed, set, moved or cut. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let out = Uint8Array.from(bytes)
  const changes = 1 + random(8)
  for (let i = 0; i < changes && out.length > 0; i++) {
    const at = random(out.length)
    const kind = random(6)
    if (kind < 2) out[at] ^= 1 << random(8)
    else if (kind === 2) out[at] = random(256)
    else if (kind === 3) out[at] = random(2) * 255
    else if (kind === 4) out.copyWithin(at, random(out.length), random(out.length) + 1)
    else if (random(4) === 0) out = out.slice(0, Math.max(1, at))
  }
  return out
}

/**
 * Mutation number `seed` of a file, in turns: bytes of it; bytes within its chunks; chunks taken out, doubled, exchanged and put in. Most
 * have their CRCs made right again, and of the others index and end too, so that the damage reaches what lies behind them.
 */
export function mutate(file: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed)
  if (seed % 3 === 0) {
    const out = damaged(file, random)
    if (seed % 4 > 0) repairCrcs(out, file)
    return out
  }
  const parts = partsOf(file)
  const changes = 1 + random(3)
  for (let i = 0; i < changes; i++) (seed % 3 === 1 ? changeWithin : changeOrder)(parts, random)
  return wholeOf(file, parts, { index: random(5) > 0, crc: random(12) > 0 })
}

/** Makes the CRC of every chunk right again where the chunk structure of `original` still stands. */
function repairCrcs(file: Uint8Array, original: Uint8Array): void {
  const view = new DataView(file.buffer)
  for (const { offset, length } of partsOf(original)) {
    const end = offset + length
    if (end <= file.length) view.setUint32(end - 4, crc32c(file.subarray(offset, end - 4)), true)
  }
}

/** Bytes within a chunk: a preview is a file of its own, damaged as one. */
function changeWithin(parts: Part[], random: Random): void {
  const part = parts[random(parts.length)]
  if (!part) return
  const { payload } = part
  const at = random(payload.length + 1)
  if (part.type === 'p' && random(4) > 0) part.payload = mutate(payload, random(2 ** 31))
  else if (random(8) === 0) part.payload = spliced(payload, at, random(20), bytesOf(random(20), random))
  else part.payload = damaged(payload, random)
}

function changeOrder(parts: Part[], random: Random): void {
  const at = random(parts.length + 1)
  const part = parts[random(parts.length)]
  const kind = random(6)
  if (kind === 0 || !part) parts.splice(at, 1)
  else if (kind === 1) parts.splice(at, 0, { ...part })
  else if (kind === 2) parts.splice(at, 0, parts.splice(random(parts.length), 1)[0])
  else if (kind === 3) parts.splice(at, 0, { ...part, type: letter(random) })
  else if (kind === 4) parts.splice(at, 0, { ...part, type: letter(random), payload: bytesOf(random(30), random) })
  else part.payload = parts[random(parts.length)].payload
}

const letter = (random: Random) => 'HpIDcEtiexnmsdgHzZ'[random(18)]
const bytesOf = (length: number, random: Random) => Uint8Array.from({ length }, () => random(256))

function spliced(bytes: Uint8Array, at: number, taken: number, put: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + taken)])
}
