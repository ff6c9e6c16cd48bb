/** Alpha and colour of a tile: told apart as samples, and as streams of one payload. */
import { ByteReader, ByteWriter } from '../../container/bytes.js'
import { joined } from '../../container/container.js'
import { LaqError } from '../../errors.js'
import { type Samples, samplesFor } from '../picture.js'
import type { Scale } from '../tile.js'

/** Colour and alpha of interleaved samples whose last channel is alpha. */
export function splitAlpha(samples: Samples, channels: number): { colour: Samples; alpha: Samples } {
  const count = samples.length / channels
  const colours = channels - 1
  const colour = samplesFor(samples.BYTES_PER_ELEMENT * 8, count * colours)
  const alpha = samplesFor(samples.BYTES_PER_ELEMENT * 8, count)
  for (let i = 0, from = 0, to = 0; i < count; i++) {
    for (let c = 0; c < colours; c++) colour[to++] = samples[from++]
    alpha[i] = samples[from++]
  }
  return { colour, alpha }
}

/**
 * Interleaves colour at 1:scale with alpha, which is of `width` x `height` whatever the scale: its mean over each cell of scale x
 * scale, rounded, or over what there is of the cell at the right and lower edges.
 */
export function joinAlpha(colour: Samples, alpha: Samples, width: number, height: number, channels: number, scale: Scale): Samples {
  const colours = channels - 1
  const small = scale === 1 ? alpha : meansOf(alpha, width, height, scale)
  const samples = samplesFor(colour.BYTES_PER_ELEMENT * 8, small.length * channels)
  for (let i = 0, from = 0, to = 0; i < small.length; i++) {
    for (let c = 0; c < colours; c++) samples[to++] = colour[from++]
    samples[to++] = small[i]
  }
  return samples
}

function meansOf(plane: Samples, width: number, height: number, scale: number): Samples {
  const columns = Math.ceil(width / scale)
  const means = samplesFor(plane.BYTES_PER_ELEMENT * 8, columns * Math.ceil(height / scale))
  for (let i = 0; i < means.length; i++) {
    const left = (i % columns) * scale
    const top = Math.floor(i / columns) * scale
    const right = Math.min(left + scale, width)
    const bottom = Math.min(top + scale, height)
    let sum = 0
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += plane[y * width + x]
    means[i] = Math.floor(sum / ((right - left) * (bottom - top)) + 0.5)
  }
  return means
}

/** The first stream behind its length, then the second to the payload's end. */
export function joinStreams(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter()
  head.varint(first.length)
  return joined([head.finish(), first, second])
}

/** @throws LaqError 'malformed' if the first is longer than the payload */
export function splitStreams(payload: Uint8Array<ArrayBuffer>): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const input = new ByteReader(payload)
  const length = input.varint()
  if (length > input.left) throw new LaqError('malformed', `a tile's alpha has ${length} bytes where ${input.left} are left`)
  return [payload.subarray(input.offset, input.offset + length), payload.subarray(input.offset + length)]
}
