/** Lossless segments, stored as they are. */
import { LaqError } from '../../errors.js'

export interface LosslessFormat {
  channels: number
  bits: number
  float: boolean
}

export interface EncodeLosslessSegment {
  task: 'encodeLosslessSegment'
  format: LosslessFormat
  effort: number
  samples: Int32Array<ArrayBuffer>
}

export interface LosslessSegmentBytes {
  payload: Uint8Array<ArrayBuffer>
}

export interface DecodeLosslessSegment {
  task: 'decodeLosslessSegment'
  format: LosslessFormat
  length: number
  payload: Uint8Array<ArrayBuffer>
}

export interface LosslessSegmentSamples {
  samples: Int32Array<ArrayBuffer>
}

export async function encodeLosslessSegment({ samples }: EncodeLosslessSegment): Promise<LosslessSegmentBytes> {
  return { payload: new Uint8Array(samples.slice().buffer) }
}

export async function decodeLosslessSegment({ format, length, payload }: DecodeLosslessSegment): Promise<LosslessSegmentSamples> {
  if (payload.length !== length * format.channels * 4) throw new LaqError('truncated', `${payload.length} bytes for ${length} samples`)
  return { samples: new Int32Array(payload.slice().buffer) }
}
