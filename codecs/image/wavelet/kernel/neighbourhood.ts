/** What is around a coefficient, in its own band and in those before: FORMAT.md, "Wavelet coefficients". */
import { Row } from '../../../wasm/kernel/row'
import { HIGH_ACROSS, HIGH_BOTH, Subband } from './subband'

/**
 * Weights in 1/16 of the terms of {@link lookAround}: along the band's edges 1 and 2 away, across them 1 and 2 away, diagonal;
 * parent, sisters, luma, Cb, in 1/256. Rows: luma, Cb, Cr, each for bands high in one direction and in both.
 */
const allFactors = changetype<Row<u8>>(
  memory.data<u8>([
    72, 26, 48, 6, 16, 26, 8, 0, 0, 42, 8, 38, 6, 18, 14, 46, 0, 0, 90, 20, 31, 0, 5, 6, 16, 9, 0, 30, 0, 28, 1, 11, 2, 50, 7, 0, 94, 14,
    28, 0, 2, 7, 11, 6, 68, 33, 0, 22, 0, 10, 3, 37, 3, 66,
  ]),
)

enum Factor {
  Along,
  FurtherAlong,
  Across,
  FurtherAcross,
  Diagonal,
  Parent,
  Sisters,
  Luma,
  Cb,
  Count,
}

/** First numbers of the classes above 0: of what is expected, in 1/64 of a level, about sqrt(2) apart from 6 on; of smoothed; of few. */
const expectedLimits = changetype<Row<u16>>(memory.data<u16>([2, 4, 7, 11, 16, 22, 30, 41, 56, 76, 104, 144, 200, 290, 460]))
const smoothLimits = changetype<Row<u16>>(memory.data<u16>([1, 3, 6, 11, 19, 32, 60]))
const fewLimits = changetype<Row<u16>>(memory.data<u16>([1, 2, 3, 5, 9]))

const expectedClass = changetype<Row<u8>>(memory.data(1024, 16))
/** Class 0..7 of a smoothed magnitude, 0..5 of a sum of few. */
export const smoothClass = changetype<Row<u8>>(memory.data(256, 16))
export const fewClass = changetype<Row<u8>>(memory.data(256, 16))

function fillClasses(classes: Row<u8>, count: i32, limits: Row<u16>, largest: i32): void {
  let c = 0
  for (let i = 0; i < count; i++) {
    while (c < largest && i >= <i32>limits[c]) c++
    classes[i] = <u8>c
  }
}

/** Fills the class tables; idempotent. */
export function fillClassTables(): void {
  fillClasses(expectedClass, 1024, expectedLimits, 15)
  fillClasses(smoothClass, 256, smoothLimits, 7)
  fillClasses(fewClass, 256, fewLimits, 5)
}

/** Magnitudes around a coefficient: neighbours one by one, and smoothed ones of other bands, 0 where there is none. */
@unmanaged
class Neighbourhood {
  /** Next to it along the band's edges, and across them. */
  along: i32
  across: i32
  /** The two above it, to the left and to the right. */
  diagonal: i32
  /** The two at a distance of 2. */
  further: i32
  parent: i32
  sisters: i32
  luma: i32
}

/** That of the coefficient looked at last. */
export const around = changetype<Neighbourhood>(memory.data(32, 16))

/** Looks around the coefficient (x, y) of a band, and returns the class of the magnitude to expect there. */
// @inline
export function lookAround(band: Subband, x: i32, y: i32): i32 {
  const rowBytes = band.rowBytes
  const place = y * rowBytes + x
  const at = band.magnitudes.from(place)
  const above = at.from(-rowBytes)
  const west: i32 = at[-1]
  const north: i32 = above[0]
  const west2: i32 = at[-2]
  const north2: i32 = above[-rowBytes]
  const acrossFirst = band.orientation == HIGH_ACROSS
  const along = acrossFirst ? north : west
  const across = acrossFirst ? west : north
  const diagonal = <i32>above[-1] + <i32>above[1]
  around.along = along
  around.across = across
  around.diagonal = diagonal
  around.further = west2 + north2
  const factors = allFactors.from((band.plane * 2 + (band.orientation == HIGH_BOTH ? 1 : 0)) * Factor.Count)
  let sum = along * <i32>factors[Factor.Along] + (acrossFirst ? north2 : west2) * <i32>factors[Factor.FurtherAlong]
  sum += across * <i32>factors[Factor.Across] + (acrossFirst ? west2 : north2) * <i32>factors[Factor.FurtherAcross]
  sum += diagonal * <i32>factors[Factor.Diagonal]
  const fromParent = parentAround(band, x, y)
  const fromSisters = sistersAround(band, x, y)
  around.parent = fromParent
  around.sisters = fromSisters
  let smoothed = fromParent * <i32>factors[Factor.Parent] + fromSisters * <i32>factors[Factor.Sisters]
  const luma = band.luma
  if (luma) {
    const fromLuma: i32 = luma.smoothed[place]
    around.luma = fromLuma
    smoothed += fromLuma * <i32>factors[Factor.Luma]
    const cb = band.cb
    if (cb) smoothed += <i32>cb.smoothed[place] * <i32>factors[Factor.Cb]
  }
  return expectedClass[min((sum + (smoothed >> 4)) >> 2, 1023)]
}

// @inline
function parentAround(band: Subband, x: i32, y: i32): i32 {
  const parent = band.parent
  return parent ? <i32>parent.smoothed[(y >> 1) * parent.rowBytes + (x >> 1)] : 0
}

/** The mean of both sisters, or what the only one has. */
// @inline
function sistersAround(band: Subband, x: i32, y: i32): i32 {
  const sister = band.sister
  if (!sister) return 0
  const first: i32 = sister.smoothed[y * sister.rowBytes + x]
  const other = band.otherSister
  return other ? (first + <i32>other.smoothed[y * other.rowBytes + x] + 1) >> 1 : first
}
