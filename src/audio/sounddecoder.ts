/**
 * The bytes of a sound file to samples, as they come. Memory holds the bytes and samples of one segment and of those under way in threads;
 * a segment is decoded when its last byte has come (of hybrid files, that of its correction), and its samples come when that is done, with
 * or without threads.
 */

import { asFloats } from '../../codecs/audio/floats.js'
import type { SoundHeader } from '../../codecs/audio/header.js'
import { bitsOf, formatBytes } from '../../codecs/audio/sound.js'
import { segmentRange } from '../../codecs/audio/spans.js'
import { Md5 } from '../../codecs/container/md5.js'
import { LaqError } from '../../codecs/errors.js'
import { throwIfAborted } from '../../codecs/turns.js'
import { heedful, inThisThread } from '../threads/runner.js'
import type { AudioDamage } from './damage.js'
import type { DecodeStreamOptions } from './decodeoptions.js'
import { segmentsAhead, UnderWay } from './inorder.js'
import { type Damaged, type Part, type ReadSegment, type Run, SoundReader } from './reader.js'
import { type Block, type DecodedSegment, SegmentDecoder } from './segmentdecoder.js'

/** A segment in its turn: decoded, or lost. */
interface Turn {
  index: number
  length: number
  found: DecodedSegment | LaqError
  /** Byte of the file at which it is, or should be. */
  offset: number
  /** Set if a correction is missing. */
  uncorrected?: Damaged | undefined
}

/** Decoded segments lie in memory whole until their turn: of large ones a few must do. */
const MOST_AHEAD_SAMPLES = 2 ** 23

export class SoundDecoder {
  readonly turns = new UnderWay<Turn>()
  private readonly reader: SoundReader
  private readonly tolerant: boolean
  private decoder: SegmentDecoder | undefined
  /** Samples are those that were coded, bit for bit. */
  private isExact = false
  /** Bytes are left out. */
  private isPart = false
  /** Segments under way at most. */
  private ahead = 1
  /** Samples per channel that were given. */
  private given = 0
  /** Of all samples so far; none where there cannot be one. */
  private md5: Md5 | undefined

  constructor(private readonly options: DecodeStreamOptions) {
    const { limits, onDamage, tolerant = onDamage !== undefined, correction = true } = options
    this.tolerant = tolerant
    this.reader = new SoundReader({ limits, tolerant, corrected: correction })
  }

  /** Takes the next bytes of the file, which are the caller's again when the last block has come. */
  take(piece: Uint8Array): AsyncGenerator<Block> {
    return this.decode(this.reader.take(piece))
  }

  /** Decodes a file that is there, or some runs of it. */
  async *read(bytes: Uint8Array, runs?: readonly Run[]): AsyncGenerator<Block> {
    this.isPart = runs?.some(({ start }, i) => start !== (runs[i - 1]?.end ?? 0)) ?? false
    yield* this.decode(this.reader.read(bytes, runs))
    yield* this.leave()
    this.checkEnd()
  }

  /** Samples of segments that are decoded, and have nothing before them that is not. */
  async *ready(): AsyncGenerator<Block> {
    while (this.turns.isReady) yield* this.turn()
  }

  /** Whether the end of the file has come. */
  get isWhole(): boolean {
    return this.reader.end !== undefined
  }

  /** Nothing more is wanted: what is under way. */
  async *leave(): AsyncGenerator<Block> {
    if (!this.decoder) throw new LaqError('aborted', 'stopped before there was a sound')
    while (this.turns.length > 0) yield* this.turn()
  }

  /** All bytes have come: what is under way, and whether it was all. */
  async *finish(): AsyncGenerator<Block> {
    yield* this.decode(this.reader.finish())
    yield* this.leave()
    this.checkEnd()
  }

  private checkEnd(): void {
    const { end, header, next } = this.reader
    const { given, md5 } = this
    if (!end) {
      // a file without an end has damage where it should be
      const { offset, reason } = this.reader.lastDamage!
      this.tell({ what: 'end', segment: next, offset, from: given, to: header?.length ?? given, reason })
    } else if (end.md5 && md5 && !md5.digest().every((byte, i) => byte === end.md5?.[i])) {
      const reason = new LaqError('malformed', 'the samples do not have their MD5')
      this.tell({ what: 'checksum', segment: 0, offset: 0, from: 0, to: given, reason })
    }
  }

  private async *decode(parts: Iterable<Part>): AsyncGenerator<Block> {
    for (const part of parts) {
      throwIfAborted(this.options.signal)
      if (part.what === 'header') this.begin(part.header)
      else if (part.what === 'metadata') this.options.onMetadata?.(part.metadata)
      else if (part.what === 'segment') this.segment(part)
      else {
        const { index, length, damage } = part
        this.turns.push(Promise.resolve({ index, length, found: damage.reason, offset: damage.offset }))
      }
      while (this.turns.length >= this.ahead) yield* this.turn()
    }
  }

  private begin(header: SoundHeader): void {
    const { mode, sampleRateHz, sampleFormat, channels, channelMask, length } = header
    const { runner = inThisThread, signal, correction = true, onInfo } = this.options
    this.isExact = mode === 'lossless' || (mode === 'hybrid' && correction)
    if (this.isExact && !this.isPart) this.md5 = new Md5()
    this.decoder = new SegmentDecoder(header, heedful(runner, { signal }), this.isExact)
    const { start, end } = segmentRange(header, Number.POSITIVE_INFINITY, 1)
    this.ahead = Math.min(segmentsAhead(runner), Math.ceil(MOST_AHEAD_SAMPLES / ((end - start) * channels)))
    onInfo?.({ mode, sampleRateHz, sampleFormat, channels, ...(channelMask && { channelMask }), ...(length !== undefined && { length }) })
  }

  private segment({ index, length, offset, bytes, uncorrected }: ReadSegment): void {
    const failed = (error: unknown) => {
      if (this.tolerant && error instanceof LaqError && error.code !== 'aborted') return error
      throw error
    }
    const decoded = this.decoder!.decode(index, length, bytes).catch(failed)
    this.turns.push(decoded.then((found) => ({ index, length, offset, uncorrected, found })))
  }

  /** The samples of the segment whose turn it is. */
  private async *turn(): AsyncGenerator<Block> {
    const { index, length, offset, uncorrected, found } = await this.turns.shift()
    const decoder = this.decoder!
    const { sampleFormat } = decoder.header
    const lost = found instanceof LaqError
    const block = lost ? decoder.skip(index, length) : decoder.join(index, length, found)
    const place = { segment: index, from: block.start, to: block.start + block.channels[0].length }
    if (lost) this.tell({ what: 'segment', ...place, offset, reason: found })
    else if (uncorrected) this.tell({ what: 'correction', ...place, ...uncorrected })
    this.given = place.to
    if (place.to === place.from) return
    if (this.md5) {
      const whole = block.channels.map((samples) => bitsOf(samples, sampleFormat))
      this.md5.update(formatBytes(whole, sampleFormat, 0, whole[0].length))
    }
    yield this.options.exact ? block : { start: block.start, channels: asFloats({ ...block, sampleRateHz: 1, sampleFormat }).channels }
  }

  private tell(damage: AudioDamage): void {
    if (!this.tolerant) throw damage.reason
    this.md5 = undefined
    this.options.onDamage?.(damage)
  }
}
