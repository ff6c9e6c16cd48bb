/**
 * One subband of a plane: its place, what contexts ask of it, and the bands that its contexts look at.
 *
 * A subband keeps |level| clipped to 15, the same smoothed over 3 x 3 once the band is complete, and the sum over each group of 4 x 4.
 */
import { allocateZeroedRow, Row } from '../../../wasm/kernel/row'

export const LEVELS: i32 = 5
/** Orientations of detail: high across (vertical edges), high down, both. */
export const ORIENTATIONS: i32 = 3
export const HIGH_ACROSS: i32 = 0
export const HIGH_DOWN: i32 = 1
export const HIGH_BOTH: i32 = 2
/** Magnitudes are clipped to this in contexts. */
export const MAGNITUDE_LIMIT: i32 = 15

@unmanaged
export class Subband {
  plane: i32
  /** Level 1 (finest) to 5; orientation. */
  level: i32
  orientation: i32
  /** Place in the plane, and size; either side may be 0. */
  x: i32
  y: i32
  width: i32
  height: i32
  /** |level| of coefficient (0, 0), rows `rowBytes` apart; zeros around it: 2 rows above, 1 below, 8 columns on either side. */
  magnitudes: Row<u8>
  /** 16 * mean |level| over 3 x 3, laid out alike; filled by {@link smooth}. */
  smoothed: Row<u8>
  /** Sign of each level, 0 none, 1 positive, 2 negative; laid out alike. */
  signs: Row<u8>
  rowBytes: i32
  /** Sum of a group's magnitudes; zeros around. */
  groups: Row<u8>
  groupRowBytes: i32
  groupColumns: i32
  /** The same orientation one level coarser. */
  parent: Subband | null
  /** Those of this plane and level that come before: high across; high down. */
  sister: Subband | null
  otherSister: Subband | null
  /** In chroma the same band of luma, and in Cr that of Cb. */
  luma: Subband | null
  cb: Subband | null
  /** Number of the band's kind, and the first states of that kind in each model. */
  kind: i32
  expectedStates: usize
  localStates: usize
  scaleStates: usize
  crossStates: usize
  groupStates: usize
  signStates: usize
  /** Number of its weights and APM of signs. */
  signSet: i32
}

/** Side at 1:2^level. */
// @inline
export function scaledSide(side: i32, level: i32): i32 {
  return (side + (1 << level) - 1) >> level
}

/** Gives a band its place in a plane of `width` x `height`, and room. */
export function placeSubband(band: Subband, width: i32, height: i32, plane: i32, level: i32, orientation: i32): void {
  const lowWidth = scaledSide(width, level)
  const lowHeight = scaledSide(height, level)
  const across = orientation != HIGH_DOWN
  const down = orientation != HIGH_ACROSS
  band.plane = plane
  band.level = level
  band.orientation = orientation
  band.x = across ? lowWidth : 0
  band.y = down ? lowHeight : 0
  band.width = across ? scaledSide(width, level - 1) - lowWidth : lowWidth
  band.height = down ? scaledSide(height, level - 1) - lowHeight : lowHeight
  band.rowBytes = ((band.width + 15) & ~15) + 16
  const bytes = band.rowBytes * (band.height + 4) + 64
  const first = 2 * band.rowBytes + 8
  band.magnitudes = allocateZeroedRow<u8>(bytes).from(first)
  band.smoothed = allocateZeroedRow<u8>(bytes).from(first)
  band.signs = allocateZeroedRow<u8>(bytes).from(first)
  band.groupColumns = (band.width + 3) >> 2
  band.groupRowBytes = band.groupColumns + 2
  band.groups = allocateZeroedRow<u8>(band.groupRowBytes * (((band.height + 3) >> 2) + 2)).from(band.groupRowBytes + 1)
}

/** Fills `smoothed` of a complete band: (4 centre + 2 sides + corners) of |level|, at most 240; beyond the band it stays 0. */
export function smooth(band: Subband): void {
  const rowBytes = <usize>band.rowBytes
  const magnitudes = changetype<usize>(band.magnitudes)
  const smoothed = changetype<usize>(band.smoothed)
  for (let y = 0; y < band.height; y++) {
    for (let x: usize = 0; x < <usize>band.width; x += 16) {
      const at = magnitudes + <usize>y * rowBytes + x
      const above = rowSum(at - rowBytes)
      const here = rowSum(at)
      const below = rowSum(at + rowBytes)
      let sum = i8x16.add(i8x16.add(above, below), i8x16.add(here, here))
      const left = band.width - <i32>x
      if (left < 16) sum = v128.and(sum, i8x16.lt_s(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>left)))
      v128.store(smoothed + <usize>y * rowBytes + x, sum)
    }
  }
}

/** left + 2 centre + right. */
// @inline
function rowSum(at: usize): v128 {
  const centre = v128.load(at)
  return i8x16.add(i8x16.add(v128.load(at - 1), v128.load(at + 1)), i8x16.add(centre, centre))
}
