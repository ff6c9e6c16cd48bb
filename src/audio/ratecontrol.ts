/**
 * The rate of a sound that is coded as it comes: a gain for each segment, so that the bytes so far stay near what the bitrate allows,
 * wherever the sound ends. What may be spent early or late is a part of what has been spent, so that a long sound has freedom and a
 * short one has its rate.
 */
import { MAX_GAIN } from '../../codecs/audio/settings.js'
import { SEGMENT_OVERHEAD } from './filewriter.js'

/** Log bytes per gain where nothing is known. */
const SLOPE = -0.0065
/** Bytes so far may be short of what they should be by this part, and exceed them by less: a last segment of one frame takes more than its share. */
const SLACK = 0.01
const EXCESS = 0.003
/** Where in the slack a segment that is outside of it is aimed at. */
const AIM = 0.6
/** Segments over which what is owed is spread. */
const HORIZON = 12
/** Weight of a new segment in the mean of how dear segments are. */
const NEWS = 0.08
/** A segment takes at most so many times its share: what silence has saved is not all spent at once. */
const MOST_SHARES = 2.5
/** Steps of half a unit of 16 bits: finer ones code nothing that is heard. */
const LEAST_GAIN = 500
const FIRST_GAIN = 1000
const MOST_TRIES = 6

export class RateControl {
  /** Bytes that were spent, and that the bitrate allows for the samples so far. */
  private spent: number
  private allowed = 0
  /** Mean of the bytes that segments would take at gain 0 by the slope, per byte of their share. */
  private dearness: number | undefined
  private slope = SLOPE

  /** @param headBytes what stands in the file beside segments */
  constructor(
    private readonly bytesPerSample: number,
    headBytes: number,
  ) {
    this.spent = headBytes
  }

  /**
   * The bytes of the next segment.
   *
   * @param samples how many it adds to the sound
   * @param encode its bytes at a gain
   */
  async next(samples: number, encode: (gain: number) => Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
    const share = samples * this.bytesPerSample
    this.allowed += share
    const owed = this.allowed - this.spent
    // what is owed by now, spread; but at the horizon's end the bytes must be within their slack
    const wanted = Math.max(share / MOST_SHARES, Math.min(share * MOST_SHARES, share + (owed - share) / HORIZON))
    let gain = clip(this.dearness === undefined ? FIRST_GAIN : Math.log(wanted / (this.dearness * share)) / this.slope)
    const tries: { gain: number; bytes: number; payload: Uint8Array<ArrayBuffer> }[] = []
    for (let i = 0; i < MOST_TRIES; i++) {
      const payload = await encode(gain)
      const bytes = payload.length + SEGMENT_OVERHEAD
      tries.push({ gain, bytes, payload })
      const off = bytes - owed
      if (off <= EXCESS * this.allowed && off >= -SLACK * this.allowed) break
      const aim = Math.max(1, Math.min(share * MOST_SHARES, owed + AIM * this.allowed * (off > 0 ? EXCESS : -SLACK)))
      const tried = (gain: number) => tries.some((one) => one.gain === gain)
      let next = clip(guess(tries, aim, this.slope))
      if (tried(next)) next = clip(next + Math.sign(off))
      if (tried(next)) break
      gain = next
    }
    const distance = ({ bytes }: { bytes: number }) => Math.max((bytes - owed) / EXCESS, (owed - bytes) / SLACK)
    const best = tries.reduce((a, b) => (distance(b) < distance(a) ? b : a))
    this.learn(tries, best, share)
    this.spent += best.bytes
    return best.payload
  }

  private learn(tries: readonly { gain: number; bytes: number }[], best: { gain: number; bytes: number }, share: number): void {
    const other = tries.find(({ gain }) => Math.abs(gain - best.gain) >= 8)
    if (other) {
      const seen = Math.log(other.bytes / best.bytes) / (other.gain - best.gain)
      if (seen < SLOPE / 3 && seen > SLOPE * 3) this.slope += 0.2 * (seen - this.slope)
    }
    if (share === 0) return
    const dearness = best.bytes / share / Math.exp(this.slope * best.gain)
    this.dearness = this.dearness === undefined ? dearness : this.dearness * (dearness / this.dearness) ** NEWS
  }
}

const clip = (gain: number) => Math.max(LEAST_GAIN, Math.min(MAX_GAIN, Math.round(gain)))

/** The gain at which log bytes, by the two tries nearest to it or by `slope`, come to `aim`. */
function guess(tries: readonly { gain: number; bytes: number }[], aim: number, slope: number): number {
  const [near, other] = [...tries].sort((a, b) => Math.abs(Math.log(a.bytes / aim)) - Math.abs(Math.log(b.bytes / aim)))
  const seen = other && other.gain !== near.gain ? Math.log(other.bytes / near.bytes) / (other.gain - near.gain) : slope
  return near.gain + Math.log(aim / near.bytes) / Math.min(-1e-3, seen)
}
