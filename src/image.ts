/** laq/image: pixels to .laq bytes and back. It runs on any platform, and loads nothing of sounds. */
import './calls/platform.js'

export type { Metadata } from '../codecs/container/container.js'
export { LaqError, type LaqErrorCode } from '../codecs/errors.js'
export type { ImageData } from '../codecs/image/picture.js'
export { DEFAULT_LIMITS, type Limits } from '../codecs/limits.js'
export type { Bytes } from './calls/input.js'
export type { CanvasImage, ImageSource } from './calls/picture.js'
export type { Warned, Warning, WarningCode } from './calls/warnings.js'
export { type DecodeImageOptions, decodeImage } from './image/decode.js'
export type { EncodeImageOptions } from './image/encode/check.js'
export { encodeImage } from './image/encode.js'
export type { Runner } from './threads/runner.js'
