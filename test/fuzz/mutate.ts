/** Damage to files: seeded, so that a finding can be named and repeated. */
import { ByteReader } from '../../codecs/container/bytes.js'
import { crc32c } from '../../codecs/container/crc32c.js'

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

/** Offset of each chunk of a well-formed file, and of what follows the last. */
function chunkOffsets(file: Uint8Array): number[] {
  const offsets = [5]
  while (offsets[offsets.length - 1] < file.length) {
    const reader = new ByteReader(file, offsets[offsets.length - 1] + 1)
    const length = reader.varint()
    offsets.push(reader.offset + length + 4)
  }
  return offsets
}

/** Makes the CRC of every chunk right again where the chunk structure of `original` still stands. */
function repairCrcs(file: Uint8Array, original: Uint8Array): void {
  const offsets = chunkOffsets(original)
  const view = new DataView(file.buffer)
  for (let i = 0; i + 1 < offsets.length; i++) {
    if (offsets[i + 1] <= file.length) view.setUint32(offsets[i + 1] - 4, crc32c(file.subarray(offsets[i], offsets[i + 1] - 4)), true)
  }
}

/**
 * Mutation number `seed` of a file: one to eight bytes changed, set, moved or cut. Three of four have their CRCs repaired, so
 * that the damage reaches what lies behind them.
 */
export function mutate(file: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed)
  let out = Uint8Array.from(file)
  const changes = 1 + random(8)
  for (let i = 0; i < changes; i++) {
    const at = random(out.length)
    const kind = random(6)
    if (kind < 2) out[at] ^= 1 << random(8)
    else if (kind === 2) out[at] = random(256)
    else if (kind === 3) out[at] = random(2) * 255
    else if (kind === 4) out.copyWithin(at, random(out.length), random(out.length) + 1)
    else if (random(4) === 0) out = out.slice(0, Math.max(1, at))
  }
  if (seed % 4 > 0) repairCrcs(out, file)
  return out
}
