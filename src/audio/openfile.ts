/** A sound file in memory: its header, its metadata, and the bytes of its segments. */
import type { SoundHeader } from '../../codecs/audio/header.js'
import type { Metadata } from '../../codecs/container/container.js'
import { findEnd } from '../../codecs/container/sequence.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../codecs/limits.js'
import { SoundReader } from './reader.js'
import { seek } from './seek.js'
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
  /** Views on the file, but for the lossy layers of hybrid files. */
  segments: SegmentBytes[]
}

/**
 * Opens a sound file by the index at its end, but decodes nothing. A file without one is walked through, to find what is wrong with it.
 *
 * @param correction corrections of hybrid sounds are wanted
 * @throws LaqError 'malformed', 'truncated', 'unsupported', 'limit'
 */
export function openAudio(bytes: Uint8Array, limits: Partial<Limits> = {}, correction = true): SoundFile {
  const end = findEnd(bytes, limits)
  const reader = new SoundReader({ limits, corrected: correction })
  const metadata: Metadata[] = []
  const segments: SegmentBytes[] = []
  for (const part of reader.read(bytes, end && seek(bytes, end, { limits, correction }).runs)) {
    if (part.what === 'metadata') metadata.push(part.metadata)
    else if (part.what === 'segment') checkLimit('metadataBytes', segments.push(part.bytes) * METADATA_OVERHEAD, limits)
  }
  // without them the reader has thrown
  const { length, md5 } = reader.end!
  const header = reader.header!
  checkLimit('samples', length * header.channels, limits)
  return { header, length, metadata, ...(md5 && { md5 }), headerBytes: bytes.length - reader.segmentBytes, segments }
}
