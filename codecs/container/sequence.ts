/**
 * The chunks of a sound file behind its header: metadata, then for each segment a D chunk and in hybrid files a c chunk, then
 * metadata that are large or came late, then E. Each can be written when its segment is there, and read when its bytes are.
 *
 *     D  segment:      varint 2 n + last    n: its number, from 0; last: 1 in the last segment of the sound
 *                      if last: length      varint, samples per channel of the whole sound
 *                      the segment's bytes
 *     c  correction:   varint n, then the bytes that make segment n lossless
 *     E  end:          length               varint, samples per channel
 *                      MD5                  u8 0 or 16: how many bytes follow; of the samples, if they come back bit for bit
 *                      index                for every D and c chunk in their order the varint of its length in bytes, type to CRC
 *                      distance             u32, little-endian: bytes from the start of this chunk to its end
 *
 * The distance stands right before the CRC at the end of the file, so that the index is found from there.
 */
import { LaqError } from '../errors.js'
import type { Limits } from '../limits.js'
import { ByteReader, ByteWriter } from './bytes.js'
import { type Chunk, CRC_BYTES, readChunk, readLengths, writeChunk } from './container.js'

const DISTANCE_BYTES = 4
export const MD5_BYTES = 16

export interface SegmentChunk {
  number: number
  /** In the last segment: samples per channel of the whole sound. */
  length?: number
  bytes: Uint8Array
}

export interface CorrectionChunk {
  number: number
  bytes: Uint8Array
}

export interface EndChunk {
  /** Samples per channel. */
  length: number
  /** MD5 of the samples as interleaved little-endian bytes of the sample format. */
  md5?: Uint8Array
  /** Length of every D and c chunk. */
  chunkLengths: number[]
}

export function writeSegment({ number, length, bytes }: SegmentChunk): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter()
  head.varint(2 * number + (length === undefined ? 0 : 1))
  if (length !== undefined) head.varint(length)
  return writeChunk('D', prefixed(head, bytes))
}

/** @throws LaqError 'truncated' or 'malformed' */
export function readSegment({ payload }: Pick<Chunk, 'payload'>): SegmentChunk {
  const reader = new ByteReader(payload)
  const head = reader.varint()
  const number = Math.floor(head / 2)
  if (head % 2 === 0) return { number, bytes: payload.subarray(reader.offset) }
  const length = reader.varint()
  return { number, length, bytes: payload.subarray(reader.offset) }
}

export function writeCorrection({ number, bytes }: CorrectionChunk): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter()
  head.varint(number)
  return writeChunk('c', prefixed(head, bytes))
}

/** @throws LaqError 'truncated' or 'malformed' */
export function readCorrection({ payload }: Pick<Chunk, 'payload'>): CorrectionChunk {
  const reader = new ByteReader(payload)
  return { number: reader.varint(), bytes: payload.subarray(reader.offset) }
}

function prefixed(head: ByteWriter, bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(head.length + bytes.length)
  payload.set(head.finish())
  payload.set(bytes, head.length)
  return payload
}

export function writeEnd({ length, md5, chunkLengths }: EndChunk): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  out.varint(length)
  out.u8(md5 ? MD5_BYTES : 0)
  if (md5) out.raw(md5)
  for (const chunkLength of chunkLengths) out.varint(chunkLength)
  const body = out.finish()
  const payload = new Uint8Array(body.length + DISTANCE_BYTES)
  payload.set(body)
  // the distance does not change how long the chunk is
  const distance = writeChunk('E', payload).length
  new DataView(payload.buffer).setUint32(body.length, distance, true)
  return writeChunk('E', payload)
}

/** @throws LaqError 'truncated', 'malformed' or 'limit' */
export function readEnd({ payload, offset, length: chunkBytes }: Chunk, limits: Partial<Limits> = {}): EndChunk {
  const reader = new ByteReader(payload, 0, payload.length - DISTANCE_BYTES)
  const length = reader.varint()
  const md5Bytes = reader.u8()
  if (md5Bytes !== 0 && md5Bytes !== MD5_BYTES) throw new LaqError('malformed', `end at byte ${offset}: an MD5 of ${md5Bytes} bytes`)
  const md5 = md5Bytes > 0 ? reader.raw(MD5_BYTES) : undefined
  const chunkLengths = readLengths(payload.subarray(reader.offset, reader.end), payload.length, limits)
  const distance = uint32(payload, payload.length - DISTANCE_BYTES)
  if (distance !== chunkBytes) throw new LaqError('malformed', `end at byte ${offset}: ${chunkBytes} bytes, not ${distance}`)
  return { length, chunkLengths, ...(md5 && { md5 }) }
}

/** The u32 at `offset`, little-endian. */
export function uint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true)
}

/** How many bytes from the end of a file its E chunk starts; `tail` is the file's end, at least `TAIL_BYTES`. */
export function endDistance(tail: Uint8Array): number {
  return uint32(tail, tail.length - TAIL_BYTES)
}
export const TAIL_BYTES = DISTANCE_BYTES + CRC_BYTES

/** The end chunk that `bytes`, a whole file or its end, finishes with; undefined if it has none or a damaged one. @throws LaqError 'limit' */
export function findEnd(bytes: Uint8Array, limits: Partial<Limits> = {}): (EndChunk & { offset: number }) | undefined {
  if (bytes.length < TAIL_BYTES) return undefined
  const offset = bytes.length - endDistance(bytes)
  if (offset < 0 || bytes[offset] !== 'E'.charCodeAt(0)) return undefined
  try {
    const chunk = readChunk(bytes, offset)
    return offset + chunk.length === bytes.length ? { ...readEnd(chunk, limits), offset } : undefined
  } catch (error) {
    if (error instanceof LaqError && error.code !== 'limit') return undefined
    throw error
  }
}
