/** Small sounds for tests: tones, noise, an attack. Seeded, so that they are always the same. */
import type { AudioData } from '../../src/index.js'

export function sound(length: number, channels = 2, sampleRateHz = 44100): AudioData {
  let state = 1
  const noise = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state / 2 ** 31 - 1
  }
  const attack = Math.floor(length * 0.6)
  const planes = Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length }, (_, i) => {
      const t = i / sampleRateHz
      const tone = 0.3 * Math.sin(2 * Math.PI * 440 * (c + 1) * t) + 0.1 * Math.sin(2 * Math.PI * 1234.5 * t)
      const burst = i > attack ? 0.4 * noise() * Math.exp((attack - i) / 500) : 0
      return tone + burst + 0.01 * noise()
    }),
  )
  return { sampleRateHz, sampleFormat: 's16', channels: planes }
}

/** Signal-to-noise ratio in dB over all channels. */
export function snr(wanted: AudioData['channels'], got: AudioData['channels']): number {
  let signal = 1e-20
  let error = 1e-20
  for (const [c, channel] of wanted.entries()) {
    for (let i = 0; i < channel.length; i++) {
      signal += channel[i] ** 2
      error += (channel[i] - got[c][i]) ** 2
    }
  }
  return 10 * Math.log10(signal / error)
}
