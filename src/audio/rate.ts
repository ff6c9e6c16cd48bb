/**
 * Searches the gain at which a sound takes so many bytes. Bytes fall with the gain, some 0.6 % for each of its 1/64 octaves; two gains
 * that are one apart share the segments between them, so that the sum comes as near as one segment's difference.
 */

import type { AudioHeader } from '../../codecs/audio/header.js'
import { MAX_GAIN } from '../../codecs/audio/settings.js'
import { frameCount, segmentCount, segmentFrames } from '../../codecs/audio/spans.js'
import { SEGMENT_OVERHEAD } from './filewriter.js'
import { inOrder } from './inorder.js'

/** Bytes of lossy segments, one for each gain. */
export type EncodeAtGains = (index: number, gains: number[]) => Promise<Uint8Array<ArrayBuffer>[]>

/** Gains at which a few segments are tried to learn how the rate falls. */
const PROBED_GAINS = [800, 1000, 1200]
const PROBED_SEGMENTS = 2
/** Bytes fall by this part of themselves per gain, if nothing is known. */
const LEAST_SLOPE = 1e-4

export interface RateSearch {
  header: AudioHeader
  length: number
  /** Bytes of all segments' chunks together. */
  wanted: number
  /** Bytes never above `wanted`, as far as the greatest gain can. */
  strict: boolean
  /** Passes over the sound at most. */
  passes: number
  /** Segments under way at a time. */
  ahead: number
  encode: EncodeAtGains
  signal?: AbortSignal | undefined
  onProgress: (done: number) => void
}

/** A pass over the whole sound at one gain. */
interface Pass {
  gain: number
  payloads: Uint8Array<ArrayBuffer>[]
  bytes: number
}

/** The gain of every segment, and its bytes. */
export interface Rated {
  gains: number[]
  payloads: Uint8Array<ArrayBuffer>[]
}

export async function searchRate(search: RateSearch): Promise<Rated> {
  const { header, length, wanted, strict, passes } = search
  const segments = segmentCount(header, length)
  const curve = await probe(search)
  let gain = curve.gainFor(wanted)
  let slope = curve.slope(gain)
  // the nearest passes on either side of what is wanted: `fits` has a greater gain
  let fits: Pass | undefined
  let exceeds: Pass | undefined
  let before: Pass | undefined
  for (let i = 0; i < passes; i++) {
    const pass = await run(search, gain, segments, (done) => search.onProgress(0.1 + (0.9 * (i + done)) / passes))
    if (pass.bytes <= wanted) {
      if (!fits || pass.gain < fits.gain) fits = pass
    } else if (!exceeds || pass.gain > exceeds.gain) exceeds = pass
    if (fits && exceeds && fits.gain - exceeds.gain <= 1) break
    const [one, other] = fits && exceeds ? [fits, exceeds] : [pass, before]
    if (other) slope = Math.min(-LEAST_SLOPE, Math.log(one.bytes / other.bytes) / (one.gain - other.gain))
    before = pass
    if (isNear(pass.bytes, wanted, strict)) break
    gain = nextGain(gain + Math.log(wanted / pass.bytes) / slope, fits, exceeds)
    if (gain === pass.gain) break
  }
  return shared(fits, exceeds, wanted, strict)
}

/** Near enough to look no further, closer than what is promised: 1.5 % either way, or 1 % below. */
function isNear(bytes: number, wanted: number, strict: boolean): boolean {
  const off = bytes / wanted - 1
  return strict ? off <= 0 && off > -0.003 : Math.abs(off) < 0.002
}

function nextGain(guess: number, fits: Pass | undefined, exceeds: Pass | undefined): number {
  // between two passes by less than their distance, else where the slope leads
  const least = exceeds ? Math.min(MAX_GAIN, exceeds.gain + 1) : 0
  const most = fits ? fits.gain - 1 : MAX_GAIN
  return Math.max(least, Math.min(most, Math.round(guess)))
}

/** The nearest of both passes and of segments of both, evenly mixed: as many of the dearer ones as fit. */
function shared(fits: Pass | undefined, exceeds: Pass | undefined, wanted: number, strict: boolean): Rated {
  const passes = [fits, exceeds].filter((pass) => pass !== undefined)
  const found: (Rated & { bytes: number })[] = passes.map(({ gain, payloads, bytes }) => ({
    gains: payloads.map(() => gain),
    payloads,
    bytes,
  }))
  if (fits && exceeds) found.push(mixed(fits, exceeds, wanted))
  const fitting = found.filter(({ bytes }) => bytes <= wanted)
  const nearest = (some: typeof found) => some.reduce((a, b) => (Math.abs(b.bytes - wanted) < Math.abs(a.bytes - wanted) ? b : a))
  return nearest(strict && fitting.length > 0 ? fitting : found)
}

function mixed(fits: Pass, exceeds: Pass, wanted: number): Rated & { bytes: number } {
  const rated = { gains: fits.payloads.map(() => fits.gain), payloads: [...fits.payloads], bytes: fits.bytes }
  // multiples of the golden ratio spread the first n of any n
  const order = [...fits.payloads.keys()].sort((a, b) => ((a * 0.6180339887) % 1) - ((b * 0.6180339887) % 1))
  for (const i of order) {
    const more = exceeds.payloads[i].length - fits.payloads[i].length
    if (rated.bytes + more > wanted) continue
    rated.bytes += more
    rated.gains[i] = exceeds.gain
    rated.payloads[i] = exceeds.payloads[i]
  }
  return rated
}

async function run(search: RateSearch, gain: number, segments: number, onProgress: (done: number) => void): Promise<Pass> {
  const pass: Pass = { gain, payloads: [], bytes: segments * SEGMENT_OVERHEAD }
  for await (const [payload] of inOrder(segments, search.ahead, (index) => search.encode(index, [gain]), search.signal)) {
    pass.payloads.push(payload)
    pass.bytes += payload.length
    onProgress(pass.payloads.length / segments)
  }
  return pass
}

/** Learns from a few segments, spread over the sound, how many bytes the whole takes at a gain. */
async function probe({ header, length, ahead, encode, signal, onProgress }: RateSearch) {
  const segments = segmentCount(header, length)
  const count = Math.min(segments, PROBED_SEGMENTS)
  const total = PROBED_GAINS.map(() => 0)
  let frames = 0
  let done = 0
  const at = (i: number) => Math.floor(((i + 0.5) * segments) / count)
  for await (const payloads of inOrder(count, ahead, (i) => encode(at(i), PROBED_GAINS), signal)) {
    for (const [i, payload] of payloads.entries()) total[i] += payload.length + SEGMENT_OVERHEAD
    frames += segmentFrames(header, length, at(done)).frames
    onProgress((0.1 * ++done) / count)
  }
  const scale = frames === 0 ? 1 : frameCount(length, header.lines) / frames
  const logBytes = total.map((bytes) => Math.log(Math.max(1, bytes * scale)))
  const last = PROBED_GAINS.length - 1
  /** Slope of log bytes over gain around `gain`; the rate always falls, if only a little. */
  const slope = (gain: number) => {
    let i = 1
    while (i < last && PROBED_GAINS[i] < gain) i++
    return Math.min(-LEAST_SLOPE, (logBytes[i] - logBytes[i - 1]) / (PROBED_GAINS[i] - PROBED_GAINS[i - 1]))
  }
  return {
    gainFor(bytes: number): number {
      let i = 1
      while (i < last && logBytes[i] > Math.log(bytes)) i++
      const gain = PROBED_GAINS[i] + (Math.log(bytes) - logBytes[i]) / slope(PROBED_GAINS[i])
      return Math.round(Math.max(0, Math.min(MAX_GAIN, gain)))
    },
    slope,
  }
}
