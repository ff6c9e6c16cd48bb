/** Segments of a sound to samples: the one way that whole files, parts of them and streams take. */
import type { SoundHeader } from '../../codecs/audio/header.js'
import { type Channels, exactFormat, samplesOf } from '../../codecs/audio/sound.js'
import { segmentFrames, segmentRange } from '../../codecs/audio/spans.js'
import type { Runner } from '../threads/runner.js'
import { correctedLayer, readCorrection, residualFormat, withoutNoise } from './correction.js'
import { handled } from './inorder.js'
import { Overlap } from './overlap.js'
import type { SegmentBytes } from './segmentencoder.js'

/** Samples of a sound, from number `start` on. */
export interface Block {
  /** Number of its first sample, from 0 at the beginning of the sound. */
  start: number
  /** One array per channel, all of one length. */
  channels: Channels
}

/** What a segment's bytes decode to, before it is joined with its neighbours. */
export interface DecodedSegment {
  /** Planar. */
  samples: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>
  /** Planar; of hybrid sounds. */
  residual?: Int32Array<ArrayBuffer>
  /** The residual is of silence: the samples themselves. */
  isAlone?: boolean
}

export class SegmentDecoder {
  private readonly overlap = new Overlap()
  private lostBefore = false

  /** @param exact with the corrections of hybrid sounds; without them, or of lossy ones, samples are floats */
  constructor(
    readonly header: SoundHeader,
    private readonly runner: Runner,
    private readonly exact: boolean,
  ) {}

  /** Decodes a segment; in any order, several at once. `length` is Infinity while it is unknown and the segment not the last. */
  async decode(index: number, length: number, { data, correction }: SegmentBytes): Promise<DecodedSegment> {
    const { header, runner } = this
    const { start, end } = segmentRange(header, length, index)
    if (header.mode === 'lossless') {
      const { samples } = await runner.run({
        domain: 'audio',
        task: 'decodeLosslessSegment',
        format: { channels: header.channels, ...exactFormat(header.sampleFormat) },
        length: end - start,
        payload: data.slice(),
      })
      return { samples }
    }
    const { frames } = segmentFrames(header, length, index)
    const layer = this.exact ? withoutNoise(header) : header
    const lossy = runner.run({ domain: 'audio', task: 'decodeSegment', header: layer, frames, payload: data.slice() })
    if (!this.exact || !correction || end === start) return { samples: (await lossy).samples }
    const decoding = handled(lossy)
    const { isAlone, payload } = readCorrection(correction)
    const { channels, sampleFormat } = header
    const format = { channels, ...(isAlone ? exactFormat(sampleFormat) : residualFormat(sampleFormat)) }
    const corrected = handled(runner.run({ domain: 'audio', task: 'decodeLosslessSegment', format, length: end - start, payload }))
    // of two that fail it is the first that is told, whichever is done before
    const { samples } = await decoding
    const { samples: residual } = await corrected
    return { samples, residual, isAlone }
  }

  /** The samples that a segment completes. Every segment is joined or skipped, in order. */
  join(index: number, length: number, { samples, residual, isAlone = false }: DecodedSegment): Block {
    const { header } = this
    if (header.mode === 'lossless') {
      const { start } = segmentRange(header, length, index)
      return { start, channels: this.whole(planesOf(samples as Int32Array<ArrayBuffer>, header.channels)) }
    }
    const { start, channels } = this.overlap.join(header, length, index, samples as Float32Array<ArrayBuffer>)
    if (!this.exact) return { start, channels }
    // without the segment before, its overlap has only a half, which no correction fits
    const from = this.lostBefore ? header.lines : 0
    this.lostBefore = false
    if (residual && isAlone) return { start, channels: this.whole(planesOf(residual, header.channels)) }
    return { start, channels: this.whole(correctedLayer(channels, residual, header.sampleFormat, from)) }
  }

  /** Silence in the place of a segment. */
  skip(index: number, length: number): Block {
    const { header } = this
    if (header.mode === 'lossless') {
      const { start, end } = segmentRange(header, length, index)
      return { start, channels: this.whole(Array.from({ length: header.channels }, () => new Int32Array(end - start))) }
    }
    const { start, channels } = this.overlap.skip(header, length, index)
    this.lostBefore = true
    return { start, channels: this.exact ? this.whole(correctedLayer(channels, undefined, header.sampleFormat)) : channels }
  }

  private whole(bits: Int32Array<ArrayBuffer>[]): Channels {
    return bits.map((samples) => samplesOf(samples, this.header.sampleFormat)) as Channels
  }
}

function planesOf(samples: Int32Array<ArrayBuffer>, channels: number): Int32Array<ArrayBuffer>[] {
  const length = samples.length / channels
  return Array.from({ length: channels }, (_, c) => samples.subarray(c * length, (c + 1) * length))
}
