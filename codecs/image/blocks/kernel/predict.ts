/**
 * Prediction of a block from the samples around it. Normative. FORMAT.md, "Prediction".
 *
 *     mode 0        planar: the mean of two linear surfaces
 *     mode 1        mean of the samples above and on the left
 *     mode 2..65    directions, 2 from below left to 33 (across), 34 from above left to 65 (from above right)
 *     chroma        one of these, or a linear function of the reconstructed luma
 *
 * References: the row above a block, w + h samples long, and the column on its left, as long, with a corner between them. What
 * is not decoded yet repeats the last sample that is; what the tile does not have is taken from the other border, or is 0.
 * Angles, smoothing and the weights at the borders are those of VVC (ITU-T H.266, 8.4.5.2) with filters of our own precision.
 */
import { cellAt, sampleAt, strideOf, Tile } from './tile'

export const PLANAR: i32 = 0
export const MEAN: i32 = 1
export const FIRST_DIRECTION: i32 = 2
export const MODES: i32 = 66
/** The modes that are exactly across and exactly down. */
const ACROSS: i32 = 18
const DOWN: i32 = 50

/** i32 samples: the corner at index 0, then the row above, and the column on the left. 80 more in front for oblique directions. */
const aboveBuffer: usize = memory.data(4 * (80 + 160), 16)
const leftBuffer: usize = memory.data(4 * (80 + 160), 16)
const smoothAboveBuffer: usize = memory.data(4 * (80 + 160), 16)
const smoothLeftBuffer: usize = memory.data(4 * (80 + 160), 16)
const lineBuffer: usize = memory.data(4 * (80 + 160), 16)
const above: usize = aboveBuffer + 320
const left: usize = leftBuffer + 320
const smoothAbove: usize = smoothAboveBuffer + 320
const smoothLeft: usize = smoothLeftBuffer + 320
const line: usize = lineBuffer + 320
const turned: usize = memory.data(4 * 64 * 64, 16)

/** Slope of a direction in 1/32 sample per row, by its distance from across or down. */
const angles: usize = memory.data<i32>([0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 23, 26, 29, 32])
/** From this distance on, by log2 of the side, directions see smoothed samples. */
const smoothFrom: usize = memory.data<i32>([24, 14, 2, 0, 0])
/** Taps in 1/64 by phase (1/32): cubic, and smoothing. i32 x 4 each. */
const cubicTaps: usize = memory.data(32 * 16, 16)
const smoothTaps: usize = memory.data(32 * 16, 16)
let filled = false
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
    while (reachAbove < most && load<u8>(cellAt(tile, tile.modes, x + reachAbove, y - 1))) reachAbove += 4
    reachAbove = min(most, reachAbove)
  }
  if (x > 0) {
    const most = min(width + height, tile.paddedHeight - y)
    reachLeft = height
    while (reachLeft < most && load<u8>(cellAt(tile, tile.modes, x - 1, y + reachLeft))) reachLeft += 4
    reachLeft = min(most, reachLeft)
  }
}

// @inline
function fillLine(at: usize, from: i32, to: i32, value: i32): void {
  for (let i = from; i <= to; i++) store<i32>(at + ((<usize>i) << 2), value)
}

/** Takes the borders of the block of w x h at (x, y) of plane `p`, in its own samples; `shift` as of {@link shiftOf}. After {@link findReach}. */
export function takeBorders(tile: Tile, p: i32, x: i32, y: i32, width: i32, height: i32, shift: i32): void {
  const reach = width + height
  const haveAbove = reachAbove >> shift
  const haveLeft = reachLeft >> shift
  smoothed = false
  if (haveAbove) memory.copy(above + 4, sampleAt(tile, tile.planes, p, x, y - 1), (<usize>haveAbove) << 2)
  if (haveLeft) {
    const stride = (<usize>strideOf(tile, p)) << 2
    let from = sampleAt(tile, tile.planes, p, x - 1, y)
    for (let i = 1; i <= haveLeft; i++) {
      store<i32>(left + ((<usize>i) << 2), load<i32>(from))
      from += stride
    }
  }
  let corner: i32 = 0
  if (haveAbove && haveLeft) corner = load<i32>(sampleAt(tile, tile.planes, p, x - 1, y - 1))
  else if (haveAbove) corner = load<i32>(above, 4)
  else if (haveLeft) corner = load<i32>(left, 4)
  store<i32>(above, corner)
  store<i32>(left, corner)
  // two more for the interpolation's last tap
  fillLine(above, haveAbove + 1, reach + 3, load<i32>(above + ((<usize>haveAbove) << 2)))
  fillLine(left, haveLeft + 1, reach + 3, load<i32>(left + ((<usize>haveLeft) << 2)))
}

/** [1 2 1] / 4 along both borders and around the corner. */
function smoothBorders(reach: i32): void {
  if (smoothed) return
  smoothed = true
  const corner = (load<i32>(above, 4) + 2 * load<i32>(above) + load<i32>(left, 4) + 2) >> 2
  smoothBorder(above, smoothAbove, reach, corner)
  smoothBorder(left, smoothLeft, reach, corner)
}

function smoothBorder(from: usize, to: usize, reach: i32, corner: i32): void {
  const two = i32x4.splat(2)
  // reads one sample past reach, which is there
  for (let i: usize = 4; i <= (<usize>reach) << 2; i += 16) {
    const middle = v128.load(from + i)
    const sum = i32x4.add(i32x4.add(v128.load(from + i - 4), v128.load(from + i, 4)), i32x4.add(middle, middle))
    v128.store(to + i, i32x4.shr_s(i32x4.add(sum, two), 2))
  }
  store<i32>(to, corner)
  fillLine(to, reach + 1, reach + 3, load<i32>(to + ((<usize>reach) << 2)))
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
    transpose(turned, log2Height, log2Width, out)
  }
}

/** Writes the transpose of 2^log2Width x 2^log2Height samples. */
function transpose(from: usize, log2Width: i32, log2Height: i32, out: usize): void {
  const width = (<usize>1) << log2Width
  const height = (<usize>1) << log2Height
  const fromBytes = width << 2
  const outBytes = height << 2
  for (let y: usize = 0; y < height; y += 4) {
    for (let x: usize = 0; x < width; x += 4) {
      const source = from + y * fromBytes + (x << 2)
      const a = v128.load(source)
      const b = v128.load(source + fromBytes)
      const c = v128.load(source + 2 * fromBytes)
      const d = v128.load(source + 3 * fromBytes)
      const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5)
      const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7)
      const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5)
      const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7)
      const to = out + x * outBytes + (y << 2)
      v128.store(to, i64x2.shuffle(ab01, cd01, 0, 2))
      v128.store(to + outBytes, i64x2.shuffle(ab01, cd01, 1, 3))
      v128.store(to + 2 * outBytes, i64x2.shuffle(ab23, cd23, 0, 2))
      v128.store(to + 3 * outBytes, i64x2.shuffle(ab23, cd23, 1, 3))
    }
  }
}

function predictPlanar(log2Width: i32, log2Height: i32, out: usize): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  let top = above + 4
  let side = left + 4
  if (log2Width + log2Height > 5) {
    smoothBorders(width + height)
    top = smoothAbove + 4
    side = smoothLeft + 4
  }
  const topRight = load<i32>(top + ((<usize>width) << 2))
  const bottomLeft = i32x4.splat(load<i32>(side + ((<usize>height) << 2)))
  const shift = log2Width + log2Height + 1
  const half = i32x4.splat(1 << (shift - 1))
  for (let y = 0; y < height; y++) {
    const here = load<i32>(side + ((<usize>y) << 2))
    const down = i32x4.splat(height - 1 - y)
    const bottom = i32x4.mul(bottomLeft, i32x4.splat(y + 1))
    // across: here * (w - 1 - x) + topRight * (x + 1), stepped by 4
    const slope = topRight - here
    const first = here * (width - 1) + topRight
    let across = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4.splat(slope), i32x4(0, 1, 2, 3)))
    const step = i32x4.splat(4 * slope)
    for (let x: usize = 0; x < (<usize>width) << 2; x += 16) {
      const vertical = i32x4.add(i32x4.mul(v128.load(top + x), down), bottom)
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
  for (let i = 1; i <= width; i++) sum += load<i32>(above + ((<usize>i) << 2))
  for (let i = 1; i <= height; i++) sum += load<i32>(left + ((<usize>i) << 2))
  const count = width + height
  // floor((sum + count / 2) / count), also below zero
  const lifted = sum + (count >> 1) + (count << 16)
  const mean = lifted / count - (1 << 16)
  const value = i32x4.splat(mean)
  for (let i: usize = 0; i < (<usize>4) << (log2Width + log2Height); i += 16) v128.store(out + i, value)
}

/** Directions mostly down; those mostly across with the borders exchanged. `offset`: -16..16 from straight down. */
function predictDirection(main: usize, side: usize, offset: i32, mode: i32, log2Width: i32, log2Height: i32, out: usize): void {
  const width = 1 << log2Width
  const height = 1 << log2Height
  const distance = min(abs(mode - ACROSS), abs(mode - DOWN))
  const smooth = distance > load<i32>(smoothFrom + ((<usize>(((log2Width + log2Height) >> 1) - 2)) << 2))
  const slope = load<i32>(angles + ((<usize>abs(offset)) << 2))
  const angle = offset < 0 ? -slope : slope
  let reference = main
  if (angle == 0) {
    for (let y = 0; y < height; y++) {
      memory.copy(out, main + 4, (<usize>width) << 2)
      out += (<usize>width) << 2
    }
    return
  }
  if (angle < 0) {
    // the corner and the border before it, from the other border along the direction
    memory.copy(line, main, (<usize>(width + 4)) << 2)
    const inverse = (16384 + (slope >> 1)) / slope
    const needed = ((height * slope) >> 5) + 2
    for (let i = 1; i <= needed; i++) {
      const along = min(height, (i * inverse + 256) >> 9)
      store<i32>(line - ((<usize>i) << 2), load<i32>(side + ((<usize>along) << 2)))
    }
    reference = line
  }
  const taps = smooth ? smoothTaps : cubicTaps
  const half = i32x4.splat(32)
  for (let y = 0; y < height; y++) {
    const delta = (y + 1) * angle
    let from = reference + ((<isize>(delta >> 5)) << 2)
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
      const l = <i64>load<i32>(lumas + ((<usize>i) << 2))
      const c = <i64>load<i32>(chromas + ((<usize>i) << 2))
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

const lumaAbove: usize = memory.data(4 * 80, 16)
const lumaLeft: usize = memory.data(4 * 80, 16)

/** Keeps the luma borders of a block for {@link predictFromLuma}, every other sample if chroma is subsampled; after {@link takeBorders}. */
export function keepLumaBorders(width: i32, height: i32, subsampled: i32): void {
  for (let i = 1; i <= width >> subsampled; i++) {
    store<i32>(lumaAbove + ((<usize>i) << 2), load<i32>(above + ((<usize>(i << subsampled)) << 2)))
  }
  for (let i = 1; i <= height >> subsampled; i++) {
    store<i32>(lumaLeft + ((<usize>i) << 2), load<i32>(left + ((<usize>(i << subsampled)) << 2)))
  }
}
