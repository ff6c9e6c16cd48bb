/** The one trait of a sound that its header depends on: how bright it is, which sets the tilt of the steps. */

import { floatChannels } from '../../codecs/audio/floats.js'
import type { SoundHeader } from '../../codecs/audio/header.js'
import { tiltFor } from '../../codecs/audio/settings.js'
import type { Channels } from '../../codecs/audio/sound.js'
import { segmentRange } from '../../codecs/audio/spans.js'

/**
 * Samples per channel that a header depends on: those of the first segment, or a second where that is shorter. A stream's header is
 * written when they are there, so that streams and whole files have the same.
 */
export function beginning(header: SoundHeader): number {
  const { end } = segmentRange(header, Number.POSITIVE_INFINITY, 0)
  return header.mode === 'lossless' || header.firstFrames === undefined ? end : Math.max(end, header.sampleRateHz)
}

/** The header with the tilt for a sound of this {@link beginning}, of which more may be given. */
export function tilted(header: SoundHeader, channels: Channels, laq: number): SoundHeader {
  if (header.mode === 'lossless') return header
  const first = channels.map((samples) => samples.subarray(0, beginning(header))) as Channels
  return { ...header, tilt: tiltFor(brightnessHz(first, header), laq) }
}

/**
 * Mean frequency of the sound's differences in Hz, which weigh its spectrum by the square of the frequency as falling spectra need: for
 * a sine of w the energy of second differences is 4 sin^2 (w / 2) times that of first ones. Silence has 0.
 */
function brightnessHz(channels: Channels, { sampleFormat, sampleRateHz }: SoundHeader): number {
  let [first, second] = [0, 0]
  for (const samples of floatChannels({ channels, sampleFormat })) {
    for (let i = 2; i < samples.length; i++) {
      const before = samples[i - 1] - samples[i - 2]
      const here = samples[i] - samples[i - 1]
      first += before * before
      second += (here - before) * (here - before)
    }
  }
  return first > 0 ? (sampleRateHz / Math.PI) * Math.asin(Math.min(1, Math.sqrt(second / first) / 2)) : 0
}
