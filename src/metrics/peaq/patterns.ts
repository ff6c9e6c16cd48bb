/** What is made of excitations before they are compared (ITU-R BS.1387-1, 3): patterns of equal level, and modulation. */
import { type Bands, SAMPLE_RATE, timeConstants } from './ear.js'

const ADAPTATION = [0.008, 0.05] as const

/** Takes out constant differences of level and of spectral balance between two signals (3.1). */
export class LevelAdapter {
  /** Excitations that are left to compare. */
  readonly reference: Float64Array
  readonly test: Float64Array
  private readonly keep: Float64Array
  private readonly state: Record<'reference' | 'test' | 'product' | 'square' | 'referenceGain' | 'testGain', Float64Array>
  private readonly gains: [Float64Array, Float64Array]
  /** Bands below and above that a band's gain is averaged over. */
  private readonly below: number
  private readonly above: number

  constructor({ centres, step }: Bands) {
    const count = centres.length
    const make = () => new Float64Array(count)
    this.keep = timeConstants(centres, step, ...ADAPTATION)
    this.reference = make()
    this.test = make()
    this.state = { reference: make(), test: make(), product: make(), square: make(), referenceGain: make(), testGain: make() }
    this.gains = [make(), make()]
    // 109 bands: 3 and 4; 55: 1 and 2; 40: 1 and 1
    this.below = Math.floor(count / 36)
    this.above = Math.floor(count / 25)
  }

  process(reference: Float64Array, test: Float64Array): void {
    const { keep, state, gains } = this
    const count = keep.length
    let cross = 0
    let sum = 0
    for (let i = 0; i < count; i++) {
      state.reference[i] = keep[i] * state.reference[i] + (1 - keep[i]) * reference[i]
      state.test[i] = keep[i] * state.test[i] + (1 - keep[i]) * test[i]
      cross += Math.sqrt(state.reference[i] * state.test[i])
      sum += state.test[i]
    }
    // the louder one is brought down (45) to (47)
    const correction = (cross / sum) ** 2
    const [forReference, forTest] = correction > 1 ? [1 / correction, 1] : [1, correction]
    for (let i = 0; i < count; i++) {
      this.reference[i] = reference[i] * forReference
      this.test[i] = test[i] * forTest
      state.product[i] = keep[i] * state.product[i] + this.test[i] * this.reference[i]
      state.square[i] = keep[i] * state.square[i] + this.reference[i] * this.reference[i]
      // (49)
      const ratio = state.product[i] / state.square[i]
      gains[0][i] = Math.min(1, ratio)
      gains[1][i] = Math.min(1, 1 / ratio)
    }
    for (let i = 0; i < count; i++) {
      const from = Math.max(0, i - this.below)
      const to = Math.min(count - 1, i + this.above)
      let [meanReference, meanTest] = [0, 0]
      for (let j = from; j <= to; j++) {
        meanReference += gains[0][j]
        meanTest += gains[1][j]
      }
      const share = (1 - keep[i]) / (to - from + 1)
      state.referenceGain[i] = keep[i] * state.referenceGain[i] + share * meanReference
      state.testGain[i] = keep[i] * state.testGain[i] + share * meanTest
      this.reference[i] *= state.referenceGain[i]
      this.test[i] *= state.testGain[i]
    }
  }
}

/** How much the loudness of each band goes up and down (3.2). */
export class Modulation {
  readonly values: Float64Array
  /** Smoothed loudness. */
  readonly average: Float64Array
  private readonly change: Float64Array
  private readonly before: Float64Array
  private readonly keep: Float64Array
  private readonly framesPerSecond: number

  constructor({ centres, step }: Bands) {
    const make = () => new Float64Array(centres.length)
    this.values = make()
    this.average = make()
    this.change = make()
    this.before = make()
    this.keep = timeConstants(centres, step, ...ADAPTATION)
    this.framesPerSecond = SAMPLE_RATE / step
  }

  process(unsmeared: Float64Array): void {
    const { values, average, change, before, keep, framesPerSecond } = this
    for (let i = 0; i < values.length; i++) {
      const loudness = Math.exp(0.3 * Math.log(unsmeared[i]))
      change[i] = keep[i] * change[i] + (1 - keep[i]) * framesPerSecond * Math.abs(loudness - before[i])
      average[i] = keep[i] * average[i] + (1 - keep[i]) * loudness
      values[i] = change[i] / (1 + average[i] / 0.3)
      before[i] = loudness
    }
  }
}
