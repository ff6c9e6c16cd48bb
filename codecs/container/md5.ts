/** MD5, a checksum here and no more. Source: RFC 1321, sections 3.1 to 3.5. */

/** floor(2^32 |sin(i + 1)|), i = 0..63: in integers, since sines differ between engines in their last digits. */
const SINES = Uint32Array.of(
  ...[0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501],
  ...[0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821],
  ...[0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8],
  ...[0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a],
  ...[0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70],
  ...[0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665],
  ...[0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1],
  ...[0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391],
)
/** Rotations of the four rounds. */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const BLOCK_BYTES = 64

export class Md5 {
  private readonly state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  private readonly words = new Int32Array(16)
  private readonly rest = new Uint8Array(BLOCK_BYTES)
  private bytes = 0

  update(data: Uint8Array): this {
    let at = 0
    const held = this.bytes % BLOCK_BYTES
    this.bytes += data.length
    if (held > 0) {
      at = Math.min(BLOCK_BYTES - held, data.length)
      this.rest.set(data.subarray(0, at), held)
      if (held + at < BLOCK_BYTES) return this
      this.block(this.rest, 0)
    }
    for (; at + BLOCK_BYTES <= data.length; at += BLOCK_BYTES) this.block(data, at)
    this.rest.set(data.subarray(at))
    return this
  }

  /** The 16 bytes of the sum; nothing can be added afterwards. */
  digest(): Uint8Array<ArrayBuffer> {
    const { bytes } = this
    // a one, zeros, and the number of bits, up to the end of a block
    const left = BLOCK_BYTES - (bytes % BLOCK_BYTES)
    const tail = new Uint8Array(left > 8 ? left : left + BLOCK_BYTES)
    tail[0] = 0x80
    const view = new DataView(tail.buffer)
    view.setUint32(tail.length - 8, (bytes * 8) >>> 0, true)
    view.setUint32(tail.length - 4, Math.floor(bytes / 2 ** 29), true)
    this.update(tail)
    const out = new Uint8Array(16)
    for (let i = 0; i < 16; i++) out[i] = this.state[i >> 2] >>> (8 * (i & 3))
    return out
  }

  private block(data: Uint8Array, at: number): void {
    const { words, state } = this
    for (let i = 0; i < 16; i++, at += 4) words[i] = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24)
    let [a, b, c, d] = state
    for (let i = 0; i < BLOCK_BYTES; i++) {
      const round = i >> 4
      let mixed: number
      let k: number
      if (round === 0) {
        mixed = (b & c) | (~b & d)
        k = i
      } else if (round === 1) {
        mixed = (b & d) | (c & ~d)
        k = (5 * i + 1) & 15
      } else if (round === 2) {
        mixed = b ^ c ^ d
        k = (3 * i + 5) & 15
      } else {
        mixed = c ^ (b | ~d)
        k = (7 * i) & 15
      }
      const sum = (a + mixed + SINES[i] + words[k]) | 0
      const shift = SHIFTS[(round << 2) | (i & 3)]
      a = d
      d = c
      c = b
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
    }
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
  }
}
