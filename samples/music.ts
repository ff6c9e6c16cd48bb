/** A stereo sound, 44.1 kHz, 16 bits, 8 s: plucked strings, a sustained chord with vibrato, a drum, brushes of noise. */
import type { AudioData } from '../src/audio.js'
import { clamp, exp2, normal, ramp, randomRow, sinTurns } from './arithmetic.js'

const RATE = 44100
const SECONDS = 8

/** Hz of a note, counted in semitones from the A of 440 Hz. */
const pitch = (semitones: number): number => 440 * exp2(semitones / 12)

/** Sounds added up, left and right. */
class Mix {
  readonly left = new Float64Array(RATE * SECONDS)
  readonly right = new Float64Array(RATE * SECONDS)

  /** @param place 0 left .. 1 right */
  add(start: number, place: number, level: number, sound: ArrayLike<number>): void {
    const first = Math.floor(start * RATE)
    for (let i = 0; i < sound.length && first + i < this.left.length; i++) {
      this.left[first + i] += level * Math.sqrt(1 - place) * sound[i]
      this.right[first + i] += level * Math.sqrt(place) * sound[i]
    }
  }
}

/** K. Karplus and A. Strong (1983): a burst of noise in a loop that loses its edge at every turn. */
function plucked(hz: number, seconds: number, seed: number): Float64Array {
  const random = randomRow(seed)
  const out = new Float64Array(Math.floor(RATE * seconds))
  const loop = RATE / hz - 0.5
  const whole = Math.floor(loop)
  const rest = loop - whole
  let before = 0
  for (let i = 0; i < out.length; i++) {
    if (i <= whole) out[i] = 2 * random() - 1
    else {
      const delayed = (1 - rest) * out[i - whole] + rest * out[i - whole - 1]
      out[i] = 0.4985 * (delayed + before)
      before = delayed
    }
  }
  const release = Math.floor(0.05 * RATE)
  for (let i = 0; i < release; i++) out[out.length - 1 - i] *= i / release
  return out
}

/** Eight harmonics with a slow vibrato, swelling and fading. */
function sustained(hz: number, seconds: number): Float64Array {
  const out = new Float64Array(Math.floor(RATE * seconds))
  let turns = 0
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE
    turns += (hz * (1 + 0.004 * sinTurns(5.2 * t))) / RATE
    let sum = 0
    for (let n = 1; n <= 8; n++) sum += sinTurns(n * turns) / (n * n * 0.6 + 0.4)
    out[i] = sum * ramp(0, 0.6, t) * ramp(seconds, seconds - 0.9, t)
  }
  return out
}

function drum(): Float64Array {
  let turns = 0
  return new Float64Array(Math.floor(0.35 * RATE)).map((_, i) => {
    const t = i / RATE
    turns += (48 + 130 * exp2(-t * 60)) / RATE
    return sinTurns(turns) * exp2(-t * 16) + 0.5 * exp2(-t * 900)
  })
}

/** Noise above some kHz, dying away by half every `half` seconds. */
function brush(half: number, seed: number): Float64Array {
  const random = randomRow(seed)
  let last = 0
  return new Float64Array(Math.floor(8 * half * RATE)).map((_, i) => {
    const white = normal(random)
    const bright = white - last
    last = white
    return 0.35 * bright * exp2(-i / RATE / half)
  })
}

/** Claves: two dry clicks of a ringing 2.5 kHz, alone in a silence. The hardest test for a transform's attacks. */
function clave(): Float64Array {
  return new Float64Array(Math.floor(0.12 * RATE)).map((_, i) => sinTurns((2500 * i) / RATE) * exp2((-i / RATE) * 110))
}

const TUNE = [-12, -5, 0, 4, 7, 4, 0, -5, -14, -7, -2, 2, 5, 2, -2, -7, -12, -5, 0, 4]

export function music(): AudioData {
  const mix = new Mix()
  for (const [i, note] of TUNE.entries()) mix.add(0.3 + 0.3 * i, 0.25 + 0.5 * ((i * 0.618) % 1), 0.3, plucked(pitch(note), 1.6, 100 + i))
  for (const [start, chord] of [
    [0.2, [-24, -12, -8]],
    [2.6, [-26, -14, -10]],
    [5, [-24, -12, -5]],
  ] as const) {
    for (const [i, note] of chord.entries()) mix.add(start, 0.2 + 0.3 * i, 0.09, sustained(pitch(note), 2.7))
  }
  for (let beat = 0; beat < 10; beat++) {
    mix.add(0.3 + 0.6 * beat, 0.5, 0.45, drum())
    mix.add(0.6 + 0.6 * beat, 0.65, 0.16, brush(0.045, 200 + beat))
    mix.add(0.45 + 0.6 * beat, 0.35, 0.07, brush(0.012, 300 + beat))
  }
  mix.add(7.3, 0.3, 0.6, clave())
  mix.add(7.62, 0.7, 0.6, clave())
  return { sampleRateHz: RATE, sampleFormat: 's16', channels: [mix.left, mix.right].map(quantized) }
}

/** Rounded to 16 bits. */
export function quantized(samples: Float64Array): Float32Array {
  return Float32Array.from(samples, (sample) => Math.floor(clamp(sample * 32767, -32768, 32767) + 0.5) / 32768)
}
