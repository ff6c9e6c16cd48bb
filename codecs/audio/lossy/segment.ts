/** One segment of a sound: samples to bytes and back, through the kernels. */
import { checkPayload, type PayloadReader } from '../../entropy/payload.js'
import { inSteps, type RunOptions } from '../../turns.js'
import { type Kernel, type KernelExports, place } from '../../wasm/loader.js'
import type { AudioHeader } from '../header.js'
import { withKernel } from '../kernels.js'
import { MAX_GAIN } from '../settings.js'
import { SegmentParameter } from './kernel/parameters.js'

export interface EncodeAudioSegment {
  header: AudioHeader
  frames: number
  /**
   * Planar samples of full scale 1, from FRAMES_BEFORE * lines before the segment's first frame to FRAMES_BEHIND * lines behind the
   * 2 * lines of its last; zeros outside the sound.
   */
  samples: Float32Array<ArrayBuffer>
  /** Gains to code the segment with, each 0..2047 in 1/64 octave of step. */
  gains: number[]
  /** Added to a line before it is cut to a level, 0..0.5. */
  rounding: number
}

export interface AudioSegmentBytes {
  /** One for each gain. */
  payloads: Uint8Array<ArrayBuffer>[]
}

export interface DecodeAudioSegment {
  header: AudioHeader
  frames: number
  payload: Uint8Array<ArrayBuffer>
}

export interface AudioSegmentSamples {
  /**
   * Planar samples of full scale 1, (frames + 1) * lines per channel. The first and the last `lines` overlap with the segments
   * beside and have to be added to theirs.
   */
  samples: Float32Array<ArrayBuffer>
  /** Where the bits went. */
  bits: {
    /** Gain and sizes of blocks. */
    switching: number
    /** Where channels are mid and side. */
    stereo: number
    /** Levels of bands. */
    envelope: number
    /** Lines of each band. */
    bands: number[]
  }
  /** First frequency of each band in Hz. */
  bandHz: number[]
  /** Step of each frame and band against the gain, in 1/64 octave, of the first channel (or mid); row by row of `bandHz.length`. */
  stepField: Int16Array<ArrayBuffer>
  /** 1 for each frame and band where channels 0 and 1 are mid and side, in the frame's first block; rows as above. */
  midSide: Uint8Array<ArrayBuffer>
  /** Of each frame: its smallest block has lines >> smallest of its lines; 0..4. */
  smallest: Uint8Array<ArrayBuffer>
  /** Bits of mid/side and envelope of each frame. */
  sideBits: Float32Array<ArrayBuffer>
  /** Bits of the lines of each frame and band, row by row of `bandHz.length`; of smaller blocks, by the part of their bands that lies in the band. */
  bandBits: Float32Array<ArrayBuffer>
}

interface SegmentExports extends KernelExports {
  createSegment(frames: number, parameters: number): number
  partBits(segment: number): number
}

interface DecoderExports extends SegmentExports, PayloadReader {
  allocateZeroed(bytes: number): number
  bandCount(segment: number): number
  bandEdges(segment: number): number
  stepField(segment: number): number
  sideField(segment: number): number
  smallestBlocks(segment: number): number
  sideBits(segment: number): number
  bandBits(segment: number): number
  startDecoder(segment: number, payload: number, length: number): void
  decodeFrame(segment: number, frame: number, out: number, stride: number): void
}

interface EncoderExports extends SegmentExports {
  createAnalysis(segment: number, samples: number, stride: number): number
  divideFrame(segment: number, analysis: number, frame: number): void
  analyseFrame(segment: number, analysis: number, frame: number): void
  startEncoder(segment: number, gain: number, rounding: number): void
  encodeFrame(segment: number, analysis: number, frame: number): void
  finishEncoder(): number
  encodedBytes(): number
}

/** Samples inside the kernels have the full scale of 16 bits. */
const FULL_SCALE = 32768

/** Puts the header into the kernel's memory, as a row of {@link SegmentParameter}; returns its address. */
function segmentParameters(kernel: Kernel, header: AudioHeader): number {
  const row = new Int32Array(SegmentParameter.Count)
  row[SegmentParameter.Channels] = header.channels
  row[SegmentParameter.SampleRateHz] = header.sampleRateHz
  row[SegmentParameter.Log2Lines] = Math.log2(header.lines)
  row[SegmentParameter.Alpha] = header.alpha
  row[SegmentParameter.Tilt] = header.tilt
  row[SegmentParameter.Noise] = header.noise
  return place(kernel, row)
}

/** Frames from `first` to `last`. */
async function eachFrame(first: number, last: number, options: RunOptions, code: (frame: number) => void): Promise<void> {
  await inSteps(last + 1 - first, options, (i) => code(first + i))
}

export async function encodeAudioSegment(
  { header, frames, samples, gains, rounding }: EncodeAudioSegment,
  options: RunOptions = {},
): Promise<AudioSegmentBytes> {
  const wrong = gains.find((gain) => !(gain >= 0 && gain <= MAX_GAIN))
  if (wrong !== undefined) throw new RangeError(`a gain of ${wrong} is not in 0..${MAX_GAIN}`)
  return withKernel<EncoderExports, AudioSegmentBytes>('audio-encoder', options, async (kernel) => {
    const { exports, memory } = kernel
    const segment = exports.createSegment(frames, segmentParameters(kernel, header))
    const input = exports.allocate(samples.byteLength)
    const scaled = new Float32Array(memory.buffer, input, samples.length)
    for (let i = 0; i < samples.length; i++) scaled[i] = samples[i] * FULL_SCALE
    const analysis = exports.createAnalysis(segment, input, samples.length / header.channels)
    await eachFrame(-1, frames, options, (frame) => exports.divideFrame(segment, analysis, frame))
    await eachFrame(0, frames - 1, options, (frame) => exports.analyseFrame(segment, analysis, frame))
    const analysed = exports.mark()
    const payloads: Uint8Array<ArrayBuffer>[] = []
    for (const gain of gains) {
      exports.release(analysed)
      exports.startEncoder(segment, gain, rounding)
      await eachFrame(0, frames - 1, options, (frame) => exports.encodeFrame(segment, analysis, frame))
      const length = exports.finishEncoder()
      payloads.push(new Uint8Array(memory.buffer, exports.encodedBytes(), length).slice())
    }
    return { payloads }
  })
}

export async function decodeAudioSegment(
  { header, frames, payload }: DecodeAudioSegment,
  options: RunOptions = {},
): Promise<AudioSegmentSamples> {
  const { channels, lines, sampleRateHz } = header
  return withKernel<DecoderExports, AudioSegmentSamples>('audio-decoder', options, async (kernel) => {
    const { exports, memory } = kernel
    const segment = exports.createSegment(frames, segmentParameters(kernel, header))
    const stride = (frames + 1) * lines
    const out = exports.allocateZeroed(stride * channels * 4)
    exports.startDecoder(segment, place(kernel, payload), payload.length)
    await eachFrame(0, frames - 1, options, (frame) => {
      exports.decodeFrame(segment, frame, out, stride)
      checkPayload(exports, payload)
    })
    const samples = new Float32Array(memory.buffer, out, stride * channels).slice()
    for (let i = 0; i < samples.length; i++) samples[i] /= FULL_SCALE
    const bandCount = exports.bandCount(segment)
    const [switching, stereo, envelope, ...bands] = new Float64Array(memory.buffer, exports.partBits(segment), 3 + bandCount)
    const edges = new Uint16Array(memory.buffer, exports.bandEdges(segment), bandCount)
    return {
      samples,
      bits: { switching, stereo, envelope, bands },
      bandHz: Array.from(edges, (edge) => (edge * sampleRateHz) / (2 * lines)),
      stepField: new Int16Array(memory.buffer, exports.stepField(segment), frames * bandCount).slice(),
      midSide: new Uint8Array(memory.buffer, exports.sideField(segment), frames * bandCount).slice(),
      smallest: new Uint8Array(memory.buffer, exports.smallestBlocks(segment), frames).slice(),
      sideBits: new Float32Array(memory.buffer, exports.sideBits(segment), frames).slice(),
      bandBits: new Float32Array(memory.buffer, exports.bandBits(segment), frames * bandCount).slice(),
    }
  })
}
