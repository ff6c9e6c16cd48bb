/** laq: locally-adaptive quantization for images and sound. Everything here runs in Node, browsers and workers. */
import './calls/platform.js'

export type { AudioHeader } from '../codecs/audio/header.js'
export type { ImageHeader } from '../codecs/image/header.js'
export type { AudioFrames, AudioInspection, AudioSegments } from './audio/inspect.js'
export * from './audio.js'
export type { ImageBlocks, ImageInspection, Subband } from './image/inspect.js'
export * from './image.js'
export { type MetadataKind, type Stripping, strippedMetadata } from './io/stripping.js'
export { type FileFacts, type Inspection, type InspectOptions, inspect } from './kinds/inspect.js'
export { setKernel } from './kinds/kernels.js'
