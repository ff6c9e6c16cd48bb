/** A whole sound to a .laq file. */
import type { AudioHeader } from '../../codecs/audio/header.js'
import { type AudioData, bitsOf, formatBytes } from '../../codecs/audio/sound.js'
import { segmentCount } from '../../codecs/audio/spans.js'
import { joined } from '../../codecs/container/container.js'
import { Md5 } from '../../codecs/container/md5.js'
import { LaqError } from '../../codecs/errors.js'
import { isDue, type RunOptions, turn } from '../../codecs/turns.js'
import { checkRules } from '../calls/options.js'
import { soundOf } from '../calls/sound.js'
import { heedful, inThisThread } from '../threads/runner.js'
import { tilted } from './brightness.js'
import { END_OVERHEAD, SoundFileWriter } from './filewriter.js'
import { inOrder, segmentsAhead } from './inorder.js'
import { checkTogether, ENCODE_AUDIO_RULES, type EncodeAudioOptions, type Plan, planOf } from './options.js'
import { type Rated, searchRate } from './rate.js'
import { type SegmentBytes, SegmentEncoder, type Window } from './segmentencoder.js'

/**
 * Encodes a sound.
 *
 * @returns a whole .laq file
 * @throws TypeError or RangeError on wrong arguments, the reason of `signal` (LaqError 'aborted' if it has none),
 *   LaqError 'limit' if the sound does not fit `targetSize`
 */
export async function encodeAudio(source: AudioData, options: EncodeAudioOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkRules('encodeAudio', options, ENCODE_AUDIO_RULES)
  const audio = soundOf(source)
  const format = { ...audio, channels: audio.channels.length }
  checkTogether(options, audio)
  const { runner = inThisThread, signal, onProgress = () => undefined } = options
  const { length } = audio.channels[0]
  const plan = planOf(format, length, options)
  const header = tilted(plan.header, audio.channels, options.laq ?? 1)
  const window: Window = { start: 0, channels: audio.channels }
  const encoder = new SegmentEncoder(header, heedful(runner, { signal }), plan.effort)
  const count = segmentCount(header, length)
  const ahead = segmentsAhead(runner)

  const writer = new SoundFileWriter()
  const parts: Uint8Array[] = [writer.begin(header, audio.metadata ?? [])]
  const md5 = header.mode === 'lossy' ? undefined : await sumOf(audio, { signal })
  const isHybrid = header.mode === 'hybrid'
  let rated: Rated | undefined
  if (count > 0 && (plan.bitrate !== undefined || plan.targetSize !== undefined)) {
    rated = await searchRate({
      header: header as AudioHeader,
      length,
      ...rateOf(plan, length, parts[0].length, count),
      ahead,
      signal,
      encode: (index, gains) => encoder.encodeLossy(index, window, length, gains),
      onProgress: (done) => onProgress(done * (isHybrid ? 0.5 : 0.99)),
    })
  }
  const gain = (index: number) => rated?.gains[index] ?? plan.gain
  const work = async (index: number): Promise<SegmentBytes> =>
    rated && !isHybrid ? { data: rated.payloads[index] } : encoder.encode(index, window, length, gain(index))
  let done = 0
  for await (const segment of inOrder(count, ahead, work, signal)) {
    done++
    parts.push(writer.segment(segment, done === count ? length : undefined))
    onProgress(rated && isHybrid ? 0.5 + done / count / 2 : done / count)
  }
  parts.push(writer.end(length, md5))
  const file = joined(parts)
  if (options.targetSize !== undefined && file.length > options.targetSize)
    throw new LaqError('limit', `the sound takes ${file.length} bytes at least, more than ${options.targetSize}`)
  return file
}

/** What the search for a rate is to come to. `headBytes` are those before the first segment. */
function rateOf({ header, bitrate, targetSize, effort }: Plan, length: number, headBytes: number, segments: number) {
  // the end has an index, of which each segment's overhead counts its part
  const fixed = headBytes + END_OVERHEAD
  const passes = effort <= 2 ? 3 : effort <= 6 ? 5 : 8
  if (targetSize !== undefined) return { wanted: targetSize - fixed, strict: true, passes: Math.max(6, passes) }
  const wanted = ((bitrate as number) * 1000 * length) / header.sampleRateHz / 8
  return { wanted: Math.max(segments, header.mode === 'hybrid' ? wanted : wanted - fixed), strict: false, passes }
}

/** Samples of all channels whose bytes are made at a time. */
const SUMMED = 65_536

/** MD5 of all samples. */
async function sumOf({ channels, sampleFormat }: AudioData, options: RunOptions): Promise<Uint8Array<ArrayBuffer>> {
  const md5 = new Md5()
  const summed = Math.ceil(SUMMED / channels.length)
  for (let at = 0; at < channels[0].length; at += summed) {
    if (isDue()) await turn(options)
    const whole = channels.map((samples) => bitsOf(samples.subarray(at, at + summed), sampleFormat))
    md5.update(formatBytes(whole, sampleFormat, 0, whole[0].length))
  }
  return md5.digest()
}
