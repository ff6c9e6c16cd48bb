/**
 * Directories of TIFF, which EXIF is made of too: read, and added to.
 *
 *     "II" or "MM"  42 (u16)  offset of the first directory (u32)
 *     directory: entries (u16)  entries of 12 bytes  offset of the next directory (u32)
 *     entry: tag (u16)  type (u16)  count (u32)  value, or its offset if it is of more than 4 bytes
 *
 * TIFF 6.0, section 2.
 */
export interface Entry {
  tag: number
  type: number
  /** Offset of its 12 bytes. */
  at: number
  /** Offset of its value, and how many bytes that has. */
  valueAt: number
  length: number
}

export interface Tiff {
  bytes: Uint8Array
  view: DataView
  littleEndian: boolean
  /** Offset of the first directory. */
  first: number
}

const TYPE_BYTES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 }
const SHORT = 3
const LONG = 4
const RATIONAL = 5

/** Nothing if the bytes are no TIFF, or one with offsets of 64 bits. */
export function openTiff(bytes: Uint8Array): Tiff | undefined {
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const order = view.getUint16(0)
  const littleEndian = order === 0x4949
  if ((!littleEndian && order !== 0x4d4d) || view.getUint16(2, littleEndian) !== 42) return undefined
  return { bytes, view, littleEndian, first: view.getUint32(4, littleEndian) }
}

/** Entries whose values lie within the bytes, and the offset of the next directory, 0 if there is none. */
export function readDirectory({ bytes, view, littleEndian }: Tiff, at: number): { entries: Entry[]; next: number } {
  const entries: Entry[] = []
  if (at < 8 || at + 2 > bytes.length) return { entries, next: 0 }
  const count = view.getUint16(at, littleEndian)
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + 12 * i
    if (entry + 12 > bytes.length) return { entries, next: 0 }
    const type = view.getUint16(entry + 2, littleEndian)
    const length = (TYPE_BYTES[type] ?? 0) * view.getUint32(entry + 4, littleEndian)
    const valueAt = length > 4 ? view.getUint32(entry + 8, littleEndian) : entry + 8
    if (length === 0 || valueAt + length > bytes.length) continue
    entries.push({ tag: view.getUint16(entry, littleEndian), type, at: entry, valueAt, length })
  }
  const end = at + 2 + 12 * count
  return { entries, next: end + 4 <= bytes.length ? view.getUint32(end, littleEndian) : 0 }
}

/** The first number of an entry of integers. */
export function numberOf({ view, littleEndian }: Tiff, entry: Entry | undefined): number | undefined {
  if (entry?.type === SHORT) return view.getUint16(entry.valueAt, littleEndian)
  return entry?.type === LONG || entry?.type === 13 ? view.getUint32(entry.valueAt, littleEndian) : undefined
}

export function rationalOf({ view, littleEndian }: Tiff, entry: Entry | undefined): [number, number] | undefined {
  if (entry?.type !== RATIONAL) return undefined
  return [view.getUint32(entry.valueAt, littleEndian), view.getUint32(entry.valueAt + 4, littleEndian)]
}

/** The file with entries of bytes (type 7) in its first directory, which takes a new place behind all else. */
export function withEntries(tiff: Tiff, added: readonly { tag: number; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const { bytes, view, littleEndian, first } = tiff
  const count = view.getUint16(first, littleEndian)
  const old = Array.from({ length: count }, (_, i) => bytes.subarray(first + 2 + 12 * i, first + 14 + 12 * i))
  const even = (value: number) => value + (value & 1)
  const start = even(bytes.length)
  let end = start + 2 + 12 * (count + added.length) + 4
  const places = added.map((item) => {
    const at = end
    end += even(item.bytes.length)
    return at
  })
  const whole = new Uint8Array(end)
  whole.set(bytes)
  const out = new DataView(whole.buffer)
  const fresh = added.map((item, i) => {
    const entry = new Uint8Array(12)
    const entryView = new DataView(entry.buffer)
    entryView.setUint16(0, item.tag, littleEndian)
    entryView.setUint16(2, 7, littleEndian)
    entryView.setUint32(4, item.bytes.length, littleEndian)
    if (item.bytes.length > 4) entryView.setUint32(8, places[i], littleEndian)
    else entry.set(item.bytes, 8)
    whole.set(item.bytes, places[i])
    return entry
  })
  const tagOf = (entry: Uint8Array) => new DataView(entry.buffer, entry.byteOffset).getUint16(0, littleEndian)
  out.setUint16(start, count + added.length, littleEndian)
  for (const [i, entry] of [...old, ...fresh].sort((a, b) => tagOf(a) - tagOf(b)).entries()) whole.set(entry, start + 2 + 12 * i)
  out.setUint32(start + 2 + 12 * (count + added.length), view.getUint32(first + 2 + 12 * count, littleEndian), littleEndian)
  out.setUint32(4, start, littleEndian)
  return whole
}
