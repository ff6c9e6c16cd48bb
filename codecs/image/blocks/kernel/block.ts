/**
 * One block of all planes, in the order of the stream: luma mode, luma's coefficients, chroma mode, the other planes'
 * coefficients; each plane is reconstructed at once because the next plane and the next block are predicted from it. FORMAT.md, "Blocks".
 *
 * The decoder drives it as it stands; the encoder decides between the steps, through the functions that it shares.
 */

import { CHROMA_MEAN, CHROMA_PLANAR, FROM_LUMA } from './modes'
import { keepLumaBorders, MEAN, PLANAR, predict, predictFromLuma, reachAbove, reachLeft, takeBorders } from './predict'
import { isChroma, sampleAt, shiftOf, strideOf, Tile } from './tile'

/** Luma of a block at the resolution of chroma where that is subsampled. */
const halved: usize = memory.data(32 * 32 * 4, 16)

/** Brings reconstructed luma to the resolution of chroma, for {@link predictPlane} from luma. (x, y) in samples of plane 0. */
export function prepareFromLuma(tile: Tile, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  if (!tile.subsampled) return
  const stride = (<usize>tile.paddedWidth) << 2
  let to = halved
  for (let row = 0; row < 1 << log2Height; row += 2) {
    let from = sampleAt(tile, tile.planes, 0, x, y + row)
    for (let column = 0; column < 1 << log2Width; column += 2) {
      const sum = load<i32>(from) + load<i32>(from, 4) + load<i32>(from + stride) + load<i32>(from + stride, 4)
      store<i32>(to, (sum + 2) >> 2)
      from += 8
      to += 4
    }
  }
}

/** Luma mode that a chroma mode stands for; not for FROM_LUMA. */
// @inline
function modeOfChroma(chromaMode: i32, lumaMode: i32): i32 {
  return chromaMode == CHROMA_PLANAR ? PLANAR : chromaMode == CHROMA_MEAN ? MEAN : lumaMode
}

/** Takes the borders of plane `p` for the block whose place and shape in plane 0 are given. */
export function takePlaneBorders(tile: Tile, p: i32, x: i32, y: i32, log2Width: i32, log2Height: i32): void {
  const shift = shiftOf(tile, p)
  takeBorders(tile, p, x >> shift, y >> shift, (1 << log2Width) >> shift, (1 << log2Height) >> shift, shift)
  if (p == 0 && tile.channels >= 3) keepLumaBorders(1 << log2Width, 1 << log2Height, tile.subsampled)
}

/** Predicts plane `p` of the block whose place and shape in plane 0 are given, after {@link takePlaneBorders}. */
export function predictPlane(
  tile: Tile,
  p: i32,
  x: i32,
  y: i32,
  log2Width: i32,
  log2Height: i32,
  mode: i32,
  chromaMode: i32,
  out: usize,
): void {
  const shift = shiftOf(tile, p)
  const w = log2Width - shift
  const h = log2Height - shift
  if (!isChroma(tile, p)) predict(mode, w, h, out)
  else if (chromaMode != FROM_LUMA) predict(modeOfChroma(chromaMode, mode), w, h, out)
  else {
    const luma = shift ? halved : sampleAt(tile, tile.planes, 0, x, y)
    predictFromLuma(luma, shift ? 1 << w : strideOf(tile, 0), w, h, reachAbove > 0, reachLeft > 0, out)
  }
}
