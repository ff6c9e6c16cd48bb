/**
 * Interleaved samples to planes and back.
 *
 *     loadPlanes(samples, width, height, channels, bitDepth, planes, planeBytes, paddedWidth, paddedHeight)
 *     storePlanes(planes, planeBytes, paddedWidth, width, height, channels, bitDepth, out)
 *
 * Samples: u8 (bit depth 8) or u16 (9..16), row-major; grey or RGB by `channels` 1 or 3.
 * Planes: i32 with full scale 2^14, one per channel, `planeBytes` apart, rows of `paddedWidth`: value = (sample - 2^(d-1)) 2^(14-d),
 * rounded if d > 14. RGB becomes Y, Cb, Cr of BT.601 at full range, its chroma centred on 0. Planes are i32 because the block
 * transforms take them as they are; i16 would save a tenth of the conversion and cost an unpacking in every transform.
 *
 *     forward, in 1/2^14        Y  =  4899 R + 9617 G + 1868 B - 2^(d+13)
 *                               Cb = -2765 R - 5427 G + 8192 B            value = (sum + 2^(d-1)) >> d
 *                               Cr =  8192 R - 6860 G - 1332 B
 *     inverse, in 1/2^13        R  = 8192 Y + 11485 Cr
 *                               G  = 8192 Y - 2819 Cb - 5850 Cr           sample = (sum + 2^26 + 2^(26-d)) >> (27 - d), clamped
 *                               B  = 8192 Y + 14516 Cb
 *
 * Error of forward and inverse together (tested): 0 up to 11 bits; at 16 bits at most 2 for grey (the quarter that
 * 14 bits lose) and 8 for RGB.
 */

import { rowAt } from '../../wasm/kernel/row'

/** (sample - half) on the scale of planes. */
// @inline
function levelOf(sample: i32, bitDepth: i32): i32 {
  const centred = sample - (1 << (bitDepth - 1))
  return bitDepth <= 14 ? centred << (14 - bitDepth) : (centred + (1 << (bitDepth - 15))) >> (bitDepth - 14)
}

/** Inverse sum in 1/2^13 to a sample. */
// @inline
function sampleOf(sum: i32, bitDepth: i32): i32 {
  const sample = (sum + (1 << 26) + (1 << (26 - bitDepth))) >> (27 - bitDepth)
  return max(0, min((1 << bitDepth) - 1, sample))
}

// @inline
function loadSample(samples: usize, index: i32, wide: bool): i32 {
  return wide ? <i32>rowAt<u16>(samples)[index] : <i32>rowAt<u8>(samples)[index]
}

// @inline
function storeSample(out: usize, index: i32, value: i32, wide: bool): void {
  if (wide) rowAt<u16>(out)[index] = <u16>value
  else rowAt<u8>(out)[index] = <u8>value
}

/** One row of pixels from `from` on, one by one. */
function loadRow(row: usize, from: i32, width: i32, channels: i32, bitDepth: i32, to: usize, planeBytes: usize): void {
  const wide = bitDepth > 8
  const half = 1 << (bitDepth - 1)
  const luma = rowAt<i32>(to)
  const cb = rowAt<i32>(to + planeBytes)
  const cr = rowAt<i32>(to + 2 * planeBytes)
  for (let x = from; x < width; x++) {
    const at = x * channels
    const first = loadSample(row, at, wide)
    if (channels < 3) {
      luma[x] = levelOf(first, bitDepth)
      continue
    }
    const green = loadSample(row, at + 1, wide)
    const blue = loadSample(row, at + 2, wide)
    luma[x] = (4899 * first + 9617 * green + 1868 * blue + half - (half << 14)) >> bitDepth
    cb[x] = (8192 * blue - 2765 * first - 5427 * green + half) >> bitDepth
    cr[x] = (8192 * first - 6860 * green - 1332 * blue + half) >> bitDepth
  }
}

/** The forward sum of four 8-bit pixels, rounded: red and green in pairs of 16 bits, blue beside zeros. */
// @inline
function weigh(redGreen: v128, blue: v128, redGreenWeights: v128, blueWeights: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(redGreen, redGreenWeights), i32x4.dot_i16x8_s(blue, blueWeights))
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(128)), 8)
}

/** Four pixels at a time of 8-bit RGB; returns how many it did (it reads 16 bytes at once, and stays inside the row). */
function loadRow8(row: usize, width: i32, to: usize, planeBytes: usize): i32 {
  const bytes = 3 * width
  let x: i32 = 0
  for (let at: i32 = 0; at + 16 <= bytes; at += 12) {
    const pixels = v128.load(row + <usize>at)
    const zero = i32x4.splat(0)
    const redGreen = i8x16.shuffle(pixels, zero, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16)
    const blue = i8x16.shuffle(pixels, zero, 2, 16, 16, 16, 5, 16, 16, 16, 8, 16, 16, 16, 11, 16, 16, 16)
    const out = to + ((<usize>x) << 2)
    const luma = weigh(redGreen, blue, i16x8(4899, 9617, 4899, 9617, 4899, 9617, 4899, 9617), i16x8(1868, 0, 1868, 0, 1868, 0, 1868, 0))
    v128.store(out, i32x4.sub(luma, i32x4.splat(8192)))
    v128.store(
      out + planeBytes,
      weigh(redGreen, blue, i16x8(-2765, -5427, -2765, -5427, -2765, -5427, -2765, -5427), i16x8(8192, 0, 8192, 0, 8192, 0, 8192, 0)),
    )
    v128.store(
      out + 2 * planeBytes,
      weigh(redGreen, blue, i16x8(8192, -6860, 8192, -6860, 8192, -6860, 8192, -6860), i16x8(-1332, 0, -1332, 0, -1332, 0, -1332, 0)),
    )
    x += 4
  }
  return x
}

/**
 * Fills planes from samples; beyond the picture they repeat its last column and row.
 */
export function loadPlanes(
  samples: usize,
  width: i32,
  height: i32,
  channels: i32,
  bitDepth: i32,
  planes: usize,
  planeBytes: i32,
  paddedWidth: i32,
  paddedHeight: i32,
): void {
  loadRows(samples, width, height, channels, bitDepth, planes, planeBytes, paddedWidth, 0, paddedHeight)
}

/** Rows `first` to before `end` of that: those of the planes, from the top down. */
export function loadRows(
  samples: usize,
  width: i32,
  height: i32,
  channels: i32,
  bitDepth: i32,
  planes: usize,
  planeBytes: i32,
  paddedWidth: i32,
  first: i32,
  end: i32,
): void {
  const sourceBytes = <usize>(width * channels * (bitDepth > 8 ? 2 : 1))
  const rowBytes = (<usize>paddedWidth) << 2
  for (let y = first; y < end; y++) {
    const to = planes + <usize>y * rowBytes
    if (y < height) {
      const row = samples + <usize>y * sourceBytes
      const done = bitDepth == 8 && channels == 3 ? loadRow8(row, width, to, planeBytes) : 0
      loadRow(row, done, width, channels, bitDepth, to, planeBytes)
    }
    for (let c: i32 = 0; c < channels; c++) {
      const line = to + <usize>c * <usize>planeBytes
      if (y >= height) memory.copy(line, line - rowBytes, rowBytes)
      else {
        const plane = rowAt<i32>(line)
        const last = plane[width - 1]
        for (let x = width; x < paddedWidth; x++) plane[x] = last
      }
    }
  }
}

/** One row of pixels from `from` on, one by one. */
function storeRow(line: usize, planeBytes: usize, from: i32, width: i32, channels: i32, bitDepth: i32, row: usize): void {
  const wide = bitDepth > 8
  const lumas = rowAt<i32>(line)
  const cbs = rowAt<i32>(line + planeBytes)
  const crs = rowAt<i32>(line + 2 * planeBytes)
  for (let x = from; x < width; x++) {
    const index = x * channels
    const luma = lumas[x] << 13
    if (channels < 3) {
      storeSample(row, index, sampleOf(luma, bitDepth), wide)
      continue
    }
    const cb = cbs[x]
    const cr = crs[x]
    storeSample(row, index, sampleOf(luma + 11485 * cr, bitDepth), wide)
    storeSample(row, index + 1, sampleOf(luma - 2819 * cb - 5850 * cr, bitDepth), wide)
    storeSample(row, index + 2, sampleOf(luma + 14516 * cb, bitDepth), wide)
  }
}

/** Four pixels at a time to 8-bit RGB; returns how many it did. */
function storeRow8(line: usize, planeBytes: usize, width: i32, row: usize): i32 {
  let x: i32 = 0
  for (; x + 4 <= width; x += 4) {
    const at = line + ((<usize>x) << 2)
    const luma = i32x4.add(i32x4.shl(v128.load(at), 13), i32x4.splat((1 << 26) + (1 << 18)))
    const cb = v128.load(at + planeBytes)
    const cr = v128.load(at + 2 * planeBytes)
    const red = i32x4.shr_s(i32x4.add(luma, i32x4.mul(cr, i32x4.splat(11485))), 19)
    const greenPart = i32x4.add(i32x4.mul(cb, i32x4.splat(2819)), i32x4.mul(cr, i32x4.splat(5850)))
    const green = i32x4.shr_s(i32x4.sub(luma, greenPart), 19)
    const blue = i32x4.shr_s(i32x4.add(luma, i32x4.mul(cb, i32x4.splat(14516))), 19)
    const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(red, green), i16x8.narrow_i32x4_s(blue, blue))
    const pixels = i8x16.shuffle(bytes, bytes, 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 0, 0, 0, 0)
    v128.store64_lane(row + <usize>(3 * x), pixels, 0)
    v128.store32_lane(row + <usize>(3 * x), pixels, 2, 8)
  }
  return x
}

/** The inverse of {@link loadPlanes}: the width x height samples at the top left. Numbers out of range are clamped. */
export function storePlanes(
  planes: usize,
  planeBytes: i32,
  paddedWidth: i32,
  width: i32,
  height: i32,
  channels: i32,
  bitDepth: i32,
  out: usize,
): void {
  storeRows(planes, planeBytes, paddedWidth, width, channels, bitDepth, out, 0, height)
}

/** Rows `first` to before `end` of that; `out` is where the first of all goes. */
export function storeRows(
  planes: usize,
  planeBytes: i32,
  paddedWidth: i32,
  width: i32,
  channels: i32,
  bitDepth: i32,
  out: usize,
  first: i32,
  end: i32,
): void {
  const outBytes = <usize>(width * channels * (bitDepth > 8 ? 2 : 1))
  for (let y = first; y < end; y++) {
    const line = planes + ((<usize>(y * paddedWidth)) << 2)
    const row = out + <usize>y * outBytes
    const done = bitDepth == 8 && channels == 3 ? storeRow8(line, planeBytes, width, row) : 0
    storeRow(line, planeBytes, done, width, channels, bitDepth, row)
  }
}
