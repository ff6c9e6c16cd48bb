/**
 * Alpha of one tile: samples to a stream and back. FORMAT.md, "Alpha".
 *
 *     kind (1 byte)   0 constant: its value (varint)
 *                     1 plane:    bound (varint), then the samples: {@link ./kernel/plane}
 *                     2 table:    bound (varint), levels - 2 (varint), the lowest, then each as the difference to the one before less 1
 *                                 (varints), then their numbers as a plane of samples
 *                     3 blocks:   length (varint) of a plane stream without a bound: 0 where alpha is 0, 2 where it is everything, else
 *                                 1; coarser (1 byte), weighting (1 byte); number of corrections (varint), of each the samples since the
 *                                 one before and what is added, in eighths of 8 bits, 2 x - 1 for x > 0, else -2 x (varints); then the
 *                                 rest as a tile with one plane: {@link ../blocks}
 */
import { ByteReader, ByteWriter } from '../../container/bytes.js'
import { joined } from '../../container/container.js'
import { checkPayload, type PayloadReader } from '../../entropy/payload.js'
import { LaqError } from '../../errors.js'
import { isDue, type RunOptions, turn } from '../../turns.js'
import { type KernelExports, place } from '../../wasm/loader.js'
import { decodeBlockTile, encodeBlockTile } from '../blocks/tile.js'
import { alphaHeader, type ImageHeader } from '../header.js'
import { withKernel } from '../kernels.js'
import { type Samples, samplesFor } from '../picture.js'
import type { SearchSettings } from '../settings.js'
import { fillHidden } from './hidden.js'

const CONSTANT = 0
const PLANE = 1
const TABLE = 2
const BLOCKS = 3

/** Up to so many levels are always exact: masks, and what was drawn with a few. */
const FEW_LEVELS = 16
/** The most that a table has. */
const MOST_LEVELS = 256

interface AlphaExports extends KernelExports, PayloadReader {
  createPlane(width: number, height: number, most: number, bound: number): number
  /** Address of a row's first sample. */
  rowOf(plane: number, row: number): number
  startEncoder(): void
  startDecoder(payload: number, length: number): void
  codeRow(plane: number, row: number): void
  finishEncoder(): number
  encodedBytes(): number
}

export interface AlphaStream {
  stream: Uint8Array<ArrayBuffer>
  /** What a decoder will have. */
  samples: Samples
}

/** No sample of alpha may be off by more than so many levels of 8 bits, and so many of its steps. */
const MOST_LEVELS_OFF = 8
const MOST_STEPS_OFF = 3

/** Step size of alpha in its own units, whose full scale is 2^bitDepth. */
const stepOf = ({ step, bitDepth }: ImageHeader): number => 2 ** (step / 24 - 14 + bitDepth)

/**
 * Codes alpha within half its step as a plane, or as blocks where these are smaller by far.
 *
 * @param alpha row-major, a sample per pixel
 * @param header of the whole picture
 */
export async function encodeAlpha(
  alpha: Samples,
  width: number,
  height: number,
  header: ImageHeader,
  settings: SearchSettings,
  options: RunOptions,
): Promise<AlphaStream> {
  const most = 2 ** header.bitDepth - 1
  const levels = levelsOf(alpha)
  if (levels.length === 1) {
    const out = new ByteWriter()
    out.u8(CONSTANT)
    out.varint(levels[0])
    return { stream: out.finish(), samples: alpha }
  }
  const bound = Math.max(0, Math.round((stepOf(alphaHeader(header)) - 1) / 2))
  if (levels.length <= FEW_LEVELS) return encodeTable(alpha, width, height, levels, 0, options)
  const gap = levels[1] - levels[0]
  if (header.bitDepth > 8 && levels.length <= MOST_LEVELS && levels.every((level, i) => level === levels[0] + i * gap)) {
    return encodeTable(alpha, width, height, levels, Math.floor(bound / gap), options)
  }
  const { stream, samples } = await codePlane(alpha, width, height, most, bound, options)
  const plane = { stream: withHead(PLANE, [bound], stream), samples }
  if (bound < LEAST_BOUND || 8 * stream.length < LEAST_BITS_PER_PIXEL * alpha.length) return plane
  const allowed = (MOST_LEVELS_OFF / 8) * correctionUnit(header) + MOST_STEPS_OFF * stepOf(alphaHeader(header))
  const blocks = await encodeAsBlocks(alpha, width, height, header, settings, allowed, options)
  return blocks.stream.length < WORTHWHILE * plane.stream.length && largestError(alpha, blocks.samples) <= allowed ? blocks : plane
}

function largestError(alpha: Samples, coded: Samples): number {
  let largest = 0
  for (let i = 0; i < alpha.length; i++) largest = Math.max(largest, Math.abs(alpha[i] - coded[i]))
  return largest
}

/** Blocks are tried from this bound, and from so many bits of the plane on: below, it is nearly always smaller. */
const LEAST_BOUND = 1
const LEAST_BITS_PER_PIXEL = 0.3
/** Blocks err more than a plane, in texture: they must be this much smaller. */
const WORTHWHILE = 0.9
/** Texture has the steps of colour, coarser where it is fine. */
const COARSER = 10
const BLOCK_WEIGHTING = 60

/** What errs too much after all is corrected sample by sample. */
async function encodeAsBlocks(
  alpha: Samples,
  width: number,
  height: number,
  header: ImageHeader,
  settings: SearchSettings,
  allowed: number,
  options: RunOptions,
): Promise<AlphaStream> {
  const most = 2 ** header.bitDepth - 1
  const parts = alpha.map((value) => (value === 0 ? 0 : value === most ? 2 : 1)) as Samples
  const mask = await codePlane(parts, width, height, 2, 0, options)
  const rest = alpha.slice() as Samples
  await fillHidden(rest, parts.map((part) => part & 1) as Samples, width, height, options)
  const blockHeader = alphaHeader(header, width, height, COARSER, BLOCK_WEIGHTING)
  const [payload] = (
    await encodeBlockTile({ header: blockHeader, settings: { ...settings, strength: 0 }, width, height, samples: rest }, options)
  ).parts
  const samples = await decodeBlocks(payload, parts, blockHeader, options)
  const corrections = new ByteWriter()
  const unit = correctionUnit(header)
  let count = 0
  let last = -1
  for (let i = 0; i < alpha.length; i++) {
    if (Math.abs(samples[i] - alpha[i]) <= allowed) continue
    const added = Math.round((alpha[i] - samples[i]) / unit)
    corrections.varint(i - last - 1)
    corrections.varint(added > 0 ? 2 * added - 1 : -2 * added)
    samples[i] = Math.max(0, Math.min(most, samples[i] + added * unit))
    count++
    last = i
  }
  const head = withHead(BLOCKS, [mask.stream.length], mask.stream)
  const facts = withHead(COARSER, [BLOCK_WEIGHTING, count], corrections.finish())
  return { stream: joined([head, facts, payload]), samples }
}

/** Eight levels of 8 bits. */
const correctionUnit = ({ bitDepth }: ImageHeader): number => 2 ** (bitDepth - 5)

async function decodeBlocks(payload: Uint8Array<ArrayBuffer>, parts: Samples, header: ImageHeader, options: RunOptions): Promise<Samples> {
  const { width, height } = header
  const { samples } = await decodeBlockTile({ header, width, height, scale: 1, parts: [payload] }, options)
  for (let i = 0; i < samples.length; i++) {
    if (parts[i] !== 1) samples[i] = parts[i] === 0 ? 0 : 2 ** header.bitDepth - 1
  }
  return samples
}

/** @throws LaqError 'malformed' or 'truncated' */
export async function decodeAlpha(
  stream: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  header: ImageHeader,
  options: RunOptions,
): Promise<Samples> {
  const most = 2 ** header.bitDepth - 1
  const input = new ByteReader(stream)
  const within = (name: string, least: number, last: number) => {
    const value = input.varint()
    if (value < least || value > last) throw new LaqError('malformed', `alpha: ${name} ${value} is outside ${least}..${last}`)
    return value
  }
  const kind = input.u8()
  if (kind === CONSTANT) return samplesFor(header.bitDepth, width * height).fill(within('level', 0, most))
  if (kind === PLANE) {
    const bound = within('bound', 0, most)
    return decodePlane(stream.subarray(input.offset), width, height, most, bound, header.bitDepth, options)
  }
  if (kind === TABLE) {
    const bound = within('bound', 0, most)
    const count = within('levels', 0, MOST_LEVELS - 2) + 2
    const levels: number[] = []
    for (let last = -1; levels.length < count; levels.push(last)) last += within('level', 0, most - last - 1) + 1
    const numbers = await decodePlane(stream.subarray(input.offset), width, height, count - 1, bound, header.bitDepth, options)
    for (let i = 0; i < numbers.length; i++) numbers[i] = levels[numbers[i]]
    return numbers
  }
  if (kind !== BLOCKS) throw new LaqError('malformed', `alpha: there is no kind ${kind}`)
  const length = within('length', 0, input.left)
  const parts = await decodePlane(input.raw(length) as Uint8Array<ArrayBuffer>, width, height, 2, 0, 8, options)
  const blockHeader = alphaHeader(header, width, height, input.u8(), within('weighting', 0, 255))
  const corrections: [place: number, added: number][] = []
  for (let left = within('corrections', 0, width * height), place = -1; left > 0; left--) {
    place += within('place', 0, width * height - place - 2) + 1
    const folded = within('correction', 0, 2 * most)
    corrections.push([place, folded & 1 ? (folded + 1) / 2 : -folded / 2])
  }
  const samples = await decodeBlocks(stream.subarray(input.offset), parts, blockHeader, options)
  for (const [place, added] of corrections) {
    samples[place] = Math.max(0, Math.min(most, samples[place] + added * correctionUnit(header)))
  }
  return samples
}

/** The levels that there are, ascending. */
function levelsOf(alpha: Samples): number[] {
  const used = new Uint8Array(2 ** (8 * alpha.BYTES_PER_ELEMENT))
  for (const value of alpha) used[value] = 1
  return [...used.keys()].filter((level) => used[level])
}

async function encodeTable(
  alpha: Samples,
  width: number,
  height: number,
  levels: number[],
  bound: number,
  options: RunOptions,
): Promise<AlphaStream> {
  const numbers = new Uint16Array(levels[levels.length - 1] + 1)
  for (const [number, level] of levels.entries()) numbers[level] = number
  const { stream, samples } = await codePlane(
    alpha.map((value) => numbers[value]) as Samples,
    width,
    height,
    levels.length - 1,
    bound,
    options,
  )
  for (let i = 0; i < samples.length; i++) samples[i] = levels[samples[i]]
  const differences = levels.map((level, i) => (i === 0 ? level : level - levels[i - 1] - 1))
  return { stream: withHead(TABLE, [bound, levels.length - 2, ...differences], stream), samples }
}

function withHead(kind: number, numbers: number[], stream: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter()
  head.u8(kind)
  for (const number of numbers) head.varint(number)
  return joined([head.finish(), stream])
}

/** Codes the rows of a plane, from the first; `payload` is what a decoder reads. */
async function eachRow(exports: AlphaExports, plane: number, height: number, options: RunOptions, payload?: Uint8Array): Promise<void> {
  for (let row = 0; row < height; row++) {
    if (isDue()) await turn(options)
    exports.codeRow(plane, row)
    if (payload) checkPayload(exports, payload)
  }
}

async function codePlane(
  plane: Samples,
  width: number,
  height: number,
  most: number,
  bound: number,
  options: RunOptions,
): Promise<AlphaStream> {
  return withKernel<AlphaExports, AlphaStream>('alpha', options, async (kernel) => {
    const { exports } = kernel
    const state = exports.createPlane(width, height, most, bound)
    const row = (y: number) => new Uint16Array(kernel.memory.buffer, exports.rowOf(state, y), width)
    for (let y = 0; y < height; y++) row(y).set(plane.subarray(y * width, (y + 1) * width))
    exports.startEncoder()
    await eachRow(exports, state, height, options)
    const length = exports.finishEncoder()
    const stream = new Uint8Array(kernel.memory.buffer, exports.encodedBytes(), length).slice()
    const samples = samplesFor(8 * plane.BYTES_PER_ELEMENT, plane.length)
    for (let y = 0; y < height; y++) samples.set(row(y), y * width)
    return { stream, samples }
  })
}

async function decodePlane(
  stream: Uint8Array,
  width: number,
  height: number,
  most: number,
  bound: number,
  bitDepth: number,
  options: RunOptions,
): Promise<Samples> {
  return withKernel<AlphaExports, Samples>('alpha', options, async (kernel) => {
    const { exports } = kernel
    const plane = exports.createPlane(width, height, most, bound)
    exports.startDecoder(place(kernel, stream), stream.length)
    await eachRow(exports, plane, height, options, stream)
    const samples = samplesFor(bitDepth, width * height)
    for (let y = 0; y < height; y++) {
      samples.set(new Uint16Array(kernel.memory.buffer, exports.rowOf(plane, y), width), y * width)
    }
    return samples
  })
}
