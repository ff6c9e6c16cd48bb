/** The lossless decoder of FORMAT.md once more in plain TypeScript. It takes undamaged payloads. */
import type { LosslessFormat } from '../../codecs/audio/lossless/segment.js'
import { Decoder, fresh, Mixer, type State } from '../entropy/twin.js'

const f32 = Math.fround
const clip = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x))

function word(decoder: Decoder, count: number): number {
  const high = count > 16 ? decoder.bypass(count - 16) : 0
  return high * 65536 + decoder.bypass(Math.min(count, 16))
}

function number(decoder: Decoder): number {
  const length = Math.min(decoder.bypass(6), 32)
  return length < 2 ? length : 2 ** (length - 1) + word(decoder, length - 1)
}

function integer(decoder: Decoder): number {
  const folded = number(decoder)
  return ((folded >>> 1) ^ -(folded & 1)) | 0
}

/** f64 dot product of the first `count` terms: even and odd places apart. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  let even = 0
  let odd = 0
  for (let i = 0; i + 1 < count; i += 2) {
    even += a[i] * b[i]
    odd += a[i + 1] * b[i + 1]
  }
  return count & 1 ? even + odd + a[count - 1] * b[count - 1] : even + odd
}

class LeastSquares {
  private readonly coefficients: number[]
  private readonly matrix: number[][]
  private readonly right: number[]
  private kept: { r: number[]; w: number; t: number }[] = []
  private r: number[] = []

  constructor(
    private readonly order: number,
    private readonly interval: number,
    private readonly decay: number,
    private readonly ridge: number,
  ) {
    this.coefficients = new Array(order).fill(0)
    this.right = new Array(order).fill(0)
    this.matrix = Array.from({ length: order }, () => new Array(order).fill(0))
  }

  predict(r: number[]): number {
    this.r = r
    return dot([...r, 0], [...this.coefficients, 0], this.order + (this.order & 1))
  }

  learn(t: number, w: number): void {
    this.kept.push({ r: this.r, w, t })
    if (this.kept.length < this.interval) return
    const { matrix, right, order, coefficients: c } = this
    if (matrix.reduce((sum, row, i) => sum + row[i], 0) < 1e-100) {
      for (const row of matrix) row.fill(0)
      right.fill(0)
    }
    let decay = 1
    for (let i = 0; i < this.interval; i++) decay *= this.decay
    for (let i = 0; i < order; i++) {
      for (let j = 0; j <= i; j++) matrix[i][j] = this.kept.reduce((sum, { r, w }) => sum + r[i] * w * r[j], matrix[i][j] * decay)
      right[i] = this.kept.reduce((sum, { r, w, t }) => sum + w * t * r[i], right[i] * decay)
    }
    this.kept = []
    const factor = matrix.map(() => new Array(order).fill(0))
    for (let i = 0; i < order; i++) {
      for (let j = 0; j < i; j++) factor[i][j] = (matrix[i][j] - dot(factor[i], factor[j], j)) * factor[j][j]
      const pivot = matrix[i][i] * (1 + 1e-11) + this.ridge - dot(factor[i], factor[i], i)
      if (!(pivot > 0)) return
      factor[i][i] = 1 / Math.sqrt(pivot)
    }
    for (let i = 0; i < order; i++) c[i] = (right[i] - dot(factor[i], c, i)) * factor[i][i]
    for (let i = order - 1; i >= 0; i--) {
      c[i] *= factor[i][i]
      for (let k = 0; k < i; k++) c[k] -= factor[i][k] * c[i]
    }
  }
}

class Filter {
  prediction = 0
  private readonly weights: Float32Array
  private readonly history: Float32Array
  private power = 0
  private updates = 0

  constructor(
    private readonly length: number,
    private readonly rate: number,
  ) {
    this.weights = new Float32Array(length)
    this.history = new Float32Array(length)
  }

  predict(): number {
    const q = new Float32Array(16)
    for (let j = 0; j < this.length; j++) q[j % 16] += f32(this.weights[j] * this.history[j])
    const [a, b, c, d] = [0, 1, 2, 3].map((s) => f32(f32(q[s] + q[s + 4]) + f32(q[s + 8] + q[s + 12])))
    this.prediction = f32(f32(a + b) + f32(c + d))
    return this.prediction
  }

  adapt(error: number): void {
    const rate = this.rate * (1 + 2 / (1 + this.updates++ / 20000))
    const step = f32((rate * error) / (this.power + this.length * 0.25))
    if (!(Math.abs(step) > f32(1e-30))) return
    for (let j = 0; j < this.length; j++) this.weights[j] += f32(step * this.history[j])
  }

  push(value: number): void {
    this.power = Math.max(this.power + (value * value - this.history[0] * this.history[0]), 0)
    this.history.copyWithin(0, 1)
    this.history[this.length - 1] = value
  }
}

interface Profile {
  short: number[]
  long?: number[]
  cross?: number[]
  lengths: number[]
  rates: number[]
}

const PROFILES: Profile[] = [
  { short: [16, 8, 64, 0.998], lengths: [128, 16], rates: [0.025, 0.02] },
  {
    short: [16, 16, 16, 0.997],
    long: [32, 16, 64, 0.9995],
    cross: [32, 0.005],
    lengths: [1024, 256, 32, 16],
    rates: [0.04, 0.08, 0.06, 0.04],
  },
  {
    short: [16, 16, 8, 0.998],
    long: [32, 32, 32, 0.9998],
    cross: [256, 0.005],
    lengths: [1024, 256, 32, 16],
    rates: [0.04, 0.08, 0.06, 0.04],
  },
]

class Predictor {
  reference?: Predictor
  left = 0
  private readonly short: LeastSquares
  private readonly long?: LeastSquares
  private readonly cross?: Filter
  private readonly cascade: Filter[]
  private readonly mix: LeastSquares
  private linear = 0
  private sum = 0
  private variance = 1

  constructor(
    private readonly profile: Profile,
    haste: number,
    private readonly paired: boolean,
  ) {
    const solver = ([own, other, interval, decay]: number[]) => new LeastSquares(own + (paired ? other : 0), interval, decay, 0.01)
    this.short = solver(profile.short)
    if (profile.long) this.long = solver(profile.long)
    if (profile.cross && paired) this.cross = new Filter(profile.cross[0], profile.cross[1])
    this.cascade = profile.lengths.map((length, i) => new Filter(length, profile.rates[i] * 2 ** (haste - 1)))
    this.mix = new LeastSquares(this.cascade.length + 2, 8, 0.998, 1)
  }

  /** `own` and `other`: levels, the latest first. */
  predict(own: number[], other: number[]): number {
    const input = ([count, others]: number[]) => [...own.slice(0, count), ...(this.paired ? other.slice(0, others) : [])]
    const s = this.short.predict(input(this.profile.short))
    const d = this.long && this.profile.long ? this.long.predict(input(this.profile.long)) - s : 0
    this.linear = s + d * 0.5
    const filters = this.cascade.map((filter) => filter.predict())
    if (this.cross && this.reference) this.cross.push(this.reference.left)
    const c = this.cross ? this.cross.predict() : 0
    this.sum = filters.reduce((sum, f) => sum + f, this.linear)
    this.sum += c
    return this.sum + this.mix.predict([d, c, ...filters])
  }

  learn(level: number, error: number): void {
    const square = error * error
    const weight = 1 / (this.variance + 50 + square * 0.15)
    this.variance += (square - this.variance) * 0.03
    this.short.learn(level, weight)
    this.long?.learn(level, weight)
    this.mix.learn(level - this.sum, weight)
    let left = f32(level - this.linear)
    this.left = left
    for (const filter of this.cascade) {
      const next = f32(left - filter.prediction)
      filter.adapt(next)
      filter.push(left)
      left = next
    }
    this.cross?.adapt(f32(left - this.cross.prediction))
  }
}

const bitsOf = new DataView(new ArrayBuffer(4))

function quarterOctaves(x: number): number {
  bitsOf.setFloat32(0, f32(f32(x) + f32(1e-5)))
  return (bitsOf.getUint32(0) >>> 21) - 508
}

function sizeClass(n: number): number {
  if (n < 4) return n
  const octave = 31 - Math.clz32(n)
  return Math.min(2 * octave + ((n >>> (octave - 1)) & 1), 9)
}

/** Rows of states that are made when they are first met. */
class Rows {
  private readonly states = new Map<number, State>()
  at(index: number): State {
    const state = this.states.get(index) ?? fresh()
    this.states.set(index, state)
    return state
  }
}

class Residuals {
  loudness = 0
  private means = [32, 32, 32]
  private sizes = [0, 0]
  private readonly signs = [0, 0]
  private readonly contexts = [new Rows(), new Rows(), new Rows(), new Rows()]
  private readonly mixers = Array.from({ length: 72 }, () => new Mixer())
  private readonly signStates = new Rows()
  private readonly lowStates = new Rows()

  constructor(private readonly mixed: boolean) {}

  decode(decoder: Decoder, above: number, other: number): number {
    const [a, m, l] = this.means
    const mean = quarterOctaves(m * 0.6 + l * (1 - 0.6))
    const k = clip(mean >> 2, 0, 30)
    const relative = (x: number) => clip(quarterOctaves(x) - 4 * k + 16, 0, 47)
    const shift = Math.max(k - 1, 0)
    const rows = [
      relative(m),
      relative(l),
      10 * sizeClass(this.sizes[0] >>> shift) + sizeClass(this.sizes[1] >>> shift),
      16 * other + clip((quarterOctaves(a) - 4 * k + 8) >> 1, 0, 15),
    ]
    const kind = Math.min(k, 2)
    const bit = (bin: number) => {
      const states = this.contexts.map((context, i) => context.at((rows[i] * 3 + kind) * 24 + bin))
      return this.mixed ? decoder.mixed(states, this.mixers[24 * kind + bin]) : decoder.adaptive(states[0])
    }
    let quotient = 0
    while (quotient < 24 && bit(quotient)) quotient++
    if (quotient === 24) quotient += number(decoder)
    let magnitude = quotient
    if (k > 0) {
      const row = 4 * Math.min(quotient, 15)
      const first = decoder.adaptive(this.lowStates.at(row + 1))
      magnitude = 2 * magnitude + first
      if (k > 1) magnitude = 2 * magnitude + decoder.adaptive(this.lowStates.at(row + 2 + first))
      if (k > 2) magnitude = magnitude * 2 ** (k - 2) + word(decoder, k - 2)
    }
    let sign = 0
    if (magnitude > 0) {
      const fraction = clip(Math.floor((above + 0.5) * 8), 0, 7)
      sign = decoder.adaptive(this.signStates.at((clip(mean + 8, 0, 15) * 8 + fraction) * 9 + this.signs[0] * 3 + this.signs[1]))
    }
    this.signs.unshift(magnitude > 0 ? 1 + sign : 0)
    this.sizes = [magnitude, this.sizes[0]]
    this.loudness = clip(quarterOctaves(magnitude + 0.25) - quarterOctaves(l + 0.25) + 8, 0, 15)
    this.means = [a + (magnitude - a) * 0.25, m + (magnitude - m) * 0.0625, l + (magnitude - l) * 0.0078125]
    return sign ? -magnitude : magnitude
  }
}

interface Levels {
  kind: number
  value: number
  source: number
  low: number
  high: number
  sampleOf: (level: number) => number
}

function readLevels(decoder: Decoder): Levels {
  const kind = decoder.bypass(2)
  const levels = { kind, value: 0, source: 0, low: 0, high: 0, sampleOf: (level: number) => level }
  if (kind === 0) levels.value = integer(decoder)
  else if (kind < 3) levels.source = decoder.bypass(8)
  else {
    if (!decoder.bypass(1)) levels.sampleOf = decoder.bypass(1) ? readTable(decoder) : readScale(decoder)
    levels.low = integer(decoder)
    levels.high = integer(decoder)
  }
  return levels
}

function readScale(decoder: Decoder): (level: number) => number {
  const divisor = number(decoder)
  const offset = integer(decoder)
  return (level) => (Math.imul(level, divisor) + offset) | 0
}

function readTable(decoder: Decoder): (level: number) => number {
  const first = integer(decoder)
  const slots = decoder.bypass(16)
  const states = Array.from({ length: 16 }, fresh)
  const values: number[] = []
  let before = 15
  let centre = 0
  for (let i = 0; i < slots; i++) {
    const used = decoder.adaptive(states[before])
    before = ((before << 1) | used) & 15
    if (used) values.push(first + i)
    else if (first + i < 0) centre++
  }
  return (level) => {
    const v = level - centre
    return v < first ? v : (values[v - first] ?? v + slots - values.length)
  }
}

function readFloats(decoder: Decoder): (i: number) => number {
  const scale = decoder.bypass(8) - 149
  const rests = decoder.bypass(1)
  const specials = decoder.bypass(1)
  const states = Array.from({ length: 24 + 256 }, fresh)
  return (i) => {
    if (i === 0) {
      if ((!rests && !specials) || !decoder.adaptive(states[0])) return 0
      const sign = decoder.bypass(1)
      let node = 1
      for (let n = 0; n < 8; n++) node = 2 * node + decoder.adaptive(states[24 + node])
      return (sign << 31) | ((node & 255) << 23) | word(decoder, 23)
    }
    const n = rests ? clip(Math.clz32(Math.abs(i)) - 8, 0, scale + 149) : 0
    const rest = n > 0 && decoder.adaptive(states[n]) ? word(decoder, n) : 0
    bitsOf.setFloat32(0, Math.sign(i) * (Math.abs(i) * 2 ** n + rest) * 2 ** (scale - n))
    return bitsOf.getInt32(0)
  }
}

/** Decodes a segment: planar samples, channels times length. */
export function decodeByTwin({ channels, bits, float }: LosslessFormat, length: number, payload: Uint8Array): Int32Array {
  const decoder = new Decoder(payload, 1023)
  const samples = new Int32Array(channels * length)
  const profile = decoder.bypass(2)
  if (profile === 3) {
    for (let i = 0; i < samples.length; i++) samples[i] = (word(decoder, bits) << (32 - bits)) >> (32 - bits)
    decoder.checkEnd()
    return samples
  }
  const haste = decoder.bypass(2)
  const finish = float ? readFloats(decoder) : (i: number) => i
  const levels = Array.from({ length: channels }, () => readLevels(decoder))
  const coded = [...levels.keys()].filter((c) => levels[c].kind === 3)
  const order = coded.map((channel) =>
    coded.length > 1 ? { channel: decoder.bypass(8), reference: decoder.bypass(8) } : { channel, reference: 0 },
  )
  const places = order.map(({ channel, reference }, i) => ({
    channel,
    reference,
    past: new Array(64).fill(0) as number[],
    predictor: new Predictor(PROFILES[profile], haste, reference !== i),
    residuals: new Residuals(profile > 0),
  }))
  for (const [i, place] of places.entries()) if (place.reference !== i) place.predictor.reference = places[place.reference].predictor
  for (let t = 0; t < length; t++) {
    for (const [i, { channel, reference, past, predictor, residuals }] of places.entries()) {
      const { low, high, sampleOf } = levels[channel]
      const free = predictor.predict(past, places[reference].past)
      const prediction = free >= low ? Math.min(free, high) : low
      const rounded = Math.floor(prediction + 0.5)
      const loudness = reference === i ? 0 : places[reference].residuals.loudness
      const level = (rounded + residuals.decode(decoder, prediction - rounded, loudness)) | 0
      past.unshift(level)
      past.pop()
      predictor.learn(level, level - prediction)
      samples[channel * length + t] = finish(sampleOf(level))
    }
  }
  decoder.checkEnd()
  for (const [c, { kind, value, source }] of levels.entries()) {
    const own = samples.subarray(c * length, (c + 1) * length)
    const from = samples.subarray(source * length, (source + 1) * length)
    if (kind === 0) own.fill(value)
    if (kind === 1) own.set(from)
    if (kind === 2) own.set(from.map((x) => (float ? x ^ 0x80000000 : -x)))
  }
  return samples
}
