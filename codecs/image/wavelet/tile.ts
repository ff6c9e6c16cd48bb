/** Grey or colour planes of one tile of the wavelet profile: samples to bytes and back, through the kernels. */
import { checkPayload, type PayloadReader } from '../../entropy/payload.js'
import { inSteps, type RunOptions } from '../../turns.js'
import { type KernelExports, place } from '../../wasm/loader.js'
import { withKernel } from '../kernels.js'
import { tileParameters } from '../parameters.js'
import {
  copyBits,
  type DecodeImageTile,
  type EncodeImageTile,
  type ImageTileBytes,
  type ImageTileSamples,
  LEVELS,
  ORIENTATIONS,
  SCALES,
} from '../tile.js'

/** Levels of detail in each part; the first part starts with the step field and the low-pass band. */
const LEVELS_OF_PART = [[5, 4], [3], [2], [1]]

interface PyramidExports extends KernelExports {
  createPyramid(width: number, height: number, parameters: number): number
  partBits(pyramid: number): number
  stepField(pyramid: number): number
  /** Returns its rows. */
  startBand(pyramid: number, plane: number, level: number, orientation: number): number
  finishBand(pyramid: number): void
}

interface EncoderExports extends PyramidExports {
  /** Loads 64 rows, from the top down. */
  loadSamples(pyramid: number, samples: number, row: number): void
  startEncoder(pyramid: number, lambda: number, strength: number): void
  transformPlane(pyramid: number, plane: number): void
  startPart(pyramid: number, part: number): void
  encodeStripe(pyramid: number, row: number): void
  finishPart(): number
  encodedBytes(): number
}

interface DecoderExports extends PyramidExports, PayloadReader {
  startPart(pyramid: number, part: number, payload: number, length: number): void
  decodeStripe(pyramid: number, row: number): void
  restorePlane(pyramid: number, plane: number, level: number): void
  /** Stores 64 rows. */
  storeSamples(pyramid: number, level: number, out: number, row: number): void
  bandBits(pyramid: number): number
}

/** The bands of a part, each by stripes of four rows. */
async function eachStripe(
  exports: PyramidExports,
  pyramid: number,
  { part, planes }: { part: number; planes: number },
  options: RunOptions,
  code: (row: number) => void,
): Promise<void> {
  for (const level of LEVELS_OF_PART[part]) {
    for (const orientation of ORIENTATIONS.keys()) {
      for (let plane = 0; plane < planes; plane++) {
        const rows = exports.startBand(pyramid, plane, level, orientation)
        await inSteps(Math.ceil(rows / 4), options, (stripe) => code(4 * stripe))
        exports.finishBand(pyramid)
      }
    }
  }
}

export async function encodeWaveletTile(
  { header, settings, width, height, samples }: EncodeImageTile,
  options: RunOptions = {},
): Promise<ImageTileBytes> {
  return withKernel<EncoderExports, ImageTileBytes>('wavelet-encoder', options, async (kernel) => {
    const { exports } = kernel
    const planes = header.channels
    const pyramid = exports.createPyramid(width, height, tileParameters(kernel, header))
    const source = place(kernel, samples)
    await inSteps(Math.ceil(height / 64), options, (row) => exports.loadSamples(pyramid, source, row))
    exports.startEncoder(pyramid, settings.lambda, settings.strength)
    await inSteps(planes, options, (plane) => exports.transformPlane(pyramid, plane))
    const parts: Uint8Array<ArrayBuffer>[] = []
    for (const part of LEVELS_OF_PART.keys()) {
      exports.startPart(pyramid, part)
      await eachStripe(exports, pyramid, { part, planes }, options, (row) => exports.encodeStripe(pyramid, row))
      const length = exports.finishPart()
      parts.push(new Uint8Array(kernel.memory.buffer, exports.encodedBytes(), length).slice())
    }
    return { parts, bits: copyBits(kernel, exports.partBits(pyramid)) }
  })
}

export async function decodeWaveletTile(
  { header, width, height, scale, parts }: DecodeImageTile,
  options: RunOptions = {},
): Promise<ImageTileSamples> {
  return withKernel<DecoderExports, ImageTileSamples>('wavelet-decoder', options, async (kernel) => {
    const { exports } = kernel
    const planes = header.channels
    const pyramid = exports.createPyramid(width, height, tileParameters(kernel, header))
    for (const [part, payload] of parts.entries()) {
      exports.startPart(pyramid, part, place(kernel, payload), payload.length)
      checkPayload(exports, payload)
      await eachStripe(exports, pyramid, { part, planes }, options, (row) => {
        exports.decodeStripe(pyramid, row)
        checkPayload(exports, payload)
      })
    }
    await inSteps(planes, options, (plane) => exports.restorePlane(pyramid, plane, SCALES.indexOf(scale)))
    const count = Math.ceil(width / scale) * Math.ceil(height / scale) * header.channels
    const bytesPerSample = header.bitDepth > 8 ? 2 : 1
    const out = exports.allocate(count * bytesPerSample)
    await inSteps(Math.ceil(height / scale / 64), options, (row) => exports.storeSamples(pyramid, SCALES.indexOf(scale), out, row))
    const bytes = new Uint8Array(kernel.memory.buffer, out, count * bytesPerSample).slice()
    const regions = Math.ceil(width / 32) * Math.ceil(height / 32)
    return {
      samples: header.bitDepth > 8 ? new Uint16Array(bytes.buffer) : bytes,
      bits: copyBits(kernel, exports.partBits(pyramid)),
      stepField: new Int8Array(kernel.memory.buffer, exports.stepField(pyramid), regions).slice(),
      bands: new Float64Array(
        kernel.memory.buffer,
        exports.bandBits(pyramid),
        header.channels * (1 + LEVELS * ORIENTATIONS.length),
      ).slice(),
    }
  })
}
