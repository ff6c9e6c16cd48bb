/** Lossy segments joined to a sound: each begins with what the one before it still owes. */
import type { AudioHeader } from '../../codecs/audio/header.js'
import { firstFrame, segmentRange } from '../../codecs/audio/spans.js'

/** Samples of a sound, complete from `start` on. */
export interface LossyBlock {
  start: number
  channels: Float32Array<ArrayBuffer>[]
}

export class Overlap {
  /** The last M samples of the segment before, by channel. */
  private owed: Float32Array[] | undefined

  /**
   * The samples that a segment completes. Segments come in their order; the first M samples of the very first one lie before the sound,
   * or have only their half if the segment is not the sound's first.
   *
   * @param samples planar, (frames + 1) * M per channel, as decoded
   */
  join(header: AudioHeader, length: number, index: number, samples: Float32Array<ArrayBuffer>): LossyBlock {
    const { lines } = header
    const stride = samples.length / header.channels
    const first = (firstFrame(header, index) - 1) * lines
    const { start } = segmentRange(header, length, index)
    const end = Math.max(start, Math.min(length, first + stride - lines))
    const channels = Array.from({ length: header.channels }, (_, c) => {
      const row = samples.subarray(c * stride, (c + 1) * stride)
      const owed = this.owed?.[c]
      if (owed) for (let i = 0; i < lines; i++) row[i] += owed[i]
      return row.subarray(start - first, end - first)
    })
    this.owed = Array.from({ length: header.channels }, (_, c) => samples.slice((c + 1) * stride - lines, (c + 1) * stride))
    return { start, channels }
  }

  /** Silence in the place of a segment that is lost: what the one before it owes dies away. */
  skip(header: AudioHeader, length: number, index: number): LossyBlock {
    const { start, end } = segmentRange(header, length, index)
    const first = (firstFrame(header, index) - 1) * header.lines
    const channels = Array.from({ length: header.channels }, (_, c) => {
      const silence = new Float32Array(end - start)
      const owed = this.owed?.[c].subarray(start - first, end - first)
      if (owed) silence.set(owed)
      return silence
    })
    this.owed = undefined
    return { start, channels }
  }
}
