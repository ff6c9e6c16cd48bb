/** A sound file chunk by chunk, in its order. */
import { type SoundHeader, writeAudioHeader } from '../../codecs/audio/header.js'
import { joined, type Metadata, writeFront, writeMetadata } from '../../codecs/container/container.js'
import { writeCorrection, writeEnd, writeSegment } from '../../codecs/container/sequence.js'
import type { SegmentBytes } from './segmentencoder.js'

/** Metadata up to so many bytes stand before the sound; what is more stands behind it, so that the sound begins early in the file. */
const EARLY_METADATA = 16_384

export class SoundFileWriter {
  private readonly chunkLengths: number[] = []
  private late: readonly Metadata[] = []
  private segments = 0

  /** The file's beginning. `header` has a length if that is known already. */
  begin(header: SoundHeader, metadata: readonly Metadata[]): Uint8Array<ArrayBuffer> {
    let bytes = 0
    const early = metadata.findIndex((item) => {
      bytes += item.bytes.length
      return bytes > EARLY_METADATA
    })
    const count = early < 0 ? metadata.length : early
    this.late = metadata.slice(count)
    return joined([writeFront('audio', writeAudioHeader(header)), ...metadata.slice(0, count).map(writeMetadata)])
  }

  /** The next segment. `length` is that of the sound and comes with its last segment. */
  segment({ data, correction }: SegmentBytes, length?: number): Uint8Array<ArrayBuffer> {
    const number = this.segments++
    const chunks = [writeSegment({ number, bytes: data, ...(length !== undefined && { length }) })]
    if (correction) chunks.push(writeCorrection({ number, bytes: correction }))
    for (const chunk of chunks) this.chunkLengths.push(chunk.length)
    return joined(chunks)
  }

  /** The file's end, with metadata that came while the sound did. */
  end(length: number, md5: Uint8Array | undefined, metadata: readonly Metadata[] = []): Uint8Array<ArrayBuffer> {
    const end = writeEnd({ length, chunkLengths: this.chunkLengths, ...(md5 && { md5 }) })
    return joined([...[...this.late, ...metadata].map(writeMetadata), end])
  }
}

/** What a segment's D chunk takes beside its data: type, length, number, CRC and the entry in the index; give or take two. */
export const SEGMENT_OVERHEAD = 11
/** Bytes of an end chunk without its index (type, lengths, no MD5, distance, CRC), and of the length in the last segment. */
export const END_OVERHEAD = 18
