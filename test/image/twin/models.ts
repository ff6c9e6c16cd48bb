/** FORMAT.md, "States of a tile": its states and weight sets by table, as training left them. */
import PRIORS from '../../../codecs/image/blocks/priors.js'
import { fromBase64 } from '../../../codecs/wasm/loader.js'
import { type Decoder, fresh, Mixer, type State } from '../../entropy/twin.js'

/** States of each table, in their order; then the weight sets of each syntax. */
const STATES = { template: 7200, position: 34560, near: 5760, shape: 7680, group: 2160, block: 4352, mode: 4096 }
const SETS = { level: 120, group: 10, block: 32, mode: 32 }
const COUNTS = [2, 4, 8, 14, 24, 40, 70]

type Table = keyof typeof STATES
type Sets = keyof typeof SETS

/** Number of the first of each name's, and of all. */
function startsOf<T extends string>(sizes: Record<T, number>): [Record<T, number>, number] {
  let sum = 0
  const starts = {} as Record<T, number>
  for (const name of Object.keys(sizes) as T[]) {
    starts[name] = sum
    sum += sizes[name]
  }
  return [starts, sum]
}
const [STATE, ALL_STATES] = startsOf(STATES)
const [SET] = startsOf(SETS)

export class Models {
  private readonly priors = fromBase64(PRIORS)
  private readonly states = new Map<number, State>()
  private readonly mixers = new Map<number, Mixer>()

  constructor(private readonly decoder: Decoder) {}

  state(table: Table, index: number): State {
    if (!(index >= 0 && index < STATES[table])) throw new RangeError(`state ${index} of table ${table}`)
    const number = STATE[table] + index
    let state = this.states.get(number)
    if (!state) {
      const byte = this.priors[number]
      state = fresh()
      if (byte >= 32) {
        const p = Math.round(65536 / (1 + Math.exp(-((byte & 31) * 2 - 31) / 4)))
        state = { probability: p << 6, updates: COUNTS[(byte >> 5) - 1] }
      }
      this.states.set(number, state)
    }
    return state
  }

  mixer(sets: Sets, index: number): Mixer {
    if (!(index >= 0 && index < SETS[sets])) throw new RangeError(`weight set ${index} of ${sets}`)
    const number = SET[sets] + index
    let mixer = this.mixers.get(number)
    if (!mixer) {
      mixer = new Mixer()
      mixer.updates = 128
      mixer.weights = mixer.weights.map((_, i) => (this.priors[ALL_STATES + 4 * number + i] << 24) >> 14)
      this.mixers.set(number, mixer)
    }
    return mixer
  }

  /** A mixed bit whose states and weight set are of one table. */
  mixed(table: 'group' | 'block' | 'mode', numbers: number[], set: number): number {
    return this.decoder.mixed(
      numbers.map((n) => this.state(table, n)),
      this.mixer(table, set),
    )
  }
}
