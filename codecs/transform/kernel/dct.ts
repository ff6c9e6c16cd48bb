/**
 * Two-dimensional integer DCT-II of blocks of 2^log2Width x 2^log2Height samples, each side 4, 8, 16, 32 or 64.
 *
 *     forwardDct(source, sourceStride, log2Width, log2Height, out)
 *     inverseDct(coefficients, log2Width, log2Height, out, outStride, nonzeroWidth, nonzeroHeight)
 *
 * Samples and coefficients are i32; strides count samples; addresses are multiples of 16 where the layout permits, any other
 * works. Coefficients are row-major, min(width, 32) x min(height, 32): of a side of 64 only the lowest 32 are kept.
 * A coefficient is that of the orthonormal transform, rounded: sum over samples x of
 *
 *     sqrt(4 / (W H)) c(u) c(v) x[j][i] cos(pi (2i+1) u / 2W) cos(pi (2j+1) v / 2H)        c(0) = sqrt(1/2), else 1
 *
 * The lines of {@link ./lines} have gain sqrt(n/2), so a block must lose sqrt(W H / 4): a factor of sqrt(1/2) if the sum of
 * the logarithms is odd, and total = (log2Width + log2Height >> 1) - 1 bits, some between the passes and the rest at the end.
 * The forward transform takes columns first, the inverse rows first.
 *
 * Bounds. |sample| <= 2^13, so the norm of a block is at most 2^13 sqrt(W H) <= 2^19, and no rotation inside an orthogonal
 * transform can see more than that times the gain so far. First pass of the forward transform: columns of 64 reach
 * 2^13 * 64 = 2^19. Second pass: 2^(12.5 + log2Width + log2Height) before any shift, so log2Width + log2Height - 6 bits go
 * between the passes, or all there are: 2^18.5, and 2^19.5 for 64 x 64, which 2896 takes to the last 2^15 of i32 (tested).
 * Inverse: 2^18.5 within the first pass and, shifted by log2Width + log2Height - 9, 2^17.5 in the second. Beyond these bounds
 * numbers wrap, alike everywhere.
 * Error (tested): a forward coefficient is within 4 + (norm of the block) / 2^12 of the exact one, an inverse sample within 8,
 * and a block that loses no coefficient comes back within 16 (a quarter of an 8-bit level); flat blocks to within 1.
 */
import { forward4, forward8, forward16, forward32, forward64, inverse4, inverse8, inverse16, inverse32, inverse64 } from './lines'
import { storeColumns } from './transpose'

/** Block between the passes, row-major, 64 x 64 at most. */
const work: usize = memory.data(64 * 64 * 4, 16)
/** Four rows as vectors, before and after their transform. */
const line: usize = memory.data(64 * 16, 16)
const transformed: usize = memory.data(64 * 16, 16)

// @inline
function forwardLine(log2: i32, source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  if (log2 == 3) forward8(source, sourceStep, out, outStep)
  else if (log2 == 4) forward16(source, sourceStep, out, outStep)
  else if (log2 == 2) forward4(source, sourceStep, out, outStep)
  else if (log2 == 5) forward32(source, sourceStep, out, outStep)
  else forward64(source, sourceStep, out, outStep)
}

// @inline
function inverseLine(log2: i32, source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  if (log2 == 3) inverse8(source, sourceStep, out, outStep)
  else if (log2 == 4) inverse16(source, sourceStep, out, outStep)
  else if (log2 == 2) inverse4(source, sourceStep, out, outStep)
  else if (log2 == 5) inverse32(source, sourceStep, out, outStep)
  else inverse64(source, sourceStep, out, outStep)
}

/** (a + half) >> shift. */
// @inline
function shiftRounded(a: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(a, i32x4.splat((1 << shift) >> 1)), shift)
}

/** a sqrt(1/2) / 2^shift: sqrt(1/2) = (2896 + 79 / 256) / 4096 to 3e-7, so that flat areas keep their level. */
// @inline
function scaleRounded(a: v128, shift: i32): v128 {
  const product = i32x4.add(i32x4.mul(a, i32x4.splat(2896)), i32x4.shr_s(i32x4.mul(a, i32x4.splat(79)), 8))
  return shiftRounded(product, 12 + shift)
}

/**
 * What a row loses between the passes: `shift` bits, and sqrt(1/2) if the block is oblong. Row 0 is due another sqrt(1/2)
 * (the plain sum of the forward lines, the scaled-down input of the inverse ones).
 */
// @inline
function between(a: v128, first: bool, oblong: bool, shift: i32): v128 {
  if (first == oblong) return first ? shiftRounded(a, shift + 1) : shiftRounded(a, shift)
  return scaleRounded(a, shift)
}

/** See the head of this file. `out` receives min(width, 32) * min(height, 32) coefficients. */
export function forwardDct(source: usize, sourceStride: i32, log2Width: i32, log2Height: i32, out: usize): void {
  const width = (<usize>1) << log2Width
  const keptWidth = min(width, 32)
  const keptHeight = min((<usize>1) << log2Height, 32)
  const sides = log2Width + log2Height
  const oblong = (sides & 1) == 1
  const total = (sides >> 1) - 1
  const first = min(total, max(0, sides - 6))
  const rowBytes = width << 2
  for (let x: usize = 0; x < rowBytes; x += 16) {
    forwardLine(log2Height, source + x, (<usize>sourceStride) << 2, work + x, rowBytes)
  }
  const outBytes = keptWidth << 2
  for (let y: usize = 0; y < keptHeight; y += 4) {
    let from = work + y * rowBytes
    for (let x: usize = 0; x < width; x += 4) {
      const a = between(v128.load(from, 0, 16), y == 0, oblong, first)
      const b = between(v128.load(from + rowBytes, 0, 16), false, oblong, first)
      const c = between(v128.load(from + 2 * rowBytes, 0, 16), false, oblong, first)
      const d = between(v128.load(from + 3 * rowBytes, 0, 16), false, oblong, first)
      storeColumns(a, b, c, d, line + (x << 4), 16)
      from += 16
    }
    forwardLine(log2Width, line, 16, transformed, 16)
    const rest = total - first
    for (let x: usize = 0; x < keptWidth; x += 4) {
      const at = transformed + (x << 4)
      const a = x == 0 ? scaleRounded(v128.load(at, 0, 16), rest) : shiftRounded(v128.load(at, 0, 16), rest)
      const b = shiftRounded(v128.load(at, 16, 16), rest)
      const c = shiftRounded(v128.load(at, 32, 16), rest)
      const d = shiftRounded(v128.load(at, 48, 16), rest)
      storeColumns(a, b, c, d, out + (x << 2), outBytes)
    }
    out += 4 * outBytes
  }
}

/**
 * See the head of this file. Only the first `nonzeroWidth` coefficients of the first `nonzeroHeight` rows are read (1 up to
 * the size of the array; rounded up to multiples of 4 unless both are 1); the others count as zero. The result does not depend
 * on how tightly the two are given.
 */
export function inverseDct(
  coefficients: usize,
  log2Width: i32,
  log2Height: i32,
  out: usize,
  outStride: i32,
  nonzeroWidth: i32,
  nonzeroHeight: i32,
): void {
  const width = (<usize>1) << log2Width
  const height = (<usize>1) << log2Height
  const sides = log2Width + log2Height
  const oblong = (sides & 1) == 1
  const total = (sides >> 1) - 1
  const first = max(0, sides - 9)
  const rest = total - first
  const outBytes = (<usize>outStride) << 2
  if (nonzeroWidth <= 1 && nonzeroHeight <= 1) {
    const level = scaleRounded(v128.load32_splat(coefficients), 0)
    const value = shiftRounded(between(level, true, oblong, first), rest)
    for (let y: usize = 0; y < height; y++) {
      for (let x: usize = 0; x < width << 2; x += 16) v128.store(out + x, value)
      out += outBytes
    }
    return
  }
  const coefficientBytes = min(width, 32) << 2
  const rowBytes = width << 2
  const rows = (<usize>nonzeroHeight + 3) & ~3
  const columns = (<usize>nonzeroWidth + 3) & ~3
  memory.fill(line + (columns << 4), 0, (width - columns) << 4)
  for (let y: usize = 0; y < rows; y += 4) {
    for (let x: usize = 0; x < columns; x += 4) {
      const from = coefficients + y * coefficientBytes + (x << 2)
      const a = v128.load(from)
      const b = v128.load(from + coefficientBytes)
      const c = v128.load(from + 2 * coefficientBytes)
      const d = v128.load(from + 3 * coefficientBytes)
      storeColumns(a, b, c, d, line + (x << 4), 16)
    }
    v128.store(line, scaleRounded(v128.load(line, 0, 16), 0), 0, 16)
    inverseLine(log2Width, line, 16, transformed, 16)
    const to = work + y * rowBytes
    for (let x: usize = 0; x < width; x += 4) {
      const at = transformed + (x << 4)
      const a = v128.load(at, 0, 16)
      const b = v128.load(at, 16, 16)
      const c = v128.load(at, 32, 16)
      const d = v128.load(at, 48, 16)
      storeColumns(a, b, c, d, to + (x << 2), rowBytes)
    }
  }
  memory.fill(work + rows * rowBytes, 0, (height - rows) * rowBytes)
  for (let x: usize = 0; x < rowBytes; x += 16) {
    const column = work + x
    v128.store(column, between(v128.load(column, 0, 16), true, oblong, first), 0, 16)
    let at = column + rowBytes
    for (let y: usize = 1; y < rows; y++) {
      v128.store(at, between(v128.load(at, 0, 16), false, oblong, first), 0, 16)
      at += rowBytes
    }
    inverseLine(log2Height, column, rowBytes, transformed, 16)
    let to = out + x
    for (let y: usize = 0; y < height; y++) {
      v128.store(to, shiftRounded(v128.load(transformed + (y << 4), 0, 16), rest))
      to += outBytes
    }
  }
}
