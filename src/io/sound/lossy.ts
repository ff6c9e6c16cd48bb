/** Samples that a lossy codec made: floats of no format of their own. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { rounded } from './pcm.js'

/** What the codec was given as a rule. */
const BITS = 16

/**
 * As a sound of 16 bits, which hold what they were made of; or of f32, where samples are beyond what 16 bits hold, as decoders make
 * them of sounds that were loud.
 *
 * @param exact integers for 16 bits, instead of floats that are to be rounded
 */
export function lossySamples(channels: Float32Array[], exact: boolean): Pick<AudioData, 'sampleFormat' | 'channels'> {
  const most = 1 - 0.5 / 2 ** (BITS - 1)
  const isHeld = channels.every((plane) => plane.every((x) => x >= -1 - 0.5 / 2 ** (BITS - 1) && x < most))
  if (!isHeld) return { sampleFormat: 'f32', channels }
  return { sampleFormat: 's16', channels: exact ? channels.map((plane) => rounded(plane, BITS)) : channels }
}
