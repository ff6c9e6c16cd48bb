/** One tile of the wavelet profile: samples to bytes and back, through the kernels. */
import { type KernelExports, loadKernel, place, scoped } from '../wasm/loader.js'
import {
  copyBits,
  type DecodeImageTile,
  type EncodeImageTile,
  type ImageTileBytes,
  type ImageTileSamples,
  LEVELS,
  ORIENTATIONS,
  SCALES,
  tileParameters,
} from './tile.js'

/** Levels of detail in each part; the first part starts with the step field and the low-pass band. */
const LEVELS_OF_PART = [[5, 4], [3], [2], [1]]

interface PyramidExports extends KernelExports {
  createPyramid(width: number, height: number, parameters: number): number
  partBits(pyramid: number): number
  stepField(pyramid: number): number
}

interface EncoderExports extends PyramidExports {
  startEncoder(pyramid: number, samples: number, lambda: number, strength: number): void
  startPart(pyramid: number, part: number): void
  encodeLevel(pyramid: number, level: number): void
  finishPart(pyramid: number): number
  encodedBytes(pyramid: number): number
}

interface DecoderExports extends PyramidExports {
  startPart(pyramid: number, part: number, payload: number, length: number): void
  decodeLevel(pyramid: number, level: number): void
  storeSamples(pyramid: number, level: number, out: number): void
  bandBits(pyramid: number): number
}

export async function encodeWaveletTile({ header, settings, width, height, samples }: EncodeImageTile): Promise<ImageTileBytes> {
  const kernel = await loadKernel<EncoderExports>('wavelet-encoder')
  const { exports } = kernel
  return scoped(kernel, () => {
    const pyramid = exports.createPyramid(width, height, tileParameters(kernel, header))
    const source = place(kernel, samples)
    exports.startEncoder(pyramid, source, settings.lambda, settings.strength)
    const parts = LEVELS_OF_PART.map((levels, part) => {
      exports.startPart(pyramid, part)
      for (const level of levels) exports.encodeLevel(pyramid, level)
      const length = exports.finishPart(pyramid)
      return new Uint8Array(kernel.memory.buffer, exports.encodedBytes(pyramid), length).slice()
    })
    return { parts, bits: copyBits(kernel, exports.partBits(pyramid)) }
  })
}

export async function decodeWaveletTile({ header, width, height, scale, parts }: DecodeImageTile): Promise<ImageTileSamples> {
  const kernel = await loadKernel<DecoderExports>('wavelet-decoder')
  const { exports } = kernel
  return scoped(kernel, () => {
    const pyramid = exports.createPyramid(width, height, tileParameters(kernel, header))
    for (const [part, payload] of parts.entries()) {
      exports.startPart(pyramid, part, place(kernel, payload), payload.length)
      for (const level of LEVELS_OF_PART[part]) exports.decodeLevel(pyramid, level)
    }
    const count = Math.ceil(width / scale) * Math.ceil(height / scale) * header.channels
    const bytesPerSample = header.bitDepth > 8 ? 2 : 1
    const out = exports.allocate(count * bytesPerSample)
    exports.storeSamples(pyramid, SCALES.indexOf(scale), out)
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
