/** Encoder decisions above the segment: what quality and strength mean. Nothing here is part of the format. */
import { type AudioHeader, MAX_SEGMENT_SAMPLES } from './header.js'

/** Lines of a frame: 2048 at 44.1 and 48 kHz, about 43 ms, and as near to that as a power of two comes elsewhere. */
export function linesForRate(sampleRateHz: number): number {
  return 2 ** Math.max(8, Math.min(12, Math.round(Math.log2(sampleRateHz * 0.045))))
}

const SEGMENT_SECONDS = 2
/** Exponent of the steps in 1/64, noise in 1/16: best by PEAQ, basic and advanced, and ViSQOL together, from 48 to 128 kb/s. */
const ALPHA = 38
const NOISE = 12
/**
 * Tilt in 1/64: the most, which is the format's, for sounds whose treble is loud enough to mask what tilt takes from it; less for each
 * octave below that, as coarser treble is heard there, down to the least. See bench/results/sound-tools.md.
 */
const MOST_TILT = 32
const MOST_TILT_FROM_HZ = 8000
const TILT_PER_OCTAVE = 40
const LEAST_TILT = 16

/** Rounding of levels: a line must reach 0.63 of a step to count. */
export const ROUNDING = 0.37

export function audioHeader(
  sound: Pick<AudioHeader, 'mode' | 'sampleRateHz' | 'channels' | 'sampleFormat' | 'channelMask' | 'length'>,
  laq: number,
): AudioHeader {
  const lines = linesForRate(sound.sampleRateHz)
  const most = Math.min(4096, Math.floor(MAX_SEGMENT_SAMPLES / (lines * sound.channels)))
  return {
    ...sound,
    lines,
    segmentFrames: Math.max(1, Math.min(most, Math.round((SEGMENT_SECONDS * sound.sampleRateHz) / lines))),
    alpha: Math.min(96, Math.round(ALPHA * laq)),
    tilt: tiltFor(0, laq),
    noise: NOISE,
  }
}

/** Tilt of the steps. @param brightnessHz see src/audio/brightness.ts */
export function tiltFor(brightnessHz: number, laq: number): number {
  const tilt = MOST_TILT + TILT_PER_OCTAVE * Math.log2(Math.max(1, brightnessHz) / MOST_TILT_FROM_HZ)
  return Math.min(MOST_TILT, Math.round(Math.max(LEAST_TILT, Math.min(MOST_TILT, tilt)) * laq))
}

/** Largest gain: steps of 2^24 on samples of full scale 2^15. */
export const MAX_GAIN = 2047

/**
 * What quality means: the mean ODG of PEAQ advanced over the corpora's music and speech, by which bench/soundquality.ts fits the gains
 * below. The last is the finest there is, beyond what PEAQ can tell.
 */
export const ODG_AT_QUALITY = [
  [0, -3.6],
  [25, -2.75],
  [50, -1.6],
  [75, -0.6],
  [90, -0.1],
  [100, 0],
] as const

/** Gain (1/64 octave) at those qualities, linear between them. */
const GAIN_AT_QUALITY = [1260, 1148, 1085, 1010, 938, 500]

/** @param quality 0..100 */
export function gainForQuality(quality: number): number {
  const above = Math.max(
    1,
    ODG_AT_QUALITY.findIndex(([q]) => q >= quality),
  )
  const [q0, q1] = [ODG_AT_QUALITY[above - 1][0], ODG_AT_QUALITY[above][0]]
  const [gain0, gain1] = [GAIN_AT_QUALITY[above - 1], GAIN_AT_QUALITY[above]]
  return Math.round(gain0 + ((gain1 - gain0) * (quality - q0)) / (q1 - q0))
}
