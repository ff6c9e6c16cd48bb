/**
 * Two-dimensional wavelets in place, any size, any number of levels.
 *
 *     forwardWavelet(plane, stride, width, height, levels, reversible)
 *     inverseWavelet(plane, stride, width, height, levels, reversible)
 *
 * The plane is i32, rows `stride` samples apart (a multiple of 4, at least the width). Level i splits the top left
 * ceil(width / 2^(i-1)) x ceil(height / 2^(i-1)) samples: low-pass halves (the longer ones) on the left and on top, so that the
 * top left ceil(width / 2^k) x ceil(height / 2^k) samples are the picture at 1:2^k and all beyond them is detail. Lines are
 * extended by mirroring about their first and last sample.
 *
 * Lifting: s[j] = x[2j], d[j] = x[2j+1]; each step adds (c (a + b) + half) >> bits of two neighbours.
 *
 *     9/7   d += -6496 (s[j] + s[j+1]), s += -217 (d[j-1] + d[j]), d += 3616 (...), s += 1817 (...), in 1/4096;
 *           then, per level, the low-pass of both directions * 1.32159 and the high-pass of both * 0.75665
 *     5/3   d -= (s[j] + s[j+1]) >> 1, s += (d[j-1] + d[j] + 2) >> 2: exactly reversible
 *
 * Gains. 9/7: a low-pass sample of level k is 2^k times the local mean, so the picture at 1:2^k is the low-pass shifted right by
 * k. The synthesis functions of levels 1..5 have the L2 norms 1.01 1.00 1.04 1.07 1.07 (high in one direction), 1.04 0.97 1.04
 * 1.07 1.08 (in both) and 0.98 1.04 1.05 1.06 1.06 (in none): near enough to 1 that one step serves all subbands.
 * 5/3: a low-pass sample is the local mean. Of all constants in 1/4096 these let a flat line leak least into the high-pass (1e-4).
 *
 * Bounds: |sample| <= 2^13 keeps what level 5 adds up below 2^19 and products below 2^31, with overshoot of a third; use no more
 * than 5 levels.
 * Error of forward and inverse together (tested): 5/3 none; 9/7 at most 8.
 * Speed: 1.8 ns per sample, and three times that if `stride` is a multiple of 1024, which makes the rows of a column share cache
 * sets: take {@link waveletStride}.
 * Source: I. Daubechies, W. Sweldens, "Factoring wavelet transforms into lifting steps", 1998; the filters of ISO 15444-1, annex F.
 */
import { allocate, mark, release } from '../../wasm/kernel/arena'
import { column } from './transpose'

/** A good stride for rows of `width` samples: an odd number of cache lines. */
export function waveletStride(width: i32): i32 {
  return ((width + 15) & ~15) | 16
}

const ALPHA: i32 = -6496
const BETA: i32 = -217
const GAMMA: i32 = 3616
const DELTA: i32 = 1817
/** In 1/16384, added to 1: what 9/7 still needs after its steps, and back. (1.230174^2 / 2 = 0.756664; its inverse 1.321590.) */
const LOW_SCALE: i32 = 5269
const LOW_UNSCALE: i32 = -3987
const HIGH_SCALE: i32 = -3987
const HIGH_UNSCALE: i32 = 5269
/** The same for a line of one sample, which no step lifts: 1.230174 and its inverse. */
const SINGLE_SCALE: i32 = 3771
const SINGLE_UNSCALE: i32 = -3066

// @inline
function scaled(a: v128, factor: v128): v128 {
  const product = i32x4.add(i32x4.mul(a, factor), i32x4.splat(1 << 13))
  return i32x4.add(a, i32x4.shr_s(product, 14))
}

/** One lifting term: of 9/7 with `factor` in 1/4096, or of 5/3. */
// @inline
function term(sum: v128, factor: i32, step53: i32): v128 {
  if (step53 == 1) return i32x4.neg(i32x4.shr_s(sum, 1))
  if (step53 == 2) return i32x4.shr_s(i32x4.add(sum, i32x4.splat(2)), 2)
  if (factor < -4096) {
    // the largest one: two sums apart, so that the product stays far from 2^31
    const rest = i32x4.shr_s(i32x4.add(i32x4.mul(sum, i32x4.splat(factor + 8192)), i32x4.splat(2048)), 12)
    return i32x4.sub(rest, i32x4.shl(sum, 1))
  }
  return i32x4.shr_s(i32x4.add(i32x4.mul(sum, i32x4.splat(factor)), i32x4.splat(2048)), 12)
}

/**
 * Adds to each of `count` vectors at `to`, or takes from it, the term of its two neighbours: the one on the left is at `first` and then the
 * one on the right before, those on the right are from `next` on. From number `pairs` on there is none on the right: the left one counts
 * twice. Lines are vectors: four lines at once.
 */
// @inline
function addTerms(to: usize, count: i32, pairs: i32, first: usize, next: usize, factor: i32, step53: i32, undo: bool): void {
  let left = v128.load(first, 0, 16)
  const last = to + ((<usize>count) << 4)
  const lastPair = to + ((<usize>pairs) << 4)
  for (; to < lastPair; to += 16) {
    const right = v128.load(next, 0, 16)
    const change = term(i32x4.add(left, right), factor, step53)
    const old = v128.load(to, 0, 16)
    v128.store(to, undo ? i32x4.sub(old, change) : i32x4.add(old, change), 0, 16)
    left = right
    next += 16
  }
  if (to < last) {
    const change = term(i32x4.add(left, left), factor, step53)
    const old = v128.load(to, 0, 16)
    v128.store(to, undo ? i32x4.sub(old, change) : i32x4.add(old, change), 0, 16)
  }
}

/** high[j] +-= term of low[j] + low[j+1]. */
// @inline
function predict(low: usize, lowCount: i32, high: usize, highCount: i32, factor: i32, step53: i32, undo: bool): void {
  addTerms(high, highCount, min(highCount, lowCount - 1), low, low + 16, factor, step53, undo)
}

/** low[j] +-= term of high[j-1] + high[j]. */
// @inline
function update(low: usize, lowCount: i32, high: usize, highCount: i32, factor: i32, step53: i32, undo: bool): void {
  addTerms(low, lowCount, highCount, high, high, factor, step53, undo)
}

/** Four lines of `count` samples, already parted into low and high. */
function lift(low: usize, high: usize, count: i32, reversible: bool): void {
  const lowCount = (count + 1) >> 1
  const highCount = count >> 1
  if (highCount == 0) {
    if (!reversible) v128.store(low, scaled(v128.load(low), i32x4.splat(SINGLE_SCALE)))
  } else if (reversible) {
    predict(low, lowCount, high, highCount, 0, 1, false)
    update(low, lowCount, high, highCount, 0, 2, false)
  } else {
    predict(low, lowCount, high, highCount, ALPHA, 0, false)
    update(low, lowCount, high, highCount, BETA, 0, false)
    predict(low, lowCount, high, highCount, GAMMA, 0, false)
    update(low, lowCount, high, highCount, DELTA, 0, false)
  }
}

function unlift(low: usize, high: usize, count: i32, reversible: bool): void {
  const lowCount = (count + 1) >> 1
  const highCount = count >> 1
  if (highCount == 0) {
    if (!reversible) v128.store(low, scaled(v128.load(low), i32x4.splat(SINGLE_UNSCALE)))
  } else if (reversible) {
    update(low, lowCount, high, highCount, 0, 2, true)
    predict(low, lowCount, high, highCount, 0, 1, true)
  } else {
    update(low, lowCount, high, highCount, DELTA, 0, true)
    predict(low, lowCount, high, highCount, GAMMA, 0, true)
    update(low, lowCount, high, highCount, BETA, 0, true)
    predict(low, lowCount, high, highCount, ALPHA, 0, true)
  }
}

/** Stores the first `lanes` lanes. */
// @inline
function storeLanes(out: usize, a: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(out, a)
  else {
    store<i32>(out, i32x4.extract_lane(a, 0))
    if (lanes > 1) store<i32>(out, i32x4.extract_lane(a, 1), 4)
    if (lanes > 2) store<i32>(out, i32x4.extract_lane(a, 2), 8)
  }
}

/**
 * Transposes 4 x 4 samples: columns 0..3 of four rows become four vectors `outStep` apart. `rows`: how many rows there are (the
 * others repeat the first).
 */
// @inline
function loadTransposed(source: usize, rowBytes: usize, rows: i32, out0: usize, out1: usize, out2: usize, out3: usize): void {
  const a = v128.load(source)
  const b = rows > 1 ? v128.load(source + rowBytes) : a
  const c = rows > 2 ? v128.load(source + 2 * rowBytes) : a
  const d = rows > 3 ? v128.load(source + 3 * rowBytes) : a
  const column0 = column(a, b, c, d, 0)
  const column1 = column(a, b, c, d, 1)
  const column2 = column(a, b, c, d, 2)
  const column3 = column(a, b, c, d, 3)
  v128.store(out0, column0, 0, 16)
  v128.store(out1, column1, 0, 16)
  v128.store(out2, column2, 0, 16)
  v128.store(out3, column3, 0, 16)
}

/** The way back: four vectors to `columns` columns of `rows` rows. */
// @inline
function storeTransposed(in0: usize, in1: usize, in2: usize, in3: usize, out: usize, rowBytes: usize, rows: i32, columns: i32): void {
  const a = v128.load(in0, 0, 16)
  const b = v128.load(in1, 0, 16)
  const c = v128.load(in2, 0, 16)
  const d = v128.load(in3, 0, 16)
  const column0 = column(a, b, c, d, 0)
  const column1 = column(a, b, c, d, 1)
  const column2 = column(a, b, c, d, 2)
  const column3 = column(a, b, c, d, 3)
  storeLanes(out, column0, columns)
  if (rows > 1) storeLanes(out + rowBytes, column1, columns)
  if (rows > 2) storeLanes(out + 2 * rowBytes, column2, columns)
  if (rows > 3) storeLanes(out + 3 * rowBytes, column3, columns)
}

/** Four rows (or the last few) of one level, forward. `low`, `high`: room for count / 2 + 4 vectors each. */
function forwardRows(rowsAt: usize, rowBytes: usize, rows: i32, width: i32, low: usize, high: usize, reversible: bool): void {
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 3
    loadTransposed(rowsAt + ((<usize>x) << 2), rowBytes, rows, low + at, high + at, low + at + 16, high + at + 16)
  }
  lift(low, high, width, reversible)
  const lowCount = (width + 1) >> 1
  storeLine(low, lowCount, rowsAt, rowBytes, rows)
  storeLine(high, width - lowCount, rowsAt + ((<usize>lowCount) << 2), rowBytes, rows)
}

function storeLine(line: usize, count: i32, out: usize, rowBytes: usize, rows: i32): void {
  for (let x = 0; x < count; x += 4) {
    storeTransposed(line, line + 16, line + 32, line + 48, out, rowBytes, rows, count - x)
    line += 64
    out += 16
  }
}

function inverseRows(rowsAt: usize, rowBytes: usize, rows: i32, width: i32, low: usize, high: usize, reversible: bool): void {
  const lowCount = (width + 1) >> 1
  for (let x = 0; x < lowCount; x += 4) {
    const to = low + ((<usize>x) << 4)
    loadTransposed(rowsAt + ((<usize>x) << 2), rowBytes, rows, to, to + 16, to + 32, to + 48)
  }
  const highAt = rowsAt + ((<usize>lowCount) << 2)
  for (let x = 0; x < width - lowCount; x += 4) {
    const to = high + ((<usize>x) << 4)
    loadTransposed(highAt + ((<usize>x) << 2), rowBytes, rows, to, to + 16, to + 32, to + 48)
  }
  unlift(low, high, width, reversible)
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 3
    storeTransposed(low + at, high + at, low + at + 16, high + at + 16, rowsAt + ((<usize>x) << 2), rowBytes, rows, width - x)
  }
}

/** Per lane `left` where the column is in the low-pass half, else `right`. */
// @inline
function perLane(x: i32, lowWidth: i32, left: i32, right: i32): v128 {
  const columns = i32x4.add(i32x4.splat(x), i32x4(0, 1, 2, 3))
  return v128.bitselect(i32x4.splat(left), i32x4.splat(right), i32x4.lt_s(columns, i32x4.splat(lowWidth)))
}

/** Four columns (or the last few) of one level, forward. */
function forwardColumns(plane: usize, rowBytes: usize, x: i32, width: i32, height: i32, low: usize, high: usize, reversible: bool): void {
  const column = plane + ((<usize>x) << 2)
  const lanes = width - x
  const lowHeight = (height + 1) >> 1
  let from = column
  for (let at: usize = 0; at < (<usize>height) << 3; at += 16) {
    v128.store(low + at, v128.load(from))
    v128.store(high + at, v128.load(at + 16 <= (<usize>height) << 3 ? from + rowBytes : from))
    from += 2 * rowBytes
  }
  lift(low, high, height, reversible)
  const lowWidth = (width + 1) >> 1
  const lowScale = reversible ? i32x4.splat(0) : perLane(x, lowWidth, LOW_SCALE, 0)
  const highScale = reversible ? i32x4.splat(0) : perLane(x, lowWidth, 0, HIGH_SCALE)
  let to = column
  for (let y = 0; y < lowHeight; y++) {
    storeLanes(to, scaled(v128.load(low + ((<usize>y) << 4), 0, 16), lowScale), lanes)
    to += rowBytes
  }
  for (let y = 0; y < height - lowHeight; y++) {
    storeLanes(to, scaled(v128.load(high + ((<usize>y) << 4), 0, 16), highScale), lanes)
    to += rowBytes
  }
}

function inverseColumns(plane: usize, rowBytes: usize, x: i32, width: i32, height: i32, low: usize, high: usize, reversible: bool): void {
  const column = plane + ((<usize>x) << 2)
  const lanes = width - x
  const lowHeight = (height + 1) >> 1
  const lowWidth = (width + 1) >> 1
  const lowScale = reversible ? i32x4.splat(0) : perLane(x, lowWidth, LOW_UNSCALE, 0)
  const highScale = reversible ? i32x4.splat(0) : perLane(x, lowWidth, 0, HIGH_UNSCALE)
  let from = column
  for (let y = 0; y < lowHeight; y++) {
    v128.store(low + ((<usize>y) << 4), scaled(v128.load(from), lowScale), 0, 16)
    from += rowBytes
  }
  for (let y = 0; y < height - lowHeight; y++) {
    v128.store(high + ((<usize>y) << 4), scaled(v128.load(from), highScale), 0, 16)
    from += rowBytes
  }
  unlift(low, high, height, reversible)
  let to = column
  for (let y = 0; y < height; y++) {
    storeLanes(to, v128.load((y & 1 ? high : low) + ((<usize>(y >> 1)) << 4), 0, 16), lanes)
    to += rowBytes
  }
}

/** See the head of this file. */
export function forwardWavelet(plane: usize, stride: i32, width: i32, height: i32, levels: i32, reversible: bool): void {
  const start = mark()
  const room = ((<usize>max(width, height)) << 3) + 128
  const low = allocate(room)
  const high = allocate(room)
  const rowBytes = (<usize>stride) << 2
  for (let level = 0; level < levels; level++) {
    for (let y = 0; y < height; y += 4) forwardRows(plane + <usize>y * rowBytes, rowBytes, height - y, width, low, high, reversible)
    for (let x = 0; x < width; x += 4) forwardColumns(plane, rowBytes, x, width, height, low, high, reversible)
    width = (width + 1) >> 1
    height = (height + 1) >> 1
  }
  release(start)
}

/** The inverse of {@link forwardWavelet} with the same arguments. Reads (and ignores) up to 12 bytes beyond the last row. */
export function inverseWavelet(plane: usize, stride: i32, width: i32, height: i32, levels: i32, reversible: bool): void {
  const start = mark()
  const room = ((<usize>max(width, height)) << 3) + 128
  const low = allocate(room)
  const high = allocate(room)
  const rowBytes = (<usize>stride) << 2
  for (let level = levels - 1; level >= 0; level--) {
    const w = (width + (1 << level) - 1) >> level
    const h = (height + (1 << level) - 1) >> level
    for (let x = 0; x < w; x += 4) inverseColumns(plane, rowBytes, x, w, h, low, high, reversible)
    for (let y = 0; y < h; y += 4) inverseRows(plane + <usize>y * rowBytes, rowBytes, h - y, w, low, high, reversible)
  }
  release(start)
}
