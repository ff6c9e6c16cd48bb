/** The flags of groups of 4 x 4 coefficients: FORMAT.md, "Wavelet coefficients". */
import { apmAt, codeAdaptive, codeMixed, stateAt, weightSetAt } from '../../../entropy/kernel/model'
import { fewClass, smoothClass } from './neighbourhood'
import { Subband } from './subband'
import { SubbandModels } from './subbandmodels'

/** Codes the group flags of the stripe at row y, which are in the band's `groups`: 1 where there is a level. */
export function codeGroups(models: SubbandModels, band: Subband, y: i32): void {
  const gy = y >> 2
  const rowBytes = band.groupRowBytes
  const row = band.groups.from(gy * rowBytes)
  const states = band.groupStates
  const luma = band.luma
  for (let gx = 0; gx < band.groupColumns; gx++) {
    const at = row.from(gx)
    const above = at.from(-rowBytes)
    const north: i32 = above[0]
    const corners = <i32>above[-1] + <i32>above[1]
    const around = (at[-1] ? 1 : 0) | (north ? 2 : 0) | (above[-1] ? 4 : 0) | (above[1] ? 8 : 0)
    const nearClass: i32 = smoothClass[min(255, (around & 1) * 4 + north + (corners >> 1))]
    const parentClass: i32 = smoothClass[min(255, parentOfGroup(band, gx, gy))]
    const besideClass: i32 = fewClass[min(255, sistersOfGroup(band, gx, gy))]
    const beforeClass = min(7, luma ? planesBefore(band, luma, gx, gy) : north >> 1)
    const flag = at[0] ? 1 : 0
    if ((around | parentClass | besideClass | beforeClass) == 0) {
      // nothing anywhere: most groups are here, and one state says it all
      at[0] = <u8>codeAdaptive(flag, states)
      continue
    }
    const set = (luma ? 8 : 0) + min(7, (parentClass + nearClass + 1) >> 1)
    const present = codeMixed(
      flag,
      stateAt(states, around * 4 + min(3, (parentClass + 1) >> 1)),
      stateAt(states, 64 + parentClass * 8 + besideClass),
      stateAt(states, 128 + nearClass * 8 + beforeClass),
      stateAt(states, 192 + beforeClass * 8 + besideClass),
      weightSetAt(models.groupWeights, set),
      apmAt(models.groupApms, set),
    )
    at[0] = <u8>present
  }
}

/** Half of what is smoothed at the four coefficients of the parent. */
// @inline
function parentOfGroup(band: Subband, gx: i32, gy: i32): i32 {
  const parent = band.parent
  if (!parent) return 0
  const from = parent.smoothed.from((gy << 1) * parent.rowBytes + (gx << 1))
  const below = from.from(parent.rowBytes)
  return (<i32>from[0] + <i32>from[1] + <i32>below[0] + <i32>below[1] + 1) >> 1
}

// @inline
function sistersOfGroup(band: Subband, gx: i32, gy: i32): i32 {
  const sister = band.sister
  if (!sister) return 0
  const first: i32 = sister.groups[gy * sister.groupRowBytes + min(gx, sister.groupColumns)]
  const other = band.otherSister
  return other ? first + <i32>other.groups[gy * other.groupRowBytes + gx] : first
}

/** Class of what luma and Cb have here. */
// @inline
function planesBefore(band: Subband, luma: Subband, gx: i32, gy: i32): i32 {
  const place = gy * band.groupRowBytes + gx
  const few: i32 = fewClass[luma.groups[place]]
  const cb = band.cb
  if (!cb) return few
  return cb.groups[place] ? few + 2 : few
}
