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

export function segmentCount(header: SoundHeader, length: number): number {
  if (header.mode !== 'lossless') return Math.ceil(frameCount(length, header.lines) / header.segmentFrames)
  return length === 0 ? 0 : 1 + Math.max(0, Math.ceil((length - header.firstSamples) / header.segmentSamples))
}

/** First frame of segment `index` and how many it has. */
export function segmentFrames(header: AudioHeader, length: number, index: number): { first: number; frames: number } {
  const first = index * header.segmentFrames
  return { first, frames: Math.min(header.segmentFrames, frameCount(length, header.lines) - first) }
}

/** The samples that segment `index` completes: from `start` to before `end`. `length` may be Infinity while it is unknown. */
export function segmentRange(header: SoundHeader, length: number, index: number): { start: number; end: number } {
  if (header.mode === 'lossless') {
    const { firstSamples, segmentSamples } = header
    const start = index === 0 ? 0 : firstSamples + (index - 1) * segmentSamples
    return { start, end: Math.min(length, index === 0 ? firstSamples : start + segmentSamples) }
  }
  const { lines } = header
  const first = index * header.segmentFrames
  return { start: Math.max(0, (first - 1) * lines), end: Math.min(length, (first + header.segmentFrames - 1) * lines) }
}

/** First and last segment that samples start..end-1 (at least one) are made of. */
export function segmentsOf(header: SoundHeader, start: number, end: number): { first: number; last: number } {
  if (header.mode === 'lossless') {
    const at = (sample: number) => Math.max(0, Math.floor((sample - header.firstSamples) / header.segmentSamples) + 1)
    return { first: at(start), last: at(end - 1) }
  }
  const { lines, segmentFrames } = header
  return {
    first: Math.floor(Math.floor(start / lines) / segmentFrames),
    last: Math.floor((Math.floor((end - 1) / lines) + 1) / segmentFrames),
  }
}

/** Most bytes of a segment's payload, for readers that must not wait for more: no encoder comes near. */
export function mostPayloadBytes(header: SoundHeader): number {
  const samples =
    header.mode === 'lossless' ? Math.max(header.firstSamples, header.segmentSamples) : (header.segmentFrames + 1) * header.lines
  return 65_536 + 16 * samples * header.channels
}
