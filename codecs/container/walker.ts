/**
 * Walks over the chunks of a sound file as its bytes come in, in pieces of any size. What cannot be read is an error, or with
 * `tolerant` is passed over: the walk goes on at the next D or E chunk whose CRC is right and whose number can follow.
 *
 * Memory is bounded by the largest chunk that is waited for, work by {@link CRC_BUDGET} times the bytes that came in.
 */
import { LaqError } from '../errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../limits.js'
import { CRC_BUDGET, HEAD_BYTES, LEAST_END_BYTES, MOST_HEADER_BYTES, MOST_MISSING, mostDataBytes, mostEndBytes } from './bounds.js'
import {
  addMetadata,
  type Chunk,
  CRC_BYTES,
  checkSignature,
  type Kind,
  type Metadata,
  readChunk,
  readHeader,
  SIGNATURE_BYTES,
} from './container.js'
import { type CorrectionChunk, type EndChunk, endDistance, readCorrection, readEnd, readSegment, type SegmentChunk } from './sequence.js'

export type Found =
  | { what: 'header'; kind: Kind; header: Uint8Array }
  | { what: 'metadata'; metadata: Metadata }
  /** `size` is that of the whole chunk in bytes, here and below. */
  | { what: 'segment'; segment: SegmentChunk; offset: number; size: number }
  | { what: 'correction'; correction: CorrectionChunk; offset: number; size: number }
  | { what: 'end'; end: EndChunk; offset: number }
  /** Bytes offset..end-1 are passed over. */
  | { what: 'damage'; offset: number; end: number; reason: LaqError }

export class Walker {
  /** What D and c chunks may have; larger ones are malformed. To be set when the header has been read. */
  mostPayloadBytes = 0
  /** How many segments the file has at most. */
  mostSegments = Number.POSITIVE_INFINITY
  private bytes = new Uint8Array(0)
  private isOwn = true
  /** Next byte in `bytes`, and the end of what is there. */
  private at = 0
  private to = 0
  /** Offset in the file of `bytes`. */
  private base = 0
  private finished = false
  private begun = false
  private ended = false
  private nextNumber = 0
  private readonly metadata: Metadata[] = []
  private extraBytes = 0
  private crcBytes = 2 ** 20
  /** Where reading failed and why, while the next good chunk is looked for. */
  private lost: { from: number; reason: LaqError } | undefined

  constructor(
    private readonly limits: Partial<Limits> = {},
    private readonly tolerant = false,
  ) {}

  /** Takes the next bytes of the file, which are the caller's again when `next` has come to undefined. */
  push(piece: Uint8Array): void {
    this.crcBytes += piece.length * CRC_BUDGET
    const left = this.to - this.at
    if (left === 0) {
      this.base += this.at
      this.bytes = piece as Uint8Array<ArrayBuffer>
      this.isOwn = false
      ;[this.at, this.to] = [0, piece.length]
      return
    }
    if (!this.isOwn || this.to + piece.length > this.bytes.length) this.move(left + piece.length)
    this.bytes.set(piece, this.to)
    this.to += piece.length
  }

  /** Moves what is left to the front of a buffer of our own, with room for `room` bytes. */
  private move(room: number): void {
    const kept = this.bytes.subarray(this.at, this.to)
    const fits = this.isOwn && room <= this.bytes.length
    const buffer = fits ? this.bytes : new Uint8Array(2 * room)
    if (fits) buffer.copyWithin(0, this.at, this.to)
    else buffer.set(kept)
    this.base += this.at
    this.bytes = buffer
    this.isOwn = true
    ;[this.at, this.to] = [0, kept.length]
  }

  /**
   * Leaves out bytes that the caller knows: those that are pushed next are at `offset` of the file, where segment `number` is due.
   *
   * @throws LaqError 'malformed' if the bytes so far do not end with a chunk
   */
  skip(offset: number, number: number): void {
    if (this.at < this.to)
      throw new LaqError('malformed', `byte ${this.base + this.at}: no chunk ends at byte ${this.base + this.to}, where the index has one`)
    ;[this.base, this.at, this.to] = [offset, 0, 0]
    this.nextNumber = number
  }

  /** There are no more bytes. */
  finish(): void {
    this.finished = true
  }

  /**
   * The next thing found; undefined if more bytes are needed, or if the walk is over.
   *
   * @throws LaqError 'truncated' after `finish`, 'malformed', 'unsupported', 'limit'; if tolerant, only of what stands in front
   *   of the data, and 'unsupported'
   */
  next(): Found | undefined {
    if (this.ended) return undefined
    const found = this.begun ? this.nextChunk() : this.front()
    // the piece may change when its owner has it back
    if (!found && !this.isOwn && !this.finished) this.move(this.to - this.at + HEAD_BYTES)
    return found
  }

  private front(): Found | undefined {
    const there = this.bytes.subarray(this.at, this.to)
    if (!this.finished) {
      const size = this.chunkBytes(this.at + SIGNATURE_BYTES)
      if (size === undefined && there.length < SIGNATURE_BYTES + HEAD_BYTES) return undefined
      if (size !== undefined && size > MOST_HEADER_BYTES) {
        checkSignature(there)
        throw new LaqError('malformed', `the header says that it has ${size} bytes`)
      }
      if (size !== undefined && there.length < SIGNATURE_BYTES + size) return undefined
    }
    const { kind, header, end } = readHeader(there)
    this.at += end
    this.begun = true
    return { what: 'header', kind, header }
  }

  /** Bytes of the chunk at `at`, if its length can be told. */
  private chunkBytes(at: number): number | undefined {
    let length = 0
    for (let i = 0; i < 8 && at + 1 + i < this.to; i++) {
      const byte = this.bytes[at + 1 + i]
      length += (byte & 127) * 128 ** i
      if (byte < 128) return 2 + i + length + CRC_BYTES
    }
    return undefined
  }

  private nextChunk(): Found | undefined {
    if (this.lost) return this.search()
    try {
      for (;;) {
        const chunk = this.take()
        const found = chunk && this.found(chunk)
        if (found || !chunk) return found
      }
    } catch (error) {
      if (!this.tolerant || !(error instanceof LaqError) || error.code === 'unsupported') throw error
      this.lost = { from: this.base + this.at, reason: error }
      this.at = Math.min(this.at + 1, this.to)
      return this.search()
    }
  }

  /** The current chunk, if its bytes are there; the walk stands at it until it is `found`. */
  private take(): Chunk | undefined {
    const { at, to } = this
    if (at === to) {
      if (!this.finished) return undefined
      throw new LaqError('truncated', `the file ends at byte ${this.base + to}, before its end chunk`)
    }
    const size = this.chunkBytes(at)
    if (size === undefined && !this.finished && to - at < HEAD_BYTES) return undefined
    const type = String.fromCharCode(this.bytes[at])
    if (size !== undefined && /[A-Za-z]/.test(type)) {
      this.checkSize(type, size)
      if (to - at < size && !this.finished) return undefined
    }
    return readChunk(this.bytes.subarray(0, to), at, this.base)
  }

  /** @throws LaqError 'malformed' or 'limit' on a chunk that is not to be waited for */
  private checkSize(type: string, size: number): void {
    if (type !== 'D' && type !== 'c' && type !== 'E') checkLimit('metadataBytes', this.extraBytes + size + METADATA_OVERHEAD, this.limits)
    else if (size > this.mostBytes(type)) {
      throw new LaqError('malformed', `chunk ${type} at byte ${this.base + this.at} says that it has ${size} bytes`)
    }
  }

  private mostBytes(type: string): number {
    return type === 'E' ? mostEndBytes(this.nextNumber) : mostDataBytes(this.mostPayloadBytes)
  }

  /** What a chunk means, past which the walk then stands. */
  private found(chunk: Chunk): Found | undefined {
    const found = this.meaning(chunk)
    this.at += chunk.length
    if (found?.what === 'segment') this.nextNumber = found.segment.number + 1
    if (found?.what === 'end') this.ended = true
    return found
  }

  private meaning(chunk: Chunk): Found | undefined {
    const { type, offset } = chunk
    if (type === 'D') {
      const segment = readSegment(chunk)
      this.checkNumber(segment.number, offset)
      return { what: 'segment', segment, offset, size: chunk.length }
    }
    if (type === 'c') {
      const correction = readCorrection(chunk)
      if (correction.number !== this.nextNumber - 1)
        throw new LaqError(
          'malformed',
          `byte ${offset}: the correction of segment ${correction.number} behind segment ${this.nextNumber - 1}`,
        )
      return { what: 'correction', correction, offset, size: chunk.length }
    }
    if (type === 'E') return { what: 'end', end: readEnd(chunk, this.limits), offset }
    if (type <= 'Z') throw new LaqError('unsupported', `critical chunk ${type} at byte ${offset}`)
    this.extraBytes += chunk.length + METADATA_OVERHEAD
    const before = this.metadata.length
    addMetadata(this.metadata, chunk)
    if (this.metadata.length === before) return undefined
    // pieces are taken back, and the payload is a view on one
    const { type: kind, bytes } = this.metadata[before]
    this.metadata[before] = { type: kind, bytes: bytes.slice() }
    return { what: 'metadata', metadata: this.metadata[before] }
  }

  private checkNumber(number: number, offset: number): void {
    if ((number === this.nextNumber || this.tolerant) && this.canFollow(number)) return
    throw new LaqError('malformed', `byte ${offset}: segment ${number} where ${this.nextNumber} was due`)
  }

  private canFollow(number: number): boolean {
    return number >= this.nextNumber && number <= this.nextNumber + MOST_MISSING && number < this.mostSegments
  }

  /** Looks for the next D or E chunk. */
  private search(): Found | undefined {
    const { from, reason } = this.lost!
    for (; this.at < this.to; this.at++) {
      const candidate = this.isChunk(this.at)
      if (candidate === 'perhaps') return undefined
      if (candidate) break
    }
    if (this.at === this.to && !this.finished) return undefined
    this.lost = undefined
    if (this.at === this.to) this.ended = true
    return { what: 'damage', offset: from, end: this.base + this.at, reason }
  }

  /** Whether a good chunk of data or end starts at `at`: cheap signs first, its CRC last. */
  private isChunk(at: number): boolean | 'perhaps' {
    const type = this.bytes[at]
    if (type !== 0x44 && type !== 0x45) return false
    if (!this.finished && this.to - at < HEAD_BYTES) return 'perhaps'
    const size = this.chunkBytes(at)
    const name = String.fromCharCode(type)
    if (size === undefined || size > this.mostBytes(name)) return false
    const end = at + size
    if (type === 0x44 && !this.isNumberDue(at)) return false
    if (end > this.to) return this.finished ? false : 'perhaps'
    if (type === 0x45 && (size < LEAST_END_BYTES || endDistance(this.bytes.subarray(at, end)) !== size)) return false
    if (end < this.to && !/[A-Za-z]/.test(String.fromCharCode(this.bytes[end]))) return false
    if (size > this.crcBytes) return false
    this.crcBytes -= size
    try {
      readChunk(this.bytes.subarray(0, this.to), at)
      return true
    } catch {
      return false
    }
  }

  private isNumberDue(at: number): boolean {
    let offset = at + 1
    while (offset < this.to && this.bytes[offset] >= 128) offset++
    try {
      return this.canFollow(readSegment({ payload: this.bytes.subarray(offset + 1, Math.min(this.to, offset + 1 + HEAD_BYTES)) }).number)
    } catch {
      return false
    }
  }
}
