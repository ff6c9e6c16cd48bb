/** What a .laq file holds, without its samples. Runs on any platform. */
import { type Metadata, readContainer, VERSION } from '../codecs/container/container.js'
import type { Limits } from '../codecs/limits.js'
import { inThisThread, type Runner } from '../codecs/task.js'
import { type AudioInspection, inspectAudio } from './audio.js'
import { type ImageInspection, inspectImage } from './image.js'

export interface InspectOptions {
  limits?: Partial<Limits>
  /**
   * Decode the data too: adds `bits` per part and the `stepField`; of images `blocks` (DCT) or `subbands` (wavelet), of sounds `frames`.
   * Default false: only headers are read.
   */
  detail?: boolean
  signal?: AbortSignal
  runner?: Runner
}

/** What every kind of file tells. */
export interface FileFacts {
  version: number
  /** Size of the file. */
  bytes: number
  /** Bytes before the data: signature, header, index, metadata. */
  headerBytes: number
  metadata: { type: Metadata['type']; bytes: number }[]
}

/** `kind` tells which: 'image' with `image`, or 'audio' with `audio`. */
export type Inspection = FileFacts & (ImageInspection | AudioInspection)

/**
 * Reads a file's header facts and, if asked, where its bits go.
 *
 * @throws LaqError as decoding does
 */
export async function inspect(bytes: Uint8Array, options: InspectOptions = {}): Promise<Inspection> {
  const { limits, runner = inThisThread } = options
  const container = readContainer(bytes, limits)
  const facts: FileFacts = {
    version: VERSION,
    bytes: bytes.length,
    headerBytes: container.dataOffsets[0],
    metadata: container.metadata.map(({ type, bytes }) => ({ type, bytes: bytes.length })),
  }
  const inspectKind = container.kind === 'audio' ? inspectAudio : inspectImage
  return { ...facts, ...(await inspectKind(bytes, { ...options, runner })) }
}
