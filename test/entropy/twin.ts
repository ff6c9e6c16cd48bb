/** The entropy decoder of FORMAT.md once more in plain TypeScript. */

const UPDATE_LIMIT = 255
const ADAPTIVE_BOUND = 64
const MIXED_BOUND = 22
const FIRST_WEIGHT = 20000
const BIAS = 256
const mixerRate = (updates: number) => (updates < 255 ? 10 - (updates >> 5) : 3)
const refine = (mixed: number, apm: number) => (mixed + apm + 1) >> 1

const squash = (x: number) => Math.round(65536 / (1 + Math.exp(-x / 256)))
const clamp = (x: number, most: number) => Math.max(-most, Math.min(most, x))
/** The smallest x whose squash reaches the middle of the cell. */
const stretchTable = Array.from({ length: 4096 }, (_, cell) => {
  let x = -2047
  while (x < 2047 && squash(x) < cell * 16 + 8) x++
  return x
})

export interface State {
  /** Of a 1, in 2^-22. */
  probability: number
  updates: number
}

export const fresh = (): State => ({ probability: 1 << 21, updates: 0 })

function update(state: State, bit: number, limit: number): void {
  const reciprocal = Math.floor(65536 / (state.updates + 1.5))
  state.probability += Math.floor(((bit ? 4194303 : 0) - state.probability) * reciprocal * 2 ** -16)
  state.updates = Math.min(state.updates + 1, limit)
}

/** A weight set and its APM. A weight without a state is that of a constant input. */
export class Mixer {
  weights: Int32Array
  updates = 0

  constructor(weights: ArrayLike<number> = new Int32Array(4).fill(FIRST_WEIGHT)) {
    this.weights = Int32Array.from(weights)
  }

  apm = Uint16Array.from({ length: 33 }, (_, i) => squash(clamp((i - 16) * 128, 2047)))
}

export class Decoder {
  private range = 0xffffffff
  private code = 0
  private next = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limit = UPDATE_LIMIT,
  ) {
    for (let i = 0; i < 4; i++) this.shift()
  }

  private shift(): void {
    this.code = ((this.code << 8) | (this.bytes[this.next++] ?? 0)) >>> 0
  }

  /** To be asked once all is decoded. @throws RangeError if there were more bytes to read than an encoder leaves out */
  checkEnd(): void {
    if (this.next > this.bytes.length + 8) throw new RangeError(`${this.next} bytes are read of ${this.bytes.length}`)
  }

  private renormalise(): void {
    while (this.range < 2 ** 24) {
      this.range = (this.range << 8) >>> 0
      this.shift()
    }
  }

  private bit(p: number): number {
    const split = (this.range >>> 16) * p
    const bit = this.code < split ? 1 : 0
    if (bit) this.range = split
    else {
      this.code -= split
      this.range -= split
    }
    this.renormalise()
    return bit
  }

  bypass(count: number): number {
    if (count === 0) return 0
    this.range >>>= count
    const digit = Math.min(Math.floor(this.code / this.range), 2 ** count - 1)
    this.code -= digit * this.range
    this.renormalise()
    return digit
  }

  adaptive(state: State): number {
    const bit = this.bit(Math.max(ADAPTIVE_BOUND, Math.min(65536 - ADAPTIVE_BOUND, state.probability >> 6)))
    update(state, bit, this.limit)
    return bit
  }

  mixed(states: State[], mixer: Mixer, limit = this.limit): number {
    const inputs = states.map((state) => stretchTable[state.probability >> 10])
    while (inputs.length < mixer.weights.length) inputs.push(BIAS)
    const x = clamp(inputs.reduce((sum, input, i) => sum + ((input * mixer.weights[i]) >> 8), 0) >> 8, 2047)
    const mixed = squash(x)
    const [cell, fraction] = [(x + 2048) >> 7, (x + 2048) & 127]
    const refined = (mixer.apm[cell] * (128 - fraction) + mixer.apm[cell + 1] * fraction) >> 7
    const bit = this.bit(Math.max(MIXED_BOUND, Math.min(65536 - MIXED_BOUND, refine(mixed, refined))))
    for (const state of new Set(states)) update(state, bit, limit)
    const target = bit ? 65535 : 0
    const error = ((target - mixed) * mixerRate(mixer.updates)) >> 4
    mixer.updates = Math.min(mixer.updates + 1, 255)
    for (const [i, input] of inputs.entries()) mixer.weights[i] += (Math.imul(input, error) + (1 << 13)) >> 14
    const near = cell + (fraction < 64 ? 0 : 1)
    mixer.apm[near] += (target - mixer.apm[near]) >> 6
    return bit
  }

  private tail(length: number): number {
    const high = length > 16 ? this.bypass(length - 16) : 0
    return 2 ** length + high * 2 ** 16 + this.bypass(Math.min(length, 16)) - 1
  }

  expGolomb(states: State[]): number {
    let length = 0
    while (length < 24 && this.adaptive(states[length])) length++
    return this.tail(length)
  }

  signed(states: State[]): number {
    const folded = this.expGolomb(states)
    return folded & 1 ? (folded + 1) >> 1 : 0 - (folded >> 1)
  }

  expGolombBypass(k: number): number {
    let length = 0
    while (length < 24 && this.bypass(1)) length++
    return this.tail(length) * 2 ** k + this.bypass(k)
  }
}
