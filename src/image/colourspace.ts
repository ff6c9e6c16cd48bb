/**
 * Colour spaces that are told by numbers, and the ICC profiles that say the same.
 *
 * CICP: four bytes, primaries, transfer characteristics, matrix (0: the samples are RGB), 1 for the full range. ITU-T H.273, 8.1 to 8.3.
 * Gamma: PNG's gAMA (4 bytes, 0 if nothing is told), then cHRM, if it is there (32 bytes). PNG specification, 11.3.2.
 */
import type { Metadata } from '../../codecs/container/container.js'
import { type Curve, makeProfile, type Primaries } from './iccprofile.js'

export const PQ = 16
export const HLG = 18
const SRGB_CURVE = 13
const UNSPECIFIED = 2
const BT709 = 1

const D65 = [0.3127, 0.329] as const
/** Chromaticities of red, green, blue and white, by the number of the primaries. H.273, table 2. */
const PRIMARIES: Record<number, Primaries> = {
  [BT709]: [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], D65],
  4: [
    [0.67, 0.33],
    [0.21, 0.71],
    [0.14, 0.08],
    [0.31, 0.316],
  ],
  5: [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], D65],
  6: [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], D65],
  7: [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], D65],
  9: [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], D65],
  11: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
    [0.314, 0.351],
  ],
  12: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], D65],
  22: [[0.63, 0.34], [0.295, 0.605], [0.155, 0.077], D65],
}

/** Light of an encoded value, by the number of the transfer characteristics. H.273, table 3. */
const BT709_CURVE: Curve = { gamma: 1 / 0.45, a: 1 / 1.099, b: 0.099 / 1.099, c: 1 / 4.5, d: 0.081 }
const CURVES: Record<number, Curve> = {
  1: BT709_CURVE,
  4: { gamma: 2.2 },
  5: { gamma: 2.8 },
  6: BT709_CURVE,
  7: { gamma: 1 / 0.45, a: 1 / 1.1115, b: 0.1115 / 1.1115, c: 1 / 4, d: 0.0913 },
  8: { gamma: 1 },
  [SRGB_CURVE]: { gamma: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 },
  14: BT709_CURVE,
  15: BT709_CURVE,
}

const NAMES: Record<number, string> = { 1: 'BT.709', 9: 'BT.2020', 11: 'DCI-P3', 12: 'Display P3' }
const TRANSFERS: Record<number, string> = { 1: 'BT.709', 8: 'linear', 13: 'sRGB', [PQ]: 'PQ', [HLG]: 'HLG' }

/** CICP as metadata, or nothing if it says nothing: sRGB, or that all is unspecified. @param numbers primaries, transfer, full range */
export function cicpOf(primaries: number, transfer: number, fullRange = true): Metadata[] {
  const isPlain = (primaries === BT709 || primaries === UNSPECIFIED) && (transfer === SRGB_CURVE || transfer === UNSPECIFIED)
  if ((isPlain && fullRange) || primaries > 255 || transfer > 255) return []
  return [{ type: 'cicp', bytes: Uint8Array.of(primaries, transfer, 0, fullRange ? 1 : 0) }]
}

const found = (metadata: readonly Metadata[], type: Metadata['type'], least: number) =>
  metadata.find((item) => item.type === type && item.bytes.length >= least)?.bytes

/** PQ or HLG, if the samples are such. */
export function hdrOf(metadata: readonly Metadata[] = []): string | undefined {
  const transfer = found(metadata, 'cicp', 4)?.[1]
  return transfer === PQ || transfer === HLG ? TRANSFERS[transfer] : undefined
}

/** What CICP says, for people. */
export function cicpName(bytes: Uint8Array): string {
  const [primaries, transfer] = bytes
  return `${NAMES[primaries] ?? `primaries ${primaries}`} ${TRANSFERS[transfer] ?? `transfer ${transfer}`} (CICP ${[...bytes].join('/')})`
}

/** PNG's units of gAMA and cHRM. */
const UNIT = 100_000
/** gAMA of sRGB, and what roundings make of it. */
const isSrgbGamma = (gamma: number) => Math.abs(gamma - 45455) <= 10
/** cHRM of sRGB: white, red, green, blue. */
const SRGB_CHROMA = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]

/** Payloads of gAMA and cHRM as metadata, or nothing if they say sRGB. Those that cannot be are left out. */
export function gammaOf(gAMA?: Uint8Array, cHRM?: Uint8Array): Metadata[] {
  const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const gamma = gAMA?.length === 4 ? view(gAMA).getUint32(0) : 0
  const values = cHRM?.length === 32 ? SRGB_CHROMA.map((_, i) => view(cHRM).getUint32(4 * i)) : []
  const hasChroma = isPossible(values) && values.some((value, i) => Math.abs(value - SRGB_CHROMA[i]) > 100)
  const hasGamma = gamma > 0 && !isSrgbGamma(gamma)
  if (!hasGamma && !hasChroma) return []
  const bytes = new Uint8Array(hasChroma ? 36 : 4)
  if (gAMA?.length === 4) bytes.set(gAMA)
  if (hasChroma) bytes.set(cHRM as Uint8Array, 4)
  return [{ type: 'gamma', bytes }]
}

/** Whether chromaticities span a triangle with the white within reach of arithmetic. */
function isPossible(values: number[]): boolean {
  if (values.length === 0 || values.some((value) => value > UNIT)) return false
  const [, whiteY, rx, ry, gx, gy, bx, by] = values
  return whiteY > 0 && Math.abs((gx - rx) * (by - ry) - (bx - rx) * (gy - ry)) > UNIT
}

/**
 * An ICC profile that says what CICP or gamma say, for formats that have no other word for it. Nothing if there is nothing to say, or if
 * a profile does not say it: PQ, HLG and numbers without a meaning.
 */
export function profileOf(metadata: readonly Metadata[], isGrey: boolean): Uint8Array<ArrayBuffer> | undefined {
  const cicp = found(metadata, 'cicp', 4)
  if (cicp) {
    const [primaries, transfer, , fullRange] = cicp
    const space = PRIMARIES[primaries === UNSPECIFIED ? BT709 : primaries]
    const curve = CURVES[transfer === UNSPECIFIED ? SRGB_CURVE : transfer]
    return space && curve && fullRange === 1 ? makeProfile(space, curve, isGrey) : undefined
  }
  const gamma = found(metadata, 'gamma', 4)
  if (!gamma) return undefined
  const view = new DataView(gamma.buffer, gamma.byteOffset, gamma.byteLength)
  const told = view.getUint32(0)
  const curve = told > 0 && !isSrgbGamma(told) ? { gamma: UNIT / told } : CURVES[SRGB_CURVE]
  if (gamma.length < 36) return makeProfile(PRIMARIES[BT709], curve, isGrey)
  const pair = (i: number) => [view.getUint32(4 + 8 * i) / UNIT, view.getUint32(8 + 8 * i) / UNIT] as const
  return makeProfile([pair(1), pair(2), pair(3), pair(0)], curve, isGrey)
}
