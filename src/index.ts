/** laq: locally-adaptive quantization for images and sound. Everything here runs in Node, browsers and workers. */
import './calls/platform.js'

export type { Metadata } from '../codecs/container/container.js'
export { LaqError, type LaqErrorCode } from '../codecs/errors.js'
export { DEFAULT_LIMITS, type Limits } from '../codecs/limits.js'
export {
  type AudioBlock,
  type AudioDamage,
  type AudioData,
  AudioDecoderStream,
  AudioEncoderStream,
  type AudioFormat,
  type AudioFrames,
  type AudioSegments,
  asFloats,
  type Block,
  type Channels,
  type DecodeAudioOptions,
  type DecodeStreamOptions,
  decodeAudio,
  decodeBlocks,
  type EncodeAudioOptions,
  encodeAudio,
  encodeBlocks,
  type FloatAudio,
  floatChannels,
  type SoundOptions,
  type StreamFormat,
  type StreamInfo,
  stripAudio,
} from './audio.js'
export type { Bytes } from './calls/input.js'
export type { Warned, Warning, WarningCode } from './calls/warnings.js'
export {
  type CanvasImage,
  type DecodeImageOptions,
  decodeImage,
  type EncodeImageOptions,
  encodeImage,
  type ImageBlocks,
  type ImageData,
  type ImageSource,
  type Subband,
} from './image.js'
export { type MetadataKind, type Stripping, strippedMetadata } from './io/stripping.js'
export { type Inspection, type InspectOptions, inspect } from './kinds/inspect.js'
export { setKernel } from './threads/kernels.js'
export type { Runner } from './threads/task.js'
