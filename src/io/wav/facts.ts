/** What a WAV file says about its samples: by its own size, by its format, and by the chunks around the samples. */
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import type { Warned } from '../../calls/warnings.js'
import type { PcmLayout } from '../sound/pcm.js'
import { fileHeadBytes, type WavKind } from './chunks.js'
import { readFormat, type WavFormat } from './format.js'
import { isOwn, tagOf, validBitsTag } from './kept.js'

export interface WavParserOptions extends Warned {
  limits?: Partial<Limits>
  /** Keep what stands before and behind the samples as it is, in two tags, instead of a tag for each chunk. */
  keepChunks?: boolean
}

export interface WavHeader extends WavFormat, PcmLayout {
  kind: WavKind
  /** Samples per channel that are announced; fewer may come, or more in a second data chunk. Absent if the writer left it open. */
  length?: number
}

/** Collects what the head of the file and its chunks say, one after the other. Data is not among them: {@link dataSize} judges its size. */
export class WavFacts {
  /** Absent before the `fmt ` chunk. */
  format?: WavFormat
  /** Byte behind the file's last chunk, by its own word. */
  fileEnd: number
  /** The file leaves its own size open. */
  private isOpen: boolean
  /** Bytes of data by `ds64`. */
  private longDataSize?: number
  /** Samples per channel by the chunk `fact` of Wave64. */
  private factLength?: number
  private tagBytes = 0

  /**
   * @param file from its first byte, the head of `kind` included
   * @param start byte of `file` where that head begins: what stands before it is an ID3 tag
   * @param metadata takes a tag for each chunk that is carried
   */
  constructor(
    readonly kind: WavKind,
    file: Uint8Array,
    start: number,
    private readonly metadata: Metadata[],
    private readonly options: WavParserOptions,
  ) {
    const view = new DataView(file.buffer, file.byteOffset + start)
    const size = kind === 'W64' ? Number(view.getBigUint64(16, true)) : view.getUint32(4, kind !== 'RIFX')
    this.isOpen = size === 0 || size >= (kind === 'W64' ? 2 ** 53 : OPEN_SIZE)
    this.fileEnd = start + size + (kind === 'W64' ? 0 : 8)
    if (start > 0) this.addTag('id3 ', file.subarray(0, start))
  }

  /** Takes a chunk other than data. @param at byte of the file where it begins */
  readChunk(id: string | undefined, body: Uint8Array, at: number): void {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    if (id === 'fmt ') {
      if (this.format) throw new LaqError('malformed', `WAV: a second fmt chunk at byte ${at}`)
      this.format = readFormat(view, this.kind !== 'RIFX')
      const { validBits, sampleBytes } = this.format
      if (!this.options.keepChunks) this.metadata.unshift(...validBitsTag(validBits, sampleBytes))
    } else if (id === 'ds64') {
      if (body.length < 24) throw new LaqError('malformed', `WAV: ds64 of ${body.length} bytes`)
      if (this.kind !== 'RF64') return
      const riffSize = view.getBigUint64(0, true)
      this.isOpen = riffSize === 0n || riffSize >= 2n ** 53n
      this.fileEnd = at - fileHeadBytes(this.kind) + Number(riffSize) + 8
      this.longDataSize = Number(view.getBigUint64(8, true))
    } else if (id === 'fact') {
      if (this.kind === 'W64' && body.length >= 8) this.factLength = Number(view.getBigUint64(0, true))
    } else if (id !== undefined && !isOwn(id) && !isFiller(id, body)) this.addTag(id, body)
  }

  private addTag(id: string, body: Uint8Array): void {
    this.tagBytes += body.length + METADATA_OVERHEAD
    checkLimit('metadataBytes', this.tagBytes, this.options.limits)
    if (!this.options.keepChunks) this.metadata.push(tagOf(id, body))
  }

  /**
   * Bytes of a data chunk; Infinity if its size is left open.
   *
   * @param told by the chunk's head
   * @param at byte of the file where the chunk begins
   */
  dataSize(told: number, at: number): number {
    const { kind, longDataSize } = this
    const isLong = kind === 'RF64' && told === 0xffffffff && longDataSize !== undefined
    const size = isLong ? longDataSize : told
    const isUnknown = kind === 'W64' || isLong ? size >= 2 ** 53 : isOpenSize(size)
    if (isUnknown || (size <= 0 && this.isOpen)) return Infinity
    if (size < 0) throw new LaqError('malformed', `WAV: a data chunk of ${size + 24} bytes at byte ${at}`)
    return size
  }

  /** Bytes of the first data chunk, without padding that is counted as data. */
  firstDataSize(told: number, at: number): number {
    if (!this.format) throw new LaqError('malformed', `WAV: data at byte ${at}, before a fmt chunk`)
    const size = this.dataSize(told, at)
    // ffmpeg and others count Wave64's padding as data
    const padding = this.factLength === undefined ? 0 : size - this.factLength * this.format.sampleBytes * this.format.channels
    return padding > 0 && padding < 8 ? size - padding : size
  }
}

/** Sizes from here on are put by writers that cannot seek back: 2^32 - 1, 2^31 - 1, and those less a header. */
const OPEN_SIZE = 2 ** 31 - 2 ** 16
const isOpenSize = (size: number) => (size >= OPEN_SIZE && size < 2 ** 31) || size >= 2 ** 32 - 2 ** 16

/** Space that a writer reserved and left empty. */
function isFiller(id: string, body: Uint8Array): boolean {
  return /^(JUNK|junk|PAD |FLLR)$/.test(id) && body.every((byte) => byte === 0)
}
