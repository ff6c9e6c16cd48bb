import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joined } from '../../../codecs/container/container.js'
import {
  type AudioBlock,
  AudioDecoderStream,
  AudioEncoderStream,
  type Channels,
  decodeAudio,
  decodeBlocks,
  encodeAudio,
  encodeBlocks,
} from '../../../src/index.js'
import { inThisThread } from '../../../src/threads/runner.js'
import { all, blocksOf, gathered, MODES, piecesOf, streamed, whole } from './sounds.js'

const audio = whole(30_001)
const format = { sampleRateHz: 8000, sampleFormat: 's16' as const, channels: 2 }
const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 40_000 })), { minLength: 1, maxLength: 5 })

describe.each(MODES)('%s', (_, options) => {
  test('blocks of any size give the bytes of the whole, if its length is told', async () => {
    const wanted = await encodeAudio(audio, options)
    await fc.assert(
      fc.asyncProperty(lengths, async (sizes) => {
        const file = await all(encodeBlocks(blocksOf(audio.channels, sizes), { ...format, length: 30_001 }, options))
        expect(Buffer.compare(file, wanted)).toBe(0)
      }),
      { numRuns: 5, examples: [[[1]], [[100_000]]] },
    )
  })

  test('a file of unknown length is the same but for its header and last segment, and decodes to the same', async () => {
    const wanted = await encodeAudio(audio, options)
    const file = await streamed(audio, options)
    expect(Math.abs(file.length - wanted.length)).toBeLessThan(8)
    expect(await decodeAudio(file, { exact: true })).toEqual(await decodeAudio(wanted, { exact: true }))
  })

  test('bytes in pieces of any size give the samples of the whole', async () => {
    const file = await streamed(audio, options)
    const wanted = await decodeAudio(file, { exact: true })
    await fc.assert(
      fc.asyncProperty(lengths, async (sizes) => {
        expect(await gathered(decodeBlocks(piecesOf(file, sizes), { exact: true }), 2)).toEqual(wanted.channels)
      }),
      { numRuns: 5, examples: [[[1]], [[1e6]]] },
    )
  })

  test('any length is a sound, from none on', async () => {
    for (const length of [0, 1, 255, 256, 257, 8000, 7936, 8192, 16_384]) {
      const short = { ...audio, channels: audio.channels.map((samples) => samples.slice(0, length)) as Channels }
      const file = await streamed(short, options, [1000])
      const back = await decodeAudio(file, { exact: true })
      expect(back.channels.map((samples) => samples.length)).toEqual([length, length])
      if (options.lossless && length > 0) expect(back.channels).toEqual(short.channels)
      const blocks = await gathered(decodeBlocks(piecesOf(file, [100]), { exact: true }), 2)
      if (length > 0) expect(blocks).toEqual(back.channels)
    }
  })

  test('Web streams give the same, with their facts', async () => {
    const source = new ReadableStream<AudioBlock>({
      start(controller) {
        for (const block of blocksOf(audio.channels, [777])) controller.enqueue(block)
        controller.close()
      },
    })
    const metadata = [{ type: 'tag' as const, bytes: Uint8Array.of(65, 66, 67, 68, 1) }]
    const decoder = new AudioDecoderStream({ exact: true })
    const blocks = source.pipeThrough(new AudioEncoderStream({ ...format, metadata }, options)).pipeThrough(decoder)
    const channels = await gathered(blocks as never, 2)
    expect(channels).toEqual((await decodeAudio(await encodeAudio(audio, options), { exact: true })).channels)
    expect(await decoder.info).toEqual({ ...format, mode: _ })
    expect(decoder.metadata).toEqual(metadata)
  })
})

describe.each(MODES)('live sound, %s', (mode, options) => {
  /** Values, and then nothing for ever. */
  async function* stalling<V>(values: Iterable<V>): AsyncGenerator<V> {
    yield* values
    await new Promise(() => undefined)
  }
  const { run } = inThisThread
  const rate = mode === 'hybrid' ? 48_000 : 8000
  const long = whole(rate * 3, 2, rate).channels

  test.each([1, 2, 16])(
    'a segment goes out when its last sample is in, and comes back when its last byte is: %i threads',
    async (concurrency) => {
      const runner = { concurrency, run }
      // the first segment: of lossless sound at most a second; hybrid sound within 64 KB, of which the header looks at a second
      const [samples, wanted] = { lossy: [17_000, 15_000], lossless: [8001, 8000], hybrid: [48_500, 16_384] }[mode]!
      const part = long.map((channel) => channel.subarray(0, samples)) as Channels
      const pieces = encodeBlocks(stalling(blocksOf(part, [480])), { ...format, sampleRateHz: rate }, { ...options, runner })
      const file: Uint8Array[] = []
      // the head, and the first segment
      for (let i = 0; i < 2; i++) file.push((await pieces.next()).value!)
      void pieces.return(undefined)
      expect(joined(file).length).toBeLessThan(100_000)
      const blocks = decodeBlocks(stalling(piecesOf(joined(file), [1000])), { exact: true, runner })
      const { value } = await blocks.next()
      void blocks.return(undefined)
      expect(value!.start).toBe(0)
      const { length } = value!.channels[0]
      expect(length).toBeGreaterThanOrEqual(wanted)
      expect(length).toBeLessThanOrEqual(mode === 'lossy' ? 16_000 : wanted)
      if (mode !== 'lossy') expect(value!.channels).toEqual(part.map((channel) => channel.subarray(0, wanted)))
    },
  )
})

test('a source that is done with early is told so, and its errors come through', async () => {
  let isClosed = false
  async function* source(): AsyncGenerator<AudioBlock> {
    try {
      for (;;) yield audio.channels
    } finally {
      isClosed = true
    }
  }
  const pieces = encodeBlocks(source(), format)
  await pieces.next()
  await pieces.return(undefined)
  expect(isClosed).toBe(true)
  async function* failing(): AsyncGenerator<AudioBlock> {
    yield audio.channels
    throw new Error('the microphone is gone')
  }
  await expect(all(encodeBlocks(failing(), format))).rejects.toThrow('the microphone is gone')
})

test('threads make no difference', async () => {
  // they run compiled files
  const { createPool }: typeof import('../../../src/node.js') = await import(String(new URL('../../../dist/src/node.js', import.meta.url)))
  const pool = createPool(2)
  try {
    for (const [, options] of MODES) {
      const file = await streamed(audio, { ...options, runner: pool })
      expect(Buffer.compare(file, await streamed(audio, options))).toBe(0)
      const blocks = await gathered(decodeBlocks(piecesOf(file, [5000]), { exact: true, runner: pool }), 2)
      expect(blocks).toEqual((await decodeAudio(file, { exact: true, runner: pool })).channels)
    }
  } finally {
    await pool.close()
  }
})

test('an encoder takes no more than it can use', async () => {
  let taken = 0
  function* endless(): Generator<AudioBlock> {
    for (;;) {
      taken += 1000
      yield [new Float32Array(1000), new Float32Array(1000)]
    }
  }
  const bytes = encodeBlocks(endless(), format)
  // the head, which the first segment's samples decide
  await bytes.next()
  expect(taken).toBeLessThan(18_000)
  for (let segment = 1; segment < 5; segment++) {
    await bytes.next()
    expect(taken).toBeLessThan(16_000 * segment + 2000)
  }
  await bytes.return(undefined)
})

test('wrong blocks and lengths are told', async () => {
  const encode = (blocks: AudioBlock[], more: object = {}) => all(encodeBlocks(blocks, { ...format, ...more }))
  await expect(encode([[new Float32Array(2)]])).rejects.toThrow('a block of 1 channels in a sound of 2')
  await expect(encode([new Float32Array(3)])).rejects.toThrow('3 samples in turns are no whole number for 2 channels')
  await expect(encode([new Float32Array(2), new Int32Array(2)])).rejects.toThrow('some blocks are of floats, others of integers')
  await expect(encode([new Float32Array(4)], { length: 1 })).rejects.toThrow('more than the 1 samples that were announced')
  await expect(encode([new Float32Array(4)], { length: 3 })).rejects.toThrow('2 samples where 3 were announced')
  await expect(encode([], { channels: 0 })).rejects.toThrow('0 channels, not 1..255')
  const writer = new AudioEncoderStream({ ...format, channels: 0 }, {})
  await expect(writer.readable.getReader().read()).rejects.toThrow(RangeError)
  const decoder = new AudioDecoderStream()
  const reader = decoder.readable.getReader()
  const reading = reader.read()
  const sink = decoder.writable.getWriter()
  sink.write(Uint8Array.of(1, 2, 3)).catch(() => undefined)
  sink.close().catch(() => undefined)
  await expect(reading).rejects.toThrow('not a .laq file')
  await expect(decoder.info).rejects.toThrow('not a .laq file')
  const controller = new AbortController()
  controller.abort()
  await expect(all(encodeBlocks([audio.channels], format, { signal: controller.signal }))).rejects.toMatchObject({ code: 'aborted' })
})

test('a bitrate is kept wherever the sound ends', async () => {
  const long = whole(48000 * 12, 2, 48000)
  const { channels, ...facts } = long
  for (const seconds of [2, 3.3, 12]) {
    const part = channels.map((samples) => samples.subarray(0, seconds * 48000)) as Channels
    for (const bitrate of [32, 96]) {
      const file = await all(encodeBlocks([part], { ...facts, channels: 2 }, { bitrate }))
      expect(Math.abs((file.length * 8) / seconds / 1000 / bitrate - 1), `${bitrate} kb/s, ${seconds} s`).toBeLessThan(0.015)
    }
  }
})
