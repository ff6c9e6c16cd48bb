/** The last state of reading a WAV file: what stands behind a data chunk, gathered and looked at chunk by chunk. */
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import { chunkHeadBytes, Gathered, isKnownId, PADDING_CONTEXT, paddingAt, readChunkHead } from './chunks.js'
import type { WavFacts } from './facts.js'

/** What is behind a data chunk that is no chunk of another kind. */
export type BehindData =
  /** Samples: the data chunk's size of 0 is not meant. `bytes` are all that were gathered. */
  | { what: 'samples'; bytes: Uint8Array }
  /** Another data chunk: its size as told, the byte of the file where it begins, that where its bytes do, and those that are there. */
  | { what: 'data'; told: number; at: number; start: number; bytes: Uint8Array }

export class WavTail {
  private readonly gathered = new Gathered()
  /** Place of the next chunk in `gathered`; absent until the data's padding is known. */
  private at?: number

  /** @param isDoubtful whether what follows has yet to tell if the data's size, 0, is meant */
  constructor(
    private readonly facts: WavFacts,
    private readonly data: { size: number; end: number },
    public isDoubtful: boolean,
    private readonly limits?: Partial<Limits>,
  ) {}

  get bytes(): Uint8Array {
    return this.gathered.bytes
  }

  /** Takes the file's next bytes. @returns samples or a data chunk, if there are any: then this tail is done */
  push(piece: Uint8Array): BehindData | undefined {
    this.gathered.append(piece)
    checkLimit('metadataBytes', this.gathered.length, this.limits)
    return this.read(false)
  }

  /** Reads chunks as far as they are there; one that is cut off is dropped. */
  read(isWhole: boolean): BehindData | undefined {
    const { facts, data } = this
    const { bytes } = this.gathered
    if (this.at === undefined && bytes.length < PADDING_CONTEXT && !isWhole) return
    // padding is counted from the data's start, which is aligned
    let at = this.at ?? paddingAt(bytes, -data.size, data.size, facts.kind)
    while (at + chunkHeadBytes(facts.kind) <= bytes.length) {
      const { id, size } = readChunkHead(bytes, at, facts.kind)
      const start = at + chunkHeadBytes(facts.kind)
      if (this.isDoubtful && !this.isChunk(id, size, start)) return { what: 'samples', bytes }
      this.isDoubtful = false
      if (id === 'data') return { what: 'data', told: size, at: data.end + at, start: data.end + start, bytes: bytes.subarray(start) }
      if (size < 0 || start + size + (isWhole ? 0 : PADDING_CONTEXT) > bytes.length) break
      facts.readChunk(id, bytes.subarray(start, start + size), data.end + at)
      at = start + size + paddingAt(bytes, start, size, facts.kind)
    }
    this.at = at
    return
  }

  /** Whether what stands at `start` less its head is a chunk, and not samples. */
  private isChunk(id: string | undefined, size: number, start: number): boolean {
    if (id === undefined) return false
    return isKnownId(id) || (/^[ -~]{4}$/.test(id) && size >= 0 && this.data.end + start + size <= this.facts.fileEnd)
  }
}
