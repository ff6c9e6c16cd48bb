/** Sounds from file to file, or from pipe to pipe, in memory that does not grow with them. */
import { createReadStream, type ReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { Limits } from '../../../codecs/limits.js'
import { DECODE_STREAM_RULES, type DecodeStreamOptions, type StreamInfo } from '../../audio/decodeoptions.js'
import type { SoundOptions } from '../../audio/options.js'
import { SOUND_RULES } from '../../audio/options.js'
import { decodeBlocks } from '../../audio/stream/decode.js'
import { encodeBlocks } from '../../audio/stream/encode.js'
import type { AudioBlock } from '../../audio/stream/samples.js'
import { untilStopped } from '../../audio/stream/untilstopped.js'
import { any, checkRules, flag, only, type Rules, SHARED, WARNED } from '../../calls/options.js'
import type { Warned } from '../../calls/warnings.js'
import { writeWhole } from '../output.js'
import { type Stripping, strippedMetadata } from '../stripping.js'
import type { WavKind } from '../wav/chunks.js'
import type { WavHeader } from '../wav/facts.js'
import { WavReader } from '../wav/reader.js'
import { WavWriter } from '../wav/writer.js'
import { frameBytes } from './pcm.js'
import { type RawFormat, RawReader, rawSampleFormat } from './rawpcm.js'

/** A path, or bytes as they come. */
export type AudioSource = string | URL | AsyncIterable<Uint8Array>
/** A path, where a file appears when it is whole, or a stream, which is left open. */
export type AudioTarget = string | Writable

/** Options of encoding from file to file, or from pipe to pipe. */
export interface EncodeStreamOptions extends SoundOptions {
  /** What the source may hold. Default: `DEFAULT_LIMITS`, but any number of samples. */
  limits?: Partial<Limits>
  /** Replace a file that exists. Default: false, and then it is an error with code 'EEXIST'. */
  force?: boolean
  /** The source has no header: its samples are these. Default: it is a WAV file. */
  raw?: RawFormat
  /** Keep what stands before and behind the samples of a WAV file to the byte. Default: false. */
  keepChunks?: boolean
  /** Tags that are left out. Default: none. */
  stripping?: Stripping
  /** When it is aborted, what has come from the source is taken for the whole sound: how a recording ends. */
  stop?: AbortSignal
  /** Called with the part done, 0..1, if the length is known. */
  onProgress?: (done: number) => void
}

const ENCODE_RULES: Rules<EncodeStreamOptions> = {
  ...SOUND_RULES,
  limits: SHARED.limits,
  force: flag,
  raw: any,
  stripping: any,
  stop: SHARED.signal,
  keepChunks: flag,
  onProgress: SHARED.onProgress,
}

/** What came through. */
export interface StreamedAudio extends StreamInfo {
  /** Samples per channel. */
  length: number
  /** Size of the .laq file. */
  bytes: number
}

/** Bytes behind samples that are looked at for more of them. */
const TAIL_BYTES = 2 ** 20

/** Bytes that are read at a time. */
const READ_BYTES = 256 * 2 ** 10

/**
 * Encodes a WAV file of any family, or raw samples, while they are read. The length is in the file's header if the source is a path to a
 * file that holds all its samples; otherwise the bytes are those of a sound whose length was unknown.
 *
 * @throws LaqError as `readAudio` and `encodeAudio`, and what the file system says
 */
export async function encodeAudioStream(
  source: AudioSource,
  target: AudioTarget,
  options: EncodeStreamOptions = {},
): Promise<StreamedAudio> {
  checkRules('encodeAudioStream', options, ENCODE_RULES)
  const { limits, raw, keepChunks = false, stop, onProgress } = options
  const unbounded = { samples: Number.POSITIVE_INFINITY, ...limits }
  const reader = raw
    ? new RawReader(raw, unbounded)
    : new WavReader({ limits: unbounded, keepChunks, lossy: !options.lossless, onWarning: options.onWarning })
  const input = opened(source)
  const pieces = untilStopped(input.pieces, stop)
  const metadata: Metadata[] = []
  try {
    // a header is needed before there can be a format
    let first: AudioBlock = []
    for (;;) {
      const { done, value } = await pieces.next()
      if (done) break
      first = reader.push(value)
      if (!(reader instanceof WavReader) || reader.header) break
    }
    if (reader instanceof WavReader && !reader.header) {
      if (stop?.aborted) throw new LaqError('aborted', 'stopped before there was a sound')
      reader.finish()
    }
    const format = formatOf(reader)
    const length = await lengthOf(source, reader)
    const { stripping = {} } = options
    const tags = () => (reader instanceof WavReader ? reader.metadata : [])
    const early = tags().length
    for (const item of strippedMetadata(tags(), stripping)) metadata.push(item)
    async function* blocks(): AsyncGenerator<AudioBlock> {
      if (first.length > 0) yield first
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
        const block = reader.push(next.value)
        if (block.length > 0) yield block
        if (length) onProgress?.(Math.min(1, reader.frames / length))
      }
      try {
        reader.finish()
      } catch (error) {
        // a recording that is stopped may end in the middle of a sample
        if (!stop?.aborted) throw error
      }
    }
    const lateMetadata = () => strippedMetadata(tags().slice(early), stripping)
    const sound = { ...format, metadata, lateMetadata, ...(length !== undefined && { length }) }
    const bytes = await write(target, encodeBlocks(blocks(), sound, only(options, SOUND_RULES)), options.force)
    onProgress?.(1)
    const mode = options.lossless ? ((options.lossyBitrate ?? options.lossyQuality) === undefined ? 'lossless' : 'hybrid') : 'lossy'
    return { mode, ...format, length: reader.frames, bytes }
  } finally {
    await pieces.return(undefined)
    input.close()
  }
}

function formatOf(reader: WavReader | RawReader) {
  if (reader instanceof RawReader) {
    const { channels, sampleRateHz } = reader.format
    return { channels, sampleRateHz, sampleFormat: rawSampleFormat(reader.format) }
  }
  const { channels, sampleRateHz, sampleFormat, channelMask } = reader.header as WavHeader
  return { channels, sampleRateHz, sampleFormat, ...(channelMask && { channelMask }) }
}

/** Samples per channel, if it is certain that so many come. */
async function lengthOf(source: AudioSource, reader: WavReader | RawReader): Promise<number | undefined> {
  if (typeof source !== 'string' && !(source instanceof URL)) return undefined
  const found = await stat(source)
  if (!found.isFile()) return undefined
  if (reader instanceof RawReader) {
    const length = found.size / frameBytes(reader.format)
    return Number.isInteger(length) ? length : undefined
  }
  const header = reader.header as WavHeader
  const { length } = header
  if (length === undefined) return
  const end = reader.dataOffset + length * frameBytes(header)
  return found.size >= end && !(await hasMoreData(source, end, header)) ? length : undefined
}

/** Whether samples stand behind byte `end` of a WAV file, too: in a second data chunk, or behind one that says that it has none. */
async function hasMoreData(path: string | URL, end: number, { length }: WavHeader): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, end)
    // a tail of tags is short; what is taken for samples wrongly costs a length in the header and nothing else
    return bytesRead === TAIL_BYTES || (length === 0 ? bytesRead > 0 : buffer.subarray(0, bytesRead).includes('data'))
  } finally {
    await file.close()
  }
}

/** Options of decoding from file to file, or from pipe to pipe. */
export interface DecodeFileOptions extends DecodeStreamOptions, Warned {
  /** Replace a file that exists. Default: false, and then it is an error with code 'EEXIST'. */
  force?: boolean
  /** Family of the WAV file. Default: 'RIFF', or 'RF64' where it is too large. */
  kind?: WavKind
  /** Called with the part done, 0..1, if the length is known. */
  onProgress?: (done: number) => void
}

const DECODE_RULES: Rules<DecodeFileOptions> = {
  ...DECODE_STREAM_RULES,
  ...WARNED,
  force: flag,
  kind: any,
  onProgress: SHARED.onProgress,
}

/**
 * Decodes a .laq sound to WAV while it is read. A target that cannot be written at any place (a pipe) gets a file of open size, if
 * the length is not known before.
 *
 * @throws LaqError as `decodeAudio`, and what the file system says
 */
export async function decodeAudioStream(source: AudioSource, target: AudioTarget, options: DecodeFileOptions = {}): Promise<StreamedAudio> {
  checkRules('decodeAudioStream', options, DECODE_RULES)
  const { onProgress, onWarning, kind } = options
  const metadata: Metadata[] = []
  let info: StreamInfo | undefined
  let bytes = 0
  let length = 0
  const input = opened(source)
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of input.pieces) {
      bytes += piece.length
      yield piece
    }
  }
  let writer: WavWriter | undefined
  async function* wav(): AsyncGenerator<Uint8Array> {
    const blocks = decodeBlocks(counted(), {
      ...only(options, DECODE_STREAM_RULES),
      exact: true,
      onInfo: (found) => {
        info = found
        options.onInfo?.(found)
      },
      onMetadata: (item) => {
        metadata.push(item)
        options.onMetadata?.(item)
      },
    })
    // what stands before the samples is there when these come
    let early = 0
    const begin = () => {
      early = metadata.length
      const { length: told, ...sound } = info as StreamInfo
      writer = new WavWriter(
        { ...sound, metadata: [...metadata] },
        { ...(told !== undefined && { length: told }), ...(kind && { kind }), onWarning },
      )
      return writer
    }
    for await (const block of blocks) {
      if (!writer) yield begin().head
      yield (writer as WavWriter).block(block.channels)
      length = block.start + block.channels[0].length
      if (info?.length) onProgress?.(Math.min(1, length / info.length))
    }
    if (!writer) yield begin().head
    const late = metadata.slice(early).filter(({ type }) => type === 'tag').length
    if (late > 0)
      onWarning?.({ code: 'tags', message: `${late} tags that stand behind the samples are left out: the head is written before them` })
    yield (writer as WavWriter).tail(length)
  }
  try {
    await write(target, wav(), options.force, () => writer?.patches(length) ?? [])
  } finally {
    input.close()
  }
  onProgress?.(1)
  return { ...(info as StreamInfo), length, bytes }
}

function opened(source: AudioSource): { pieces: AsyncIterable<Uint8Array>; close: () => void } {
  if (typeof source !== 'string' && !(source instanceof URL)) return { pieces: source, close: () => undefined }
  const stream: ReadStream = createReadStream(source, { highWaterMark: READ_BYTES })
  return { pieces: stream, close: () => stream.destroy() }
}

type Patches = () => { offset: number; bytes: Uint8Array }[]

/** Writes pieces as they come. @returns how many bytes they have */
async function write(target: AudioTarget, pieces: AsyncIterable<Uint8Array>, force = false, patches: Patches = () => []): Promise<number> {
  let bytes = 0
  if (typeof target === 'string') {
    await writeWhole(
      target,
      async (file: FileHandle, isSeekable: boolean) => {
        for await (const piece of pieces) {
          await file.writeFile(piece)
          bytes += piece.length
        }
        if (!isSeekable) return
        for (const { offset, bytes } of patches()) {
          for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten
        }
      },
      { force },
    )
    return bytes
  }
  for await (const piece of pieces) {
    if (target.destroyed) throw new LaqError('aborted', 'nobody takes the bytes')
    bytes += piece.length
    if (!target.write(piece)) await drained(target)
  }
  return bytes
}

async function drained(target: Writable): Promise<void> {
  const controller = new AbortController()
  try {
    await Promise.race([
      new Promise((resolve) => target.once('drain', resolve)),
      finished(target, { signal: controller.signal }).catch((error) => {
        if (!controller.signal.aborted) throw error
      }),
    ])
  } finally {
    controller.abort()
  }
}
