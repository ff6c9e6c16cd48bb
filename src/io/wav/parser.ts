/**
 * WAV files of every family read from pieces of any size, in memory that does not grow with the sound. Whatever the pieces, the
 * samples, tags and errors are the same.
 *
 * A file goes through three states: its head (head.ts), its samples, and what stands behind them (tail.ts), from where it may go back
 * to samples.
 */
import { joined, type Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit } from '../../../codecs/limits.js'
import { warner } from '../../calls/warnings.js'
import { frameBytes } from '../sound/pcm.js'
import { chunkHeadBytes, wavKind } from './chunks.js'
import type { WavFacts, WavHeader, WavParserOptions } from './facts.js'
import type { WavFormat } from './format.js'
import { type DataChunk, WavHead } from './head.js'
import { keptTail } from './kept.js'
import { type BehindData, WavTail } from './tail.js'

/** What stands behind samples is looked at in such pieces, as it may be samples. */
const TAIL_PIECE = 2 ** 16

const NOTHING = new Uint8Array(0)

/**
 * The chunks of a WAV file, also behind an ID3 tag, and its samples as they stand. Data of which the size is left open (0 where no chunk
 * follows, or close to 2^31 or 2^32, as writers to pipes put) reaches to the end of the file, and so does data that the file cuts short.
 * Samples of several data chunks are one sound.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit' (samples, metadata) from `push` and `finish`
 */
export class WavParser {
  /** Known before the first samples come. */
  header?: WavHeader
  /**
   * Chunks other than format and data, but fillers of zeros: those before the samples from when there is a header, those behind them
   * from when the file is finished. With `keepChunks`, two tags (see kept.ts), the second when it is finished.
   */
  readonly metadata: Metadata[] = []
  /** Samples per channel so far. */
  frames = 0

  private readonly head: WavHead
  /** Known when there is a header, as `tail` is. */
  private facts?: WavFacts
  private tail?: WavTail
  /** Bytes of the data chunk; Infinity if its size is open. */
  private dataSize = 0
  /** Bytes of data that are to come; Infinity if the size is open. */
  private left = 0
  /** Byte behind the data. */
  private dataEnd = 0
  /** Bytes of a frame whose others are to come. */
  private carry = NOTHING
  private readonly warn: ReturnType<typeof warner>

  constructor(private readonly options: WavParserOptions = {}) {
    this.warn = warner(options)
    this.head = new WavHead(this.metadata, options)
  }

  /** Takes the file's next bytes. @returns the whole frames that they complete, a view on them where that is possible */
  push(bytes: Uint8Array): Uint8Array {
    if (this.header) return this.take(bytes)
    const data = this.head.push(bytes)
    if (!data) return NOTHING
    this.open(data)
    return this.take(data.bytes)
  }

  /** The file has ended. */
  finish(): void {
    if (!this.header) this.head.finish()
    const { dataSize, carry, frames, header } = this
    if (frames === 0 && this.left > 0 && this.left === dataSize && dataSize < Infinity) {
      throw new LaqError('truncated', `WAV: the file ends before the ${dataSize} bytes of its data`)
    }
    if (this.left === 0) this.goOn((this.tail as WavTail).read(true))
    else if (this.left < Infinity) {
      this.warn('damaged', `the file ends ${Math.ceil(this.left / frameBytes(header))} samples before the end that its header gives`)
    }
    if (this.options.keepChunks) this.metadata.push(keptTail(frames, joined([carry, (this.tail as WavTail).bytes])))
  }

  /** Byte of the file where the samples begin, when there is a header. */
  get dataOffset(): number {
    return this.head.at + chunkHeadBytes((this.header as WavHeader).kind)
  }

  /** Goes on as if so many samples per channel had come. */
  skipTo(frames: number): void {
    this.frames = frames
    if (!this.header) return
    if (this.tail?.isDoubtful && frames > 0) this.reachToEnd()
    this.left = Math.max(0, this.left - frames * frameBytes(this.header))
  }

  /** The first data chunk begins: there is a header. */
  private open({ facts, told }: DataChunk): void {
    const { kind } = facts
    this.facts = facts
    const size = facts.firstDataSize(told, this.head.at)
    const format = facts.format as WavFormat
    const layout = { encoding: format.sampleFormat, bigEndian: kind === 'RIFX', channels: format.channels }
    this.header = { kind, ...format, ...layout }
    if (size < Infinity) this.header.length = Math.floor(size / frameBytes(layout))
    this.begin(size, this.dataOffset, size === 0)
  }

  /** A data chunk begins. @param start byte of the file where its bytes do */
  private begin(size: number, start: number, isDoubtful: boolean): void {
    this.dataSize = this.left = size
    this.dataEnd = start + size
    this.tail = new WavTail(this.facts as WavFacts, { size, end: this.dataEnd }, isDoubtful, this.options.limits)
  }

  private reachToEnd(): void {
    delete this.header?.length
    this.warn('length', 'the data chunk says that it has no bytes; all that follow are read as samples')
    this.begin(Infinity, this.dataOffset, false)
  }

  /** The whole frames that the file's next bytes complete. */
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
        const data = this.goOn((this.tail as WavTail).push(piece))
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

  /** Goes back to samples, if the tail has found some. @returns their bytes that the tail has gathered */
  private goOn(found: BehindData | undefined): Uint8Array {
    if (!found) return NOTHING
    if (found.what === 'samples') this.reachToEnd()
    else {
      const { told, at, start } = found
      if (this.options.keepChunks) throw new LaqError('unsupported', `WAV: a second data chunk at byte ${at}, which cannot be kept`)
      this.warn('length', 'the samples of several data chunks are put one behind the other')
      this.begin((this.facts as WavFacts).dataSize(told, at), start, false)
      this.carry = NOTHING
    }
    return found.bytes
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
