/**
 * The bytes of a sound file to samples while they come in. Memory holds the bytes and samples of one segment and of those under way in
 * threads; a segment is decoded when its last byte has come (of hybrid files, that of its correction), and its samples come when that is
 * done, with or without threads.
 */

import { asFloats } from '../../../codecs/audio/floats.js'
import { readAudioHeader, type SoundHeader } from '../../../codecs/audio/header.js'
import { bitsOf, formatBytes } from '../../../codecs/audio/sound.js'
import { mostPayloadBytes, segmentCount, segmentRange } from '../../../codecs/audio/spans.js'
import { Md5 } from '../../../codecs/container/md5.js'
import type { EndChunk } from '../../../codecs/container/sequence.js'
import { type Found, Walker } from '../../../codecs/container/walker.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit } from '../../../codecs/limits.js'
import { throwIfAborted } from '../../../codecs/turns.js'
import { withinEach } from '../../calls/deadline.js'
import { type Bytes, bytesOf } from '../../calls/input.js'
import { checkRules } from '../../calls/options.js'
import { heedful, inThisThread } from '../../threads/runner.js'
import type { AudioDamage } from '../damage.js'
import { DECODE_STREAM_RULES, type DecodeStreamOptions } from '../decodeoptions.js'
import { segmentsAhead, UnderWay } from '../inorder.js'
import { checkLast, checkSound } from '../openfile.js'
import { type Block, checkCorrection, type DecodedSegment, SegmentDecoder } from '../segmentdecoder.js'
import type { SegmentBytes } from '../segmentencoder.js'
import { sourceOf } from './source.js'
import { untilStopped } from './untilstopped.js'

/** A segment in its turn: decoded, or lost. */
interface Turn {
  index: number
  length: number
  found: DecodedSegment | LaqError
  /** Where it is, or should be. */
  offset: number
  /** Set if a correction is missing. */
  uncorrected?: Damaged | undefined
}

interface Damaged {
  offset: number
  reason: LaqError
}

/**
 * Decodes a sound file from pieces of any size. Blocks follow each other without gaps. `limits.samples` holds for what comes out, silence in
 * the place of what is lost included: Infinity for sounds that go on and on.
 *
 * @throws LaqError as `decodeAudio`; TypeError on a piece that holds no bytes
 */
export async function* decodeBlocks(
  bytes: AsyncIterable<Bytes> | Iterable<Bytes>,
  options: DecodeStreamOptions = {},
): AsyncGenerator<Block> {
  checkRules('decodeBlocks', options, DECODE_STREAM_RULES)
  yield* withinEach(options, (timed) => blocksOf(bytes, timed))
}

async function* blocksOf(bytes: AsyncIterable<Bytes> | Iterable<Bytes>, options: DecodeStreamOptions): AsyncGenerator<Block> {
  const pieces = sourceOf(bytes, (piece) => bytesOf(piece, 'a piece of the file'), options.signal)
  const stream = new DecoderStream(options)
  for await (const piece of stream.turns.between(untilStopped(pieces, options.stop))) {
    yield* stream.ready()
    if (piece === undefined) continue
    stream.walker.push(piece)
    yield* stream.walk()
  }
  if (options.stop?.aborted && !stream.isWhole) {
    yield* stream.leave()
    return
  }
  stream.walker.finish()
  yield* stream.walk()
  yield* stream.finish()
}

class DecoderStream {
  readonly walker: Walker
  private readonly tolerant: boolean
  private decoder: SegmentDecoder | undefined
  /** A segment whose correction is to come. */
  private held: { index: number; length: number; offset: number; segment: SegmentBytes } | undefined
  readonly turns = new UnderWay<Turn>()
  private next = 0
  /** Samples per channel that were given. */
  private given = 0
  private isDamaged = false
  /** Since the last segment that was found. */
  private damage: Damaged | undefined
  private lastDamage: Damaged | undefined
  private end: EndChunk | undefined
  /** Where that is. */
  private fileEnd = 0
  private readonly md5 = new Md5()
  private readonly ahead: number

  constructor(private readonly options: DecodeStreamOptions) {
    this.tolerant = options.tolerant ?? options.onDamage !== undefined
    this.walker = new Walker(options.limits, this.tolerant)
    this.ahead = segmentsAhead(options.runner ?? inThisThread)
  }

  /** Takes what the bytes so far have. */
  async *walk(): AsyncGenerator<Block> {
    for (let found = this.walker.next(); found; found = this.walker.next()) {
      throwIfAborted(this.options.signal)
      this.take(found)
      while (this.turns.length >= this.ahead) yield* this.turn()
    }
  }

  private take(found: Found): void {
    if (found.what === 'header') {
      checkSound(found.kind)
      this.begin(readAudioHeader(found.header, this.options.limits))
    } else if (found.what === 'metadata') this.options.onMetadata?.(found.metadata)
    else if (found.what === 'segment') this.segment(found)
    else if (found.what === 'correction') {
      if (this.held?.index === found.correction.number) this.held.segment.correction = found.correction.bytes
      this.release(found.offset)
    } else if (found.what === 'damage') {
      this.damage = this.lastDamage = { offset: found.offset, reason: found.reason }
      this.release(found.offset)
    } else {
      this.end = found.end
      this.fileEnd = found.offset
    }
  }

  private begin(header: SoundHeader): void {
    const { mode, sampleRateHz, sampleFormat, channels, channelMask, length } = header
    const { runner = inThisThread, signal, correction = true, onInfo } = this.options
    this.decoder = new SegmentDecoder(header, heedful(runner, { signal }), mode === 'lossless' || (mode === 'hybrid' && correction))
    this.walker.mostPayloadBytes = mostPayloadBytes(header)
    if (length !== undefined) this.walker.mostSegments = segmentCount(header, length)
    onInfo?.({ mode, sampleRateHz, sampleFormat, channels, ...(channelMask && { channelMask }), ...(length !== undefined && { length }) })
  }

  private segment({ segment: { number, length: told, bytes }, offset }: Found & { what: 'segment' }): void {
    const { header } = this.decoder!
    this.release(offset)
    const length = header.length ?? told ?? Number.POSITIVE_INFINITY
    this.missing(number, header.length ?? Number.POSITIVE_INFINITY, offset)
    try {
      // of a header with a length the walk has checked the number
      if (!this.tolerant || header.length === undefined) checkLast(header, length, number, told)
    } catch (error) {
      if (!this.tolerant || !(error instanceof LaqError)) throw error
      this.damage = { offset, reason: error }
      this.missing(number + 1, Number.POSITIVE_INFINITY, offset)
      return
    }
    checkLimit('samples', segmentRange(header, length, number).end * header.channels, this.options.limits)
    this.held = { index: number, length, offset, segment: { data: bytes } }
    if (this.decoder!.header.mode !== 'hybrid') this.release(offset)
    // the bytes are a view on a buffer that moves
    else this.held.segment.data = bytes.slice()
  }

  /** Gives their turn to segments that are missing before number `index`, which is at `offset`. */
  private missing(index: number, length: number, offset: number): void {
    if (this.next >= index) return
    const { header } = this.decoder!
    checkLimit('samples', segmentRange(header, length, index - 1).end * header.channels, this.options.limits)
    for (; this.next < index; this.next++) {
      const damage = this.damage ?? { offset, reason: new LaqError('malformed', `byte ${offset}: segment ${this.next} is missing`) }
      this.turns.push(Promise.resolve({ index: this.next, length, found: damage.reason, offset: damage.offset }))
    }
    this.damage = undefined
  }

  /** Begins to decode the segment that is held; what follows it is at `at`. */
  private release(at: number): void {
    if (!this.held) return
    const { index, length, offset, segment } = this.held
    this.held = undefined
    const decoder = this.decoder!
    if (!this.tolerant && this.isExact) checkCorrection(decoder.header, index, segment.correction)
    const missing = () =>
      this.damage ?? { offset: at, reason: new LaqError('malformed', `byte ${at}: the correction of segment ${index} is missing`) }
    const uncorrected = this.isExact && decoder.header.mode === 'hybrid' && !segment.correction ? missing() : undefined
    const failed = (error: unknown) => {
      if (this.tolerant && error instanceof LaqError && error.code !== 'aborted') return error
      throw error
    }
    const decoded = decoder.decode(index, length, segment).catch(failed)
    this.turns.push(decoded.then((found) => ({ index, length, offset, uncorrected, found })))
    this.next = index + 1
  }

  /** Samples of segments that are decoded, and have nothing before them that is not. */
  async *ready(): AsyncGenerator<Block> {
    while (this.turns.isReady) yield* this.turn()
  }

  /** The samples of the segment whose turn it is. */
  private async *turn(): AsyncGenerator<Block> {
    const { index, length, offset, uncorrected, found } = await this.turns.shift()
    const decoder = this.decoder!
    const { header } = decoder
    const lost = found instanceof LaqError
    const block = lost ? decoder.skip(index, length) : decoder.join(index, length, found)
    const place = { segment: index, from: block.start, to: block.start + block.channels[0].length }
    if (lost) this.tell({ what: 'segment', ...place, offset, reason: found })
    else if (uncorrected) this.tell({ what: 'correction', ...place, ...uncorrected })
    this.given = place.to
    if (place.to === place.from) return
    const { sampleFormat } = header
    if (this.isExact && !this.isDamaged) {
      const whole = block.channels.map((samples) => bitsOf(samples, sampleFormat))
      this.md5.update(formatBytes(whole, sampleFormat, 0, whole[0].length))
    }
    yield this.options.exact ? block : { start: block.start, channels: asFloats({ ...block, sampleRateHz: 1, sampleFormat }).channels }
  }

  private get isExact(): boolean {
    const mode = this.decoder?.header.mode
    return mode === 'lossless' || (mode === 'hybrid' && (this.options.correction ?? true))
  }

  private tell(damage: AudioDamage): void {
    if (!this.tolerant) throw damage.reason
    this.isDamaged = true
    this.options.onDamage?.(damage)
  }

  /** Whether the end of the file has come. */
  get isWhole(): boolean {
    return this.end !== undefined
  }

  /** Nothing more is wanted: what is under way. */
  async *leave(): AsyncGenerator<Block> {
    if (!this.decoder) throw new LaqError('aborted', 'stopped before there was a sound')
    while (this.turns.length > 0) yield* this.turn()
  }

  /** All bytes have come: what is under way, and whether it was all. */
  async *finish(): AsyncGenerator<Block> {
    this.release(this.fileEnd)
    const { header } = this.decoder!
    const { end } = this
    if (end) {
      if (header.length !== undefined && end.length !== header.length && !this.tolerant)
        throw new LaqError('malformed', `the end says ${end.length} samples, the header ${header.length}`)
      const wanted = segmentCount(header, header.length ?? end.length)
      if (!this.tolerant && this.next !== wanted)
        throw new LaqError('malformed', `${this.next} segments where ${end.length} samples have ${wanted}`)
      // what is missing may be many only where the file is made to be so
      if (wanted - this.next <= MOST_MISSING_AT_END) this.missing(wanted, header.length ?? end.length, this.fileEnd)
    }
    while (this.turns.length > 0) yield* this.turn()
    if (!end) {
      // a file without an end has damage where it should be
      const { offset, reason } = this.lastDamage!
      this.tell({ what: 'end', segment: this.next, offset, from: this.given, to: header.length ?? this.given, reason })
    } else if (end.md5 && this.isExact && !this.isDamaged && !this.md5.digest().every((byte, i) => byte === end.md5?.[i])) {
      const reason = new LaqError('malformed', 'the samples do not have their MD5')
      this.tell({ what: 'checksum', segment: 0, offset: 0, from: 0, to: this.given, reason })
    }
  }
}

/** Segments before the end that become silence if they are missing. */
const MOST_MISSING_AT_END = 3600
