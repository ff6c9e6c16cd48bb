/** Metadata that is left out: all, all but some kinds, or the places where a picture was taken. */
import type { Metadata } from '../../codecs/container/container.js'
import { type Entry, numberOf, openTiff, readDirectory, type Tiff } from './image/tiffdirectory.js'

/** Kinds of metadata; 'icc' is all that describes colours. */
export const METADATA_KINDS = ['icc', 'exif', 'xmp', 'iptc', 'density', 'gain-map', 'tags'] as const
/** One of the kinds of metadata that can be kept or left out. 'icc' is all that describes colours. */
export type MetadataKind = (typeof METADATA_KINDS)[number]

/** Which metadata are left out. */
export interface Stripping {
  /**
   * 'gps': what tells where a picture was taken, in EXIF and XMP. 'all': everything but for `keep`. Default: nothing, or with `keep` 'all'.
   */
  strip?: 'all' | 'gps'
  /** Keep these kinds only. Default: all that `strip` leaves. */
  keep?: readonly MetadataKind[]
}

const KIND_OF: Record<Metadata['type'], MetadataKind> = {
  icc: 'icc',
  cicp: 'icc',
  gamma: 'icc',
  exif: 'exif',
  xmp: 'xmp',
  iptc: 'iptc',
  density: 'density',
  'gain-map': 'gain-map',
  tag: 'tags',
}

/** What is left. Items that stay as they are, are the same objects. */
export function strippedMetadata(metadata: readonly Metadata[] = [], { strip, keep }: Stripping): Metadata[] {
  const kept = strip === 'all' || keep !== undefined ? metadata.filter(({ type }) => keep?.includes(KIND_OF[type])) : [...metadata]
  if (strip !== 'gps') return kept
  return kept.map((item) => {
    if (item.type === 'exif') return { ...item, bytes: withoutGps(item.bytes) }
    return item.type === 'xmp' ? { ...item, bytes: withoutXmpGps(item.bytes) } : item
  })
}

/** Points from a directory to that of GPS. CIPA DC-008, 4.6.3. */
const GPS_TAG = 0x8825
/** Directories of EXIF are two, the picture's and its thumbnail's; more would be a circle. */
const MOST_DIRECTORIES = 8

/** EXIF without the directory of GPS: its values are zeros, and nothing points to it. */
function withoutGps(exif: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(exif)
  const tiff = openTiff(bytes)
  if (!tiff) return exif
  let isChanged = false
  for (let at = tiff.first, i = 0; at > 0 && i < MOST_DIRECTORIES; i++) {
    const { entries, next } = readDirectory(tiff, at)
    const entry = entries.find(({ tag }) => tag === GPS_TAG)
    if (entry) {
      erase(tiff, numberOf(tiff, entry) ?? 0)
      remove(tiff, at, entry)
      isChanged = true
    }
    at = next
  }
  return isChanged ? bytes : exif
}

function erase(tiff: Tiff, directory: number): void {
  const { entries } = readDirectory(tiff, directory)
  for (const { at, valueAt, length } of entries) {
    tiff.bytes.fill(0, valueAt, valueAt + length)
    tiff.bytes.fill(0, at, at + 12)
  }
  if (directory >= 8 && directory + 2 <= tiff.bytes.length) tiff.bytes.fill(0, directory, directory + 2)
}

/** Takes an entry out of its directory; what follows, moves up, and zeros come behind it. */
function remove({ bytes, view, littleEndian }: Tiff, directory: number, entry: Entry): void {
  const count = view.getUint16(directory, littleEndian)
  // with the offset of the next directory
  const end = Math.min(bytes.length, directory + 2 + 12 * count + 4)
  bytes.copyWithin(entry.at, entry.at + 12, end)
  bytes.fill(0, end - 12, end)
  view.setUint16(directory, count - 1, littleEndian)
}

/** XMP without exif:GPS and whatever stands in it, as attributes and as elements. */
function withoutXmpGps(xmp: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(xmp)
  const left = text
    .replaceAll(/\s[\w.-]+:GPS\w*\s*=\s*("[^"]*"|'[^']*')/g, '')
    .replaceAll(/<([\w.-]+:GPS\w*)(\s[^>]*)?\/>/g, '')
    .replaceAll(/<([\w.-]+:GPS\w*)(\s[^>]*)?>[\s\S]*?<\/\1\s*>/g, '')
  return left === text ? xmp : new TextEncoder().encode(left)
}
