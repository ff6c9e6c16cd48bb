/**
 * The bytes of headers: single bytes and varints, nothing aligned.
 *
 *     varint    7 bits per byte, least significant first; the upper bit says that more follow; at most 8 bytes, 0..2^53-1
 */
import { LaqError } from '../errors.js'

export class ByteWriter {
  private bytes: number[] = []

  get length(): number {
    return this.bytes.length
  }

  /** @param value integer in [0, 255] */
  u8(value: number): void {
    if (!(value >= 0 && value <= 255)) throw new RangeError(`${value} does not fit a byte`)
    this.bytes.push(value)
  }

  /** @param value integer in [0, 2^53) */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} does not fit a varint`)
    for (; value >= 128; value = Math.floor(value / 128)) this.bytes.push((value % 128) + 128)
    this.bytes.push(value)
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte)
  }

  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.bytes)
  }
}

export class ByteReader {
  /** @param offset where reading starts, kept absolute so that messages can say where */
  constructor(
    readonly bytes: Uint8Array,
    public offset = 0,
    readonly end = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.offset
  }

  /** @throws LaqError 'truncated' */
  u8(): number {
    if (this.offset >= this.end) throw new LaqError('truncated', `the bytes end at ${this.end} where one more was due`)
    return this.bytes[this.offset++]
  }

  /** @throws LaqError 'truncated', or 'malformed' past 2^53 - 1 */
  varint(): number {
    const start = this.offset
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break
        return value
      }
      scale *= 128
    }
    throw new LaqError('malformed', `the varint at byte ${start} is above 2^53 - 1`)
  }

  /** The next `length` bytes, a view. @throws LaqError 'truncated' */
  raw(length: number): Uint8Array {
    if (length > this.left) throw new LaqError('truncated', `the bytes end at ${this.end} where ${length} from ${this.offset} were due`)
    this.offset += length
    return this.bytes.subarray(this.offset - length, this.offset)
  }
}
