/** Images: pixels to .laq bytes and back. Runs on any platform. */

export type { ImageData } from '../codecs/image/picture.js'
export type { CanvasImage, ImageSource } from './calls/picture.js'
export { type DecodeImageOptions, decodeImage, neededBytes, openFront, openImage } from './image/decode.js'
export { type EncodeImageOptions, encodeImage } from './image/encode.js'
export { type ImageBlocks, type ImageInspection, inspectImage, type Subband } from './image/inspect.js'
