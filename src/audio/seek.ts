/** Which bytes of a sound file a part of the sound takes, by the index at the file's end. */
import { readAudioHeader, type SoundHeader } from '../../codecs/audio/header.js'
import { segmentCount, segmentsOf } from '../../codecs/audio/spans.js'
import { readChunk, readHeader } from '../../codecs/container/container.js'
import type { EndChunk } from '../../codecs/container/sequence.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import type { DecodeAudioOptions } from './decodeoptions.js'
import { checkSound, type Run } from './reader.js'

/** A file's end, and the byte at which it is. */
export type FileEnd = EndChunk & { offset: number }

type Wanted = Pick<DecodeAudioOptions, 'limits' | 'from' | 'to' | 'unit' | 'correction'>

/**
 * What to read for a part: the front of the file, the segments that reach into the part, and what is behind the segments.
 *
 * @param front the first bytes of the file, or all of them
 * @throws LaqError 'truncated' if more of the front is needed to tell, 'malformed' on an index that does not fit, 'unsupported', 'limit'
 */
export function seek(
  front: Uint8Array,
  end: FileEnd,
  { limits, correction = true, ...part }: Wanted,
): { header: SoundHeader; runs: Run[] } {
  // a part is limited by its own length; the header as a whole by what an index can hold
  const { header, end: headerEnd } = readSoundHeader(front, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  if (header.length !== undefined && header.length !== end.length)
    throw new LaqError('malformed', `the end says ${end.length} samples, the header ${header.length}`)
  const offsets = offsetsOf(end, dataStart(front, headerEnd))
  const dataEnd = offsets[offsets.length - 1]
  const perSegment = header.mode === 'hybrid' ? 2 : 1
  const found = end.chunkLengths.length / perSegment
  const count = segmentCount(header, end.length)
  if (found !== count) throw new LaqError('malformed', `${found} segments where ${end.length} samples have ${count}`)
  const runs = [{ start: 0, end: offsets[0], segment: 0 }]
  const [from, to] = partOf(part, end.length, header.sampleRateHz)
  if (from < to) {
    const { first, last } = segmentsOf(header, from, to)
    const run = (segment: number, chunks: number) =>
      runs.push({ start: offsets[segment * perSegment], end: offsets[segment * perSegment + chunks], segment })
    if (perSegment === 1 || correction) run(first, (last + 1 - first) * perSegment)
    // corrections that nobody wants may be damaged
    else for (let segment = first; segment <= last; segment++) run(segment, 1)
  }
  runs.push({ start: dataEnd, end: Number.POSITIVE_INFINITY, segment: count })
  return { header, runs }
}

/** Offset of each chunk of data, then of the end of the last one. @throws LaqError 'malformed' if they reach beyond the end */
function offsetsOf({ chunkLengths, offset }: FileEnd, start: number): number[] {
  const offsets = [start]
  for (const length of chunkLengths) offsets.push(offsets[offsets.length - 1] + length)
  const dataEnd = offsets[offsets.length - 1]
  if (dataEnd > offset)
    throw new LaqError('malformed', `the index has ${dataEnd - start} bytes of data where the file has ${offset - start}`)
  return offsets
}

/** @returns also the offset of what follows the header. @throws LaqError 'unsupported' if the file holds something else than a sound */
export function readSoundHeader(bytes: Uint8Array, limits?: Partial<Limits>): { header: SoundHeader; end: number } {
  const { kind, header, end } = readHeader(bytes)
  checkSound(kind)
  return { header: readAudioHeader(header, limits), end }
}

/**
 * Which bytes of a file decoding a part of it looks at, beside its front and its end chunk.
 *
 * @returns [start, end) of each run of bytes
 * @throws as {@link seek}
 */
export function neededAudioBytes(front: Uint8Array, end: FileEnd, wanted: Wanted): [number, number][] {
  const { runs } = seek(front, end, wanted)
  return runs.slice(1).map((run) => [run.start, Math.min(run.end, end.offset)])
}

/** First sample of a part of a sound of so many samples, and the end of the part. */
export function partOf(
  { from = 0, to = Number.POSITIVE_INFINITY, unit = 'seconds' }: Pick<DecodeAudioOptions, 'from' | 'to' | 'unit'>,
  length: number,
  sampleRateHz: number,
): [number, number] {
  const at = (place: number) => Math.min(length, Math.round(unit === 'samples' ? place : place * sampleRateHz))
  return [at(from), at(to)]
}

/** Offset of the first chunk that is no metadata. @throws LaqError 'truncated' if `front` does not reach it */
function dataStart(front: Uint8Array, headerEnd: number): number {
  let offset = headerEnd
  while (offset < front.length && front[offset] !== 0x44 && front[offset] !== 0x45) offset += readChunk(front, offset).length
  if (offset >= front.length) throw new LaqError('truncated', `the first ${front.length} bytes end before the data`)
  return offset
}
