/**
 * Which samples belong to which segment.
 *
 * Lossless segments cut the sound in parts. Frames of lossy ones overlap: frame t covers samples (t - 1) M to (t + 1) M, so that a
 * segment that begins with frame `first` completes the samples from (first - 1) M on, with the last M of the segment before it.
 */
import type { AudioHeader, SoundHeader } from './header.js'

/** Frames of a sound of so many samples: one more than fits, since each sample lies in two. */
export function frameCount(length: number, lines: number): number {
  return length === 0 ? 0 : Math.ceil(length / lines) + 1
}

/** Frames of the first segment of a sound that has as many. */
const firstFrames = (header: AudioHeader): number => header.firstFrames ?? header.segmentFrames

/** Number of a segment's first frame. */
export function firstFrame(header: AudioHeader, index: number): number {
  return index === 0 ? 0 : firstFrames(header) + (index - 1) * header.segmentFrames
}

/** Frames of a segment that is not the sound's last. */
export const mostFrames = (header: AudioHeader, index: number): number => (index === 0 ? firstFrames(header) : header.segmentFrames)

export function segmentCount(header: SoundHeader, length: number): number {
  if (length === 0) return 0
  if (header.mode !== 'lossless')
    return 1 + Math.max(0, Math.ceil((frameCount(length, header.lines) - firstFrames(header)) / header.segmentFrames))
  return 1 + Math.max(0, Math.ceil((length - header.firstSamples) / header.segmentSamples))
}

/** First frame of segment `index` and how many it has. */
export function segmentFrames(header: AudioHeader, length: number, index: number): { first: number; frames: number } {
  const first = firstFrame(header, index)
  return { first, frames: Math.min(mostFrames(header, index), frameCount(length, header.lines) - first) }
}

/** The samples that segment `index` completes: from `start` to before `end`. `length` may be Infinity while it is unknown. */
export function segmentRange(header: SoundHeader, length: number, index: number): { start: number; end: number } {
  if (header.mode === 'lossless') {
    const { firstSamples, segmentSamples } = header
    const start = index === 0 ? 0 : firstSamples + (index - 1) * segmentSamples
    return { start, end: Math.min(length, index === 0 ? firstSamples : start + segmentSamples) }
  }
  const { lines } = header
  const first = firstFrame(header, index)
  return { start: Math.max(0, (first - 1) * lines), end: Math.min(length, (first + mostFrames(header, index) - 1) * lines) }
}

/** First and last segment that samples start..end-1 (at least one) are made of. */
export function segmentsOf(header: SoundHeader, start: number, end: number): { first: number; last: number } {
  if (header.mode === 'lossless') {
    const at = (sample: number) => Math.max(0, Math.floor((sample - header.firstSamples) / header.segmentSamples) + 1)
    return { first: at(start), last: at(end - 1) }
  }
  const { lines, segmentFrames } = header
  const at = (frame: number) => Math.max(0, Math.floor((frame - firstFrames(header)) / segmentFrames) + 1)
  return { first: at(Math.floor(start / lines)), last: at(Math.floor((end - 1) / lines) + 1) }
}

/** Most bytes of a segment's payload, for readers that must not wait for more: no encoder comes near. */
export function mostPayloadBytes(header: SoundHeader): number {
  const samples =
    header.mode === 'lossless' ? Math.max(header.firstSamples, header.segmentSamples) : (header.segmentFrames + 1) * header.lines
  return 65_536 + 16 * samples * header.channels
}
