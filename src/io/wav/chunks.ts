/**
 * How the four families of WAV files frame their chunks.
 *
 *     RIFF, RIFX, RF64 (BW64):   'RIFF'  size (u32)  'WAVE'  chunks
 *         chunk: id (4)  size (u32)  bytes (size)  one zero byte if size is odd
 *     Wave64:   GUID riff (16)  size (u64)  GUID wave (16)  chunks
 *         chunk: GUID (16)  size (u64, these 24 bytes included)  bytes  zero bytes up to a multiple of 8
 *
 * RIFX is big-endian. In RF64 and BW64, sizes of 2^32 - 1 are found in the chunk `ds64`. A Wave64 file's own size counts its head.
 * Sources: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; EBU Tech 3306 (RF64); ITU-R BS.2088
 * (BW64); Sony Pictures Digital Networks, "Sony Wave64".
 */

export const WAV_KINDS = ['RIFF', 'RIFX', 'RF64', 'W64'] as const
export type WavKind = (typeof WAV_KINDS)[number]

/** What follows the first four letters of Wave64's GUIDs: of lists and the file itself, and of all others. */
const LIST_GUID = [0x2f, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00]
const RIFF_GUID = [0x2e, ...LIST_GUID.slice(1)]
const CHUNK_GUID = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a]

export const fileHeadBytes = (kind: WavKind): number => (kind === 'W64' ? 40 : 12)
export const chunkHeadBytes = (kind: WavKind): number => (kind === 'W64' ? 24 : 8)

/** Letters of some bytes, one each. */
export function text(bytes: Uint8Array, offset: number, length: number): string {
  let letters = ''
  for (let i = offset; i < Math.min(bytes.length, offset + length); i++) letters += String.fromCharCode(bytes[i])
  return letters
}

/** A four-letter id for a message: bytes that are no letters become question marks. */
export function quoted(id: string): string {
  return `'${id.replace(/[^ -~]/g, '?')}'`
}

/** The family of a file that begins with these bytes, 40 if it has them; nothing if it is no WAV file. */
export function wavKind(bytes: Uint8Array): WavKind | undefined {
  const found = /^(RIFF|RIFX|RF64|BW64).{4}WAVE/s.exec(text(bytes, 0, 12))?.[1]
  if (found) return found === 'BW64' ? 'RF64' : (found as WavKind)
  const isWave64 =
    text(bytes, 0, 4) === 'riff' && endsAs(bytes, 4, RIFF_GUID) && text(bytes, 24, 4) === 'wave' && endsAs(bytes, 28, CHUNK_GUID)
  return isWave64 ? 'W64' : undefined
}

const endsAs = (bytes: Uint8Array, at: number, guid: readonly number[]) => guid.every((byte, i) => bytes[at + i] === byte)

export interface ChunkHead {
  /** Four letters; nothing if it is a GUID of Wave64 that has none. */
  id: string | undefined
  /** Number of bytes behind the head; negative if a Wave64 chunk says that it is smaller than its head. */
  size: number
}

/** Reads the head of the chunk at `at`, of which {@link chunkHeadBytes} are there. */
export function readChunkHead(bytes: Uint8Array, at: number, kind: WavKind): ChunkHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const id = text(bytes, at, 4)
  if (kind !== 'W64') return { id, size: view.getUint32(at + 4, kind !== 'RIFX') }
  const named = endsAs(bytes, at + 4, CHUNK_GUID) || endsAs(bytes, at + 4, LIST_GUID)
  return { id: named ? id : undefined, size: Number(view.getBigUint64(at + 16, true)) - 24 }
}

/** Ids that are no chance in the bytes of samples or padding. */
export const isKnownId = (id: string): boolean =>
  /^(fmt |data|fact|ds64|LIST|id3 |ID3 |bext|cue |smpl|inst|acid|PEAK|iXML|axml|aXML|cart|chna|JUNK|junk|PAD |FLLR|DISP|plst|_PMX)$/.test(
    id,
  )

/** Bytes behind a chunk that tell whether it has padding. */
export const PADDING_CONTEXT = 8

/**
 * Bytes of padding behind a chunk that ends at `end`. Some writers forget the byte behind an odd size, or put it behind an even one, or
 * fill up to four bytes: the next chunk is where its id is.
 */
export function paddingAt(bytes: Uint8Array, start: number, size: number, kind: WavKind): number {
  if (kind === 'W64') return -size & 7
  const end = start + size
  const odd = size % 2
  for (const padding of [odd, 1 - odd, 2, 3]) if (isKnownId(text(bytes, end + padding, 4))) return padding
  return odd === 0 || /^[ -~]{4}$/.test(text(bytes, end, 4)) ? 0 : 1
}

/** The head of a chunk. `size` may be Infinity: unknown. */
export function chunkHead(id: string, size: number, kind: WavKind): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(chunkHeadBytes(kind))
  const view = new DataView(head.buffer)
  for (let i = 0; i < 4; i++) head[i] = id.charCodeAt(i)
  if (kind === 'W64') {
    head.set(id === 'LIST' ? LIST_GUID : CHUNK_GUID, 4)
    view.setBigUint64(16, size === Infinity ? 2n ** 64n - 1n : BigInt(size + 24), true)
  } else view.setUint32(4, Math.min(size, 0xffffffff), kind !== 'RIFX')
  return head
}

/** A whole chunk with its padding. */
export function chunkOf(id: string, body: Uint8Array, kind: WavKind): Uint8Array<ArrayBuffer> {
  const head = chunkHead(id, body.length, kind)
  const chunk = new Uint8Array(head.length + body.length + paddingOf(body.length, kind))
  chunk.set(head)
  chunk.set(body, head.length)
  return chunk
}

/** Bytes of padding that a writer puts behind `size` bytes. */
export const paddingOf = (size: number, kind: WavKind): number => (kind === 'W64' ? (8 - (size % 8)) % 8 : size % 2)

/** What a file begins with. `size` is that of the whole file, Infinity if it is unknown. */
export function fileHead(size: number, kind: WavKind): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(fileHeadBytes(kind))
  const view = new DataView(head.buffer)
  const letters = (id: string, at: number) => {
    for (let i = 0; i < 4; i++) head[at + i] = id.charCodeAt(i)
  }
  if (kind === 'W64') {
    letters('riff', 0)
    head.set(RIFF_GUID, 4)
    view.setBigUint64(16, size === Infinity ? 2n ** 64n - 1n : BigInt(size), true)
    letters('wave', 24)
    head.set(CHUNK_GUID, 28)
  } else {
    letters(kind, 0)
    view.setUint32(4, kind === 'RF64' ? 0xffffffff : Math.min(size - 8, 0xffffffff), kind !== 'RIFX')
    letters('WAVE', 8)
  }
  return head
}

/** Bytes that come in pieces, as one array that grows by doubling. */
export class Gathered {
  private store: Uint8Array = new Uint8Array(0)
  length = 0

  /** Begins with bytes that stay the caller's until {@link own}. */
  borrow(part: Uint8Array): void {
    this.store = part
    this.length = part.length
  }

  own(): void {
    this.store = this.bytes.slice()
  }

  append(part: Uint8Array): void {
    if (this.length + part.length > this.store.length) {
      const larger = new Uint8Array(Math.max(this.length + part.length, 2 * this.store.length))
      larger.set(this.bytes)
      this.store = larger
    }
    this.store.set(part, this.length)
    this.length += part.length
  }

  /** A view, which the next append may leave behind. */
  get bytes(): Uint8Array {
    return this.store.subarray(0, this.length)
  }
}
