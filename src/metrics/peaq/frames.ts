/** Frames of a sound, with silence behind its end. */

/** Samples start .. start + length - 1. */
export function frameOf(channel: Float32Array, start: number, length: number): Float32Array {
  const frame = channel.subarray(start, start + length)
  if (frame.length === length) return frame
  const padded = new Float32Array(length)
  padded.set(frame)
  return padded
}

/**
 * Starts of frames of `length` samples, one each `step`: as many as lie inside whole, and one more that has the samples left over
 * behind the last one's step.
 */
export function frameStarts(samples: number, length: number, step: number): number[] {
  const whole = samples < length ? 0 : Math.floor((samples - length) / step) + 1
  const starts = Array.from({ length: whole }, (_, i) => i * step)
  if (samples > whole * step) starts.push(whole * step)
  return starts
}

/** Sum of five absolute samples in a row, of full scale 1, above which something is there (5.2.4.4). */
const AUDIBLE = 200 / 32768

/** Whether a frame has anything in any channel. */
export function isLoud(channels: readonly Float32Array[], start: number, length: number): boolean {
  return channels.some((channel) => {
    const end = Math.min(start + length, channel.length)
    let sum = 0
    for (let i = start; i < end; i++) {
      sum += Math.abs(channel[i])
      if (i < start + 5) continue
      sum -= Math.abs(channel[i - 5])
      if (sum >= AUDIBLE) return true
    }
    return false
  })
}
