/** Samples as they stand in a file, exactly or not at all. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { LaqError } from '../../../codecs/errors.js'
import { frameBytes, type PcmLayout, unpackPcm } from '../sound/pcm.js'
import type { WavFormat } from './format.js'

/** @throws LaqError 'unsupported' on a float that is not finite; `first` is the number of the first sample */
export function checkFinite(channels: AudioData['channels'], first = 0): void {
  for (const [c, samples] of channels.entries()) {
    if (samples instanceof Int32Array) return
    for (let i = 0; i < samples.length; i++) {
      if (!Number.isFinite(samples[i])) throw new LaqError('unsupported', `WAV: sample ${first + i} of channel ${c} is ${samples[i]}`)
    }
  }
}

/** Doubles that f32 holds are f32. */
export const asHeld = <T extends { sampleFormat: WavFormat['sampleFormat'] }>(sound: T): T =>
  sound.sampleFormat === 'f64' ? { ...sound, sampleFormat: 'f32' } : sound

/** Samples as they are. @throws LaqError 'unsupported' on a double that f32 does not hold; `first` is the number of the first frame */
export function unpackExactly(data: Uint8Array, layout: PcmLayout, first = 0): AudioData['channels'] {
  if (layout.encoding === 'f64') {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    for (let at = 0; at + 8 <= data.length; at += 8) {
      const value = view.getFloat64(at, !layout.bigEndian)
      // of the doubles that are no number, the plain one alone comes back
      const isHeld = Number.isNaN(value) ? view.getBigUint64(at, !layout.bigEndian) === PLAIN_NAN : Object.is(Math.fround(value), value)
      if (!isHeld) {
        const frame = first + Math.floor(at / frameBytes(layout))
        throw new LaqError('unsupported', `WAV: sample ${frame} is ${value}, a double that 32 bits do not hold`)
      }
    }
  }
  return unpackPcm(data, layout)
}

const PLAIN_NAN = 0x7ff8_0000_0000_0000n
