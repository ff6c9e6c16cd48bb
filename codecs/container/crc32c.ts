/** CRC-32C: polynomial 0x1EDC6F41 reflected, start and final XOR 0xFFFFFFFF. Source: RFC 3720, section 12.1 and B.4. */

let tables: Uint32Array[] | undefined

/** tables[k][b] is the effect of byte b followed by k zero bytes, so that four bytes are taken at a time. */
function makeTables(): Uint32Array[] {
  const made = [0, 1, 2, 3].map(() => new Uint32Array(256))
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    made[0][byte] = crc
  }
  for (let k = 1; k < 4; k++) {
    for (let byte = 0; byte < 256; byte++) made[k][byte] = (made[k - 1][byte] >>> 8) ^ made[0][made[k - 1][byte] & 255]
  }
  return made
}

/** CRC-32C of `bytes`, an unsigned 32-bit number. `crc` continues from the CRC of what came before. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  tables ??= makeTables()
  const [t0, t1, t2, t3] = tables
  crc = ~crc
  let i = 0
  for (const end = bytes.length & ~3; i < end; i += 4) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    crc = t3[crc & 255] ^ t2[(crc >>> 8) & 255] ^ t1[(crc >>> 16) & 255] ^ t0[crc >>> 24]
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]) & 255]
  return ~crc >>> 0
}
