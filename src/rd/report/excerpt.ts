/** The seconds of a sound that a codec does worst. */
import { writeWav } from '../../io/wav/wav.js'
import { aligned } from '../../metrics/audiopair.js'
import { SEGMENT, segmentSnrs } from '../../metrics/segmentalsnr.js'
import type { OperatingPoint } from '../run.js'
import type { ReportSounds } from './media.js'

/** Length of an excerpt. */
export const EXCERPT_SECONDS = 2

export interface Excerpt {
  /** Where it begins, in seconds from the beginning of the original. */
  start: number
  end: number
  /** WAV files of 16 bits. */
  original: Uint8Array
  decoded: Uint8Array
}

/** The window of {@link EXCERPT_SECONDS} with the lowest mean segmental SNR, of original and decoded sound. */
export async function excerptOf(point: OperatingPoint, sounds: ReportSounds): Promise<Excerpt> {
  const pair = await aligned(await sounds.original(point.item), await sounds.decoded(point))
  const { sampleRateHz, channels, test, lagSamples } = pair
  const snrs = segmentSnrs(channels, test, sampleRateHz)
  const count = Math.min(snrs.length, Math.round(EXCERPT_SECONDS / SEGMENT))
  let [worst, least] = [0, Infinity]
  for (let first = 0; first + count <= snrs.length; first++) {
    const heard = snrs.subarray(first, first + count).filter((db) => !Number.isNaN(db))
    // a window that is mostly silence says little
    const mean = heard.length * 2 > count ? heard.reduce((sum, db) => sum + db, 0) / heard.length : Infinity
    if (mean < least) [worst, least] = [first, mean]
  }
  const length = Math.max(1, Math.round(SEGMENT * sampleRateHz))
  const [from, to] = [worst * length, Math.min(channels[0].length, (worst + count) * length)]
  const wav = (side: readonly Float32Array[]) =>
    writeWav({ sampleRateHz, sampleFormat: 's16', channels: side.map((channel) => channel.slice(from, to)) })
  // what the original has before the test begins is cut off
  const offset = Math.max(0, -lagSamples)
  return { start: (offset + from) / sampleRateHz, end: (offset + to) / sampleRateHz, original: wav(channels), decoded: wav(test) }
}
