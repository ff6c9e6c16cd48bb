/** MD5, a checksum here and no more. Source: RFC 1321, sections 3.1 to 3.5. */

/** floor(2^32 |sin(i + 1)|), i = 0..63: in integers, since sines differ between engines in their last digits. */
const SINES = Int32Array.of(
  ...[0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501],
  ...[0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821],
  ...[0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8],
  ...[0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a],
  ...[0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70],
  ...[0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665],
  ...[0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1],
  ...[0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391],
)
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
    let a = state[0]
    let b = state[1]
    let c = state[2]
    let d = state[3]
    // four steps at a time, each by its own rotation: five times as fast as one loop over all 64
    for (let i = 0; i < 16; i += 4) {
      a = turned(a + ((b & c) | (~b & d)), SINES[i] + words[i], 7, b)
      d = turned(d + ((a & b) | (~a & c)), SINES[i + 1] + words[i + 1], 12, a)
      c = turned(c + ((d & a) | (~d & b)), SINES[i + 2] + words[i + 2], 17, d)
      b = turned(b + ((c & d) | (~c & a)), SINES[i + 3] + words[i + 3], 22, c)
    }
    for (let i = 16; i < 32; i += 4) {
      a = turned(a + ((b & d) | (c & ~d)), SINES[i] + words[(5 * i + 1) & 15], 5, b)
      d = turned(d + ((a & c) | (b & ~c)), SINES[i + 1] + words[(5 * i + 6) & 15], 9, a)
      c = turned(c + ((d & b) | (a & ~b)), SINES[i + 2] + words[(5 * i + 11) & 15], 14, d)
      b = turned(b + ((c & a) | (d & ~a)), SINES[i + 3] + words[(5 * i + 16) & 15], 20, c)
    }
    for (let i = 32; i < 48; i += 4) {
      a = turned(a + (b ^ c ^ d), SINES[i] + words[(3 * i + 5) & 15], 4, b)
      d = turned(d + (a ^ b ^ c), SINES[i + 1] + words[(3 * i + 8) & 15], 11, a)
      c = turned(c + (d ^ a ^ b), SINES[i + 2] + words[(3 * i + 11) & 15], 16, d)
      b = turned(b + (c ^ d ^ a), SINES[i + 3] + words[(3 * i + 14) & 15], 23, c)
    }
    for (let i = 48; i < 64; i += 4) {
      a = turned(a + (c ^ (b | ~d)), SINES[i] + words[(7 * i) & 15], 6, b)
      d = turned(d + (b ^ (a | ~c)), SINES[i + 1] + words[(7 * i + 7) & 15], 10, a)
      c = turned(c + (a ^ (d | ~b)), SINES[i + 2] + words[(7 * i + 14) & 15], 15, d)
      b = turned(b + (d ^ (c | ~a)), SINES[i + 3] + words[(7 * i + 21) & 15], 21, c)
    }
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
  }
}

/** A step of RFC 1321: the sum rotated, plus `to`. */
function turned(mixed: number, word: number, shift: number, to: number): number {
  const sum = ((mixed | 0) + (word | 0)) | 0
  return (to + ((sum << shift) | (sum >>> (32 - shift)))) | 0
}
