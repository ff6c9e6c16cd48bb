/** Encoder and decoder of block tiles side by side: they must have the same samples before them at every block. */
import { createTile, decodeSuperblock, startDecoder } from '../../codecs/image/blocks/kernel/decoder'
import { sampleAt, shiftOf, Tile } from '../../codecs/image/blocks/kernel/tile'
import {
  createTile as createEncoder,
  encodedBytes,
  encodeSuperblock,
  finishEncoder,
  loadSamples,
  startEncoder,
} from '../../codecs/image/blocks/search/kernel/encoder'
import { Row } from '../../codecs/wasm/kernel/row'

/** Encodes a tile, decodes it, and returns how many samples of the planes the two do not agree on. */
export function drift(width: i32, height: i32, parameters: Row<i32>, priors: usize, samples: usize, settings: Row<f32>): i32 {
  const encoder = createEncoder(width, height, parameters, priors)
  for (let row = 0; row << 6 < height; row++) loadSamples(encoder, samples, row)
  startEncoder(encoder, settings)
  for (let row = 0; row << 6 < height; row++) {
    for (let column = 0; column << 6 < width; column++) encodeSuperblock(encoder, column, row)
  }
  const length = finishEncoder()
  const decoder = createTile(width, height, parameters, priors)
  startDecoder(decoder, encodedBytes(), length)
  for (let row = 0; row << 6 < height; row++) {
    for (let column = 0; column << 6 < width; column++) decodeSuperblock(decoder, column, row)
  }
  const a = changetype<Tile>(encoder)
  const b = changetype<Tile>(decoder)
  let differing = 0
  for (let p = 0; p < a.planeCount; p++) {
    const shift = shiftOf(a, p)
    const count = (a.paddedWidth >> shift) * (a.paddedHeight >> shift)
    for (let i = 0; i < count; i++) {
      if (load<i32>(sampleAt(a, a.planes, p, i, 0)) != load<i32>(sampleAt(b, b.planes, p, i, 0))) differing++
    }
  }
  return differing
}
