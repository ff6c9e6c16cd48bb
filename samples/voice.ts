/**
 * A sound like speech, 24 kHz, mono, 16 bits, 5 s: pulses of a glottis and noise of breath through four resonators whose
 * frequencies glide from vowel to vowel (the source and filter model; formants after G. E. Peterson and H. L. Barney, 1952).
 */
import type { AudioData } from '../src/audio.js'
import { cosTurns, exp2, mix, normal, ramp, randomRow, sinTurns } from './arithmetic.js'
import { quantized } from './music.js'

const RATE = 24000
const SECONDS = 5

/** Resonances in Hz, how loud the voice and the noise of breath are, and where that noise lies. */
interface Sound {
  formants: readonly [number, number, number]
  voice: number
  breath: number
  hissHz: number
}

const vowel = (a: number, b: number, c: number): Sound => ({ formants: [a, b, c], voice: 1, breath: 0.002, hissHz: 3000 })
const hiss = (hz: number, breath: number): Sound => ({ formants: [320, 1700, 2600], voice: 0, breath, hissHz: hz })

const SOUNDS: Record<string, Sound> = {
  a: vowel(730, 1090, 2440),
  e: vowel(530, 1840, 2480),
  i: vowel(270, 2290, 3010),
  o: vowel(570, 840, 2410),
  u: vowel(300, 870, 2240),
  m: { ...vowel(250, 1000, 2200), voice: 0.3 },
  l: { ...vowel(360, 1300, 2700), voice: 0.55 },
  s: hiss(6500, 0.16),
  f: hiss(4200, 0.05),
  t: hiss(4800, 0.3),
  k: hiss(1900, 0.3),
  _: { formants: [500, 1500, 2500], voice: 0, breath: 0, hissHz: 3000 },
}

/** What is said: a letter of the table each, and its length in hundredths of a second. */
const WORDS =
  '_20 l8 o14 k3 a18 l9 i16 _18 a14 _4 t2 a18 _5 t2 i12 f10 _20 k2 u10 a16 m7 _3 t2 i9 s12 e20 _22 s14 i12 m8 _4 t2 o12 m10 a30 _12 u12 e14 l10 a14 o26 m16 _30'

export function voice(): AudioData {
  const random = randomRow(7)
  const plan: { sound: Sound; from: number; to: number }[] = []
  let time = 0
  for (const word of WORDS.split(' ')) {
    const length = Number(word.slice(1)) / 100
    plan.push({ sound: SOUNDS[word[0]], from: time, to: time + length })
    time += length
  }
  const out = new Float64Array(RATE * SECONDS)
  const resonators = [0, 1, 2, 3].map(() => ({ last: 0, before: 0 }))
  const noisy = { last: 0, before: 0 }
  let current = 0
  let turns = 0
  let air = 0
  let lastPulse = 0
  const now = { formants: [500, 1500, 2500], voice: 0, breath: 0, hissHz: 3000 }
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE
    while (current + 1 < plan.length && t >= plan[current].to) current++
    const { sound } = plan[current]
    // mouth and throat move within some 20 ms, the tongue lets go at once
    const glide = 1 / (0.022 * RATE)
    for (let k = 0; k < 3; k++) now.formants[k] += (sound.formants[k] - now.formants[k]) * glide
    now.voice += (sound.voice - now.voice) * glide * 2
    now.breath += (sound.breath - now.breath) * glide * (sound.breath > now.breath ? 12 : 3)
    now.hissHz += (sound.hissHz - now.hissHz) * glide * 4

    const phrase = t - 1.9 * Math.floor(t / 1.9)
    const hz = mix(138, 96, phrase / 1.9) * (1 + 0.05 * sinTurns(2.3 * t) + 0.006 * (2 * random() - 1))
    turns += hz / RATE
    const phase = turns - Math.floor(turns)
    // opens slowly, closes fast
    const flow = phase < 0.6 ? 0.5 - 0.5 * cosTurns(phase / 1.2) : ramp(0.78, 0.6, phase)
    const pulse = flow - air
    air = flow
    // the lips let high notes out more easily
    const spoken = pulse - 0.95 * lastPulse
    lastPulse = pulse
    const breath = normal(random)
    const source = now.voice * (spoken + 0.0004 * breath * flow)
    let sum = 0
    for (let k = 0; k < 4; k++) {
      const hertz = k < 3 ? now.formants[k] : 3700
      sum += (k % 2 ? -1 : 1) * resonate(resonators[k], source, hertz, 60 + 45 * k) * [1, 0.9, 0.7, 0.5][k]
    }
    out[i] = 6 * sum + now.breath * resonate(noisy, breath, now.hissHz, 1800)
  }
  let peak = 0
  for (const sample of out) peak = Math.max(peak, Math.abs(sample))
  return {
    sampleRateHz: RATE,
    sampleFormat: 's16',
    channels: [quantized(out.map((sample) => (0.7 * sample) / peak + 0.0004 * normal(random)))],
  }
}

/** Two poles at `hertz`, with unit gain there. */
function resonate(state: { last: number; before: number }, input: number, hertz: number, bandwidthHz: number): number {
  const radius = exp2((-4.532360141827194 * bandwidthHz) / RATE) // e^(-pi b / rate)
  const turn = cosTurns(hertz / RATE)
  const gain = (1 - radius) * Math.sqrt(1 - 2 * radius * (2 * turn * turn - 1) + radius * radius)
  const value = gain * input + 2 * radius * turn * state.last - radius * radius * state.before
  state.before = state.last
  state.last = value
  return value
}
