/**
 * ID3v2 tags, which MP3 files begin with and WAV files have in a chunk `id3 `.
 *
 *     'ID3'  version, revision (u8 each)  flags (u8)  size of what follows (4 times 7 bits)  frames, then zeros
 *     frame: id (4 letters)  size (u32; of version 2.4, 4 times 7 bits)  flags (u16)  bytes     of version 2.2: id (3)  size (u24)  bytes
 *
 * Big-endian. Texts begin with a byte for their encoding: 0 Latin-1, 1 UTF-16 with a mark of its order, 2 UTF-16BE, 3 UTF-8. Source:
 * id3.org, "ID3v2.2.0", "ID3v2.3.0", "ID3v2.4.0 main structure" and "native frames".
 */
import { text } from '../wav/chunks.js'
import type { SoundPicture } from './picture.js'

/** Frames by the name that Vorbis comments have for the same: of versions 2.4 (and 2.3) and 2.2. */
const FRAMES: Record<string, [string, string]> = {
  TITLE: ['TIT2', 'TT2'],
  ARTIST: ['TPE1', 'TP1'],
  ALBUM: ['TALB', 'TAL'],
  ALBUMARTIST: ['TPE2', 'TP2'],
  DATE: ['TDRC', 'TYE'],
  TRACKNUMBER: ['TRCK', 'TRK'],
  DISCNUMBER: ['TPOS', 'TPA'],
  GENRE: ['TCON', 'TCO'],
  COMPOSER: ['TCOM', 'TCM'],
  COPYRIGHT: ['TCOP', 'TCR'],
  ENCODER: ['TSSE', 'TSS'],
  ORGANIZATION: ['TPUB', 'TPB'],
  LANGUAGE: ['TLAN', 'TLA'],
  ISRC: ['TSRC', 'TRC'],
  BPM: ['TBPM', 'TBP'],
}
const NAMES: Record<string, string> = {
  TYER: 'DATE',
  ...Object.fromEntries(Object.entries(FRAMES).flatMap(([name, ids]) => ids.map((id) => [id, name]))),
}

export interface Id3 {
  fields: [name: string, value: string][]
  pictures: SoundPicture[]
}

/** Bytes of the tag that a file begins with, head and footer included; 0 if there is none. */
export function id3Bytes(bytes: Uint8Array): number {
  if (text(bytes, 0, 3) !== 'ID3' || bytes.length < 10 || bytes[3] < 2 || bytes[3] > 4) return 0
  return 10 + sevens(bytes, 6) + (bytes[3] === 4 && bytes[5] & 0x10 ? 10 : 0)
}

/** A number of 4 times 7 bits. */
const sevens = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] & 127) << 21) | ((bytes[at + 1] & 127) << 14) | ((bytes[at + 2] & 127) << 7) | (bytes[at + 3] & 127)

/** What a tag holds. Frames that are compressed, encrypted or cut off are left out, and so are those of other kinds. */
export function readId3(tag: Uint8Array): Id3 {
  const found: Id3 = { fields: [], pictures: [] }
  const size = id3Bytes(tag)
  if (size === 0) return found
  const version = tag[3]
  let bytes = tag.subarray(10, Math.min(tag.length, 10 + sevens(tag, 6)))
  // before 2.4, all of it is made free of what looks like a frame of MPEG; in 2.4, frame by frame
  if (tag[5] & 0x80 && version < 4) bytes = synchronised(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  // an extended header, whose size counts itself in 2.4 only
  if (tag[5] & 0x40 && version > 2 && bytes.length >= 4) at = version === 4 ? sevens(bytes, 0) : 4 + view.getUint32(0)
  const headBytes = version === 2 ? 6 : 10
  while (at + headBytes <= bytes.length && bytes[at] !== 0) {
    const id = text(bytes, at, version === 2 ? 3 : 4)
    const length = version === 2 ? view.getUint32(at + 2) & 0xffffff : version === 4 ? sevens(bytes, at + 4) : view.getUint32(at + 4)
    const flags = version === 2 ? 0 : bytes[at + 9]
    const start = at + headBytes
    at = start + length
    if (at > bytes.length) break
    let body = bytes.subarray(start, at)
    if (version === 3 && flags & 0xc0) continue
    if (version === 4) {
      if (flags & 0x0c) continue
      if (flags & 0x01) body = body.subarray(4)
      if (flags & 0x02) body = synchronised(body)
    }
    readFrame(id, body, found)
  }
  return found
}

/** Takes out the zeros that were put behind bytes of 255. */
function synchronised(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0 || i === 0 || bytes[i - 1] !== 255) out[length++] = bytes[i]
  return out.subarray(0, length)
}

const LABELS = ['latin1', 'utf-16', 'utf-16be', 'utf-8']

function decode(bytes: Uint8Array, encoding: number): string {
  if (encoding !== 1) return new TextDecoder(LABELS[encoding] ?? 'latin1').decode(bytes)
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff
  return new TextDecoder(isBig ? 'utf-16be' : 'utf-16le').decode(bytes)
}

/** Length of the text at `at` up to its zero, and of text and zero. */
function textLength(bytes: Uint8Array, at: number, encoding: number): [number, number] {
  const width = encoding === 1 || encoding === 2 ? 2 : 1
  let end = at
  while (end + width <= bytes.length && (bytes[end] !== 0 || (width === 2 && bytes[end + 1] !== 0))) end += width
  return end + width <= bytes.length ? [end - at, end - at + width] : [bytes.length - at, bytes.length - at]
}

function readFrame(id: string, body: Uint8Array, { fields, pictures }: Id3): void {
  if (body.length < 2) return
  const encoding = body[0]
  let at = 1
  const next = (by = encoding) => {
    const [length, step] = textLength(body, at, by)
    at += step
    return decode(body.subarray(at - step, at - step + length), by)
  }
  if (id === 'TXXX' || id === 'TXX') {
    const name = next().toUpperCase()
    for (const value of valuesOf(body, at, encoding)) fields.push([name, value])
  } else if (id === 'COMM' || id === 'COM') {
    at += 3
    // what has a description is a program's note as a rule
    if (next() === '') for (const value of valuesOf(body, at, encoding)) fields.push(['COMMENT', value])
  } else if (id === 'APIC') {
    const mediaType = next(0)
    const type = body[at++] ?? 0
    const description = next()
    pictures.push({ type, mediaType, description, bytes: body.subarray(Math.min(at, body.length)) })
  } else if (id === 'PIC') {
    const kind = text(body, 1, 3)
    const type = body[4] ?? 0
    at = 5
    const description = next()
    const mediaType = kind === 'JPG' ? 'image/jpeg' : `image/${kind.toLowerCase()}`
    pictures.push({ type, mediaType, description, bytes: body.subarray(Math.min(at, body.length)) })
  } else if (NAMES[id]) {
    for (const value of valuesOf(body, 1, encoding)) fields.push([NAMES[id], value])
  }
}

/** The texts from `at` on. */
function valuesOf(body: Uint8Array, at: number, encoding: number): string[] {
  if (at >= body.length) return []
  return decode(body.subarray(at), encoding)
    .split('\0')
    .map((value) => value.replace(/^\ufeff/, ''))
    .filter((value) => value !== '')
}

/** A tag of version 2.4 in UTF-8. */
export function writeId3({ fields, pictures }: Id3): Uint8Array<ArrayBuffer> {
  const encode = (texts: readonly string[], before = '') => new TextEncoder().encode(`\x03${before}${texts.join('\0')}`)
  const frames: [string, Uint8Array][] = []
  const byName = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const plain = value.replaceAll('\0', ' ')
    const values = byName.get(name)
    if (values) values.push(plain)
    else byName.set(name, [plain])
  }
  for (const [name, values] of byName) {
    if (FRAMES[name]) frames.push([FRAMES[name][0], encode(values)])
    // encoding, language, no description
    else if (name === 'COMMENT') frames.push(['COMM', encode(values, 'und\0')])
    else frames.push(['TXXX', encode(values, `${name}\0`)])
  }
  for (const { type, mediaType, description, bytes } of pictures) {
    const media = new TextEncoder().encode(`${mediaType}\0`)
    const told = new TextEncoder().encode(`${description.replaceAll('\0', ' ')}\0`)
    const body = new Uint8Array(2 + media.length + told.length + bytes.length)
    body[0] = 3
    body.set(media, 1)
    body[1 + media.length] = type
    body.set(told, 2 + media.length)
    body.set(bytes, 2 + media.length + told.length)
    frames.push(['APIC', body])
  }
  const size = frames.reduce((sum, [, body]) => sum + 10 + body.length, 0)
  const tag = new Uint8Array(10 + size)
  const putSevens = (value: number, at: number) => {
    for (let i = 0; i < 4; i++) tag[at + i] = (value >> (7 * (3 - i))) & 127
  }
  tag.set([0x49, 0x44, 0x33, 4])
  putSevens(size, 6)
  let at = 10
  for (const [id, body] of frames) {
    for (let i = 0; i < 4; i++) tag[at + i] = id.charCodeAt(i)
    putSevens(body.length, at + 4)
    tag.set(body, at + 10)
    at += 10 + body.length
  }
  return tag
}
