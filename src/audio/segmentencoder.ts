/** Segments of a sound to bytes: the one way that whole files and streams take. */

import { floatChannels } from '../../codecs/audio/floats.js'
import type { AudioHeader, SoundHeader } from '../../codecs/audio/header.js'
import { FRAMES_BEFORE, FRAMES_BEHIND } from '../../codecs/audio/lossy/kernel/parameters.js'
import { ROUNDING } from '../../codecs/audio/settings.js'
import { bitsOf, type Channels, exactFormat } from '../../codecs/audio/sound.js'
import { firstFrame, mostFrames, segmentFrames, segmentRange } from '../../codecs/audio/spans.js'
import type { Runner } from '../threads/runner.js'
import { residualOf, withoutNoise, writeCorrection } from './correction.js'
import { handled } from './inorder.js'
import { Overlap } from './overlap.js'

/** A part of the sound, or all of it. */
export interface Window {
  /** Number of the first sample. */
  start: number
  channels: Channels
}

export interface SegmentBytes {
  data: Uint8Array
  /** What makes the segment lossless, in hybrid sounds. */
  correction?: Uint8Array
}

export class SegmentEncoder {
  private readonly overlap = new Overlap()
  /** The join of the segment before, in hybrid sounds. */
  private before: Promise<unknown> = Promise.resolve()

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
    const { start, stride } = reachOf(header, index, mostFrames(header, index))
    return { start: Math.max(0, start), end: start + stride }
  }

  /**
   * Encodes a segment. Those of hybrid sounds have to be begun in their order, each once.
   *
   * @param window holds what the segment reaches, and is not looked at after the call has returned its promise
   * @param length samples per channel of the whole sound; Infinity if it goes on behind the window
   * @param lossy of sounds with a lossy layer: its gain, or its bytes if it is coded already
   */
  async encode(index: number, window: Window, length: number, lossy: number | Uint8Array<ArrayBuffer>): Promise<SegmentBytes> {
    const { header } = this
    if (header.mode === 'lossless') return { data: await this.encodeExactly(index, window, length) }
    const coded = typeof lossy === 'number' ? this.encodeLossy(index, window, length, [lossy]) : Promise.resolve([lossy])
    if (header.mode === 'lossy') return { data: (await coded)[0] }
    return this.correct(index, cutExactly(window, header, index, length), length, coded)
  }

  /** Adds to a lossy segment what makes it `wanted` (the bits of its samples by channel). */
  private async correct(
    index: number,
    wanted: Int32Array[],
    length: number,
    coded: Promise<Uint8Array<ArrayBuffer>[]>,
  ): Promise<SegmentBytes> {
    const { runner, effort } = this
    const header = this.header as AudioHeader
    const { sampleFormat, channels } = header
    const { frames } = segmentFrames(header, length, index)
    const layer = coded.then(async ([data]) => {
      const { samples } = await runner.run({
        domain: 'audio',
        task: 'decodeSegment',
        header: withoutNoise(header),
        frames,
        payload: data.slice(),
      })
      return { data, samples }
    })
    // segments are decoded in any order, and joined in theirs
    const joined = Promise.all([layer, this.before]).then(([{ samples }]) => this.overlap.join(header, length, index, samples))
    this.before = handled(joined)
    const [{ data }, { channels: decoded }] = await Promise.all([layer, joined])
    if (decoded[0].length === 0) return { data, correction: new Uint8Array(0) }
    const { samples, format } = residualOf(wanted, decoded, sampleFormat)
    const code = (planes: Int32Array<ArrayBuffer>, what: { bits: number; float: boolean }) =>
      runner.run({ domain: 'audio', task: 'encodeLosslessSegment', format: { channels, ...what }, effort, samples: planes })
    const [residual, alone] = await Promise.all([code(samples, format), code(planar(wanted), exactFormat(sampleFormat))])
    // what is tonal is predicted so well that the noise of the lossy layer is more than it takes away
    const isAlone = alone.payload.length < residual.payload.length
    return { data, correction: writeCorrection(isAlone, (isAlone ? alone : residual).payload) }
  }

  /** Bytes of a lossy segment at several gains. */
  async encodeLossy(index: number, window: Window, length: number, gains: number[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const header = this.header as AudioHeader
    const { frames } = segmentFrames(header, length, index)
    const samples = cut(window, header, index, frames)
    const { payloads } = await this.runner.run({
      domain: 'audio',
      task: 'encodeSegment',
      header,
      frames,
      samples,
      gains,
      rounding: ROUNDING,
    })
    return payloads
  }

  private async encodeExactly(index: number, window: Window, length: number): Promise<Uint8Array> {
    const { header, effort } = this
    const { channels, sampleFormat } = header
    const planes = cutExactly(window, header, index, length)
    const format = { channels, ...exactFormat(sampleFormat) }
    return (await this.runner.run({ domain: 'audio', task: 'encodeLosslessSegment', format, effort, samples: planar(planes) })).payload
  }
}

function planar(planes: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const samples = new Int32Array(planes[0].length * planes.length)
  for (const [c, plane] of planes.entries()) samples.set(plane, c * plane.length)
  return samples
}

/** Bits of the samples that a segment completes, by channel; copies. */
function cutExactly(window: Window, header: SoundHeader, index: number, length: number): Int32Array[] {
  const { start, end } = segmentRange(header, length, index)
  return window.channels.map((samples) => bitsOf(samples.slice(start - window.start, end - window.start), header.sampleFormat))
}

/** Where the samples that a lossy segment's encoder needs begin, possibly before the sound, and how many they are. */
function reachOf(header: AudioHeader, index: number, frames: number): { start: number; stride: number } {
  const { lines } = header
  return { start: (firstFrame(header, index) - 1 - FRAMES_BEFORE) * lines, stride: (FRAMES_BEFORE + frames + 1 + FRAMES_BEHIND) * lines }
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
