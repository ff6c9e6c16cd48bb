/** FLAC files of the simplest kind: blocks that are one value a channel, and blocks that hold their samples as they are. */
import { createHash } from 'node:crypto'

function crc(bytes: readonly number[], width: number, polynomial: number): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << (width - 8)
    for (let bit = 0; bit < 8; bit++) sum = (sum & (1 << (width - 1)) ? (sum << 1) ^ polynomial : sum << 1) & (2 ** width - 1)
  }
  return sum
}

const big = (value: number, count: number) => Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) & 255)

/** Of 8, 16 or 24 bits; `block` samples in all blocks but the last, fewer than 128 blocks. */
export function writeFlac(
  planes: Int32Array[],
  bits: 8 | 16 | 24,
  block: number,
  blocksBehind: [type: number, body: number[]][] = [],
): Uint8Array {
  const [{ length }] = planes
  const sampleBytes = bits / 8
  const bytesOf = (value: number) => big(value & (2 ** bits - 1), sampleBytes)
  const frames: number[] = []
  for (let start = 0, number = 0; start < length; start += block, number++) {
    const parts = planes.map((plane) => plane.subarray(start, start + block))
    const head = [
      0xff,
      0xf8,
      0x79,
      ((planes.length - 1) << 4) | ({ 8: 2, 16: 8, 24: 12 }[bits] as number),
      number,
      ...big(parts[0].length - 1, 2),
    ]
    const frame = [...head, crc(head, 8, 0x07)]
    for (const part of parts) {
      const isConstant = part.every((value) => value === part[0])
      frame.push(isConstant ? 0 : 2)
      for (const value of isConstant ? part.subarray(0, 1) : part) frame.push(...bytesOf(value))
    }
    frames.push(...frame, ...big(crc(frame, 16, 0x8005), 2))
  }
  const interleaved = Array.from({ length }, (_, i) => planes.flatMap((plane) => bytesOf(plane[i]).reverse())).flat()
  const md5 = createHash('md5').update(Uint8Array.from(interleaved)).digest()
  const rate = 44100
  const info = [...big(block, 2), ...big(block, 2), 0, 0, 0, 0, 0, 0, rate >> 12, (rate >> 4) & 255]
  info.push(((rate & 15) << 4) | ((planes.length - 1) << 1) | ((bits - 1) >> 4), ((bits - 1) & 15) << 4, ...big(length, 4), ...md5)
  const all: [number, number[]][] = [[0, info], ...blocksBehind]
  const metadata = all.flatMap(([type, body], i) => [type | (i === all.length - 1 ? 0x80 : 0), ...big(body.length, 3), ...body])
  return Uint8Array.from([0x66, 0x4c, 0x61, 0x43, ...metadata, ...frames])
}
