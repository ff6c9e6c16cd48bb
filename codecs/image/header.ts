/**
 * Image header: what follows the kind byte in chunk H.
 *
 *     width, height       varint   1..2^24 - 1, in pixels
 *     format              u8       bits 0-1 channels - 1 (grey, grey+alpha, RGB, RGBA), bits 2-5 bit depth - 8 (0..8),
 *                                  bit 6 transform (0 DCT, 1 wavelet), bit 7 step field present
 *     tile size           u8       in superblocks of 64 pixels, 1..32; 0 = one tile, allowed up to 2048 x 2048 pixels
 *     step                varint   0..383: step size 2^(step/24) for full scale = 2^14
 *     chroma step         u8       0..96: added to the step of planes 1 and 2 of a colour image, less 48
 *     weighting           2 x u8   0..255: slope of the step over frequency, luma and chroma, in 1/32
 *     reconstruction      u8       wavelet: how far towards zero a level is taken back, in 1/32: bits 0-3 level 1, bits 4-7 above
 *     chroma              u8       DCT, in its place: of colour images bit 0 0 for 4:4:4, 1 for 4:2:0; bits 1-6 chroma balance + 32;
 *                                  of others 0
 *     alpha step          u8       only of images with alpha: added to the step of alpha, less 128
 */
import { ByteReader, ByteWriter } from '../container/bytes.js'
import { LaqError } from '../errors.js'
import { checkLimit, type Limits } from '../limits.js'

export const TRANSFORMS = ['dct', 'wavelet'] as const
export type Transform = (typeof TRANSFORMS)[number]

export const CHROMA = ['4:4:4', '4:2:0'] as const
export type Chroma = (typeof CHROMA)[number]

/** What an image file says before its data. */
export interface ImageHeader {
  /** Width in pixels, 1..2^24 - 1. */
  width: number
  /** Height in pixels, 1..2^24 - 1. */
  height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA. */
  channels: number
  /** Bits per sample, 8..16. */
  bitDepth: number
  /** How samples become coefficients: blocks with the DCT, or wavelets. */
  transform: Transform
  /** Whether each tile starts with a step field; without one every region's multiplier is 1. */
  hasStepField: boolean
  /** Side of a tile in pixels, a multiple of 64; 0 for a single tile of any size up to 2048 x 2048. */
  tileSize: number
  /** Base step in 1/24 octave: 2^(step/24) on samples whose full scale is 2^14. */
  step: number
  /** Added to `step` for the two chroma planes, -48..48. */
  chromaStep: number
  /** Added to the step of plane 1 (Cb) and taken from that of plane 2 (Cr), -32..31. It is for the DCT. */
  chromaBalance: number
  /** Slope of the step over frequency in 1/32, luma (and alpha) and chroma. */
  weighting: [number, number]
  /** Reconstruction offset towards zero in 1/32 of a step, of level 1 and of the levels above. It is for wavelets. */
  reconstruction: [number, number]
  /** Samples of chroma: as many as of luma, or, of DCT files, half as many each way. */
  chroma: Chroma
  /** Added to `step` for alpha, -128..127; 0 without alpha. */
  alphaStep: number
}

/** Whether the last channel is alpha. */
export const hasAlpha = (channels: number): boolean => channels % 2 === 0

/** What the colour of a picture with alpha is coded with. */
export function colourHeader(header: ImageHeader): ImageHeader {
  return { ...header, channels: header.channels - 1, alphaStep: 0 }
}

/**
 * What a tile's alpha is coded with if it is coded as blocks: one plane, one step for all.
 *
 * @param coarser added to its step, in 1/24 octave
 * @param weighting slope of the step over frequency, in 1/32
 */
export function alphaHeader(header: ImageHeader, width = header.width, height = header.height, coarser = 0, weighting = 0): ImageHeader {
  return {
    width,
    height,
    channels: 1,
    bitDepth: header.bitDepth,
    transform: 'dct',
    hasStepField: false,
    tileSize: 0,
    step: Math.max(0, Math.min(MAX_STEP, header.step + header.alphaStep + coarser)),
    chromaStep: 0,
    chromaBalance: 0,
    weighting: [weighting, weighting],
    reconstruction: [0, 0],
    chroma: '4:4:4',
    alphaStep: 0,
  }
}

const MAX_SIDE = 2 ** 24 - 1
const MAX_TILE = 2048
export const MAX_STEP = 383

export function writeImageHeader(header: ImageHeader): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  out.varint(header.width)
  out.varint(header.height)
  const transform = TRANSFORMS.indexOf(header.transform)
  out.u8((header.channels - 1) | ((header.bitDepth - 8) << 2) | (transform << 6) | (header.hasStepField ? 128 : 0))
  out.u8(header.tileSize / 64)
  out.varint(header.step)
  out.u8(header.chromaStep + 48)
  out.u8(header.weighting[0])
  out.u8(header.weighting[1])
  if (header.transform === 'dct') out.u8(header.channels < 3 ? 0 : CHROMA.indexOf(header.chroma) | ((header.chromaBalance + 32) << 1))
  else out.u8(header.reconstruction[0] | (header.reconstruction[1] << 4))
  if (hasAlpha(header.channels)) out.u8(header.alphaStep + 128)
  return out.finish()
}

/** @throws LaqError 'malformed' on a value out of range, 'limit' on too many pixels, 'truncated' */
export function readImageHeader(payload: Uint8Array, limits?: Partial<Limits>): ImageHeader {
  const input = new ByteReader(payload)
  const within = (name: string, value: number, least: number, most: number) => {
    if (value < least || value > most) throw new LaqError('malformed', `image header: ${name} ${value} is outside ${least}..${most}`)
    return value
  }
  const width = within('width', input.varint(), 1, MAX_SIDE)
  const height = within('height', input.varint(), 1, MAX_SIDE)
  checkLimit('pixels', width * height, limits)
  const format = input.u8()
  const tileSize = within('tile size', input.u8(), 0, MAX_TILE / 64) * 64
  if (tileSize === 0 && Math.max(width, height) > MAX_TILE) {
    throw new LaqError('malformed', `image header: ${width} x ${height} in one tile, which holds ${MAX_TILE} x ${MAX_TILE}`)
  }
  const step = within('step', input.varint(), 0, MAX_STEP)
  const chromaStep = within('chroma step', input.u8(), 0, 96) - 48
  const weighting: [number, number] = [input.u8(), input.u8()]
  const channels = (format & 3) + 1
  const transform = TRANSFORMS[(format >> 6) & 1]
  const last = input.u8()
  const chroma = transform === 'dct' ? within('chroma', last, 0, channels >= 3 ? 127 : 0) : 0
  const reconstruction = transform === 'dct' ? 0 : last
  const alphaStep = hasAlpha(channels) ? input.u8() - 128 : 0
  if (input.left > 0) throw new LaqError('malformed', `image header: ${input.left} bytes too many`)
  return {
    width,
    height,
    channels,
    bitDepth: within('bit depth', ((format >> 2) & 15) + 8, 8, 16),
    transform,
    hasStepField: format >= 128,
    tileSize,
    step,
    chromaStep,
    chromaBalance: transform === 'dct' && channels >= 3 ? (chroma >> 1) - 32 : 0,
    weighting,
    reconstruction: [reconstruction & 15, reconstruction >> 4],
    chroma: CHROMA[chroma & 1],
    alphaStep,
  }
}

/** A part of an image, such as a tile, in pixels. */
export interface TileArea {
  /** Columns on its left. */
  x: number
  /** Rows above it. */
  y: number
  /** At least 1. */
  width: number
  /** At least 1. */
  height: number
}

/** How many tiles an image has. */
export function tileCount({ width, height, tileSize }: Pick<ImageHeader, 'width' | 'height' | 'tileSize'>): number {
  const side = tileSize || Math.max(width, height)
  return Math.ceil(width / side) * Math.ceil(height / side)
}

/** The tiles of an image, row by row: the order of their data; of a part of it (not empty), those that it touches. */
export function tileAreas(
  header: Pick<ImageHeader, 'width' | 'height' | 'tileSize'>,
  part: TileArea = { x: 0, y: 0, width: header.width, height: header.height },
): (TileArea & { index: number })[] {
  const { width, height } = header
  const side = header.tileSize || Math.max(width, height)
  const columns = Math.ceil(width / side)
  const [left, top] = [Math.floor(part.x / side), Math.floor(part.y / side)]
  const [right, bottom] = [Math.ceil((part.x + part.width) / side), Math.ceil((part.y + part.height) / side)]
  const areas: (TileArea & { index: number })[] = []
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [x, y] = [column * side, row * side]
      areas.push({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y), index: row * columns + column })
    }
  }
  return areas
}
