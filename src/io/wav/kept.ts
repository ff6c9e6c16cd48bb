/**
 * What a WAV file has beside its samples, kept as it stands so that the whole file comes back to the byte: two tags of the .laq file.
 *
 *     'laqH'  the file from its first byte to that before the samples
 *     'laqT'  samples per channel (u64, little-endian), then what stands behind the samples: part of a frame, padding, chunks
 */
import { joined, type Metadata } from '../../../codecs/container/container.js'
import { text } from './chunks.js'

const HEAD = 'laqH'
const TAIL = 'laqT'

/** Ids of these tags. */
export const isKept = (id: string): boolean => id === HEAD || id === TAIL

/**
 * Bits that hold each sample of integers, at the top of its bytes, where that are fewer than these have: another tag.
 *
 *     'laqB'  bits (u8)
 */
const VALID_BITS = 'laqB'

/** Whether a tag has a meaning here that no chunk of a file can have. */
export const isOwn = (id: string): boolean => isKept(id) || id === VALID_BITS

/** Nothing if all bits hold samples. */
export const validBitsTag = (bits: number, sampleBytes: number): Metadata[] =>
  bits < 8 * sampleBytes ? [tagOf(VALID_BITS, Uint8Array.of(bits))] : []

/** What the tag says of integers of so many bytes, if that can be. */
export function validBitsOf(metadata: readonly Metadata[], sampleBytes: number): number | undefined {
  const bits = metadata.find(({ type, bytes }) => type === 'tag' && text(bytes, 0, 4) === VALID_BITS)?.bytes[4]
  return bits !== undefined && bits > 0 && bits < 8 * sampleBytes ? bits : undefined
}

/** A tag: its id of four letters, then the parts. */
export function tagOf(id: string, ...parts: Uint8Array[]): Metadata {
  return { type: 'tag', bytes: joined([Uint8Array.from(id, (letter) => letter.charCodeAt(0)), ...parts]) }
}

export const keptHead = (head: Uint8Array): Metadata => tagOf(HEAD, head)

/** @param length samples per channel of the file */
export function keptTail(length: number, tail: Uint8Array): Metadata {
  const count = new Uint8Array(8)
  new DataView(count.buffer).setBigUint64(0, BigInt(length), true)
  return tagOf(TAIL, count, tail)
}

/** What the tags hold, if both are there. */
export function keptParts(metadata: readonly Metadata[]): { head: Uint8Array; length: number; tail: Uint8Array } | undefined {
  const find = (id: string) => metadata.find(({ type, bytes }) => type === 'tag' && text(bytes, 0, 4) === id)?.bytes.subarray(4)
  const head = find(HEAD)
  const tail = find(TAIL)
  if (!head || !tail || tail.length < 8) return
  return { head, length: Number(new DataView(tail.buffer, tail.byteOffset).getBigUint64(0, true)), tail: tail.subarray(8) }
}
