/**
 * Sound to the bytes of a .laq file while it comes in. Memory holds the samples of one segment (lossy and hybrid: a second, lossless: ten)
 * and of those under way in threads; a segment is coded when its last sample and a few frames' lengths more (under 0.1 s; lossless: one
 * sample) have come, and its bytes come when that is done, with or without threads. The head comes with the first.
 */
import type { AudioHeader, SoundHeader } from '../../../codecs/audio/header.js'
import { type AudioFormat, bitsOf, type Channels, formatBytes } from '../../../codecs/audio/sound.js'
import { segmentCount, segmentRange } from '../../../codecs/audio/spans.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { Md5 } from '../../../codecs/container/md5.js'
import { throwIfAborted } from '../../../codecs/turns.js'
import { checkMetadata } from '../../calls/input.js'
import { checkRules } from '../../calls/options.js'
import { checkFormat } from '../../calls/sound.js'
import { heedful, inThisThread, type Runner } from '../../threads/runner.js'
import { beginning, tilted } from '../brightness.js'
import { END_OVERHEAD, SoundFileWriter } from '../filewriter.js'
import { segmentsAhead, UnderWay } from '../inorder.js'
import { checkTogether, planOf, SOUND_RULES, type SoundOptions } from '../options.js'
import { RateControl } from '../ratecontrol.js'
import { type SegmentBytes, SegmentEncoder } from '../segmentencoder.js'
import { type AudioBlock, piecesOf, WaitingSamples } from './samples.js'
import { sourceOf } from './source.js'

/** A sound that is to come. */
export interface StreamFormat extends AudioFormat {
  /** Samples per channel, if it is known; then the file is that of `encodeAudio` (but for a `bitrate`). */
  length?: number
  /** Tags and pictures that are known before the samples, carried byte for byte. Default: none. */
  metadata?: Metadata[]
  /** Called when all samples have come: metadata that came with them. */
  lateMetadata?: () => Metadata[]
}

/**
 * Encodes blocks of samples, which may be of any length, all floats or all integers. Their division makes no difference to the bytes.
 *
 * @throws TypeError or RangeError on wrong arguments or blocks, the reason of `signal` (LaqError 'aborted' if it has none)
 */
export async function* encodeBlocks(
  blocks: AsyncIterable<AudioBlock> | Iterable<AudioBlock>,
  format: StreamFormat,
  options: SoundOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  checkFormat(format)
  checkMetadata(format.metadata)
  checkRules('encodeBlocks', options, SOUND_RULES)
  checkTogether(options, format)
  const stream = new EncoderStream(format, options)
  for await (const block of stream.underWay.between(sourceOf(blocks, (block) => block, options.signal))) {
    yield* stream.ready()
    for (const piece of block ? piecesOf(block, format) : []) yield* stream.take(piece)
  }
  yield* stream.finish()
}

class EncoderStream {
  private readonly runner: Runner
  private encoder: SegmentEncoder
  private header: SoundHeader
  private begun = false
  private readonly writer = new SoundFileWriter()
  private readonly samples = new WaitingSamples()
  private readonly md5: Md5 | undefined
  private readonly effort: number
  private readonly gain: number
  private readonly bitrate: number | undefined
  private rate: RateControl | undefined
  private readonly ahead: number
  readonly underWay = new UnderWay<SegmentBytes>()
  /** Number of the next segment to be coded. */
  private next = 0

  constructor(
    private readonly format: StreamFormat,
    private readonly options: SoundOptions,
  ) {
    const { runner = inThisThread, signal } = options
    const { header, effort, gain, bitrate } = planOf(format, format.length, options)
    this.header = header
    this.runner = heedful(runner, { signal })
    this.encoder = new SegmentEncoder(header, this.runner, effort)
    this.effort = effort
    this.gain = gain
    this.bitrate = bitrate
    if (header.mode !== 'lossy') this.md5 = new Md5()
    // each gain depends on the bytes before it
    this.ahead = bitrate === undefined ? segmentsAhead(runner) : 1
  }

  /** The file's start, which takes the samples of the first segment, or all of fewer. */
  private begin(): Uint8Array<ArrayBuffer> {
    const { laq = 1 } = this.options
    this.header = tilted(this.header, this.samples.window(this.header.channels).channels, laq)
    this.encoder = new SegmentEncoder(this.header, this.runner, this.effort)
    this.begun = true
    const bytes = this.writer.begin(this.header, this.format.metadata ?? [])
    const { bitrate, header } = this
    if (bitrate !== undefined)
      this.rate = new RateControl((bitrate * 1000) / 8 / header.sampleRateHz, header.mode === 'hybrid' ? 0 : bytes.length + END_OVERHEAD)
    return bytes
  }

  async *take(piece: Channels): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    this.samples.append(piece)
    const { end } = this.samples
    const { length, sampleFormat } = this.format
    if (length !== undefined && end > length) throw new RangeError(`more than the ${length} samples that were announced`)
    if (this.md5) {
      const whole = piece.map((samples) => bitsOf(samples, sampleFormat))
      this.md5.update(formatBytes(whole, sampleFormat, 0, whole[0].length))
    }
    // a segment is coded when it is certain that another follows
    while (end >= this.needed() && end > segmentRange(this.header, Number.POSITIVE_INFINITY, this.next).end) {
      yield* this.code(Number.POSITIVE_INFINITY)
    }
  }

  /** Samples that the next segment waits for. */
  private needed(): number {
    const { end } = this.encoder.reach(this.next)
    return this.begun ? end : Math.max(end, beginning(this.header))
  }

  /** Segments that are done, and have nothing before them that is not. */
  async *ready(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    while (this.underWay.isReady) yield this.writer.segment(await this.underWay.shift())
  }

  async *finish(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { end } = this.samples
    const { length, lateMetadata } = this.format
    if (length !== undefined && end !== length) throw new RangeError(`${end} samples where ${length} were announced`)
    const count = segmentCount(this.header, end)
    if (!this.begun) yield this.begin()
    while (this.next < count) yield* this.code(end)
    while (this.underWay.length > 0) yield this.writer.segment(await this.underWay.shift(), this.underWay.length === 0 ? end : undefined)
    yield this.writer.end(end, this.md5?.digest(), lateMetadata?.() ?? [])
  }

  /** Begins the next segment, and gives those that are done when enough are under way. The last one is left to `finish`. */
  private async *code(length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    throwIfAborted(this.options.signal)
    if (!this.begun) yield this.begin()
    while (this.underWay.length >= this.ahead) yield this.writer.segment(await this.underWay.shift())
    const index = this.next++
    const encoded = this.encode(index, length)
    this.underWay.push(encoded)
    const { start } = this.encoder.reach(this.next)
    // what is kept is cut by the encoder before it waits for anything, unless a rate is kept, which needs it several times
    if (this.rate) await encoded
    this.samples.drop(start)
    // without threads a segment is done now, and another follows
    if (this.ahead === 1 && length === Number.POSITIVE_INFINITY) yield this.writer.segment(await this.underWay.shift())
  }

  private async encode(index: number, length: number): Promise<SegmentBytes> {
    const { rate, encoder, header } = this
    const window = this.samples.window(header.channels)
    if (!rate) return encoder.encode(index, window, length, this.gain)
    const { start, end } = segmentRange(header as AudioHeader, length, index)
    const data = await rate.next(end - start, async (gain) => (await encoder.encodeLossy(index, window, length, [gain]))[0])
    return encoder.encode(index, window, length, data)
  }
}
