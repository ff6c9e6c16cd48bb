/** What a TIFF file says that sharp does not tell: density as a fraction, IPTC, and fields that are not carried. */
import type { Metadata } from '../../../codecs/container/container.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import type { WarningCode } from '../../calls/warnings.js'
import { densityMetadata, directoryDensity } from './density.js'
import { iptcBlock, iptcIn } from './photoshop.js'
import { openTiff, readDirectory, withEntries } from './tiffdirectory.js'

const IPTC = 33723
const PHOTOSHOP = 34377

/** Fields for people, by tag. */
const FIELDS: Record<number, string> = {
  270: 'ImageDescription',
  271: 'Make',
  272: 'Model',
  305: 'Software',
  306: 'DateTime',
  315: 'Artist',
  33432: 'Copyright',
  34665: 'EXIF',
  34853: 'GPS',
}

export function readTiffMetadata(
  bytes: Uint8Array,
  hasExif: boolean,
  limits: Partial<Limits>,
  warn: (code: WarningCode, message: string) => void,
): Metadata[] {
  const tiff = openTiff(bytes)
  if (!tiff) return []
  const { entries } = readDirectory(tiff, tiff.first)
  const bytesOf = (tag: number) => {
    const entry = entries.find((found) => found.tag === tag)
    return entry && bytes.subarray(entry.valueAt, entry.valueAt + entry.length)
  }
  const density = directoryDensity(tiff)
  const metadata = density ? densityMetadata(density) : []
  const iptc = bytesOf(IPTC)
  const block = bytesOf(PHOTOSHOP) ?? (iptc && iptcBlock(iptc))
  if (block) {
    checkLimit('metadataBytes', block.length, limits)
    metadata.push({ type: 'iptc', bytes: Uint8Array.from(block) })
  }
  const lost = hasExif ? [] : entries.flatMap(({ tag }) => FIELDS[tag] ?? [])
  if (lost.length > 0) warn('exif', `fields of TIFF are dropped: ${[...new Set(lost)].join(', ')}`)
  return metadata
}

/** A TIFF file of sharp's with IPTC. */
export function withTiffMetadata(bytes: Buffer, metadata: readonly Metadata[]): Buffer {
  const block = metadata.find(({ type }) => type === 'iptc')?.bytes
  const tiff = block && openTiff(bytes)
  if (!block || !tiff) return bytes
  const iptc = iptcIn(block)
  return Buffer.from(withEntries(tiff, [...(iptc ? [{ tag: IPTC, bytes: iptc }] : []), { tag: PHOTOSHOP, bytes: block }]).buffer)
}
