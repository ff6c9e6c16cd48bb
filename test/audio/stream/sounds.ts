/** Sounds of several segments, of every mode, and how they are taken apart. */

import { joined } from '../../../codecs/container/container.js'
import { type AudioBlock, type AudioData, type Channels, type EncodeAudioOptions, encodeBlocks } from '../../../src/index.js'
import { sound } from '../sounds.js'

/** Of 16 bits exactly. */
export function whole(length: number, channels = 2, sampleRateHz = 8000): AudioData {
  const made = sound(length, channels, sampleRateHz)
  const samples = made.channels.map((samples) => Int32Array.from(samples, (x) => Math.max(-32768, Math.min(32767, Math.round(x * 32768)))))
  return { ...made, channels: samples }
}

export const MODES: [name: string, options: EncodeAudioOptions][] = [
  ['lossy', { quality: 40 }],
  ['lossless', { lossless: true, effort: 1 }],
  ['hybrid', { lossless: true, lossyQuality: 30, effort: 1 }],
]

/** Blocks of the lengths that are asked for in turns, some of them planar and some interleaved. */
export function* blocksOf(channels: Channels, lengths: readonly number[]): Generator<AudioBlock> {
  const { length } = channels[0]
  for (let at = 0, i = 0; at < length; i++) {
    const end = Math.min(length, at + lengths[i % lengths.length])
    const part = channels.map((samples) => samples.slice(at, end)) as Channels
    if (i % 3 === 2) {
      const turns = part[0] instanceof Float32Array ? new Float32Array((end - at) * part.length) : new Int32Array((end - at) * part.length)
      for (const [c, samples] of part.entries()) for (let k = 0; k < samples.length; k++) turns[k * part.length + c] = samples[k]
      yield turns
    } else yield part
    at = end
  }
}

export function* piecesOf(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    yield bytes.slice(at, at + lengths[i % lengths.length])
    at += lengths[i % lengths.length]
  }
}

/** A file of a sound whose length its header does not know. */
export async function streamed(audio: AudioData, options: EncodeAudioOptions, lengths: readonly number[] = [4096]): Promise<Uint8Array> {
  const { channels, ...format } = audio
  return all(encodeBlocks(blocksOf(channels, lengths), { ...format, channels: channels.length }, options))
}

export async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return joined(found)
}

/** Channels of blocks that follow each other. */
export async function gathered(blocks: AsyncIterable<{ start: number; channels: Channels }>, channels: number): Promise<Channels> {
  const parts: Channels[] = []
  let end = 0
  for await (const block of blocks) {
    if (block.start !== end) throw new Error(`a block at ${block.start}, not ${end}`)
    end += block.channels[0].length
    parts.push(block.channels)
  }
  return Array.from({ length: channels }, (_, c) => {
    const samples = parts[0]?.[0] instanceof Int32Array ? new Int32Array(end) : new Float32Array(end)
    let at = 0
    for (const part of parts) {
      samples.set(part[c] as never, at)
      at += part[c].length
    }
    return samples
  }) as Channels
}
