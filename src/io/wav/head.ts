/** The first state of reading a WAV file: everything up to its samples, gathered until it is whole. */
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit } from '../../../codecs/limits.js'
import { id3Bytes } from '../tags/id3.js'
import { chunkHeadBytes, fileHeadBytes, Gathered, PADDING_CONTEXT, paddingAt, quoted, readChunkHead, wavKind } from './chunks.js'
import { WavFacts, type WavParserOptions } from './facts.js'
import { notWav } from './format.js'
import { keptHead } from './kept.js'

/** What a head may hold beside tags. */
const HEAD_SLACK = 2 ** 16

export interface DataChunk {
  facts: WavFacts
  /** Bytes of data, by the chunk's head. */
  told: number
  /** The bytes behind that head that are there: a view on the last piece where that is possible. */
  bytes: Uint8Array
}

export class WavHead {
  private readonly gathered = new Gathered()
  /** Absent until the kind of file is known. */
  private facts?: WavFacts
  /** Byte of the file where the next chunk begins; in the end the data chunk. */
  at = 0

  constructor(
    private readonly metadata: Metadata[],
    private readonly options: WavParserOptions,
  ) {}

  /** Takes the file's next bytes. @returns the data chunk as soon as it begins: the head is done then */
  push(piece: Uint8Array): DataChunk | undefined {
    const { gathered } = this
    if (gathered.length === 0) gathered.borrow(piece)
    else gathered.append(piece)
    const told = this.read(false)
    if (told === undefined) {
      gathered.own()
      checkLimit('metadataBytes', gathered.length - HEAD_SLACK, this.options.limits)
      return
    }
    const facts = this.facts as WavFacts
    const dataAt = this.at + chunkHeadBytes(facts.kind)
    const behind = gathered.length - dataAt
    const bytes = behind <= piece.length ? piece.subarray(piece.length - behind) : gathered.bytes.slice(dataAt)
    if (this.options.keepChunks) this.metadata.push(keptHead(gathered.bytes.subarray(0, dataAt)))
    gathered.borrow(new Uint8Array(0))
    return { facts, told, bytes }
  }

  /** The file has ended before its data. @throws LaqError that says where */
  finish(): never {
    const { gathered } = this
    if (!this.facts && !this.readFileHead()) throw notWav(gathered.bytes)
    this.read(true)
    const { kind, format } = this.facts as WavFacts
    const left = gathered.length - this.at - chunkHeadBytes(kind)
    if (left >= 0) {
      const { id, size } = readChunkHead(gathered.bytes, this.at, kind)
      throw new LaqError('truncated', `WAV: chunk ${quoted(id ?? '????')} at byte ${this.at} has ${left} of its ${size} bytes`)
    }
    throw new LaqError('truncated', `WAV: the file ends at byte ${gathered.length}, before its ${format ? 'data' : 'fmt'} chunk`)
  }

  /** Reads chunks as far as they are there. @returns the size that the data chunk tells, if that has begun */
  private read(isWhole: boolean): number | undefined {
    if (!this.facts && !this.readFileHead()) return
    const facts = this.facts as WavFacts
    const { bytes } = this.gathered
    const headBytes = chunkHeadBytes(facts.kind)
    while (this.at + headBytes <= bytes.length) {
      const { id, size } = readChunkHead(bytes, this.at, facts.kind)
      if (id === 'data') return size
      if (size < 0) throw new LaqError('malformed', `WAV: a chunk of ${size + 24} bytes at byte ${this.at}`)
      const start = this.at + headBytes
      // padding shows by what stands behind it
      if (start + size > bytes.length || (!isWhole && start + size + PADDING_CONTEXT > bytes.length)) return
      facts.readChunk(id, bytes.subarray(start, start + size), this.at)
      this.at = start + size + paddingAt(bytes, start, size, facts.kind)
    }
    return
  }

  /** @returns whether enough of the file is there to know its kind @throws LaqError if it is no WAV file */
  private readFileHead(): boolean {
    const { bytes } = this.gathered
    if (bytes.length < 10) return false
    const start = id3Bytes(bytes)
    // Wave64 begins with a small r
    if (bytes.length < start + (bytes[start] === 0x72 ? 40 : 12)) return false
    const kind = wavKind(bytes.subarray(start))
    if (!kind) throw notWav(bytes)
    this.facts = new WavFacts(kind, bytes, start, this.metadata, this.options)
    this.at = start + fileHeadBytes(kind)
    return true
  }
}
