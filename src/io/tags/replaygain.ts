/** ReplayGain 2.0: how much louder a sound is to be played, told in its tags and applied to its samples. */
import { floatChannels, integerBits } from '../../../codecs/audio/floats.js'
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { type Loudness, loudness, REPLAYGAIN_LUFS } from '../../audio/loudness.js'
import { rounded } from '../sound/pcm.js'
import { readTags, withFields } from './tags.js'

const GAIN = 'REPLAYGAIN_TRACK_GAIN'
const PEAK = 'REPLAYGAIN_TRACK_PEAK'

/** Metadata with the gain and peak of a sound of this loudness; of silence, without any. */
export function withReplayGain(metadata: readonly Metadata[], { integratedLufs, peak }: Loudness): Metadata[] {
  if (integratedLufs === -Infinity) return withFields(metadata, { [GAIN]: undefined, [PEAK]: undefined })
  return withFields(metadata, { [GAIN]: `${(REPLAYGAIN_LUFS - integratedLufs).toFixed(2)} dB`, [PEAK]: peak.toFixed(6) })
}

/** Gain in dB and peak that tags tell; nothing if they tell none. */
export function replayGainOf(metadata: readonly Metadata[]): { gainDb: number; peak?: number } | undefined {
  const { fields } = readTags(metadata)
  const gainDb = Number.parseFloat(fields[GAIN.toLowerCase()])
  const peak = Number.parseFloat(fields[PEAK.toLowerCase()])
  if (!Number.isFinite(gainDb) || Math.abs(gainDb) > 100) return
  return { gainDb, ...(peak > 0 && { peak }) }
}

/** What samples are multiplied by so that they are louder by `gainDb` and none is above full scale. */
export function gainFactor(gainDb: number, peak: number): number {
  const factor = 10 ** (gainDb / 20)
  return peak > 0 ? Math.min(factor, 1 / peak) : factor
}

/**
 * The sound as loud as its tags say, or as it would be told if they say nothing; quieter where samples would be clipped. Integers stay
 * integers. The tags, which no longer hold, are taken out of its comment.
 */
export function withGainApplied(audio: AudioData): AudioData {
  const { metadata = [] } = audio
  const measured = loudness(audio)
  if (measured.peak === 0) return audio
  const gainDb = replayGainOf(metadata)?.gainDb ?? REPLAYGAIN_LUFS - measured.integratedLufs
  if (gainDb === Infinity) return audio
  const bits = integerBits(audio.sampleFormat)
  // an integer's largest positive value is one step below full scale
  const factor = gainFactor(gainDb, bits ? measured.peak / (1 - 2 ** (1 - bits)) : measured.peak)
  const floats = floatChannels(audio).map((plane) => plane.map((x) => x * factor))
  const channels = audio.channels[0] instanceof Int32Array && bits ? floats.map((plane) => rounded(plane, bits)) : floats
  const rest = withFields(metadata, { [GAIN]: undefined, [PEAK]: undefined })
  // an ID3 tag, which is carried as it is, may tell a gain of its own
  return { ...audio, channels, metadata: replayGainOf(rest) ? withFields(rest, { [GAIN]: '0.00 dB' }) : rest }
}
