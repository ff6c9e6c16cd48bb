/**
 * Boxes of AVIF and HEIC files: what sharp tells nothing of, and cannot write.
 *
 *     box: size (u32)  type (4 letters)  size (u64, if the u32 is 1)  body; a size of 0 is to the file's end
 *     ftyp: major brand (4)  version (u32)  compatible brands (4 each)
 *     meta (version and flags first): pitm the primary item, iloc where items are, iprp / ipco properties, iprp / ipma whose they are
 *     colr of ipco: 'nclx'  primaries (u16)  transfer (u16)  matrix (u16)  full range (upper bit of a byte)
 *
 * ISO/IEC 14496-12 (boxes, iloc), 23008-12 (properties), 23000-22 (colr).
 */
import { LaqError } from '../../../codecs/errors.js'
import { text } from '../wav/chunks.js'

interface Box {
  type: string
  /** Offsets of its size field, of its body, and of what is behind it. */
  start: number
  body: number
  end: number
}

/** Boxes one behind the other; what does not fit ends them. */
function boxesIn(bytes: Uint8Array, from: number, to: number): Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Box[] = []
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at)
    if (size === 1 && at + 16 > to) break
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size === 0 ? to - at : size
    const body = at + (size === 1 ? 16 : 8)
    if (at + length < body || at + length > to) break
    found.push({ type: text(bytes, at + 4, 4), start: at, body, end: at + length })
    at += length
  }
  return found
}

/** Boxes of a path; `meta` and `ipma` and the like have four bytes before what they hold. */
function within(bytes: Uint8Array, path: readonly string[], from = 0, to = bytes.length): Box[] {
  const [type, ...rest] = path
  const found = boxesIn(bytes, from, to).filter((box) => box.type === type)
  if (rest.length === 0) return found
  return found.flatMap((box) => within(bytes, rest, box.body + (FULL.has(type) ? 4 : 0), box.end))
}

const FULL = new Set(['meta', 'iinf'])

export interface HeifFacts {
  /** Major, then compatible ones. */
  brands: string[]
  /** Frames of the animation that it holds, 0 if none. */
  frames: number
  /** nclx of the picture: primaries, transfer, matrix, full range. */
  nclx?: { primaries: number; transfer: number; matrix: number; fullRange: boolean }
  hasGainMap: boolean
}

/** Facts of an AVIF or HEIC file; nothing of any other, nor of bytes that are shorter than a box. */
export function heifFacts(bytes: Uint8Array): HeifFacts | undefined {
  const [first] = boxesIn(bytes, 0, bytes.length)
  if (first?.type !== 'ftyp' || first.end < first.body + 8) return undefined
  const brands = [text(bytes, first.body, 4)]
  for (let at = first.body + 8; at + 4 <= first.end; at += 4) brands.push(text(bytes, at, 4))
  if (!brands.some((brand) => /^(avi[fs]|hei[cxms]|hev[cxms]|mif[12]|msf1|miaf)$/.test(brand))) return undefined
  const [meta] = within(bytes, ['meta'])
  const words = meta ? Buffer.from(bytes.buffer, bytes.byteOffset + meta.start, meta.end - meta.start) : Buffer.alloc(0)
  const hasGainMap = words.includes('tmap') || words.includes('hdrgainmap')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames = within(bytes, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz'])
    .filter(({ body, end }) => end - body >= 12)
    .map(({ body }) => view.getUint32(body + 8))
  const nclx = nclxOf(bytes, view)
  return { brands, frames: frames.reduce((most, count) => Math.max(most, count), 0), hasGainMap, ...(nclx && { nclx }) }
}

function nclxOf(bytes: Uint8Array, view: DataView): HeifFacts['nclx'] {
  const colours = within(bytes, ['meta', 'iprp', 'ipco', 'colr']).filter(
    ({ body, end }) => text(bytes, body, 4) === 'nclx' && end - body >= 11,
  )
  if (colours.length === 0) return undefined
  const [properties] = within(bytes, ['meta', 'iprp', 'ipco'])
  const numbers = new Map(boxesIn(bytes, properties.body, properties.end).map(({ start }, i) => [start, i + 1]))
  const own = new Set(propertiesOf(bytes, view))
  // of several pictures' colours, the primary one's; of one, that
  const found = colours.find(({ start }) => own.has(numbers.get(start) ?? 0)) ?? (colours.length === 1 ? colours[0] : undefined)
  if (!found) return undefined
  const [primaries, transfer, matrix] = [4, 6, 8].map((at) => view.getUint16(found.body + at))
  return { primaries, transfer, matrix, fullRange: bytes[found.body + 10] >= 128 }
}

/** Item of the picture that is to be shown. */
function primaryItem(bytes: Uint8Array, view: DataView): number | undefined {
  const [box] = within(bytes, ['meta', 'pitm'])
  if (!box || box.end - box.body < 6) return undefined
  if (bytes[box.body] === 0) return view.getUint16(box.body + 4)
  return box.end - box.body < 8 ? undefined : view.getUint32(box.body + 4)
}

/** Where an entry of ipma is, and what it holds. */
interface Association {
  item: number
  /** Offset of its count. */
  at: number
  end: number
  wide: boolean
}

function associations(bytes: Uint8Array, view: DataView, { body, end }: Box): Association[] {
  const found: Association[] = []
  const itemBytes = bytes[body] < 1 ? 2 : 4
  const wide = (bytes[body + 3] & 1) === 1
  for (let at = body + 8, left = end - body < 8 ? 0 : view.getUint32(body + 4); left > 0 && at + itemBytes < end; left--) {
    const item = itemBytes === 2 ? view.getUint16(at) : view.getUint32(at)
    const next = at + itemBytes + 1 + bytes[at + itemBytes] * (wide ? 2 : 1)
    if (next > end) break
    found.push({ item, at: at + itemBytes, end: next, wide })
    at = next
  }
  return found
}

/** Numbers of the primary item's properties, from 1. */
function propertiesOf(bytes: Uint8Array, view: DataView): number[] {
  const primary = primaryItem(bytes, view)
  return within(bytes, ['meta', 'iprp', 'ipma'])
    .flatMap((box) => associations(bytes, view, box))
    .filter(({ item }) => item === primary)
    .flatMap(({ at, end, wide }) => {
      const numbers: number[] = []
      for (let p = at + 1; p < end; p += wide ? 2 : 1) numbers.push(wide ? view.getUint16(p) & 0x7fff : bytes[p] & 0x7f)
      return numbers
    })
}

/** The same file as one of a still picture, by its brands and without its movie: libheif reads the one that stands beside an animation. */
export function asStill(bytes: Uint8Array): Uint8Array {
  const still = Uint8Array.from(bytes)
  const put = (at: number, type: string) => {
    for (let i = 0; i < 4; i++) still[at + i] = type.charCodeAt(i)
  }
  const [first] = boxesIn(bytes, 0, bytes.length)
  const brand = text(bytes, first.body, 4) === 'avis' ? 'avif' : 'heic'
  for (let at = first.body; at + 4 <= first.end; at += 4) if (SEQUENCES.test(text(bytes, at, 4))) put(at, brand)
  for (const { start } of within(bytes, ['moov'])) put(start + 4, 'free')
  return still
}

/** Brands of animations. */
const SEQUENCES = /^(avis|hevc|hevx|msf1)$/

/** Whether libheif takes a file for an animation, by the brand that comes first. */
export const isSequence = ({ brands }: HeifFacts): boolean => SEQUENCES.test(brands[0])

/** Colour that libheif writes by: matrix of BT.601, full range. */
const MATRIX = 6

/**
 * An AVIF file as libheif writes it, with a colr box of its primary item that tells primaries and transfer.
 *
 * @throws LaqError 'unsupported' if the file is of another build
 */
export function withNclx(bytes: Uint8Array, primaries: number, transfer: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const strange = (what: string) => new LaqError('unsupported', `AVIF: ${what}; its colour cannot be told`)
  const old = within(bytes, ['meta', 'iprp', 'ipco', 'colr']).find(({ body }) => text(bytes, body, 4) === 'nclx')
  if (old) {
    const changed = Uint8Array.from(bytes)
    const changedView = new DataView(changed.buffer)
    changedView.setUint16(old.body + 4, primaries)
    changedView.setUint16(old.body + 6, transfer)
    return changed
  }
  const [meta] = within(bytes, ['meta'])
  const [iprp] = within(bytes, ['meta', 'iprp'])
  const [ipco] = within(bytes, ['meta', 'iprp', 'ipco'])
  const ipmas = within(bytes, ['meta', 'iprp', 'ipma'])
  const [iloc] = within(bytes, ['meta', 'iloc'])
  const primary = primaryItem(bytes, view)
  const entry = ipmas
    .flatMap((box) => associations(bytes, view, box).map((found) => ({ ...found, box })))
    .find(({ item }) => item === primary)
  if (!meta || !iprp || !ipco || !iloc || !entry) throw strange('a box is missing')
  const number = boxesIn(bytes, ipco.body, ipco.end).length + 1
  if (number > (entry.wide ? 0x7fff : 0x7f) || bytes[entry.at] === 255) throw strange(`${number} properties`)
  const colr = Uint8Array.of(0, 0, 0, 19, 0x63, 0x6f, 0x6c, 0x72, 0x6e, 0x63, 0x6c, 0x78, 0, primaries, 0, transfer, 0, MATRIX, 0x80)
  const link = entry.wide ? Uint8Array.of(number >> 8, number & 255) : Uint8Array.of(number)
  const grown = colr.length + link.length
  const front = Uint8Array.from(bytes)
  const frontView = new DataView(front.buffer)
  const enlarge = (box: Box, by: number) => frontView.setUint32(box.start, view.getUint32(box.start) + by)
  for (const box of [meta, iprp]) enlarge(box, grown)
  enlarge(ipco, colr.length)
  enlarge(entry.box, link.length)
  front[entry.at]++
  if (!moveItems(frontView, iloc, meta.end, grown)) throw strange('items in an unknown place')
  const parts = [
    { at: ipco.end, added: colr },
    { at: entry.end, added: link },
  ].sort((a, b) => a.at - b.at)
  const whole = new Uint8Array(bytes.length + grown)
  let [from, to] = [0, 0]
  for (const { at, added } of [...parts, { at: front.length, added: new Uint8Array(0) }]) {
    whole.set(front.subarray(from, at), to)
    to += at - from
    whole.set(added, to)
    to += added.length
    from = at
  }
  return whole
}

/** Adds to the offsets of items behind `border`. @returns whether all of them were understood */
function moveItems(view: DataView, { body, end }: Box, border: number, by: number): boolean {
  const version = view.getUint8(body)
  const [offsetBytes, lengthBytes] = [view.getUint8(body + 4) >> 4, view.getUint8(body + 4) & 15]
  const [baseBytes, indexBytes] = [view.getUint8(body + 5) >> 4, version > 0 ? view.getUint8(body + 5) & 15 : 0]
  const isKnown = (size: number) => size === 0 || size === 4
  if (version > 2 || ![offsetBytes, lengthBytes, baseBytes, indexBytes].every(isKnown)) return false
  const read = (at: number, size: number) => (size === 4 ? view.getUint32(at) : 0)
  let at = body + 6
  let left = version < 2 ? view.getUint16(at) : view.getUint32(at)
  at += version < 2 ? 2 : 4
  for (; left > 0; left--) {
    if (at + 16 > end + 16) return false
    at += version < 2 ? 2 : 4
    const inFile = version === 0 || (view.getUint16(at) & 15) === 0
    if (version > 0) at += 2
    at += 2
    const base = read(at, baseBytes)
    const baseAt = at
    at += baseBytes
    const extents = view.getUint16(at)
    at += 2
    const isBaseMoved = inFile && baseBytes === 4 && base >= border
    if (isBaseMoved) view.setUint32(baseAt, base + by)
    for (let i = 0; i < extents; i++) {
      at += indexBytes
      const offset = read(at, offsetBytes)
      if (inFile && !isBaseMoved && base + offset >= border) {
        if (offsetBytes !== 4) return false
        view.setUint32(at, offset + by)
      }
      at += offsetBytes + lengthBytes
      if (at > end) return false
    }
  }
  return true
}
