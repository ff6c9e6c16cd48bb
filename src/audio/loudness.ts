/**
 * Loudness of a whole sound, and the gain that brings it to where others are.
 *
 * ITU-R BS.1770-4: each channel through a shelf (a head in a free field) and a high-pass; mean squares of blocks of 400 ms, a new one
 * every 100 ms; loudness = -0.691 + 10 log10 of the weighted sum over channels. Blocks below -70 LUFS are left out, then those more than
 * 10 LU below the mean of the rest. ReplayGain 2.0: the gain to -18 LUFS, and the largest sample.
 */

import { floatChannels } from '../../codecs/audio/floats.js'
import type { AudioData } from '../../codecs/audio/sound.js'

export interface Loudness {
  /** LUFS; -Infinity if nothing is above the gate. */
  integratedLufs: number
  /** Largest absolute sample, 1 at full scale. */
  peak: number
}

/** What ReplayGain 2.0 brings sounds to. */
export const REPLAYGAIN_LUFS = -18

const FRONT_CENTRE_AND_PAIR = 0x7
const LFE = 0x8
const BACK_PAIR = 0x30
const SIDE_PAIR = 0x600
/** Loudspeakers of sounds of so many channels that do not tell theirs. */
const MASKS = [0, 0x4, 0x3, FRONT_CENTRE_AND_PAIR, 0x33, 0x37, 0x3f, 0x70f, 0x63f]
/** Weight of channels from the sides, 60 to 120 degrees off: BS.1770-4, table 4. */
const SIDE_WEIGHT = 1.41

/** Weight of each channel. Rears count as sides where there are no others, as in 5.1. */
function weightsOf(channels: number, channelMask = MASKS[channels] ?? 0): number[] {
  const speakers: number[] = []
  for (let bit = 0; bit < 32; bit++) if ((channelMask >>> bit) & 1) speakers.push(2 ** bit)
  const sides = channelMask & SIDE_PAIR ? SIDE_PAIR : BACK_PAIR
  return Array.from({ length: channels }, (_, c) => {
    const speaker = speakers[c] ?? 0
    return speaker === LFE ? 0 : speaker & sides ? SIDE_WEIGHT : 1
  })
}

/** Second-order section: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''. */
type Section = [b0: number, b1: number, b2: number, a1: number, a2: number]

/**
 * Both filters at any rate. BS.1770-4 gives them at 48 kHz only; these are the analogue ones (frequency, gain, quality) from which those
 * come by bilinear transform, to all digits that it gives (B. Brecht, "Derivation of the coefficients of BS.1770", and libebur128).
 */
function sections(sampleRateHz: number): [Section, Section] {
  const shelf = (): Section => {
    const k = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz)
    const q = 0.7071752369554196
    const high = 10 ** (3.999843853973347 / 20)
    const band = high ** 0.4996667741545416
    const a0 = 1 + k / q + k * k
    return [
      (high + (band * k) / q + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (band * k) / q + k * k) / a0,
      (2 * (k * k - 1)) / a0,
      (1 - k / q + k * k) / a0,
    ]
  }
  const highPass = (): Section => {
    const k = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz)
    const q = 0.5003270373238773
    const a0 = 1 + k / q + k * k
    return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0]
  }
  return [shelf(), highPass()]
}

/** Measures loudness from blocks of any length, in memory that grows by ten numbers a second. */
export class LoudnessMeter {
  private readonly weights: number[]
  private readonly filters: [Section, Section]
  /** Last two inputs and outputs of both sections, for each channel. */
  private readonly states: Float64Array[]
  /** Samples of 100 ms. */
  private readonly hop: number
  /** Weighted energy of each 100 ms. */
  private readonly energies: number[] = []
  private energy = 0
  private filled = 0
  private peak = 0

  constructor({ sampleRateHz, channels, channelMask }: { sampleRateHz: number; channels: number; channelMask?: number }) {
    this.weights = weightsOf(channels, channelMask)
    this.filters = sections(sampleRateHz)
    this.states = Array.from({ length: channels }, () => new Float64Array(6))
    this.hop = Math.max(1, Math.round(sampleRateHz / 10))
  }

  /** The next samples, full scale -1..1: of each channel as many. What is not finite counts as silence. */
  push(channels: readonly Float32Array[]): void {
    const { length } = channels[0]
    for (let at = 0; at < length; ) {
      const end = Math.min(length, at + this.hop - this.filled)
      for (const [c, samples] of channels.entries()) this.energy += this.weights[c] * this.filter(c, samples, at, end)
      this.filled += end - at
      at = end
      if (this.filled < this.hop) continue
      this.energies.push(this.energy)
      this.energy = this.filled = 0
    }
  }

  /** Energy of samples at..end-1 of a channel behind both filters. */
  private filter(c: number, samples: Float32Array, at: number, end: number): number {
    const [[b0, b1, b2, a1, a2], [, , , d1, d2]] = this.filters
    const state = this.states[c]
    let [x1, x2, y1, y2, z1, z2] = state
    let { peak } = this
    let energy = 0
    for (let i = at; i < end; i++) {
      const sample = samples[i]
      const x = Number.isFinite(sample) ? sample : 0
      if (x > peak) peak = x
      else if (-x > peak) peak = -x
      const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
      const z = y - 2 * y1 + y2 - d1 * z1 - d2 * z2
      energy += z * z
      x2 = x1
      x1 = x
      y2 = y1
      y1 = y
      z2 = z1
      z1 = z
    }
    state.set([x1, x2, y1, y2, z1, z2])
    this.peak = peak
    return energy
  }

  /** Loudness of everything so far; less than 400 ms counts as one block. */
  result(): Loudness {
    const { energies, hop, peak } = this
    const blocks: number[] = []
    for (let i = 3; i < energies.length; i++) blocks.push((energies[i - 3] + energies[i - 2] + energies[i - 1] + energies[i]) / (4 * hop))
    if (blocks.length === 0) {
      const samples = energies.length * hop + this.filled
      if (samples > 0) blocks.push((energies.reduce((sum, energy) => sum + energy, 0) + this.energy) / samples)
    }
    const audible = blocks.filter((power) => lufs(power) > ABSOLUTE_GATE)
    const gate = lufs(mean(audible)) + RELATIVE_GATE
    return { integratedLufs: lufs(mean(audible.filter((power) => lufs(power) > gate))), peak }
  }
}

const ABSOLUTE_GATE = -70
const RELATIVE_GATE = -10
const lufs = (power: number): number => -0.691 + 10 * Math.log10(power)
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** Loudness of a sound; see {@link LoudnessMeter}. */
export function loudness(audio: Pick<AudioData, 'sampleRateHz' | 'channels' | 'channelMask'> & Partial<AudioData>): Loudness {
  const { sampleRateHz, channels, channelMask } = audio
  const meter = new LoudnessMeter({ sampleRateHz, channels: channels.length, ...(channelMask !== undefined && { channelMask }) })
  meter.push(floatChannels(audio))
  return meter.result()
}
