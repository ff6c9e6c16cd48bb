/**
 * Segments of JPEG files: what sharp tells nothing of, and does not write.
 *
 *     FF D8, then segments: FF  marker  length (u16, itself included)  payload; from FF DA on coded samples, to FF D9
 *     APP0 "JFIF\0"  version (2)  unit (0 none, 1 inch, 2 cm)  across (u16)  down (u16)
 *     APP2 "MPF\0"  a TIFF structure that tells of further pictures behind the first: see {@link furtherPictures}
 *     APP13 "Photoshop 3.0\0"  image resources, which may go on in further segments
 *     FE   a comment
 *
 * ITU-T T.81, annex B; T.871 (JFIF); CIPA DC-007 (multi-picture format); Adobe XMP specification, part 3 (extended XMP).
 */
import type { Metadata } from '../../../codecs/container/container.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import type { WarningCode } from '../../calls/warnings.js'
import { text } from '../wav/chunks.js'
import { type Density, densityMetadata, writtenDensity } from './density.js'
import { openTiff, readDirectory } from './tiffdirectory.js'

interface Segment {
  marker: number
  at: number
  payload: Uint8Array
}

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff

const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP13 = 0xed
const COMMENT = 0xfe
const SCAN = 0xda
const END = 0xd9

const JFIF = 'JFIF\0'
const MPF = 'MPF\0'
const PHOTOSHOP = 'Photoshop 3.0\0'
const PROFILE = 'ICC_PROFILE\0'
const MORE_XMP = 'http://ns.adobe.com/xmp/extension/\0'
const GAIN_MAP = 'urn:iso:std:iso:ts:21496:-1\0'

const begins = ({ payload }: Segment, words: string) => text(payload, 0, words.length) === words

/** Segments in front of the first scan, and the offset behind the picture: for that all of it is looked through, unless it is not wanted. */
function segmentsOf(bytes: Uint8Array, toEnd = false): { segments: Segment[]; end: number } {
  const segments: Segment[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  let inScan = false
  for (;;) {
    if (inScan) {
      // samples, up to a marker that is neither a stuffed FF 00 nor a restart
      at = bytes.indexOf(0xff, at)
      if (at < 0 || at + 1 >= bytes.length) return { segments, end: bytes.length }
      const marker = bytes[at + 1]
      if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) {
        at += 2
        continue
      }
    }
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 4 > bytes.length || bytes[at] !== 0xff) return { segments, end: bytes[at + 1] === END ? at + 2 : bytes.length }
    const marker = bytes[at + 1]
    if (marker === END) return { segments, end: at + 2 }
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return { segments, end: bytes.length }
    if (!inScan && marker !== SCAN) segments.push({ marker, at, payload: bytes.subarray(at + 4, at + 2 + length) })
    if (marker === SCAN && !toEnd) return { segments, end: bytes.length }
    inScan ||= marker === SCAN
    at += 2 + length
  }
}

/** Pictures of a file that are looked at: an offset of any may be that of another. */
const MOST_PICTURES = 32

/** Where pictures behind the first are. The offsets of MPF count from its TIFF header; that of the first picture is 0. */
function furtherPictures(bytes: Uint8Array, segments: readonly Segment[]): Uint8Array[] {
  const segment = segments.find((found) => found.marker === APP2 && begins(found, MPF))
  const tiff = segment && openTiff(segment.payload.subarray(4))
  if (!tiff) return []
  const list = readDirectory(tiff, tiff.first).entries.find(({ tag }) => tag === 0xb002)
  const found: Uint8Array[] = []
  for (let at = 16; list && at + 16 <= Math.min(list.length, MOST_PICTURES * 16); at += 16) {
    const size = tiff.view.getUint32(list.valueAt + at + 4, tiff.littleEndian)
    const start = segment.at + 8 + tiff.view.getUint32(list.valueAt + at + 8, tiff.littleEndian)
    const picture = bytes.subarray(start, start + size)
    if (isJpeg(picture) && picture.length === size) found.push(picture)
  }
  return found
}

/** A picture that tells how much lighter the first can be shown: marked by XMP (Adobe, Android) or by ISO 21496-1. */
function isGainMap(picture: Uint8Array): boolean {
  return segmentsOf(picture).segments.some(
    (segment) =>
      (segment.marker === APP2 && begins(segment, GAIN_MAP)) ||
      (segment.marker === APP1 && /hdrgm:|hdrgainmap/i.test(text(segment.payload, 0, segment.payload.length))),
  )
}

/** Density, IPTC and the gain map; what is not carried is told. @param isTurned the picture will be, and its gain map could not follow */
export function readJpegMetadata(
  bytes: Uint8Array,
  { hasProfile, isTurned }: { hasProfile: boolean; isTurned: boolean },
  limits: Partial<Limits>,
  warn: (code: WarningCode, message: string) => void,
): Metadata[] {
  const { segments, end } = segmentsOf(bytes, true)
  const metadata: Metadata[] = []
  const jfif = segments.find((segment) => segment.marker === APP0 && begins(segment, JFIF))?.payload
  if (jfif && jfif.length >= 12) {
    const view = new DataView(jfif.buffer, jfif.byteOffset)
    const unit = jfif[7] as Density['unit']
    if (unit <= 2) metadata.push(...densityMetadata({ unit, x: [view.getUint16(8), 1], y: [view.getUint16(10), 1] }))
  }
  const resources = segments.filter((segment) => segment.marker === APP13 && begins(segment, PHOTOSHOP))
  if (resources.length > 0) {
    const block = Buffer.concat(resources.map(({ payload }) => payload.subarray(PHOTOSHOP.length)))
    checkLimit('metadataBytes', block.length, limits)
    metadata.push({ type: 'iptc', bytes: Uint8Array.from(block) })
  }
  if (!hasProfile && segments.some((segment) => segment.marker === APP2 && begins(segment, PROFILE)))
    warn('colour', 'the ICC profile is damaged and dropped')
  const comments = segments.filter(({ marker }) => marker === COMMENT).reduce((sum, { payload }) => sum + payload.length, 0)
  if (comments > 0) warn('comment', `a comment of ${comments} bytes is dropped`)
  const more = segments.filter((segment) => segment.marker === APP1 && begins(segment, MORE_XMP))
  // a name of 32 letters, length and offset stand before each part
  const moreBytes = more.reduce((sum, { payload }) => sum + Math.max(0, payload.length - MORE_XMP.length - 40), 0)
  if (moreBytes > 0) warn('xmp', `extended XMP of ${moreBytes} bytes is dropped`)

  let told = 0
  for (const picture of furtherPictures(bytes, segments)) {
    told += picture.length
    if (!isGainMap(picture)) warn('frames', `a further picture of ${picture.length} bytes is dropped`)
    else if (isTurned) warn('gain-map', `the gain map of ${picture.length} bytes is dropped: the picture is turned upright, and it is not`)
    else if (metadata.every(({ type }) => type !== 'gain-map')) {
      checkLimit('metadataBytes', picture.length, limits)
      metadata.push({ type: 'gain-map', bytes: Uint8Array.from(picture) })
    }
  }
  const rest = bytes.length - end - told
  if (rest > 0 && bytes.subarray(end).some((byte) => byte !== 0)) warn('frames', `${rest} bytes behind the picture are dropped`)
  return metadata
}

function segment(marker: number, ...parts: (string | Uint8Array)[]): Buffer {
  const payload = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}

/** The most that a segment holds behind its length. */
const MOST_PAYLOAD = 65533

/** A JPEG file of sharp's with density, IPTC and gain map. */
export function withJpegMetadata(jpeg: Buffer, metadata: readonly Metadata[]): Buffer {
  const density = inSixteenBits(writtenDensity(metadata))
  const file = density ? withJfif(jpeg, density) : jpeg
  const { segments } = segmentsOf(file)
  const added: Buffer[] = []
  const block = metadata.find(({ type }) => type === 'iptc')?.bytes
  const room = MOST_PAYLOAD - PHOTOSHOP.length
  for (let at = 0; block && at < block.length; at += room) added.push(segment(APP13, PHOTOSHOP, block.subarray(at, at + room)))
  const gainMap = metadata.find(({ type }) => type === 'gain-map')?.bytes
  // behind what readers look for at the front: JFIF, EXIF, XMP
  const last = segments.findLast(({ marker }) => marker === APP0 || marker === APP1)
  const place = last ? last.at + 4 + last.payload.length : 2
  if (!gainMap) return Buffer.concat([file.subarray(0, place), ...added, file.subarray(place)])
  // readers of ISO 21496-1 want its versions, 0 and 0, in the first picture too
  if (segmentsOf(gainMap).segments.some((found) => found.marker === APP2 && begins(found, GAIN_MAP))) {
    added.push(segment(APP2, GAIN_MAP, new Uint8Array(4)))
  }
  const before = Buffer.concat([file.subarray(0, place), ...added])
  const whole = file.length + (before.length - place) + MPF_BYTES
  const pictures = furtherEntries(whole, gainMap.length, whole - (before.length + 8))
  return Buffer.concat([before, pictures, file.subarray(place), gainMap])
}

/** JFIF 1.02 in front of all, in place of what may be there. */
function withJfif(jpeg: Buffer, { unit, x, y }: { unit: number; x: number; y: number }): Buffer {
  const old = segmentsOf(jpeg).segments.find((found) => found.marker === APP0 && begins(found, JFIF))
  const rest = old ? [jpeg.subarray(2, old.at), jpeg.subarray(old.at + 4 + old.payload.length)] : [jpeg.subarray(2)]
  const payload = Uint8Array.of(1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0)
  return Buffer.concat([jpeg.subarray(0, 2), segment(APP0, JFIF, payload), ...rest])
}

const MPF_BYTES = 90

/** MPF of two pictures: of the first its size, of the second its size and its distance from this TIFF header. */
function furtherEntries(firstBytes: number, secondBytes: number, distance: number): Buffer {
  const tiff = Buffer.alloc(82)
  tiff.write('MM\0*\0\0\0\x08\0\x03', 'latin1')
  const entries = [
    [0xb000, 7, 4, 0x30313030], // version "0100"
    [0xb001, 4, 1, 2],
    [0xb002, 7, 32, 50],
  ]
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    tiff.writeUInt16BE(tag, 10 + 12 * i)
    tiff.writeUInt16BE(type, 12 + 12 * i)
    tiff.writeUInt32BE(count, 14 + 12 * i)
    tiff.writeUInt32BE(value, 18 + 12 * i)
  }
  // attributes: the first is the primary picture, in JPEG
  for (const [i, value] of [0x030000, firstBytes, 0, 0, 0, secondBytes, distance, 0].entries()) tiff.writeUInt32BE(value, 50 + 4 * i)
  return segment(APP2, MPF, tiff)
}

/** As JFIF can tell it: of metres, in centimetres or, if that is nearer, inches. */
function inSixteenBits(density: Density | undefined): { unit: number; x: number; y: number } | undefined {
  if (!density) return undefined
  const { unit, x, y } = density
  const most = 65535
  if (unit === 0) {
    const [across, down] = [x[0] * y[1], y[0] * x[1]]
    const scale = Math.min(1, most / Math.max(across, down))
    return { unit, x: Math.max(1, Math.round(across * scale)), y: Math.max(1, Math.round(down * scale)) }
  }
  const perMetre = [1, 1 / 0.0254, 100, 1][unit]
  const values = [x[0] / x[1], y[0] / y[1]].map((value) => value * perMetre)
  const options = (unit === 2 ? [2, 1] : [1, 2]).map((to) => {
    const rounded = values.map((value) => Math.min(most, Math.max(1, Math.round(value * (to === 1 ? 0.0254 : 0.01)))))
    const error = rounded.reduce((sum, value, i) => sum + Math.abs(value * (to === 1 ? 1 / 0.0254 : 100) - values[i]), 0)
    return { unit: to, x: rounded[0], y: rounded[1], error }
  })
  // pixels per metre are those of whole inches as a rule, rounded
  const best = options[1].error + 0.5 < options[0].error ? options[1] : options[0]
  return { unit: best.unit, x: best.x, y: best.y }
}
