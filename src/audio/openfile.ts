/** A sound file in memory: its header, and where its segments are. */
import { readAudioHeader, type SoundHeader } from '../../codecs/audio/header.js'
import { mostPayloadBytes, segmentCount, segmentsOf } from '../../codecs/audio/spans.js'
import { addMetadata, type Kind, type Metadata, readChunk, readHeader } from '../../codecs/container/container.js'
import { type EndChunk, findEnd, readCorrection, readSegment } from '../../codecs/container/sequence.js'
import { Walker } from '../../codecs/container/walker.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../codecs/limits.js'
import type { DecodeAudioOptions } from './decodeoptions.js'
import { checkCorrection } from './segmentdecoder.js'
import type { SegmentBytes } from './segmentencoder.js'

export interface SoundFile {
  header: SoundHeader
  /** Samples per channel. */
  length: number
  metadata: Metadata[]
  /** MD5 of the samples. */
  md5?: Uint8Array
  /** Bytes of signature, header, metadata and end: all but segments. */
  headerBytes: number
  /** Bytes of a segment, with the correction of hybrid files if it is wanted. @throws LaqError if it is damaged */
  segment(index: number, corrected: boolean): SegmentBytes
}

/** @throws LaqError 'unsupported' if the file holds something else than a sound */
export function checkSound(kind: Kind): void {
  if (kind !== 'audio') throw new LaqError('unsupported', `the file holds an ${kind}, not a sound`)
}

/**
 * Opens a sound file by the index at its end; a file without one is walked through, to find what is wrong with it.
 *
 * @throws LaqError 'malformed', 'truncated', 'unsupported', 'limit'
 */
export function openAudio(bytes: Uint8Array, limits: Partial<Limits> = {}): SoundFile {
  const front = readHeader(bytes)
  checkSound(front.kind)
  const header = readAudioHeader(front.header, limits)
  const end = findEnd(bytes, limits)
  if (!end) return walked(bytes, header, limits)
  const metadata: Metadata[] = []
  const start = readMetadata(bytes, front.end, metadata, limits)
  const offsets = [start]
  for (const length of end.chunkLengths) offsets.push(offsets[offsets.length - 1] + length)
  const dataEnd = offsets[offsets.length - 1]
  if (dataEnd > end.offset)
    throw new LaqError('malformed', `the index has ${dataEnd - start} bytes of data where the file has ${end.offset - start}`)
  if (readMetadata(bytes, dataEnd, metadata, limits) !== end.offset)
    throw new LaqError('malformed', `byte ${dataEnd}: data behind those in the index`)
  const length = lengthOf(header, end, limits)
  const perSegment = header.mode === 'hybrid' ? 2 : 1
  checkCount(header, length, end.chunkLengths.length / perSegment)
  const chunkAt = (index: number, type: string) => {
    const chunk = readChunk(bytes, offsets[index])
    if (chunk.type === type && chunk.length === end.chunkLengths[index]) return chunk
    throw new LaqError(
      'malformed',
      `byte ${offsets[index]}: chunk ${chunk.type} of ${chunk.length} bytes where the index has ${type} of ${end.chunkLengths[index]}`,
    )
  }
  return {
    header,
    length,
    metadata,
    ...(end.md5 && { md5: end.md5 }),
    headerBytes: bytes.length - (dataEnd - start),
    segment(index, corrected) {
      const { number, length: told, bytes: data } = readSegment(chunkAt(index * perSegment, 'D'))
      if (number !== index) throw new LaqError('malformed', `segment ${number} where ${index} was due`)
      checkLast(header, length, index, told)
      if (perSegment === 1 || !corrected) return { data }
      const correction = readCorrection(chunkAt(2 * index + 1, 'c'))
      if (correction.number !== index)
        throw new LaqError('malformed', `the correction of segment ${correction.number} behind segment ${index}`)
      return { data, correction: correction.bytes }
    },
  }
}

/**
 * Which bytes of a file decoding a part of it looks at, beside its front and its end chunk.
 *
 * @param front the first bytes of the file
 * @returns [start, end) of each run of bytes
 * @throws LaqError 'truncated' if more of the front is needed to tell, and as {@link openAudio}
 */
export function neededAudioBytes(
  front: Uint8Array,
  end: EndChunk & { offset: number },
  { limits, ...part }: Pick<DecodeAudioOptions, 'limits' | 'from' | 'to' | 'unit'>,
): [number, number][] {
  const { kind, header: payload, end: headerEnd } = readHeader(front)
  checkSound(kind)
  const header = readAudioHeader(payload, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  const dataStart = readMetadata(front, headerEnd, [], limits ?? {})
  if (dataStart >= front.length) throw new LaqError('truncated', `the first ${front.length} bytes end before the data`)
  const offsets = [dataStart]
  for (const length of end.chunkLengths) offsets.push(offsets[offsets.length - 1] + length)
  const perSegment = header.mode === 'hybrid' ? 2 : 1
  checkCount(header, end.length, end.chunkLengths.length / perSegment)
  const late: [number, number] = [offsets[offsets.length - 1], end.offset]
  const [from, to] = partOf(part, end.length, header.sampleRateHz)
  if (from >= to) return [late]
  const { first, last } = segmentsOf(header, from, to)
  return [[offsets[first * perSegment], offsets[(last + 1) * perSegment]], late]
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

/** Adds ancillary chunks from `offset` on to `metadata`. @returns the offset of the first chunk that is none of them */
function readMetadata(bytes: Uint8Array, offset: number, metadata: Metadata[], limits: Partial<Limits>): number {
  let extraBytes = metadata.reduce((sum, item) => sum + item.bytes.length + METADATA_OVERHEAD, 0)
  while (offset < bytes.length && bytes[offset] !== 0x44 && bytes[offset] !== 0x45) {
    const chunk = readChunk(bytes, offset)
    if (chunk.type <= 'Z') throw new LaqError('unsupported', `critical chunk ${chunk.type} at byte ${offset}`)
    extraBytes += chunk.payload.length + METADATA_OVERHEAD
    checkLimit('metadataBytes', extraBytes, limits)
    addMetadata(metadata, chunk)
    offset += chunk.length
  }
  return offset
}

function lengthOf(header: SoundHeader, end: Pick<EndChunk, 'length'>, limits: Partial<Limits>): number {
  if (header.length !== undefined && header.length !== end.length)
    throw new LaqError('malformed', `the end says ${end.length} samples, the header ${header.length}`)
  checkLimit('samples', end.length * header.channels, limits)
  return end.length
}

function checkCount(header: SoundHeader, length: number, found: number): void {
  const wanted = segmentCount(header, length)
  if (found !== wanted) throw new LaqError('malformed', `${found} segments where ${length} samples have ${wanted}`)
}

/** @throws LaqError 'malformed' unless the last segment, and no other, tells the length of the sound */
export function checkLast(header: SoundHeader, length: number, index: number, told: number | undefined): void {
  const wanted = index === segmentCount(header, length) - 1 ? length : undefined
  if (told !== wanted) throw new LaqError('malformed', `segment ${index}: ${told ?? 'no'} samples in all, not ${wanted ?? 'more segments'}`)
}

/** A file whose end is not where it should be: bytes follow it, or it is missing, which is an error. */
function walked(bytes: Uint8Array, header: SoundHeader, limits: Partial<Limits>): SoundFile {
  const walker = new Walker(limits)
  walker.mostPayloadBytes = mostPayloadBytes(header)
  if (header.length !== undefined) walker.mostSegments = segmentCount(header, header.length)
  walker.push(bytes)
  walker.finish()
  const segments: SegmentBytes[] = []
  const metadata: Metadata[] = []
  let end: EndChunk | undefined
  let told: number | undefined
  let dataBytes = 0
  for (let found = walker.next(); found; found = walker.next()) {
    if (found.what === 'metadata') metadata.push(found.metadata)
    else if (found.what === 'segment') {
      checkLimit('metadataBytes', segments.push({ data: found.segment.bytes }) * METADATA_OVERHEAD, limits)
      told = found.segment.length
      dataBytes += found.segment.bytes.length
    } else if (found.what === 'correction' && header.mode === 'hybrid') {
      segments[segments.length - 1].correction = found.correction.bytes
      dataBytes += found.correction.bytes.length
    } else if (found.what === 'end') end = found.end
  }
  // without an end the walk has thrown
  const { md5, ...last } = end as EndChunk
  const length = lengthOf(header, last, limits)
  checkCount(header, length, segments.length)
  if (segments.length > 0) checkLast(header, length, segments.length - 1, told)
  return {
    header,
    length,
    metadata,
    ...(md5 && { md5 }),
    headerBytes: bytes.length - dataBytes,
    segment(index) {
      checkCorrection(header, index, segments[index].correction)
      return segments[index]
    },
  }
}
