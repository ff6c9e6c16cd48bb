/** One tile of an image: samples to bytes and back. Colour goes through blocks or wavelets, alpha has a stream of its own. */
import { LaqError } from '../errors.js'
import type { RunOptions } from '../turns.js'
import { decodeAlpha, encodeAlpha } from './alpha/alpha.js'
import { fillHidden } from './alpha/hidden.js'
import { joinAlpha, joinStreams, splitAlpha, splitStreams } from './alpha/streams.js'
import { decodeBlockTile, encodeBlockTile } from './blocks/tile.js'
import { colourHeader, hasAlpha } from './header.js'
import { type DecodeImageTile, type EncodeImageTile, IMAGE_PARTS, type ImageTileBytes, type ImageTileSamples } from './tile.js'
import { decodeWaveletTile, encodeWaveletTile } from './wavelet/tile.js'

const ALPHA_PART = IMAGE_PARTS.indexOf('alpha')

/** @throws whatever the kernels throw */
export async function encodeImageTile(task: EncodeImageTile, options: RunOptions = {}): Promise<ImageTileBytes> {
  const { header, settings, width, height, samples } = task
  const encodeColour = header.transform === 'dct' ? encodeBlockTile : encodeWaveletTile
  if (!hasAlpha(header.channels)) return encodeColour(task, options)
  const { colour, alpha } = splitAlpha(samples, header.channels)
  const coded = await encodeAlpha(alpha, width, height, header, settings, options)
  await fillHidden(colour, coded.samples, width, height, options)
  const { parts, bits } = await encodeColour({ ...task, header: colourHeader(header), samples: colour }, options)
  bits[ALPHA_PART] = 8 * coded.stream.length
  return { parts: [joinStreams(coded.stream, parts[0]), ...parts.slice(1)], bits }
}

/** @throws LaqError 'malformed' on a payload that contradicts itself, or ends before what it codes */
export async function decodeImageTile(task: DecodeImageTile, options: RunOptions = {}): Promise<ImageTileSamples> {
  const { header, width, height, scale, parts } = task
  const decodeColour = header.transform === 'dct' ? decodeBlockTile : decodeWaveletTile
  if (!hasAlpha(header.channels)) return decodeColour(task, options)
  const { stream, rest, alpha } = await readAlpha(task, options)
  const decoded = await decodeColour({ ...task, header: colourHeader(header), parts: [rest, ...parts.slice(1)] }, options)
  decoded.bits[ALPHA_PART] = 8 * stream.length
  return { ...decoded, samples: joinAlpha(decoded.samples, alpha, width, height, header.channels, scale) }
}

async function readAlpha({ header, width, height, parts: [payload] }: DecodeImageTile, options: RunOptions) {
  try {
    const [stream, rest] = splitStreams(payload)
    return { stream, rest, alpha: await decodeAlpha(stream, width, height, header, options) }
  } catch (error) {
    // the payload is whole, as its CRC says
    if (!(error instanceof LaqError) || error.code !== 'truncated') throw error
    throw new LaqError('malformed', `alpha of a tile, in data of ${payload.length} bytes: ${error.message}`, { cause: error })
  }
}
