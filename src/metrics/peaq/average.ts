/**
 * Averages of frames (ITU-R BS.1387-1, 5.2). Quiet frames at the beginning do not count, nor those at the end: what comes after
 * the last loud frame is set aside until there is another.
 */

/** Running sums of one channel, and what they come to. */
interface Kind {
  /** How many sums there are. */
  sums: number
  add(sums: Float64Array, value: number, second: number): void
  /** 0 where nothing has been added. */
  result(sums: Float64Array): number
}

const mean = (sums: Float64Array) => (sums[1] > 0 ? sums[0] / sums[1] : 0)
const addWeighted = (sums: Float64Array, value: number, weight: number) => {
  sums[0] += weight * value
  sums[1] += weight
}

export const KINDS = {
  /** Mean; the second number is a weight. */
  mean: { sums: 2, add: addWeighted, result: mean },
  /** Mean of ratios, in dB. */
  meanDb: { sums: 2, add: addWeighted, result: (sums) => (sums[1] > 0 ? 10 * Math.log10(mean(sums)) : 0) },
  /** Root of the mean square, weighted by the square of the second number. */
  rootMeanSquare: {
    sums: 2,
    add: (sums, value, weight) => addWeighted(sums, value * value, weight * weight),
    result: (sums) => Math.sqrt(mean(sums)),
  },
  /** Root mean square of the first number and half of that of the second. */
  asymmetric: {
    sums: 3,
    add: (sums, value, second) => {
      sums[0] += value * value
      sums[1]++
      sums[2] += second * second
    },
    result: (sums) => Math.sqrt(mean(sums)) + (sums[1] > 0 ? 0.5 * Math.sqrt(sums[2] / sums[1]) : 0),
  },
  /** Root of the mean of fourth powers of means of four roots in a row (5.2.2). */
  windowed: {
    sums: 6,
    add: (sums, value) => {
      const root = Math.sqrt(value)
      if (sums[5] >= 3) {
        sums[0] += ((sums[2] + sums[3] + sums[4] + root) / 4) ** 4
        sums[1]++
      }
      sums.copyWithin(2, 3, 5)
      sums[4] = root
      sums[5]++
    },
    result: (sums) => Math.sqrt(mean(sums)),
  },
  /** Largest value after smoothing (5.2.5). */
  filteredMaximum: {
    sums: 2,
    add: (sums, value) => {
      sums[1] = 0.9 * sums[1] + 0.1 * value
      sums[0] = Math.max(sums[0], sums[1])
    },
    result: (sums) => sums[0],
  },
  /** Decimal logarithm of the mean; -0.5 for a mean of 0 (5.2.6). */
  logarithm: {
    sums: 2,
    add: addWeighted,
    result: (sums) => (sums[1] > 0 ? (sums[0] === 0 ? -0.5 : Math.log10(mean(sums))) : 0),
  },
} as const satisfies Record<string, Kind>

export class Average {
  private readonly channels: Float64Array[]
  private kept: Float64Array[] | undefined
  private state: 'before' | 'loud' | 'quiet' = 'before'

  constructor(
    private readonly kind: Kind,
    channels: number,
  ) {
    this.channels = Array.from({ length: channels }, () => new Float64Array(kind.sums))
  }

  /** Tells whether the frame that comes is above the threshold. */
  begin(loud: boolean): void {
    if (loud) this.state = 'loud'
    else if (this.state === 'loud') {
      this.kept = this.channels.map((sums) => sums.slice())
      this.state = 'quiet'
    }
  }

  add(channel: number, value: number, second = 1): void {
    if (this.state !== 'before') this.kind.add(this.channels[channel], value, second)
  }

  /** Whether nothing that counts has been added. */
  get empty(): boolean {
    return this.counted.every((sums) => sums.every((sum) => sum === 0))
  }

  /** Mean over the channels that have anything: a channel may have no frame with a bandwidth to lose. */
  get value(): number {
    const { counted } = this
    const heard = counted.filter((sums) => sums.some((sum) => sum !== 0))
    const channels = heard.length > 0 ? heard : counted
    return channels.reduce((sum, sums) => sum + this.kind.result(sums), 0) / channels.length
  }

  private get counted(): Float64Array[] {
    return this.state === 'quiet' && this.kept ? this.kept : this.channels
  }
}
