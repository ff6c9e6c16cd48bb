/** Web streams around the encoder and the decoder, with their backpressure. */
import type { Metadata } from '../../../codecs/container/container.js'
import type { DecodeStreamOptions, StreamInfo } from '../decodeoptions.js'
import type { SoundOptions } from '../options.js'
import type { Block } from '../segmentdecoder.js'
import { decodeBlocks } from './decode.js'
import { encodeBlocks, type StreamFormat } from './encode.js'
import type { AudioBlock } from './samples.js'

/**
 * Samples in, the bytes of a .laq file out.
 *
 *     blocks.pipeThrough(new AudioEncoderStream({ sampleRateHz: 48000, sampleFormat: 's16', channels: 2 }, { bitrate: 96 }))
 */
export class AudioEncoderStream {
  /** Bytes of the file. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Takes samples: one array per channel, all of one length. */
  readonly writable: WritableStream<AudioBlock>

  /** @throws nothing: wrong arguments are errors of the streams */
  constructor(format: StreamFormat, options: SoundOptions = {}) {
    const pair = through((blocks: AsyncIterable<AudioBlock>) => encodeBlocks(blocks, format, options))
    this.readable = pair.readable
    this.writable = pair.writable
  }
}

/** The bytes of a .laq file in, samples out. */
export class AudioDecoderStream {
  /** Samples, block by block. */
  readonly readable: ReadableStream<Block>
  /** Takes the bytes of a file, in pieces of any size. */
  readonly writable: WritableStream<Uint8Array>
  /** What is known of the sound before its samples. Fails as the streams do if they end before it is known. */
  readonly info: Promise<StreamInfo>
  /** Metadata so far: all when the last block has been read. */
  readonly metadata: Metadata[] = []

  constructor(options: DecodeStreamOptions = {}) {
    const { onInfo, onMetadata } = options
    let known: (info: StreamInfo) => void = () => undefined
    let failed: (reason: unknown) => void = () => undefined
    this.info = new Promise((resolve, reject) => {
      known = resolve
      failed = reject
    })
    this.info.catch(() => undefined)
    const told: DecodeStreamOptions = {
      ...options,
      onInfo: (info) => {
        known(info)
        onInfo?.(info)
      },
      onMetadata: (item) => {
        this.metadata.push(item)
        onMetadata?.(item)
      },
    }
    // a block ahead: what is known of the sound is told before anybody reads
    const pair = through((bytes: AsyncIterable<Uint8Array>) => decodeBlocks(bytes, told), failed, 1)
    this.readable = pair.readable
    this.writable = pair.writable
  }
}

/** Streams around a generator: it runs as far as its output is read, or `ahead` pieces further, and takes its input as it needs it. */
function through<I, O>(
  work: (input: AsyncIterable<I>) => AsyncGenerator<O>,
  onError?: (error: unknown) => void,
  ahead = 0,
): ReadableWritablePair<O, I> {
  const passage = new TransformStream<I, I>(undefined, { highWaterMark: 1 }, { highWaterMark: 0 })
  const reader = passage.readable.getReader()
  const output = work(valuesOf(reader))
  const fail = async (error: unknown) => {
    onError?.(error)
    await reader.cancel(error).catch(() => undefined)
  }
  const readable = new ReadableStream<O>(
    {
      async pull(controller) {
        try {
          const { done, value } = await output.next()
          if (!done) return controller.enqueue(value)
          onError?.(new TypeError('the stream ended'))
          controller.close()
          // what comes behind the end is not for us
          await reader.cancel().catch(() => undefined)
        } catch (error) {
          await fail(error)
          throw error
        }
      },
      async cancel(reason) {
        await fail(reason)
        await output.return(undefined).catch(() => undefined)
      },
    },
    { highWaterMark: ahead },
  )
  return { readable, writable: passage.writable }
}

async function* valuesOf<T>(reader: ReadableStreamDefaultReader<T>): AsyncGenerator<T> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
