/** Segments of a sound to bytes: the one way that whole files and streams take. */
import type { AudioHeader, SoundHeader } from '../../codecs/audio/header.js'
import { FRAMES_BEFORE, FRAMES_BEHIND } from '../../codecs/audio/segment.js'
import { ROUNDING } from '../../codecs/audio/settings.js'
import { segmentFrames, segmentRange } from '../../codecs/audio/spans.js'
import type { Runner } from '../../codecs/task.js'
import { residualOf } from './correction.js'
import { floatChannels } from './floats.js'
import { handled } from './inorder.js'
import { Overlap } from './overlap.js'
import { bitsOf, type Channels, exactFormat } from './sound.js'

/** A part of the sound, or all of it. */
export interface Window {
  /** Number of the first sample. */
  start: number
  channels: Channels
}

export interface SegmentBytes {
  data: Uint8Array
  /** Of hybrid sounds: what makes the segment lossless. */
  correction?: Uint8Array
}

export class SegmentEncoder {
  private overlap: Promise<Overlap> = Promise.resolve(new Overlap())

  constructor(
    readonly header: SoundHeader,
    private readonly runner: Runner,
    private readonly effort: number,
  ) {}

  /** Samples that `encode` looks at: from `start` to before `end`, or as many of them as the sound has. */
  reach(index: number): { start: number; end: number } {
    const { header } = this
    const range = segmentRange(header, Number.POSITIVE_INFINITY, index)
    if (header.mode === 'lossless') return range
    const { start, stride } = reachOf(header, index, header.segmentFrames)
    return { start: Math.max(0, start), end: start + stride }
  }

  /** Whether segment `index` is the last of a sound of so many samples. */
  isLast(index: number, length: number): boolean {
    return segmentRange(this.header, Number.POSITIVE_INFINITY, index).end >= length
  }

  /**
   * Encodes a segment. Those of hybrid sounds have to be begun in their order, each once.
   *
   * @param window holds what the segment reaches
   * @param length samples per channel of the whole sound; Infinity if it goes on behind the window
   * @param gain of lossy ones
   */
  async encode(index: number, window: Window, length: number, gain: number): Promise<SegmentBytes> {
    const { header } = this
    if (header.mode === 'lossless') return { data: await this.encodeExactly(index, window, length) }
    if (header.mode === 'lossy') return { data: (await this.encodeLossy(index, window, length, [gain]))[0] }
    const before = this.overlap
    const coded = this.encodeLossy(index, window, length, [gain]).then(async ([data]) => {
      const { frames } = segmentFrames(header, length, index)
      return { data, decoded: await this.runner.run({ task: 'decodeAudioSegment', header, frames, payload: data.slice() }) }
    })
    let done: (overlap: Overlap) => void = () => undefined
    this.overlap = handled(
      new Promise<Overlap>((resolve, reject) => {
        done = resolve
        Promise.all([before, coded]).catch(reject)
      }),
    )
    const [overlap, { data, decoded }] = await Promise.all([before, coded])
    const lossy = overlap.join(header, length, index, decoded.samples)
    done(overlap)
    const { sampleFormat, channels } = header
    const wanted = window.channels.map((samples) =>
      bitsOf(samples.subarray(lossy.start - window.start, lossy.start - window.start + lossy.channels[0].length), sampleFormat),
    )
    const { samples, format } = residualOf(wanted, lossy.channels, sampleFormat)
    if (lossy.channels[0].length === 0) return { data, correction: new Uint8Array(0) }
    const { payload } = await this.runner.run({
      task: 'encodeLosslessSegment',
      format: { channels, ...format },
      effort: this.effort,
      samples,
    })
    return { data, correction: payload }
  }

  /** Bytes of a lossy segment at several gains. */
  async encodeLossy(index: number, window: Window, length: number, gains: number[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const header = this.header as AudioHeader
    const { frames } = segmentFrames(header, length, index)
    const samples = cut(window, header, index, frames)
    const { payloads } = await this.runner.run({ task: 'encodeAudioSegment', header, frames, samples, gains, rounding: ROUNDING })
    return payloads
  }

  private async encodeExactly(index: number, window: Window, length: number): Promise<Uint8Array> {
    const { header, effort } = this
    const { start, end } = segmentRange(header, length, index)
    const samples = new Int32Array((end - start) * header.channels)
    for (const [c, channel] of window.channels.entries()) {
      const part = channel.subarray(start - window.start, end - window.start)
      samples.set(bitsOf(part, header.sampleFormat), c * (end - start))
    }
    const format = { channels: header.channels, ...exactFormat(header.sampleFormat) }
    return (await this.runner.run({ task: 'encodeLosslessSegment', format, effort, samples })).payload
  }
}

/** Where the samples that a lossy segment's encoder needs begin, possibly before the sound, and how many they are. */
function reachOf({ lines, segmentFrames: most }: AudioHeader, index: number, frames: number): { start: number; stride: number } {
  return { start: (index * most - 1 - FRAMES_BEFORE) * lines, stride: (FRAMES_BEFORE + frames + 1 + FRAMES_BEHIND) * lines }
}

/** The samples that a lossy segment's encoder needs: planar, zeros outside the sound. */
function cut(window: Window, header: AudioHeader, index: number, frames: number): Float32Array<ArrayBuffer> {
  const { start, stride } = reachOf(header, index, frames)
  const part = new Float32Array(stride * header.channels)
  const from = start - window.start
  const there = window.channels.map((samples) => samples.subarray(Math.max(0, from), Math.max(0, from + stride))) as Channels
  for (const [c, samples] of floatChannels({ channels: there, sampleFormat: header.sampleFormat }).entries()) {
    part.set(samples, c * stride + Math.max(0, -from))
  }
  return part
}
