/**
 * How many pixels go on an inch of paper.
 *
 *     unit (1 byte: 0 none, 1 inch, 2 centimetre, 3 metre)  across: numerator, denominator (varints)  down: numerator, denominator
 *
 * A fraction, since files have fractions, and since 300 per inch is no whole number per metre. Of no unit, it is the pixel's shape.
 */
import { ByteReader, ByteWriter } from '../../../codecs/container/bytes.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { numberOf, openTiff, rationalOf, readDirectory, type Tiff } from './tiffdirectory.js'

export interface Density {
  unit: 0 | 1 | 2 | 3
  /** Pixels per unit across and down, as fractions. */
  x: readonly [number, number]
  y: readonly [number, number]
}

const X_RESOLUTION = 282
const Y_RESOLUTION = 283
const RESOLUTION_UNIT = 296

/** Inches in a unit. */
const INCHES = [1, 1, 1 / 2.54, 1 / 0.0254]
/** What programs write that know of no density: a point each, or a millimetre (libvips, in TIFF). */
const UNKNOWN_DPI = [72, 25.4]

/** Pixels per inch, across and down. */
export function dpiOf({ unit, x, y }: Density): [number, number] {
  return [x[0] / x[1] / INCHES[unit], y[0] / y[1] / INCHES[unit]]
}

/** Nothing if it says nothing: none at all, square pixels of no size, or what programs write that know of none. */
export function densityMetadata(density: Density): Metadata[] {
  const { unit, x, y } = density
  if (![...x, ...y].every((value) => Number.isInteger(value) && value > 0 && value < 2 ** 32)) return []
  const [across, down] = dpiOf(density)
  if (Math.abs(across - down) < 0.05 && (unit === 0 || UNKNOWN_DPI.some((dpi) => Math.abs(across - dpi) < 0.05))) return []
  const writer = new ByteWriter()
  writer.u8(unit)
  for (const value of [...lowest(x), ...lowest(y)]) writer.varint(value)
  return [{ type: 'density', bytes: writer.finish() }]
}

function lowest([numerator, denominator]: readonly [number, number]): [number, number] {
  let [a, b] = [numerator, denominator]
  while (b > 0) [a, b] = [b, a % b]
  return [numerator / a, denominator / a]
}

/** Nothing if there is none, or one that cannot be. */
export function densityOf(metadata: readonly Metadata[] = []): Density | undefined {
  const bytes = metadata.find(({ type }) => type === 'density')?.bytes
  if (!bytes) return undefined
  try {
    const reader = new ByteReader(bytes)
    const unit = reader.u8()
    const [a, b, c, d] = [reader.varint(), reader.varint(), reader.varint(), reader.varint()]
    return unit <= 3 && a * b * c * d > 0 ? { unit: unit as Density['unit'], x: [a, b], y: [c, d] } : undefined
  } catch {
    return undefined
  }
}

/** Density of a directory: pixels per inch or centimetre, or of no unit. TIFF 6.0, section 8: the unit is the inch if nothing tells. */
export function directoryDensity(tiff: Tiff): Density | undefined {
  const { entries } = readDirectory(tiff, tiff.first)
  const entry = (tag: number) => entries.find((found) => found.tag === tag)
  const x = rationalOf(tiff, entry(X_RESOLUTION))
  const y = rationalOf(tiff, entry(Y_RESOLUTION))
  const unit = ([0, 0, 1, 2] as const)[numberOf(tiff, entry(RESOLUTION_UNIT)) ?? 2]
  return x && y && unit !== undefined && x[0] * x[1] * y[0] * y[1] > 0 ? { unit, x, y } : undefined
}

/** What holds for the picture: its own, or that of its EXIF. */
export function writtenDensity(metadata: readonly Metadata[]): Density | undefined {
  return densityOf(metadata) ?? exifDensity(metadata)
}

function exifDensity(metadata: readonly Metadata[]): Density | undefined {
  const exif = metadata.find(({ type }) => type === 'exif')
  const tiff = exif && openTiff(exif.bytes)
  const density = tiff && directoryDensity(tiff)
  return density && densityOf(densityMetadata(density))
}

/** The metadata without a density that EXIF tells too. */
export function withoutRepeatedDensity(metadata: readonly Metadata[]): Metadata[] {
  const [own, other] = [densityOf(metadata), exifDensity(metadata)]
  const isSame = own && other && dpiOf(own).every((value, i) => Math.abs(value - dpiOf(other)[i]) < 0.05)
  return metadata.filter(({ type }) => type !== 'density' || !isSame)
}

/** That of a picture turned by a quarter. */
export const turnedDensity = (metadata: readonly Metadata[]): Metadata[] =>
  metadata.map((item) => {
    const density = item.type === 'density' ? densityOf([item]) : undefined
    return density ? (densityMetadata({ ...density, x: density.y, y: density.x })[0] ?? item) : item
  })
