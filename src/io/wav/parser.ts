/**
 * WAV files of every family read from pieces of any size, in memory that does not grow with the sound. Whatever the pieces, the
 * samples, tags and errors are the same.
 */

import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { frameBytes, type PcmLayout, unpackPcm } from '../sound/pcm.js'
import { id3Bytes } from '../tags/id3.js'
import {
  chunkHeadBytes,
  fileHeadBytes,
  Gathered,
  isKnownId,
  PADDING_CONTEXT,
  paddingAt,
  quoted,
  readChunkHead,
  type WavKind,
  wavKind,
} from './chunks.js'
import { notWav, readFormat, type WavFormat } from './format.js'
import { isOwn, keptHead, keptTail, validBitsTag } from './kept.js'

export interface WavReaderOptions extends Warned {
  limits?: Partial<Limits>
  /** Keep what stands before and behind the samples as it is, in two tags, instead of a tag for each chunk. */
  keepChunks?: boolean
}

export interface WavHeader extends WavFormat, PcmLayout {
  kind: WavKind
  /** Samples per channel that are announced; fewer may come, or more in a second data chunk. Absent if the writer left it open. */
  length?: number
}

/**
 * The chunks of a WAV file, also behind an ID3 tag, and its samples as they stand. Data of which the size is left open (0 where no chunk
 * follows, or close to 2^31 or 2^32, as writers to pipes put) reaches to the end of the file, and so does data that the file cuts short.
 * Samples of several data chunks are one sound.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit' (samples, metadata) from `push` and `finish`
 */
export class WavParser {
  /** From when the first samples may come. */
  header?: WavHeader
  /**
   * Chunks other than format and data, but fillers of zeros: those before the samples from when there is a header, those behind them
   * from when the file is finished. With `keepChunks`, two tags (see kept.ts), the second when it is finished.
   */
  readonly metadata: Metadata[] = []
  /** Samples per channel so far. */
  frames = 0

  private readonly head = new Gathered()
  private readonly tail = new Gathered()
  private kind?: WavKind
  /** Of the next chunk of the head. */
  private at = 0
  private format?: WavFormat
  private isOpen = false
  /** Byte behind the file's last chunk, by its own word. */
  private fileEnd = 0
  private longDataSize?: number
  /** Samples per channel by the chunk `fact` of Wave64. */
  private factLength?: number
  private dataSize = 0
  /** Bytes of data that are to come; Infinity if the size is open. */
  private left = 0
  /** Byte behind the data. */
  private dataEnd = 0
  /** Whether what follows has yet to tell if a size of 0 is meant. */
  private isDoubtful = false
  /** Of the next chunk in `tail`; absent until the data's padding is known. */
  private tailAt?: number
  private carry = new Uint8Array(0)
  private tagBytes = 0
  private readonly warn: ReturnType<typeof warner>

  constructor(private readonly options: WavReaderOptions = {}) {
    this.warn = warner(options)
  }

  /** Takes the file's next bytes. @returns the whole frames that they complete, a view on them where that is possible */
  push(bytes: Uint8Array): Uint8Array {
    if (this.header) return this.take(bytes)
    if (this.head.length === 0) this.head.borrow(bytes)
    else this.head.append(bytes)
    const dataAt = this.readHead(false)
    if (dataAt === undefined) {
      this.head.own()
      checkLimit('metadataBytes', this.head.length - HEAD_SLACK, this.options.limits)
      return new Uint8Array(0)
    }
    // what was gathered past the head is data; of one piece, it is a view on that
    const behind = this.head.length - dataAt
    const data = behind <= bytes.length ? bytes.subarray(bytes.length - behind) : this.head.bytes.slice(dataAt)
    if (this.options.keepChunks) this.metadata.push(keptHead(this.head.bytes.subarray(0, dataAt)))
    this.head.borrow(new Uint8Array(0))
    return this.take(data)
  }

  /** The file has ended. */
  finish(): void {
    if (!this.header) {
      if (this.kind === undefined && !this.findKind()) throw notWav(this.head.bytes)
      this.readHead(true)
      const end = this.head.length
      const left = end - this.at - chunkHeadBytes(this.kind as WavKind)
      if (left >= 0) {
        const { id, size } = readChunkHead(this.head.bytes, this.at, this.kind as WavKind)
        throw new LaqError('truncated', `WAV: chunk ${quoted(id ?? '????')} at byte ${this.at} has ${left} of its ${size} bytes`)
      }
      throw new LaqError('truncated', `WAV: the file ends at byte ${end}, before its ${this.format ? 'data' : 'fmt'} chunk`)
    }
    const { dataSize, carry, frames, header } = this
    if (frames === 0 && this.left > 0 && this.left === dataSize && dataSize < Infinity) {
      throw new LaqError('truncated', `WAV: the file ends before the ${dataSize} bytes of its data`)
    }
    if (this.left === 0) this.readTail(true)
    else if (this.left < Infinity) {
      this.warn('damaged', `the file ends ${Math.ceil(this.left / frameBytes(header))} samples before the end that it tells`)
    }
    if (this.options.keepChunks) {
      const tail = new Uint8Array(carry.length + this.tail.length)
      tail.set(carry)
      tail.set(this.tail.bytes, carry.length)
      this.metadata.push(keptTail(frames, tail))
    }
  }

  /** Byte of the file where the samples begin, when there is a header. */
  get dataOffset(): number {
    return this.at + chunkHeadBytes(this.kind as WavKind)
  }

  /** Goes on as if so many samples per channel had come. */
  skipTo(frames: number): void {
    this.frames = frames
    if (!this.header) return
    if (this.isDoubtful && frames > 0) this.reachToEnd()
    this.left = Math.max(0, this.left - frames * frameBytes(this.header))
  }

  private findKind(): boolean {
    const { bytes } = this.head
    if (bytes.length < 10) return false
    const start = id3Bytes(bytes)
    if (bytes.length < start + (bytes[start] === 0x72 ? 40 : 12)) return false
    const kind = wavKind(bytes.subarray(start))
    if (!kind) throw notWav(bytes)
    this.kind = kind
    this.at = start + fileHeadBytes(kind)
    const view = new DataView(bytes.buffer, bytes.byteOffset + start)
    const size = this.kind === 'W64' ? Number(view.getBigUint64(16, true)) : view.getUint32(4, this.kind !== 'RIFX')
    this.isOpen = size === 0 || size >= (this.kind === 'W64' ? 2 ** 53 : OPEN_SIZE)
    this.fileEnd = start + size + (kind === 'W64' ? 0 : 8)
    if (start > 0) this.addTag('id3 ', bytes.subarray(0, start))
    return true
  }

  /** Reads chunks as far as they are there. @returns where the data begins, if that is known */
  private readHead(isWhole: boolean): number | undefined {
    if (!this.kind && !this.findKind()) return
    const kind = this.kind as WavKind
    const { bytes } = this.head
    while (this.at + chunkHeadBytes(kind) <= bytes.length) {
      const { id, size } = readChunkHead(bytes, this.at, kind)
      const start = this.at + chunkHeadBytes(kind)
      if (id === 'data') {
        this.openData(size)
        return start
      }
      if (size < 0) throw new LaqError('malformed', `WAV: a chunk of ${size + 24} bytes at byte ${this.at}`)
      // padding shows by what stands behind it
      if (start + size > bytes.length || (!isWhole && start + size + PADDING_CONTEXT > bytes.length)) return
      this.readChunk(id, bytes.subarray(start, start + size), this.at, kind)
      this.at = start + size + paddingAt(bytes, start, size, kind)
    }
    return
  }

  private readChunk(id: string | undefined, body: Uint8Array, at: number, kind: WavKind): void {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    if (id === 'fmt ') {
      if (this.format) throw new LaqError('malformed', `WAV: a second fmt chunk at byte ${at}`)
      this.format = readFormat(view, kind !== 'RIFX')
      const { validBits, sampleBytes } = this.format
      if (!this.options.keepChunks) this.metadata.unshift(...validBitsTag(validBits, sampleBytes))
    } else if (id === 'ds64') {
      if (body.length < 24) throw new LaqError('malformed', `WAV: ds64 of ${body.length} bytes`)
      if (kind !== 'RF64') return
      const riffSize = view.getBigUint64(0, true)
      this.isOpen = riffSize === 0n || riffSize >= 2n ** 53n
      this.fileEnd = at - fileHeadBytes(kind) + Number(riffSize) + 8
      this.longDataSize = Number(view.getBigUint64(8, true))
    } else if (id === 'fact') {
      if (kind === 'W64' && body.length >= 8) this.factLength = Number(view.getBigUint64(0, true))
    } else if (id !== undefined && !isOwn(id) && !isFiller(id, body)) this.addTag(id, body)
  }

  private addTag(id: string, body: Uint8Array): void {
    this.tagBytes += body.length + METADATA_OVERHEAD
    checkLimit('metadataBytes', this.tagBytes, this.options.limits)
    if (!this.options.keepChunks) this.metadata.push({ type: 'tag', bytes: tagged(id, body) })
  }

  private openData(told: number): void {
    const { kind, format } = this
    if (!format) throw new LaqError('malformed', `WAV: data at byte ${this.at}, before a fmt chunk`)
    let size = this.sizeOf(told, this.at)
    // ffmpeg and others count Wave64's padding as data
    const padding = this.factLength === undefined ? 0 : size - this.factLength * format.sampleBytes * format.channels
    if (padding > 0 && padding < 8) size -= padding
    const layout = { encoding: format.sampleFormat, bigEndian: kind === 'RIFX', channels: format.channels }
    this.header = { kind: kind as WavKind, ...format, ...layout }
    this.begin(size, this.dataOffset)
    this.isDoubtful = size === 0
    if (size < Infinity) this.header.length = Math.floor(size / frameBytes(layout))
  }

  /** Bytes of a data chunk that is said to have `size`; Infinity if that is left open. */
  private sizeOf(size: number, at: number): number {
    const { kind, longDataSize } = this
    const isLong = kind === 'RF64' && size === 0xffffffff && longDataSize !== undefined
    if (isLong) size = longDataSize
    const isUnknown = kind === 'W64' || isLong ? size >= 2 ** 53 : isOpenSize(size)
    if (isUnknown || (size <= 0 && this.isOpen)) return Infinity
    if (size < 0) throw new LaqError('malformed', `WAV: a data chunk of ${size + 24} bytes at byte ${at}`)
    return size
  }

  private begin(size: number, offset: number): void {
    this.dataSize = this.left = size
    this.dataEnd = offset + size
  }

  private reachToEnd(): void {
    this.isDoubtful = false
    delete this.header?.length
    this.warn('length', 'the data chunk says that it has no bytes; all that follow are read as samples')
    this.begin(Infinity, this.dataOffset)
  }

  /** Of the file's next bytes, the whole frames that they complete. */
  private take(bytes: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = []
    for (let rest = bytes; rest.length > 0; ) {
      if (this.left > 0) {
        const data = rest.length <= this.left ? rest : rest.subarray(0, this.left)
        this.left -= data.length
        rest = rest.subarray(data.length)
        parts.push(this.takeData(data))
      } else {
        const piece = rest.subarray(0, TAIL_PIECE)
        this.tail.append(piece)
        checkLimit('metadataBytes', this.tail.length, this.options.limits)
        const data = this.readTail(false)
        // what is more data is a view again where it can be
        rest = data.length <= piece.length ? rest.subarray(piece.length - data.length) : joined([data, rest.subarray(piece.length)])
      }
    }
    const found = parts.filter((part) => part.length > 0)
    return found.length === 1 ? found[0] : joined(found)
  }

  private takeData(data: Uint8Array): Uint8Array {
    const header = this.header as WavHeader
    const whole = this.carry.length > 0 ? joined([this.carry, data]) : data
    const size = whole.length - (whole.length % frameBytes(header))
    this.carry = whole.slice(size)
    this.frames += size / frameBytes(header)
    checkLimit('samples', this.frames * header.channels, this.options.limits)
    return whole.subarray(0, size)
  }

  /** Reads chunks behind the data as far as they are there; one that is cut off is dropped. @returns the first bytes of more data */
  private readTail(isWhole: boolean): Uint8Array {
    const kind = this.kind as WavKind
    const { bytes } = this.tail
    if (this.tailAt === undefined && bytes.length < PADDING_CONTEXT && !isWhole) return NOTHING
    // padding is counted from the data's start, which is aligned
    let at = this.tailAt ?? paddingAt(bytes, -this.dataSize, this.dataSize, kind)
    while (at + chunkHeadBytes(kind) <= bytes.length) {
      const { id, size } = readChunkHead(bytes, at, kind)
      const start = at + chunkHeadBytes(kind)
      if (this.isDoubtful && !this.isChunk(id, size, start)) {
        this.reachToEnd()
        return this.tailFrom(0)
      }
      this.isDoubtful = false
      if (id === 'data') {
        const place = this.dataEnd + at
        if (this.options.keepChunks) throw new LaqError('unsupported', `WAV: a second data chunk at byte ${place}, which cannot be kept`)
        this.warn('length', 'the samples of several data chunks are put one behind the other')
        this.begin(this.sizeOf(size, place), this.dataEnd + start)
        this.carry = new Uint8Array(0)
        return this.tailFrom(start)
      }
      if (size < 0 || start + size + (isWhole ? 0 : PADDING_CONTEXT) > bytes.length) break
      this.readChunk(id, bytes.subarray(start, start + size), this.dataEnd + at, kind)
      at = start + size + paddingAt(bytes, start, size, kind)
    }
    this.tailAt = at
    return NOTHING
  }

  /** The bytes of the tail from `start` on, which is empty then. */
  private tailFrom(start: number): Uint8Array {
    const rest = this.tail.bytes.slice(start)
    this.tail.borrow(new Uint8Array(0))
    delete this.tailAt
    return rest
  }

  /** Whether what stands at `start` less its head is a chunk, and not samples. */
  private isChunk(id: string | undefined, size: number, start: number): boolean {
    if (id === undefined) return false
    return isKnownId(id) || (/^[ -~]{4}$/.test(id) && size >= 0 && this.dataEnd + start + size <= this.fileEnd)
  }
}

/**
 * Whether a file begins as a WAV file whose samples are read here, as far as its first bytes tell: other codecs are not, and ffmpeg, which
 * reads them, wants whole files.
 */
export function isPlainWav(head: Uint8Array): boolean {
  if (!wavKind(head)) return false
  try {
    new WavParser().push(head)
    return true
  } catch (error) {
    // what else is wrong is told by who reads it
    if (error instanceof LaqError) return error.code !== 'unsupported'
    throw error
  }
}

/** Sizes from here on are put by writers that cannot seek back: 2^32 - 1, 2^31 - 1, and those less a header. */
const OPEN_SIZE = 2 ** 31 - 2 ** 16
const isOpenSize = (size: number) => (size >= OPEN_SIZE && size < 2 ** 31) || size >= 2 ** 32 - 2 ** 16

const NOTHING = new Uint8Array(0)

/** What stands behind samples is looked at in such pieces, as it may be samples. */
const TAIL_PIECE = 2 ** 16

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** What a head may hold beside tags. */
const HEAD_SLACK = 2 ** 16

/** Space that a writer reserved and left empty. */
function isFiller(id: string, body: Uint8Array): boolean {
  return /^(JUNK|junk|PAD |FLLR)$/.test(id) && body.every((byte) => byte === 0)
}

function tagged(id: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 4)
  for (let i = 0; i < 4; i++) bytes[i] = id.charCodeAt(i)
  bytes.set(body, 4)
  return bytes
}

export interface WavSampleOptions extends WavReaderOptions {
  /**
   * For lossy coding: doubles are rounded to f32, and floats that are not finite refused. Otherwise doubles that f32 does not hold are
   * refused, and the others are a sound of f32.
   */
  lossy?: boolean
}

/**
 * Samples of a WAV file from pieces of it: integers as Int32Array, f32 bit for bit.
 *
 *     const reader = new WavReader()
 *     for (const piece of file) use(reader.push(piece))   // planar blocks, of any length
 *     reader.finish()
 *
 * @throws as {@link WavParser}; 'unsupported' on a double that f32 does not hold
 */
export class WavReader {
  private readonly parser: WavParser

  constructor(private readonly options: WavSampleOptions = {}) {
    this.parser = new WavParser(options)
  }

  /** From when the first samples may come. `encoding` is what the file has, `sampleFormat` what the samples are. */
  get header(): WavHeader | undefined {
    const { header } = this.parser
    return header && (this.options.lossy ? header : asHeld(header))
  }

  /** See {@link WavParser.dataOffset}. */
  get dataOffset(): number {
    return this.parser.dataOffset
  }

  /** See {@link WavParser.metadata}. */
  get metadata(): Metadata[] {
    return this.parser.metadata
  }

  /** Samples per channel so far. */
  get frames(): number {
    return this.parser.frames
  }

  /** Takes the file's next bytes. @returns the samples that they complete: as many channels as the header has, none before there is one */
  push(bytes: Uint8Array): AudioData['channels'] {
    const before = this.parser.frames
    const data = this.parser.push(bytes)
    if (!this.parser.header) return []
    if (!this.options.lossy) return unpackExactly(data, this.parser.header, before)
    const block = unpackPcm(data, this.parser.header)
    checkFinite(block, before)
    return block
  }

  finish(): void {
    this.parser.finish()
  }
}

/** @throws LaqError 'unsupported' on a float that is not finite; `first` is the number of the first sample */
export function checkFinite(channels: AudioData['channels'], first = 0): void {
  for (const [c, samples] of channels.entries()) {
    if (samples instanceof Int32Array) return
    for (let i = 0; i < samples.length; i++) {
      if (!Number.isFinite(samples[i])) throw new LaqError('unsupported', `WAV: sample ${first + i} of channel ${c} is ${samples[i]}`)
    }
  }
}

/** Doubles that f32 holds are f32. */
export const asHeld = <T extends { sampleFormat: WavFormat['sampleFormat'] }>(sound: T): T =>
  sound.sampleFormat === 'f64' ? { ...sound, sampleFormat: 'f32' } : sound

/** Samples as they are. @throws LaqError 'unsupported' on a double that f32 does not hold; `first` is the number of the first frame */
export function unpackExactly(data: Uint8Array, layout: PcmLayout, first = 0): AudioData['channels'] {
  if (layout.encoding === 'f64') {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    for (let at = 0; at + 8 <= data.length; at += 8) {
      const value = view.getFloat64(at, !layout.bigEndian)
      // of the doubles that are no number, the plain one alone comes back
      const isHeld = Number.isNaN(value) ? view.getBigUint64(at, !layout.bigEndian) === PLAIN_NAN : Object.is(Math.fround(value), value)
      if (!isHeld) {
        const frame = first + Math.floor(at / frameBytes(layout))
        throw new LaqError('unsupported', `WAV: sample ${frame} is ${value}, a double that 32 bits do not hold`)
      }
    }
  }
  return unpackPcm(data, layout)
}

const PLAIN_NAN = 0x7ff8_0000_0000_0000n
