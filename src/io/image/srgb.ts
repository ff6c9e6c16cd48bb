/**
 * Colour profiles that say nothing: those of sRGB, which samples without a profile are in. Of a small picture such a profile, of 3144
 * bytes in many files, is more than its pixels; so it is left out.
 *
 * ICC.1:2022 for the layout; IEC 61966-2-1 for the curve; its primaries adapted to D50 (Bradford) as published with the profiles.
 */
import type { Metadata } from '../../../codecs/container/container.js'

/** X, Y, Z of red, green and blue. */
const COLOURANTS: Record<string, readonly number[]> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
}
const CURVES = ['rTRC', 'gTRC', 'bTRC']
/** Rounding apart, published profiles of sRGB are this close. */
const TOLERANCE = 0.001
/** A table of fewer entries is not that curve; one entry is a power. */
const LEAST_ENTRIES = 256
/** Parametric curves: of type 3, of g, a, b, c, d. */
const PARAMETERS = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]

const HEADER_BYTES = 128
const MOST_TAGS = 100

const isNear = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE

/** Light of an encoded value, both 0..1. */
const light = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

function isSrgbCurve(tag: DataView, type: string): boolean {
  if (type === 'para') {
    if (tag.byteLength < 12 + 4 * PARAMETERS.length || tag.getUint16(8) !== 3) return false
    return PARAMETERS.every((parameter, i) => isNear(tag.getInt32(12 + 4 * i) / 65536, parameter))
  }
  const count = type === 'curv' && tag.byteLength >= 12 ? tag.getUint32(8) : 0
  if (count < LEAST_ENTRIES || tag.byteLength < 12 + 2 * count) return false
  for (let i = 0; i < count; i++) if (!isNear(tag.getUint16(12 + 2 * i) / 65535, light(i / (count - 1)))) return false
  return true
}

/** Whether an ICC profile is sRGB's: its three primaries, its curve, and no table that would say otherwise. */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  const text = (from: DataView, at: number) => String.fromCharCode(...[0, 1, 2, 3].map((i) => from.getUint8(at + i)))
  if (profile.length < HEADER_BYTES + 4 || text(view, 16) !== 'RGB ' || text(view, 20) !== 'XYZ ' || text(view, 36) !== 'acsp') return false
  const count = view.getUint32(HEADER_BYTES)
  if (count > MOST_TAGS || profile.length < HEADER_BYTES + 4 + 12 * count) return false
  const tags = new Map<string, DataView>()
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + 12 * i
    const [offset, size] = [view.getUint32(entry + 4), view.getUint32(entry + 8)]
    if (size < 8 || offset + size > profile.length) return false
    tags.set(text(view, entry), new DataView(profile.buffer, profile.byteOffset + offset, size))
  }
  if ([...tags.keys()].some((name) => /^[AB]2[AB]\d|^[DB]2[BD]\d/.test(name))) return false
  const primaries = Object.entries(COLOURANTS).every(([name, xyz]) => {
    const tag = tags.get(name)
    return tag && tag.byteLength >= 20 && xyz.every((value, i) => isNear(tag.getInt32(8 + 4 * i) / 65536, value))
  })
  return primaries && CURVES.every((name) => tags.has(name) && isSrgbCurve(tags.get(name)!, text(tags.get(name)!, 0)))
}

export const withoutSrgb = (metadata: readonly Metadata[]): Metadata[] =>
  metadata.filter(({ type, bytes }) => type !== 'icc' || !isSrgbProfile(bytes))
