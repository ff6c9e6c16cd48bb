/**
 * Where the frames of a FLAC file begin and end, which their checksums alone tell.
 *
 *     frame: header  subframes  CRC-16 of all before it (polynomial 0x8005)
 *     header: 0xff, 0xf8 or 0xf9 (u8 each)  block size, rate (4 bits each)  channels (4 bits)  sample size (3 bits)  0 (1 bit)
 *             number (1 to 7 bytes, as UTF-8)  block size less 1 (0 to 2 bytes)  rate (0 to 2 bytes)  CRC-8 of it (polynomial 0x07)
 *
 * Source: RFC 9639, 9.1 and 9.3.
 */

export interface FlacFrame {
  bytes: Uint8Array
  /** Samples per channel, 1..65536. */
  samples: number
  channels: number
}

/**
 * The frames from byte `at` on, one behind the other: up to the first that is not whole, or to what stands behind the last one, such as
 * a tag.
 */
export function* flacFrames(file: Uint8Array, at: number): Generator<FlacFrame> {
  for (let head = frameHead(file, at); head; head = frameHead(file, at)) {
    const end = frameEnd(file, at + head.bytes, crc16(0, file, at, at + head.bytes))
    if (end === undefined) return
    yield { bytes: file.subarray(at, end), samples: head.samples, channels: head.channels }
    at = end
  }
}

/**
 * A checksum of 0 over a frame and its own is the end where another frame or the file's end follows. Behind the last frame stands
 * something else at times: there the last place counts at which the checksum is 0.
 */
function frameEnd(file: Uint8Array, from: number, crc: number): number | undefined {
  let end: number | undefined
  for (let at = from; at < file.length; at++) {
    crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ file[at]]
    if (crc !== 0) continue
    end = at + 1
    if (frameHead(file, end)) break
  }
  return end
}

const MOST_HEAD_BYTES = 16

interface FrameHead {
  bytes: number
  samples: number
  channels: number
}

/** The header at a byte, if there is one. */
function frameHead(file: Uint8Array, at: number): FrameHead | undefined {
  if (file[at] !== 0xff || (file[at + 1] & 0xfe) !== 0xf8) return
  const head = file.subarray(at, at + MOST_HEAD_BYTES)
  const size = head[2] >> 4
  const rate = head[2] & 15
  const assignment = head[3] >> 4
  if (size === 0 || rate === 15 || assignment > 10 || head[3] & 1) return
  const ones = Math.clz32(~(head[4] << 24))
  const sizeAt = 4 + Math.max(1, ones)
  const rateAt = sizeAt + (size === 6 ? 1 : size === 7 ? 2 : 0)
  const crcAt = rateAt + (rate === 12 ? 1 : rate > 12 ? 2 : 0)
  if (crcAt >= head.length || crc8(head.subarray(0, crcAt)) !== head[crcAt]) return
  const given = size === 6 ? head[sizeAt] : head[sizeAt] * 256 + head[sizeAt + 1]
  const samples = size === 1 ? 192 : size < 6 ? 144 << size : size < 8 ? given + 1 : 1 << size
  return { bytes: crcAt + 1, samples, channels: assignment < 8 ? assignment + 1 : 2 }
}

const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1
  return crc
})

function crc16(crc: number, file: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ file[at]]
  return crc
}

/** CRC-8 of a header, whose few bytes need no table. */
function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 255 : crc << 1
  }
  return crc
}
