/** Files of which head and tail were kept (kept.ts): what they are, and their chunks. */
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { text } from './chunks.js'
import type { WavHeader } from './facts.js'
import { isKept, keptParts } from './kept.js'
import { WavParser } from './parser.js'

export interface Kept {
  head: Uint8Array
  tail: Uint8Array
  /** Samples per channel. */
  length: number
  header: WavHeader
  /** The chunks that stand in head and tail, as tags. */
  tags: Metadata[]
}

/** What was kept, if it is all there and is a WAV file's. */
export function keptOf(metadata: readonly Metadata[]): Kept | undefined {
  const parts = keptParts(metadata)
  if (!parts) return
  const parser = new WavParser({ limits: { metadataBytes: Infinity, samples: Infinity } })
  try {
    parser.push(parts.head)
    const { header } = parser
    if (!header) return
    parser.skipTo(parts.length)
    parser.push(parts.tail)
    parser.finish()
    return { ...parts, header, tags: parser.metadata }
  } catch (error) {
    // tags by other hands
    if (error instanceof LaqError) return
    throw error
  }
}

/** Metadata in which what was kept is replaced by a tag for each chunk: for a part of the sound, or for a file of another kind. */
export function withoutKept(metadata: readonly Metadata[]): Metadata[] {
  const tags = keptOf(metadata)?.tags ?? []
  return [...tags, ...metadata.filter(({ type, bytes }) => type !== 'tag' || !isKept(text(bytes, 0, 4)))]
}
