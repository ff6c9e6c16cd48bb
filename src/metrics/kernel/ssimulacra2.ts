/** One scale of SSIMULACRA2: see ssimulacra2.ts beside this folder. */
import { allocateZeroed } from '../../../codecs/wasm/kernel/arena'
import { Row, rowAt } from '../../../codecs/wasm/kernel/row'
import { WARM_UP } from './imagecosines'
import { createMoments, Moments, meansOf, takeNothing, takeRows } from './imagemoments'
import { lanesBelow, sumOf } from './lanes'

/** Of Gaussian windows in [0, 1] units: keeps the structure term finite where nothing varies. */
const C2: f32 = 0.0009

/** What a comparison keeps from row to row. */
@unmanaged
class Comparison {
  moments: Moments
  width: i32
  height: i32
  /** A row of errors; 0 if there is no map. */
  errors: usize
  next: i32
}

/** Starts the comparison of one component over one scale, with a map if `hasMap`. */
export function startStructure(width: i32, height: i32, constants: usize, hasMap: i32): usize {
  const comparison = changetype<Comparison>(allocateZeroed(offsetof<Comparison>()))
  comparison.moments = createMoments(width, 0, constants)
  comparison.width = width
  comparison.height = height
  comparison.errors = hasMap ? allocateZeroed((width << 2) + 16) : 0
  return changetype<usize>(comparison)
}

/**
 * Adds up the three errors over the next rows, about as many samples as `most`, and returns 0 when it has come to the last.
 *
 * @param a plane of the original, width * height floats of 0..1; `b` of the decoded picture
 * @param sums six: of the structure error, its 4th power, of added edges, 4th power, of lost edges, 4th power
 * @param map if not 0, width * height floats to which each pixel's errors times `weights` are added
 * @param weights 6 floats, in the order of `sums`
 */
export function compareRows(address: usize, a: usize, b: usize, sums: Row<f64>, map: usize, weights: usize, most: i32): i32 {
  const comparison = changetype<Comparison>(address)
  const moments = comparison.moments
  const width = comparison.width
  const height = comparison.height
  const errors = comparison.errors
  const rowBytes = width << 2
  const end = min(height + WARM_UP, comparison.next + max(1, most / width))
  // rings start out as zeros: what lies above the planes
  for (let y = comparison.next; y < end; y++) {
    if (y < height) takeRows(moments, y, a + y * rowBytes, b + y * rowBytes)
    else takeNothing(moments, y)
    const done = y - WARM_UP
    meansOf(moments, done)
    if (done < 0) continue
    compareRow(moments, a + done * rowBytes, b + done * rowBytes, width, sums, errors, weights)
    if (map) addRow(rowAt<f32>(map + done * rowBytes), rowAt<f32>(errors), width)
  }
  comparison.next = end
  return height + WARM_UP - end
}

// rows end anywhere: whole vectors are read beyond their ends, into the next row or the arena behind the plane, and masked
function compareRow(moments: Moments, a: usize, b: usize, width: i32, sums: Row<f64>, errors: usize, weights: usize): void {
  const meanA = moments.meanA
  const meanB = moments.meanB
  const meanAA = moments.meanAA
  const meanBB = moments.meanBB
  const meanAB = moments.meanAB
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
  let structure = zero
  let structure4 = zero
  let added = zero
  let added4 = zero
  let lost = zero
  let lost4 = zero
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    const ma = v128.load(meanA + at)
    const mb = v128.load(meanB + at)
    const inside = lanesBelow(width - x)
    const apart = f32x4.sub(ma, mb)
    const luminance = f32x4.sub(one, f32x4.mul(apart, apart))
    const covariance = f32x4.sub(v128.load(meanAB + at), f32x4.mul(ma, mb))
    const varianceA = f32x4.sub(v128.load(meanAA + at), f32x4.mul(ma, ma))
    const varianceB = f32x4.sub(v128.load(meanBB + at), f32x4.mul(mb, mb))
    const c2 = f32x4.splat(C2)
    const above = f32x4.mul(luminance, f32x4.add(f32x4.add(covariance, covariance), c2))
    const similar = f32x4.div(above, f32x4.add(f32x4.add(varianceA, varianceB), c2))
    const d = v128.and(inside, f32x4.max(zero, f32x4.sub(one, similar)))
    const d2 = f32x4.mul(d, d)
    const d4 = f32x4.mul(d2, d2)
    structure = f32x4.add(structure, d)
    structure4 = f32x4.add(structure4, d4)

    const edgeA = f32x4.abs(f32x4.sub(v128.load(a + at), ma))
    const edgeB = f32x4.abs(f32x4.sub(v128.load(b + at), mb))
    // (1 + edgeB) / (1 + edgeA) - 1
    const change = v128.and(inside, f32x4.div(f32x4.sub(edgeB, edgeA), f32x4.add(one, edgeA)))
    const more = f32x4.max(zero, change)
    const more2 = f32x4.mul(more, more)
    const more4 = f32x4.mul(more2, more2)
    added = f32x4.add(added, more)
    added4 = f32x4.add(added4, more4)
    const less = f32x4.sub(more, change)
    const less2 = f32x4.mul(less, less)
    const less4 = f32x4.mul(less2, less2)
    lost = f32x4.add(lost, less)
    lost4 = f32x4.add(lost4, less4)

    if (errors) {
      let error = f32x4.mul(d, v128.load32_splat(weights))
      error = f32x4.add(error, f32x4.mul(d4, v128.load32_splat(weights, 4)))
      error = f32x4.add(error, f32x4.mul(more, v128.load32_splat(weights, 8)))
      error = f32x4.add(error, f32x4.mul(more4, v128.load32_splat(weights, 12)))
      error = f32x4.add(error, f32x4.mul(less, v128.load32_splat(weights, 16)))
      error = f32x4.add(error, f32x4.mul(less4, v128.load32_splat(weights, 20)))
      v128.store(errors + at, error)
    }
  }
  // lanes hold at most a quarter of a row; rows are added up in f64
  sums[0] += sumOf(structure)
  sums[1] += sumOf(structure4)
  sums[2] += sumOf(added)
  sums[3] += sumOf(added4)
  sums[4] += sumOf(lost)
  sums[5] += sumOf(lost4)
}

function addRow(target: Row<f32>, row: Row<f32>, width: i32): void {
  for (let x = 0; x < width; x++) target[x] += row[x]
}
