/**
 * Prediction of a block from the samples around it. Normative. FORMAT.md, "Prediction".
 *
 *     mode 0        planar: the mean of two linear surfaces
 *     mode 1        mean of the samples above and on the left
 *     mode 2..65    directions: 2 from below left, 18 across, 34 from above left, 50 down, 65 from above right
 *     chroma        one of these, or a linear function of the reconstructed luma
 *
 * References: the row above a block, w + h samples long, and the column on its left, as long, with a corner between them. What
 * is not decoded yet repeats the last sample that is; what the tile does not have is taken from the other border, or is 0.
 * Angles, smoothing and the weights at the borders are those of VVC (ITU-T H.266, 8.4.5.2) with filters of our own precision.
 */
import { transpose } from '../../../transform/kernel/transpose'
import { Row, rowAt } from '../../../wasm/kernel/row'
import { cellAt, sampleAt, strideOf, Tile } from './tile'

export const PLANAR: i32 = 0
export const MEAN: i32 = 1
export const FIRST_DIRECTION: i32 = 2
export const MODES: i32 = 66
/** The modes that are exactly across and exactly down. */
const ACROSS: i32 = 18
const DOWN: i32 = 50

/**
 * Borders: the corner at index 0, then the row above, or the column on the left. Room is in front of them, for samples from the
 * other border that oblique directions see there.
 */
const FRONT: usize = 80 * 4
const above = changetype<Row<i32>>(memory.data(4 * (80 + 160), 16) + FRONT)
const left = changetype<Row<i32>>(memory.data(4 * (80 + 160), 16) + FRONT)
const smoothAbove = changetype<Row<i32>>(memory.data(4 * (80 + 160), 16) + FRONT)
const smoothLeft = changetype<Row<i32>>(memory.data(4 * (80 + 160), 16) + FRONT)
/** A border with samples in front of it. */
const line = changetype<Row<i32>>(memory.data(4 * (80 + 160), 16) + FRONT)
/** A prediction with rows and columns exchanged. */
const turned: usize = memory.data(4 * 64 * 64, 16)

/** Slope of a direction in 1/32 sample per row, by its distance from across or down. */
const angles = changetype<Row<i32>>(memory.data<i32>([0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 23, 26, 29, 32]))
/** From this distance on, by log2 of the side, directions see smoothed samples. */
const smoothFrom = changetype<Row<i32>>(memory.data<i32>([24, 14, 2, 0, 0]))
/** Taps in 1/64 by phase (1/32): cubic, and smoothing. i32 x 4 each. */
const cubicTaps: usize = memory.data(32 * 16, 16)
const smoothTaps: usize = memory.data(32 * 16, 16)
let filled = false
/** Whether {@link smoothAbove} and {@link smoothLeft} are of the borders that were taken last. */
let smoothed = false

export function fillPredictionTables(): void {
  if (filled) return
  filled = true
  for (let f = 0; f < 32; f++) {
    // Catmull-Rom: -t + 2t^2 - t^3, 2 - 5t^2 + 3t^3, t + 4t^2 - 3t^3, -t^2 + t^3, all halved; t = f / 32
    const first = (-f * 1024 + 2 * f * f * 32 - f * f * f - 512) / 1024
    const third = (f * 1024 + 4 * f * f * 32 - 3 * f * f * f + 512) / 1024
    const fourth = (-f * f * 32 + f * f * f - 512) / 1024
    const at = <usize>(f << 4)
    store<i32>(cubicTaps + at, first)
    store<i32>(cubicTaps + at, 64 - first - third - fourth, 4)
    store<i32>(cubicTaps + at, third, 8)
    store<i32>(cubicTaps + at, fourth, 12)
    store<i32>(smoothTaps + at, 16 - (f >> 1))
    store<i32>(smoothTaps + at, 32 - (f >> 1), 4)
    store<i32>(smoothTaps + at, 16 + (f >> 1), 8)
    store<i32>(smoothTaps + at, f >> 1, 12)
  }
}

/** Samples of plane 0 above and on the left that are there, from the block's corner on: multiples of 4. */
export let reachAbove = 0
export let reachLeft = 0

/** Finds how far the borders of the block at (x, y) of plane 0 are decoded, up to w + h samples. */
export function findReach(tile: Tile, x: i32, y: i32, width: i32, height: i32): void {
  reachAbove = 0
  reachLeft = 0
  if (y > 0) {
    const most = min(width + height, tile.paddedWidth - x)
    reachAbove = width
    while (reachAbove < most && tile.modes[cellAt(tile, x + reachAbove, y - 1)]) reachAbove += 4
    reachAbove = min(most, reachAbove)
  }
  if (x > 0) {
    const most = min(width + height, tile.paddedHeight - y)
    reachLeft = height
    while (reachLeft < most && tile.modes[cellAt(tile, x - 1, y + reachLeft)]) reachLeft += 4
    reachLeft = min(most, reachLeft)
  }
}

// @inline
function fillLine(border: Row<i32>, from: i32, to: i32, value: i32): void {
  for (let i = from; i <= to; i++) border[i] = value
}

/** Takes the borders of the block of w x h at (x, y) of plane `p`, in its own samples; `shift` as of {@link shiftOf}. After {@link findReach}. */
export function takeBorders(tile: Tile, p: i32, x: i32, y: i32, width: i32, height: i32, shift: i32): void {
  const reach = width + height
  const haveAbove = reachAbove >> shift
  const haveLeft = reachLeft >> shift
  smoothed = false
  if (haveAbove) above.from(1).copy(rowAt<i32>(sampleAt(tile, tile.planes, p, x, y - 1)), haveAbove)
  if (haveLeft) {
    const stride = (<usize>strideOf(tile, p)) << 2
    let from = sampleAt(tile, tile.planes, p, x - 1, y)
    for (let i = 1; i <= haveLeft; i++) {
      left[i] = load<i32>(from)
      from += stride
    }
  }
  let corner: i32 = 0
  if (haveAbove && haveLeft) corner = load<i32>(sampleAt(tile, tile.planes, p, x - 1, y - 1))
  else if (haveAbove) corner = above[1]
  else if (haveLeft) corner = left[1]
  above[0] = corner
  left[0] = corner
  // two more for the interpolation's last tap
  fillLine(above, haveAbove + 1, reach + 3, above[haveAbove])
  fillLine(left, haveLeft + 1, reach + 3, left[haveLeft])
}

/** [1 2 1] / 4 along both borders and around the corner. */
function smoothBorders(reach: i32): void {
  if (smoothed) return
  smoothed = true
  const corner = (above[1] + 2 * above[0] + left[1] + 2) >> 2
  smoothBorder(above, smoothAbove, reach, corner)
  smoothBorder(left, smoothLeft, reach, corner)
}

function smoothBorder(border: Row<i32>, out: Row<i32>, reach: i32, corner: i32): void {
  const from = changetype<usize>(border)
  const two = i32x4.splat(2)
  // reads one sample past reach, which is there
  for (let i: usize = 4; i <= (<usize>reach) << 2; i += 16) {
    const middle = v128.load(from + i)
    const sum = i32x4.add(i32x4.add(v128.load(from + i - 4), v128.load(from + i, 4)), i32x4.add(middle, middle))
    v128.store(changetype<usize>(out) + i, i32x4.shr_s(i32x4.add(sum, two), 2))
  }
  out[0] = corner
  fillLine(out, reach + 1, reach + 3, out[reach])
}

/** 0 for planar and mean, 1 for directions mostly across, 2 for those mostly down. */
// @inline
export function directionOf(mode: i32): i32 {
  return mode < FIRST_DIRECTION ? 0 : mode < 34 ? 1 : 2
}

/** Writes the prediction of a block (row-major i32) by a mode to `out`. After {@link takeBorders}. */
export function predict(mode: i32, log2Width: i32, log2Height: i32, out: usize): void {
  if (mode == PLANAR) predictPlanar(log2Width, log2Height, out)
  else if (mode == MEAN) predictMean(log2Width, log2Height, out)
  else if (mode >= 34) predictDirection(above, left, mode - DOWN, mode, log2Width, log2Height, out)
  else {
    predictDirection(left, above, ACROSS - mode, mode, log2Height, log2Width, turned)
    const width = (<usize>1) << log2Width
    const height = (<usize>1) << log2Height
    transpose(turned, height << 2, height, width, out, width << 2)
  }
}

function predictPlanar(log2Width: i32, log2Height: i32, out: usize): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  let top = above.from(1)
  let side = left.from(1)
  if (log2Width + log2Height > 5) {
    smoothBorders(width + height)
    top = smoothAbove.from(1)
    side = smoothLeft.from(1)
  }
  const topRight = top[width]
  const bottomLeft = i32x4.splat(side[height])
  const shift = log2Width + log2Height + 1
  const half = i32x4.splat(1 << (shift - 1))
  for (let y = 0; y < height; y++) {
    const here = side[y]
    const down = i32x4.splat(height - 1 - y)
    const bottom = i32x4.mul(bottomLeft, i32x4.splat(y + 1))
    // across: here * (w - 1 - x) + topRight * (x + 1), stepped by 4
    const slope = topRight - here
    const first = here * (width - 1) + topRight
    let across = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4.splat(slope), i32x4(0, 1, 2, 3)))
    const step = i32x4.splat(4 * slope)
    for (let x: usize = 0; x < (<usize>width) << 2; x += 16) {
      const vertical = i32x4.add(i32x4.mul(v128.load(changetype<usize>(top) + x), down), bottom)
      const sum = i32x4.add(i32x4.shl(vertical, log2Width), i32x4.shl(across, log2Height))
      v128.store(out + x, i32x4.shr_s(i32x4.add(sum, half), shift))
      across = i32x4.add(across, step)
    }
    out += (<usize>width) << 2
  }
}

function predictMean(log2Width: i32, log2Height: i32, out: usize): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  let sum: i32 = 0
  for (let i = 1; i <= width; i++) sum += above[i]
  for (let i = 1; i <= height; i++) sum += left[i]
  const count = width + height
  // floor((sum + count / 2) / count), also below zero
  const lifted = sum + (count >> 1) + (count << 16)
  const mean = lifted / count - (1 << 16)
  const value = i32x4.splat(mean)
  for (let i: usize = 0; i < (<usize>4) << (log2Width + log2Height); i += 16) v128.store(out + i, value)
}

/** Directions mostly down; those mostly across with the borders exchanged. `offset`: -16..16 from straight down. */
function predictDirection(main: Row<i32>, side: Row<i32>, offset: i32, mode: i32, log2Width: i32, log2Height: i32, out: usize): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  const distance = min(abs(mode - ACROSS), abs(mode - DOWN))
  const smooth = distance > smoothFrom[((log2Width + log2Height) >> 1) - 2]
  const slope = angles[abs(offset)]
  const angle = offset < 0 ? -slope : slope
  let reference = main
  if (angle == 0) {
    for (let y = 0; y < height; y++) {
      rowAt<i32>(out).copy(main.from(1), width)
      out += (<usize>width) << 2
    }
    return
  }
  if (angle < 0) {
    // the corner and the border before it, from the other border along the direction
    line.copy(main, width + 4)
    const inverse = (16384 + (slope >> 1)) / slope
    const needed = ((height * slope) >> 5) + 2
    for (let i = 1; i <= needed; i++) {
      line[-i] = side[min(height, (i * inverse + 256) >> 9)]
    }
    reference = line
  }
  const taps = smooth ? smoothTaps : cubicTaps
  const half = i32x4.splat(32)
  for (let y = 0; y < height; y++) {
    const delta = (y + 1) * angle
    let from = changetype<usize>(reference.from(delta >> 5))
    const at = taps + ((<usize>(delta & 31)) << 4)
    const tap0 = v128.load32_splat(at)
    const tap1 = v128.load32_splat(at, 4)
    const tap2 = v128.load32_splat(at, 8)
    const tap3 = v128.load32_splat(at, 12)
    for (let x = 0; x < width; x += 4) {
      const low = i32x4.add(i32x4.mul(v128.load(from), tap0), i32x4.mul(v128.load(from, 4), tap1))
      const high = i32x4.add(i32x4.mul(v128.load(from, 8), tap2), i32x4.mul(v128.load(from, 12), tap3))
      v128.store(out, i32x4.shr_s(i32x4.add(i32x4.add(low, high), half), 6))
      out += 16
      from += 16
    }
  }
}

/**
 * Chroma from luma: alpha * luma + beta, fitted by least squares to the borders of both. `luma` is the reconstructed luma of the
 * block, w x h; its borders have been kept by {@link keepLumaBorders}.
 */
export function predictFromLuma(
  luma: usize,
  lumaStride: i32,
  log2Width: i32,
  log2Height: i32,
  hasAbove: bool,
  hasLeft: bool,
  out: usize,
): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  let count: i64 = 0
  let sumLuma: i64 = 0
  let sumChroma: i64 = 0
  let squares: i64 = 0
  let products: i64 = 0
  for (let border = 0; border < 2; border++) {
    if (border == 0 ? !hasAbove : !hasLeft) continue
    const lumas = border == 0 ? lumaAbove : lumaLeft
    const chromas = border == 0 ? above : left
    const length = border == 0 ? width : height
    for (let i = 1; i <= length; i++) {
      const l = <i64>lumas[i]
      const c = <i64>chromas[i]
      sumLuma += l
      sumChroma += c
      squares += l * l
      products += l * c
    }
    count += length
  }
  let alpha: i64 = 0
  if (count > 0) {
    const variance = count * squares - sumLuma * sumLuma
    const covariance = count * products - sumLuma * sumChroma
    // regularized, so that flat borders do not make wild slopes
    alpha = (covariance << 12) / (variance + count * count * 1024)
    alpha = max<i64>(-16384, min<i64>(16384, alpha))
  }
  const beta = count > 0 ? ((sumChroma << 12) - alpha * sumLuma) / count : 0
  const scale = i32x4.splat(<i32>alpha)
  const offset = i32x4.splat(<i32>beta + 2048)
  for (let y = 0; y < height; y++) {
    for (let x: usize = 0; x < (<usize>width) << 2; x += 16) {
      v128.store(out + x, i32x4.shr_s(i32x4.add(i32x4.mul(v128.load(luma + x), scale), offset), 12))
    }
    luma += (<usize>lumaStride) << 2
    out += (<usize>width) << 2
  }
}

/** Borders of luma, as many samples as chroma has. */
const lumaAbove = changetype<Row<i32>>(memory.data(4 * 80, 16))
const lumaLeft = changetype<Row<i32>>(memory.data(4 * 80, 16))

/** Keeps the luma borders of a block for {@link predictFromLuma}, every other sample if chroma is subsampled; after {@link takeBorders}. */
export function keepLumaBorders(width: i32, height: i32, subsampled: i32): void {
  for (let i = 1; i <= width >> subsampled; i++) lumaAbove[i] = above[i << subsampled]
  for (let i = 1; i <= height >> subsampled; i++) lumaLeft[i] = left[i << subsampled]
}
