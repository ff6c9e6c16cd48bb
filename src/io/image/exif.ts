/**
 * EXIF orientation: found, set to upright, and applied to samples. EXIF is a TIFF structure ("II" or "MM", 42, offset of the
 * first directory); tag 0x0112 of that directory tells how to turn the picture. Source: CIPA DC-008 (Exif 2.32), section 4.6.
 */
import type { Metadata } from '../../../codecs/container/container.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import { turnedDensity } from './density.js'
import { numberOf, openTiff, readDirectory } from './tiffdirectory.js'

const ORIENTATION_TAG = 0x0112
const SHORT = 3
const UPRIGHT = 1

/** Place and value of the orientation, or nothing if there is none or the structure is damaged. */
function findOrientation(exif: Uint8Array): { offset: number; value: number; littleEndian: boolean } | undefined {
  const tiff = openTiff(exif)
  const entry = tiff && readDirectory(tiff, tiff.first).entries.find(({ tag, type }) => tag === ORIENTATION_TAG && type === SHORT)
  return entry && { offset: entry.valueAt, value: numberOf(tiff, entry) as number, littleEndian: tiff.littleEndian }
}

/** 1..8; 1 (upright) if EXIF says nothing or nonsense. */
export function orientationOf(metadata: readonly Metadata[] = []): number {
  const exif = metadata.find(({ type }) => type === 'exif')
  const value = exif ? (findOrientation(exif.bytes)?.value ?? UPRIGHT) : UPRIGHT
  return value >= 1 && value <= 8 ? value : UPRIGHT
}

/** The same metadata with the orientation set to upright. */
export function withUprightTag(metadata: readonly Metadata[]): Metadata[] {
  return metadata.map((item) => {
    const found = item.type === 'exif' ? findOrientation(item.bytes) : undefined
    if (!found || found.value === UPRIGHT) return item
    const bytes = item.bytes.slice()
    new DataView(bytes.buffer).setUint16(found.offset, UPRIGHT, found.littleEndian)
    return { type: 'exif', bytes }
  })
}

/** Turns the picture as its EXIF orientation says, and resets the tag. */
export function upright(image: ImageData): ImageData {
  const orientation = orientationOf(image.metadata)
  if (orientation === UPRIGHT) return image
  const { width, height, channels, data } = image
  const turned = data.slice()
  // orientations 5..8 exchange rows and columns; the rest is which of the two axes runs backwards in the stored picture
  const transposed = orientation >= 5
  const backX = [2, 3, 7, 8].includes(orientation)
  const backY = [3, 4, 6, 7].includes(orientation)
  const outWidth = transposed ? height : width
  const outHeight = transposed ? width : height
  for (let y = 0, to = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, to += channels) {
      const column = transposed ? y : x
      const row = transposed ? x : y
      const from = ((backY ? height - 1 - row : row) * width + (backX ? width - 1 - column : column)) * channels
      for (let c = 0; c < channels; c++) turned[to + c] = data[from + c]
    }
  }
  const metadata = withUprightTag(image.metadata ?? [])
  return { ...image, width: outWidth, height: outHeight, data: turned, metadata: transposed ? turnedDensity(metadata) : metadata }
}
