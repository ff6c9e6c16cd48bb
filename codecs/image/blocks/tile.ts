/** Grey or colour planes of one tile as blocks with the DCT: samples to bytes and back, through the kernels. */
import { checkPayload, type PayloadReader } from '../../entropy/payload.js'
import { inSteps, type RunOptions } from '../../turns.js'
import { fromBase64, type Kernel, type KernelExports, place } from '../../wasm/loader.js'
import { withKernel } from '../kernels.js'
import { tileParameters } from '../parameters.js'
import type { SearchSettings } from '../settings.js'
import { copyBits, type DecodeImageTile, type EncodeImageTile, type ImageTileBytes, type ImageTileSamples } from '../tile.js'
import { SearchSetting } from './search/kernel/settings.js'

interface TileExports extends KernelExports {
  /** Prepares a tile of the given size with {@link tileParameters} and trained models (0: none). Returns its address. */
  createTile(width: number, height: number, parameters: number, priors: number): number
  /** Address of the f64 count of bits of each part. */
  partBits(tile: number): number
  stepField(tile: number): number
}

interface DecoderExports extends TileExports, PayloadReader {
  startDecoder(tile: number, payload: number, length: number): void
  decodeSuperblock(tile: number, column: number, row: number): void
  /** Stores a row of superblocks, from the top down. */
  storeSamples(tile: number, out: number, row: number): void
  cellShapes(tile: number): number
  cellBits(tile: number): number
}

interface EncoderExports extends TileExports {
  /** Loads a row of superblocks, from the top down. */
  loadSamples(tile: number, samples: number, row: number): void
  /** `settings`: address of {@link settingsArray}. */
  startEncoder(tile: number, settings: number): void
  encodeSuperblock(tile: number, column: number, row: number): void
  /** Ends the stream and returns its length; its bytes are at {@link encodedBytes}. */
  finishEncoder(): number
  encodedBytes(): number
}

let trained: Uint8Array<ArrayBuffer> | undefined

/** What the models of a block tile start with; a page that decodes none does not load it. */
async function trainedPriors(): Promise<Uint8Array<ArrayBuffer>> {
  trained ??= fromBase64((await import('./priors.js')).default)
  return trained
}

/** What a tile starts with, where it may be given. */
type Priors = Uint8Array<ArrayBuffer> | null | undefined

/** Address of the priors in the arena. 0: there are none. */
async function placePriors(kernel: Kernel, priors: Priors): Promise<number> {
  if (priors === null) return 0
  return place(kernel, priors ?? (await trainedPriors()))
}

/** The settings as a row of {@link SearchSetting}. */
export function settingsArray(settings: SearchSettings): Float32Array<ArrayBuffer> {
  const row = new Float32Array(SearchSetting.Count)
  row[SearchSetting.Lambda] = settings.lambda
  row[SearchSetting.Strength] = settings.strength
  row[SearchSetting.Largest] = settings.largest
  row[SearchSetting.Smallest] = settings.smallest
  row[SearchSetting.Halves] = settings.halves
  row[SearchSetting.Spacing] = settings.spacing
  row[SearchSetting.Finalists] = settings.finalists
  row[SearchSetting.Types] = settings.types
  row[SearchSetting.Chroma] = settings.chroma
  row[SearchSetting.Settled] = settings.settled
  row[SearchSetting.GuessFlat] = settings.guessFlat
  row[SearchSetting.GuessSlope] = settings.guessSlope
  row[SearchSetting.Zero] = settings.zero
  row[SearchSetting.Thorough] = settings.thorough
  row[SearchSetting.Hopeless] = settings.hopeless
  return row
}

/** Superblocks of 64 x 64 pixels, row by row. */
async function eachSuperblock(
  { width, height }: { width: number; height: number },
  options: RunOptions,
  code: (column: number, row: number) => void,
): Promise<void> {
  for (let row = 0; row * 64 < height; row++) await inSteps(Math.ceil(width / 64), options, (column) => code(column, row))
}

/** @param priors what models start with. Default: the trained ones, as in all files. null: models know nothing, to measure what priors bring. */
export async function encodeBlockTile(
  { header, settings, width, height, samples }: EncodeImageTile,
  options: RunOptions = {},
  priors?: Priors,
): Promise<ImageTileBytes> {
  return withKernel<EncoderExports, ImageTileBytes>('image-encoder', options, async (kernel) => {
    const { exports } = kernel
    const tile = exports.createTile(width, height, tileParameters(kernel, header), await placePriors(kernel, priors))
    const source = place(kernel, samples)
    await inSteps(Math.ceil(height / 64), options, (row) => exports.loadSamples(tile, source, row))
    exports.startEncoder(tile, place(kernel, settingsArray(settings)))
    await eachSuperblock({ width, height }, options, (column, row) => exports.encodeSuperblock(tile, column, row))
    const length = exports.finishEncoder()
    const payload = new Uint8Array(kernel.memory.buffer, exports.encodedBytes(), length).slice()
    return { parts: [payload], bits: copyBits(kernel, exports.partBits(tile)) }
  })
}

/** @param priors as {@link encodeBlockTile} had them */
export async function decodeBlockTile(
  { header, width, height, parts: [payload] }: DecodeImageTile,
  options: RunOptions = {},
  priors?: Priors,
): Promise<ImageTileSamples> {
  return withKernel<DecoderExports, ImageTileSamples>('image-decoder', options, async (kernel) => {
    const { exports } = kernel
    const tile = exports.createTile(width, height, tileParameters(kernel, header), await placePriors(kernel, priors))
    exports.startDecoder(tile, place(kernel, payload), payload.length)
    await eachSuperblock({ width, height }, options, (column, row) => {
      exports.decodeSuperblock(tile, column, row)
      checkPayload(exports, payload)
    })
    const count = width * height * header.channels
    const bytesPerSample = header.bitDepth > 8 ? 2 : 1
    const out = exports.allocate(count * bytesPerSample)
    await inSteps(Math.ceil(height / 64), options, (row) => exports.storeSamples(tile, out, row))
    const bytes = new Uint8Array(kernel.memory.buffer, out, count * bytesPerSample).slice()
    const regions = Math.ceil(width / 32) * Math.ceil(height / 32)
    const cells = Math.ceil(width / 8) * Math.ceil(height / 8)
    return {
      samples: header.bitDepth > 8 ? new Uint16Array(bytes.buffer) : bytes,
      bits: copyBits(kernel, exports.partBits(tile)),
      stepField: new Int8Array(kernel.memory.buffer, exports.stepField(tile), regions).slice(),
      cells: {
        shapes: new Uint8Array(kernel.memory.buffer, exports.cellShapes(tile), cells).slice(),
        bits: new Float32Array(kernel.memory.buffer, exports.cellBits(tile), cells).slice(),
      },
    }
  })
}
