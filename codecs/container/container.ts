/**
 * The .laq file: a signature, then chunks.
 *
 *     8C 4C 41 51   version (u8)                      signature "\x8CLAQ"
 *     chunk: type (u8)  length (varint)  payload (length bytes)  CRC-32C (u32, little-endian, over type, length and payload)
 *
 * A type is an ASCII letter. Capital letters are critical: a reader that does not know one refuses the file. Small letters
 * are ancillary: unknown ones are skipped. Order: H, p if there is one, other ancillary chunks and I in any order, the D chunks.
 * Sounds have no I: their order, which can be written and read as it comes, is in sequence.ts.
 *
 *     H  header: facts that a reader needs before it allocates; first byte is the kind (FORMAT.md, "Header")
 *     p  preview: a .laq file of the same picture at 1:8
 *     I  index: the length in bytes of every D chunk, whole (type to CRC), one varint each; absent if there is one D chunk
 *     D  data: one tile, tile level or segment each, independent of the others
 *     i  ICC profile     e  EXIF     x  XMP     t  audio tags (a RIFF chunk: its four-letter id, then its bytes)
 *     n  CICP            m  gamma    d  density    s  IPTC    g  gain map (FORMAT.md, "Facts of pictures")
 */
import { LaqError } from '../errors.js'
import { checkLimit, LENGTH_OVERHEAD, type Limits, METADATA_OVERHEAD } from '../limits.js'
import { ByteReader, ByteWriter } from './bytes.js'
import { crc32c } from './crc32c.js'

export const VERSION = 4
const SIGNATURE = [0x8c, 0x4c, 0x41, 0x51]
export const SIGNATURE_BYTES = 5
export const CRC_BYTES = 4

/** First byte of the header chunk. */
export const KINDS = ['image', 'audio'] as const
export type Kind = (typeof KINDS)[number]

/** A chunk that is carried and not interpreted. */
export interface Metadata {
  /**
   * 'tag' any number of times, in their order, the others once at most. Of pictures: 'cicp' (colour by ITU-T H.273), 'gamma' (PNG's gAMA and
   * cHRM), 'density', 'iptc' (Photoshop's image resources), 'gain-map' (a JPEG file), whose bytes FORMAT.md tells.
   */
  type: 'icc' | 'cicp' | 'gamma' | 'exif' | 'xmp' | 'iptc' | 'density' | 'gain-map' | 'tag'
  /** What is carried, as it stands. */
  bytes: Uint8Array
}

const METADATA_LETTERS = {
  icc: 'i',
  cicp: 'n',
  gamma: 'm',
  exif: 'e',
  xmp: 'x',
  iptc: 's',
  density: 'd',
  'gain-map': 'g',
  tag: 't',
} as const

export interface Chunk {
  /** ASCII letter. */
  type: string
  /** A view on the file's bytes. */
  payload: Uint8Array
  /** Offset of the chunk's type byte in the file. */
  offset: number
  /** Bytes of the whole chunk, from type to CRC. */
  length: number
}

/** What a file begins with. */
export interface Front {
  kind: Kind
  /** Payload of H after the kind byte. */
  header: Uint8Array
  /** Payload of p, if it follows H. */
  preview?: Uint8Array
}

/** Everything before the data, and where the data is. */
export interface Container extends Front {
  metadata: Metadata[]
  /** Offset of each D chunk, then of the end of the last one. */
  dataOffsets: number[]
}

export function writeChunk(type: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter()
  head.u8(type.charCodeAt(0))
  head.varint(payload.length)
  const chunk = new Uint8Array(head.length + payload.length + CRC_BYTES)
  chunk.set(head.finish())
  chunk.set(payload, head.length)
  const crcAt = chunk.length - CRC_BYTES
  new DataView(chunk.buffer).setUint32(crcAt, crc32c(chunk.subarray(0, crcAt)), true)
  return chunk
}

/**
 * Reads one chunk at `offset`; `base` is where `bytes` start in their file. @throws LaqError 'truncated', or 'malformed' if the CRC is
 * wrong
 */
export function readChunk(bytes: Uint8Array, offset: number, base = 0): Chunk {
  const reader = new ByteReader(bytes, offset)
  const type = String.fromCharCode(reader.u8())
  if (!/[A-Za-z]/.test(type)) throw new LaqError('malformed', `byte ${base + offset} is no chunk type (0x${bytes[offset].toString(16)})`)
  const payloadLength = reader.varint()
  const payload = reader.raw(payloadLength)
  const crcAt = reader.offset
  const stored = reader.raw(CRC_BYTES)
  const crc = (stored[0] | (stored[1] << 8) | (stored[2] << 16) | (stored[3] << 24)) >>> 0
  if (crc !== crc32c(bytes.subarray(offset, crcAt))) {
    throw new LaqError('malformed', `chunk ${type} at byte ${base + offset}: its ${payloadLength} bytes do not match their CRC`)
  }
  return { type, payload, offset: base + offset, length: reader.offset - offset }
}

/** Signature and header chunk. `header` is the payload of H after the kind byte. */
export function writeFront(kind: Kind, header: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([Uint8Array.of(...SIGNATURE, VERSION), writeChunk('H', Uint8Array.of(KINDS.indexOf(kind), ...header))])
}

export function writeMetadata({ type, bytes }: Metadata): Uint8Array<ArrayBuffer> {
  return writeChunk(METADATA_LETTERS[type], bytes)
}

/** Writes an image file. `header` is the payload of H after the kind byte; `data` holds the payload of each D chunk, `preview` that of p. */
export function writeContainer(
  kind: Kind,
  header: Uint8Array,
  metadata: readonly Metadata[],
  data: readonly Uint8Array[],
  preview?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const dataChunks = data.map((payload) => writeChunk('D', payload))
  const parts: Uint8Array[] = [writeFront(kind, header)]
  if (preview) parts.push(writeChunk('p', preview))
  for (const item of metadata) parts.push(writeMetadata(item))
  if (dataChunks.length > 1) {
    const index = new ByteWriter()
    for (const chunk of dataChunks) index.varint(chunk.length)
    parts.push(writeChunk('I', index.finish()))
  }
  return joined([...parts, ...dataChunks])
}

/** The bytes of all parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** Whether bytes begin as a .laq file does. */
export function isLaq(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte)
}

/**
 * Checks the signature, as far as it is there.
 *
 * @throws LaqError 'malformed' (not a .laq file), 'truncated', 'unsupported' (version from the future)
 */
export function checkSignature(bytes: Uint8Array): void {
  const length = Math.min(bytes.length, SIGNATURE.length)
  for (let i = 0; i < length; i++) {
    if (bytes[i] !== SIGNATURE[i]) throw new LaqError('malformed', 'not a .laq file: the signature 8C 4C 41 51 is missing')
  }
  if (bytes.length < SIGNATURE_BYTES) throw new LaqError('truncated', `${bytes.length} bytes are less than a signature`)
  if (bytes[4] !== VERSION) throw new LaqError('unsupported', `format version ${bytes[4]}; this program reads version ${VERSION}`)
}

/**
 * Reads the header, which a prefix of the file has in full.
 *
 * @returns also `end`, the offset of what follows
 * @throws LaqError 'malformed' (not a .laq file, wrong CRC), 'unsupported' (version or kind from the future), 'truncated'
 */
export function readHeader(bytes: Uint8Array): Front & { end: number } {
  checkSignature(bytes)
  const first = readChunk(bytes, SIGNATURE_BYTES)
  if (first.type !== 'H' || first.payload.length === 0) throw new LaqError('malformed', `the first chunk is ${first.type}, not a header`)
  const kind = KINDS[first.payload[0]]
  if (kind === undefined) throw new LaqError('unsupported', `kind ${first.payload[0]}; this program reads 0 (image) and 1 (audio)`)
  return { kind, header: first.payload.subarray(1), end: SIGNATURE_BYTES + first.length }
}

/** Reads the header and the preview. @returns and throws as {@link readHeader} */
export function readFront(bytes: Uint8Array): Front & { end: number } {
  const { end, ...front } = readHeader(bytes)
  if (bytes[end] !== 0x70) return { ...front, end }
  const second = readChunk(bytes, end)
  return { ...front, preview: second.payload, end: end + second.length }
}

/**
 * Reads everything up to the first D chunk. The data itself may be missing from `bytes` (a prefix is enough): a D chunk is
 * read and checked by {@link readData}.
 *
 * @throws LaqError 'malformed' (not a .laq file, wrong CRC, wrong order), 'unsupported' (version, kind or critical chunk
 *   from the future), 'truncated', 'limit' (metadata); 'malformed' too if something follows the data
 */
export function readContainer(bytes: Uint8Array, limits: Partial<Limits> = {}): Container {
  const { end, ...front } = readFront(bytes)
  const metadata: Metadata[] = []
  let lengths: number[] | undefined
  let extraBytes = 0 // of metadata, unknown chunks and the index
  let offset = end
  for (;;) {
    if (offset >= bytes.length) throw new LaqError('truncated', `the file ends at byte ${bytes.length}, before its data`)
    if (bytes[offset] === 0x44) break
    extraBytes += new ByteReader(bytes, offset + 1).varint() + METADATA_OVERHEAD
    checkLimit('metadataBytes', extraBytes, limits)
    const chunk = readChunk(bytes, offset)
    offset += chunk.length
    if (chunk.type === 'I') {
      if (lengths) throw new LaqError('malformed', `a second index at byte ${chunk.offset}`)
      lengths = readLengths(chunk.payload, extraBytes, limits)
    } else if (chunk.type <= 'Z') throw new LaqError('unsupported', `critical chunk ${chunk.type} at byte ${chunk.offset}`)
    addMetadata(metadata, chunk)
  }
  const dataOffsets = [offset]
  if (lengths) {
    for (const length of lengths) dataOffsets.push(dataOffsets[dataOffsets.length - 1] + length)
  } else {
    const reader = new ByteReader(bytes, offset + 1)
    const payloadLength = reader.varint()
    dataOffsets.push(reader.offset + payloadLength + CRC_BYTES)
  }
  const dataEnd = dataOffsets[dataOffsets.length - 1]
  if (bytes.length > dataEnd)
    throw new LaqError('malformed', `${bytes.length - dataEnd} bytes behind the data, which end at byte ${dataEnd}`)
  return { ...front, metadata, dataOffsets }
}

/** Adds the chunk if it is one that is carried. @throws LaqError 'malformed' on a second one of a kind that comes once */
export function addMetadata(metadata: Metadata[], chunk: Chunk): void {
  const type = (Object.keys(METADATA_LETTERS) as Metadata['type'][]).find((name) => METADATA_LETTERS[name] === chunk.type)
  if (!type) return
  if (type !== 'tag' && metadata.some((other) => other.type === type))
    throw new LaqError('malformed', `a second ${type} chunk at byte ${chunk.offset}`)
  metadata.push({ type, bytes: chunk.payload })
}

/**
 * The varints of an index.
 *
 * @param extraBytes what counts for the limit of metadata already
 * @throws LaqError 'limit', 'truncated', 'malformed'
 */
export function readLengths(index: Uint8Array, extraBytes: number, limits: Partial<Limits>): number[] {
  let count = 0
  for (let i = 0; i < index.length; i++) if (index[i] < 128) count++
  checkLimit('metadataBytes', extraBytes + count * LENGTH_OVERHEAD, limits)
  const reader = new ByteReader(index)
  const lengths: number[] = []
  while (reader.left > 0) lengths.push(reader.varint())
  return lengths
}

/** Payload of the D chunk number `index`. @throws LaqError 'truncated', or 'malformed' if it is not what the index says */
export function readData(bytes: Uint8Array, container: Container, index: number): Uint8Array {
  const [offset, end] = container.dataOffsets.slice(index, index + 2)
  const chunk = readChunk(bytes, offset)
  if (chunk.type !== 'D' || offset + chunk.length !== end) {
    throw new LaqError(
      'malformed',
      `byte ${offset}: chunk ${chunk.type} of ${chunk.length} bytes where the index has data of ${end - offset}`,
    )
  }
  return chunk.payload
}
