/** What can be done for sounds in any thread. The buffers of a segment belong to the task, so that a thread may take them. */
import type { Job } from '../job.js'
import type { KernelName } from './kernels.js'
import {
  type DecodeLosslessSegment,
  decodeLosslessSegment,
  type EncodeLosslessSegment,
  encodeLosslessSegment,
  type LosslessSegmentBytes,
  type LosslessSegmentSamples,
} from './lossless/segment.js'
import {
  type AudioSegmentBytes,
  type AudioSegmentSamples,
  type DecodeAudioSegment,
  decodeAudioSegment,
  type EncodeAudioSegment,
  encodeAudioSegment,
} from './lossy/segment.js'

export { KERNELS } from './kernels.js'

/** A job that needs one kernel, and takes the buffers that it is given. */
function job<Input, Output>(run: Job<Input, Output>['run'], kernel: KernelName): Job<Input, Output, KernelName> {
  return { run, kernels: () => [kernel], moves: true }
}

export const TASKS = {
  encodeSegment: job<EncodeAudioSegment, AudioSegmentBytes>(encodeAudioSegment, 'audio-encoder'),
  decodeSegment: job<DecodeAudioSegment, AudioSegmentSamples>(decodeAudioSegment, 'audio-decoder'),
  encodeLosslessSegment: job<EncodeLosslessSegment, LosslessSegmentBytes>(encodeLosslessSegment, 'lossless-encoder'),
  decodeLosslessSegment: job<DecodeLosslessSegment, LosslessSegmentSamples>(decodeLosslessSegment, 'lossless-decoder'),
}
