/** One lossless segment of a sound: samples to bytes and back, through the kernels. */
import { checkPayload, type PayloadReader } from '../../entropy/payload.js'
import { isDue, type RunOptions, turn } from '../../turns.js'
import { type KernelExports, place } from '../../wasm/loader.js'
import { withKernel } from '../kernels.js'

/** What the samples of a segment are. */
export interface LosslessFormat {
  /** 1..255 */
  channels: number
  /** Of an integer, 1..32: samples are from -2^(bits - 1) to 2^(bits - 1) - 1. 32 for float. */
  bits: number
  /** Samples are the bits of float32, every one of them allowed. */
  float: boolean
}

export interface EncodeLosslessSegment {
  format: LosslessFormat
  /** 1..9: 1 to 3 fast, 4 to 6 as by default, 7 to 9 small. */
  effort: number
  /** Planar: channels times length. */
  samples: Int32Array<ArrayBuffer>
}

export interface LosslessSegmentBytes {
  /** At most 2 bytes longer than the samples at `bits` bits each. */
  payload: Uint8Array<ArrayBuffer>
}

export interface DecodeLosslessSegment {
  format: LosslessFormat
  /** Samples per channel. What this asks for is allocated and worked through whatever the payload holds: bound it first. */
  length: number
  payload: Uint8Array<ArrayBuffer>
}

export interface LosslessSegmentSamples {
  /** Planar: channels times length. */
  samples: Int32Array<ArrayBuffer>
}

interface EncoderExports extends KernelExports {
  createSegment(channels: number, bits: number, float: number, length: number, samples: number): number
  decideChannel(segment: number, channel: number): void
  startEncoder(segment: number, profile: number, haste: number): void
  /** Returns 0 when all samples are coded. */
  encodeSamples(segment: number, most: number): number
  encodedLength(): number
  encodedBytes(): number
}

interface DecoderExports extends PayloadReader {
  startDecoder(channels: number, bits: number, float: number, length: number, samples: number, payload: number, bytes: number): number
  /** Returns 0 when all samples are decoded. */
  decodeSamples(segment: number, most: number): number
}

/** Samples of all channels together that are coded between turns: of the slowest profile some milliseconds. */
const STEP = 1024

/**
 * What each effort tries: profile, and haste, how fast its filters learn, 0..3: what is tonal and steady wants more, what changes less. The
 * slow efforts keep the smallest, so that none is larger than the default.
 */
const TRIALS: [profile: number, haste: number][][] = [
  ...[1, 2, 3].map((): [number, number][] => [[0, 1]]),
  ...[4, 5, 6].map((): [number, number][] => [[1, 1]]),
  [
    [1, 1],
    [2, 1],
  ],
  [
    [1, 1],
    [2, 1],
    [2, 2],
  ],
  [
    [1, 1],
    [2, 1],
    [2, 2],
    [2, 0],
    [2, 3],
  ],
]

/** Codes a segment. @throws RangeError if the samples are no whole number for each channel, or on another effort */
export async function encodeLosslessSegment(
  { format, effort, samples }: EncodeLosslessSegment,
  options: RunOptions = {},
): Promise<LosslessSegmentBytes> {
  const { channels, bits, float } = format
  if (samples.length % channels !== 0) throw new RangeError(`${samples.length} samples are not for ${channels} channels`)
  const trials = TRIALS[effort - 1]
  if (!trials) throw new RangeError(`effort ${effort} is not 1 to 9`)
  return withKernel<EncoderExports, LosslessSegmentBytes>('lossless-encoder', options, async (kernel) => {
    const { exports, memory } = kernel
    const input = place(kernel, samples)
    const start = exports.mark()
    let payload: Uint8Array<ArrayBuffer> | undefined
    for (const [profile, haste] of trials) {
      exports.release(start)
      const segment = exports.createSegment(channels, bits, Number(float), samples.length / channels, input)
      for (let c = 0; c < channels; c++) {
        if (isDue()) await turn(options)
        exports.decideChannel(segment, c)
      }
      exports.startEncoder(segment, profile, haste)
      while (exports.encodeSamples(segment, STEP)) if (isDue()) await turn(options)
      const length = exports.encodedLength()
      if (payload && payload.length <= length) continue
      payload = new Uint8Array(memory.buffer, exports.encodedBytes(), length).slice()
    }
    return { payload: payload! }
  })
}

/** Decodes a segment. Damage gives wrong samples, never more work. @throws LaqError 'malformed' if the payload ends before the samples do */
export async function decodeLosslessSegment(
  { format, length, payload }: DecodeLosslessSegment,
  options: RunOptions = {},
): Promise<LosslessSegmentSamples> {
  const { channels, bits, float } = format
  return withKernel<DecoderExports, LosslessSegmentSamples>('lossless-decoder', options, async (kernel) => {
    const { exports, memory } = kernel
    const samples = exports.allocate(channels * length * 4)
    const segment = exports.startDecoder(channels, bits, Number(float), length, samples, place(kernel, payload), payload.length)
    checkPayload(exports, payload)
    for (let isMore = 1; isMore; ) {
      if (isDue()) await turn(options)
      isMore = exports.decodeSamples(segment, STEP)
      checkPayload(exports, payload)
    }
    return { samples: new Int32Array(memory.buffer, samples, channels * length).slice() }
  })
}
