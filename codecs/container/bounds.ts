/**
 * Bounds on the chunks of sound files: what a reader waits for, and how far it looks, before it knows that bytes are good. They keep
 * damaged and hostile files from costing memory and time; no writer comes near them. What a segment's payload may have follows from the
 * header: `mostPayloadBytes` in codecs/audio/spans.ts. Limits that a caller sets are in codecs/limits.ts.
 */
import { CRC_BYTES } from './container.js'

/** Type and varints of a chunk's length and number, and more than those of the least E chunk. */
export const HEAD_BYTES = 17
/** H has the header's few fields; larger ones are not waited for. */
export const MOST_HEADER_BYTES = 1024
/** The least E chunk is that of a sound of no samples: type, length, the payload's 6, CRC. */
export const LEAST_END_BYTES = 12
/** Segments in a row that may be missing: more are so only in files that are made to have them. */
export const MOST_MISSING = 3600
/** Bytes of CRC per byte of the file that the search for chunks may take; more is spent on files made to be slow only. */
export const CRC_BUDGET = 16

/** The index of an E chunk may have so many bytes, and as many for each segment before it. */
const MOST_INDEX_BYTES = 2 ** 20
const MOST_BYTES_PER_SEGMENT = 16

/** Most bytes of an E chunk behind so many segments. */
export const mostEndBytes = (segments: number): number => MOST_INDEX_BYTES + MOST_BYTES_PER_SEGMENT * segments

/** Most bytes of a D or c chunk whose payload has at most `payloadBytes` beside its number. */
export const mostDataBytes = (payloadBytes: number): number => payloadBytes + HEAD_BYTES + CRC_BYTES
