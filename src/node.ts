/** laq/node: files and threads. */
import './calls/platform.js'

export type { RawFormat } from './io/sound/rawpcm.js'
export {
  type AudioSource,
  type AudioTarget,
  type DecodeFileOptions,
  decodeAudioStream,
  type EncodeStreamOptions,
  encodeAudioStream,
  type StreamedAudio,
} from './io/sound/stream.js'
export {
  decodeAudioFile,
  decodeImageFile,
  type FileSource,
  type ReadAudioOptions,
  type ReadImageOptions,
  type ReadOptions,
  readAudio,
  readImage,
  type WriteImageOptions,
  type WriteOptions,
  writeAudio,
  writeImage,
} from './node/files.js'
export { createPool, type Pool, type PoolOptions } from './node/pool.js'
