/** What a .laq file holds, without its samples. Runs on any platform. */
import { type Metadata, readContainer, readHeader, VERSION } from '../../codecs/container/container.js'
import type { Limits } from '../../codecs/limits.js'
import { type AudioInspection, inspectAudio } from '../audio/inspect.js'
import { within } from '../calls/deadline.js'
import { type Bytes, bytesOf } from '../calls/input.js'
import { checkRules, flag, type Rules, SHARED } from '../calls/options.js'
import { type ImageInspection, inspectImage } from '../image/inspect.js'
import { inThisThread, type Runner } from '../threads/runner.js'

/** How closely a file is looked at. */
export interface InspectOptions {
  /** What a file may ask for. Default: `DEFAULT_LIMITS`. */
  limits?: Partial<Limits>
  /**
   * Decode the data too: adds `bits` per part and the `stepField`; of images `blocks` (DCT) or `subbands` (wavelet), of sounds with a lossy
   * layer `frames`. Default false: only headers are read.
   */
  detail?: boolean
  /** Ends the call, which then fails with the signal's reason, or with LaqError 'aborted' if it has none. */
  signal?: AbortSignal
  /** Where tiles and segments are decoded, with `detail`. Default: this thread. See `createPool` of laq/node. */
  runner?: Runner
}

const RULES: Rules<InspectOptions> = { limits: SHARED.limits, detail: flag, signal: SHARED.signal, runner: SHARED.runner }

/** What every kind of file tells. */
export interface FileFacts {
  /** Version of the format. */
  version: number
  /** Size of the file. */
  bytes: number
  /** Bytes of all but the data: signature, header, index, metadata. */
  headerBytes: number
  /** Each piece of metadata. */
  metadata: {
    /** What it is. */
    type: Metadata['type']
    /** Its size. */
    bytes: number
  }[]
}

/** `kind` tells which: 'image' with `image`, or 'audio' with `audio`. */
export type Inspection = FileFacts & (ImageInspection | AudioInspection)

/**
 * Reads a file's header facts and, if asked, where its bits go.
 *
 * @throws LaqError as decoding does
 */
export async function inspect(file: Bytes, options: InspectOptions = {}): Promise<Inspection> {
  checkRules('inspect', options, RULES)
  const bytes = await bytesOf(file)
  return within(options, (timed) => inspectWithin(bytes, timed))
}

async function inspectWithin(bytes: Uint8Array, options: InspectOptions): Promise<Inspection> {
  const { limits, runner = inThisThread } = options
  const facts = (headerBytes: number, metadata: Metadata[]): FileFacts => ({
    version: VERSION,
    bytes: bytes.length,
    headerBytes,
    metadata: metadata.map(({ type, bytes }) => ({ type, bytes: bytes.length })),
  })
  if (readHeader(bytes).kind === 'audio') {
    const { headerBytes, metadata, ...found } = await inspectAudio(bytes, { ...options, runner })
    return { ...facts(headerBytes, metadata), ...found }
  }
  const container = readContainer(bytes, limits)
  return { ...facts(container.dataOffsets[0], container.metadata), ...(await inspectImage(bytes, { ...options, runner })) }
}
