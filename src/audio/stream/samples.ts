/** Samples that wait to be coded: blocks of any size at the one end, windows on them at the other. */

import { type AudioFormat, type Channels, isFloat } from '../../../codecs/audio/sound.js'
import { checkChannels, widened } from '../../calls/sound.js'
import type { Window } from '../segmentencoder.js'

/** Samples as they come: an array for each channel, or one with the channels' samples in turns. */
export type AudioBlock = Channels | Float32Array | Int32Array

/** Samples of a channel that are taken in at a time. */
const PIECE = 65_536

/**
 * The pieces of a block, by channel.
 *
 * @throws TypeError or RangeError if it does not have the format's channels
 */
export function* piecesOf(
  block: AudioBlock,
  { channels, sampleFormat }: Pick<AudioFormat, 'channels' | 'sampleFormat'>,
): Generator<Channels> {
  if (!Array.isArray(block)) {
    ;[block] = widened([block] as Channels)
    checkChannels([block] as Channels, sampleFormat)
    if (block.length % channels !== 0) throw new RangeError(`${block.length} samples in turns are no whole number for ${channels} channels`)
    for (let at = 0; at < block.length; at += PIECE * channels) yield planes(block.subarray(at, at + PIECE * channels), channels)
    return
  }
  if (block.length !== channels) throw new RangeError(`a block of ${block.length} channels in a sound of ${channels}`)
  block = widened(block)
  checkChannels(block, sampleFormat)
  for (let at = 0; at < block[0].length; at += PIECE) yield block.map((samples) => samples.subarray(at, at + PIECE)) as Channels
}

function planes(samples: Float32Array | Int32Array, channels: number): Channels {
  const length = samples.length / channels
  return Array.from({ length: channels }, (_, c) => {
    const plane = isFloat(samples) ? new Float32Array(length) : new Int32Array(length)
    for (let i = 0; i < length; i++) plane[i] = samples[i * channels + c]
    return plane
  }) as Channels
}

export class WaitingSamples {
  private channels: Channels | undefined
  /** Number of the first sample that is kept, and how many are. */
  private start = 0
  private kept = 0

  /** Samples per channel that have come. */
  get end(): number {
    return this.start + this.kept
  }

  /** @throws TypeError if floats follow integers, or integers floats */
  append(piece: Channels): void {
    const { length } = piece[0]
    this.channels ??= piece.map((samples) => (isFloat(samples) ? new Float32Array(0) : new Int32Array(0))) as Channels
    if (isFloat(piece[0]) !== isFloat(this.channels[0])) throw new TypeError('some blocks are of floats, others of integers')
    if (this.kept + length > this.channels[0].length) {
      const room = 2 * (this.kept + length)
      this.channels = this.channels.map((samples) => {
        const larger = isFloat(samples) ? new Float32Array(room) : new Int32Array(room)
        larger.set(samples.subarray(0, this.kept))
        return larger
      }) as Channels
    }
    for (const [c, samples] of this.channels.entries()) samples.set(piece[c] as never, this.kept)
    this.kept += length
  }

  /** Forgets samples before number `sample`. */
  drop(sample: number): void {
    const count = Math.min(this.kept, sample - this.start)
    if (count <= 0) return
    for (const samples of this.channels ?? []) samples.copyWithin(0, count, this.kept)
    this.start += count
    this.kept -= count
  }

  /** What is kept; good until the next call of a method. */
  window(channels: number): Window {
    const planes = this.channels ?? Array.from({ length: channels }, () => new Int32Array(0))
    return { start: this.start, channels: planes.map((samples) => samples.subarray(0, this.kept)) as Channels }
  }
}
