/** A sound file in memory: its header, where its segments are, and what is damaged. */
import { readAudioHeader, type SoundHeader } from '../../codecs/audio/header.js'
import { mostPayloadBytes, segmentCount, segmentRange } from '../../codecs/audio/spans.js'
import { addMetadata, type Kind, type Metadata, readChunk, readHeader } from '../../codecs/container/container.js'
import { type EndChunk, findEnd, readCorrection, readSegment } from '../../codecs/container/sequence.js'
import { Walker } from '../../codecs/container/walker.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../codecs/limits.js'
import { checkCorrection } from './segmentdecoder.js'
import type { SegmentBytes } from './segmentencoder.js'

/** A part of a sound that is lost. */
export interface AudioDamage {
  /** What was: a segment, of which the samples are silent; a correction, without which they are near; the end of the file; or none of these, but the sum of all samples is wrong. */
  what: 'segment' | 'correction' | 'end' | 'checksum'
  /** Number of the segment; of an end that is missing, how many there are. */
  segment: number
  /** Byte of the file where reading failed. */
  offset: number
  /** Samples from..to-1 of every channel. */
  from: number
  to: number
  reason: LaqError
}

export interface SoundFile {
  header: SoundHeader
  /** Samples per channel. */
  length: number
  metadata: Metadata[]
  /** Of the samples. */
  md5?: Uint8Array
  /** Bytes of signature, header, metadata and end: all but segments. */
  headerBytes: number
  /** Bytes of a segment, with the correction of hybrid files if it is wanted. @throws LaqError if it is damaged */
  segment(index: number, corrected: boolean): SegmentBytes
  /** Damage that the walk over the file met, by byte, for segments that are not there. */
  damageOf(index: number): { offset: number; reason: LaqError }
  /** Set if the file has no end chunk. */
  lostEnd?: { offset: number; reason: LaqError }
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
  const end = findEnd(bytes)
  if (!end) return walked(bytes, limits, false)
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
    damageOf: () => ({ offset: end.offset, reason: new LaqError('malformed', 'no such segment') }),
  }
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

/** Opens a damaged sound file, as far as it can be read. @throws LaqError on damage before its segments */
export function openDamaged(bytes: Uint8Array, limits: Partial<Limits> = {}): SoundFile {
  return walked(bytes, limits, true)
}

function walked(bytes: Uint8Array, limits: Partial<Limits>, tolerant: boolean): SoundFile {
  const walker = new Walker(limits, tolerant)
  walker.push(bytes)
  walker.finish()
  const segments: (SegmentBytes | undefined)[] = []
  const damages: { offset: number; reason: LaqError; before: number }[] = []
  const metadata: Metadata[] = []
  let header: SoundHeader | undefined
  let end: EndChunk | undefined
  let lastLength: number | undefined
  let dataBytes = 0
  for (let found = walker.next(); found; found = walker.next()) {
    if (found.what === 'header') {
      checkSound(found.kind)
      header = readAudioHeader(found.header, limits)
      walker.mostPayloadBytes = mostPayloadBytes(header)
      if (header.length !== undefined) walker.mostSegments = segmentCount(header, header.length)
    } else if (found.what === 'metadata') metadata.push(found.metadata)
    else if (found.what === 'segment') {
      const { number, length, bytes: data } = found.segment
      // a gap is filled with nothing
      segments[number] = { data }
      if (!tolerant && length !== undefined && header) checkLast(header, length, number, length)
      lastLength = length
      dataBytes += data.length
    } else if (found.what === 'correction') {
      const { number, bytes: correction } = found.correction
      const segment = segments[number]
      if (segment && header?.mode === 'hybrid') segment.correction = correction
      dataBytes += correction.length
    } else if (found.what === 'damage') damages.push({ ...found, before: segments.length })
    else end = found.end
  }
  const damageOf = (index: number) => {
    // the last damage before a later segment was found
    const { offset, reason } = damages.findLast(({ before }) => before <= index) ??
      damages[0] ?? { offset: bytes.length, reason: new LaqError('malformed', `segment ${index} is missing`) }
    return { offset, reason }
  }
  // the walk ends with an error unless there is a header
  const sound = header as SoundHeader
  const length = walkedLength(sound, segments.length, lastLength, end, limits)
  if (!tolerant) checkCount(sound, length, segments.length)
  return {
    header: sound,
    length,
    metadata,
    ...(end?.md5 && { md5: end.md5 }),
    headerBytes: bytes.length - dataBytes,
    segment(index, corrected) {
      const segment = segments[index]
      if (!segment) throw damageOf(index).reason
      if (!corrected) return { data: segment.data }
      if (!tolerant) checkCorrection(sound, index, segment.correction)
      return segment
    },
    damageOf,
    ...(!end && { lostEnd: damageOf(segments.length) }),
  }
}

/** Samples of a sound that may have lost its end: by the header, the end, the last segment, or as far as there are segments. */
function walkedLength(header: SoundHeader, segments: number, last: number | undefined, end: EndChunk | undefined, limits: Partial<Limits>) {
  const told = header.length ?? end?.length ?? last
  const range = segmentRange(header, Number.POSITIVE_INFINITY, Math.max(0, segments - 1))
  const length = told ?? (segments === 0 ? 0 : range.end)
  checkLimit('samples', length * header.channels, limits)
  return length
}
