/**
 * Kernel of Butteraugli, at one resolution: see butteraugli.ts beside this folder.
 *
 * Each picture is split into bands by ever smaller blurs: low, middle, high and highest. Errors of the low band, and those of the
 * others along lines and sample by sample, are added up, and what is seen of them depends on the detail around.
 */
import { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'
import { Row } from '../../../codecs/wasm/kernel/row'
import { blur } from './butteraugliblur'
import { addDenseEdges, addSparseEdges, MARGIN, marginStride } from './butteraugliedges'
import { opsinDynamics } from './butteraugliopsin'
import { addAsymmetricSquares, addSquares, softClamped, subtract, withMoreSmall, withoutSmall } from './butteraugliranges'
import { activityOf, addActivityChange, addDetail, erode, seenErrors } from './butteraugliveil'

export { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'
export { blur } from './butteraugliblur'
export { halve } from './imagehalve'

const SIGMA_LOW: f32 = 7.15593339443
const SIGMA_MIDDLE: f32 = 3.22489901262
const SIGMA_HIGH: f32 = 1.56416327805

/** The size of all planes, and planes that stages share. */
let width: i32 = 0
let height: i32 = 0
let stride: i32 = 0
let bytes: usize = 0
let scratch: usize = 0
let bandA: usize = 0
let bandB: usize = 0
/** With a margin of zeros. */
let differences: usize = 0
/** Sums of squared errors: of the low bands, of all others. */
let lowErrors: usize = 0
let errors: usize = 0

/** The low bands of one colour go to `bandA` and `bandB`; what is above stays. */
function splitLow(a: usize, b: usize): void {
  blur(a, bandA, scratch, width, height, stride, SIGMA_LOW)
  blur(b, bandB, scratch, width, height, stride, SIGMA_LOW)
  subtract(a, bandA, bytes)
  subtract(b, bandB, bytes)
}

/** Adds the errors of the low bands of blue, of which a share of `luma`, the difference of those of luminance, is no error. */
function addLowBlueSquares(luma: usize, share: f32, weight: f32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const blue = f32x4.sub(v128.load(bandA + i), v128.load(bandB + i))
    const d = f32x4.add(blue, f32x4.mul(f32x4.splat(share), v128.load(luma + i)))
    v128.store(lowErrors + i, f32x4.add(v128.load(lowErrors + i), f32x4.mul(f32x4.mul(d, d), f32x4.splat(weight))))
  }
}

/** The middle band of a plane goes to `band`, blurred; what is above stays. */
function splitMiddle(plane: usize, band: usize): void {
  blur(plane, band, scratch, width, height, stride, SIGMA_MIDDLE)
  subtract(plane, band, bytes)
}

function compareMiddle(redGreenA: usize, redGreenB: usize, lumaA: usize, lumaB: usize, blueA: usize, blueB: usize): void {
  splitMiddle(redGreenA, bandA)
  splitMiddle(redGreenB, bandB)
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(bandA + i, withoutSmall(v128.load(bandA + i), 0.29))
    v128.store(bandB + i, withoutSmall(v128.load(bandB + i), 0.29))
  }
  addSparseEdges(bandA, bandB, width, height, stride, 8246.75321353, 1009002.70582, differences, errors)
  addSquares(bandA, bandB, 2150, errors, bytes)

  splitMiddle(lumaA, bandA)
  splitMiddle(lumaB, bandB)
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(bandA + i, withMoreSmall(v128.load(bandA + i), 0.1))
    v128.store(bandB + i, withMoreSmall(v128.load(bandB + i), 0.1))
  }
  addSparseEdges(bandA, bandB, width, height, stride, 37.0819870399, 130262059.556, differences, errors)
  addSquares(bandA, bandB, 10.6195433239, errors, bytes)

  blur(blueA, bandA, scratch, width, height, stride, SIGMA_MIDDLE)
  blur(blueB, bandB, scratch, width, height, stride, SIGMA_MIDDLE)
  addSquares(bandA, bandB, 16.2176043152, errors, bytes)
}

/** Where luminance changes, changes of colour are seen less. */
function hideBehindLuma(redGreen: usize, luma: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const y = v128.load(luma + i)
    const share = f32x4.div(f32x4.splat(46), f32x4.add(f32x4.mul(y, y), f32x4.splat(46)))
    const seen = f32x4.add(f32x4.mul(share, f32x4.splat(1.0 - 0.653020556257)), f32x4.splat(0.653020556257))
    v128.store(redGreen + i, f32x4.mul(v128.load(redGreen + i), seen))
  }
}

/** The high band of a red-green plane goes to `band`; the plane keeps the highest. */
function splitHighRedGreen(plane: usize, band: usize): void {
  blur(plane, band, scratch, width, height, stride, SIGMA_HIGH)
  for (let i: usize = 0; i < bytes; i += 16) {
    const high = v128.load(band + i)
    v128.store(plane + i, withoutSmall(f32x4.sub(v128.load(plane + i), high), 0.04))
    v128.store(band + i, withoutSmall(high, 1.5))
  }
}

/** The same of a luminance plane. */
function splitHighLuma(plane: usize, band: usize): void {
  blur(plane, band, scratch, width, height, stride, SIGMA_HIGH)
  for (let i: usize = 0; i < bytes; i += 16) {
    const high = softClamped(v128.load(band + i), 28.4691806922)
    const highest = softClamped(f32x4.sub(v128.load(plane + i), high), 5.19175294647)
    v128.store(plane + i, f32x4.mul(highest, f32x4.splat(2.69313763794)))
    v128.store(band + i, withMoreSmall(f32x4.mul(high, f32x4.splat(2.155)), 0.132))
  }
}

/** Moves rows of `width` floats that lie close together to a distance of `stride`, the last first, with zeros behind each. */
function spread(plane: usize): void {
  for (let y = height - 1; y >= 0; y--) {
    const to = plane + ((y * stride) << 2)
    memory.copy(to, plane + ((y * width) << 2), width << 2)
    for (let x = width; x < stride; x++) f32.store(to + (x << 2), 0)
  }
}

/** Bytes of a plane, as {@link diffmap} wants them apart. */
export function planeBytes(columns: i32, rows: i32): usize {
  // vectors of a row may be read beyond its end
  return <usize>((((columns + 3) & ~3) * rows + 16) << 2)
}

/**
 * What is seen of the difference of two pictures at each pixel.
 *
 * @param a, b three planes each of linear light, planeBytes(columns, rows) apart, rows close together; used up: the first plane
 *   of `a` receives the result, rows close together
 * @param intensity nits of light 1
 */
export function diffmap(a: usize, b: usize, columns: i32, rows: i32, intensity: f32): void {
  const start = mark()
  width = columns
  height = rows
  stride = (columns + 3) & ~3
  bytes = <usize>((stride * rows) << 2)
  const apart = planeBytes(columns, rows)
  const marginBytes = <usize>((marginStride(stride) * (height + 2 * MARGIN) + 16) << 2)
  scratch = allocate(apart)
  bandA = allocate(apart)
  bandB = allocate(apart)
  lowErrors = allocate(apart)
  errors = allocate(apart)
  differences = allocate(marginBytes)
  for (let c: usize = 0; c < 3; c++) {
    spread(a + c * apart)
    spread(b + c * apart)
  }
  const blurred = allocate(3 * apart)
  opsinDynamics(a, apart, blurred, scratch, width, height, stride, intensity)
  opsinDynamics(b, apart, blurred, scratch, width, height, stride, intensity)
  release(blurred)
  const lumaA = a + apart
  const lumaB = b + apart
  const blueA = a + 2 * apart
  const blueB = b + 2 * apart

  memory.fill(lowErrors, 0, bytes)
  splitLow(lumaA, lumaB)
  addSquares(bandA, bandB, <f32>(0.844626970982 * 14.4582681 * 14.4582681), lowErrors, bytes)
  subtract(bandA, bandB, bytes)
  memory.copy(differences, bandA, bytes)
  splitLow(a, b)
  addSquares(bandA, bandB, <f32>(29.2353797994 * 33.83283718626 * 33.83283718626), lowErrors, bytes)
  splitLow(blueA, blueB)
  addLowBlueSquares(differences, -0.362267051518, <f32>(0.703646627719 * 49.8798465144 * 49.8798465144))

  memory.fill(errors, 0, bytes)
  memory.fill(differences, 0, marginBytes)
  compareMiddle(a, b, lumaA, lumaB, blueA, blueB)
  hideBehindLuma(a, lumaA)
  hideBehindLuma(b, lumaB)

  // blue has no part in the rest: its planes take the detail
  memory.fill(blueA, 0, bytes)
  memory.fill(blueB, 0, bytes)
  splitHighRedGreen(a, bandA)
  splitHighRedGreen(b, bandB)
  addDenseEdges(a, b, width, height, stride, 173.5, 5, differences, errors)
  addSparseEdges(bandA, bandB, width, height, stride, 6923.99476109, 8051.15833247, differences, errors)
  addAsymmetricSquares(bandA, bandB, 400, errors, bytes)
  addDetail(bandA, a, 2.5, blueA, bytes)
  addDetail(bandB, b, 2.5, blueB, bytes)
  splitHighLuma(lumaA, bandA)
  splitHighLuma(lumaB, bandB)
  addDenseEdges(lumaA, lumaB, width, height, stride, 1.10039032555, 71.7800275169, differences, errors)
  addSparseEdges(bandA, bandB, width, height, stride, 18.7237414387, 4498534.45232, differences, errors)
  addAsymmetricSquares(bandA, bandB, 1.50815703118, errors, bytes)
  addDetail(bandA, lumaA, 0.4, blueA, bytes)
  addDetail(bandB, lumaB, 0.4, blueB, bytes)

  activityOf(blueA, scratch, width, height, stride)
  activityOf(blueB, scratch, width, height, stride)
  addActivityChange(blueA, blueB, errors, bytes)
  erode(blueA, differences, width, height, stride)
  seenErrors(lowErrors, errors, blueA, bytes)
  for (let y = 0; y < height; y++) memory.copy(a + ((y * width) << 2), lowErrors + ((y * stride) << 2), width << 2)
  release(start)
}

/**
 * Adds a map of half the size: errors that show when seen from further away.
 *
 * @param map columns * rows floats: becomes 0.85 map + 0.5 half
 * @param half ceil(columns / 2) * ceil(rows / 2) floats
 */
export function addHalf(map: Row<f32>, half: Row<f32>, columns: i32, rows: i32): void {
  const halfColumns = (columns + 1) >> 1
  for (let y = 0; y < rows; y++) {
    const from = half.from((y >> 1) * halfColumns)
    const to = map.from(y * columns)
    for (let x = 0; x < columns; x++) to[x] = to[x] * <f32>0.85 + <f32>0.5 * from[x >> 1]
  }
}

/** Largest value of `count` floats, none below 0; writes the sums of their 3rd, 6th and 12th powers. */
export function summarise(map: Row<f32>, count: i32, sums: Row<f64>): f32 {
  let most: f32 = 0
  let sum3: f64 = 0
  let sum6: f64 = 0
  let sum12: f64 = 0
  for (let i = 0; i < count; i++) {
    const value = map[i]
    most = max(most, value)
    const cube = <f64>value * <f64>value * <f64>value
    sum3 += cube
    sum6 += cube * cube
    sum12 += cube * cube * (cube * cube)
  }
  sums[0] = sum3
  sums[1] = sum6
  sums[2] = sum12
  return most
}
