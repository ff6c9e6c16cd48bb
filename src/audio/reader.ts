/**
 * A sound file's parts in their order, from bytes that come in pieces of any size: the one way that files and streams are read. What is
 * missing or contradicts itself is an error; a tolerant reader passes over it, and tells each segment that is lost in its place.
 */
import { readAudioHeader, type SoundHeader } from '../../codecs/audio/header.js'
import { mostPayloadBytes, segmentCount, segmentRange } from '../../codecs/audio/spans.js'
import { MOST_MISSING } from '../../codecs/container/bounds.js'
import type { Kind, Metadata } from '../../codecs/container/container.js'
import type { EndChunk } from '../../codecs/container/sequence.js'
import { type Found, Walker } from '../../codecs/container/walker.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, type Limits } from '../../codecs/limits.js'
import type { SegmentBytes } from './segmentencoder.js'

export type Part =
  | { what: 'header'; header: SoundHeader }
  | { what: 'metadata'; metadata: Metadata }
  | ({ what: 'segment' } & ReadSegment)
  | ({ what: 'lost' } & LostSegment)

/** A place among the segments. */
interface Place {
  index: number
  /** Samples per channel of the whole sound; Infinity as long as it is unknown, which only the last segment has to know. */
  length: number
}

export interface ReadSegment extends Place {
  /** Byte of the file at which it is. */
  offset: number
  bytes: SegmentBytes
  /** Its correction is missing. */
  uncorrected?: Damaged | undefined
}

export interface LostSegment extends Place {
  damage: Damaged
}

export interface Damaged {
  /** Byte of the file where reading failed, or where something else is than what was due. */
  offset: number
  reason: LaqError
}

/** Bytes start..end-1 of a file, where segment number `segment` is due. */
export interface Run {
  start: number
  end: number
  segment: number
}

export interface ReadOptions {
  limits?: Partial<Limits> | undefined
  tolerant?: boolean
  /** Corrections of hybrid sounds are wanted: one that is missing is damage. Default: true. */
  corrected?: boolean
}

export class SoundReader {
  header: SoundHeader | undefined
  /** Number of the segment that is due. */
  next = 0
  /** The end of the file, if it has come. */
  end: EndChunk | undefined
  /** Where reading failed last. */
  lastDamage: Damaged | undefined
  /** Bytes of the chunks of segments and corrections so far. */
  segmentBytes = 0
  private readonly walker: Walker
  private readonly limits: Partial<Limits>
  private readonly tolerant: boolean
  private readonly corrected: boolean
  /** A segment whose correction is to come. */
  private held: ReadSegment | undefined
  /** Where reading failed since the last segment that was found. */
  private damage: Damaged | undefined
  private endOffset = 0

  constructor({ limits = {}, tolerant = false, corrected = true }: ReadOptions) {
    this.limits = limits
    this.tolerant = tolerant
    this.corrected = corrected
    this.walker = new Walker(limits, tolerant)
  }

  /** Parts that are whole with the next bytes of the file. These are the caller's again when the last part has been taken. */
  *take(piece: Uint8Array): Generator<Part> {
    this.walker.push(piece)
    yield* this.walk()
  }

  /** Parts of a file that is there, or of some runs of it, of which the last reaches its end. */
  *read(bytes: Uint8Array, runs: readonly Run[] = [{ start: 0, end: bytes.length, segment: 0 }]): Generator<Part> {
    let at = 0
    for (const { start, end, segment } of runs) {
      if (start !== at) {
        yield* this.release(start)
        this.walker.skip(start, segment)
        this.next = segment
      }
      if (end >= bytes.length) this.walker.finish()
      yield* this.take(bytes.subarray(start, end))
      at = end
    }
    yield* this.finish()
  }

  /** All bytes have come: the last parts, and whether it was all. */
  *finish(): Generator<Part> {
    this.walker.finish()
    yield* this.walk()
    yield* this.release(this.endOffset)
    const { header, end, tolerant } = this
    if (!header || !end) return
    if (header.length !== undefined && end.length !== header.length && !tolerant)
      throw new LaqError('malformed', `the end says ${end.length} samples, the header ${header.length}`)
    const length = header.length ?? end.length
    const wanted = segmentCount(header, length)
    if (!tolerant && this.next !== wanted)
      throw new LaqError('malformed', `${this.next} segments where ${end.length} samples have ${wanted}`)
    if (wanted - this.next <= MOST_MISSING) yield* this.missing(wanted, length, this.endOffset)
  }

  private *walk(): Generator<Part> {
    for (let found = this.walker.next(); found; found = this.walker.next()) yield* this.partsOf(found)
  }

  private *partsOf(found: Found): Generator<Part> {
    switch (found.what) {
      case 'header':
        yield { what: 'header', header: this.begin(found) }
        return
      case 'metadata':
        yield found
        return
      case 'segment':
        this.segmentBytes += found.size
        yield* this.segment(found)
        return
      case 'correction':
        this.segmentBytes += found.size
        if (this.held?.index === found.correction.number) this.held.bytes.correction = found.correction.bytes
        yield* this.release(found.offset)
        return
      case 'damage':
        this.damage = this.lastDamage = { offset: found.offset, reason: found.reason }
        yield* this.release(found.offset)
        return
      case 'end':
        this.end = found.end
        this.endOffset = found.offset
    }
  }

  private begin({ kind, header: payload }: Found & { what: 'header' }): SoundHeader {
    checkSound(kind)
    const header = readAudioHeader(payload, this.limits)
    this.header = header
    this.walker.mostPayloadBytes = mostPayloadBytes(header)
    if (header.length !== undefined) this.walker.mostSegments = segmentCount(header, header.length)
    return header
  }

  private *segment({ segment: { number, length: told, bytes }, offset }: Found & { what: 'segment' }): Generator<Part> {
    const header = this.header!
    yield* this.release(offset)
    const length = header.length ?? told ?? Number.POSITIVE_INFINITY
    yield* this.missing(number, header.length ?? Number.POSITIVE_INFINITY, offset)
    try {
      // of a header with a length the walk has checked the number
      if (!this.tolerant || header.length === undefined) checkLast(header, length, number, told)
    } catch (error) {
      if (!this.tolerant || !(error instanceof LaqError)) throw error
      this.damage = { offset, reason: error }
      yield* this.missing(number + 1, Number.POSITIVE_INFINITY, offset)
      return
    }
    this.checkSamples({ index: number, length })
    // a segment that waits for its correction is copied: the bytes are a view on a buffer that moves
    this.held = { index: number, length, offset, bytes: { data: header.mode === 'hybrid' ? bytes.slice() : bytes } }
    if (header.mode !== 'hybrid') yield* this.release(offset)
  }

  /** Segments that are missing before number `index`, which is at `offset`. */
  private *missing(index: number, length: number, offset: number): Generator<Part> {
    if (this.next >= index) return
    this.checkSamples({ index: index - 1, length })
    for (; this.next < index; this.next++) {
      const damage = this.damage ?? malformed(offset, `segment ${this.next} is missing`)
      yield { what: 'lost', index: this.next, length, damage }
    }
    this.damage = undefined
  }

  /** The segment that is held; what follows it is at `offset`. */
  private *release(offset: number): Generator<Part> {
    const { held, header } = this
    if (!held || !header) return
    this.held = undefined
    if (header.mode === 'hybrid' && this.corrected && !held.bytes.correction) {
      if (!this.tolerant) throw new LaqError('malformed', `segment ${held.index} has no correction`)
      held.uncorrected = this.damage ?? malformed(offset, `the correction of segment ${held.index} is missing`)
    }
    this.next = held.index + 1
    yield { what: 'segment', ...held }
  }

  private checkSamples({ index, length }: Place): void {
    const header = this.header!
    checkLimit('samples', segmentRange(header, length, index).end * header.channels, this.limits)
  }
}

const malformed = (offset: number, what: string): Damaged => ({ offset, reason: new LaqError('malformed', `byte ${offset}: ${what}`) })

/** @throws LaqError 'unsupported' if the file holds something else than a sound */
export function checkSound(kind: Kind): void {
  if (kind !== 'audio') throw new LaqError('unsupported', `the file holds an ${kind}, not a sound`)
}

/** @throws LaqError 'malformed' unless the last segment, and no other, tells the length of the sound */
function checkLast(header: SoundHeader, length: number, index: number, told: number | undefined): void {
  const wanted = index === segmentCount(header, length) - 1 ? length : undefined
  if (told !== wanted) throw new LaqError('malformed', `segment ${index}: ${told ?? 'no'} samples in all, not ${wanted ?? 'more segments'}`)
}
